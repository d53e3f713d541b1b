"""Histories with events left out, counters of model calls, and models made from a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from whyrec.core.errors import ArgumentError
from whyrec.core.queries import Queries, Query

__all__ = ["CallCounter", "count_calls", "model_from_function", "subsets"]


def subsets(query: Query, keep: NDArray[np.bool_]) -> Queries:
    """Build one query per row of `keep`, each with only the marked events.

    Events keep their steps and `now`; the person's number is dropped, as in :meth:`Query.without`.

    Args:
        query: A history of m events.
        keep: Marks of the events to keep, (s, m).

    Returns:
        The s queries.

    Raises:
        ArgumentError: If `keep` has another shape.

    >>> subsets(Query([5, 6, 7]), np.array([[True, False, True], [False, False, False]]))[0].items.tolist()
    [5, 7]
    """  # noqa: E501
    keep = np.asarray(keep, bool)
    if keep.ndim != 2 or keep.shape[1] != len(query):
        raise ArgumentError(
            f"subsets need a row of {len(query)} marks each", given=f"shape {keep.shape}"
        )
    at = np.nonzero(keep)[1]
    indptr = np.concatenate([[0], np.cumsum(keep.sum(1))])
    return Queries(
        indptr,
        query.items[at],
        query.values[at],
        query.times[at],
        np.full(len(keep), query.now),
        np.full(len(keep), -1),
        query.events_ago[at],
        query.repeat,
    )


@dataclass
class CallCounter:
    """Counts the rows that a model has scored."""

    rows: int = 0


def count_calls(model: Any) -> tuple[Any, CallCounter]:
    """Wrap a model so that the rows it scores are counted.

    The twin shares everything with the model, including its capabilities, and counts calls of
    score, score_items, score_embedded and score_tokens.

    Args:
        model: Any model.

    Returns:
        (the twin, its counter). If the class allows no twin, the model itself, uncounted.
    """
    tally = CallCounter()
    kind = type(model)

    def counting(name: str) -> Callable[..., Any]:
        inner = getattr(kind, name)

        def call(self: Any, first: Any, *rest: Any, **more: Any) -> Any:
            if name in ("score", "score_items"):
                tally.rows += 1 if isinstance(first, Query) else len(first)
            else:
                tally.rows += len(first) if np.ndim(first) == 3 else 1
            return inner(self, first, *rest, **more)

        return call

    names = [
        name
        for name in ("score", "score_items", "score_embedded", "score_tokens")
        if hasattr(kind, name)
    ]
    try:
        twin: Any = object.__new__(
            type(kind.__name__, (kind,), {name: counting(name) for name in names})
        )
        object.__setattr__(twin, "__dict__", vars(model))
    except (TypeError, AttributeError):  # slots, or a class without subclasses
        return model, tally
    return twin, tally


def model_from_function(score: Callable[[Sequence[NDArray[Any]]], Any]) -> Any:
    """Make a model from a score function.

    Args:
        score: Maps histories, each the item numbers oldest first, to scores (q, n_items).

    Returns:
        A model that cannot be fitted.

    >>> model_from_function(lambda histories: [[len(h), 0.0] for h in histories]).score([Query([1])]).tolist()
    [[1.0, 0.0]]
    """  # noqa: E501
    return _OnlyScore(score)


class _OnlyScore:
    def __init__(self, function: Callable[[Sequence[NDArray[Any]]], Any]) -> None:
        self.function = function

    def fit(self, data: Any, *, seed: int = 0) -> Self:
        raise ArgumentError(
            "a model made of a score function is fitted where that function comes from", given="fit"
        )

    def score(self, queries: Any) -> NDArray[np.float32]:
        batch = Queries.of(queries)
        found = np.asarray(self.function([query.items for query in batch]), np.float32)
        if found.ndim != 2 or len(found) != len(batch) or not np.isfinite(found).all():
            raise ArgumentError(
                "a score function must give one row of finite scores for each history",
                given=f"shape {found.shape} for {len(batch)} histories",
            )
        return found

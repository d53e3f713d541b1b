"""Grade reasons against the planted causes of a simulated world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Dataset, Explanation, Measurement, Queries, Query, Scorer, recommend

__all__ = ["Grade", "KnowsCauses", "grade"]

Causes = Callable[
    [int, Query, int], Sequence[Sequence[int]]
]  # (user, query, item) -> positions of each cause


@runtime_checkable
class KnowsCauses(Protocol):
    """A simulated world that knows why each event happened."""

    def causes(self, user: int, query: Query, item: int) -> Sequence[Any]:
        """Return the planted causes of an item for a person, strongest first.

        Args:
            user: Number of the person.
            query: The person's history.
            item: Number of the item.

        Returns:
            Causes whose `positions` are the events that carry them.
        """
        ...


@dataclass(frozen=True)
class Grade:
    """Per list with a planted cause: 1 if the chosen event carries one.

    The chosen event is the explainer's ("first reason"), a random one ("random"), or the one whose
    item has the most similar audience ("cosine").

    Attributes:
        any: Hits of any planted cause.
        strongest: Hits of the strongest cause.
        cases: Number of lists with a planted cause.
        without_cause: Number of lists without one.
    """

    any: dict[str, Measurement]
    strongest: dict[str, Measurement]
    cases: int
    without_cause: int


def grade(
    model: Scorer,
    data: Dataset,
    queries: Queries,
    causes: Causes,
    explain: Callable[[Scorer, Query, int], Explanation],
    *,
    seed: int = 0,
) -> Grade:
    """Grade the first reason of each query's first recommendation.

    Args:
        model: Any scorer.
        data: Training events, for the cosine of audiences.
        queries: Histories with their `user`.
        causes: Maps (user, query, item) to the positions of each cause, strongest first.
        explain: The explainer.
        seed: Seed of the random events.

    Returns:
        The hits of the explainer and of both baselines.
    """
    rng = np.random.default_rng(seed)
    found = []
    unit = _audiences(data)
    lists = recommend(model, queries, 1)
    for query, slate in zip(queries, lists, strict=True):
        item = int(slate.items[0])
        if len(query):
            planted = causes(int(query.user or 0), query, item)
        else:
            planted = []
        if not planted:
            continue
        first = max(explain(model, query, item).reasons, key=lambda r: r.weight).refs[0]
        near = int((unit[query.items] @ unit[[item]].T).toarray().ravel().argmax())
        chosen = (first, int(rng.integers(len(query))), near)
        found.append(
            [[p in set().union(*planted) for p in chosen], [p in planted[0] for p in chosen]]
        )
    table = np.array(found, float).reshape(-1, 2, 3)
    names = ("first reason", "random", "cosine")
    made = [
        {name: Measurement(name, table[:, which, at]) for at, name in enumerate(names)}
        for which in (0, 1)
    ]
    return Grade(made[0], made[1], len(table), len(queries) - len(table))


def _audiences(data: Dataset) -> sparse.csr_array:
    """Return each item's audience as a unit row, (n_items, n_users)."""
    matrix = sparse.csr_array(
        (np.ones(len(data)), (data.item, data.user)), shape=(data.n_items, data.n_users)
    )
    norm: NDArray[np.float64] = np.sqrt(matrix.multiply(matrix).sum(1))
    return sparse.csr_array(sparse.diags_array(1.0 / np.maximum(norm, 1e-12)) @ matrix)

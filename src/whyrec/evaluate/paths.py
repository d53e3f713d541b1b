"""Quality of path reasons: recency, popularity and variety of paths, and a cut test.

LIR, SEP and PTD [balloccu2022] describe paths and test no model. The cut test removes a path and
scores again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Explanation, Measurement, Queries, Query, Reason, Scorer

__all__ = ["cut_test", "entity_popularity", "linking_recency", "path_variety", "smoothed"]

SMOOTH = 0.3
Explain = Callable[[Scorer, Query, int], Explanation]


def smoothed(values: Any) -> NDArray[np.float64]:
    """Smooth sorted values by an exponential moving average and scale them to 0..1.

    Args:
        values: Values in increasing order, (m,).

    Returns:
        The smoothed values, (m,), from 0 for the least to 1 for the greatest.

    >>> smoothed([0, 10, 20]).round(3).tolist()
    [0.0, 0.37, 1.0]
    """
    out = np.asarray(values, np.float64).copy()
    for at in range(1, len(out)):
        out[at] = (1 - SMOOTH) * out[at - 1] + SMOOTH * out[at]
    spread = np.ptp(out) if len(out) else 0.0
    return (out - out.min()) / spread if spread else np.ones_like(out)


def _first(explanation: Explanation) -> Reason | None:
    return next((r for r in explanation.reasons if r.kind == "path"), None)


def linking_recency(queries: Queries, explanations: Sequence[Explanation]) -> Measurement:
    """Measure LIR: the recency of the event from which each slate's first path starts.

    Args:
        queries: The histories.
        explanations: One explanation per history.

    Returns:
        One value per slate, 0 for the oldest event to 1; NaN without a path. Times are smoothed
            within each history (positions, if the data have no clock).
    """
    values = []
    for query, explanation in zip(queries, explanations, strict=True):
        path = _first(explanation)
        values.append(
            float(smoothed(query.times)[list(path.refs[2:])].mean()) if path is not None else np.nan
        )
    return Measurement("LIR", np.array(values))


def entity_popularity(explanations: Sequence[Explanation], shared_by: Any) -> Measurement:
    """Measure SEP: the popularity of the entity of each first path among all entities.

    Args:
        explanations: One explanation per slate.
        shared_by: Number of items that share each column of the model's links, (c,).

    Returns:
        One value per slate, 0 to 1; NaN if the path has no entity.
    """
    order = np.argsort(shared_by, kind="stable")
    place = np.empty(len(order))
    place[order] = smoothed(np.asarray(shared_by, np.float64)[order])
    values = []
    for explanation in explanations:
        path = _first(explanation)
        values.append(place[path.refs[0]] if path is not None and path.refs[0] >= 0 else np.nan)
    return Measurement("SEP", np.array(values))


def path_variety(slates: Sequence[Sequence[Explanation]], types: int) -> Measurement:
    """Measure PTD: the number of path types among a slate's first reasons, relative to the maximum.

    Args:
        slates: The explanations of each slate.
        types: Number of path types of the model.

    Returns:
        One value per slate, 0 to 1; NaN without a path.
    """
    values = []
    for slate in slates:
        kinds = [path.refs[1] for one in slate if (path := _first(one)) is not None]
        values.append(len(set(kinds)) / min(len(kinds), types) if kinds else np.nan)
    return Measurement("PTD", np.array(values))


def cut_test(
    model: Any,
    queries: Queries,
    items: Sequence[int],
    explain: Explain,
    rank_without: Callable[[Any, Query, int, Reason], tuple[int, int]],
    *,
    linked: bool = True,
    seed: int = 0,
) -> tuple[Measurement, Measurement]:
    """Compare the effect of cutting the first path with that of cutting a random other path.

    Args:
        model: A graph model.
        queries: The histories.
        items: The explained item of each history.
        explain: Gives the paths of an item.
        rank_without: Measures the place before and after a cut; see
            :func:`whyrec.explain.paths.rank_without`.
        linked: Use only paths through a link of the graph.
        seed: Seed of the random paths.

    Returns:
        (places lost without the first path, places lost without a random other path), one value per
            case; NaN if there are fewer than two paths.
    """
    rng = np.random.default_rng(seed)
    first = []
    other = []
    for query, item in zip(queries, items, strict=True):
        made = [
            r
            for r in explain(model, query, int(item)).reasons
            if r.kind == "path" and (r.refs[0] >= 0 or not linked)
        ]
        if len(made) < 2:
            first.append(np.nan)
            other.append(np.nan)
            continue
        for values, reason in (
            (first, made[0]),
            (other, made[1 + int(rng.integers(len(made) - 1))]),
        ):
            before, after = rank_without(model, query, int(item), reason)
            values.append(float(after - before))
    return Measurement("first path cut", np.array(first)), Measurement(
        "random path cut", np.array(other)
    )

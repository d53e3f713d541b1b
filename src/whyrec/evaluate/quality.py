"""Further qualities of reasons: sparsity, stability, agreement of explainers, groups of cases.

An explainer is a function (model, query, item) -> an Explanation or one weight per event. Each
measure keeps one value per case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from whyrec.core import Explanation, Measurement, Queries, Query, Scorer
from whyrec.evaluate.curves import order_of
from whyrec.evaluate.faithfulness import Faithfulness
from whyrec.evaluate.statistics import bootstrap

__all__ = ["agreement", "by_group", "effects_of", "sparsity", "stability", "weights_of"]

Explain = Callable[[Scorer, Query, int], Any]
HOLDS = 0.9


def weights_of(found: Any, m: int) -> NDArray[np.float64]:
    """Return one weight per event, (m,); the events of a set share its weight."""
    if not isinstance(found, Explanation):
        return np.asarray(found, np.float64)
    out = np.zeros(m)
    for reason in found.reasons:
        if reason.kind == "event":
            out[list(reason.refs)] += reason.weight / len(reason.refs)
    return out


def effects_of(
    model: Scorer, query: Query, item: int, latest: int | None = None, against: int | None = None
) -> NDArray[np.float64]:
    """Measure the loss of score when each event is left out.

    Args:
        model: Any scorer.
        query: The history.
        item: Number of the item.
        latest: Leave out only this many of the latest events.
        against: Measure the lead over this item instead of the score.

    Returns:
        The losses, (m,).
    """
    if latest is None:
        first = 0
    else:
        first = max(0, len(query) - latest)
    rows = Queries.of([query, *(query.without([p]) for p in range(first, len(query)))])
    found = np.asarray(model.score(rows), np.float64)
    scores = found[:, item] - (0.0 if against is None else found[:, against])
    return np.asarray(scores[0] - scores[1:])


def sparsity(model: Scorer, queries: Queries, items: Any, explain: Explain) -> Measurement:
    """Measure the share of events that hold nine tenths of the absolute weights.

    Args:
        model: Any scorer.
        queries: Histories.
        items: The explained item of each history.
        explain: The explainer.

    Returns:
        One value per case, from 1/m (one event) to near 1 (all equal); lower is sparser.
    """
    values = []
    for query, item in zip(queries, items, strict=True):
        size = np.sort(np.abs(weights_of(explain(model, query, int(item)), len(query))))[::-1]
        total = size.sum()
        values.append(
            (1 + np.searchsorted(np.cumsum(size), HOLDS * total - 1e-12)) / len(query)
            if total
            else np.nan
        )
    return Measurement("sparsity", np.minimum(np.array(values), 1.0), higher_is_better=False)


def stability(
    model: Scorer, queries: Queries, items: Any, explain: Explain, *, seed: int = 0
) -> Measurement:
    """Compare the order of the events before and after removing the least important event.

    Args:
        model: Any scorer.
        queries: Histories.
        items: The explained item of each history.
        explain: The explainer.
        seed: Seed for ties.

    Returns:
        Kendall's tau per case; NaN below 4 events.
    """
    rng = np.random.default_rng(seed)
    values = []
    for query, item in zip(queries, items, strict=True):
        if len(query) < 4:
            values.append(np.nan)
            continue
        first = weights_of(explain(model, query, int(item)), len(query))
        least = int(np.argmin(np.abs(first) + 1e-12 * rng.random(len(query))))
        again = weights_of(explain(model, query.without([least]), int(item)), len(query) - 1)
        values.append(_tau(np.delete(first, least), again))
    return Measurement("stability", np.array(values))


def agreement(
    model: Scorer, queries: Queries, items: Any, explainers: Mapping[str, Explain], *, seed: int = 0
) -> dict[tuple[str, str], Measurement]:
    """Compare the orders of every two explainers.

    Args:
        model: Any scorer.
        queries: Histories.
        items: The explained item of each history.
        explainers: Explainers by name.
        seed: Seed for ties.

    Returns:
        Kendall's tau per case for each ordered pair of names; 1 for equal names.
    """
    rng = np.random.default_rng(seed)
    places = dict[str, list[NDArray[np.float64]]]()
    for name, explain in explainers.items():
        places[name] = []
        for query, item in zip(queries, items, strict=True):
            order = order_of(explain(model, query, int(item)), len(query), rng)
            places[name].append(-np.argsort(order).astype(np.float64))
    out = {(name, name): Measurement("agreement", np.ones(len(queries))) for name in explainers}
    for a, b in combinations(explainers, 2):
        values = [_tau(x, y) for x, y in zip(places[a], places[b], strict=True)]
        out[a, b] = out[b, a] = Measurement("agreement", np.array(values))
    return out


def by_group(
    graded: Faithfulness, a: str, b: str, metric: str, lengths: Any, counts: Any
) -> list[dict[str, Any]]:
    """Compare two explainers within groups of cases.

    Groups: short and long histories, rare and popular items, each split at the median.

    Args:
        graded: The results of both explainers.
        a: Name of the first explainer.
        b: Name of the second explainer.
        metric: Name of the metric.
        lengths: Events per case, (cases,).
        counts: Number of choices of each explained item, (cases,).

    Returns:
        One row per group with the difference a - b and its paired interval.
    """
    gap = graded.rows[a].metrics[metric].values - graded.rows[b].metrics[metric].values
    lengths = np.asarray(lengths, np.float64)
    counts = np.asarray(counts, np.float64)
    parts = {
        "short histories": lengths <= np.median(lengths),
        "long histories": lengths > np.median(lengths),
        "rare items": counts <= np.median(counts),
        "popular items": counts > np.median(counts),
    }
    rows = []
    for name, inside in parts.items():
        found = bootstrap(Measurement(metric, gap[inside]))
        mean = Measurement(metric, graded.rows[a].metrics[metric].values[inside]).mean
        rows.append(
            {"group": name, "cases": int(inside.sum()), a: mean}
            | {k: round(v, 4) for k, v in found._asdict().items()}
        )
    return rows


def _tau(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    if len(a) > 1:
        return float(kendalltau(a, b).statistic)
    return float("nan")

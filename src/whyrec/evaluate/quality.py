"""Beyond accuracy of reasons: how few they are, how steady, how much explainers agree, and for whom
they work.

An explainer is a function (model, query, item) -> an Explanation or one weight an event. Each
measure keeps its value per case.
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
    """One weight an event (m,); a set's weight is shared by its events."""
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
    """What leaving each event out takes from the item's score, (m,); latest: of so many of the
    latest events alone;
    against: from its lead over that item instead."""
    if latest is None:
        first = 0
    else:
        first = max(0, len(query) - latest)
    rows = Queries.of([query, *(query.without([p]) for p in range(first, len(query)))])
    found = np.asarray(model.score(rows), np.float64)
    scores = found[:, item] - (0.0 if against is None else found[:, against])
    return np.asarray(scores[0] - scores[1:])


def sparsity(model: Scorer, queries: Queries, items: Any, explain: Explain) -> Measurement:
    """Share of the events that hold nine tenths of the sizes of all weights: 1/m is one event,
    near 1 all of them alike.
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
    """Kendall's tau between the order of the events before and after the event of least weight is
    taken from the
    history: what hardly matters should hardly matter to the other reasons. NaN below 4 events."""
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
    """Kendall's tau between the orders of each two explainers (both ways round, and 1 with
    itself).
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
    """The difference a - b on a metric within groups of the cases: short and long histories, rare
    and popular items (halves by the median), with its paired interval. lengths (cases,): events;
    counts (cases,): how often the explained item was chosen."""
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

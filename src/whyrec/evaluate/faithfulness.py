"""Faithfulness: remove the reasons, score again, and compare with removing other events.

:func:`faithfulness` grades whole orders of reasons by the metrics of :mod:`whyrec.evaluate.curves`,
beside random orders, the best of k random orders, similarity of audiences and recency. Each case
has one explanation for all metrics. :func:`deletion_test` tests the first reason alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import (
    ArgumentError,
    Dataset,
    Measurement,
    Queries,
    Query,
    Scorer,
    count_calls,
    mask_seen,
    top_k,
)
from whyrec.core.capabilities import NamesOutput
from whyrec.core.ranking import batches
from whyrec.evaluate.baselines import cosine, jaccard, most_recent
from whyrec.evaluate.curves import HIGHER, METRICS, curves, order_of
from whyrec.evaluate.deletion_test import DeletionTest, completeness, deletion_test
from whyrec.evaluate.statistics import Interval, bootstrap, paired

__all__ = ["DeletionTest", "Faithfulness", "Row", "completeness", "deletion_test", "faithfulness"]

Explain = Callable[[Scorer, Query, int], Any]  # an Explanation, or one weight per event
RANDOM = "random"


@dataclass(frozen=True, eq=False)
class Row:
    """One explainer on all cases.

    Attributes:
        metrics: One value per case for each metric.
        ms: Milliseconds per explanation.
        evaluations: Model evaluations per explanation.
        ranks: Mean rank of the item at the 11 points.
        oracle: Whether the order was chosen per metric afterwards, which no explanation can do.
    """

    metrics: Mapping[str, Measurement]
    ms: Measurement
    evaluations: Measurement
    ranks: NDArray[np.float64]
    oracle: bool = False


@dataclass(frozen=True, eq=False)
class Faithfulness:
    """The result of :func:`faithfulness`.

    Attributes:
        rows: One row per explainer, on the same cases in the same order.
        cases: Number of cases.
        output: The output that del and ins read.
        k_random: Number of random orders behind "best of k random".
        skipped: Number of empty histories.
        notes: Further values, such as the explained items.
    """

    rows: Mapping[str, Row]
    cases: int
    output: str
    k_random: int
    skipped: int = 0
    notes: Mapping[str, Any] = field(default_factory=dict)

    def difference(self, a: str, b: str, metric: str) -> Interval:
        """Compute the mean of a - b over the cases with its paired bootstrap interval."""
        return paired(self.rows[a].metrics[metric], self.rows[b].metrics[metric])

    def better(self, a: str, b: str, metric: str) -> bool:
        """Say whether a beats b on the metric with an interval that excludes 0."""
        found = self.difference(a, b, metric)
        return bool(found.low > 0 if metric in HIGHER else found.high < 0)

    def as_json(self) -> dict[str, Any]:
        """Return the rows as JSON values."""
        return {
            "cases": self.cases,
            "skipped": self.skipped,
            "output": self.output,
            "k_random": self.k_random,
            "rows": [
                {
                    "method": name,
                    "oracle": row.oracle,
                    "metrics": {
                        key: _rounded(bootstrap(value)) for key, value in row.metrics.items()
                    },
                    "ms": _tidy(row.ms.mean),
                    "ms_p50": _tidy(_quantile(row.ms, 0.5)),
                    "ms_p99": _tidy(_quantile(row.ms, 0.99)),
                    "evaluations": _tidy(row.evaluations.mean),
                    "rank_curve": [round(float(r), 3) for r in row.ranks],
                }
                for name, row in self.rows.items()
            ],
        }


def faithfulness(
    model: Scorer,
    queries: Queries,
    explainers: Mapping[str, Explain],
    *,
    items: NDArray[Any] | None = None,
    data: Dataset | None = None,
    output: str | None = None,
    k_random: int = 10,
    seed: int = 0,
    progress: Callable[[float], None] = lambda share: None,
) -> Faithfulness:
    """Grade explainers on the same cases by removing events.

    Beside the explainers, the table has the rows random, "best of k random" (best per case AND per
    metric, an upper bound that no explanation can reach), most recent event, cosine and jaccard.
    Source: [barkan2024]. Limits: DEL and INS are not comparable between models, whose outputs have
    different units.

    Args:
        model: Any scorer.
        queries: Histories of people on whom neither model nor explainer was tuned; empty ones are
            skipped.
        explainers: Explainers by name.
        items: The item to explain for each history. Default: the first recommendation.
        data: Training events, for the rows cosine and jaccard.
        output: What del and ins read: "score", "softmax" or "sigmoid". Default: the model's
            `output`, otherwise "score".
        k_random: Number of random orders.
        seed: Seed of the random orders.
        progress: Called with the finished share, 0 to 1.

    Returns:
        One row per explainer and baseline.

    Raises:
        ArgumentError: If no history has an event, or an explainer has the name of a baseline.
    """
    output = output or (model.output if isinstance(model, NamesOutput) else "score")
    every = _with_baselines(explainers, data, bool(queries.events_ago.any()))
    able = np.flatnonzero(queries.sizes >= 1)
    if not len(able):
        raise ArgumentError(
            "faithfulness needs histories with an event or more", given=f"{len(queries)} empty ones"
        )
    if items is None:
        targets = _firsts(model, queries[able])
    else:
        targets = np.asarray(items)[able]
    table = {name: _Collected() for name in (RANDOM, f"best of {k_random} random", *every)}
    for at, (query, item) in enumerate(zip(queries[able], targets, strict=True)):
        _grade(
            model,
            query,
            int(item),
            every,
            table,
            k_random,
            output,
            np.random.default_rng([seed, at]),
        )
        progress((at + 1) / len(able))
    rows = {name: found.row(oracle=name.startswith("best of")) for name, found in table.items()}
    return Faithfulness(
        rows, len(able), output, k_random, len(queries) - len(able), {"items": targets}
    )


def _with_baselines(
    explainers: Mapping[str, Explain], data: Dataset | None, ordered: bool
) -> dict[str, Explain]:
    more: dict[str, Explain] = {}
    if ordered:
        more = {"most recent": most_recent}
    if data is not None:
        more |= {"cosine": cosine(data), "jaccard": jaccard(data)}
    taken = sorted(set(explainers) & {*more, RANDOM})
    if taken:
        raise ArgumentError(
            "these names are reserved for baselines: give the explainer another name",
            given=", ".join(taken),
        )
    return more | dict(explainers)


def _firsts(model: Scorer, queries: Queries) -> NDArray[Any]:
    return np.concatenate(
        [top_k(mask_seen(model.score(part), part), 1)[0][:, 0] for _, part in batches(queries, 64)]
    )


def _grade(
    model: Scorer,
    query: Query,
    item: int,
    explainers: Mapping[str, Explain],
    table: Mapping[str, _Collected],
    k_random: int,
    output: str,
    rng: np.random.Generator,
) -> None:
    """Explain one case by every explainer, score all orders in one batch, and record them."""
    orders = [rng.permutation(len(query)) for _ in range(k_random + 1)]
    spent = []
    for explain in explainers.values():
        twin, tally = count_calls(model)
        start = time.perf_counter()
        found = explain(twin, query, item)
        spent.append((1000 * (time.perf_counter() - start), tally.rows))
        orders.append(order_of(found, len(query), rng))
    rows, places = curves(model, query, item, orders, output=output)
    table[RANDOM].add(rows[0], places[0])
    best = {
        key: (max if key in HIGHER else min)(row[key] for row in rows[1 : k_random + 1])
        for key in METRICS
    }
    table[f"best of {k_random} random"].add(best, places[1 : k_random + 1].mean(0))
    for at, (name, cost) in enumerate(zip(explainers, spent, strict=True), k_random + 1):
        table[name].add(rows[at], places[at], *cost)


class _Collected:
    """Collects the values of one row."""

    def __init__(self) -> None:
        self.values: dict[str, list[float]] = {key: [] for key in (*METRICS, "ms", "evaluations")}
        self.places: list[NDArray[np.float64]] = []

    def add(
        self,
        row: Mapping[str, float],
        places: NDArray[np.float64],
        ms: float = 0.0,
        evaluations: int = 0,
    ) -> None:
        for key, value in {**row, "ms": ms, "evaluations": float(evaluations)}.items():
            self.values[key].append(value)
        self.places.append(places)

    def row(self, *, oracle: bool) -> Row:
        made = {
            key: Measurement(key, np.array(values), key in HIGHER)
            for key, values in self.values.items()
        }
        return Row(
            {key: made[key] for key in METRICS},
            made["ms"],
            made["evaluations"],
            np.mean(self.places, 0),
            oracle,
        )


def _quantile(measurement: Measurement, share: float) -> float:
    return float(np.quantile(measurement.values, share))


def _rounded(interval: Interval) -> dict[str, float]:
    return {key: _tidy(value) for key, value in interval._asdict().items()}


def _tidy(value: float) -> float:
    return float(f"{value:.5g}")


# --- the first reason alone -----------------------------------------------------------------------

"""Are the reasons true? Remove them, score again, and compare with removing others: each explainer
on the same people.

:func:`faithfulness` grades whole orders of reasons by the field's metrics
(:mod:`whyrec.evaluate.curves`), each explainer beside random orders, the best of k random ones, the
likeness of audiences and the most recent events. One explanation serves
all metrics of a case: none is chosen for a metric. :func:`deletion_test` looks at the first reason
alone.
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

Explain = Callable[[Scorer, Query, int], Any]  # an Explanation, or one weight an event
RANDOM = "random"


@dataclass(frozen=True, eq=False)
class Row:
    """One explainer on all cases: metrics, values kept per case; ms and model evaluations of each
    explanation; the mean rank of the item at the 11 points. oracle: chosen per metric with the
    answer in hand, which no explanation can be."""

    metrics: Mapping[str, Measurement]
    ms: Measurement
    evaluations: Measurement
    ranks: NDArray[np.float64]
    oracle: bool = False


@dataclass(frozen=True, eq=False)
class Faithfulness:
    """What :func:`faithfulness` found: a row an explainer, on the same cases in the same order."""

    rows: Mapping[str, Row]
    cases: int
    output: str
    k_random: int
    skipped: int = 0
    notes: Mapping[str, Any] = field(default_factory=dict)

    def difference(self, a: str, b: str, metric: str) -> Interval:
        """Mean of a - b over the cases with its paired bootstrap interval."""
        return paired(self.rows[a].metrics[metric], self.rows[b].metrics[metric])

    def better(self, a: str, b: str, metric: str) -> bool:
        """Whether a beats b on the metric with an interval that excludes 0."""
        found = self.difference(a, b, metric)
        return bool(found.low > 0 if metric in HIGHER else found.high < 0)

    def as_json(self) -> dict[str, Any]:
        """The rows, JSON's own types."""
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
    """Grade explainers on the same cases by removal; metrics: :mod:`whyrec.evaluate.curves`.
    Source: [barkan2024].

    queries: histories of people whom neither model nor explainer was tuned on; those without events
    are skipped. items: the item explained for each (default: the first recommended). data: training
    events, for the rows cosine and jaccard. output: what del and ins read, "score", "softmax" or
    "sigmoid" (default: what the model calls its `output`, else "score").
    Rows beside the explainers: random (one order by chance), best of k random (per case AND per
    metric, so an oracle: what choosing after the fact alone buys), most recent event, cosine,
    jaccard. A name among `explainers` that is one of these is refused. Not good for: comparing DEL
    and INS between models, whose outputs have their own units.
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
            "these rows are in every table: give the explainer another name", given=", ".join(taken)
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
    """One case: an order from every explainer, all scored in one batch, added to the table."""
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
    """A row while it is gathered."""

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

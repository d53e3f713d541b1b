"""Fairness: measures by group of people and of items, with intervals.

A group of fewer than 20 people is not shown, because its figure says little and could identify
somebody. The p-values of gaps between groups are corrected for the number of comparisons
[holm1979].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Dataset, Measurement
from whyrec.core.cases import EvaluationCases, dcg_weights, hits, ndcg
from whyrec.core.queries import Int, Queries
from whyrec.evaluate.statistics import bootstrap

__all__ = [
    "FEWEST",
    "Groups",
    "by_groups",
    "categories_of",
    "divergence",
    "exposure",
    "gaps",
    "holm",
    "item_tiers",
    "people_groups",
    "per_person",
]

FEWEST = 20
HISTORY = "history length"
TASTE = "taste for popular items"
THIRDS = {HISTORY: ("short", "middling", "long"), TASTE: ("least", "middling", "most")}
AGES = (
    (0, 25, "under 25"),
    (25, 35, "25 to 34"),
    (35, 50, "35 to 49"),
    (50, np.inf, "50 and over"),
)

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Groups:
    """A partition of q people: `of` (q,) has the index of each one's label, -1 if unknown."""

    name: str
    labels: tuple[str, ...]
    of: Int


def people_groups(data: Dataset, queries: Queries, counts: Int, *, most: int = 30) -> list[Groups]:
    """Group people by user fields, history length and taste for popular items.

    Args:
        data: The data set with the user table.
        queries: Histories with users.
        counts: Training events per item, (n_items,).
        most: A text field with more values than this is skipped as an identifier.

    Returns:
        The partitions. A numeric field named age is cut at 25, 35 and 50, other numbers into
            thirds.

    Raises:
        ArgumentError: If a query has no user.
    """
    user = queries.user
    if (user < 0).any():
        raise ArgumentError(
            "groups of people need queries that say whose they are", given="queries without a user"
        )
    found = [
        _text_groups(name, np.array(values)[user])
        for name, values in data.user_table.fields.items()
        if 1 < len(set(values)) <= most
    ]
    found += [
        _ages(name, values[user])
        if name == "age"
        else _thirds(name, values[user], ("low", "middling", "high"))
        for name, values in data.user_table.numeric.items()
    ]
    taste = np.bincount(
        queries.row, np.log1p(counts[queries.items]), minlength=len(queries)
    ) / np.maximum(1, queries.sizes)
    return [
        *found,
        _thirds(HISTORY, queries.sizes.astype(float), THIRDS[HISTORY]),
        _thirds(TASTE, taste, THIRDS[TASTE]),
    ]


def _text_groups(name: str, values: NDArray[Any]) -> Groups:
    labels = sorted(set(values.tolist()) - {""})
    at = {label: n for n, label in enumerate(labels)}
    return Groups(
        name, tuple(labels), np.array([at.get(value, -1) for value in values.tolist()], np.int64)
    )


def _ages(name: str, values: NDArray[np.floating[Any]]) -> Groups:
    of = np.full(len(values), -1)
    for n, (low, high, _) in enumerate(AGES):
        of[(values >= low) & (values < high)] = n
    return Groups(name, tuple(row[2] for row in AGES), of)


def _thirds(name: str, values: NDArray[np.floating[Any]], labels: tuple[str, ...]) -> Groups:
    """Cut values into thirds; equal values stay together."""
    known = np.isfinite(values)
    if known.any():
        edges = np.quantile(values[known], [1 / 3, 2 / 3])
    else:
        edges = np.zeros(2)
    return Groups(
        name, labels, np.where(known, np.searchsorted(edges, np.where(known, values, 0.0)), -1)
    )


def item_tiers(counts: Int) -> tuple[tuple[str, ...], Floats]:
    """Return (names, (n_items, 3) membership): three tiers that each receive a third of events."""
    order = np.argsort(-counts, kind="stable")
    before = (np.cumsum(counts[order]) - counts[order]) / max(1, int(counts.sum()))
    member = np.zeros((len(counts), 3))
    member[order, np.minimum(2, (before * 3).astype(int))] = 1.0
    return ("most chosen", "middling", "rarely chosen"), member


def categories_of(data: Dataset) -> tuple[tuple[str, ...], Floats]:
    """Return (names, (n_items, g) shares): each item's categories in equal parts, if any."""
    names = sorted({name for row in data.item_table.categories for name in row})
    at = {name: n for n, name in enumerate(names)}
    member = np.zeros((data.n_items, len(names)))
    for item, row in enumerate(data.item_table.categories):
        for name in row:
            member[item, at[name]] += 1.0 / len(row)
    return tuple(names), member


def shares(queries: Queries, member: Floats) -> Floats:
    """Compute the share of each item group among a person's events, (q, g).

    Rows sum to 1, or to 0 without known groups.
    """
    total = np.stack(
        [
            np.bincount(queries.row, column[queries.items], minlength=len(queries))
            for column in member.T
        ],
        1,
    )
    size = total.sum(1, keepdims=True)
    return np.asarray(np.divide(total, size, out=np.zeros_like(total), where=size > 0))


def divergence(p: Floats, q: Floats, smooth: float = 0.01) -> Floats:
    """Compute KL(p | q') in nats over the last axis, q' = (1 - smooth) q + smooth p [steck2018]."""
    mixed = (1 - smooth) * q + smooth * p
    terms = np.where(p > 0, p * np.log(np.where(p > 0, p, 1.0) / np.where(p > 0, mixed, 1.0)), 0.0)
    return np.asarray(terms.sum(-1), np.float64)


def exposure(lists: Int, member: Floats) -> Floats:
    """Compute the share of attention of each item group in each list [singh2018].

    Lists (q, k) and member (n_items, g) give (q, g), discounted by place as in DCG.
    """
    weights = dcg_weights(lists.shape[1])
    total = np.einsum("k,qkg->qg", weights, member[lists])
    size = total.sum(1, keepdims=True)
    return np.asarray(np.divide(total, size, out=np.zeros_like(total), where=size > 0))


def per_person(
    lists: Int, cases: EvaluationCases, counts: Int, categories: Floats | None = None
) -> dict[str, Measurement]:
    """Measure what each person gets from a list.

    ndcg and hr: accuracy. popularity_lift: mean log count of the list minus that of the person's
    own items. spread: chance that another person is not shown the same item. With categories also
    calibration: KL of the history's from the list's categories [steck2018] (lower is better), and
    diversity: 1 - mean cosine of two items' categories.

    Args:
        lists: Ranked items, (q, k).
        cases: Histories and the items to find.
        counts: Training events per item, (n_items,).
        categories: Category shares, (n_items, g).

    Returns:
        {measure@k: one value per case}.
    """
    q, k = lists.shape
    found = hits(lists, cases)
    queries = cases.queries
    log = np.log1p(counts)
    own = np.bincount(queries.row, log[queries.items], minlength=q) / np.where(
        queries.sizes, queries.sizes, np.nan
    )
    shown = np.bincount(lists.ravel(), minlength=len(counts))
    values = {
        "ndcg": ndcg(found, cases),
        "hr": found.any(1).astype(float),
        "popularity_lift": log[lists].mean(1) - own,
        "spread": 1.0 - (shown[lists] - 1).mean(1) / max(1, q - 1),
    }
    if categories is not None and categories.any():
        p = shares(queries, categories)
        values["calibration"] = np.where(
            p.any(1), divergence(p, exposure(lists, categories)), np.nan
        )
        unit = categories / np.maximum(1e-12, np.linalg.norm(categories, axis=1, keepdims=True))
        total = np.square(unit[lists].sum(1)).sum(1)
        values["diversity"] = 1.0 - (total - (unit[lists] ** 2).sum((1, 2))) / max(1, k * (k - 1))
    lower = ("popularity_lift", "calibration")
    return {
        f"{name}@{k}": Measurement(f"{name}@{k}", value, higher_is_better=name not in lower)
        for name, value in values.items()
    }


def by_groups(measured: Mapping[str, Measurement], groups: Groups) -> dict[str, Any]:
    """Average each measure within each group, with its 95% bootstrap interval.

    Args:
        measured: One value per person for each measure.
        groups: The partition.

    Returns:
        {"by", "left_out" (groups of fewer than FEWEST people), "unknown" (people in no group),
            "rows": [{"group", "people", "metrics"}]}.
    """
    rows = []
    left = 0
    for n, label in enumerate(groups.labels):
        inside = groups.of == n
        if inside.sum() < FEWEST:
            left += bool(inside.any())
            continue
        rows.append(
            {
                "group": label,
                "people": int(inside.sum()),
                "metrics": {name: _interval(m.values[inside]) for name, m in measured.items()},
            }
        )
    return {
        "by": groups.name,
        "left_out": left,
        "unknown": int((groups.of < 0).sum()),
        "rows": rows,
    }


def _interval(values: Floats) -> dict[str, float | None]:
    known = values[~np.isnan(values)]
    if len(known) < FEWEST:
        return {"mean": None, "low": None, "high": None}
    return {key: round(v, 5) for key, v in bootstrap(Measurement("", known))._asdict().items()}


def gaps(measured: Measurement, partitions: Sequence[Groups]) -> list[dict[str, Any]]:
    """Compare every two groups of each partition.

    Limits: a gap has no stated cause, because groups differ in many ways.

    Args:
        measured: One value per person.
        partitions: Partitions of the people.

    Returns:
        One row per pair with the difference a - b, the p-value of Welch's test, `p_holm` corrected
            over ALL pairs [holm1979], and `told` if it is below 0.05.
    """
    rows: list[dict[str, Any]] = []
    for groups in partitions:
        known = {
            label: measured.values[(groups.of == n) & ~np.isnan(measured.values)]
            for n, label in enumerate(groups.labels)
        }
        for a, b in combinations(
            [label for label, values in known.items() if len(values) >= FEWEST], 2
        ):
            x = known[a]
            y = known[b]
            rows.append(
                {
                    "by": groups.name,
                    "a": a,
                    "b": b,
                    "metric": measured.name,
                    "difference": _difference(x, y),
                    "p": _welch(x, y),
                }
            )
    for row, p in zip(rows, holm([row["p"] for row in rows]), strict=True):
        row |= {"p_holm": float(p), "told": bool(p < 0.05)}
    return rows


def _welch(x: Floats, y: Floats) -> float:
    from scipy.stats import ttest_ind  # takes a second to import

    if np.ptp(x) == 0 and np.ptp(y) == 0:
        return 1.0 if x[0] == y[0] else 0.0
    return float(ttest_ind(x, y, equal_var=False).pvalue)


def _difference(x: Floats, y: Floats, resamples: int = 1000) -> dict[str, float]:
    """Compute x.mean() - y.mean() with its interval; both sides are resampled."""
    rng = np.random.default_rng(0)
    drawn = [
        np.array([side[rng.integers(0, len(side), len(side))].mean() for _ in range(resamples)])
        for side in (x, y)
    ]
    low, high = np.quantile(drawn[0] - drawn[1], [0.025, 0.975])
    return {
        "mean": round(float(x.mean() - y.mean()), 5),
        "low": round(float(low), 5),
        "high": round(float(high), 5),
    }


def holm(p: Sequence[float]) -> Floats:
    """Correct p-values for multiple comparisons by Holm's step-down method [holm1979].

    >>> holm([0.01, 0.04, 0.03]).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    values = np.asarray(p, np.float64)
    order = np.argsort(values, kind="stable")
    out = np.empty(len(values))
    out[order] = np.minimum(
        1.0, np.maximum.accumulate(values[order] * (len(values) - np.arange(len(values))))
    )
    return out

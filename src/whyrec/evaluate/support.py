"""On how many people the first reasons rest: a reason that rests on few convinces nobody, and
may point at somebody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from whyrec.core import (
    Explanation,
    Measurement,
    Queries,
    Query,
    Reason,
    Scorer,
    Supported,
    recommend,
)
from whyrec.core.support import FEWEST, UNKNOWN

__all__ = ["BOUNDS", "LIMIT", "behind", "first_reasons", "summary"]

BOUNDS = (1, 5, 10)  # shares of first reasons with fewer people than these are reported
LIMIT = 0.2  # share of weak first reasons above which :func:`summary` warns


def behind(model: Scorer, query: Query, item: int, reason: Reason) -> int | None:
    """How many people chose both `item` and what the reason names: the fewest of its events', -1
    where that is not known; None for a reason that no count of people is behind (a category, a
    link, own use, popularity, a friend)."""
    if reason.kind == "event":
        positions = reason.refs
    elif reason.kind == "path":
        positions = reason.refs[2:]
    else:
        positions = ()
    if not positions or (reason.kind == "path" and reason.refs[0] >= 0):
        return None
    items = query.items[list(positions)]
    if (items == item).any():
        return None
    if isinstance(model, Supported):
        return int(model.support(items, item).min())
    return UNKNOWN


def first_reasons(
    model: Scorer,
    queries: Queries | Sequence[Query],
    explain: Callable[[Scorer, Query, int], Explanation],
    *,
    k: int = 10,
) -> Measurement:
    """The people behind the first reason of each of the `k` best items of each query, a value a
    place: NaN where nobody is counted. notes: "unknown" and "other", how many places have a reason
    whose people are not known, and one that rests on no count of people (or none that speaks for
    the item)."""
    values = []
    unknown = 0
    other = 0
    for query, slate in zip(Queries.of(queries), recommend(model, queries, k), strict=True):
        for item in slate.items.tolist():
            speaking = [
                reason for reason in explain(model, query, item).reasons if reason.weight > 0
            ]
            first = max(speaking, key=lambda reason: reason.weight, default=None)
            if first is None:
                found = None
            else:
                found = behind(model, query, item, first)
            values.append(float("nan") if found is None or found < 0 else float(found))
            unknown += found is not None and found < 0
            other += found is None
    return Measurement(
        "people behind the first reason",
        np.array(values),
        True,
        {"unknown": unknown, "other": other},
    )


def summary(found: Measurement, *, k: int = FEWEST, limit: float = LIMIT) -> dict[str, Any]:
    """{places, counted, unknown, other, median, under {"1", "5", "10": share of those counted},
    weak (share under k), k, limit, warning}. warning: whether more than `limit` of the counted
    first reasons rest on fewer than k people."""
    people = found.values[~np.isnan(found.values)]

    def under(bound: int) -> float | None:
        if len(people):
            return float((people < bound).mean())
        return None

    weak = under(k)
    return {
        "places": len(found.values),
        "counted": len(people),
        **found.notes,
        "median": float(np.median(people)) if len(people) else None,
        "under": {str(bound): under(bound) for bound in BOUNDS},
        "weak": weak,
        "k": k,
        "limit": limit,
        "warning": weak is not None and weak > limit,
    }

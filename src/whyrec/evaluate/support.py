"""Measure how many people are behind the first reasons.

A reason with few people behind it is weak and could identify somebody.
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
    """Count the people who chose both the item and what the reason names.

    Args:
        model: A model, which should know its support.
        query: The history.
        item: Number of the item.
        reason: A reason for the item.

    Returns:
        The smallest count among the reason's events; -1 if unknown; None if the reason involves no
            count (a category, a link, repeated use, popularity, a friend).
    """
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
    """Count the people behind the first reason of each listed item.

    Args:
        model: A model.
        queries: Histories.
        explain: Explains one item.
        k: Length of the lists.

    Returns:
        One value per place; NaN without a count. `notes` counts the places whose support is unknown
            ("unknown") and those whose reason involves no count ("other").
    """
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
    """Summarise the counts of :func:`first_reasons`.

    Args:
        found: The counts.
        k: A reason with fewer people is weak.
        limit: Share of weak reasons above which `warning` is set.

    Returns:
        {places, counted, unknown, other, median, under {"1", "5", "10": share of those counted},
            weak (share under k), k, limit, warning}.
    """
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

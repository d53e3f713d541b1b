"""Pieces of the report made from core's values: what the data hold, and names for factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Dataset, ItemTable

__all__ = ["data_summary", "name_factors"]


def data_summary(data: Dataset, steps: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Counts, dates, how events spread over people and items, and the most chosen items."""
    counts = np.bincount(data.item, minlength=data.n_items)
    sizes = data.histories.sizes
    order = np.argsort(-counts, kind="stable")
    days = data.time[[0, -1]].astype("datetime64[s]").astype("datetime64[D]") if data.clock and len(data) else None
    return {
        "name": data.name, "domain": data.domain, "users": data.n_users, "items": data.n_items, "events": len(data),
        "density": len(data) / max(1, data.n_users * data.n_items),
        "from": str(days[0]) if days is not None else None, "to": str(days[1]) if days is not None else None,
        "events_per_user": _histogram(sizes), "median_events": float(np.median(sizes)) if len(sizes) else 0.0,
        "top_tenth": float(counts[order[:max(1, len(order) // 10)]].sum() / max(1, len(data))),
        "steps": list(steps),
        "top_items": [{"title": data.item_table.title[i], "count": int(counts[i])} for i in order[:8]]}


def _histogram(sizes: NDArray[Any]) -> list[dict[str, int]]:
    """People by number of events, in bins that double: 1, 2-3, 4-7, ..."""
    positive = sizes[sizes > 0]
    if not len(positive):
        return []
    power = np.floor(np.log2(positive)).astype(int)
    return [{"low": 2**p, "high": 2 ** (p + 1) - 1, "people": int((power == p).sum())}
            for p in range(power.min(), power.max() + 1)]


def name_factors(factors: NDArray[Any], singular_values: NDArray[Any], table: ItemTable, counts: NDArray[Any],
                 *, shown: int = 6) -> list[dict[str, Any]]:
    """Name each factor (column of (n_items, d)) by its categories and items.

    high, low: the items with the largest and smallest loadings, among the more chosen half, so that a name
    means something. categories: those whose items load furthest above the other items, in standard errors;
    at least 5 items each. overall: every item loads the same way, so that the factor is popularity.
    """
    factors = np.asarray(factors, np.float64)
    known = np.flatnonzero(counts >= np.median(counts[counts > 0])) if (counts > 0).any() else np.arange(len(counts))
    members = _members(table, known)
    out = []
    for column, size in zip(factors.T, singular_values, strict=True):
        load = column[known]
        order = np.argsort(-load, kind="stable")
        overall = bool(np.square(load[load < 0]).sum() < 0.05 * np.square(load).sum())
        categories = sorted(({"name": name, "mean": float(load[rows].mean()), "z": _z(load, rows)}
                             for name, rows in members.items()), key=lambda c: -c["z"])
        strong = [c for c in categories if c["z"] > 2][:3]
        out.append({
            "singular_value": float(size), "overall": overall, "categories": [] if overall else strong,
            "name": "" if overall else " · ".join(c["name"] for c in strong[:2]),
            "high": _loads(table, known[order[:shown]], column),
            "low": [] if overall else _loads(table, known[order[::-1][:shown]], column)})
    return out


def _members(table: ItemTable, rows: NDArray[Any]) -> dict[str, NDArray[Any]]:
    found: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        for category in set(table.categories[row]):
            found.setdefault(category, []).append(at)
    return {name: np.array(at) for name, at in found.items() if 5 <= len(at) < len(rows)}


def _z(load: NDArray[np.float64], rows: NDArray[Any]) -> float:
    """How far the mean of these items lies above the mean of all, in standard errors."""
    return float((load[rows].mean() - load.mean()) / (load.std() / np.sqrt(len(rows)) + 1e-12))


def _loads(table: ItemTable, items: NDArray[Any], column: NDArray[Any]) -> list[dict[str, Any]]:
    return [{"title": table.title[i], "loading": float(column[i])} for i in items]

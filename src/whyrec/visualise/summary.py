"""Pieces of the report made from core's values: what the data hold, and names for factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import BadArgument, Dataset, ItemTable

__all__ = ["data_summary", "name_factors"]

CLEAR = 2.0  # standard errors above the other items from which a category may name a factor
ONE_SIDED = 0.05  # share of squared loadings below zero under which a factor is mere popularity


def data_summary(data: Dataset, steps: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Counts, dates, how events spread over people and items, and the most chosen items.

    events_per_user: people by number of events, in bins that double; item_popularity: events drawn by each
    tenth of the items, the most chosen first. steps: {name, touched, left, detail} of reading and cleaning.
    """
    counts = np.sort(np.bincount(data.item, minlength=data.n_items))[::-1]
    order = np.argsort(-np.bincount(data.item, minlength=data.n_items), kind="stable")
    sizes = data.histories.sizes
    days = data.time[[0, -1]].astype("datetime64[s]").astype("datetime64[D]") if data.clock and len(data) else None
    return {
        "name": data.name, "domain": data.domain, "users": data.n_users, "items": data.n_items, "events": len(data),
        "density": len(data) / max(1, data.n_users * data.n_items),
        "from": str(days[0]) if days is not None else None, "to": str(days[1]) if days is not None else None,
        "events_per_user": _histogram(sizes), "median_events": float(np.median(sizes)) if len(sizes) else 0.0,
        "item_popularity": _tenths(counts),
        "steps": list(steps),
        "top_items": [{"title": data.item_table.title[i], "count": int(count)}
                      for i, count in zip(order[:10], counts[:10], strict=True)]}


def _histogram(sizes: NDArray[Any]) -> list[dict[str, int]]:
    """People by number of events, in bins that double: 1, 2-3, 4-7, ..."""
    positive = sizes[sizes > 0]
    if not len(positive):
        return []
    power = np.floor(np.log2(positive)).astype(int)
    return [{"low": 2**p, "high": 2 ** (p + 1) - 1, "people": int((power == p).sum())}
            for p in range(power.min(), power.max() + 1)]


def _tenths(counts: NDArray[Any]) -> list[dict[str, Any]]:
    """Events drawn by each tenth of the items; `counts` falling. Fewer parts where there are fewer items."""
    total = max(1, int(counts.sum()))
    parts = np.array_split(counts, min(10, len(counts))) if len(counts) else []
    return [{"part": n, "items": len(part), "events": int(part.sum()), "share": float(part.sum() / total)}
            for n, part in enumerate(parts, 1)]


def name_factors(item_factors: NDArray[Any], singular_values: NDArray[Any], table: ItemTable,
                 popularity: NDArray[Any], *, shown: int = 6) -> list[dict[str, Any]]:
    """Name each factor, a column of item_factors (n_items, d), by its categories and items.

    high, low: the items with the largest and smallest loadings, among the more chosen half, so that a name
    means something. categories: those whose items load furthest above the others, in standard errors;
    at least 5 items each. overall: every item loads the same way, so that the factor is popularity.
    sign: what the column was multiplied by so that its largest loading is positive; the opposite factor
    is the same factor, and gets the same name. popularity: (n_items,) events of each item.
    """
    factors, counts = np.asarray(item_factors, np.float64), np.asarray(popularity)
    if factors.ndim != 2 or len(factors) != len(table) or len(counts) != len(table):
        raise BadArgument("item_factors, popularity and the item table must have one row per item",
                          given=f"shapes {factors.shape} and {counts.shape}, {len(table)} items")
    known = np.flatnonzero(counts >= np.median(counts[counts > 0])) if (counts > 0).any() else np.arange(len(counts))
    members = _members(table, known)
    return [_name(column, float(size), table, known, members, shown)
            for column, size in zip(factors.T, singular_values, strict=True)]


def _name(column: NDArray[np.float64], size: float, table: ItemTable, known: NDArray[Any],
          members: Mapping[str, NDArray[Any]], shown: int) -> dict[str, Any]:
    sign = -1 if len(column) and column[np.abs(column).argmax()] < 0 else 1
    column = column * sign
    load = column[known]
    order = np.argsort(-load, kind="stable")
    overall = bool(np.square(load[load < 0]).sum() <= ONE_SIDED * np.square(load).sum())
    above: list[dict[str, Any]] = [{"name": name, "mean": float(load[rows].mean()), "z": _z(load, rows)}
                                   for name, rows in members.items()]
    above.sort(key=lambda c: (-c["z"], c["name"]))
    clear = [] if overall else [c for c in above if c["z"] > CLEAR][:3]
    rest = order[shown:]  # no item is both among the most and among the least
    return {"name": " · ".join(c["name"] for c in clear[:2]), "overall": overall, "sign": sign, "singular_value": size,
            "categories": clear, "high": _loads(table, known[order[:shown]], column),
            "low": [] if overall else _loads(table, known[rest[::-1][:shown]], column)}


def _members(table: ItemTable, rows: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Category to its places in `rows`; those of fewer than 5 items, or of all, name nothing."""
    found: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        for category in set(table.categories[row]):
            found.setdefault(category, []).append(at)
    return {name: np.array(at) for name, at in found.items() if 5 <= len(at) < len(rows)}


def _z(load: NDArray[np.float64], rows: NDArray[Any]) -> float:
    """How far the mean of these items lies above the mean of all, in standard errors."""
    return float((load[rows].mean() - load.mean()) / (load.std() / np.sqrt(len(rows)) + 1e-12))


def _loads(table: ItemTable, items: NDArray[Any], column: NDArray[np.float64]) -> list[dict[str, Any]]:
    return [{"title": table.title[i], "loading": float(column[i])} for i in items]

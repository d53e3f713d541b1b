"""Summarise a data set for the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Dataset

__all__ = ["data_summary"]

CLEAR = 2.0  # standard errors above the other items from which a category may name a factor
ONE_SIDED = 0.05  # a factor with a smaller share of squared loadings below zero is mere popularity


def data_summary(data: Dataset, steps: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Counts, dates, distributions over people and items, and the most chosen items.

    Args:
        data: The data.
        steps: Steps of reading and cleaning as {name, touched, left, detail}.

    Returns:
        The `data` object of the report. Its events_per_user are people by number of events, in bins
        that double; its item_popularity are the events of each tenth of the items, the most chosen
        first.
    """
    counts = np.sort(np.bincount(data.item, minlength=data.n_items))[::-1]
    order = np.argsort(-np.bincount(data.item, minlength=data.n_items), kind="stable")
    sizes = data.histories.sizes
    return {
        "name": data.name,
        "domain": data.domain,
        "users": data.n_users,
        "items": data.n_items,
        "events": len(data),
        "density": len(data) / max(1, data.n_users * data.n_items),
        "from": data.days[0] if data.days else None,
        "to": data.days[1] if data.days else None,
        "events_per_user": _histogram(sizes),
        "median_events": float(np.median(sizes)) if len(sizes) else 0.0,
        "item_popularity": _tenths(counts),
        "steps": list(steps),
        "top_items": [
            {"title": data.item_table.title[i], "count": int(count)}
            for i, count in zip(order[:10], counts[:10], strict=True)
        ],
    }


def _histogram(sizes: NDArray[Any]) -> list[dict[str, int]]:
    """People by number of events, in bins that double: 1, 2-3, 4-7, ..."""
    positive = sizes[sizes > 0]
    if not len(positive):
        return []
    power = np.floor(np.log2(positive)).astype(int)
    return [
        {"low": 2**p, "high": 2 ** (p + 1) - 1, "people": int((power == p).sum())}
        for p in range(power.min(), power.max() + 1)
    ]


def _tenths(counts: NDArray[Any]) -> list[dict[str, Any]]:
    """Events of each tenth of the items, from falling `counts`; fewer parts for fewer items."""
    total = max(1, int(counts.sum()))
    if len(counts):
        parts = np.array_split(counts, min(10, len(counts)))
    else:
        parts = []
    return [
        {
            "part": n,
            "items": len(part),
            "events": int(part.sum()),
            "share": float(part.sum() / total),
        }
        for n, part in enumerate(parts, 1)
    ]

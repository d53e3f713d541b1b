"""Arrange histories of different length side by side, padded at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core.queries import Queries

__all__ = ["alike", "padded", "spans"]

Ints = NDArray[np.int64]
TOGETHER = 2_048  # events per batch, to limit padding


def alike(sizes: NDArray[Any]) -> Iterator[Ints]:
    """Yield batches of rows of similar length, longest first; rows without events are left out."""
    order = np.argsort(sizes, kind="stable")
    order = order[sizes[order] > 0]
    while len(order):
        rows = order[-max(1, min(len(order), TOGETHER // int(sizes[order[-1]]))) :]
        order = order[: -len(rows)]
        yield rows


def spans(starts: NDArray[Any], ends: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return (places starts..ends of each row, which of them are real), (r, longest) each."""
    at = starts[:, None] + np.arange(max(1, int((ends - starts).max(initial=0))))
    return at, at < ends[:, None]


def padded(queries: Queries, rows: Ints, length: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Pad the latest `length` events of r rows: items, steps, times (r, l) and sizes (r,)."""
    ends = queries.indptr[rows + 1]
    sizes = np.minimum(ends - queries.indptr[rows], length)
    at, inside = spans(ends - sizes, ends)
    if not len(queries.items):
        empty = np.zeros(at.shape, np.int64)
        return empty, empty, empty, sizes
    event = np.where(inside, at, 0)
    items, steps, times = (
        np.where(inside, column[event], 0).astype(np.int64)
        for column in (queries.items, queries.events_ago, queries.times)
    )
    return items, steps, times, sizes

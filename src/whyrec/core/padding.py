"""Histories of different length side by side, padded at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core.queries import Queries

__all__ = ["alike", "padded", "spans"]

Ints = NDArray[np.int64]
TOGETHER = 2_048  # events in one batch: more would be padding


def alike(sizes: NDArray[Any]) -> Iterator[Ints]:
    """The rows that have an event, in batches of like length, the longest first: attention grows
    with the square of it.
    """
    order = np.argsort(sizes, kind="stable")
    order = order[sizes[order] > 0]
    while len(order):
        rows = order[-max(1, min(len(order), TOGETHER // int(sizes[order[-1]]))) :]
        order = order[: -len(rows)]
        yield rows


def spans(starts: NDArray[Any], ends: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """The places starts..ends of rows side by side, padded at the end: (places, which of them
    are real), (r, longest).
    """
    at = starts[:, None] + np.arange(max(1, int((ends - starts).max(initial=0))))
    return at, at < ends[:, None]


def padded(queries: Queries, rows: Ints, length: int) -> tuple[Ints, Ints, Ints, Ints]:
    """The latest `length` events of these queries (r rows), padded at the end: items, steps,
    times (r, l), sizes (r,).
    """
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

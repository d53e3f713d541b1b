"""The cut times of a split by time over shards, and the notes of a split."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import DataError
from whyrec.data.outofcore.step_on_shards import Work, kept_events
from whyrec.data.split import CUT, VALID, next_item_notes, temporal_notes

__all__ = ["DAY", "moments_of", "split_notes"]

DAY = 86_400


def split_notes(protocol: str, moments: NDArray[Any] | None, parts: Any) -> str:
    """Return the notes of a split; DataError if a part is empty."""
    if not parts[1:].all():
        raise DataError(
            f"the protocol {protocol} must leave events for validation and test",
            given=f"{parts.tolist()} events",
            fix="give more events, or use the other of next-item and temporal",
        )
    if moments is None:
        return next_item_notes()
    return temporal_notes(moments)


def moments_of(work: Work, shards: range, rounds: int, n: int) -> NDArray[np.int64]:
    """Find the two cut times of :func:`whyrec.data.split.temporal`: the days, then the seconds."""
    ranks = np.floor((n - 1) * np.array([CUT - VALID, CUT])).astype(np.int64)
    days, before = _ranked(work.each(partial(_times, work.folder, rounds, None), shards), ranks)
    found = []
    for day, rank in zip(days, ranks - before, strict=True):
        seconds, _ = _ranked(
            work.each(partial(_times, work.folder, rounds, int(day)), shards), np.array([rank])
        )
        found.append(seconds[0])
    return np.array(found)


def _ranked(
    counted: Iterable[tuple[NDArray[Any], NDArray[Any]]], ranks: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return (values at these ranks, number of values below each) from all shards' counts."""
    values, counts = (np.concatenate(part) for part in zip(*counted, strict=True))
    values, where = np.unique(values, return_inverse=True)
    ends = np.cumsum(np.bincount(where, counts)).astype(np.int64)
    at = np.searchsorted(ends, ranks, side="right")
    return values[at], np.append(0, ends)[at]


def _times(
    folder: Path, rounds: int, day: int | None, shard: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return (values, counts) of one shard's days, or of the seconds of one day."""
    events, keep = kept_events(folder, rounds, shard)
    time = np.floor(events["time"][keep]).astype(np.int64)
    return np.unique(time // DAY if day is None else time[time // DAY == day], return_counts=True)

"""Histories as batches for training: windows of the latest events, like lengths together, events
left out at random.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Queries
from whyrec.core.padding import spans

__all__ = ["Batch", "windows"]

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Batch:
    """b histories of up to l events, padded at the end: items, target (b, l) int64; real (b, l)
    bool; times (b, l) int64. target[r, j] came right after items[r, j]."""

    items: Ints
    target: Ints
    real: NDArray[np.bool_]
    times: Ints

    def __getitem__(self, rows: slice) -> Batch:
        """Some of its histories."""
        return Batch(self.items[rows], self.target[rows], self.real[rows], self.times[rows])


def windows(
    histories: Queries, *, length: int, tokens: int, event_dropout: float, rng: np.random.Generator
) -> list[Batch]:
    """One epoch: every event but a person's first is a target (of those not left out), in batches
    of up to `tokens` events.

    A history longer than `length` is cut into windows at random places; its last window overlaps
    the one before, whose events are targets twice.
    event_dropout: each history loses a random share of its events, up to this, so that the model
    does not lean on single neighbours and removal of an event is nothing new to it.
    """
    kept = _thinned(histories, event_dropout, rng)
    starts, ends = _cut(histories.indptr, kept, length, rng)
    sizes = ends - starts - 1
    # Like lengths together waste little padding; the noise mixes who meets whom from epoch to
    # epoch.
    order = np.argsort(sizes * np.exp(rng.normal(0.0, 0.1, len(sizes))), kind="stable")
    groups = _groups(sizes[order], tokens)
    rng.shuffle(groups)
    return [_batch(histories, kept, starts[order[a:b]], ends[order[a:b]]) for a, b in groups]


def _thinned(histories: Queries, event_dropout: float, rng: np.random.Generator) -> Ints:
    """The numbers of the events that stay in this epoch, in order."""
    if event_dropout <= 0:
        return np.arange(len(histories.items))
    share = np.repeat(event_dropout * rng.random(len(histories)), histories.sizes)
    return np.flatnonzero(rng.random(len(share)) >= share)


def _cut(
    indptr: NDArray[Any], kept: Ints, length: int, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Starts and ends of windows in `kept`: at most length + 1 events (inputs and their
    targets), 2 at least.
    """
    low = np.searchsorted(kept, indptr[:-1])
    high = np.searchsorted(kept, indptr[1:])
    short = (high - low >= 2) & (high - low <= length + 1)
    starts = [low[short]]
    ends = [high[short]]
    for a, b in zip(low[high - low > length + 1], high[high - low > length + 1], strict=True):
        stops = np.append(np.arange(b - rng.integers(1, length + 1), a + 1, -length), b)
        starts.append(np.maximum(a, stops - length - 1))
        ends.append(stops)
    start = np.concatenate(starts)
    end = np.concatenate(ends)
    return start[end - start >= 2], end[end - start >= 2]


def _groups(sizes: Ints, tokens: int) -> list[tuple[int, int]]:
    """Runs [a, b) of rows whose padded size stays within `tokens`; one row at least."""
    groups = []
    a = 0
    longest = 0
    for b, size in enumerate(sizes):
        longest = max(longest, int(size))
        if b > a and longest * (b - a + 1) > tokens:
            groups.append((a, b))
            a = b
            longest = int(size)
    if len(sizes):
        return [*groups, (a, len(sizes))]
    return []


def _batch(histories: Queries, kept: Ints, starts: Ints, ends: Ints) -> Batch:
    at, inside = spans(starts, ends)
    event = kept[np.where(inside, at, starts[:, None])]
    items = np.where(inside, histories.items[event], 0).astype(np.int64)
    times = np.where(inside, histories.times[event], 0)
    return Batch(items[:, :-1], items[:, 1:], inside[:, 1:], times[:, :-1])

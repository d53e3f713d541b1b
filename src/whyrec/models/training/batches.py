"""Batches of histories for training: windows of similar length, with random events left out."""

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
    """b histories of up to l events, padded at the end.

    Attributes:
        items: Item numbers, (b, l) int64.
        target: The item that came right after each of `items`, (b, l) int64.
        real: Whether each position holds an event, (b, l) bool.
        times: Unix seconds, (b, l) int64.
        target_event: Place of each target among all events of the histories, (b, l) int64.
    """

    items: Ints
    target: Ints
    real: NDArray[np.bool_]
    times: Ints
    target_event: Ints

    def __getitem__(self, rows: slice) -> Batch:
        """Return some of the histories."""
        return Batch(
            self.items[rows],
            self.target[rows],
            self.real[rows],
            self.times[rows],
            self.target_event[rows],
        )


def windows(
    histories: Queries, *, length: int, tokens: int, event_dropout: float, rng: np.random.Generator
) -> list[Batch]:
    """Return the batches of one epoch; every event but a person's first is a target.

    A history longer than `length` is cut into windows at random places. Its last window overlaps
    the one before, whose events are then targets twice.

    Args:
        histories: The histories of the training data.
        length: Largest number of input events in a window.
        tokens: Largest number of events in a batch.
        event_dropout: Largest share of a history that is left out at random, so that the model does
            not rely on single neighbours and is used to removed events.
        rng: Source of randomness.
    """
    events = _thinned(histories, event_dropout, rng)
    starts, ends = _cut(histories.indptr, events, length, rng)
    sizes = ends - starts - 1
    # Similar lengths together need little padding; the noise changes the batches between epochs.
    order = np.argsort(sizes * np.exp(rng.normal(0.0, 0.1, len(sizes))), kind="stable")
    groups = _groups(sizes[order], tokens)
    rng.shuffle(groups)
    return [_batch(histories, events, starts[order[a:b]], ends[order[a:b]]) for a, b in groups]


def _thinned(histories: Queries, event_dropout: float, rng: np.random.Generator) -> Ints:
    """Return the numbers of the events that stay in this epoch, in order."""
    if event_dropout <= 0:
        return np.arange(len(histories.items))
    share = np.repeat(event_dropout * rng.random(len(histories)), histories.sizes)
    return np.flatnonzero(rng.random(len(share)) >= share)


def _cut(
    indptr: NDArray[Any], kept: Ints, length: int, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Return starts and ends of windows of 2 to length + 1 events (inputs and their targets)."""
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
    """Split rows into runs [a, b) whose padded size is at most `tokens`, one row at least."""
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
    place, inside = spans(starts, ends)
    event = kept[np.where(inside, place, starts[:, None])]
    items = np.where(inside, histories.items[event], 0).astype(np.int64)
    times = np.where(inside, histories.times[event], 0)
    return Batch(items[:, :-1], items[:, 1:], inside[:, 1:], times[:, :-1], event[:, 1:])

"""What each shard reports to the caller of `prepare`, and how the reports are combined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Dataset
from whyrec.data.build import Step, hearing, left_out
from whyrec.data.clean import Heard
from whyrec.data.kinds import Counted
from whyrec.data.order import Times, order_steps, whole

__all__ = [
    "Gathered",
    "Shard",
    "Stands",
    "counts_of",
    "heard_of_all",
    "order_of_all",
    "told",
    "with_events",
]


class Shard(NamedTuple):
    """Report of one shard: events left after each rule, people, items with counts, rule results."""

    left: list[int]
    users: NDArray[Any]
    items: NDArray[Any]
    counts: NDArray[Any]
    heard: list[Heard]


class Gathered(NamedTuple):
    """Report of a gathered shard.

    Attributes:
        shard: Its people and items.
        avoided: Avoided pairs.
        counts: As in :class:`whyrec.data.kinds.Settled`.
        ratings: Its counted ratings.
        times: What the times say about the order.
    """

    shard: Shard
    avoided: NDArray[np.int32]
    counts: NDArray[np.int64]
    ratings: Counted
    times: Times


def told(left: list[int], events: NDArray[Any], heard: Sequence[Heard] = ()) -> Shard:
    """Build the report of a shard's events."""
    return Shard(
        left, np.unique(events["user"]), *np.unique(events["item"], return_counts=True), list(heard)
    )


def counts_of(n_items: int, found: Sequence[Shard]) -> NDArray[np.int64]:
    """Sum the events of each item over all shards."""
    total = np.zeros(n_items, np.int64)
    for one in found:
        total[one.items] += one.counts
    return total


class Stands(NamedTuple):
    """What remains after resolving events: steps, people and items, avoided pairs, choices."""

    steps: list[Step]
    known: Dataset
    avoided: NDArray[np.int32]
    events: int


def order_of_all(
    known: Dataset, heard: Sequence[Gathered], asked: str | None, *, timed: bool
) -> tuple[Dataset, bool]:
    """Return (`known` with the order of all shards, whether row positions are the times)."""
    if timed:
        seen = whole(one.times for one in heard).order
    else:
        seen = "none"
    by_rows = asked == "file"
    return replace(
        known, order="file" if by_rows else seen
    ), by_rows and seen == "none" and not known.clock


def heard_of_all(
    known: Dataset, heard: Sequence[Gathered], before: int, log: list[Step], *, timed: bool
) -> Stands:
    """Combine the resolved shards: drop people and items without choices and record the steps."""
    counts = np.sum([one.counts for one in heard], axis=0)
    left = sum(int(one.shard.counts.sum()) for one in heard)
    log = [*log, *hearing(counts, before, left)]
    avoided = np.concatenate([one.avoided for one in heard])
    said = order_steps(known.order, left, timed=timed)
    if left == before:
        return Stands([*log, *said], known, avoided, left)
    stands = with_events(
        replace(known, avoided=avoided),
        [one.shard for one in heard],
        partial(counts_of, known.n_items),
    )
    return Stands([*log, *left_out(known, stands), *said], stands, avoided, left)


def with_events(
    known: Dataset,
    found: Sequence[Shard],
    count: Callable[[Sequence[Shard]], NDArray[np.int64]],
) -> Dataset:
    """Keep the items with events in these shards, and people with events or avoided items."""
    items = count(found) > 0
    people = [known.avoided[items[known.avoided[:, 1]], 0], *(one.users for one in found)]
    return known.only(np.unique(np.concatenate(people)), np.flatnonzero(items))

"""What the caller of :mod:`whyrec.data.pieces` learns of shards of events, and what that is of all of them together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Dataset
from whyrec.data.assemble import Step, hearing, left_out
from whyrec.data.clean import Heard
from whyrec.data.kinds import Counted

__all__ = ["Gathered", "Shard", "counts_of", "heard_of_all", "told", "with_events"]


class Shard(NamedTuple):
    """What the caller learns of one shard: events left after each rule, its people, its items and the events of each, and
    what each rule said."""

    left: list[int]
    users: NDArray[Any]
    items: NDArray[Any]
    counts: NDArray[Any]
    heard: list[Heard]


class Gathered(NamedTuple):
    """What the caller learns of one shard when its events are together: which are choices, what was heard on the way
    (:class:`whyrec.data.kinds.Settled`), and its ratings, counted."""

    shard: Shard
    avoided: NDArray[np.int32]
    counts: NDArray[np.int64]
    ratings: Counted


def told(left: list[int], events: NDArray[Any], heard: Sequence[Heard] = ()) -> Shard:
    return Shard(left, np.unique(events["user"]), *np.unique(events["item"], return_counts=True), list(heard))


def counts_of(n_items: int, found: Sequence[Shard]) -> NDArray[np.int64]:
    """Events of each item, in all shards."""
    total = np.zeros(n_items, np.int64)
    for one in found:
        total[one.items] += one.counts
    return total


def heard_of_all(known: Dataset, heard: Sequence[Gathered], before: int, log: list[Step]) -> tuple[list[Step], Dataset, int]:
    """(steps, the people and items that have choices left, how many) once what takes others back was heard."""
    counts = np.sum([one.counts for one in heard], axis=0)
    left = sum(int(one.shard.counts.sum()) for one in heard)
    log = [*log, *hearing(counts, before, left)]
    if left == before:
        return log, known, left
    avoided = np.concatenate([one.avoided for one in heard])
    stands = with_events(replace(known, avoided=avoided), [one.shard for one in heard], partial(counts_of, known.n_items))
    return [*log, *left_out(known, stands)], stands, left


def with_events(known: Dataset, found: Sequence[Shard], count: Callable[[Sequence[Shard]], NDArray[np.int64]],
                       ) -> Dataset:
    """The items that have events in these shards, and the people who have some or avoid one of these items."""
    items = count(found) > 0
    people = [known.avoided[items[known.avoided[:, 1]], 0], *(one.users for one in found)]
    return known.only(np.unique(np.concatenate(people)), np.flatnonzero(items))

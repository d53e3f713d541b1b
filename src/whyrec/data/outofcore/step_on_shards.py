"""The steps of `prepare` on one shard of people: gather, clean, core, finish."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from whyrec.core.parallel import ParallelMap
from whyrec.data.clean import Rows, Rules, core_round
from whyrec.data.kinds import count_ratings, settled
from whyrec.data.order import times_of
from whyrec.data.outofcore.shards import Gathered, Shard, told
from whyrec.data.outofcore.step_files import save_array, write_table
from whyrec.data.split import next_item_part, temporal_part

__all__ = ["Ended", "Work", "clean_shard", "core_of_shards", "finish", "gather", "kept_events"]


class Work(NamedTuple):
    """The folder of the steps' files, and the `map` that runs them."""

    folder: Path
    each: ParallelMap


def gather(folder: Path, files: int, shard: int) -> Gathered:
    """Collect one shard's events from all files, sorted by time, and keep the standing choices."""
    parts = []
    for number in range(files):
        ends = np.load(folder / f"ends-{number}.npy")
        dealt = np.load(folder / f"dealt-{number}.npy", mmap_mode="r")
        parts.append(dealt[ends[shard - 1] if shard else 0 : ends[shard]])
    events = np.concatenate(parts)
    events = events[np.argsort(events["time"], kind="stable")]
    found = settled(events["user"], events["item"], events["meaning"], events["value"])
    events = events[found.keep]
    save_array(folder / f"heard-{shard}.npy", events)
    return Gathered(
        told([], events),
        found.avoided,
        found.counts,
        count_ratings(events["value"], events["meaning"]),
        times_of(events["user"], np.floor(events["time"])),
    )


def clean_shard(folder: Path, rules: Rules, shard: int) -> Shard:
    """Apply the rules for one person's events to one shard."""
    events = np.load(folder / f"heard-{shard}.npy")
    left = []
    heard = []
    for rule in rules.of_people():
        found = rule.hear(Rows(*(events[name] for name in Rows._fields)))
        events = events[found.keep]
        left.append(len(events))
        heard.append(found._replace(keep=found.keep[:0]))
    save_array(folder / f"gathered-{shard}.npy", events)
    return told(left, events, heard)


def core_of_shards(
    work: Work,
    rules: Rules,
    found: list[Shard],
    count: Callable[[Sequence[Shard]], NDArray[np.int64]],
) -> tuple[list[Shard], int]:
    """Return (shards of the k-core, rounds), as in :func:`whyrec.data.clean.clean`."""
    rounds = 0
    before = -1
    left = sum(int(one.counts.sum()) for one in found)
    while left != before:
        save_array(work.folder / "enough.npy", count(found) >= rules.of_item)
        rounds = rounds + 1
        before = left
        found = list(
            work.each(
                partial(_core_round, work.folder, rules.k_core, rounds, len(found)),
                range(len(found)),
            )
        )
        left = sum(one.left[-1] for one in found)
    return found, rounds


def _core_round(folder: Path, of_user: int, number: int, shards: int, shard: int) -> Shard:
    """Run one round in one shard."""
    events, keep = kept_events(folder, number - 1, shard)
    people = events["user"] // shards  # people of the shard, numbered without gaps
    rows = Rows(people, *(events[name] for name in Rows._fields[1:]))
    stays = core_round(rows, keep, of_user, np.load(folder / "enough.npy"))
    save_array(folder / f"keep-{shard}-{number}.npy", stays)
    return told([int(stays.sum())], events[stays])


def kept_events(folder: Path, rounds: int, shard: int) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return (events, which of them are kept) after this many rounds."""
    events = np.load(folder / f"gathered-{shard}.npy")
    return events, np.load(folder / f"keep-{shard}-{rounds}.npy") if rounds else np.ones(
        len(events), bool
    )


class Ended(NamedTuple):
    """Report of a finished shard: file name, rows, events of each part."""

    name: str
    rows: int
    parts: tuple[int, ...]


def finish(
    folder: Path,
    rounds: int,
    protocol: str | None,
    moments: NDArray[Any] | None,
    fine: bool,
    rows: bool,
    order: str,
    shard: int,
) -> Ended:
    """Write one shard with final numbers.

    fine: times have fractions. rows: row positions are the times. order: that of the data.
    """
    events, keep = kept_events(folder, rounds, shard)
    events = events[keep]
    if rows:
        events["time"] = events["place"]
    part = np.zeros(len(events), np.int8)
    if protocol == "next-item":
        part = next_item_part(events["user"], np.floor(events["time"]), by_rows=order == "file")
    elif moments is not None:
        part = temporal_part(np.floor(events["time"]), moments)
    numbers = {
        column: np.searchsorted(np.load(folder / f"stay-{column}s.npy"), events[column]).astype(
            np.int32
        )
        for column in ("user", "item")
    }
    frame = pl.DataFrame(
        numbers
        | {
            "value": events["value"].copy(),
            "time": np.floor(events["time"]).astype(np.int64),
            "place": events["place"].copy(),
        }
    )
    if fine:
        frame = frame.with_columns(pl.Series("moment", events["time"].copy()))
    if protocol:
        frame = frame.with_columns(pl.Series("part", part))
    name = f"shard-{shard:06d}.parquet"
    write_table(folder / "shards" / name, frame)
    return Ended(name, frame.height, tuple(np.bincount(part, minlength=3).tolist()))

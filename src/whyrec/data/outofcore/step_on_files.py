"""The steps of `prepare` on one file of events: check it, number its labels, deal it to shards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from whyrec.core import DataError, Dataset
from whyrec.data.build import Said, Step, kinds_of
from whyrec.data.events import numbered, tidy
from whyrec.data.formats.plain import alike, read_file, read_plain
from whyrec.data.outofcore.step_files import save_array, write_table
from whyrec.data.readers.archive import Source
from whyrec.data.shape import raw_tables, timed

__all__ = ["EVENT", "ReadFile", "check_file", "deal", "merged_log", "number_labels"]

EVENT = np.dtype(
    [
        ("user", "<i4"),
        ("item", "<i4"),
        ("value", "<f4"),
        ("time", "<f8"),
        ("place", "<i8"),
        ("meaning", "i1"),
    ]
)


class ReadFile(NamedTuple):
    """Report of one file: steps, rows, clock, schema, form of its times, kinds of its events."""

    steps: tuple[Step, ...]
    left: int
    clock: bool
    schema: dict[str, Any]
    times: str
    kinds: list[str]


def check_file(folder: Path, source: Source, which: tuple[int, str]) -> ReadFile:
    """Check one file; write its rows, and its labels in order of appearance."""
    number, name = which
    log: list[Step] = []
    frame = read_file(source, "events", name, log)
    try:
        events, times = timed(frame)
        found = tidy(events, log)
    except DataError as error:
        raise DataError(f"{error.required} (in {name})", given=error.given, fix=error.fix) from None
    if found.time is None:
        time = {}
    else:
        time = {"time": pl.Series(found.time).cast(pl.Float64)}
    rows = pl.DataFrame(
        {
            "user": found.user,
            "item": found.item,
            "value": found.value,
            "meaning": found.meaning,
            **time,
        }
    )
    write_table(folder / f"read-{number}.parquet", rows)
    for column in ("user", "item"):
        write_table(
            folder / f"{column}-{number}.parquet", rows.select(column).unique(maintain_order=True)
        )
    return ReadFile(
        tuple(log), rows.height, found.clock, dict(frame.schema), times, kinds_of(frame)
    )


def merged_log(names: Sequence[str], read: Sequence[ReadFile]) -> list[Step]:
    """Merge the steps of all files; DataError if the files are inconsistent."""
    alike({name: one.schema for name, one in zip(names, read, strict=True)})
    kinds = {one.times: name for name, one in zip(names, read, strict=True) if one.times}
    if len(kinds) > 1:
        raise DataError(
            "the column 'time' of events must hold Unix seconds or dates, not both",
            fix="write all files alike",
            given=" and ".join(f"{kind} in {name}" for kind, name in kinds.items()),
        )
    made: dict[str, Step] = {}
    for name, one in zip(names, read, strict=True):
        for new in one.steps:
            if "at row" in new.detail:
                detail = f"{new.detail} of {name}"
            else:
                detail = new.detail
            old = made.get(new.name) or replace(new, touched=0, detail=detail)
            made[new.name] = replace(old, touched=old.touched + new.touched)
    order = ["read events", *(f"drop rows without {column}" for column in ("user", "item", "time"))]
    rows = [made.pop(name) for name in order if name in made]
    left = np.cumsum([rows[0].touched, *(-one.touched for one in rows[1:])])
    latin = [made.pop(name) for name in list(made) if name.endswith("latin-1")]
    return [
        *latin,
        *(replace(one, left=int(n)) for one, n in zip(rows, left, strict=True)),
        *(replace(one, left=int(left[-1])) for one in made.values()),
    ]


def number_labels(
    source: Source,
    folder: Path,
    log: list[Step],
    names: Sequence[str],
    said: Said,
    *,
    clock: bool,
) -> tuple[Dataset, list[Step]]:
    """Number all people and items, and return them as a Dataset without events."""
    files, more = read_plain(source, without="events")
    tables = raw_tables(files).keyed(log := [*log, *more])
    columns = {}
    for column, first in (("user", None), ("item", tables.first_items)):
        found = [
            pl.read_parquet(folder / f"{column}-{n}.parquet")[column] for n in range(len(names))
        ]
        raw = pl.concat(found).unique(maintain_order=True)
        number, columns[column] = numbered(raw, first)
        write_table(folder / f"{column}.parquet", pl.DataFrame({"raw": raw, "number": number}))
    none = (
        np.zeros(0, np.int32),
        np.zeros(0, np.int32),
        np.zeros(0, np.float32),
        np.zeros(0, np.int64),
    )
    return tables.dataset(
        none, columns["user"], columns["item"], log, name=source.name, said=said, clock=clock
    ), log


def deal(folder: Path, shards: int, which: tuple[int, int]) -> None:
    """Number one file's events, the first at position `before` of all, and split them by shard."""
    number, before = which
    rows = pl.read_parquet(folder / f"read-{number}.parquet")
    events = np.empty(rows.height, EVENT)
    for column in ("user", "item"):
        known = pl.read_parquet(folder / f"{column}.parquet")
        events[column] = rows[column].replace_strict(
            known["raw"], known["number"], return_dtype=pl.Int32
        )
    events["value"], events["place"] = rows["value"], before + np.arange(rows.height)
    events["meaning"] = rows["meaning"]
    if "time" in rows.columns:
        events["time"] = rows["time"]
    else:
        events["time"] = 0
    shard = events["user"] % shards
    save_array(folder / f"dealt-{number}.npy", events[np.argsort(shard, kind="stable")])
    save_array(folder / f"ends-{number}.npy", np.cumsum(np.bincount(shard, minlength=shards)))

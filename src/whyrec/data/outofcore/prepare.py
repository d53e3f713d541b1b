"""Events in many files, read, cleaned and split a file and a shard of people at a time: the Dataset
that they give at once.

    read     a file      its rows checked, its labels as they stand
    number   all labels  known beside the tables of items and people; the one step that holds them
    all deal     a file      events as numbers, by shards of people
    gather   a shard     in order of time, the choices that nothing takes back
    clean    a shard     without what a rule for one person's events leaves out
    core     a shard     people and items with enough events: round after round, items counted over
    all shards finish   a shard     numbers of those who are left, the part of the split, Parquet

Rules are those of tidy, clean and split, which also serve whole tables. `each` is `map`, or a `map`
that works on other processes or machines (whyrec.scale): a piece depends on nothing but the files
of the step before, so one that was lost is made again. All machines must see the folders; the
caller holds labels, tables and a count an item; a worker one file or shard. Not for the protocol
strong.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from whyrec.core import BadArgument, BadData, Dataset
from whyrec.core.parallel import Each
from whyrec.data.build import Loaded, Said, Step, kinds_of, left_out
from whyrec.data.clean import Heard, Rows, Rules, core_round, step
from whyrec.data.events import look_up, numbered, tidy
from whyrec.data.formats.plain import alike, plain_files, read_file, read_plain
from whyrec.data.kinds import count_ratings, counts_of_all, least_rating, settled
from whyrec.data.order import check_asked, times_of
from whyrec.data.outofcore.prepared import is_prepared, seal
from whyrec.data.outofcore.shards import (
    Gathered,
    Shard,
    Stands,
    counts_of,
    heard_of_all,
    order_of_all,
    told,
    with_events,
)
from whyrec.data.readers.archive import Source, open_source
from whyrec.data.shape import raw_tables, timed
from whyrec.data.split import (
    CUT,
    VALID,
    check_order,
    next_item_notes,
    next_item_part,
    temporal_notes,
    temporal_part,
)

__all__ = ["prepare"]

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
SHARD = 500_000  # events in the mean
DAY = 86_400


def prepare(
    source: str | Path,
    out: str | Path,
    *,
    protocol: str | None = None,
    each: Each = map,
    shard: int = SHARD,
    ratings: str = "auto",
    order: str | None = None,
    **cleaning: Any,
) -> Loaded:
    """Write the events of a folder of the plain form, cleaned, as a prepared folder `out`; returns
    its people, items and tables as a Dataset without events, and the steps. `whyrec.load(out)`
    gives what `load` and `clean` give for `source`.

    cleaning: duplicates, min_value, k_core, item_core and ratings of
    :func:`whyrec.data.clean.clean`. protocol: next-item, temporal; the split is then in `out` too.
    shard: events each in the mean. order: as `load` takes it. Raises BadData as `load` and `clean`
    do.
    """
    check_asked(order)
    out, rules = Path(out).resolve(), Rules(**cleaning)  # a worker may stand elsewhere
    if shard < 1:
        raise BadArgument("a shard must have 1 event or more", given=str(shard))
    if protocol not in (None, "next-item", "temporal"):
        raise BadArgument("pieces are split by next-item or temporal", given=str(protocol))
    if out.exists() and not is_prepared(out) and (not out.is_dir() or any(out.iterdir())):
        raise BadArgument(
            "prepared data go into a new, empty or earlier prepared folder",
            given=str(out),
            fix="choose another --out",
        )
    work = out.with_name(out.name + ".work")
    shutil.rmtree(work, ignore_errors=True)
    (work / "shards").mkdir(parents=True)
    try:
        with open_source(Path(source).resolve()) as files:
            return _prepare(
                files, out, _Work(work, each), rules, _Asked(ratings, order, protocol), shard
            )
    finally:
        shutil.rmtree(work, ignore_errors=True)


class _Work(NamedTuple):
    """Where steps leave their files, and how they are worked on."""

    folder: Path
    each: Each


class _Asked(NamedTuple):
    """What is asked for beside the rules: see :func:`prepare`."""

    ratings: str
    order: str | None
    protocol: str | None


def _prepare(
    source: Source, out: Path, work: _Work, rules: Rules, asked: _Asked, shard: int
) -> Loaded:
    names = plain_files(source.names(), source.name)["events"]
    if not names or not source.path.is_dir():
        raise BadData(
            "pieces are read from a folder with events-*.csv or events-*.parquet",
            given=str(source.path),
            fix="unpack it, and name the files of events so",
        )
    read = list(work.each(partial(_read, work.folder, source), enumerate(names)))
    log = _merged(names, read)
    before = np.cumsum([0, *(one.left for one in read)])
    said = Said().of_kinds(kind for one in read for kind in one.kinds)
    known, log = _number(
        source, work.folder, log, names, said, clock=max(one.clock for one in read)
    )
    shards = range(-(-int(before[-1]) // shard))
    list(
        work.each(
            partial(_deal, work.folder, len(shards)),
            [(n, int(at)) for n, at in enumerate(before[:-1])],
        )
    )
    heard = list(work.each(partial(_gather, work.folder, len(names)), shards))
    known, rows = order_of_all(known, heard, asked.order, timed=any(one.times for one in read))
    stands = heard_of_all(known, heard, int(before[-1]), log, timed=any(one.times for one in read))
    if protocol := asked.protocol:
        check_order(known)
    counted = counts_of_all([one.ratings for one in heard])
    rules = replace(
        rules, least_rating=least_rating(np.zeros(0), None, asked.ratings, counted=counted)
    )
    after, steps, rounds, total = _cleaned(work, rules, known, stands, shards)
    users, items = (
        look_up(pl.Series(labels), pl.Series(known)).to_numpy()
        for labels, known in ((after.users, known.users), (after.items, known.items))
    )
    _save(work.folder / "stay-users.npy", users)
    _save(work.folder / "stay-items.npy", items)
    moments = _moments(work, shards, rounds, total) if protocol == "temporal" else None
    fine = any(one.name == "cut times to whole seconds" for one in log)
    ended = list(
        work.each(
            partial(_finish, work.folder, rounds, protocol, moments, fine, rows, known.order),
            shards,
        )
    )
    split = protocol and (
        protocol,
        _notes(protocol, moments, np.sum([one.parts for one in ended], axis=0)),
    )
    loaded = Loaded(after, (*stands.steps, *steps))
    seal(
        work.folder / "shards",
        out,
        after,
        loaded.steps,
        {one.name: one.rows for one in ended},
        split or None,
    )
    return loaded


def _cleaned(
    work: _Work,
    rules: Rules,
    known: Dataset,
    stands: Stands,
    shards: range,
) -> tuple[Dataset, list[Step], int, int]:
    """(people and items that are left by the rules, steps, rounds of the core, events left)."""
    found, count = (
        list(work.each(partial(_clean, work.folder, rules), shards)),
        partial(counts_of, known.n_items),
    )
    steps: list[Step] = []
    total, rounds = stands.events, 0
    for at, rule in enumerate(rules.of_people()):
        left, of_all = (
            sum(one.left[at] for one in found),
            Heard.of([one.heard[at] for one in found]),
        )
        steps, total = [*steps, step(rule.name, total, left, rule.fix, rule.told(of_all))], left
    avoided = np.concatenate(
        [stands.avoided, *(rule.avoided for one in found for rule in one.heard)]
    )
    if rules.of_item:
        found, rounds = _core(work, rules, found, count)
        left = sum(one.left[-1] for one in found)
        steps, total = (
            [*steps, step(rules.core[0], total, left, rules.core[1], f"{rounds} rounds")],
            left,
        )
        avoided = avoided[np.isin(avoided[:, 0], np.concatenate([one.users for one in found]))]
    after = stands.known
    if total < stands.events:
        after = with_events(replace(known, avoided=avoided), found, count)
        steps += left_out(stands.known, after)
    return rules.noted(after), steps, rounds, total


# --- files ----------------------------------------------------------------------------------------


class _File(NamedTuple):
    """What the caller learns of one file: its steps, rows left, whether its times are Unix seconds,
    its columns and their types, what the times came as, and the kinds of its events."""

    steps: tuple[Step, ...]
    left: int
    clock: bool
    schema: dict[str, Any]
    times: str
    kinds: list[str]


def _read(folder: Path, source: Source, which: tuple[int, str]) -> _File:
    """Check one file; leave its rows, and its labels in the order in which they first come."""
    number, name = which
    log: list[Step] = []
    frame = read_file(source, "events", name, log)
    try:
        events, times = timed(frame)
        found = tidy(events, log)
    except BadData as error:
        raise BadData(f"{error.required} (in {name})", given=error.given, fix=error.fix) from None
    time = {} if found.time is None else {"time": pl.Series(found.time).cast(pl.Float64)}
    rows = pl.DataFrame(
        {
            "user": found.user,
            "item": found.item,
            "value": found.value,
            "meaning": found.meaning,
            **time,
        }
    )
    _write(folder / f"read-{number}.parquet", rows)
    for column in ("user", "item"):
        _write(
            folder / f"{column}-{number}.parquet", rows.select(column).unique(maintain_order=True)
        )
    return _File(tuple(log), rows.height, found.clock, dict(frame.schema), times, kinds_of(frame))


def _merged(names: Sequence[str], read: Sequence[_File]) -> list[Step]:
    """The steps of all files as of one table; BadData where they do not go together."""
    alike({name: one.schema for name, one in zip(names, read, strict=True)})
    kinds = {one.times: name for name, one in zip(names, read, strict=True) if one.times}
    if len(kinds) > 1:
        raise BadData(
            "the column 'time' of events must hold Unix seconds or dates, not both",
            fix="write all files alike",
            given=" and ".join(f"{kind} in {name}" for kind, name in kinds.items()),
        )
    made: dict[str, Step] = {}
    for name, one in zip(names, read, strict=True):
        for new in one.steps:
            detail = f"{new.detail} of {name}" if "at row" in new.detail else new.detail
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


def _number(
    source: Source,
    folder: Path,
    log: list[Step],
    names: Sequence[str],
    said: Said,
    *,
    clock: bool,
) -> tuple[Dataset, list[Step]]:
    """What is known of all people and items, as a Dataset without events; leaves the number of
    each label.
    """
    files, more = read_plain(source, without="events")
    tables = raw_tables(files).keyed(log := [*log, *more])
    columns = {}
    for column, first in (("user", None), ("item", tables.first_items)):
        found = [
            pl.read_parquet(folder / f"{column}-{n}.parquet")[column] for n in range(len(names))
        ]
        raw = pl.concat(found).unique(maintain_order=True)
        number, columns[column] = numbered(raw, first)
        _write(folder / f"{column}.parquet", pl.DataFrame({"raw": raw, "number": number}))
    none = (
        np.zeros(0, np.int32),
        np.zeros(0, np.int32),
        np.zeros(0, np.float32),
        np.zeros(0, np.int64),
    )
    return tables.dataset(
        none, columns["user"], columns["item"], log, name=source.name, said=said, clock=clock
    ), log


def _deal(folder: Path, shards: int, which: tuple[int, int]) -> None:
    """Number one file's events, the first of which is event `before` of all, and leave them by
    shards of people.
    """
    number, before = which
    rows = pl.read_parquet(folder / f"read-{number}.parquet")
    events = np.empty(rows.height, EVENT)
    for column in ("user", "item"):
        known = pl.read_parquet(folder / f"{column}.parquet")
        events[column] = rows[column].replace_strict(
            known["raw"], known["number"], return_dtype=pl.Int32
        )
    events["value"], events["place"] = rows["value"], before + np.arange(rows.height)
    events["meaning"], events["time"] = (
        rows["meaning"],
        rows["time"] if "time" in rows.columns else 0,
    )
    shard = events["user"] % shards
    _save(folder / f"dealt-{number}.npy", events[np.argsort(shard, kind="stable")])
    _save(folder / f"ends-{number}.npy", np.cumsum(np.bincount(shard, minlength=shards)))


# --- shards ---------------------------------------------------------------------------------------


def _gather(folder: Path, files: int, shard: int) -> Gathered:
    """One shard's events of all files in order of time, ties in order of rows, that are choices
    which nothing takes back.
    """
    parts = []
    for number in range(files):
        ends = np.load(folder / f"ends-{number}.npy")
        dealt = np.load(folder / f"dealt-{number}.npy", mmap_mode="r")
        parts.append(dealt[ends[shard - 1] if shard else 0 : ends[shard]])
    events = np.concatenate(parts)
    events = events[np.argsort(events["time"], kind="stable")]
    found = settled(events["user"], events["item"], events["meaning"], events["value"])
    events = events[found.keep]
    _save(folder / f"heard-{shard}.npy", events)
    return Gathered(
        told([], events),
        found.avoided,
        found.counts,
        count_ratings(events["value"], events["meaning"]),
        times_of(events["user"], np.floor(events["time"])),
    )


def _clean(folder: Path, rules: Rules, shard: int) -> Shard:
    """One shard's choices by the rules for one person's events."""
    events, left, heard = np.load(folder / f"heard-{shard}.npy"), [], []
    for rule in rules.of_people():
        found = rule.hear(Rows(*(events[name] for name in Rows._fields)))
        events = events[found.keep]
        left.append(len(events))
        heard.append(found._replace(keep=found.keep[:0]))
    _save(folder / f"gathered-{shard}.npy", events)
    return told(left, events, heard)


def _core(
    work: _Work,
    rules: Rules,
    found: list[Shard],
    count: Callable[[Sequence[Shard]], NDArray[np.int64]],
) -> tuple[list[Shard], int]:
    """(shards of the people and items that have enough events, rounds), as in
    :func:`whyrec.data.clean.clean`.
    """
    rounds, before, left = 0, -1, sum(int(one.counts.sum()) for one in found)
    while left != before:
        _save(work.folder / "enough.npy", count(found) >= rules.of_item)
        rounds, before = rounds + 1, left
        found = list(
            work.each(
                partial(_round, work.folder, rules.k_core, rounds, len(found)), range(len(found))
            )
        )
        left = sum(one.left[-1] for one in found)
    return found, rounds


def _round(folder: Path, of_user: int, number: int, shards: int, shard: int) -> Shard:
    """One round in one shard."""
    events, keep = _kept(folder, number - 1, shard)
    people = events["user"] // shards  # the shard's people without gaps: they are counted
    rows = Rows(people, *(events[name] for name in Rows._fields[1:]))
    stays = core_round(rows, keep, of_user, np.load(folder / "enough.npy"))
    _save(folder / f"keep-{shard}-{number}.npy", stays)
    return told([int(stays.sum())], events[stays])


def _kept(folder: Path, rounds: int, shard: int) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """(events, which of them are kept) after so many rounds."""
    events = np.load(folder / f"gathered-{shard}.npy")
    return events, np.load(folder / f"keep-{shard}-{rounds}.npy") if rounds else np.ones(
        len(events), bool
    )


class _Ended(NamedTuple):
    name: str
    rows: int
    parts: tuple[int, ...]


def _finish(
    folder: Path,
    rounds: int,
    protocol: str | None,
    moments: NDArray[Any] | None,
    fine: bool,
    rows: bool,
    order: str,
    shard: int,
) -> _Ended:
    """Write one shard under the numbers of the people and items that are left; fine: its times have
    fractions; rows: the places of its rows are its times; order: that of the data."""
    events, keep = _kept(folder, rounds, shard)
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
    frame = frame.with_columns(
        *([pl.Series("moment", events["time"].copy())] if fine else []),
        *([pl.Series("part", part)] if protocol else []),
    )
    name = f"shard-{shard:06d}.parquet"
    _write(folder / "shards" / name, frame)
    return _Ended(name, frame.height, tuple(np.bincount(part, minlength=3).tolist()))


# --- splits ---------------------------------------------------------------------------------------


def _notes(protocol: str, moments: NDArray[Any] | None, parts: Any) -> str:
    """The notes of a split of so many events a part; BadData where it would measure nothing."""
    if not parts[1:].all():
        raise BadData(
            f"the protocol {protocol} must leave events for validation and test",
            given=f"{parts.tolist()} events",
            fix="give more events, or use the other of next-item and temporal",
        )
    return next_item_notes() if moments is None else temporal_notes(moments)


def _moments(work: _Work, shards: range, rounds: int, n: int) -> NDArray[np.int64]:
    """The two moments of :func:`whyrec.data.split.temporal`: first the days that hold them, then
    the seconds in these.
    """
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
    """(the values that stand at these ranks, counted from 0; how many lie below each) of
    (values, counts) of all shards.
    """
    values, counts = (np.concatenate(part) for part in zip(*counted, strict=True))
    values, where = np.unique(values, return_inverse=True)
    ends = np.cumsum(np.bincount(where, counts)).astype(np.int64)
    at = np.searchsorted(ends, ranks, side="right")
    return values[at], np.append(0, ends)[at]


def _times(
    folder: Path, rounds: int, day: int | None, shard: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """(values, counts) of one shard's days, or of the seconds of one day."""
    events, keep = _kept(folder, rounds, shard)
    time = np.floor(events["time"][keep]).astype(np.int64)
    return np.unique(time // DAY if day is None else time[time // DAY == day], return_counts=True)


# --- files of a step: whole or not there, whoever wrote them and died -----------------------------


def _save(path: Path, array: NDArray[Any]) -> None:
    half = path.with_name(f"{path.name}.{os.getpid()}")
    with half.open("wb") as file:
        np.save(file, array)
    half.replace(path)


def _write(path: Path, frame: pl.DataFrame) -> None:
    half = path.with_name(f"{path.name}.{os.getpid()}")
    frame.write_parquet(half, compression="zstd")
    half.replace(path)

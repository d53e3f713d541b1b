"""Read, clean and split events in many files, a file or a shard of people at a time.

    read     a file      check its rows; labels stay text
    number   all labels  with the tables of items and people; the one step that holds all labels
    deal     a file      events as numbers, by shards of people
    gather   a shard     sort by time and resolve events that take others back
    clean    a shard     apply the rules for one person's events
    core     a shard     people and items with enough events, in rounds over all shards
    finish   a shard     final numbers, the part of the split, Parquet

The rules are those of tidy, clean and split, which also serve whole tables. `each` is `map`, or a
`map` that runs in other processes or on other machines (whyrec.scale). A piece depends only on the
files of the step before, so a lost piece is computed again. All machines must see the folders. The
caller holds labels, tables and one count per item; a worker holds one file or shard. Limits: the
protocol strong is not available.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from whyrec.core import ArgumentError, DataError, Dataset
from whyrec.core.parallel import ParallelMap
from whyrec.data.build import Loaded, Said, Step, left_out
from whyrec.data.clean import Heard, Rules, step
from whyrec.data.events import look_up
from whyrec.data.formats.plain import plain_files
from whyrec.data.kinds import counts_of_all, least_rating
from whyrec.data.order import check_asked
from whyrec.data.outofcore.prepared import is_prepared, seal
from whyrec.data.outofcore.shards import Stands, counts_of, heard_of_all, order_of_all, with_events
from whyrec.data.outofcore.split_moments import moments_of, split_notes
from whyrec.data.outofcore.step_files import save_array
from whyrec.data.outofcore.step_on_files import check_file, deal, merged_log, number_labels
from whyrec.data.outofcore.step_on_shards import Work, clean_shard, core_of_shards, finish, gather
from whyrec.data.readers.archive import Source, open_source
from whyrec.data.split import check_order

__all__ = ["prepare"]

SHARD = 500_000  # mean number of events per shard


def prepare(
    source: str | Path,
    out: str | Path,
    *,
    protocol: str | None = None,
    each: ParallelMap = map,
    shard: int = SHARD,
    ratings: str = "auto",
    order: str | None = None,
    **cleaning: Any,
) -> Loaded:
    """Write the cleaned events of a folder of the plain form as a prepared folder.

    `whyrec.load(out)` gives what `load` and `clean` give for `source`.

    Args:
        source: Folder of the plain form.
        out: The prepared folder; a new, empty or earlier prepared one.
        protocol: Also write a split, "next-item" or "temporal".
        each: A function like `map`, which may run in parallel.
        shard: Mean number of events per shard.
        ratings: As in :func:`whyrec.data.clean.clean`.
        order: As in `load`.
        **cleaning: duplicates, min_value, k_core and item_core of :func:`whyrec.data.clean.clean`.

    Returns:
        People, items and tables as a Dataset without events, and the steps.

    Raises:
        DataError: As `load` and `clean` raise it.
        ArgumentError: If an argument is invalid, or `out` holds something else.
    """
    check_asked(order)
    out = Path(out).resolve()  # a worker may have another working directory
    rules = Rules(**cleaning)
    if shard < 1:
        raise ArgumentError("a shard must have 1 event or more", given=str(shard))
    if protocol not in (None, "next-item", "temporal"):
        raise ArgumentError("pieces are split by next-item or temporal", given=str(protocol))
    if out.exists() and not is_prepared(out) and (not out.is_dir() or any(out.iterdir())):
        raise ArgumentError(
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
                files, out, Work(work, each), rules, _Asked(ratings, order, protocol), shard
            )
    finally:
        shutil.rmtree(work, ignore_errors=True)


class _Asked(NamedTuple):
    """Options beside the rules; see :func:`prepare`."""

    ratings: str
    order: str | None
    protocol: str | None


def _prepare(
    source: Source, out: Path, work: Work, rules: Rules, asked: _Asked, shard: int
) -> Loaded:
    names = plain_files(source.names(), source.name)["events"]
    if not names or not source.path.is_dir():
        raise DataError(
            "pieces are read from a folder with events-*.csv or events-*.parquet",
            given=str(source.path),
            fix="unpack it, and name the files of events so",
        )
    read = list(work.each(partial(check_file, work.folder, source), enumerate(names)))
    log = merged_log(names, read)
    before = np.cumsum([0, *(one.left for one in read)])
    said = Said().of_kinds(kind for one in read for kind in one.kinds)
    known, log = number_labels(
        source, work.folder, log, names, said, clock=max(one.clock for one in read)
    )
    shards = range(-(-int(before[-1]) // shard))
    list(
        work.each(
            partial(deal, work.folder, len(shards)),
            [(n, int(at)) for n, at in enumerate(before[:-1])],
        )
    )
    heard = list(work.each(partial(gather, work.folder, len(names)), shards))
    known, rows = order_of_all(known, heard, asked.order, timed=any(one.times for one in read))
    stands = heard_of_all(known, heard, int(before[-1]), log, timed=any(one.times for one in read))
    protocol = asked.protocol
    if protocol:
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
    save_array(work.folder / "stay-users.npy", users)
    save_array(work.folder / "stay-items.npy", items)
    if protocol == "temporal":
        moments = moments_of(work, shards, rounds, total)
    else:
        moments = None
    fine = any(one.name == "cut times to whole seconds" for one in log)
    ended = list(
        work.each(
            partial(finish, work.folder, rounds, protocol, moments, fine, rows, known.order),
            shards,
        )
    )
    split = None
    if protocol:
        parts = np.sum([one.parts for one in ended], axis=0)
        split = protocol, split_notes(protocol, moments, parts)
    loaded = Loaded(after, (*stands.steps, *steps))
    seal(
        work.folder / "shards",
        out,
        after,
        loaded.steps,
        {one.name: one.rows for one in ended},
        split,
    )
    return loaded


def _cleaned(
    work: Work,
    rules: Rules,
    known: Dataset,
    stands: Stands,
    shards: range,
) -> tuple[Dataset, list[Step], int, int]:
    """Return (people and items that remain, steps, rounds of the core, events that remain)."""
    found = list(work.each(partial(clean_shard, work.folder, rules), shards))
    count = partial(counts_of, known.n_items)
    steps: list[Step] = []
    total = stands.events
    rounds = 0
    for at, rule in enumerate(rules.of_people()):
        left = sum(one.left[at] for one in found)
        of_all = Heard.of([one.heard[at] for one in found])
        steps.append(step(rule.name, total, left, rule.fix, rule.told(of_all)))
        total = left
    avoided = np.concatenate(
        [stands.avoided, *(rule.avoided for one in found for rule in one.heard)]
    )
    if rules.of_item:
        found, rounds = core_of_shards(work, rules, found, count)
        left = sum(one.left[-1] for one in found)
        name, fix = rules.core
        steps.append(step(name, total, left, fix, f"{rounds} rounds"))
        total = left
        avoided = avoided[np.isin(avoided[:, 0], np.concatenate([one.users for one in found]))]
    after = stands.known
    if total < stands.events:
        after = with_events(replace(known, avoided=avoided), found, count)
        steps += left_out(stands.known, after)
    return rules.noted(after), steps, rounds, total

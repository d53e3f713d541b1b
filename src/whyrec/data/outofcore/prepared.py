"""A prepared data set: cleaned events as numbers, in shards of people, beside what is known of
their people and items.

    manifest.json and its files   an artefact: labels, tables, links, friends, steps; kind "events"
    events/shard-*.parquet        user, item, value, time; `place` orders equal times; `moment`,
    where times had fractions;
                                  `part`, where there is a split: 0 learned from, 1 validation, 2
                                  test

A person's events are in one shard. :mod:`whyrec.data.outofcore.prepare` writes it, from files that
need not fit in memory together.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from whyrec.core import DataError, Dataset, artefact
from whyrec.core.cases import Split
from whyrec.data.build import Loaded, Step
from whyrec.data.readers.archive import Source
from whyrec.data.split import by_part

__all__ = ["is_prepared", "load_prepared", "load_split", "seal"]

EVENTS = "events"


def load_prepared(source: Source) -> Loaded:
    """The dataset in a prepared folder, with the steps that made it. Raises DataError where shards
    lack.
    """
    data, _, header = _read(source.path)
    return Loaded(data, tuple(Step(**one) for one in header["steps"]))


def load_split(folder: str | Path) -> Split:
    """The split that the folder was prepared with; the same as :func:`whyrec.data.split.split`
    of its data.
    """
    data, part, header = _read(Path(folder))
    if part is None:
        raise DataError(
            "the prepared data must hold a split",
            given=f"{folder} without one",
            fix="prepare it again with --protocol next-item or temporal",
        )
    return by_part(header["protocol"], data, part, header["notes"])


def seal(
    folder: Path,
    out: Path,
    known: Dataset,
    steps: Sequence[Step],
    rows: Mapping[str, int],
    split: tuple[str, str] | None,
) -> None:
    """Make the shards in `folder`, {file: rows}, with what is `known` of their people and items the
    prepared folder `out`; one that is there is replaced. split: its protocol and notes."""
    arrays, table = artefact.dataset_parts(known)
    protocol, notes = split or (None, None)
    header = {
        "kind": "events",
        "steps": [asdict(one) for one in steps],
        "rows": dict(rows),
        "protocol": protocol,
        "notes": notes,
    }
    new = out.with_name(out.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    artefact.save(new, artefact.Artefact(header, arrays, {"table": table}))
    folder.replace(new / EVENTS)
    if out.exists():
        shutil.rmtree(out)
    new.replace(out)


def is_prepared(folder: Path) -> bool:
    """Whether the folder holds prepared data, or what is left of it."""
    return (folder / "manifest.json").exists() and (folder / EVENTS).is_dir()


def _read(folder: Path) -> tuple[Dataset, Any, dict[str, Any]]:
    """(data, part of each event or None, header)."""
    if not folder.is_dir():
        raise DataError("prepared data must be a folder", given=str(folder), fix="unpack it")
    stored = artefact.load(folder)
    files = {name: folder / EVENTS / name for name in stored.header["rows"]}
    for name, path in files.items():
        if path.exists():
            found = pl.scan_parquet(path).select(pl.len()).collect().item()
        else:
            found = 0
        if found != (rows := stored.header["rows"][name]):
            raise DataError(
                f"{name} must hold {rows:,} events",
                given=f"{found:,}",
                fix="prepare the data again",
            )
    events = pl.read_parquet(list(files.values()))
    order = events.select(
        pl.arg_sort_by("moment" if "moment" in events.columns else "time", "place")
    ).to_series()
    events = events[order]
    arrays = {name: events[name].to_numpy() for name in ("user", "item", "value", "time")}
    if "part" in events.columns:
        part = events["part"].to_numpy()
    else:
        part = None
    return (
        artefact.dataset_from(dict(stored.arrays) | arrays, stored.documents["table"]),
        part,
        dict(stored.header),
    )

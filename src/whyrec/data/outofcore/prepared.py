"""Read and write prepared folders: cleaned, numbered events in shards of people.

    manifest.json and its files   an artefact: labels, tables, links, friends, steps; kind "events"
    events/shard-*.parquet        user, item, value, time; `place` orders equal times; `moment`, if
                                  times had fractions; `part`, if there is a split: 0 training,
                                  1 validation, 2 test

A person's events are in one shard. :mod:`whyrec.data.outofcore.prepare` writes these folders.
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
    """Load the data set in a prepared folder, with its steps; DataError if shards are missing."""
    data, _, header = _read(source.path)
    return Loaded(data, tuple(Step(**one) for one in header["steps"]))


def load_split(folder: str | Path) -> Split:
    """Load the split with which the folder was prepared.

    It equals :func:`whyrec.data.split.split` of the data. DataError if there is none.
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
    """Turn the shards in `folder`, {file: rows}, and the tables of `known` into the folder `out`.

    An existing `out` is replaced. `split`: protocol and notes.
    """
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
    """Say whether the folder holds prepared data, complete or not."""
    return (folder / "manifest.json").exists() and (folder / EVENTS).is_dir()


def _read(folder: Path) -> tuple[Dataset, Any, dict[str, Any]]:
    """Return (data, part of each event or None, header)."""
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

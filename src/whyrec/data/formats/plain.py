"""The plain form: a folder or zip with events.csv or events.parquet and optional further tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from whyrec.core import DataError
from whyrec.data.build import Loaded, Step
from whyrec.data.fixes import renamed_in_table
from whyrec.data.order import times_left_out
from whyrec.data.read_table import read_table
from whyrec.data.readers.archive import Source, listed, open_source
from whyrec.data.shape import TABLES, TEXTS, from_tables

__all__ = ["alike", "is_plain", "load_plain", "plain_files", "read_file", "read_plain"]

ENDINGS = tuple(
    form + packing
    for form in (
        ".csv",
        ".tsv",
        ".parquet",
        ".jsonl",
        ".ndjson",
        ".json",
        ".xlsx",
        ".arrow",
        ".feather",
    )
    for packing in ("", ".gz", ".bz2", ".xz", ".zst")
)


def load_plain(path: str | Path, *, name: str = "", domain: str | None = None) -> Loaded:
    """Load the data set in a folder or zip of the plain form.

    Tables and columns:

    - events: user, item and optional value, time, kind; one file, or several called events-*, read
      in order of their names.
    - items: item and optional title, text or description, categories or genres. Any other column is
      kept, as numbers if all its values are numbers, otherwise as text. Columns `image:0`,
      `image:1`, ..., or a column of lists of decimal numbers, are vectors
      (:mod:`whyrec.data.readers.vector_columns`). Categories, and other text with a '|' in some
      row, are lists.
    - users: user and any columns.
    - links: head, relation, tail.
    - friends: user, friend.

    Args:
        path: Folder or zip.
        name: Name of the data set. Default: that of the folder.
        domain: What the items are; None is "other". The verb is that of the events' kind, if they
            have only one.

    Returns:
        The data and the steps.

    Raises:
        DataError: Names file, row and column.
    """
    with open_source(path) as source:
        tables, steps = read_plain(source)
    return from_tables(tables, name=name or source.name, domain=domain, steps=steps)


def read_plain(source: Source, *, without: str = "") -> tuple[dict[str, pl.DataFrame], list[Step]]:
    """Read the raw tables, except `without`, and a step for each that is not UTF-8."""
    tables: dict[str, pl.DataFrame] = {}
    steps: list[Step] = []
    files = plain_files(source.names(), source.name)
    if not files["events"]:
        raise DataError(
            "the plain form needs events.csv or events.parquet",
            given=(f"{source.path.name} with {listed(source.names())}"),
            fix="name the file of events so, or give one table with --columns user=...,item=...",
        )
    for table in [one for one in files if one != without]:
        read = [read_file(source, table, file, steps) for file in files[table]]
        alike({file: frame.schema for file, frame in zip(files[table], read, strict=True)})
        if len(read) > 1:
            tables[table] = pl.concat(read)
        else:
            tables[table] = read[0]
    return tables, steps


def read_file(source: Source, table: str, file: str, log: list[Step]) -> pl.DataFrame:
    """Read one file of a table."""
    needed, optional = TABLES[table]
    whole = source.path / file
    # a file is read in place, without a copy
    given = whole if whole.is_file() else source.read(file)
    left: list[str] = []
    with renamed_in_table():
        frame = read_table(
            given,
            name=file,
            columns=needed,
            optional=optional,
            log=log,
            left=left,
            roles=roles_of(table),
        )
    if table == "events" and "time" not in frame.columns:
        log += times_left_out(left, frame.height, "call it time to have it read")
    return frame


def roles_of(table: str) -> dict[str, str]:
    """Return the roles of the columns of a table of the plain form, which are their names."""
    needed, optional = TABLES[table]
    return {name: name for name in (*needed, *(optional or TEXTS))}


def alike(schemas: Mapping[str, Mapping[str, Any]]) -> None:
    """Check that all files of one table have the same columns and types; DataError if not."""
    (first, schema), *others = schemas.items()
    for file, other in others:
        if dict(schema) != dict(other):
            raise DataError(
                f"{file} must have the columns of {first}: {_columns(schema)}",
                given=_columns(other),
                fix="write all files of events alike",
            )


def _columns(schema: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} ({kind})" for name, kind in schema.items())


def is_plain(names: Sequence[str]) -> bool:
    """Say whether a folder or zip with these file names has the plain form.

    >>> is_plain(["shop/events.csv.gz", "shop/notes.txt"]), is_plain(["ml-1m/ratings.dat"])
    (True, False)
    """
    return bool(plain_files(names, "the folder")["events"])


def plain_files(names: Sequence[str], where: str) -> dict[str, list[str]]:
    """Return the files of each table, always including events; inner folders are ignored."""
    found: dict[str, list[str]] = {"events": []}
    for file in sorted(
        names, key=lambda name: Path(name).name
    ):  # "events-1.csv" comes before "events.csv"
        table, dot, ending = Path(file).name.casefold().partition(".")
        table, dash, _ = table.partition("-")
        if table in TABLES and dot + ending in ENDINGS and (table == "events" or not dash):
            before = found.setdefault(table, [])
            if before and not dash:
                raise DataError(
                    f"{where} must hold each table once",
                    given=f"{before[0]} and {file}",
                    fix=f"give the folder of one of them, or put them together into {where} as "
                    f"{table}-1{dot}{ending} and {table}-2{dot}{ending}"
                    if table == "events"
                    else "keep one of them",
                )
            before.append(file)
    return {table: found[table] for table in TABLES if table in found}

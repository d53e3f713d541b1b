"""The plain form: a folder or zip with events.csv or events.parquet, and optional further tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from whyrec.core import BadData
from whyrec.data.archive import open_source
from whyrec.data.assemble import Loaded, Step
from whyrec.data.shape import from_tables
from whyrec.data.tables import read_table

__all__ = ["TABLES", "load_plain", "read_plain"]

TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...] | None]] = {  # name: (needed, optional or any)
    "events": (("user", "item"), ("value", "time", "kind")), "items": (("item",), None),
    "users": (("user",), None), "links": (("head", "relation", "tail"), ()),
    "friends": (("user", "friend"), ())}
ENDINGS = (".csv", ".tsv", ".parquet", ".csv.gz", ".tsv.gz")


def load_plain(path: str | Path, *, name: str = "", domain: str | None = None) -> Loaded:
    """The dataset in a folder or zip of the plain form.

    events: user, item, optional value, time, kind. items: item, optional title, text or description,
    categories or genres; any other column is kept, as numbers where all its values are, else as text.
    Categories, and other text where some row has a '|', are lists. users: user and any columns. links: head,
    relation, tail. friends: user, friend. domain None is guessed from the name.
    Raises BadData naming file, row and column.
    """
    tables, steps = read_plain(path)
    return from_tables(tables, name=name or _stem(path), domain=domain, steps=steps)


def read_plain(path: str | Path) -> tuple[dict[str, pl.DataFrame], list[Step]]:
    """The tables of the plain form as they stand, and a step for each that is not UTF-8."""
    tables: dict[str, pl.DataFrame] = {}
    steps: list[Step] = []
    with open_source(path) as source:
        files = _files(source.names(), Path(path).name)
        if "events" not in files:
            raise BadData("the plain form needs events.csv or events.parquet", given=(
                f"{Path(path).name} with {', '.join(sorted(source.names())[:8]) or 'no files'}"),
                fix="name the file of events so, or give one table with --columns user=...,item=...")
        for table, file in files.items():
            needed, optional = TABLES[table]
            whole = Path(path) / file
            given = whole if whole.is_file() else source.read(file)  # a path is read without a copy of it
            tables[table] = read_table(given, name=file, columns=needed, optional=optional, log=steps)
    return tables, steps


def _files(names: Sequence[str], where: str) -> dict[str, str]:
    """The file of each table; a folder inside a zip does not matter."""
    found: dict[str, str] = {}
    for file in sorted(names):
        table, dot, ending = Path(file).name.partition(".")
        if table in TABLES and dot + ending in ENDINGS:
            if table in found:
                raise BadData(f"{where} must hold each table once", given=f"{found[table]} and {file}",
                              fix="remove one of them")
            found[table] = file
    return {table: found[table] for table in TABLES if table in found}


def _stem(path: str | Path) -> str:
    return Path(path).resolve().name.partition(".")[0]

"""The plain form: a folder or zip with events.csv or events.parquet, and optional further tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from whyrec.core import BadData
from whyrec.data.archive import Source, listed, open_source
from whyrec.data.assemble import Loaded, Step
from whyrec.data.shape import TABLES, from_tables
from whyrec.data.tables import read_table

__all__ = ["is_plain", "load_plain", "read_plain"]

ENDINGS = (".csv", ".tsv", ".parquet", ".csv.gz", ".tsv.gz")


def load_plain(path: str | Path, *, name: str = "", domain: str | None = None) -> Loaded:
    """The dataset in a folder or zip of the plain form.

    events: user, item, optional value, time, kind. items: item, optional title, text or description,
    categories or genres; any other column is kept, as numbers where all its values are, else as text.
    Columns `image:0`, `image:1`, ..., or a column of lists of decimal numbers, are vectors (:mod:`whyrec.data.vectors`).
    Categories, and other text where some row has a '|', are lists. users: user and any columns. links: head,
    relation, tail. friends: user, friend. domain None is guessed from the name.
    Raises BadData naming file, row and column.
    """
    with open_source(path) as source:
        tables, steps = read_plain(source)
    return from_tables(tables, name=name or source.name, domain=domain, steps=steps)


def read_plain(source: Source) -> tuple[dict[str, pl.DataFrame], list[Step]]:
    """The tables of the plain form as they stand, and a step for each that is not UTF-8."""
    tables: dict[str, pl.DataFrame] = {}
    steps: list[Step] = []
    files = _files(source.names(), source.name)
    if "events" not in files:
        raise BadData("the plain form needs events.csv or events.parquet", given=(
            f"{source.path.name} with {listed(source.names())}"),
            fix="name the file of events so, or give one table with --columns user=...,item=...")
    for table, file in files.items():
        needed, optional = TABLES[table]
        whole = source.path / file
        given = whole if whole.is_file() else source.read(file)  # a file is read without a copy of it
        tables[table] = read_table(given, name=file, columns=needed, optional=optional, log=steps)
    return tables, steps


def is_plain(names: Sequence[str]) -> bool:
    """True where a folder or zip with files of these names is of the plain form.

    >>> is_plain(["shop/events.csv.gz", "shop/notes.txt"]), is_plain(["ml-1m/ratings.dat"])
    (True, False)
    """
    return "events" in _files(names, "the folder")


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

"""Reader of RecBole atomic files: .inter with optional .item, .user, .kg and .link [zhao2021].

Every column states its type in the header: token, token_seq (words separated by spaces), float,
float_seq.
"""

from __future__ import annotations

import polars as pl

from whyrec.core import DataError
from whyrec.data.build import Loaded, Step, assemble
from whyrec.data.formats.movielens import titled
from whyrec.data.read_fixed import read_header, read_rows
from whyrec.data.read_table import typed
from whyrec.data.readers.archive import Source, listed
from whyrec.data.shape import values_of

__all__ = ["graph_tables", "load_atomic"]

NAMES: dict[
    str, dict[str, tuple[str, ...]]
] = {  # standard name: the columns with this meaning, best first
    "inter": {
        "user": ("user_id", "session_id"),
        "item": ("item_id",),
        "value": ("rating", "label", "weight"),
        "time": ("timestamp", "time"),
        "kind": ("kind", "event_type", "behavior_type"),
    },
    "item": {
        "item": ("item_id",),
        "title": ("movie_title", "title", "name", "item_name", "book_title"),
        "text": ("text", "description"),
        "categories": ("class", "genre", "genres", "categories", "category"),
        "year": ("release_year", "year", "original_publication_year"),
    },
    "user": {"user": ("user_id",)},
    "kg": {"head": ("head_id",), "relation": ("relation_id",), "tail": ("tail_id",)},
    "link": {"item": ("item_id",), "entity": ("entity_id",)},
}
NEEDED = {
    "inter": ("user", "item"),
    "item": ("item",),
    "user": ("user",),
    "kg": ("head", "relation", "tail"),
    "link": ("item", "entity"),
}
TYPES = ("token", "token_seq", "float", "float_seq")
DOMAIN_OF = {"movie_title": "film", "book_title": "book"}  # columns that imply the domain
TEXT = ("title", "text")  # token_seq columns that hold text, not lists


def load_atomic(source: Source, domain: str | None = None) -> Loaded:
    """Load the data set of a folder or zip with one .inter file and further files of the same stem.

    Columns of titles, categories (class, genre, ...) and release years are recognised; other
    columns keep their names.

    Args:
        source: The files.
        domain: What the items are. None: film or book if the title column implies it, otherwise
            other.

    Returns:
        The data and the steps.

    Raises:
        DataError: Names file, row and column.
    """
    steps: list[Step] = []
    found = [n for n in source.names() if n.endswith(".inter")]
    if len(found) != 1:
        raise DataError(
            "a RecBole data set needs one .inter file",
            given=listed(found),
            fix="give a folder that holds one data set",
        )
    stem = found[0].removesuffix(".inter")
    tables = {
        kind: _table(source, f"{stem}.{kind}", kind, steps)
        for kind in NAMES
        if f"{stem}.{kind}" in source.names()
    }
    links = tables.get("kg")
    users = tables.get("user")
    if users is not None:
        users = users.with_columns(typed(users[c]) for c in users.columns if c != "user")
    name = stem.rsplit("/", 1)[-1]
    rows = _types(source, found[0])
    if "item" in tables:
        described = _types(source, f"{stem}.item")
    else:
        described = {}
    known = next((DOMAIN_OF[column] for column in described if column in DOMAIN_OF), "other")
    values = next((values_of(column) for column in NAMES["inter"]["value"] if column in rows), "")
    return assemble(
        tables["inter"],
        name=name,
        domain=domain or known,
        items=tables.get("item"),
        users=users,
        links=links,
        steps=steps,
        values=values,
        item_entities=None if links is None else tables.get("link"),
    )


def graph_tables(source: Source, log: list[Step]) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Read the .kg file and, if present, the .link file of the same stem."""
    kg = next(name for name in source.names() if name.endswith(".kg"))
    link = f"{kg.removesuffix('.kg')}.link"
    return _table(source, kg, "kg", log), _table(
        source, link, "link", log
    ) if link in source.names() else None


def _table(source: Source, file: str, kind: str, log: list[Step]) -> pl.DataFrame:
    """Read a table with standard column names, numbers and lists."""
    types = _types(source, file)
    names = _standard(types, kind)
    for needed in NEEDED[kind]:
        if needed not in names.values():
            raise DataError(
                f"{file} needs the column {NAMES[kind][needed][0]}:token, fields separated by tabs",
                given=", ".join(types),
            )
    if kind == "inter":
        names = {c: n for c, n in names.items() if n in NAMES["inter"]}
    numbers = {
        c: pl.Float64 if n in ("value", "time") else pl.Float32
        for c, n in names.items()
        if types[c] == "float" and n != "year"
    }
    frame = read_rows(
        source,
        file,
        {f"{c}:{types[c]}": numbers.get(c, pl.String) for c in names},
        separator="\t",
        header=True,
    )
    frame = frame.select(_column(c, types[c], n) for c, n in names.items())
    if "year" in frame.columns:
        frame = frame.with_columns(_years(frame["year"], file, log))
    if "movie_title" in types:
        return titled(frame)
    return frame


def _years(column: pl.Series, file: str, log: list[Step]) -> pl.Series:
    year = column.str.extract(r"^\s*(-?\d{1,4})\b").cast(pl.Float64)
    wrong = year.is_null() & column.is_not_null()
    if wrong.any():
        at = wrong.arg_max() or 0
        log.append(
            Step(
                "leave out what is no year",
                int(wrong.sum()),
                len(column),
                f"{column[at]!r} in row {at + 1} of {file}",
            )
        )
    return year


def _types(source: Source, file: str) -> dict[str, str]:
    types: dict[str, str] = {}
    for field in read_header(source, file, "\t"):
        name, colon, kind = field.rpartition(":")
        if not colon or kind not in TYPES:
            raise DataError(
                f"every column of {file} must carry its type, as in user_id:token",
                given=repr(field[:80]),
                fix=f"write one of {', '.join(TYPES)} behind a colon",
            )
        types[name] = kind
    return types


def _standard(types: dict[str, str], kind: str) -> dict[str, str]:
    """Map each column to its standard name, if it has one."""
    known = {
        next((c for c in given if c in types), ""): standard
        for standard, given in NAMES[kind].items()
    }
    return {c: known.get(c, c) for c in types}


def _column(name: str, kind: str, standard: str) -> pl.Expr:
    column = pl.col(f"{name}:{kind}").alias(standard)
    if kind.endswith("_seq") and standard not in TEXT:
        return column.str.split(" ")
    if standard == "categories":
        return column.str.split("|" if kind == "token" else " ")
    return column

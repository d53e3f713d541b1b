"""Convert raw tables of the plain form, from files or a database, for `assemble`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from whyrec.data.build import Loaded, Step, Tables, assemble
from whyrec.data.kinds import COLUMNS
from whyrec.data.read_table import typed
from whyrec.data.readers.roles import lists_in_cells
from whyrec.data.readers.timestamps import to_seconds
from whyrec.data.readers.vector_columns import gathered, is_vectors

__all__ = ["TABLES", "from_tables", "raw_tables", "shape_items", "timed", "values_of"]

TABLES: dict[
    str, tuple[tuple[str, ...], tuple[str, ...] | None]
] = {  # name: (required columns, optional columns or None for any)
    "events": (("user", "item"), ("value", "time", "kind", *COLUMNS)),
    "items": (("item",), None),
    "users": (("user",), None),
    "links": (("head", "relation", "tail"), ()),
    "friends": (("user", "friend"), ()),
}
RATINGS = ("rating", "ratings", "stars", "score")  # names of value columns that hold ratings
COUNTS = (
    "count",
    "counts",
    "plays",
    "playcount",
    "play_count",
    "listens",
)  # names of value columns that hold counts of uses
TEXTS = ("title", "text", "description", "categories", "genres")
SAME = {"description": "text", "genres": "categories"}


def from_tables(
    tables: Mapping[str, pl.DataFrame],
    *,
    name: str,
    domain: str | None = None,
    steps: Sequence[Step] = (),
) -> Loaded:
    """Build a data set from raw tables of the plain form."""
    return assemble(
        timed(tables["events"])[0],
        name=name,
        domain=domain or "other",
        steps=steps,
        **raw_tables(tables)._asdict(),
    )


def raw_tables(tables: Mapping[str, pl.DataFrame]) -> Tables:
    """Return the tables beside the events, as :func:`assemble` takes them."""
    items = tables.get("items")
    users = tables.get("users")
    if users is not None:
        users = users.with_columns(typed(users[c]) for c in users.columns if c != "user")
    return Tables(
        None if items is None else shape_items(items),
        users,
        tables.get("links"),
        None,
        tables.get("friends"),
    )


def timed(events: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """Convert times to seconds; returns (events, "numbers", "dates" or "" without times)."""
    if "time" not in events.columns:
        return events, ""
    given = events["time"]
    seconds = to_seconds(given)
    if given.dtype.is_numeric() or given.dtype.is_temporal():
        number = given
    else:
        number = given.cast(pl.Float64, strict=False)
    if given.dtype.is_temporal() or number.null_count() == len(number):
        kind = "dates"
    else:
        kind = "numbers"
    return events.with_columns(seconds), kind if seconds.null_count() < len(seconds) else ""


def values_of(column: str | None) -> str:
    """Return what the name of a column says about its values: "rating", "count" or "".

    >>> values_of("Rating"), values_of("plays"), values_of("Quantity"), values_of(None)
    ('rating', 'count', '', '')
    """
    name = (column or "").strip().casefold()
    if name in RATINGS:
        return "rating"
    if name in COUNTS:
        return "count"
    return ""


def shape_items(items: pl.DataFrame) -> pl.DataFrame:
    """Convert the columns of the item table: text, numbers, lists and vectors."""
    for given, standard in SAME.items():
        if given in items.columns and standard not in items.columns:
            items = items.rename({given: standard})
    items = gathered(items)
    return items.with_columns(
        _shaped(items[c]) for c in items.columns if c != "item" and not is_vectors(items[c])
    )


def _shaped(column: pl.Series) -> pl.Series:
    if column.name in ("title", "text"):
        column = lists_in_cells(column)
        if isinstance(column.dtype, pl.List):
            column = column.cast(pl.List(pl.String)).list.join(", ")
        return column.cast(pl.String).str.strip_chars()
    column = lists_in_cells(column)
    if column.name == "categories" or _has_bar(column):
        return _lists(column)
    return typed(column)


def _has_bar(column: pl.Series) -> bool:
    return column.dtype == pl.String and bool(column.str.contains("|", literal=True).any())


def _lists(column: pl.Series) -> pl.Series:
    """Split text at '|' if some row has one, otherwise at ','; lists stay."""
    if isinstance(column.dtype, pl.List):
        return column
    text = column.cast(pl.String)
    parts = text.str.split("|" if _has_bar(text) else ",").list.eval(pl.element().str.strip_chars())
    return parts.list.eval(pl.element().filter(pl.element() != ""))

"""Read new items for an existing catalogue and convert them to its columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from whyrec.core import DataError, ItemTable
from whyrec.data.build import as_labels, assemble
from whyrec.data.read_table import read_table
from whyrec.data.shape import shape_items

__all__ = ["as_columns", "joined", "load_items"]


def load_items(
    path: str | Path, known: Sequence[str], like: ItemTable
) -> tuple[list[str], ItemTable]:
    """Read the items in a CSV, TSV or Parquet file: item, and any columns of `like`.

    Args:
        path: The file.
        known: Labels that exist already.
        like: The catalogue's table. Its other columns stay empty; further columns are dropped.

    Returns:
        (labels, item table).

    Raises:
        DataError: If a label exists already, is repeated or missing, or a number is text.
    """
    frame = read_table(path, columns=("item",))
    labels = as_labels(frame["item"])
    if labels.null_count():
        raise DataError(
            "every new item must have an id",
            given=f"none in row {int(labels.is_null().arg_max() or 0) + 1}",
        )
    both = set(labels) & set(known)
    if both:
        raise DataError(
            "new items must have ids that the catalogue does not have",
            given=repr(min(both)),
            fix="leave it out of the file, or give it another id",
        )
    # One event per item, so that the table is built in the usual place; the event itself is
    # not used.
    table = assemble(
        pl.DataFrame({"user": "-", "item": labels}), name="new items", items=shape_items(frame)
    ).data
    return list(table.items), as_columns(table.item_table, like)


def as_columns(new: ItemTable, like: ItemTable) -> ItemTable:
    """Convert the table to exactly the columns of `like`."""
    n = len(new)
    fields = {name: new.fields.get(name) or _words(new, name) for name in like.fields}
    for name in like.numeric:
        if name in new.fields and any(new.fields[name]):
            raise DataError(
                f"the column {name!r} of new items must hold numbers, as the catalogue does",
                given=repr(next(row[0] for row in new.fields[name] if row)),
            )
    numeric = {name: new.numeric.get(name, np.full(n, np.nan)) for name in like.numeric}
    for name, known in like.vectors.items():
        if name in new.vectors and new.vectors[name].shape[1] not in (0, known.shape[1]):
            raise DataError(
                f"the vectors {name!r} of new items must have {known.shape[1]} numbers, as "
                "the catalogue's do",
                given=str(new.vectors[name].shape[1]),
            )
    vectors = {
        name: new.vectors[name]
        if name in new.vectors and new.vectors[name].size
        else np.zeros((n, known.shape[1]), np.float32)
        for name, known in like.vectors.items()
    }
    return ItemTable(new.title, new.text, new.categories, fields, numeric, vectors)


def _words(new: ItemTable, name: str) -> tuple[tuple[str, ...], ...]:
    """Write numbers as text where the catalogue has text; empty without such a column."""
    values = new.numeric.get(name, np.full(len(new), np.nan))
    return tuple((f"{value:g}",) if np.isfinite(value) else () for value in values)


def joined(one: ItemTable, two: ItemTable) -> ItemTable:
    """Concatenate the rows of two tables with the same columns."""
    return ItemTable(
        one.title + two.title,
        one.text + two.text,
        one.categories + two.categories,
        {name: one.fields[name] + two.fields[name] for name in one.fields},
        {name: np.concatenate([one.numeric[name], two.numeric[name]]) for name in one.numeric},
        {name: np.concatenate([one.vectors[name], two.vectors[name]]) for name in one.vectors},
    )

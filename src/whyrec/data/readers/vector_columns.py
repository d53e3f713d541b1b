"""Read item vectors: columns `image:0`, `image:1`, ..., or one column of lists of decimal numbers.

A row without numbers becomes zeros, which models ignore.
"""

from __future__ import annotations

import re

import numpy as np
import polars as pl
from numpy.typing import NDArray

from whyrec.core import DataError

__all__ = ["gathered", "is_vectors", "matrix"]

NUMBERED = re.compile(r"(.+):(\d+)")


def gathered(items: pl.DataFrame) -> pl.DataFrame:
    """Merge the columns `name:0` to `name:d-1` into one column of lists.

    Raises DataError for gaps in the numbering, values that are not finite, and incomplete rows.
    """
    groups: dict[str, dict[int, str]] = {}
    for column in items.columns:
        found = NUMBERED.fullmatch(column)
        if found:
            groups.setdefault(found[1], {})[int(found[2])] = column
    for name, places in groups.items():
        if 0 not in places:  # not a vector column despite its name
            continue
        if name in items.columns:
            raise DataError(
                f"the vectors {name!r} must be given once", given=f"{name} and {name}:{min(places)}"
            )
        if sorted(places) != list(range(len(places))):
            lacking = next(at for at in range(len(places)) if at not in places)
            raise DataError(
                f"the columns of the vectors {name!r} must be numbered from 0 without a gap",
                given=f"no {name}:{lacking}",
                fix="rename the columns",
            )
        columns = [_numbers(items[places[at]]) for at in range(len(places))]
        items = items.drop(list(places.values())).with_columns(
            pl.Series(name, _rows(name, columns), pl.List(pl.Float64))
        )
    return items


def is_vectors(column: pl.Series) -> bool:
    """Say whether a column holds lists of decimal numbers; lists of whole numbers are names."""
    return isinstance(column.dtype, (pl.List, pl.Array)) and column.dtype.inner in (
        pl.Float32,
        pl.Float64,
    )


def matrix(column: pl.Series) -> NDArray[np.float32]:
    """Return the vectors, (rows, d) float32, zeros if unknown.

    Raises DataError for rows of different lengths and for NaN.
    """
    rows = [[] if row is None else list(row) for row in column.to_list()]
    length = next((len(row) for row in rows if row), 0)
    out = np.zeros((len(rows), length), np.float32)
    for at, row in enumerate(rows):
        if not row:
            continue
        if len(row) != length:
            raise DataError(
                f"the vectors {column.name!r} must all have the same length",
                given=f"{len(row)} numbers for item {at + 1} of those with events, {length} for "
                "the first",
                fix="leave the cell empty where nothing is known",
            )
        if any(one is None or not np.isfinite(one) for one in row):
            raise DataError(
                f"the vectors {column.name!r} must hold finite numbers",
                given=f"a missing or infinite one for item {at + 1} of those with events",
                fix="leave the whole cell empty where nothing is known",
            )
        out[at] = row
    return out


def _numbers(column: pl.Series) -> pl.Series:
    if column.dtype == pl.String:
        plain = column.set(column.str.strip_chars() == "", None)
    else:
        plain = column
    made = plain.cast(pl.Float64, strict=False)
    wrong = (plain.is_not_null() & (made.is_null() | ~made.is_finite())).fill_null(False)
    if wrong.any():
        at = int(wrong.arg_max() or 0)
        raise DataError(
            f"the column {column.name!r} must hold finite numbers",
            given=f"{column[at]!r} in row {at + 1}",
            fix="leave the whole row of its vector empty where nothing is known",
        )
    return made


def _rows(name: str, columns: list[pl.Series]) -> list[list[float] | None]:
    rows: list[list[float] | None] = []
    for at, row in enumerate(zip(*columns, strict=True), 1):
        lacking = sum(one is None for one in row)
        if 0 < lacking < len(row):
            raise DataError(
                f"a vector {name!r} must be whole or empty",
                given=(f"{lacking} of {len(row)} numbers missing in row {at}"),
            )
        rows.append(None if lacking else list(row))
    return rows

"""Check the columns of a table for the roles they play, and take baskets apart."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from whyrec.core import DataError
from whyrec.data.events import Step
from whyrec.data.readers.column_types import check_roles, plain_columns

__all__ = ["in_roles", "lists_in_cells"]

SEPARATORS = ("|", ";", ",", " ")
SOME, MANY = 20, 0.9  # rows that show baskets; share of rows with a separator


def in_roles(
    frame: pl.DataFrame, roles: Mapping[str, str], file: str, log: list[Step] | None = None
) -> pl.DataFrame:
    """Return the table with plain types and one item in each row.

    Args:
        frame: The table as it was read.
        roles: The column of each role (user, item, time, ...).
        file: Name of the table in messages.
        log: Gets a step for what changed.

    Returns:
        The table. A row with a list of items becomes one row for each item.

    Raises:
        DataError: For a column whose type cannot play its role.
    """
    check_roles(frame, roles, file)
    time = roles.get("time", "")
    if log is not None and isinstance(frame.schema.get(time), pl.Duration):
        log.append(
            Step(
                "read durations as an order of events",
                frame.height,
                frame.height,
                "from when is unknown",
            )
        )
    frame = plain_columns(frame)
    item = roles.get("item", "")
    if item in frame.columns:
        frame = _without_baskets(frame, item, file, log)
    return frame


def _without_baskets(
    frame: pl.DataFrame, item: str, file: str, log: list[Step] | None
) -> pl.DataFrame:
    column = lists_in_cells(frame[item])
    if not isinstance(column.dtype, pl.List):
        _check_one_item(column, file)
        return frame
    before = frame.height
    frame = frame.with_columns(column).explode(item, empty_as_null=True, keep_nulls=True)
    if frame[item].dtype.is_nested():
        raise DataError(
            f"the column {item!r} of {file} must hold single ids or lists of ids",
            given="lists of lists",
            fix="write one item in each row",
        )
    if log is not None:
        log.append(
            Step("take baskets apart", before, frame.height, f"one row for each item of {item!r}")
        )
    return frame


def lists_in_cells(column: pl.Series) -> pl.Series:
    """Return a text column of lists (JSON or Python) as lists; any other column as it is.

    Of objects, as in [{"id": 1, "name": "Drama"}], the names count.

    >>> lists_in_cells(pl.Series(["['a', 'b']", "[]", None])).to_list()
    [['a', 'b'], [], None]
    """
    if column.dtype != pl.String:
        return column
    text = column.str.strip_chars()
    some = text.is_not_null() & (text != "")
    shown = text.filter(some)
    if not len(shown) or not shown.str.contains(r"(?s)^\[.*\]$").all():
        return column
    lists = [_parsed(cell) for cell in text.unique().drop_nulls() if cell]
    if any(one is None for one in lists):
        return column
    read = {cell: _parsed(cell) if cell else None for cell in text.unique().drop_nulls()}
    return pl.Series(
        column.name, [None if cell is None else read[cell] for cell in text], pl.List(pl.String)
    )


def _parsed(cell: str) -> list[str] | None:
    """Return the names in a list, or None if the cell is no list."""
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        try:
            found = ast.literal_eval(cell)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return None
    if not isinstance(found, list):
        return None
    return [_name(one) for one in found if one is not None]


def _name(value: Any) -> str:
    if isinstance(value, dict):
        return str(next((value[key] for key in ("name", "title", "id") if key in value), value))
    return str(value)


def _check_one_item(column: pl.Series, file: str) -> None:
    """Raise DataError if the cells look like baskets: separated items that come again."""
    if column.dtype != pl.String:
        return
    cells = column.drop_nulls().head(10_000)
    if len(cells) < SOME or cells.n_unique() < MANY * len(cells):
        return
    for separator in SEPARATORS:
        several = cells.str.contains(separator, literal=True)
        if several.mean() < MANY:  # type: ignore[operator]  # there are cells
            continue
        parts = cells.str.split(separator).explode(empty_as_null=False)
        if 2 * parts.n_unique() <= len(parts):
            raise DataError(
                f"the column {column.name!r} of {file} must hold one item in each row",
                given=f"baskets such as {cells[0][:60]!r}",
                fix="write one row for each item; in Python: "
                f"frame.with_columns(polars.col({column.name!r}).str.split({separator!r}))"
                f".explode({column.name!r}), and then whyrec.load(frame)",
            )

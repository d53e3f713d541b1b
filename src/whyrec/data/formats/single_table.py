"""Load one table of events whose columns the user names, such as the log of a shop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from whyrec.core import ArgumentError, DataError
from whyrec.data.build import Loaded, Step, assemble
from whyrec.data.kinds import COLUMNS, by_name, named
from whyrec.data.order import times_left_out
from whyrec.data.read_table import choose, header_of, read_table
from whyrec.data.readers.column_types import flat_names, flattened
from whyrec.data.readers.frames import as_frame
from whyrec.data.readers.headerless import by_number
from whyrec.data.readers.roles import in_roles
from whyrec.data.readers.timestamps import to_seconds
from whyrec.data.shape import shape_items, values_of

__all__ = ["event_columns", "from_events", "load_frame", "load_table", "read_events"]

EVENT = ("user", "item", "value", "time", "kind")
ITEM = ("title", "text", "categories")


def load_table(
    path: str | Path,
    columns: Mapping[str, str] | None = None,
    *,
    name: str = "",
    domain: str | None = None,
) -> Loaded:
    """Load the data set in one CSV or Parquet file of events.

    Times may be dates, ISO text or Unix seconds. If an item has several titles (texts, categories),
    the most frequent one is used, the earliest in a tie.

    Args:
        path: The file.
        columns: Column names by role (user, item, value, time, kind, title, text, categories), as
            in {"user": "Customer ID", "item": "StockCode"}. Other roles use a column of their own
            name, if there is one.
        name: Name of the data set. Default: that of the file.
        domain: What the items are.

    Returns:
        The data and the steps.

    Raises:
        DataError: Names file, row and column.
        ArgumentError: If a role does not exist.
    """
    steps: list[Step] = []
    events = read_events(path, columns, log=steps)
    file = Path(path).name
    return from_events(
        events, columns, name=name or file.partition(".")[0], file=file, domain=domain, steps=steps
    )


def from_events(
    events: pl.DataFrame,
    columns: Mapping[str, str] | None,
    *,
    name: str,
    file: str,
    items: pl.DataFrame | None = None,
    domain: str | None = None,
    steps: Sequence[Step] = (),
) -> Loaded:
    """Build the data set from a table of :func:`read_events`.

    Args:
        events: The table, with standard names.
        columns: The names that the columns had.
        name: Name of the data set.
        file: Name of the table in messages.
        items: A table of items of their own, if there is one.
        domain: What the items are.
        steps: Earlier steps.

    Returns:
        The data and the steps.
    """
    if "time" in events.columns:
        events = events.with_columns(to_seconds(events["time"], name=file))
    table = _items(events) if items is None else shape_items(items)
    events = named(by_name(events, (columns or {}).get("value", "")))
    events = events.select(c for c in events.columns if c in EVENT)
    loaded = assemble(
        events,
        name=name,
        domain=domain or "other",
        items=table,
        steps=steps,
        values=values_of((columns or {}).get("value")),
    )
    if items is not None:
        return loaded
    return replace(loaded, items=None)  # its rows come from events: it is no catalogue


def read_events(
    path: str | Path | bytes,
    columns: Mapping[str, str] | None = None,
    *,
    log: list[Step] | None = None,
    name: str = "",
) -> pl.DataFrame:
    """Read the raw table with its columns renamed to the standard names."""
    needed = event_columns(columns)
    same = [role for role in (*EVENT, *ITEM, *COLUMNS) if role not in needed]
    left: list[str] = []
    headerless = by_number(columns or {}) and by_number(columns or {}, header_of(path, name))
    if headerless:
        needed = {role: f"#{column}" for role, column in needed.items()}
    frame = read_table(
        path,
        name=name,
        columns=tuple(needed.values()),
        optional=same,
        log=log,
        left=left,
        roles={role: role for role in same} | needed,
        headerless=headerless,
    )
    chosen = needed | {role: role for role in same if role in frame.columns}
    if log is not None and "time" not in chosen:
        log += times_left_out(left, frame.height, "--columns time={} reads it")
    return frame.select(pl.col(column).alias(role) for role, column in chosen.items())


def event_columns(columns: Mapping[str, str] | None) -> dict[str, str]:
    """Return the columns of a table of events by role; ArgumentError for an unknown role."""
    for role in columns or {}:
        if role not in EVENT + ITEM:
            raise ArgumentError(
                f"a column can be {', '.join(EVENT + ITEM)}",
                given=repr(role),
                fix="write --columns user=NAME,item=NAME,time=NAME",
            )
    return {"user": "user", "item": "item"} | dict(columns or {})


def load_frame(
    frame: Any,
    columns: Mapping[str, str] | None = None,
    *,
    name: str = "frame",
    domain: str | None = None,
) -> Loaded:
    """Load the data set in a data frame of events: polars, pandas, or an Arrow table.

    Args:
        frame: The data frame.
        columns: As in :func:`load_table`.
        name: Name of the data set.
        domain: What the items are.

    Returns:
        The data and the steps.

    Raises:
        DataError: If the object is no data frame; otherwise as in :func:`load_table`.
    """
    table = as_frame(frame)
    steps: list[Step] = []
    needed = event_columns(columns)
    same = [role for role in (*EVENT, *ITEM, *COLUMNS) if role not in needed]
    wanted = choose(list(flat_names(table.schema)), "the data frame", list(needed.values()), same)
    table = flattened(table).select(wanted)
    if not table.height:
        raise DataError("the data frame must hold rows", given="none")
    roles = needed | {role: role for role in same if role in table.columns}
    table = in_roles(table, roles, "the data frame", steps)
    events = table.select(pl.col(column).alias(role) for role, column in roles.items())
    return from_events(
        events, columns, name=name, file="the data frame", domain=domain, steps=steps
    )


def _items(events: pl.DataFrame) -> pl.DataFrame | None:
    """Return one row per item with its most frequent value in each descriptive column."""
    described = [c for c in ITEM if c in events.columns]
    if not described:
        return None
    items = events.select("item").drop_nulls().unique(maintain_order=True)
    for column in described:
        most = (
            events.select("item", column)
            .drop_nulls()
            .group_by("item", column, maintain_order=True)
            .len()
            .sort("len", descending=True, maintain_order=True)
            .unique("item", keep="first", maintain_order=True)
        )
        items = items.join(most.drop("len"), on="item", how="left", maintain_order="left")
    return shape_items(items)

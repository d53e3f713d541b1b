"""Load one table of events whose columns the user names, such as the log of a shop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from whyrec.core import ArgumentError
from whyrec.data.build import Loaded, Step, assemble
from whyrec.data.kinds import COLUMNS, by_name, named
from whyrec.data.order import times_left_out
from whyrec.data.read_table import read_table
from whyrec.data.readers.timestamps import to_seconds
from whyrec.data.shape import shape_items, values_of

__all__ = ["load_table", "read_events"]

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
    if "time" in events.columns:
        events = events.with_columns(to_seconds(events["time"], name=Path(path).name))
    items = _items(events)
    events = named(by_name(events, (columns or {}).get("value", "")))
    events = events.select(c for c in events.columns if c in EVENT)
    name = name or Path(path).name.partition(".")[0]
    loaded = assemble(
        events,
        name=name,
        domain=domain or "other",
        items=items,
        steps=steps,
        values=values_of((columns or {}).get("value")),
    )
    return replace(loaded, items=None)  # its rows come from events: it is no catalogue


def read_events(
    path: str | Path, columns: Mapping[str, str] | None = None, *, log: list[Step] | None = None
) -> pl.DataFrame:
    """Read the raw table with its columns renamed to the standard names."""
    columns = dict(columns or {})
    for role in columns:
        if role not in EVENT + ITEM:
            raise ArgumentError(
                f"a column can be {', '.join(EVENT + ITEM)}",
                given=repr(role),
                fix="write --columns user=NAME,item=NAME,time=NAME",
            )
    needed = {"user": "user", "item": "item"} | columns
    same = [role for role in (*EVENT, *ITEM, *COLUMNS) if role not in needed]
    left: list[str] = []
    frame = read_table(path, columns=tuple(needed.values()), optional=same, log=log, left=left)
    chosen = needed | {role: role for role in same if role in frame.columns}
    if log is not None and "time" not in chosen:
        log += times_left_out(left, frame.height, "--columns time={} reads it")
    return frame.select(pl.col(column).alias(role) for role, column in chosen.items())


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

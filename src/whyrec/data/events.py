"""Validate rows of events and turn their labels into numbers.

A table may come in pieces, whose labels are numbered together. In messages, "row 1" is the first
row of data; a header is not counted.
"""

from __future__ import annotations

import time as clocks
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from whyrec.core import DataError, Dataset
from whyrec.data import kinds
from whyrec.data.fixes import no_times

__all__ = [
    "FUTURE",
    "UNKNOWN",
    "Events",
    "Loaded",
    "Step",
    "as_labels",
    "finer_unit",
    "is_clock",
    "is_known",
    "latest",
    "look_up",
    "numbered",
    "require",
    "tidy",
    "unknown",
]

ORDER_BELOW = 10**8  # if all times are below (March 1973), they are positions, not Unix seconds
SECONDS_BELOW = 10**11  # the year 5138; larger times are in milliseconds or finer, or wrong
LATER = 86_400  # seconds by which a sender's clock may be ahead
UNKNOWN = "find events at Unix time 0"
FUTURE = "find events after today"
FINER = (
    (10**14, ("milliseconds", 10**3)),
    (10**17, ("microseconds", 10**6)),
    (np.inf, ("nanoseconds", 10**9)),
)


@dataclass(frozen=True)
class Step:
    """One step of loading or cleaning: the rows it touched and the rows left afterwards."""

    name: str
    touched: int
    left: int
    detail: str = ""


@dataclass(frozen=True)
class Loaded:
    """A dataset with the steps that made it.

    meaning: :class:`whyrec.core.kinds.Meaning` of each event. raw: all events, if some are no
    choices. items: the whole table of items, if it was given beside the events.
    """

    data: Dataset
    steps: tuple[Step, ...] = ()
    meaning: NDArray[np.int8] | None = None
    raw: kinds.Raw | None = None
    items: pl.DataFrame | None = None


class Events(NamedTuple):
    """Validated events in the order of their rows, (n,) each.

    user and item are labels, value is float32; time is Unix seconds (if `clock`) or an order, or
    None; kind is canonical, None if all are equal.
    """

    user: pl.Series
    item: pl.Series
    value: NDArray[np.float32]
    time: NDArray[Any] | None
    clock: bool
    meaning: NDArray[np.int8]
    kind: pl.Series | None = None


def tidy(events: pl.DataFrame, log: list[Step], *, clock: bool | None = None) -> Events:
    """Keep the rows with user, item and time, and validate values and times; pieces work alike."""
    require(events, ("user", "item"), "events")
    log.append(Step("read events", events.height, events.height))
    rows = _known_rows(events, log)
    events = kinds.named(events)
    value = _values(events, rows, log)
    time, clock = _times(events, rows, clock, log)
    user, item = (
        _taken(events[c] if events[c].dtype.is_numeric() else events[c].cast(pl.String), rows)
        for c in ("user", "item")
    )
    meaning, value = kinds.meant(events, rows, value)
    return Events(
        user, item, value, time, clock, meaning, kinds.said(events, rows) if meaning.any() else None
    )


def require(frame: pl.DataFrame, columns: Sequence[str], table: str) -> None:
    """Raise DataError unless the columns exist with single values and the table has rows."""
    lacking = [c for c in columns if c not in frame.columns]
    if lacking:
        raise DataError(
            f"the table {table!r} needs the column {lacking[0]!r}",
            given=f"the columns {', '.join(frame.columns) or 'none'}",
            fix=f"rename a column to {lacking[0]!r}, or say which one it is with "
            f"--columns {lacking[0]}=NAME",
        )
    for column in columns:
        if frame[column].dtype.is_nested():
            raise DataError(
                f"the column {column!r} of {table} must hold single ids",
                given=str(frame[column].dtype),
            )
    if not frame.height:
        raise DataError(f"the table {table!r} needs at least one row", given="a header only")


def as_labels(values: pl.Series) -> pl.Series:
    """Return values as text, null if missing; whole floats lose their '.0'."""
    if values.dtype.is_float():
        values = values.fill_nan(None)
        whole = values.cast(pl.Int64, strict=False)
        if (whole == values).all():
            values = whole
    text = values.cast(pl.String)
    text = text.set(text == "", None)
    if (
        values.dtype == pl.String
        and text.str.contains(r"^\d+\.0$").all()
        and text.null_count() < len(text)
    ):
        text = text.str.strip_suffix(".0")
    return text


def is_known(values: pl.Series) -> NDArray[np.bool_]:
    """Mark the values that are not null, NaN or empty text."""
    known = values.is_not_null()
    if values.dtype.is_float():
        known &= values.is_not_nan().fill_null(False)
    elif not values.dtype.is_numeric() and not values.dtype.is_nested():
        known &= (values.cast(pl.String) != "").fill_null(False)
    return known.to_numpy()


def _known_rows(events: pl.DataFrame, log: list[Step]) -> NDArray[np.int64] | None:
    """Find the rows with user, item and time (if there are times); None means all rows."""
    keep = np.ones(events.height, bool)
    for column in ("user", "item", "time"):
        if column in events.columns:
            missing = keep & ~is_known(events[column])
            if column == "time" and keep.any() and not (keep & ~missing).any():
                raise no_times(int(keep.sum()))
            keep &= ~missing
            if missing.any():
                log.append(
                    Step(
                        f"drop rows without {column}",
                        int(missing.sum()),
                        int(keep.sum()),
                        f"first at row {int(missing.argmax()) + 1}",
                    )
                )
    if not keep.any():
        raise DataError(
            "at least one event must name a user and an item",
            given=f"{events.height} rows, each without one of them",
        )
    if keep.all():
        return None
    return np.flatnonzero(keep)


def _taken(column: pl.Series, rows: NDArray[np.int64] | None) -> pl.Series:
    if rows is None:
        return column
    return column.gather(rows)


def _row(at: int, rows: NDArray[np.int64] | None) -> int:
    return int(at if rows is None else rows[at]) + 1


def _numbers(column: pl.Series, rows: NDArray[np.int64] | None, what: str) -> pl.Series:
    """Return the column as numbers; DataError names the first row that is not a number."""
    column = _taken(column, rows)
    if column.dtype.is_integer():
        return column
    if column.dtype.is_float():
        return column.fill_nan(None)
    if column.dtype == pl.String:
        column = column.set(column == "", None)
    number = column.cast(pl.Float64, strict=False)
    wrong = (number.is_null() & column.is_not_null()).to_numpy()
    if wrong.any():
        at = int(wrong.argmax())
        raise DataError(
            f"the column {column.name!r} of events must hold {what}",
            given=f"{column[at]!r} in row {_row(at, rows)}",
            fix="mend or drop that row",
        )
    return number


def _values(
    events: pl.DataFrame, rows: NDArray[np.int64] | None, log: list[Step]
) -> NDArray[np.float32]:
    """Return the values; 1 without such a column, or if only the kind is given."""
    if rows is None:
        n = events.height
    else:
        n = len(rows)
    if "value" not in events.columns:
        return np.ones(n, np.float32)
    number = _numbers(events["value"], rows, "finite numbers")
    missing = number.is_null().to_numpy()
    if missing.any() and "kind" in events.columns:
        log.append(
            Step(
                "set missing values to 1",
                int(missing.sum()),
                n,
                "the kind of event stands for them",
            )
        )
        number = number.fill_null(1)
    value: NDArray[np.float32] = number.cast(pl.Float32).to_numpy()
    wrong = ~np.isfinite(value)
    if wrong.any():
        at = int(wrong.argmax())
        if missing[at]:
            given = "nothing"
        else:
            given = str(number[at])
        raise DataError(
            "the column 'value' of events must hold finite numbers",
            given=f"{given} in row {_row(at, rows)}",
            fix="mend or drop that row",
        )
    return value


def _times(
    events: pl.DataFrame, rows: NDArray[np.int64] | None, clock: bool | None, log: list[Step]
) -> tuple[NDArray[Any] | None, bool]:
    """Return (times, clock), or (None, False) without such a column."""
    if "time" not in events.columns:
        return None, False
    number = _numbers(events["time"], rows, "Unix seconds or an order")
    time = number.to_numpy()
    unit = finer_unit(time)
    if unit:
        raise DataError(
            "the column 'time' of events must be in Unix seconds",
            given=f"what look like {unit[0]} ({int(time[0])} in row {_row(0, rows)})",
            fix=f"divide the times by {unit[1]}",
        )
    wrong = ~(np.abs(time) <= SECONDS_BELOW)
    if wrong.any():
        at = int(wrong.argmax())
        raise DataError(
            "the column 'time' of events must hold Unix seconds or an order",
            given=f"{time[at]} in row {_row(at, rows)}",
            fix="mend or drop that row",
        )
    if clock is None:
        clock = is_clock(time)
    if clock:
        time = _possible(time, log)
    if number.dtype.is_float() and (cut := int((np.floor(time) != time).sum())):
        log.append(
            Step("cut times to whole seconds", cut, len(time), "after the events were put in order")
        )
    return time, clock


def _possible(time: NDArray[Any], log: list[Step]) -> NDArray[Any]:
    """Set times in the future to 0, which stands for unknown, and log both cases."""
    log += unknown(time)
    return np.where(time > latest(), 0, time)


def is_clock(time: NDArray[Any]) -> bool:
    """Say whether times look like Unix seconds; otherwise they are positions."""
    return bool(len(time) and time.max() >= ORDER_BELOW)


def unknown(time: NDArray[Any]) -> list[Step]:
    """Return steps for impossible Unix times; none for positions."""
    if not is_clock(time):
        return []
    zero = int((time == 0).sum())
    ahead = int((time > latest()).sum())
    rows = len(time)
    if zero:
        made = [Step(UNKNOWN, zero, rows, "when is unknown: no date is told, and they come first")]
    else:
        made = []
    return made + (
        [Step(FUTURE, ahead, rows, "when is unknown: no date is told, and they come first")]
        if ahead
        else []
    )


def latest() -> int:
    """Return the latest possible time of an event."""
    return int(clocks.time()) + LATER


def finer_unit(time: NDArray[Any]) -> tuple[str, int] | None:
    """Return (unit, units per second) if the times look finer than seconds, otherwise None."""
    if len(time):
        middle = float(np.median(np.abs(time)))
    else:
        middle = 0.0
    if not SECONDS_BELOW < middle < np.inf:
        return None
    return next(u for limit, u in FINER if middle <= limit)


def numbered(
    column: pl.Series, first: pl.Series | None = None
) -> tuple[NDArray[np.int32], pl.Series]:
    """Return (number of each row, labels by number): labels of `first`, then by appearance."""
    raw = column.unique(maintain_order=True)
    label = as_labels(raw)
    known = label.unique(maintain_order=True)
    if first is not None:
        known = pl.concat([first.filter(first.is_in(known.implode())), known]).unique(
            maintain_order=True
        )
    number = look_up(label, known)
    return column.replace_strict(raw, number, return_dtype=pl.Int32).to_numpy(), known


def look_up(values: pl.Series, known: pl.Series) -> pl.Series:
    """Return the index of each value in `known` (Int32), null if it is missing."""
    place = pl.int_range(len(known), dtype=pl.Int32, eager=True)
    return values.replace_strict(known, place, default=None, return_dtype=pl.Int32)

"""Convert times of events to Unix seconds: from numbers, dates or ISO 8601 text."""

from __future__ import annotations

import polars as pl

from whyrec.core import DataError

__all__ = ["parse_times", "to_seconds"]

FORMATS = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S%.f%#z")


def to_seconds(column: pl.Series, *, name: str = "events") -> pl.Series:
    """Convert a column to Unix seconds; numbers stay, and times without a zone are UTC.

    Limits: dates such as 12/1/2009 are refused, because day and month cannot be told apart.

    Args:
        column: Numbers, dates or text.
        name: Name of the table in messages.

    Returns:
        Unix seconds.

    Raises:
        DataError: Names the first row that is not a time.

    >>> to_seconds(pl.Series("time", ["1970-01-02", "1970-01-01T00:01:00Z"])).to_list()
    [86400, 60]
    """
    seconds = parse_times(column)
    if column.null_count() < seconds.null_count():
        text = column.cast(pl.String)
    else:
        text = column
    wrong = seconds.is_null() & text.is_not_null()
    if text.dtype == pl.String:
        wrong &= text.str.strip_chars() != ""
    if wrong.any():
        at = wrong.arg_max() or 0
        raise DataError(
            f"the column {column.name!r} of {name} must hold Unix seconds or dates",
            given=f"{column[at]!r} in row {at + 1}",
            fix="write times as 2009-12-31 08:26:00 (ISO 8601) or as Unix seconds",
        )
    return seconds


def parse_times(column: pl.Series) -> pl.Series:
    """Convert like :func:`to_seconds`, with null for values that are not times."""
    if column.dtype.is_numeric():
        return column
    if column.dtype == pl.Date:
        return column.dt.epoch("s")
    if isinstance(column.dtype, pl.Datetime):
        return _epoch(column)
    text = column.cast(pl.String).str.strip_chars()
    text = text.set(text == "", None)
    number = text.cast(pl.Int64, strict=False)
    if number.null_count() > text.null_count():
        number = text.cast(pl.Float64, strict=False).fill_nan(None)
    if text.null_count() < len(text) == number.null_count():
        return _iso(text)
    return number


def _iso(text: pl.Series) -> pl.Series:
    """Parse ISO dates; each format is tried on what the formats before it left."""
    text = text.str.replace(r"^(\d{4}-\d\d-\d\d)T", "${1} ").str.replace(r" ?(Z|UTC)$", "")
    moment = pl.Series(text.name, [None] * len(text), pl.Datetime("us"))
    for form in FORMATS:
        found = text.str.to_datetime(form, time_unit="us", strict=False)
        moment = moment.zip_with(moment.is_not_null(), found.dt.replace_time_zone(None))
        if moment.null_count() == text.null_count():
            break
    return _epoch(moment)


def _epoch(moment: pl.Series) -> pl.Series:
    """Return whole seconds, or fractions if some time has one, to keep the order."""
    micro = moment.dt.epoch("us")
    if (micro % 10**6 != 0).any():
        return micro / 10**6
    return micro // 10**6

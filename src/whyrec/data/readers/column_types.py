"""Turn columns of any type into those that loaders know: text, numbers, dates, lists, structs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from whyrec.core import DataError

__all__ = ["check_roles", "column_of", "flat_names", "plain_columns", "text_of"]

IDS = ("user", "item", "friend", "head", "relation", "tail", "kind")
UUID_BYTES = 16
HUGE = ("Int128", "UInt128")  # NumPy has no such numbers
LONGEST = 10**8  # seconds; a longer time since an unknown start would look like a date


def plain_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with columns of text, numbers, booleans, dates and lists alone.

    Each field of a struct becomes a column `name.field`.
    Categories become text, decimals whole numbers or floats, bytes text (UTF-8, otherwise UUIDs or
    hexadecimal digits), durations seconds, times of day text.

    >>> plain_columns(pl.DataFrame({"user": [b"ann"], "item": [b"\\xff" * 16]})).rows()
    [('ann', 'ffffffff-ffff-ffff-ffff-ffffffffffff')]
    """
    frame = flattened(frame)
    return frame.with_columns(
        _plain(frame[name]) for name in frame.columns if _is_odd(frame[name].dtype)
    )


def column_of(name: str, values: Sequence[Any]) -> pl.Series:
    """Return values of Python as a column; values of several types become text.

    >>> column_of("user", [b"u1", 2, None, 3.0]).to_list(), column_of("value", [1, 2.5]).to_list()
    (['u1', '2', None, '3'], [1.0, 2.5])
    """
    try:
        column = pl.Series(name, values)
        return _plain(column) if column.dtype == pl.Object else column
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError):
        if all(v is None or _is_exact(v) for v in values):
            return pl.Series(name, values, pl.Float64, strict=False)
        return pl.Series(name, [None if v is None else text_of(v) for v in values], pl.String)


def text_of(value: Any) -> str:
    """Return one value as text: bytes as UTF-8, UUID or hexadecimal digits, 35.0 as 35."""
    if isinstance(value, bytes | bytearray | memoryview):
        return _bytes(bytes(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return str(int(value))
    return str(value)


def flattened(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with the fields of each struct as columns `name.field`."""
    while any(isinstance(kind, pl.Struct) for kind in frame.schema.values()):
        parts = []
        for column in frame:
            if isinstance(column.dtype, pl.Struct):
                fields = column.struct.unnest()
                parts += [fields[one].alias(f"{column.name}.{one}") for one in fields.columns]
            else:
                parts.append(column)
        frame = pl.DataFrame(parts)
    return frame


def flat_names(schema: Mapping[str, Any]) -> dict[str, str]:
    """Return the names that :func:`flattened` gives, with the column that each comes from."""
    found: dict[str, str] = {}
    for name, kind in schema.items():
        inner = (
            {field.name: field.dtype for field in kind.fields}
            if isinstance(kind, pl.Struct)
            else None
        )
        found |= (
            {name: name} if inner is None else {f"{name}.{one}": name for one in flat_names(inner)}
        )
    return found


def check_roles(frame: pl.DataFrame, columns: Mapping[str, str], file: str) -> None:
    """Raise DataError for a column whose type cannot play its role.

    Args:
        frame: The table, before :func:`plain_columns`.
        columns: The column of each role (user, item, time, value, title, ...).
        file: Name of the table in messages.
    """
    for role, name in columns.items():
        kind = frame.schema.get(name)
        if kind is None:
            continue
        if role in IDS and kind.is_nested() and not (role == "item" and _is_list_of_ids(kind)):
            raise _refused(name, file, role, kind, f"write one {role} in each row")
        if role == "time" and not _may_be_time(frame[name]):
            raise _refused(name, file, role, kind, "write Unix seconds, or dates with times")
        if role == "value" and (kind.is_nested() or kind.is_temporal()):
            raise _refused(name, file, role, kind, "write one number in each row")
        if role in ("title", "text", "categories") and _is_deep(kind):
            raise _refused(name, file, role, kind, "write one text, or one list of texts")


NEEDED = {
    "time": "moments",
    "value": "numbers",
    "title": "texts",
    "text": "texts",
    "categories": "texts or lists of texts",
}


def _refused(name: str, file: str, role: str, kind: Any, fix: str) -> DataError:
    return DataError(
        f"the column {name!r} of {file} must hold {NEEDED.get(role, 'single ids')}",
        given=_named(kind),
        fix=fix,
    )


def _named(kind: Any) -> str:
    """Describe a type in words.

    >>> _named(pl.List(pl.Struct({"key": pl.String, "value": pl.Int64})))
    'maps, or lists of structs (key, value)'
    """
    if isinstance(kind, pl.Struct):
        return f"structs ({', '.join(field.name for field in kind.fields)})"
    if isinstance(kind, pl.List | pl.Array):
        inner = _named(kind.inner)
        if isinstance(kind.inner, pl.Struct) and len(kind.inner.fields) == 2:
            return f"maps, or lists of {inner}"
        return f"lists of {inner}"
    if kind.is_temporal():
        return {pl.Time: "times of day without a date", pl.Duration: "durations"}.get(
            kind.base_type(), "dates"
        )
    names = {pl.Boolean: "true and false", pl.String: "texts"}
    return names.get(kind, "numbers" if kind.is_numeric() else str(kind))


def _is_deep(kind: Any) -> bool:
    return isinstance(kind, pl.List | pl.Array) and kind.inner.is_nested()


def _is_list_of_ids(kind: Any) -> bool:
    """Say whether a column of items holds a basket in each row, which loaders take apart."""
    return isinstance(kind, pl.List | pl.Array) and not kind.inner.is_nested()


def _may_be_time(column: pl.Series) -> bool:
    kind = column.dtype
    if isinstance(kind, pl.Duration):
        longest = column.dt.total_seconds().abs().max()
        return not isinstance(longest, int) or longest < LONGEST
    return not kind.is_nested() and kind not in (pl.Boolean, pl.Time)


def _is_odd(kind: Any) -> bool:
    if isinstance(kind, pl.List | pl.Array):
        return isinstance(kind, pl.Array) or _is_odd(kind.inner)
    return not (
        isinstance(kind, pl.Struct)
        or kind in (pl.String, pl.Boolean, pl.Date, pl.Float32, pl.Float64)
        or isinstance(kind, pl.Datetime)
        or (kind.is_integer() and str(kind) not in HUGE)
    )


def _plain(column: pl.Series) -> pl.Series:
    kind = column.dtype
    if not _is_odd(kind):
        return column
    if isinstance(kind, pl.Array):
        return _plain(column.cast(pl.List(kind.inner)))
    if isinstance(kind, pl.List):
        return _plain_list(column, kind)
    if kind == pl.Binary:
        return _from_bytes(column)
    if isinstance(kind, pl.Decimal):
        whole = column.cast(pl.Int128, strict=False)
        same = (whole.cast(kind, strict=False) == column).all()
        return _short(whole) if same else column.cast(pl.Float64)
    if str(kind) in HUGE:
        return _short(column)
    if kind == pl.Object:
        return column_of(column.name, [_simple(value) for value in column])
    if isinstance(kind, pl.Duration):
        return column.dt.total_microseconds() / 10**6
    if kind == pl.Null:
        return column.cast(pl.String)
    return column.cast(pl.Float32 if kind.is_float() else pl.String)


def _short(column: pl.Series) -> pl.Series:
    """Return whole numbers of 128 bits as 64 bits, or as text if some are larger."""
    short = column.cast(pl.Int64, strict=False)
    return short if short.null_count() == column.null_count() else column.cast(pl.String)


def _plain_list(column: pl.Series, kind: pl.List) -> pl.Series:
    flat = _plain(column.explode(empty_as_null=False, keep_nulls=False))
    places = column.list.len().fill_null(0)
    row = pl.Series("row", range(len(column)), pl.UInt32)
    of_row = pl.DataFrame({"row": row, "n": places}).select(
        pl.col("row").repeat_by("n").explode(empty_as_null=False)
    )
    made = (
        pl.DataFrame({"row": of_row["row"], "value": flat})
        .group_by("row", maintain_order=True)
        .agg("value")
    )
    joined = pl.DataFrame({"row": row}).join(made, on="row", how="left", maintain_order="left")
    lists = joined["value"].alias(column.name)
    empty = (places == 0) & column.is_not_null()
    return lists.set(empty, []) if empty.any() else lists


def _from_bytes(column: pl.Series) -> pl.Series:
    """Decode bytes: all as UTF-8 text, or all as UUIDs or hexadecimal digits."""
    values = column.to_list()
    try:
        made = [None if v is None else v.decode() for v in values]
        if all(v is None or _is_text(v) for v in made):
            return pl.Series(column.name, made, pl.String)
    except UnicodeDecodeError:
        pass
    known = [v for v in values if v is not None]
    if all(len(v) == UUID_BYTES for v in known):
        made = [None if v is None else str(uuid.UUID(bytes=v)) for v in values]
    else:
        made = [None if v is None else v.hex() for v in values]
    return pl.Series(column.name, made, pl.String)


def _bytes(value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = "\0"
    if _is_text(text):
        return text
    return str(uuid.UUID(bytes=value)) if len(value) == UUID_BYTES else value.hex()


def _is_exact(value: Any) -> bool:
    """Say whether a number of Python is the same as a float."""
    return isinstance(value, float) or (type(value) is int and abs(value) < 2**53)


def _is_text(text: str) -> bool:
    return all(part.isprintable() for part in text.split())


def _simple(value: Any) -> Any:
    """Return values of Python that polars has a type for as they are, others as text."""
    if value is None or value != value:  # NaN and NaT
        return None
    known = (bool, int, float, str, bytes, Decimal, datetime, date, timedelta, list, dict)
    return value if isinstance(value, known) else text_of(value)

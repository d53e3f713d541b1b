"""Read JSON lines, or a JSON list of objects, as a table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from whyrec.core import DataError
from whyrec.data.readers.column_types import column_of, flattened

__all__ = ["json_rows"]


def json_rows(data: bytes, name: str) -> pl.DataFrame:
    """Read JSON lines (an object a line) or a JSON array of objects.

    Raises:
        DataError: Names the first line that is no object.
    """
    values: dict[str, list[Any]] = {}
    number = 0
    for number, row in enumerate(_objects(data, name), 1):
        for key, value in row.items():
            column = values.setdefault(key, [])
            column += [None] * (number - 1 - len(column))
            column.append(value)
    columns = [
        column_of(key, column + [None] * (number - len(column))) for key, column in values.items()
    ]
    return flattened(pl.DataFrame(columns))


def _objects(data: bytes, name: str) -> Iterator[Mapping[str, Any]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{name} must be UTF-8", given=str(error), fix="save it as UTF-8") from None
    if text.lstrip().startswith("["):
        yield from _array(text, name)
        return
    for line, row in enumerate(text.split("\n"), 1):
        if not row.strip():
            continue
        try:
            value = json.loads(row)
        except (ValueError, RecursionError) as error:
            value = _whole(text, name) if line == 1 else None
            raise DataError(
                f"{name} must hold one JSON object in each line",
                given="one JSON document of many lines"
                if value is not None
                else f"line {line}: {row.strip()[:60]!r} ({error})",
                fix='write {"user": "ann", "item": "x1"} in each line, or a list of such objects',
            ) from None
        if not isinstance(value, dict):
            raise DataError(
                f"{name} must hold one JSON object in each line",
                given=f"line {line}: {row.strip()[:60]!r}",
                fix='write {"user": "ann", "item": "x1"} in each line',
            )
        yield value


def _whole(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _array(text: str, name: str) -> Iterator[Mapping[str, Any]]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"{name} must be whole JSON", given=str(error), fix="write the file again"
        ) from None
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise DataError(
                f"{name} must be a JSON list of objects",
                given=f"{json.dumps(row)[:60]} as number {number}",
                fix='write [{"user": "ann", "item": "x1"}, ...]',
            )
        yield row

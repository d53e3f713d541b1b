"""Read a table of known layout: separator, columns and types, as in official data sets.

Unlike :func:`whyrec.data.read_table.read_table` it guesses nothing: what departs from the layout is
refused with file, line and value.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import polars as pl

from whyrec.core import DataError
from whyrec.data.build import UNREADABLE
from whyrec.data.readers.archive import Source

__all__ = ["Schema", "most_used", "read_header", "read_rows"]

Schema = Mapping[str, Any]  # column name to polars type, in the file's order if it has no header
LONGEST_HEADER = 1 << 20  # bytes
SINGLE = b"\x1f\x1e\x1d\x1c\x01\x02"  # bytes that can replace a separator of two bytes


def read_rows(
    source: Source,
    file: str,
    schema: Schema,
    *,
    separator: str,
    header: bool = False,
    quoted: bool = False,
) -> pl.DataFrame:
    """Read the columns of `schema`, every number checked.

    Args:
        source: The files.
        file: Name of the file. Lines that are not UTF-8 are read as latin-1.
        schema: Types by column. Only Float32 numbers may be missing.
        separator: Separator of the fields.
        header: Whether the first line names the columns; further columns are then ignored.
            Otherwise every line has exactly the fields of `schema`.
        quoted: Whether fields may be quoted.

    Returns:
        The table.

    Raises:
        DataError: Names file, row (a header is not counted) and value.
    """
    data = _utf8(source.read(file), file)
    if separator == "::":
        data, separator = _single(data, file)
    if header:
        names = _header(data, separator, quoted, file, schema)
    else:
        names = list(schema)
    places = [names.index(c) for c in schema]

    def read(types: Schema) -> pl.DataFrame:
        frame = pl.read_csv(
            data,
            separator=separator,
            has_header=False,
            skip_lines=int(header),
            quote_char='"' if quoted else None,
            schema={str(i): types.get(n, pl.String) for i, n in enumerate(names)},
            columns=places,
        )
        return frame.select(pl.col(str(p)).alias(c) for p, c in zip(places, schema, strict=True))

    rows = _Rows(data, separator, header, quoted, len(names), file)
    if header and b"\n" not in data:
        raise DataError(f"{file} must hold rows", given="a header only")
    try:
        frame = read(schema)
    except UNREADABLE as error:
        _check_width(rows)
        with suppress(*UNREADABLE):
            _check_numbers(read({}), schema, file)
        raise DataError(
            f"{file} must be a regular table", given=str(error).split("\n")[0]
        ) from None
    if any(frame[c].null_count() for c, kind in schema.items() if kind != pl.Float32):
        _check_width(rows)  # a short line gives nulls
    _check_missing(frame, schema, file)
    return frame


def read_header(source: Source, file: str, separator: str) -> list[str]:
    """Read the fields of the file's first line."""
    with source.open(file) as stream:
        return _utf8(stream.readline(LONGEST_HEADER), file).decode().split(separator)


def most_used(uses: pl.DataFrame, key: str, word: str, most: int) -> pl.DataFrame:
    """Return one row per `key` with its most frequent words, at most `most`.

    `uses` has the columns key, word and optional count. Ties are in alphabetical order.
    """
    if "count" in uses.columns:
        count = pl.col("count").sum()
    else:
        count = pl.len().alias("count")
    ranked = (
        uses.drop_nulls()
        .group_by(key, word)
        .agg(count)
        .sort(key, "count", word, descending=[False, True, False])
    )
    return ranked.group_by(key, maintain_order=True).agg(pl.col(word).head(most))


def _single(data: bytes, file: str) -> tuple[bytes, str]:
    """Replace "::" by one byte that does not occur in the data; returns data and byte."""
    byte = next((bytes([b]) for b in SINGLE if b not in data), None)
    if byte is None:
        raise DataError(f"{file} must be text", given="control characters")
    return data.replace(b"::", byte), byte.decode()


def _utf8(data: bytes, file: str) -> bytes:
    data = data.removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n")
    if not data.strip():
        raise DataError(f"{file} must hold a table", given="an empty file")
    if b"\0" in data:
        raise DataError(
            f"{file} must be text in UTF-8 or latin-1",
            given="NUL bytes, as in UTF-16 or a binary file",
            fix="use the file as it was published",
        )
    if data.isascii():
        return data
    try:
        data.decode()
        return data
    except UnicodeDecodeError:
        return b"\n".join(map(_line, data.split(b"\n")))


def _line(line: bytes) -> bytes:
    try:
        line.decode()
        return line
    except UnicodeDecodeError:
        return line.decode("latin-1").encode()


def _header(data: bytes, separator: str, quoted: bool, file: str, schema: Schema) -> list[str]:
    first = data.split(b"\n", 1)[0].decode().rstrip("\r")
    names = [n.strip() for n in _split(first, separator, quoted)]
    for column in schema:
        if names.count(column) != 1:
            raise DataError(
                f"{file} needs the column {column!r} in its first line, fields separated by "
                f"{_shown(separator)}",
                given=f"twice {column!r}" if column in names else repr(first[:100]),
            )
    return [f"{i}:{n}" if n not in schema else n for i, n in enumerate(names)]


def _split(line: str, separator: str, quoted: bool) -> list[str]:
    if not quoted:
        return line.split(separator)
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:  # a field of more than 131,072 characters
        return [line]


@dataclass(frozen=True)
class _Rows:
    data: bytes
    separator: str
    header: bool
    quoted: bool
    width: int
    file: str


def _check_width(rows: _Rows) -> None:
    """Raise DataError for the first row with the wrong number of fields; reads the file again."""
    text = io.TextIOWrapper(io.BytesIO(rows.data), "utf-8", newline="")
    split = (
        csv.reader(text, delimiter=rows.separator)
        if rows.quoted
        else (line.rstrip("\r\n").split(rows.separator) for line in text)
    )
    if rows.separator.encode() in SINGLE:
        shown = "'::'"
    else:
        shown = _shown(rows.separator)
    try:
        for row, fields in enumerate(split, 1 - rows.header):
            if len(fields) != rows.width and fields not in ([], [""]):
                raise DataError(
                    f"every row of {rows.file} must have {rows.width} fields separated by {shown}",
                    given=f"{len(fields)} in row {row}: {' '.join(fields)[:80]!r}",
                    fix="use the file as it was published",
                )
    except csv.Error as error:
        raise DataError(f"{rows.file} must be a regular table", given=str(error)) from None


def _check_numbers(frame: pl.DataFrame, schema: Schema, file: str) -> None:
    """Raise DataError for the first text that is not a number of its column's type."""
    for column, kind in schema.items():
        wrong = frame[column].cast(kind, strict=False).is_null() & frame[column].is_not_null()
        if wrong.any():
            at = wrong.arg_max() or 0
            if kind.is_integer():
                what = "whole numbers"
            else:
                what = "numbers"
            raise DataError(
                f"the column {column!r} of {file} must hold {what}",
                given=f"{frame[column][at]!r} in row {at + 1}",
                fix="mend or remove that row",
            )


def _check_missing(frame: pl.DataFrame, schema: Schema, file: str) -> None:
    for column, kind in schema.items():
        if kind.is_numeric() and kind != pl.Float32 and frame[column].null_count():
            at = frame[column].is_null().arg_max() or 0
            raise DataError(
                f"the column {column!r} of {file} must hold a number in every row",
                given=f"nothing in row {at + 1}",
                fix="mend or remove that row",
            )


def _shown(separator: str) -> str:
    return {"\t": "tabs", ",": "commas"}.get(separator, repr(separator))

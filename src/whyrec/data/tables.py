"""Read one table from CSV, TSV or Parquet: separator and encoding are recognised, hostile files refused.

All text columns stay text (ids keep their leading zeros); :func:`typed` finds the numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from whyrec.core import BadData, Unknown
from whyrec.data.assemble import Step
from whyrec.data.dialect import LONGEST_LINE, Dialect, opened, read_some, sniff, table_name

__all__ = ["Dialect", "decoding", "read_table", "sniff", "typed"]

MOST_COLUMNS = 10_000
UNIT = "\x1f"  # stands in for "::", as the reader takes a separator of one byte
Given = str | Path | bytes


def read_table(source: Given, *, name: str = "", columns: Sequence[str] | None = None) -> pl.DataFrame:
    """The table in a file (.csv, .tsv, .txt, .parquet, or one of the text forms with .gz) or in bytes.

    A header is required. columns: read only these. Text tables give text columns with null where a
    field is empty. Raises BadData naming the file, the line and what to do; Unknown for a column
    that is not there.

    >>> read_table(b"user;item\\n007;x\\n").rows()
    [('007', 'x')]
    """
    name = name or table_name(source)
    if not isinstance(source, bytes) and not Path(source).is_file():
        raise BadData("a table must be a file", given=f"{source}, which is not there", fix="check the path")
    if _is_parquet(source, name):
        return _read_parquet(source, name, columns)
    dialect = sniff(source, name=name)
    if (header := _header(source, dialect, name)) and columns is not None:
        for column in columns:
            if column not in header:
                raise Unknown(f"column of {name}", column, header)
    frame = _read_text(source, dialect, name)
    frame.columns = header
    return frame if columns is None else frame.select(columns)


def decoding(source: Given, name: str, rows: int) -> list[Step]:
    """The step to report where a table is not UTF-8 text: all its rows were read as latin-1."""
    if _is_parquet(source, name) or sniff(source, name=name).encoding != "latin-1":
        return []
    return [Step(f"read {name} as latin-1", rows, rows, "it is not UTF-8")]


def typed(column: pl.Series) -> pl.Series:
    """A text column as Float64 where every value is a number without leading zeros; else unchanged."""
    if column.dtype != pl.String:
        return column
    text = column.str.strip_chars()
    number = text.cast(pl.Float64, strict=False)
    plain = (number.is_not_null() & number.is_infinite().not_() & text.str.contains(r"^-?0\d").not_()) | text.is_null()
    return number.fill_nan(None) if plain.all() and number.is_not_null().any() else column


def _is_parquet(source: Given, name: str) -> bool:
    with opened(source) as file:
        return read_some(file, 4, name) == b"PAR1"


def _header(source: Given, dialect: Dialect, name: str) -> list[str]:
    with opened(source) as file:
        line = file.readline(LONGEST_LINE).decode(dialect.encoding).rstrip("\r\n")
    fields = line.split("::") if dialect.separator == "::" else next(csv.reader(
        [line], delimiter=dialect.separator, quoting=csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE), [])
    header = [field.strip() or f"column {i + 1}" for i, field in enumerate(fields)]
    if len(header) > MOST_COLUMNS:
        raise BadData(f"{name} may have up to {MOST_COLUMNS:,} columns", given=f"{len(header):,}")
    if all(re.fullmatch(r"[-+.\d]+", field) for field in header):
        raise BadData(f"the first line of {name} must name the columns", given=repr(line[:80]),
                      fix="add a header such as user,item,time")
    if len(set(header)) < len(header):
        twice = next(c for c in header if header.count(c) > 1)
        raise BadData(f"the columns of {name} must have different names", given=f"{twice!r} twice")
    return header


def _read_text(source: Given, dialect: Dialect, name: str) -> pl.DataFrame:
    data = source
    if dialect.encoding == "latin-1" or dialect.separator == "::":
        with opened(source) as file:
            data = file.read()
        if dialect.encoding == "latin-1":
            data = data.decode("latin-1").encode()
        if dialect.separator == "::":
            data = data.replace(b"::", UNIT.encode())
    separator = UNIT if dialect.separator == "::" else dialect.separator

    def read(quote: str | None) -> pl.DataFrame:
        return pl.read_csv(data, separator=separator, quote_char=quote, infer_schema=False)

    try:
        frame = read('"' if dialect.quoted else None)
    except pl.exceptions.PolarsError as error:
        if not dialect.quoted or dialect.separator in ",;":
            raise _ragged(source, dialect, name, str(error)) from None
        try:
            frame = read(None)
        except pl.exceptions.PolarsError:
            raise _ragged(source, dialect, name, str(error)) from None
    if not frame.height:
        raise BadData(f"{name} must hold rows", given="a header only")
    return frame


def _ragged(source: Given, dialect: Dialect, name: str, reason: str) -> BadData:
    """The first line that breaks the table, found by a slow second reading."""
    with opened(source) as file, io.TextIOWrapper(file, dialect.encoding, newline="") as text:
        width = 0
        for number, line in enumerate(text, 1):
            if dialect.quoted and line.count('"') % 2:
                return BadData(f"every '\"' in {name} must be closed or doubled",
                               given=f"line {number}: {line.strip()[:80]!r}", fix="write \"\" inside a quoted field")
            fields = _fields(line.rstrip("\r\n"), dialect)
            width = width or fields
            if fields > width:
                return BadData(f"every line of {name} must have {width} fields, as its header has",
                               given=f"{fields} in line {number}: {line.strip()[:80]!r}",
                               fix=f"put fields that contain {dialect.separator!r} in quotes")
    return BadData(f"{name} must be a regular table", given=reason.split("\n")[0],
                   fix="export it again as CSV or Parquet")


def _fields(line: str, dialect: Dialect) -> int:
    bare = re.sub(r'"[^"]*"', "", line) if dialect.quoted else line
    return bare.count(dialect.separator) + 1


def _read_parquet(source: Given, name: str, columns: Sequence[str] | None) -> pl.DataFrame:
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        schema = pl.read_parquet_schema(file)
        if isinstance(file, io.BytesIO):
            file.seek(0)
        for column in columns or ():
            if column not in schema:
                raise Unknown(f"column of {name}", column, schema)
        if len(schema) > MOST_COLUMNS:
            raise BadData(f"{name} may have up to {MOST_COLUMNS:,} columns", given=f"{len(schema):,}")
        frame = pl.read_parquet(file, columns=None if columns is None else list(columns))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadData(f"{name} must be a whole Parquet file", given=str(error).split("\n")[0],
                      fix="write the file again") from None
    if not frame.height:
        raise BadData(f"{name} must hold rows", given="a header only")
    return frame

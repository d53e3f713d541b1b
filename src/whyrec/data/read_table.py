"""Read one table from CSV, TSV or Parquet, recognise its dialect and refuse hostile files.

All text columns stay text, so ids keep their leading zeros; :func:`typed` finds the numbers.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from whyrec.core import DataError
from whyrec.data.build import UNREADABLE, Step
from whyrec.data.readers.csv_dialect import LONGEST_LINE, Dialect, opened, sniff, table_name
from whyrec.data.readers.headerless import NO_HEADER, check_wide, looks_like_row, numbered_columns
from whyrec.data.readers.roles import in_roles
from whyrec.data.readers.table_forms import form_of, read_form, unpacked

__all__ = ["Dialect", "choose", "header_of", "read_table", "sniff", "typed"]

MOST_COLUMNS = 10_000
WIDE = 10  # a table with more columns may be a matrix of people and items
UNIT = "\x1f"  # replaces "::", because the reader takes a separator of one byte
Given = str | Path | bytes


def read_table(
    source: Given,
    *,
    name: str = "",
    columns: Sequence[str] = (),
    optional: Sequence[str] | None = None,
    log: list[Step] | None = None,
    left: list[str] | None = None,
    roles: Mapping[str, str] | None = None,
    headerless: bool = False,
) -> pl.DataFrame:
    r"""Read a table of any form: CSV and other text, Parquet, Arrow, JSON lines, Excel.

    Files packed by gzip, bzip2, xz or zstd are unpacked. Text needs a header.

    Args:
        source: Path or bytes.
        name: Name in messages.
        columns: Required columns.
        optional: Other columns to read; None reads all.
        log: Gets a step if the table is not UTF-8 and was read as latin-1.
        left: Gets the names of columns that are not read.
        roles: The column of each role (user, item, time, ...), whose type is checked.
        headerless: Whether a text table has no header; its columns are then called #1, #2, ...

    Returns:
        The table; text tables give text columns, null for empty fields.

    Raises:
        DataError: Names file and line.

    >>> read_table(b"user;item\n007;x\n").rows()
    [('007', 'x')]
    """
    name = name or table_name(source)
    if not isinstance(source, bytes) and not Path(source).is_file():
        raise DataError(
            "a table must be a file", given=f"{source}, which is not there", fix="check the path"
        )
    source = unpacked(source, name)
    form = form_of(source, name)
    if form != "text":
        notes: list[str] = []
        frame = read_form(
            source, form, name, lambda header: choose(header, name, columns, optional, left), notes
        )
        if log is not None:
            log += [Step(note, frame.height, frame.height) for note in notes]
    else:
        if headerless:
            source = numbered_columns(source, name)
        dialect = sniff(source, name=name)
        frame = _read_text(source, dialect, name, columns, optional, left)
        if dialect.encoding == "latin-1" and log is not None:
            log.append(
                Step(f"read {name} as latin-1", frame.height, frame.height, "it is not UTF-8")
            )
    if not frame.height:
        raise DataError(f"{name} must hold rows", given="a header only")
    return in_roles(frame, roles or {}, name, log)


def header_of(source: Given, name: str = "") -> list[str]:
    """Return the column names of a table."""
    name = name or table_name(source)
    source = unpacked(source, name)
    form = form_of(source, name)
    if form != "text":
        header: list[str] = []

        def first(names: Sequence[str]) -> list[str]:
            header.extend(names)
            return list(names[:1])

        read_form(source, form, name, first)
        return header
    return _header(source, sniff(source, name=name), name)


def typed(column: pl.Series) -> pl.Series:
    """Return a text column as Float64 if every value is a number without leading zeros."""
    if column.dtype != pl.String:
        return column
    text = column.str.strip_chars()
    number = text.cast(pl.Float64, strict=False)
    other = number.is_null() | number.is_infinite() | text.str.contains(r"^-?0\d")
    if (other & text.is_not_null()).any() or number.is_null().all():
        return column
    return number.fill_nan(None)


def nearest(name: str, known: Sequence[str]) -> str:
    """Return a question with the known names that look like `name`, or "".

    >>> nearest("customer_id", ["Customer ID", "Country"])
    "did you mean 'Customer ID'? Else "
    """
    near = difflib.get_close_matches(name.casefold(), [k.casefold() for k in known], 3, 0.5)
    like = [k for n in near for k in known if k.casefold() == n]
    like += [k for k in known if k not in like and name.casefold() in k.casefold()]
    if like:
        return f"did you mean {' or '.join(map(repr, like[:3]))}? Else "
    return ""


def choose(
    header: Sequence[str],
    name: str,
    columns: Sequence[str],
    optional: Sequence[str] | None,
    left: list[str] | None = None,
) -> list[str]:
    """Return the columns to read, in the table's order; DataError for a missing column."""
    if len(header) > MOST_COLUMNS:
        raise DataError(f"{name} may have up to {MOST_COLUMNS:,} columns", given=f"{len(header):,}")
    for column in columns:
        if column not in header:
            if column == "item" and len(header) > WIDE:
                check_wide(header, name)
            raise DataError(
                f"{name} needs the column {column!r}",
                given=f"the columns {', '.join(header[:20])}",
                fix=f"{nearest(column, header)}check the spelling, or name the column with "
                f"--columns{f'; {NO_HEADER}' if looks_like_row(header) else ''}",
            )
    chosen = [h for h in header if optional is None or h in columns or h in optional]
    if left is not None:
        left += [h for h in header if h not in chosen]
    return chosen


def _header(source: Given, dialect: Dialect, name: str) -> list[str]:
    with opened(source) as file:
        line = file.readline(LONGEST_LINE).decode(dialect.encoding).rstrip("\r\n")
    try:
        if dialect.separator == "::":
            fields = line.split("::")
        else:
            fields = next(
                csv.reader(
                    [line],
                    delimiter=dialect.separator,
                    quoting=csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE,
                ),
                [],
            )
    except csv.Error as error:
        raise DataError(
            f"the first line of {name} must name the columns", given=str(error)
        ) from None
    header = [field.strip() or f"column {i + 1}" for i, field in enumerate(fields)]
    if len(header) > MOST_COLUMNS:
        raise DataError(f"{name} may have up to {MOST_COLUMNS:,} columns", given=f"{len(header):,}")
    if all(re.fullmatch(r"[-+.\d]+", field) for field in header):
        raise DataError(
            f"the first line of {name} must name the columns",
            given=repr(line[:80]),
            fix=f"add a header such as user,item,time, or {NO_HEADER}",
        )
    if len(set(header)) < len(header):
        twice = next(c for c in header if header.count(c) > 1)
        raise DataError(
            f"the columns of {name} must have different names", given=f"{twice!r} twice"
        )
    return header


def _read_text(
    source: Given,
    dialect: Dialect,
    name: str,
    columns: Sequence[str],
    optional: Sequence[str] | None,
    left: list[str] | None,
) -> pl.DataFrame:
    header = _header(source, dialect, name)
    chosen = choose(header, name, columns, optional, left)
    places = [header.index(c) for c in chosen]
    data = source
    if dialect.encoding == "latin-1" or dialect.separator == "::":
        with opened(source) as file:
            data = file.read()
        if dialect.encoding == "latin-1":
            data = data.decode("latin-1").encode()
        if dialect.separator == "::":
            data = data.replace(b"::", UNIT.encode())
    if dialect.separator == "::":
        separator = UNIT
    else:
        separator = dialect.separator

    def read(quote: str | None) -> pl.DataFrame:
        return pl.read_csv(
            data, separator=separator, quote_char=quote, infer_schema=False, columns=places
        )

    try:
        frame = read('"' if dialect.quoted else None)
    except UNREADABLE as error:
        if not dialect.quoted or dialect.separator in ",;":
            raise _ragged(source, dialect, name, str(error)) from None
        try:
            frame = read(None)
        except UNREADABLE:
            raise _ragged(source, dialect, name, str(error)) from None
    frame.columns = chosen
    return frame


def _ragged(source: Given, dialect: Dialect, name: str, reason: str) -> DataError:
    """Describe the first broken line; reads the file again."""
    with opened(source) as file, io.TextIOWrapper(file, dialect.encoding, newline="") as text:
        width = 0
        for number, line in enumerate(text, 1):
            if dialect.quoted and line.count('"') % 2:
                return DataError(
                    f"every '\"' in {name} must be closed or doubled",
                    given=f"line {number}: {line.strip()[:80]!r}",
                    fix='write "" inside a quoted field',
                )
            fields = _fields(line.rstrip("\r\n"), dialect)
            width = width or fields
            if fields > width:
                return DataError(
                    f"every line of {name} must have {width} fields, as its header has",
                    given=f"{fields} in line {number}: {line.strip()[:80]!r}",
                    fix=f"put fields that contain {dialect.separator!r} in quotes",
                )
    return DataError(
        f"{name} must be a regular table",
        given=reason.split("\n")[0],
        fix="export it again as CSV or Parquet",
    )


def _fields(line: str, dialect: Dialect) -> int:
    if dialect.quoted:
        bare = re.sub(r'"[^"]*"', "", line)
    else:
        bare = line
    return bare.count(dialect.separator) + 1

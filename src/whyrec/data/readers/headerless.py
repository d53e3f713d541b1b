"""Text tables without a header, whose columns are given by number."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from whyrec.core import ArgumentError, DataError
from whyrec.data.readers.csv_dialect import LONGEST_LINE, opened, read_some, sniff

__all__ = ["NO_HEADER", "by_number", "check_wide", "looks_like_row", "numbered_columns"]

NO_HEADER = "give the columns by number, if the file has no header: --columns user=1,item=2"
NAMES = {"user", "user_id", "userid", "uid", "item", "item_id", "itemid", "iid", "movieid", "sid"}


def by_number(columns: Mapping[str, str], header: list[str] | None = None) -> bool:
    """Say whether all columns are given by number, and none by its name.

    >>> by_number({"user": "1", "item": "2"}), by_number({"user": "Customer", "item": "2"})
    (True, False)
    """
    given = list(columns.values())
    if not given or not all(one.isdecimal() for one in given):
        return False
    if "0" in given:
        raise ArgumentError("columns are numbered from 1", given="0", fix="add 1 to each number")
    return not set(given) <= set(header or ())


def looks_like_row(header: Sequence[str]) -> bool:
    """Say whether a header holds values rather than names.

    >>> looks_like_row(["u001", "i7", "4.5"]), looks_like_row(["who", "what"])
    (True, False)
    """
    return any(re.fullmatch(r"[-+.\d]+", one) or re.search(r"\d{2}", one) for one in header)


def check_wide(header: Sequence[str], name: str) -> None:
    """Raise DataError for a table with a column for each item; `header` has no column `item`."""
    known = NAMES | {"value", "rating", "time", "timestamp", "date", "title"}
    if sum(one.casefold() in known for one in header[1:]):
        return
    if name.casefold().endswith((".csv", ".tsv", ".parquet")):
        read = "read_parquet" if name.casefold().endswith(".parquet") else "read_csv"
        code = (
            f"import polars as pl; t = pl.{read}('{name}'); "
            f"t.unpivot(index='{header[0]}', variable_name='item').drop_nulls()"
            f".rename({{'{header[0]}': 'user'}}).write_csv('events.csv')"
        )
        fix = f'run: python -c "{code}" , then give events.csv'
    else:
        fix = "write one row for each event: user,item,value"
    raise DataError(
        f"{name} must have one row for each event, with a column 'item'",
        given=f"{len(header)} columns ({', '.join(header[:5])}, ...), as in a matrix with a column "
        "for each item",
        fix=fix,
    )


def numbered_columns(source: str | Path | bytes, name: str) -> bytes:
    """Return the text with a first line that calls its columns #1, #2 and so on.

    A first line that names the columns is refused.

    >>> numbered_columns(b"u1,i1,5\\nu2,i2,4\\n", "events.csv")
    b'#1,#2,#3\\nu1,i1,5\\nu2,i2,4\\n'
    """
    dialect = sniff(source, name=name)
    with opened(source) as file:
        data = read_some(file, -1, name).removeprefix(b"\xef\xbb\xbf")
    line = data[:LONGEST_LINE].partition(b"\n")[0].decode(dialect.encoding).rstrip("\r")
    if dialect.separator == "::":
        fields = line.split("::")
    else:
        fields = next(csv.reader([line], delimiter=dialect.separator), [])
    if NAMES & {field.strip().casefold() for field in fields}:
        raise DataError(
            f"{name} must have no header if its columns are given by number",
            given=f"the first line {line[:80]!r}",
            fix="give the columns by name: --columns user=NAME,item=NAME",
        )
    names = dialect.separator.join(f"#{at}" for at in range(1, len(fields) + 1))
    return names.encode() + b"\n" + data

"""Text tables without a header, whose columns are given by number."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from whyrec.core import ArgumentError, DataError
from whyrec.data.readers.csv_dialect import LONGEST_LINE, opened, read_some, sniff

__all__ = ["NO_HEADER", "by_number", "numbered_columns"]

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

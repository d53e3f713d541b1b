"""Recognise the form of a file by its first bytes, and read the forms that are not CSV."""

from __future__ import annotations

import bz2
import io
import lzma
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import polars as pl

from whyrec.core import DataError, MissingExtra
from whyrec.data.readers.archive import checked_names
from whyrec.data.readers.column_types import column_of, flat_names, flattened
from whyrec.data.readers.csv_dialect import GZIP_FREE, GZIP_RATIO, opened, read_some
from whyrec.data.readers.json_rows import json_rows

__all__ = [
    "Columns",
    "columnar",
    "excel",
    "form_of",
    "is_workbook",
    "json_rows",
    "read_form",
    "unpacked",
]

Given = str | Path | bytes
#: Chooses from (header, name of the table) the columns to read.
Columns = Callable[[Sequence[str]], list[str]]

BROKEN = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
PACKED = {b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
PIECE = 1 << 16
START = 600  # bytes that tell the form
READABLE = {
    b"PAR1": "parquet",
    b"ARROW1": "arrow",
    b"\xff\xff\xff\xff": "arrow stream",
    b"SQLite format 3\0": "sqlite",
    b"PK\x03\x04": "zip",
}
EXPORT = "export the table as CSV or Parquet"
UNPACK = "unpack it, and give the table inside"
OTHERS = {  # the first bytes of files that are not read: what they are, and the fix
    b"\xd0\xcf\x11\xe0": ("an Excel workbook of the old form", "save it as .xlsx or CSV UTF-8"),
    b"%PDF": ("a PDF document", EXPORT),
    b"\x89HDF": ("an HDF5 file", "write Parquet: pandas.read_hdf(...).to_parquet(...)"),
    b"\x93NUMPY": ("a NumPy array", "load it as a data frame: whyrec.load(frame)"),
    b"\x80\x04": ("a Python pickle", "write Parquet: pandas.read_pickle(...).to_parquet(...)"),
    b"\x80\x05": ("a Python pickle", "write Parquet: pandas.read_pickle(...).to_parquet(...)"),
    b"ORC": ("an ORC file", "write Parquet instead"),
    b"Obj\x01": ("an Avro file", "write Parquet: polars.read_avro(...).write_parquet(...)"),
    b"7z\xbc\xaf": ("a 7z archive", UNPACK),
    b"Rar!": ("a RAR archive", UNPACK),
    b"RDX": ("a file of R", "write Parquet: arrow::write_parquet(...)"),
    b"\x89PNG": ("an image", EXPORT),
}


def form_of(source: Given, name: str) -> str:
    """Return the form of a table: "text", "json", or one of READABLE.

    Raises:
        DataError: Names a form that cannot be read, with what helps.
    """
    with opened(source) as file:
        start = read_some(file, START, name)
    for first, form in READABLE.items():
        if start.startswith(first):
            return form
    found = next((of for first, of in OTHERS.items() if start.startswith(first)), None)
    if start[8:12] == b"DUCK":
        found = ("a DuckDB database", "COPY events TO 'events.parquet' (FORMAT parquet) in DuckDB")
    if start[257:262] == b"ustar":
        found = ("a tar archive", UNPACK)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if re.match(rb"<!doctype|<html|<\?xml", text):
        found = ("a web page or XML", "download the table itself, or " + EXPORT)
    if found:
        raise DataError(
            f"{name} must be a table (CSV, Parquet, Arrow, Excel, JSON lines)",
            given=found[0],
            fix=found[1],
        )
    return "json" if re.match(rb'\{\s*"|\{\s*\}|\[\s*[\[{]', text) else "text"


def unpacked(source: Given, name: str) -> Given:
    """Return the bytes of a table packed by bzip2, xz or zstd; any other source as it is.

    Raises:
        DataError: If the file is broken, or unpacks to over 200 times its size.
        MissingExtra: If zstd is not installed.
    """
    with io.BytesIO(source) if isinstance(source, bytes) else open(source, "rb") as raw:
        start = raw.read(6)
        packing = next((form for first, form in PACKED.items() if start.startswith(first)), None)
        if packing is None:
            return source
        size = raw.seek(0, io.SEEK_END)
        raw.seek(0)
        most = max(GZIP_FREE, GZIP_RATIO * size)
        try:
            if packing == "zstd":
                data = _zstd(raw, most)
            else:
                with bz2.BZ2File(raw) if packing == "bzip2" else lzma.LZMAFile(raw) as file:
                    data = file.read(most + 1)
        except (OSError, EOFError, lzma.LZMAError, ValueError) as error:
            raise DataError(
                f"{name} must be a whole {packing} file", given=str(error), fix="copy it again"
            ) from None
    _check_size(len(data), size, most, name)
    return data


def _zstd(raw: IO[bytes], most: int) -> bytes:
    """Unpack all frames of a file, up to a little more than `most` bytes."""
    try:
        import zstandard
    except ImportError:
        raise MissingExtra("zstandard", "files") from None
    made = bytearray()
    piece = raw.read(PIECE)
    while piece and len(made) <= most:
        frame = zstandard.ZstdDecompressor().decompressobj()
        while not frame.eof and len(made) <= most:
            if not piece:
                raise EOFError("the file ends within a frame")
            try:
                made += frame.decompress(piece)
            except zstandard.ZstdError as error:
                raise ValueError(str(error)) from None
            piece = raw.read(PIECE)
        piece = frame.unused_data + piece
    return bytes(made)


def read_form(
    source: Given, form: str, name: str, columns: Columns, notes: list[str] | None = None
) -> pl.DataFrame:
    """Read a table of a form that is not text.

    Args:
        source: Path or bytes.
        form: What :func:`form_of` says.
        name: Name in messages.
        columns: Chooses the columns.
        notes: Gets what is not read.

    Returns:
        The table.

    Raises:
        DataError: If the file is broken, or holds more than a table.
    """
    if form == "json":
        frame = json_rows(read_all(source, name), name)
    elif form == "zip" and is_workbook(source):
        frame, sheets = excel(source, name)
        if notes is not None and len(sheets) > 1:
            notes.append(f"read the sheet {sheets[0]!r}, and not {', '.join(sheets[1:])}")
    elif form in ("zip", "sqlite"):
        raise DataError(
            f"{name} must be one table",
            given="an SQLite database" if form == "sqlite" else "a zip archive",
            fix="give it as --data, or the table alone as CSV or Parquet",
        )
    else:
        return columnar(source, form, name, columns)
    return frame.select(columns(frame.columns))


def columnar(source: Given, form: str, name: str, columns: Columns) -> pl.DataFrame:
    """Read Parquet or Arrow; `columns` also knows the fields of structs, as `name.field`."""

    def file() -> Any:
        with opened(source) as start:
            if isinstance(source, bytes) or read_some(start, 2, name) not in (b"PA", b"AR"):
                return io.BytesIO(read_all(source, name))
        return Path(source)

    try:
        if form == "arrow stream":
            frame = pl.read_ipc_stream(file())
            return flattened(frame).select(columns(list(flat_names(frame.schema))))
        read_schema = pl.read_parquet_schema if form == "parquet" else pl.read_ipc_schema
        read = pl.read_parquet if form == "parquet" else pl.read_ipc
        origin = flat_names(read_schema(file()))
        wanted = columns(list(origin))
        whole = list(dict.fromkeys(origin[one] for one in wanted))
        frame = read(file(), columns=whole)
        if wanted == whole:
            return frame
        return flattened(frame).select(wanted)
    except BROKEN as error:
        kind = "Parquet" if form == "parquet" else "Arrow"
        raise DataError(
            f"{name} must be a whole {kind} file",
            given=str(error).split("\n")[0],
            fix="write the file again",
        ) from None


def read_all(source: Given, name: str) -> bytes:
    """Read the whole file, unpacked if gzip; DataError if it unpacks to over 200 times its size."""
    size = len(source) if isinstance(source, bytes) else Path(source).stat().st_size
    most = max(GZIP_FREE, GZIP_RATIO * size)
    with opened(source) as file:
        data = read_some(file, most + 1, name)
    _check_size(len(data), size, most, name)
    return data


def _check_size(unpacked: int, size: int, most: int, name: str) -> None:
    if unpacked > most:
        raise DataError(
            f"{name} must not unpack to over {GZIP_RATIO} times its size",
            given=f"{size:,} bytes that unpack to more than {most:,}",
            fix="unpack it first if you trust it",
        )


def is_workbook(source: Given) -> bool:
    """Say whether a zip is an Excel workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source) as file:
            return "xl/workbook.xml" in file.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def excel(source: Given, name: str) -> tuple[pl.DataFrame, list[str]]:
    """Read the first sheet with rows of an Excel workbook.

    Returns:
        The table, and the names of the sheet and of the sheets that are not read.

    Raises:
        MissingExtra: If openpyxl is not installed.
        DataError: If the workbook is broken or has no table.
    """
    try:
        import openpyxl
    except ImportError:
        raise MissingExtra("openpyxl", "files") from None
    data = io.BytesIO(read_all(source, name))
    with zipfile.ZipFile(data) as archive:
        checked_names(archive, name)
    try:
        book = openpyxl.load_workbook(data, read_only=True, data_only=True)
        sheets = {
            sheet.title: [row for row in sheet.iter_rows(values_only=True) if any(_filled(row))]
            for sheet in book.worksheets
        }
    except Exception as error:  # openpyxl raises errors of many kinds for broken files
        raise DataError(
            f"{name} must be a whole Excel workbook",
            given=str(error).split("\n")[0] or type(error).__name__,
            fix="save it again as .xlsx, or as CSV UTF-8",
        ) from None
    full = [title for title, rows in sheets.items() if rows]
    if not full:
        raise DataError(f"{name} must hold a table", given="empty sheets")
    header, *rows = sheets[full[0]]
    names = [
        str(cell).strip() if cell is not None else f"column {at + 1}"
        for at, cell in enumerate(header)
    ]
    if len(set(names)) < len(names):
        twice = next(one for one in names if names.count(one) > 1)
        raise DataError(
            f"the columns of {name} must have different names", given=f"{twice!r} twice"
        )
    width = len(names)
    table = [(*row, *[None] * width)[:width] for row in rows]
    columns = zip(*table, strict=True) if table else ([] for _ in names)
    frame = pl.DataFrame(
        [column_of(one, list(column)) for one, column in zip(names, columns, strict=True)]
    )
    return frame, full


def _filled(row: Sequence[Any]) -> Iterator[bool]:
    return (cell is not None and cell != "" for cell in row)

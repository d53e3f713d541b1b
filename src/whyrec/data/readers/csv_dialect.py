"""Detect separator, encoding and quotes of a text table in one pass over pieces of 4 MB.

Dishonest files are refused in bounded memory: NUL bytes, endless lines, mixed encodings, gzip
bombs.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np

from whyrec.core import DataError

__all__ = ["Dialect", "opened", "read_some", "sniff", "table_name"]

SEPARATORS = ("::", "\t", "|", ";", ",")
PIECE = 4 << 20  # bytes read at once
LONGEST_LINE = 1_000_000  # bytes
GZIP_RATIO, GZIP_FREE = (
    200,
    100 << 20,
)  # a table above 100 MB may not unpack to 200 times its size


@dataclass(frozen=True)
class Dialect:
    """How a text table is written.

    Attributes:
        separator: Separator of fields.
        encoding: utf-8, utf-8-sig or latin-1.
        quoted: Whether '"' encloses fields.
    """

    separator: str
    encoding: str
    quoted: bool = True


def sniff(source: str | Path | bytes, *, name: str = "") -> Dialect:
    r"""Detect the dialect of a text table by reading all of it.

    UTF-8 is tried first. A file with bytes that are not UTF-8 is latin-1 if it has no multi-byte
    UTF-8 character; otherwise it is refused as mixed.

    Args:
        source: Path, also of a .gz file, or bytes.
        name: Name in messages.

    Returns:
        The dialect.

    Raises:
        DataError: Names the line.

    >>> sniff(b"1::1193::5\n1::661::3\n")
    Dialect(separator='::', encoding='utf-8', quoted=False)
    """
    name = name or table_name(source)
    with opened(source) as file:
        start = read_some(file, 64 << 10, name)
    if not start.strip():
        raise DataError(f"{name} must hold a table", given="an empty file")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DataError(f"{name} must be UTF-8 text", given="UTF-16", fix="save it as CSV UTF-8")
    if isinstance(source, bytes):
        packed = len(source)
    else:
        packed = Path(source).stat().st_size
    walk = _Walk(name, packed)
    with opened(source) as file:
        while piece := read_some(file, PIECE, name):
            walk.step(piece)
    marked = start.startswith(codecs.BOM_UTF8)
    if walk.end():
        encoding = "latin-1"
    elif marked:
        encoding = "utf-8-sig"
    else:
        encoding = "utf-8"
    lines = start.removeprefix(codecs.BOM_UTF8).decode("latin-1").splitlines()
    separator = _separator(lines[:-1] or lines)
    return Dialect(
        separator, encoding, separator in ",;" or (walk.even_quotes and separator != "::")
    )


def table_name(source: str | Path | bytes) -> str:
    """Return the name of the table for messages."""
    if isinstance(source, bytes):
        return "the table"
    return Path(source).name


def opened(source: str | Path | bytes) -> IO[bytes]:
    """Open a path or bytes, unpacked if gzip."""
    raw: IO[bytes] = io.BytesIO(source) if isinstance(source, bytes) else open(source, "rb")  # noqa: SIM115
    magic = raw.read(2)
    raw.seek(0)
    return gzip.GzipFile(fileobj=raw) if magic == b"\x1f\x8b" else raw  # type: ignore[return-value]  # a GzipFile is read as one


def read_some(file: IO[bytes], size: int, name: str) -> bytes:
    """Read up to `size` bytes; DataError if the gzip file is broken."""
    try:
        return file.read(size)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(
            f"{name} must be a whole gzip file", given=str(error), fix="copy the file again"
        ) from None


@dataclass
class _Walk:
    """State of a file after the pieces read so far."""

    name: str
    packed: int
    size: int = 0
    line: int = 1  # line of the piece's first byte
    open_bytes: int = 0  # length of the unfinished line
    open_quotes: int = 0
    even_quotes: bool = True  # in every line so far
    valid: int = 0  # valid non-ASCII characters
    invalid: int = 0  # bytes that are not UTF-8
    invalid_line: int = 0
    returns: bool = False
    decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )

    def step(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > max(GZIP_FREE, GZIP_RATIO * self.packed):
            raise DataError(
                f"{self.name} must not unpack to over {GZIP_RATIO} times its size",
                given=(f"{self.packed:,} bytes that unpack to {self.size:,} and more"),
                fix="unpack it first if you trust it",
            )
        at = piece.find(0)
        if at >= 0:
            line = self.line + piece[:at].count(b"\n")
            raise DataError(
                f"{self.name} must be text",
                given=f"a NUL byte in line {line}",
                fix="export the table again as CSV or Parquet",
            )
        ends = np.flatnonzero(np.frombuffer(piece, np.uint8) == 10)
        self._lines(piece, ends)
        self._characters(piece)
        self._quotes(piece, ends)
        self.returns |= b"\r" in piece
        self.line += len(ends)

    def end(self) -> bool:
        """Return whether the file is latin-1; refuse mixed encodings and lines that end in CR."""
        self.invalid += len(self.decoder.decode(b"", True))
        self.even_quotes &= not self.open_quotes % 2
        if self.invalid and self.valid:
            raise DataError(
                f"{self.name} must have one encoding",
                given=(
                    "UTF-8 mixed with bytes that are not, first in line "
                    f"{self.invalid_line or self.line}"
                ),
                fix="save it as UTF-8",
            )
        if self.returns and self.line == 1:
            raise DataError(
                f"the lines of {self.name} must end in LF or CR LF",
                given="CR alone",
                fix="save it again as CSV",
            )
        return self.invalid > 0

    def _lines(self, piece: bytes, ends: np.ndarray) -> None:
        lengths = np.diff(np.concatenate([[-1 - self.open_bytes], ends, [len(piece)]])) - 1
        longest = int(lengths.max())
        if longest >= LONGEST_LINE:
            raise DataError(
                f"a line of {self.name} must be shorter than {LONGEST_LINE:,} bytes",
                given=f"{longest:,} or more in line {self.line + int(lengths.argmax())}",
                fix="split the columns into several tables, or give Parquet",
            )
        self.open_bytes = int(lengths[-1])

    def _characters(self, piece: bytes) -> None:
        if piece.isascii() and not self.decoder.getstate()[0]:
            return
        text = self.decoder.decode(piece)
        bad = max(text.count("\ufffd") - piece.count("\ufffd".encode()), 0)
        if bad and not self.invalid:
            self.invalid_line = self.line + text.count("\n", 0, text.index("\ufffd"))
        self.invalid += bad
        self.valid += int((np.frombuffer(text.encode("utf-32-le"), np.uint32) > 127).sum()) - bad

    def _quotes(self, piece: bytes, ends: np.ndarray) -> None:
        if b'"' not in piece and not self.open_quotes % 2:
            self.open_quotes = 0
            return
        starts = np.concatenate([[0], ends + 1])
        counts = np.add.reduceat(
            np.frombuffer(piece + b"\n", np.uint8) == 34, starts, dtype=np.int64
        )
        counts[0] += self.open_quotes
        self.open_quotes = int(counts[-1])
        self.even_quotes &= not (counts[:-1] % 2).any()


def _separator(lines: list[str]) -> str:
    """Return the candidate that splits the first lines consistently into the most fields."""
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines[:200] if line]

    def merit(separator: str) -> tuple[bool, int]:
        counts = [line.count(separator) for line in bare]
        alike = sum(c == counts[0] for c in counts) >= 0.9 * len(counts)
        return counts[0] > 0 and alike, counts[0]

    if not bare:
        return ","

    best = max(SEPARATORS, key=merit)
    return best if merit(best)[1] else ","

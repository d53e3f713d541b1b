"""Read a folder or a .zip as a flat set of named files, in bounded memory.

A zip is untrusted: unsafe paths, zip bombs and hidden content are refused before anything is read.
Nothing is written to disk, and zips inside zips are not opened.
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from whyrec.core import DataError

__all__ = ["Source", "open_source"]

MAX_MEMBERS = 10_000
MAX_TOTAL = 8 << 30  # bytes, unpacked
MAX_RATIO, FREE_SIZE = (
    200,
    100 << 20,
)  # a member above 100 MB may not unpack to 200 times its size
READ_LIMIT = 2 << 30  # largest file read into memory, in bytes
PIECE = 1 << 20
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, struct.error, RuntimeError, ValueError)


@dataclass(frozen=True)
class Source:
    """The files of a data set under short names, without a single folder that holds them all.

    `name` is the name of the folder or zip without ".zip", or of the single folder inside.
    """

    name: str
    path: Path
    _zip: zipfile.ZipFile | None = field(repr=False)
    _files: dict[str, str] = field(repr=False)  # short name: name inside

    def names(self) -> list[str]:
        """Return all files, sorted, with "/" between folders."""
        return sorted(self._files)

    def find(self, name: str) -> str | None:
        """Find a file by name in any case, in the top folder or the only folder that has it."""
        same = [n for n in self.names() if n.casefold() == name.casefold()]
        deeper = [n for n in self.names() if n.casefold().endswith("/" + name.casefold())]
        if same:
            return same[0]
        if len(deeper) == 1:
            return deeper[0]
        return None

    def file(self, name: str) -> Path | None:
        """Return the path of a file that can be read in place; None in a zip."""
        return None if self._zip else self.path / self._inner(name)

    def size(self, name: str) -> int:
        """Return the unpacked size of the file in bytes, as the zip declares it."""
        inner = self._inner(name)
        if self._zip:
            return self._zip.getinfo(inner).file_size
        return (self.path / inner).stat().st_size

    def open(self, name: str) -> BinaryIO:
        """Open the file as a stream; damage found while reading is a DataError with its name."""
        inner = self._inner(name)
        if self._zip is None:
            return open(self.path / inner, "rb")
        with self._guarded(name):
            raw = self._zip.open(inner)
        return cast(BinaryIO, io.BufferedReader(_Member(self, name, raw), PIECE))

    def read(self, name: str, limit: int = READ_LIMIT) -> bytes:
        """Read the whole file; DataError if it is larger than `limit` bytes."""
        with self.open(name) as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise DataError(
                f"{name} in {self.path.name} must not be larger than {limit:,} bytes",
                given=f"{self.size(name):,}",
                fix="give the table as Parquet, or a part of it",
            )
        return data

    def _inner(self, name: str) -> str:
        if name not in self._files:
            raise DataError(f"{self.path.name} must hold {name}", given=listed(self.names()))
        return self._files[name]

    @contextmanager
    def _guarded(self, name: str) -> Iterator[None]:
        try:
            yield
        except DataError:
            raise
        except (*DAMAGE, NotImplementedError) as error:
            raise DataError(
                f"{name} in {self.path.name} must be whole and readable",
                given=str(error) or type(error).__name__,
                fix="download or pack the zip again",
            ) from None


class _Member(io.RawIOBase):
    """A zip member as a raw stream for BufferedReader."""

    def __init__(self, source: Source, name: str, raw: IO[bytes]) -> None:
        self.source = source
        self.name = name
        self.raw = raw
        self.left = source.size(name)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with self.source._guarded(self.name):
            piece = self.raw.read(len(buffer))  # zipfile never returns more than the declared size
            self.left -= len(piece)
            if not piece and self.left:
                raise EOFError(f"{self.left:,} bytes fewer than the zip declares")
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self.raw.close()
        super().close()


@contextmanager
def open_source(path: str | Path) -> Iterator[Source]:
    """Open a folder or a .zip (recognised by its first bytes) as a context manager.

    Hidden files and the folder "__MACOSX" are ignored.

    Args:
        path: The folder or zip.

    Yields:
        The files.

    Raises:
        DataError: If the path is missing, neither form, cut short or encrypted, has names that lead
            outside, links, more than 10,000 members, more than 8 GB unpacked, or a member of more
            than 100 MB that unpacks to more than 200 times its size.
    """
    path = Path(path)
    if path.is_dir():
        files = _walk(path)
        yield _source(path, None, files)
        return
    if not path.is_file():
        raise DataError(
            "a data set must be a folder or a .zip",
            given=f"{path}, which is not there",
            fix="check the path",
        )
    with open(path, "rb") as file:
        if file.read(2) != b"PK":
            raise DataError(
                "a data set must be a folder or a .zip", given=f"{path.name}, which is neither"
            )
    with _opened(path) as archive:
        yield _source(path, archive, checked_names(archive, path.name))


def listed(names: Sequence[str], most: int = 12) -> str:
    """Join the first names into one line.

    >>> listed(["b", "a", "c"], 2)
    'b, a, ... (3 in all)'
    """
    if not names:
        return "no files"
    return ", ".join(names[:most]) + (f", ... ({len(names):,} in all)" if len(names) > most else "")


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (*DAMAGE, NotImplementedError) as error:
        raise DataError(
            f"{path.name} must be a whole zip",
            given=f"one that is cut short or damaged ({error})",
            fix="download or copy it again",
        ) from None


def _source(path: Path, archive: zipfile.ZipFile | None, files: list[str]) -> Source:
    kept = [f for f in files if not any(p.startswith(".") or p == "__MACOSX" for p in f.split("/"))]
    tops = {f.split("/")[0] for f in kept}
    shared = len(tops) == 1 and all("/" in f for f in kept)
    if shared:
        name = tops.pop()
    else:
        name = re.sub(r"(?i)\.zip$", "", path.resolve().name)
    return Source(name, path, archive, {f.split("/", 1)[1] if shared else f: f for f in kept})


def _walk(folder: Path) -> list[str]:
    """Return the files below the folder, without following links to other folders."""
    found: list[str] = []
    for where, folders, files in os.walk(folder):
        folders[:] = [f for f in folders if not f.startswith(".")]
        found += [(Path(where) / f).relative_to(folder).as_posix() for f in files]
        if len(found) > MAX_MEMBERS:
            raise DataError(
                f"a data set's folder may hold up to {MAX_MEMBERS:,} files",
                given=f"{folder} with more",
                fix="give the folder of the data alone",
            )
    return found


def checked_names(archive: zipfile.ZipFile, where: str) -> list[str]:
    """Return the names of the zip's files after checking every member."""
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise DataError(
            f"a zip may hold up to {MAX_MEMBERS:,} members", given=f"{where} with {len(members):,}"
        )
    total = sum(m.file_size for m in members)
    if total > MAX_TOTAL:
        raise DataError(
            f"a zip may unpack to up to {MAX_TOTAL:,} bytes", given=f"{where} with {total:,}"
        )
    files = [m for m in members if not m.is_dir()]
    seen: set[str] = set()
    for member in files:
        _harmless(member, where)
        if member.filename in seen:
            raise DataError(
                "a zip must hold each name once", given=f"{member.filename!r} twice in {where}"
            )
        seen.add(member.filename)
    return [m.filename for m in files]


def _harmless(member: zipfile.ZipInfo, where: str) -> None:
    name = member.filename
    parts = re.split(r"[/\\]", name)
    if ".." in parts or parts[0] == "" or re.match(r"[A-Za-z]:", name):
        raise DataError(
            "the names in a zip must stay inside it",
            given=f"{name!r} in {where}",
            fix="pack it again with relative names",
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise DataError(
            "a zip must not hold links", given=f"{name!r} in {where}", fix="pack the file itself"
        )
    if member.flag_bits & 1:
        raise DataError(
            "a zip must not be encrypted",
            given=f"{name!r} in {where}",
            fix="unpack it with its password and give the folder",
        )
    if member.file_size > max(FREE_SIZE, MAX_RATIO * member.compress_size):
        raise DataError(
            f"a zip's members must not unpack to over {MAX_RATIO} times their size",
            given=(
                f"{name!r} in {where}: {member.compress_size:,} bytes that unpack to "
                f"{member.file_size:,}"
            ),
            fix="unpack it first if you trust it",
        )

"""Official public data sets by name: source, terms and download."""

from __future__ import annotations

import hashlib
import http.client
import os
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from whyrec.core import DataError, UnknownNameError
from whyrec.core.cache import cache_folder

__all__ = ["KNOWN", "KnownSet", "cache_folder", "digest", "fetch", "find", "get"]

MAX_BYTES = 4 << 30
PIECE = 1 << 20
TIMEOUT = 30  # seconds without data
Progress = Callable[[int, int | None], None]  # bytes so far, total bytes if known


@dataclass(frozen=True)
class KnownSet:
    """A published data set.

    Attributes:
        name: Its name in whyrec.
        about: Description.
        page: Web page.
        url: URL of the file.
        licence: Terms of use.
        cite: Citation.
        checksum: "md5:..." or "sha256:...", None if unknown.
    """

    name: str
    about: str
    page: str
    url: str
    licence: str
    cite: str
    checksum: str | None = None

    @property
    def file(self) -> str:
        """Name of the published file."""
        return self.url.rsplit("/", 1)[-1]


def _movielens(name: str, about: str, checksum: str, page: str) -> KnownSet:
    return KnownSet(
        name,
        about,
        f"https://grouplens.org/datasets/movielens/{page}/",
        f"https://files.grouplens.org/datasets/movielens/{name}.zip",
        "research use; no redistribution or commercial use without permission (see its README)",
        "Harper and Konstan 2015, The MovieLens Datasets, doi 10.1145/2827872",
        checksum,
    )


KNOWN: dict[str, KnownSet] = {
    known.name: known
    for known in (
        _movielens(
            "ml-latest-small",
            "100,836 ratings of 9,742 films, with tags",
            "sha256:696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436",
            "latest",
        ),
        _movielens(
            "ml-100k",
            "100,000 ratings of 1,682 films by 943 people, with age, gender and occupation",
            "md5:0e33842e24a9c977be4e0107933c0723",
            "100k",
        ),
        _movielens(
            "ml-1m",
            "1,000,209 ratings of 3,706 films by 6,040 people, with age, gender and occupation",
            "md5:c4d9eecfca2ab87c1945afe126590906",
            "1m",
        ),
        _movielens(
            "ml-10m",
            "10,000,054 ratings of 10,681 films",
            "md5:ce571fd55effeba0271552578f2648bd",
            "10m",
        ),
        _movielens(
            "ml-20m",
            "20,000,263 ratings of 27,278 films, with tags",
            "md5:cd245b17a1ae2cc31bb14903e1204af3",
            "20m",
        ),
        _movielens(
            "ml-25m",
            "25,000,095 ratings of 62,423 films, with tags",
            "md5:6b51fb2759a8657d3bfcbfc42b592ada",
            "25m",
        ),
        _movielens(
            "ml-32m",
            "32,000,204 ratings of 87,585 films, with tags",
            "md5:d472be332d4daa821edc399621853b57",
            "32m",
        ),
        KnownSet(
            "goodbooks-10k",
            "6 million ratings of 10,000 books, with authors and tags",
            "https://github.com/zygmuntz/goodbooks-10k",
            "https://github.com/zygmuntz/goodbooks-10k/releases/download/v1.0/goodbooks-10k.zip",
            "CC BY-SA 4.0",
            "Zając 2017, Goodbooks-10k: a new dataset for book recommendations",
        ),
        KnownSet(
            "hetrec2011-lastfm-2k",
            "92,834 counts of listening to 17,632 artists by 1,892 people, with friends, tags",
            "https://grouplens.org/datasets/hetrec-2011/",
            "https://files.grouplens.org/datasets/hetrec2011/hetrec2011-lastfm-2k.zip",
            "non-commercial use",
            "Cantador, Brusilovsky and Kuflik 2011, HetRec 2011, doi 10.1145/2043932.2044016",
            "sha256:6738f48195667ff03caaab4d32ca9a3133d8cc026b7c3cdaf6ce1010e913c59c",
        ),
    )
}


def find(name: str, *folders: str | Path) -> Path | None:
    """Find a known data set's file or unpacked folder.

    Args:
        name: Name of the data set.
        *folders: Folders to search before WHYREC_DATA and the cache.

    Returns:
        The path, or None. The checksum of a local file is not checked.

    Raises:
        UnknownNameError: If the name is unknown.
    """
    known = _known(name)
    for folder in (*folders, os.environ.get("WHYREC_DATA"), cache_folder()):
        for candidate in (known.file, name) if folder else ():
            if (Path(str(folder)) / candidate).exists():
                return Path(str(folder)) / candidate
    return None


def get(name: str, folder: str | Path | None = None, *, progress: Progress | None = None) -> Path:
    """Find a known data set, or download it.

    Args:
        name: Name of the data set.
        folder: Folder to download into. Default: the cache.
        progress: Called with (bytes so far, total bytes if known).

    Returns:
        The path.

    Raises:
        UnknownNameError: If the name is unknown.
        DataError: If the download fails.
    """
    if folder:
        at_hand = find(name, folder)
    else:
        at_hand = find(name)
    return at_hand or fetch(_known(name), folder or cache_folder(), progress=progress)


def fetch(
    known: KnownSet, folder: str | Path, *, limit: int = MAX_BYTES, progress: Progress | None = None
) -> Path:
    """Download a data set; the file appears only once it is complete and its checksum is right.

    Args:
        known: The data set.
        folder: Target folder.
        limit: Largest number of bytes.
        progress: Called with (bytes so far, total bytes if known).

    Returns:
        The path.

    Raises:
        DataError: Names the URL and where to put the file by hand.
    """
    target = Path(folder) / known.file
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with urllib.request.urlopen(known.url, timeout=TIMEOUT) as answer, open(part, "wb") as file:
            _copy(answer, file, known, limit, progress)
        _verify(part, known)
        part.replace(target)
    except (OSError, http.client.HTTPException) as error:
        raise DataError(
            f"{known.url} must be reachable and {target.parent} writable",
            given=str(error) or type(error).__name__,
            fix=f"try again, or put the file by hand at {target}",
        ) from None
    finally:
        part.unlink(missing_ok=True)
    return target


def digest(path: str | Path, algorithm: str = "sha256") -> str:
    """Compute the checksum of a file in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(
            file, lambda: hashlib.new(algorithm, usedforsecurity=False)
        ).hexdigest()


def _known(name: str) -> KnownSet:
    if name not in KNOWN:
        raise UnknownNameError("data set", name, KNOWN)
    return KNOWN[name]


def _copy(
    answer: http.client.HTTPResponse,
    file: IO[bytes],
    known: KnownSet,
    limit: int,
    progress: Progress | None,
) -> None:
    declared = answer.headers.get("Content-Length")
    if declared and declared.isdigit():
        total = int(declared)
    else:
        total = None
    done = 0
    while piece := answer.read(PIECE):
        done += len(piece)
        if max(done, total or 0) > limit:
            raise DataError(
                f"{known.url} must not send more than {limit:,} bytes",
                given=f"{total:,}" if total else "more",
                fix=f"see {known.page}",
            )
        file.write(piece)
        if progress is not None:
            progress(done, total)
    if total is not None and done < total:
        raise http.client.IncompleteRead(b"", total - done)


def _verify(path: Path, known: KnownSet) -> None:
    if known.checksum is None:
        return
    algorithm, _, wanted = known.checksum.partition(":")
    given = digest(path, algorithm)
    if given != wanted:
        raise DataError(
            f"{known.url} must have the {algorithm} {wanted}",
            given=given,
            fix="try again; if it stays so, the publisher may have changed the file: see "
            f"{known.page}",
        )

"""What the documents promise, the tests that show it, and whether they passed on this very code.

`make claims` runs the tests and keeps their result in the package, with a digest of the code that
was tested. Where the installed code has another digest, the result is of other code.
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

__all__ = ["KEPT", "Kept", "Promise", "code_digest", "kept", "write"]

PACKAGE = Path(__file__).resolve().parents[1]
KEPT = PACKAGE / "promises.json"
CODE = (".py", ".ftl")


@dataclass(frozen=True)
class Promise:
    """One promise.

    Attributes:
        words: As a page of the documents says it.
        zh: The same in Chinese.
        pages: The pages that say it.
        tests: The tests that show it.
        needs: What it is about, if not about every installation: a kind of model, store or setting.
        passed: Whether all tests passed; None if they were not run.
    """

    words: str
    zh: str
    pages: tuple[str, ...]
    tests: tuple[str, ...]
    needs: str = ""
    passed: bool | None = None


@dataclass(frozen=True)
class Kept:
    """The promises with the last result of their tests.

    Attributes:
        date: Day of the run; "": never.
        commit: Commit that was tested.
        code: Digest of the code that was tested.
        promises: All of them.
    """

    date: str
    commit: str
    code: str
    promises: tuple[Promise, ...]


@functools.cache
def code_digest(package: Path = PACKAGE) -> str:
    """Compute a digest of the code and texts of an installed package.

    Args:
        package: Its folder.

    Returns:
        32 hexadecimal digits, equal for equal code wherever it lies.
    """
    found = hashlib.sha256()
    files = (path for path in package.rglob("*") if path.suffix in CODE)
    for name, path in sorted((path.relative_to(package).as_posix(), path) for path in files):
        found.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\0".encode())
    return found.hexdigest()[:32]


def kept(path: Path = KEPT) -> Kept:
    """Read the promises and the last result of their tests.

    Args:
        path: The file that :func:`write` wrote.

    Returns:
        The promises.
    """
    found = json.loads(path.read_text("utf-8"))
    rows = [
        Promise(**row | {"pages": tuple(row["pages"]), "tests": tuple(row["tests"])})
        for row in found.pop("promises")
    ]
    return Kept(**found, promises=tuple(rows))


def write(value: Kept, path: Path = KEPT) -> None:
    """Write the promises and the result of their tests.

    Args:
        value: The promises.
        path: The file.
    """
    head = {"date": value.date, "commit": value.commit, "code": value.code}
    rows = [dict(vars(one)) for one in value.promises]
    text = json.dumps(head | {"promises": rows}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")

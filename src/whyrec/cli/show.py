"""Print tables, lines and progress on the terminal, and JSON for machines.

:mod:`whyrec.workflows` makes the contents of a printed result. Control characters in external
titles and labels are escaped, so that they cannot control the terminal.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from whyrec.lazy import RenamedWarning

if TYPE_CHECKING:
    from whyrec.cli.watching import Watch
    from whyrec.workflows.result import Block, Result

__all__ = [
    "blocks",
    "command",
    "error",
    "explained",
    "language",
    "line",
    "note",
    "old_names",
    "print_json",
    "progress",
    "result",
    "table",
    "takes_long",
]

DEBUG = False
_started: float | None = None  # when the command that is going on started
_watch: Watch | None = None  # made with the first stage


def _console(stderr: bool = False) -> Any:
    from rich.console import Console

    made = Console(stderr=stderr, highlight=False)
    if not made.is_terminal:
        made.width = 160  # a file or a pipe has no width
    return made


@contextmanager
def command(log: bool = False) -> Iterator[None]:
    """Watch the stages of a command; with `log`, print in the end where the time went."""
    global _started, _watch
    _started = time.monotonic()
    try:
        yield
    finally:
        watch, _watch, _started = _watch, None, None
        if watch is not None:
            watch.close()
            if log:
                sys.stderr.write(watch.spent() + "\n")


@contextmanager
def progress(text: str) -> Iterator[Callable[..., None]]:
    """Show a stage of the command on standard error, with its elapsed time.

    The block gets a function that takes a share from 0 to 1 for a bar, and a text for another line.
    """
    global _watch
    from whyrec.cli.watching import Watch  # imported here, so that `--help` is fast

    with nullcontext() if _started is not None else command():
        if _watch is None:
            _watch = Watch(_started or 0.0)
        with _watch.stage(text, _console(stderr=True)) as update:
            yield update


def print_json(value: Any) -> None:
    from whyrec.core.progress import dumps

    sys.stdout.write(dumps(value) + "\n")


def error(text: str) -> int:
    """Print a paragraph (with --debug also the traceback) on standard error; return code 2."""
    from whyrec.core.progress import escaped

    if DEBUG:
        import traceback

        traceback.print_exc()
    sys.stderr.write(f"whyrec: {escaped(text)}\n")
    return 2


def takes_long() -> bool:
    """Say whether the command runs for so long already that it says what it does."""
    from whyrec.cli import watching

    return _started is not None and time.monotonic() - _started >= watching.EVERY


def note(text: str) -> None:
    """Print one line on standard error, above the bar of a terminal if there is one."""
    from whyrec.core.progress import escaped

    if _watch is None or not _watch.above(escaped(text)):
        sys.stderr.write(f"{escaped(text)}\n")
        sys.stderr.flush()


@contextmanager
def old_names() -> Iterator[None]:
    """While the block runs, a line on standard error for each old name that is used."""

    def show(message: Warning | str, category: type[Warning], *rest: Any, **more: Any) -> None:
        if issubclass(category, RenamedWarning):
            sys.stderr.write(f"whyrec: {message}\n")
        else:
            others(message, category, *rest, **more)

    with warnings.catch_warnings():
        warnings.filterwarnings("always", category=RenamedWarning)
        others = warnings.showwarning
        warnings.showwarning = show
        yield


def language(lang: str) -> str:
    from whyrec.core import ArgumentError

    if lang not in ("en", "zh"):
        raise ArgumentError("--lang must be en or zh", given=repr(lang))
    return lang


def table(rows: Sequence[Mapping[str, Any]], title: str, *, best: int | None = None) -> None:
    """Print rows with the same keys as a table: numbers right-aligned, the row `best` in bold."""
    from rich.table import Table
    from rich.text import Text

    from whyrec.core.progress import cell, escaped, numeric

    made = Table(
        title=escaped(title),
        title_justify="left",
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        title_style="bold",
    )
    columns = list(rows[0]) if rows else []
    for column in columns:
        number = numeric(rows, column)
        made.add_column(column, justify="right" if number else "left", overflow="fold")
    for at, row in enumerate(rows):
        # Text, not markup: a title such as "[red]" is shown as it is.
        made.add_row(
            *(Text(cell(row[column])) for column in columns),
            style="bold green" if at == best else "",
        )
    console = _console()
    console.print(made)
    console.print()


def line(text: str = "") -> None:
    from rich.text import Text

    from whyrec.core.progress import escaped

    _console().print(Text(escaped(text)))


def blocks(parts: Iterable[Block]) -> None:
    """Print lines and tables."""
    for part in parts:
        if isinstance(part, str):
            line(part)
        else:
            table(part.rows, part.title, best=part.best)


def result(found: Result, json: bool, lang: str = "en") -> None:
    """Print a result as one JSON object, or as text and tables."""
    if json:
        print_json(found.to_dict())
    else:
        blocks(found.blocks(language(lang)))


def explained(found: Mapping[str, Any], lang: str) -> None:
    """Print the object of an explanation as text and tables."""
    from whyrec.workflows.printed import explained as printed

    blocks(printed(found, lang))

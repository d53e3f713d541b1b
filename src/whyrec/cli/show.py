"""What people see on the terminal: tables, lines and progress in colours. JSON for machines.

What is printed of a result is made by :mod:`whyrec.workflows`. Titles and labels of others are
shown with their control characters written out, so that none can move the terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from whyrec.workflows.result import Block, Result

__all__ = [
    "blocks",
    "error",
    "explained",
    "language",
    "line",
    "print_json",
    "progress",
    "result",
    "table",
]

DEBUG = False


def _console(stderr: bool = False) -> Any:
    from rich.console import Console

    made = Console(stderr=stderr, highlight=False)
    if not made.is_terminal:
        made.width = 160  # a file or a pipe has no width of its own
    return made


@contextmanager
def progress(text: str) -> Iterator[Callable[..., None]]:
    """A spinner with elapsed time on standard error for anything that takes time; call it with 0..1
    for a bar, and with a text for another line."""
    console = _console(stderr=True)
    if not console.is_terminal:
        yield lambda share, text="": None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(30),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as bar:
        task = bar.add_task(text, total=None)
        yield lambda share, line=text: bar.update(
            task, total=1.0, completed=share, description=line
        )


def print_json(value: Any) -> None:
    from whyrec.core.progress import dumps

    sys.stdout.write(dumps(value) + "\n")


def error(text: str) -> int:
    """One paragraph on standard error; the exit code 2. With --debug, the trace."""
    from whyrec.core.progress import escaped

    if DEBUG:
        import traceback

        traceback.print_exc()
    sys.stderr.write(f"whyrec: {escaped(text)}\n")
    return 2


def language(lang: str) -> str:
    from whyrec.core import ArgumentError

    if lang not in ("en", "zh"):
        raise ArgumentError("--lang must be en or zh", given=repr(lang))
    return lang


def table(rows: Sequence[Mapping[str, Any]], title: str, *, best: int | None = None) -> None:
    """Rows of one shape as a table; numbers to the right, the row `best` in bold."""
    from rich.table import Table
    from rich.text import Text

    from whyrec.core.progress import cell, escaped

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
        number = all(isinstance(row[column], (int, float)) or row[column] is None for row in rows)
        made.add_column(column, justify="right" if number else "left", overflow="fold")
    for at, row in enumerate(rows):
        # Text, not markup: a title like "[red]" is shown as it is.
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
    """Print a result: as one JSON object, or as people read it."""
    if json:
        print_json(found.to_dict())
    else:
        blocks(found.blocks(language(lang)))


def explained(found: Mapping[str, Any], lang: str) -> None:
    """Print the object of an explanation as people read it."""
    from whyrec.workflows.printed import explained as printed

    blocks(printed(found, lang))

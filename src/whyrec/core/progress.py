"""Progress and results of long work as plain text, for benchmarks, scripts and the command line.

It needs no terminal library. The command line has its own bars and tables (:mod:`whyrec.cli.show`)
under the same names.
"""

from __future__ import annotations

import json
import math
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol, runtime_checkable

__all__ = [
    "Progress",
    "cell",
    "dumps",
    "escaped",
    "interval",
    "line",
    "numeric",
    "plain",
    "progress",
    "silent",
    "table",
    "table_text",
]

#: Argument `progress` of long functions: called with a text, it returns a context manager whose
#: value is called with the finished share (0 to 1) and optionally another text.
Progress = Callable[[str], AbstractContextManager[Callable[..., None]]]

PLAIN = (str, int, float, bool, type(None))  # checked first, because most values are one of these
JOINERS = "\u200c\u200d"  # needed by several scripts and emoji; harmless


@contextmanager
def silent(text: str) -> Iterator[Callable[..., None]]:
    """A :data:`Progress` that shows nothing."""
    yield lambda share, line=text: None


@contextmanager
def progress(text: str) -> Iterator[Callable[..., None]]:
    """A :data:`Progress` that updates one line on standard error, if that is a terminal."""
    if not sys.stderr.isatty():
        with silent(text) as report:
            yield report
        return

    def show(line: str) -> None:
        sys.stderr.write(f"\r\x1b[K{escaped(line)}")
        sys.stderr.flush()

    show(text)
    try:
        yield lambda share, line=text: show(f"{line} {share:.0%}")
    finally:
        show("")


def line(text: str = "") -> None:
    """Print one line with control characters escaped."""
    print(escaped(text), flush=True)


def table(rows: Sequence[Mapping[str, Any]], title: str, *, best: int | None = None) -> None:
    """Print rows of equal shape as a table; see :func:`table_text`."""
    print(table_text(rows, title, best=best) + "\n", flush=True)


def table_text(rows: Sequence[Mapping[str, Any]], title: str, *, best: int | None = None) -> str:
    """Write rows of equal shape as a table; the row `best` gets an asterisk."""
    columns = list(rows[0]) if rows else []
    texts = [
        [escaped(name) for name in columns],
        *([cell(row[name]) for name in columns] for row in rows),
    ]
    widths = [max(len(text[at]) for text in texts) for at in range(len(columns))]
    right = [numeric(rows, name) for name in columns]
    lines = [escaped(title)]
    for number, text in enumerate(texts):
        padded = (
            one.rjust(width) if to_right else one.ljust(width)
            for one, width, to_right in zip(text, widths, right, strict=True)
        )
        mark = "  *" if best is not None and number == best + 1 else ""
        lines.append("  ".join(padded).rstrip() + mark)
    return "\n".join(lines)


def numeric(rows: Sequence[Mapping[str, Any]], name: str) -> bool:
    """Return whether a column holds numbers, or nothing, in every row.

    >>> numeric([{"n": 1, "title": "Alien"}, {"n": None, "title": "Heat"}], "n")
    True
    """
    return all(isinstance(row[name], (int, float)) or row[name] is None for row in rows)


def cell(value: Any) -> str:
    """Write a value for a table.

    >>> cell(0.51234), cell(1234.5), cell(1234), cell(None), cell(True)
    ('0.5123', '1,234.5', '1,234', '–', 'True')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, float):
        return f"{value:.4f}" if abs(value) < 10 else f"{value:,.1f}"
    return (
        f"{value:,}"
        if isinstance(value, int) and not isinstance(value, bool)
        else escaped(str(value))
    )


def interval(value: Mapping[str, float]) -> str:
    """Write a mean with its interval.

    >>> interval({"mean": 0.5, "low": 0.4, "high": 0.6})
    '0.5000 [0.4000, 0.6000]'
    """
    return f"{value['mean']:.4f} [{value['low']:.4f}, {value['high']:.4f}]"


def dumps(value: Any) -> str:
    """Write a value as JSON; numpy values become Python's, NaN becomes null."""
    text = json.dumps(plain(value), ensure_ascii=False, indent=1, allow_nan=False)
    return re.sub(
        "[\x7f-\x9f]", lambda found: f"\\u{ord(found[0]):04x}", text
    )  # JSON does not escape these


def escaped(text: str) -> str:
    r"""Escape control and format characters, as sentences do.

    >>> escaped("\x1b[31mred\x07"), escaped("plain")
    ('\\u{1b}[31mred\\u{7}', 'plain')
    """
    if text.isprintable():
        return text
    return "".join(f"\\u{{{ord(c):x}}}" if _moves(c) else c for c in text)


def _moves(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") and letter not in JOINERS


@runtime_checkable
class _Listed(Protocol):
    """A numpy array or number, without importing numpy."""

    def tolist(self) -> Any: ...


def plain(value: Any) -> Any:
    """Convert a value to JSON types; numpy numbers become Python's, NaN becomes null."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if type(value) not in PLAIN and isinstance(value, _Listed):
        return plain(value.tolist())
    return None if isinstance(value, float) and not math.isfinite(value) else value

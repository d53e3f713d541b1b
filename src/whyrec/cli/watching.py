"""What a command shows on standard error while it works: a bar, or a line every few seconds."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from whyrec.core.progress import escaped, table_text
from whyrec.core.stages import Stage, cpu_seconds, span, watched

__all__ = ["Watch"]

EVERY = 8.0  # seconds from one line to the next


class Watch:
    """Shows the open stages of one command, and then the time of each.

    Args:
        started: When the command started, by `time.monotonic`.
    """

    def __init__(self, started: float) -> None:
        self.root = Stage("")
        self._started = started
        self._open = 0
        self._bar: Progress | None = None
        self._busy = threading.Event()  # a stage is open, or nothing more comes
        self._closed = threading.Event()
        self._writer: threading.Thread | None = None

    @contextmanager
    def stage(self, text: str, console: Any) -> Iterator[Callable[..., None]]:
        """Open a stage and show it: in a bar on a terminal, elsewhere in a line now and then.

        Args:
            text: What is done.
            console: The console of standard error.

        Yields:
            A function of the finished share, 0 to 1, and optionally of another text.
        """
        with watched(_without_password(text), self.root) as one:
            self._open += 1
            self._busy.set()
            self._show(console)
            try:
                yield one.update
            finally:
                self._open -= 1
                if not self._open:
                    self._rest()

    def above(self, line: str) -> bool:
        """Print a line above the bar; False if no bar is shown."""
        if self._bar is None:
            return False
        self._bar.console.print(line, markup=False, highlight=False)
        return True

    def close(self) -> None:
        """Write no more lines."""
        self._closed.set()
        self._busy.set()
        if self._writer is not None:
            self._writer.join()

    def spent(self) -> str:
        """Write a table of the seconds of each stage and of the whole command."""
        whole = ("all", time.monotonic() - self._started, cpu_seconds())
        return table_text(
            [
                {"stage": name, "seconds": f"{seconds:.2f}", "CPU seconds": f"{cpu:.2f}"}
                for name, seconds, cpu in (*self.root.rows(), whole)
            ],
            "Where the time went",
        )

    def _show(self, console: Any) -> None:
        if not console.is_terminal:
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, daemon=True)
                self._writer.start()
        elif self._bar is None:
            self._bar = _Bar(self.root, console)
            self._bar.start()

    def _rest(self) -> None:
        self._busy.clear()
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _write(self) -> None:
        written = self._started
        while not self._closed.wait(max(0.01, written + EVERY - time.monotonic())):
            self._busy.wait()
            if text := self.root.line():
                written = time.monotonic()
                sys.stderr.write(f"[{span(written - self._started)}] {escaped(text)}\n")
                sys.stderr.flush()


def _without_password(text: str) -> str:
    """Leave out what stands before the host of an address.

    >>> _without_password("reading postgresql://me:secret@host/shop")
    'reading postgresql://host/shop'
    """
    return re.sub(r"://[^/\s]*@", "://", text)


class _Bar(Progress):
    """A spinner, the open stages, a bar of the innermost known share, and the elapsed time."""

    def __init__(self, root: Stage, console: Any) -> None:
        self._root = root
        super().__init__(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(30),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self.add_task("", total=None)

    def get_renderables(self) -> Iterable[Any]:
        share = self._root.known_share()
        for task in self.tasks:
            task.description = escaped(self._root.line())
            task.total = None if share is None else 1.0
            task.completed = share or 0.0
        return super().get_renderables()

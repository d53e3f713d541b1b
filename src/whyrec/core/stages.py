"""Stages of long work: what is going on now, and where the time went.

A model or a workflow names what it does, in a block or for a whole function:

    with stage("choosing the mix") as update:
        update(0.4, "choosing the mix: NDCG@10 0.1844 so far")

    @stage("counting pairs")
    def count(events): ...

Stages may contain stages. The command line opens the outermost one (:func:`watched`), shows the
path of open stages and prints the seconds of each. If nobody watches, a stage does nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["Stage", "cpu_seconds", "span", "stage", "watched"]

SETTLED = 3.0  # seconds after which the pace of a stage says something about its end

_current: ContextVar[Stage | None] = ContextVar("stage", default=None)


class Stage:
    """A stage with its parts. A stage that is entered again adds to its seconds.

    Args:
        name: What is done.
        outer: The stage that it belongs to.

    Attributes:
        text: What is shown; the name, until an update says more.
        share: The finished share, 0 to 1, if it is known.
        inner: The part that is going on now.
        parts: Every part by its name.
        seconds: Time on the clock.
        cpu_seconds: Time of the processors, with all threads and finished child processes.
    """

    def __init__(self, name: str, outer: Stage | None = None) -> None:
        self.name = name
        self.outer = outer
        self.text = name
        self.share: float | None = None
        self.inner: Stage | None = None
        self.parts: dict[str, Stage] = {}
        self.seconds = 0.0
        self.cpu_seconds = 0.0
        self._paces: tuple[float, float] | None = None

    def update(self, share: float, text: str | None = None) -> None:
        """Say how far the stage is.

        Args:
            share: The finished share, 0 to 1.
            text: What is shown instead of the name, such as the best value so far.
        """
        self.share = share
        self.text = self.name if text is None else text
        if self._paces is None:
            self._paces = (time.monotonic(), share)

    def line(self) -> str:
        """Write the path of open stages, with the innermost known share and its time left."""
        path = list(self._path())
        known = [one for one in path if one.share is not None][-1:]
        return ": ".join(one._words(one in known) for one in path if one.text)

    def known_share(self) -> float | None:
        """Return the innermost share that is known."""
        return next((one.share for one in [*self._path()][::-1] if one.share is not None), None)

    def _words(self, with_share: bool) -> str:
        if not with_share or self.share is None:
            return self.text
        left = None if self.inner else self.seconds_left()  # a part has a pace of its own
        if left is None or self.text.endswith(" left"):  # the work itself says it
            return f"{self.text}, {self.share:.0%}"
        return f"{self.text}, {self.share:.0%}, {span(left)} left"

    def _path(self) -> Iterator[Stage]:
        one: Stage | None = self
        while one is not None:
            yield one
            one = one.inner

    def seconds_left(self) -> float | None:
        """Estimate the time left from the pace since the first update; None if it is too early."""
        if self._paces is None or self.share is None:
            return None
        since, first = self._paces
        seconds = time.monotonic() - since
        if seconds < SETTLED or self.share <= first:
            return None
        return seconds * (1 - self.share) / (self.share - first)

    def rows(self, depth: int = 0) -> Iterator[tuple[str, float, float]]:
        """Yield name, seconds and CPU seconds of every part, indented by its depth."""
        for part in self.parts.values():
            yield "  " * depth + part.name, part.seconds, part.cpu_seconds
            yield from part.rows(depth + 1)

    @contextmanager
    def _open(self, name: str) -> Iterator[Stage]:
        part = self.parts.setdefault(name, Stage(name, self))
        part.text, part.share, part._paces = name, None, None
        start, cpu = time.perf_counter(), cpu_seconds()
        before = self.inner
        self.inner = part
        token = _current.set(part)
        try:
            yield part
        finally:
            _current.reset(token)
            self.inner = before
            part.seconds += time.perf_counter() - start
            part.cpu_seconds += cpu_seconds() - cpu


@contextmanager
def stage(name: str) -> Iterator[Callable[..., None]]:
    """Name a stage of the work that is going on; see the module.

    Args:
        name: What is done, such as "counting pairs".

    Yields:
        A function of the finished share, 0 to 1, and optionally of another text.
    """
    outer = _current.get()
    if outer is None:
        yield lambda share, text=None: None
        return
    with outer._open(name) as part:
        yield part.update


@contextmanager
def watched(name: str, root: Stage) -> Iterator[Stage]:
    """Open a stage that is watched: within the open one or, if none is open, within `root`.

    Args:
        name: What is done.
        root: The stage of whoever watches.

    Yields:
        The stage.
    """
    with (_current.get() or root)._open(name) as part:
        yield part


def cpu_seconds() -> float:
    """Return the processor seconds of this process, its threads and its finished children."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def span(seconds: float) -> str:
    """Write a rounded duration.

    >>> span(42.3), span(200), span(9000)
    ('42 s', '3 min', '2.5 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"

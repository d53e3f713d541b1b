"""End a training early and keep its best state, at the first Ctrl-C; a second one stops."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

__all__ = ["EarlyEnd", "interruptible"]


@dataclass
class EarlyEnd:
    """A request to end the training that is going on.

    Attributes:
        running: Whether a training is going on that can be ended.
        asked: Whether it is to end with its best state.
    """

    running: bool = False
    asked: bool = False

    @contextmanager
    def training(self) -> Iterator[None]:
        """Mark the block as a training; one that begins after the request is not meant by it."""
        self.running = not self.asked
        try:
            yield
        finally:
            self.running = False

    @property
    def now(self) -> bool:
        """Whether the training that is going on is to end."""
        return self.running and self.asked


@contextmanager
def interruptible() -> Iterator[EarlyEnd]:
    """Turn the first Ctrl-C during a training into a request; others raise KeyboardInterrupt.

    Outside the main thread, and if the signal is ignored or handled by others, nothing changes.

    Yields:
        The request.
    """
    end = EarlyEnd()

    def ask(number: int, frame: Any) -> None:
        if end.asked or not end.running:
            raise KeyboardInterrupt
        end.asked = True

    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not usual or threading.current_thread() is not threading.main_thread():
        yield end
        return
    signal.signal(signal.SIGINT, ask)
    try:
        yield end
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)

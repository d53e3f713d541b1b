"""Waiting for work of other threads and processes: it ends when the work is done, on a busy machine too."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

HANGS = 600.0  # seconds after which work has stopped: several times what a busy machine needs

T = TypeVar("T")


def wait_for(ready: Callable[[], T], what: str = "the work", every: float = 0.02) -> T:
    """Ask `ready` until it gives a true value; return that value.

    Raises:
        AssertionError: If the work hangs.
    """
    end = time.monotonic() + HANGS
    while not (found := ready()):
        assert time.monotonic() < end, f"{what} hangs"
        time.sleep(every)
    return found

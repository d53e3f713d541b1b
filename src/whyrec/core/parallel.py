"""Type of a `map`-like function. Callers pass the built-in `map`, a process pool or Ray."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

__all__ = ["ParallelMap"]

ParallelMap = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]

"""The shape of `map`, which work in parts takes: the caller says who does the parts, `map` or
one of :mod:`whyrec.scale`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

__all__ = ["ParallelMap"]

ParallelMap = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]

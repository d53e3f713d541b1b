"""What a coordinate search has computed last: a trial changes one number, so most of it stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["LastValues"]


class LastValues:
    """The last value of each name, as long as its key stays the same."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[object, Any]] = {}

    def once(self, name: str, key: object, make: Callable[[], Any]) -> Any:
        """Return the last value of that name, made again if its key has changed."""
        if name not in self._last or self._last[name][0] != key:
            self.drop(name)  # free the old one first: it may be large
            self._last[name] = key, make()
        return self._last[name][1]

    def drop(self, name: str) -> None:
        """Free the value of that name."""
        self._last.pop(name, None)

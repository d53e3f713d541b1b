"""Deprecated names of the previous version, which still work with a warning."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

from whyrec.lazy import resolve

__all__ = ["moved"]


def moved(module: str, places: Mapping[str, str]) -> Callable[[str], Any]:
    """Build the `__getattr__` of a module whose names have moved.

    Args:
        module: The old module.
        places: The current module of each name.

    Returns:
        A function that resolves a name and warns with DeprecationWarning.
    """

    def find(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        warnings.warn(
            f"{module}.{name} is {places[name]}.{name} now; "
            "the old name works in this version only",
            DeprecationWarning,
            stacklevel=2,
        )
        return resolve(f"{places[name]}:{name}")

    return find

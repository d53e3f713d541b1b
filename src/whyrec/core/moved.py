"""Names that changed or moved since the version before: the old ones work for one version, with a
warning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from whyrec.lazy import resolve, warn_old

__all__ = ["moved"]


def moved(module: str, places: Mapping[str, str]) -> Callable[[str], Any]:
    """The `__getattr__` of a module whose names moved or changed.

    Args:
        module: The old module.
        places: For each old name its module of today, or "module:name" if the name changed too.

    Returns:
        A function that finds a name where it is today and warns, by DeprecationWarning, of its new
        place.
    """

    def find(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        place, _, new = places[name].partition(":")
        warn_old(f"{module}.{name}", f"{place}.{new or name}")
        return resolve(f"{place}:{new or name}")

    return find

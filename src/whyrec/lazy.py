"""Names that are imported when they are first used.

A package lists its public names and where each is defined (:func:`names`). A lower layer that
needs something of a higher one asks for it by a hook (:func:`hook`); the package ``whyrec`` says
where each hook leads (:data:`HOOKS`), so no layer imports upwards.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["HOOKS", "hook", "names", "resolve", "warn_old"]

#: Where each hook leads, as "package.module:name".
HOOKS: dict[str, str] = {}


def resolve(place: str) -> Any:
    """Import what a place names: "package.module:name", or a module by its dotted name alone.

    >>> resolve("math:inf"), resolve("math").__name__
    (inf, 'math')
    """
    module, _, name = place.partition(":")
    found = importlib.import_module(module)
    return getattr(found, name) if name else found


def hook(name: str) -> Any:
    """What a hook leads to."""
    return resolve(HOOKS[name])


def warn_old(old: str, new: str, stacklevel: int = 3) -> None:
    """Warn that a name changed.

    Args:
        old: The name of the version before.
        new: The name of today.
        stacklevel: Whose line the warning shows: 3 is the caller of the function that warns.
    """
    warnings.warn(
        f"{old} is {new} now; the old name works in this version only",
        DeprecationWarning,
        stacklevel=stacklevel,
    )


def names(
    package: str, places: Mapping[str, str], old: Mapping[str, str] | None = None
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The `__getattr__` and `__dir__` of a package whose names are imported when they are used.

    Args:
        package: The package's `__name__`.
        places: Each public name and where it is defined.
        old: Deprecated names and the names that replace them. They work and warn, and `dir` does
            not list them.
    """
    old = old or {}

    def getattribute(name: str) -> Any:
        if name in old:
            warn_old(f"{package}.{name}", f"{package}.{old[name]}")
            return resolve(places[old[name]])
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = resolve(places[name])
        setattr(sys.modules[package], name, found)
        return found

    def directory() -> list[str]:
        own = (name for name in vars(sys.modules[package]) if name.startswith("__"))
        return sorted({*own, *places})

    return getattribute, directory

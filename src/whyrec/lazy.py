"""Import public names when they are first used.

A package lists its public names and where each is defined (:func:`names`). A lower layer that needs
something of a higher one calls a hook (:func:`hook`); the package ``whyrec`` registers the target
of each hook (:data:`HOOKS`), so no layer imports upwards.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

__all__ = ["HOOKS", "RenamedWarning", "hook", "names", "resolve", "warn_old"]

#: Target of each hook, as "package.module:name".
HOOKS: dict[str, str] = {}


def resolve(place: str) -> Any:
    """Import "package.module:name", or a module by its dotted name.

    Args:
        place: The name.

    Returns:
        The object or the module.

    >>> resolve("math:inf"), resolve("math").__name__
    (inf, 'math')
    """
    module, _, name = place.partition(":")
    found = importlib.import_module(module)
    return getattr(found, name) if name else found


def hook(name: str) -> Any:
    """Return the object that is registered in :data:`HOOKS` under a name.

    Args:
        name: Name of the hook.

    Returns:
        The object.
    """
    return resolve(HOOKS[name])


class RenamedWarning(DeprecationWarning):
    """A name of the version before was used."""


def warn_old(old: str, new: str) -> None:
    """Warn that a name changed, at the line outside the package that uses the old one.

    Args:
        old: The name of the version before.
        new: The name of today.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and _inside(frame):
        frame = frame.f_back
    frame = frame or sys._getframe(1)
    warnings.warn_explicit(
        f"{old} is {new} now; the old name works in this version only",
        RenamedWarning,
        frame.f_code.co_filename,
        frame.f_lineno,
        frame.f_globals.get("__name__"),
        frame.f_globals.setdefault("__warningregistry__", {}),
    )


def _inside(frame: FrameType) -> bool:
    name = str(frame.f_globals.get("__name__"))
    return name.partition(".")[0] in ("whyrec", "importlib")


def names(
    package: str, places: Mapping[str, str], old: Mapping[str, str] | None = None
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Make `__getattr__` and `__dir__` for a package whose names are imported when they are used.

    Args:
        package: The package's `__name__`.
        places: Each public name and where it is defined.
        old: Deprecated names and their replacements. They work with a warning; `dir` omits them.

    Returns:
        The two functions.
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

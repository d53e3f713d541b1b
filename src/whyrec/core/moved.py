"""Names that changed or moved since the version before: the old ones work for one version, with a
warning.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from whyrec.lazy import resolve, warn_old

__all__ = ["current_names", "moved", "renamed"]

Kind = TypeVar("Kind", bound=type)
_RENAMED: dict[type, Mapping[str, str]] = {}  # of each class that :func:`renamed` decorates


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


def renamed(**names: str) -> Callable[[Kind], Kind]:
    """A class decorator for arguments that changed their names.

    Args:
        **names: For each old name that of today; "" if there is none, so that only folders of the
            version before may hold it. A name that ends in `_` is that of something learned, which
            they hold too.

    Returns:
        A decorator. The class takes an argument by its old name, and gives an attribute by it,
        with a DeprecationWarning.
    """

    def decorate(kind: Kind) -> Kind:
        changed: Any = kind
        init = changed.__init__

        @functools.wraps(init)
        def __init__(self: Any, *arguments: Any, **options: Any) -> None:
            init(self, *arguments, **current_names(kind, options))

        changed.__init__ = __init__
        _RENAMED[kind] = names
        for old, new in names.items():
            if not new:
                continue
            setattr(kind, old, property(_old_attribute(kind.__name__, old, new)))
        return kind

    return decorate


def current_names(kind: Any, options: Mapping[str, Any], *, warn: bool = True) -> dict[str, Any]:
    """The options of a class by their names of today.

    Raises:
        TypeError: For an option that is given by both of its names.
    """
    kinds = inspect.getmro(kind) if inspect.isclass(kind) else ()
    names = next((_RENAMED[one] for one in kinds if one in _RENAMED), {})
    found: dict[str, Any] = {}
    for name, value in options.items():
        new = names.get(name, name)
        if not new and not warn:  # in a folder
            continue
        new = new or name
        if new != name and new in options:
            raise TypeError(f"{kind.__name__} got {name} and {new}, which are one argument")
        if new != name and warn:
            warn_old(f"{name} of {kind.__name__}", new)
        found[new] = value
    return found


def _old_attribute(kind: str, old: str, new: str) -> Callable[[Any], Any]:
    def get(self: Any) -> Any:
        warn_old(f"{kind}.{old}", f"{kind}.{new}")
        return getattr(self, new)

    return get

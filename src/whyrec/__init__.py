"""whyrec: recommendations that can prove why.

    score(person, item) = base + sum of named reasons + rest

Start with :func:`whyrec.load` for data, :func:`whyrec.model` for a model, :func:`whyrec.recommend`
for lists, :func:`whyrec.why` for reasons and :func:`whyrec.faithful` to grade any explainer;
``whyrec demo`` on the command line walks the whole road.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["faithful", "load", "model", "recommend", "why"]

if TYPE_CHECKING:
    from whyrec.api import explain as why, faithful, load, recommend
    from whyrec.registry import model


def __getattr__(name: str) -> Any:
    """Import the doors of the library only when they are used, so `import whyrec` is instant."""
    if name in __all__:
        from whyrec import api, registry

        if name == "model":
            return registry.model
        if name == "why":
            return api.explain
        return getattr(api, name)
    raise AttributeError(f"module 'whyrec' has no attribute {name!r}")

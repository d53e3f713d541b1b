"""Whether a model's settings can be what was given: each against the kind of its default, and
against what it can mean.
"""

from __future__ import annotations

import inspect
import math
import numbers
from collections.abc import Mapping
from typing import Any

from whyrec.core.errors import ArgumentError

__all__ = ["check_settings"]

NOT_AT_ALL = (
    "text_dims",
    "label_dims",
    "interactions",
    "epochs of compact",
)  # settings that may be 0


def check_settings(name: str, made: Any, config: Mapping[str, Any]) -> None:
    """Each setting against the kind of its default; the numbers of whyrec's own models against
    what they can mean.
    """
    parameters = inspect.signature(made).parameters
    own = made.__module__.startswith("whyrec.")
    for key, value in config.items():
        default = parameters[key].default
        kind = str(parameters[key].annotation)
        if kind in ("Any", "MinSupport") or (value is None and "None" in kind):
            continue
        if isinstance(default, (tuple, list)) and isinstance(value, (tuple, list)):
            if not value:
                raise ArgumentError(f"{key} of {name} must be at least one number", given="none")
            parts = value
        else:
            parts = (value,)
        for part in parts:
            _check_setting(
                f"{key} of {name}",
                part,
                default[0] if isinstance(default, (tuple, list)) else default,
                own,
            )


def _check_setting(what: str, value: Any, default: Any, own: bool) -> None:
    if isinstance(default, str) and not isinstance(value, str):
        raise ArgumentError(f"{what} must be text", given=repr(value))
    if type(default) not in (int, float):
        return
    kind = numbers.Integral if type(default) is int else numbers.Real
    if isinstance(value, bool) or not isinstance(value, kind) or not math.isfinite(value):
        raise ArgumentError(
            f"{what} must be a {'whole ' if kind is numbers.Integral else ''}number",
            given=repr(value),
        )
    # Where the default is 0, and for what may be left out, 0 means "not at all".
    counted = kind is numbers.Integral and default and not what.startswith(NOT_AT_ALL)
    low = 1 if counted else 0
    high = 1 if "decay of" in what else math.inf
    if own and not low <= float(value) <= high:
        limits = f"{low} or more" if high == math.inf else f"from {low} to {high}"
        raise ArgumentError(f"{what} must be {limits}", given=repr(value))

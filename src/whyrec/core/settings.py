"""Typed settings: what the parameters of a constructor may be, declared where they stand.

    def __init__(self, ridge: Annotated[float, Setting(above=0, search=(1, 1e5), log=True)] = 300.0)

A model declares its settings so, an explainer its options; neither needs a base class. From the
declaration come the check, its message and the search space of ``whyrec tune``. A parameter without
a :class:`Setting` is checked by its type alone: by its annotation or, without one, by its default.
"""

from __future__ import annotations

import collections.abc
import functools
import inspect
import math
import numbers
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

import numpy as np

from whyrec.core.errors import ArgumentError

__all__ = ["Declared", "Setting", "check_model_settings", "check_settings", "declared", "searched"]

KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
SEVERAL = (tuple, list, collections.abc.Sequence)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a setting may be, in the metadata of `typing.Annotated`.

    Attributes:
        low: The smallest value that is allowed.
        high: The largest one.
        above: Every value must be larger than it.
        below: Every value must be smaller than it.
        choices: The values that are allowed, if they are few.
        unit: What is counted, such as people, for the message.
        search: (lowest, highest) that `whyrec tune` draws from; None: not searched.
        log: Whether it draws on a logarithmic scale.
        grid: The values that it chooses from, in place of `search`.
    """

    low: float = -math.inf
    high: float = math.inf
    above: float = -math.inf
    below: float = math.inf
    choices: tuple[Any, ...] = ()
    unit: str = ""
    search: tuple[float, float] | None = None
    log: bool = False
    grid: tuple[Any, ...] = ()

    def allows(self, value: Any) -> bool:
        """Whether a value of the right kind is allowed."""
        if self.choices:
            return value in self.choices
        if not isinstance(value, numbers.Real):
            return True
        number: Any = value
        return bool(self.low <= number <= self.high and self.above < number < self.below)

    @property
    def range(self) -> str:
        """What is allowed, in words; empty if everything is.

        >>> Setting(low=1).range, Setting(low=0, high=1).range, Setting(above=0, below=1).range
        ('1 or more', 'from 0 to 1', 'above 0 and below 1')
        """
        if self.choices:
            return f"one of {', '.join(map(str, self.choices))}"
        if self.low > -math.inf and self.high < math.inf:
            return f"from {_number(self.low)} to {_number(self.high)}"
        bounds = (
            (self.low, f"{{}} {self.unit} or more" if self.unit else "{} or more"),
            (self.above, "above {}"),
            (self.high, "at most {}"),
            (self.below, "below {}"),
        )
        return " and ".join(text.format(_number(at)) for at, text in bounds if math.isfinite(at))

    @property
    def searched(self) -> str:
        """What `whyrec tune` searches, in words; empty if nothing.

        >>> Setting(search=(1, 1e5), log=True).searched, Setting(grid=(64, 128)).searched
        ('from 1 to 100,000, log scale', 'one of 64, 128')
        """
        if self.grid:
            return f"one of {', '.join(map(str, self.grid))}"
        if self.search is None:
            return ""
        low, high = map(_number, self.search)
        return f"from {low} to {high}{', log scale' if self.log else ''}"


@dataclass(frozen=True)
class Declared:
    """A parameter as it was declared.

    Attributes:
        name: Its name.
        default: Its default; `inspect.Parameter.empty` if it must be given.
        kind: bool, int, float or str; None if anything is taken.
        setting: What it may be.
        optional: Whether None is taken.
        several: Whether a list of such values is taken, too.
    """

    name: str
    default: Any
    kind: type | None = None
    setting: Setting = field(default_factory=Setting)
    optional: bool = False
    several: bool = False

    @property
    def allowed(self) -> str:
        """What is allowed, in words.

        >>> Declared("k", 10, int, Setting(low=1)).allowed
        'a whole number, 1 or more'
        """
        kind = KINDS[self.kind] if self.kind else "see its documentation"
        words = kind if not self.setting.range else f"{kind}, {self.setting.range}"
        if self.setting.choices:
            words = self.setting.range
        if self.several:
            words = f"{words}, or several"
        return f"{words}, or None" if self.optional else words

    def check(self, value: Any, what: str, owner: str) -> None:
        """Raise ArgumentError if the value is not allowed. what: the setting's name in the message;
        owner: whose setting it is."""
        if self.kind is None or value is self.default or (value is None and self.optional):
            return
        if (
            self.several
            and isinstance(value, (*SEVERAL, np.ndarray))
            and not isinstance(value, str)
        ):
            if not len(value) and self.kind in (int, float):
                raise self._error(f"{what} must be at least one number", "none", owner)
            parts = list(value)
        else:
            parts = [value]
        for part in parts:
            if not _is(part, self.kind):
                raise self._error(f"{what} must be {KINDS[self.kind]}", repr(part), owner)
            if not self.setting.allows(part):
                raise self._error(f"{what} must be {self.setting.range}", repr(part), owner)

    def _error(self, required: str, given: str, owner: str) -> ArgumentError:
        fix = f"give {self.name} of {owner} {self.allowed}"
        if self.default is not inspect.Parameter.empty:
            fix += f"; the default is {self.default!r}"
        return ArgumentError(required, given=given, fix=fix)


def check_settings(name: str, made: Any, config: Mapping[str, Any]) -> None:
    """Check settings against the declarations of a model class or the like.

    Args:
        name: Its name in the catalogue.
        made: The class, or a function.
        config: The settings by their names, which exist.

    Raises:
        ArgumentError: For a value that is not allowed: what was given, what is allowed, and the
            default.
    """
    known = declared(made)
    for key, value in config.items():
        known[key].check(value, f"{key} of {name}", name)


def check_model_settings(model: Any) -> None:
    """Check the settings that a model holds; a constructor calls it once it has stored them.

    Raises:
        ArgumentError: As :func:`check_settings`.
    """
    made: Any = type(model)
    for key, one in declared(made).items():
        if key in vars(model):  # the constructor of a class that inherits may not be done yet
            one.check(vars(model)[key], key, made.__name__)


def searched(made: Any) -> dict[str, Declared]:
    """The settings that declare where to search them."""
    return {
        name: one
        for name, one in declared(made).items()
        if one.setting.search is not None or one.setting.grid
    }


@functools.cache
def declared(made: Any) -> dict[str, Declared]:
    """The parameters of a class or of a function as they were declared.

    >>> class Mine:
    ...     def __init__(self, rate: Annotated[float, Setting(above=0)] = 0.5, deep=3) -> None: ...
    >>> [(one.name, one.allowed) for one in declared(Mine).values()]
    [('rate', 'a number, above 0'), ('deep', 'a whole number')]
    """
    function = inspect.unwrap(made.__init__ if inspect.isclass(made) else made)
    names = function.__globals__ if inspect.isfunction(function) else {}
    return {
        name: _declared(parameter, names)
        for name, parameter in inspect.signature(made).parameters.items()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    }


def _declared(parameter: inspect.Parameter, names: dict[str, Any]) -> Declared:
    one = Declared(parameter.name, parameter.default)
    hint = parameter.annotation
    if hint is not parameter.empty:
        holder = types.SimpleNamespace(__annotations__={parameter.name: hint})
        try:
            hint = typing.get_type_hints(holder, names, include_extras=True)[parameter.name]
        except (NameError, AttributeError, SyntaxError, TypeError):
            hint = parameter.empty  # it is for type checkers alone
    if hint is parameter.empty:
        return _by_default(one)
    return _annotated(one, hint)


def _annotated(one: Declared, hint: Any) -> Declared:
    """With what the annotation says."""
    origin = typing.get_origin(hint)
    inner = typing.get_args(hint)
    if hint is None or hint is type(None):
        return replace(one, optional=True)
    if origin is Annotated:
        one = _annotated(one, inner[0])
        said = [note for note in inner[1:] if isinstance(note, Setting)]
        return replace(one, setting=said[0]) if said else one
    if origin is Literal:
        kinds = {type(value) for value in inner}
        kind = kinds.pop() if len(kinds) == 1 else None
        return replace(one, kind=kind, setting=Setting(choices=inner))
    if origin in (typing.Union, types.UnionType):
        return _union([_annotated(one, part) for part in inner])
    if origin in SEVERAL and inner:
        return replace(_annotated(one, inner[0]), several=True)
    return replace(one, kind=hint if hint in KINDS else None)


def _union(parts: list[Declared]) -> Declared:
    """What is allowed by any of these; anything, if they are of different kinds."""
    optional = any(part.optional for part in parts)
    values = [part for part in parts if not (part.optional and part.kind is None)]
    kinds = {part.kind for part in values}
    if kinds == {int, float}:
        kinds = {float}
    if len(kinds) != 1:
        return replace(parts[0], kind=None, setting=Setting(), optional=optional)
    said = [part.setting for part in values if part.setting != Setting()]
    return replace(
        values[0],
        kind=kinds.pop(),
        setting=said[0] if said else Setting(),
        optional=optional,
        several=any(part.several for part in values),
    )


def _by_default(one: Declared) -> Declared:
    """Without an annotation: of the kind of its default."""
    several = isinstance(one.default, (tuple, list)) and len(one.default) > 0
    kind: Any = type(one.default[0] if several else one.default)
    return replace(one, kind=kind if kind in (int, float, str) else None, several=several)


def _is(value: Any, kind: type) -> bool:
    if kind is str or kind is bool:
        return isinstance(value, (str if kind is str else (bool, np.bool_)))
    if isinstance(value, bool):
        return False
    if kind is int:
        return isinstance(value, numbers.Integral)
    try:
        return isinstance(value, numbers.Real) and math.isfinite(value)
    except OverflowError:  # a whole number that no float holds
        return False


def _number(value: float) -> str:
    return (
        f"{value:,}" if isinstance(value, int) or not float(value).is_integer() else f"{value:,.0f}"
    )

"""Errors that state what was required, what was given and what to do.

Every error that whyrec raises on purpose derives from :class:`WhyrecError`. The command line shows
its message as one paragraph and exits with 2, without a trace unless ``--debug`` is given.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from whyrec.core.moved import moved

__all__ = [
    "ArgumentError",
    "BadArtefact",
    "DataError",
    "MissingExtra",
    "NotFitted",
    "TrainingDivergedError",
    "UnknownNameError",
    "WhyrecError",
]


class WhyrecError(Exception):
    """Base of all errors that the caller can fix, as opposed to faults of whyrec itself.

    It can be pickled between processes.

    Attributes:
        required: The broken rule, "" if the message states it.
        given: What was given instead.
        fix: What helps.
    """

    required: str = ""
    given: Any = ""
    fix: str = ""

    def __reduce__(self) -> Any:
        return type(self).__new__, (type(self), *self.args), vars(self)


class DataError(WhyrecError, ValueError):
    """The data break a rule; the message names file, row, column and value if known.

    >>> raise DataError("column 'user' is required", given="columns a, b", fix="use --columns user=a")
    Traceback (most recent call last):
    ...
    whyrec.core.errors.DataError: column 'user' is required; got columns a, b. Fix: use --columns user=a.

    Args:
        required: The broken rule.
        given: What was given instead.
        fix: What helps.
    """  # noqa: E501

    def __init__(self, required: str, *, given: str = "", fix: str = "") -> None:
        self.required = required
        self.given = given
        self.fix = fix
        super().__init__(_sentence(required, given, fix))


class ArgumentError(WhyrecError, ValueError):
    """An argument is invalid.

    Args:
        required: The broken rule.
        given: What was given instead.
        fix: What helps.
    """

    def __init__(self, required: str, *, given: str = "", fix: str = "") -> None:
        self.required = required
        self.given = given
        self.fix = fix
        super().__init__(_sentence(required, given, fix))


class BadArtefact(WhyrecError, ValueError):
    """A stored artefact is damaged, incomplete or from a newer version."""


class TrainingDivergedError(WhyrecError, ArithmeticError):
    """Training produced values that are not finite; the message names the step and what is kept."""


class NotFitted(WhyrecError, RuntimeError):
    """A model was asked for scores before it was fitted.

    Args:
        model: The model.
    """

    def __init__(self, model: object) -> None:
        name = type(model).__name__
        super().__init__(f"{name} is not fitted. Fix: call {name}.fit(data, seed=0) first.")


def is_fitted(model: object) -> bool:
    """Say whether a model is fitted: it has an attribute whose name ends in `_`.

    Args:
        model: Any model.

    Returns:
        Whether it is fitted.
    """
    return any(
        name.endswith("_") and not name.startswith("_") for name in reversed(vars(model).keys())
    )


def check_fitted(model: object) -> None:
    """Raise NotFitted if a model is not fitted.

    Args:
        model: Any model.

    Raises:
        NotFitted: If the model is not fitted.
    """
    if not is_fitted(model):
        raise NotFitted(model)


class MissingExtra(WhyrecError, ImportError):
    """An optional library is not installed.

    Args:
        library: Name of the library.
        extra: Extra of whyrec that installs it.
        package: The package to install, if no extra does.
    """

    def __init__(self, library: str, extra: str = "", *, package: str = "") -> None:
        install = package or f"'whyrec[{extra}]'"
        super().__init__(
            f"this needs the library {library!r}, which is not installed. "
            f"Fix: pip install {install}."
        )


class UnknownNameError(WhyrecError, KeyError):
    """A name does not exist; the nearest known names are suggested.

    >>> raise UnknownNameError("model", "eas", ["ease", "als", "popular"])
    Traceback (most recent call last):
    ...
    whyrec.core.errors.UnknownNameError: unknown model 'eas'. Did you mean 'ease' or 'als'? Known: als, ease, popular.

    Args:
        what: What the name stands for.
        given: The unknown name.
        known: The known names.
    """  # noqa: E501

    def __init__(self, what: str, given: str, known: Iterable[str]) -> None:
        self.what = what
        self.given = given
        names = sorted(set(map(str, known)))
        # difflib is quadratic in the worst case, so only names of similar length are compared.
        pool = [n for n in names if abs(len(n) - len(given)) <= 4][:20_000]
        near = difflib.get_close_matches(str(given), pool, n=3, cutoff=0.5)
        hint = f" Did you mean {_either(near)}?" if near else ""
        shown = ", ".join(names[:12]) + (f", ... ({len(names)} in all)" if len(names) > 12 else "")
        self.message = f"unknown {what} {given!r}.{hint} Known: {shown or 'none'}."
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message  # KeyError would show the repr


def _either(names: list[str]) -> str:
    quoted = [repr(n) for n in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " or " + quoted[-1]


def _sentence(required: str, given: str, fix: str) -> str:
    text = required + (f"; got {given}" if given else "")
    return text + "." + (f" Fix: {fix}." if fix else "")


if not TYPE_CHECKING:
    __getattr__ = moved(
        __name__,
        {
            "BadArgument": f"{__name__}:ArgumentError",
            "BadData": f"{__name__}:DataError",
            "Diverged": f"{__name__}:TrainingDivergedError",
            "Unknown": f"{__name__}:UnknownNameError",
        },
    )

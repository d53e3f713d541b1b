"""What an explainer declares on itself: the model it needs and its known flaws.

    @explainer(needs=Additive, requires="exact reasons need an additive model")
    def exact(model, query, item, *, score=None): ...

Its options are the keyword parameters of the function, typed as the settings of a model
(:mod:`whyrec.core.settings`). A function without a declaration explains any model and has no flaws
that are known.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast, runtime_checkable

from whyrec.core.capabilities import Scorer
from whyrec.core.errors import ArgumentError
from whyrec.core.explanation import Explanation
from whyrec.core.settings import Declared, declared

__all__ = ["Declaration", "explainer", "given_inputs", "is_declared", "needs_of", "options_of"]

#: Parameters that the caller fills in, and so no options: the served score, the events, and an
#: explainer that was trained before.
INPUTS = ("score", "data", "explainer")

Explain = TypeVar("Explain", bound=Callable[..., Explanation])


@dataclass(frozen=True)
class Declaration:
    """What an explainer asks of a model, and what is known against it.

    Attributes:
        needs: The power that the model must have, a protocol of :mod:`whyrec.core.capabilities`.
        requires: The sentence of the error for a model without it, up to what was given.
        instead: What helps then.
        also: What else must hold of a model with the power.
        flaw: What benchmarks found against it; empty if nothing.
    """

    needs: Any = Scorer
    requires: str = "explanations need a model that scores"
    instead: str = "use the method deletion"
    also: Callable[[Any], bool] | None = None
    flaw: str = ""

    def fits(self, model: object) -> bool:
        """Whether it can explain this model."""
        return isinstance(model, self.needs) and (self.also is None or self.also(model))


@runtime_checkable
class _Explainer(Protocol):
    declaration: Declaration


def explainer(
    *,
    needs: Any = Scorer,
    requires: str = Declaration.requires,
    instead: str = Declaration.instead,
    also: Callable[[Any], bool] | None = None,
    flaw: str = "",
) -> Callable[[Explain], Explain]:
    """Declare a function (model, query, item, *, options) -> Explanation as an explainer.

    It then refuses a model that it cannot explain, and options that it does not allow.

    Args:
        needs: The power that the model must have.
        requires: The sentence of the error, such as "exact reasons need an additive model".
        instead: What helps, such as "use the method deletion".
        also: What else must hold of a model with the power.
        flaw: What is known against it.

    Returns:
        A decorator of the function.
    """
    declaration = Declaration(needs, requires, instead, also, flaw)

    def declare(made: Explain) -> Explain:
        @functools.wraps(made)
        def explain(model: Any, query: Any, item: int, **options: Any) -> Explanation:
            if not declaration.fits(model):
                raise ArgumentError(requires, given=type(model).__name__, fix=instead)
            known = options_of(made)
            for key, value in options.items():
                if key in known:
                    known[key].check(value, key, made.__name__)
            return made(model, query, item, **options)

        cast(Any, explain).declaration = declaration
        return cast(Explain, explain)

    return declare


def is_declared(made: Any) -> bool:
    """Whether a function was declared as an explainer."""
    return isinstance(made, _Explainer)


def needs_of(made: Any) -> Declaration:
    """What a function declares; of one that declares nothing, that it explains any model."""
    return made.declaration if isinstance(made, _Explainer) else Declaration()


@functools.cache
def options_of(made: Any) -> Mapping[str, Declared]:
    """The options of an explainer, by their names."""
    return {name: one for name, one in _keywords(made).items() if name not in INPUTS}


@functools.cache
def given_inputs(made: Any) -> Mapping[str, bool]:
    """Which of :data:`INPUTS` an explainer reads, and whether it cannot do without."""
    return {
        name: one.default is inspect.Parameter.empty
        for name, one in _keywords(made).items()
        if name in INPUTS
    }


def _keywords(made: Any) -> dict[str, Declared]:
    return dict(list(declared(made).items())[3:])

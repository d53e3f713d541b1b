"""A force as data: what it adds to which items, when, and the reason that people read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from whyrec.core import ArgumentError, UnknownNameError

__all__ = ["KINDS", "OPERATOR", "PERSON", "REQUEST", "Force"]

# By who brings it. The order is that in which forces act.
PERSON = ("refused", "low", "shown", "wider")
REQUEST = ("wish", "less", "fresh", "trending", "novel", "diverse")
OPERATOR = ("promote", "bury")
KINDS = (*PERSON, *REQUEST, *OPERATOR)
STRONGEST = 100.0


@dataclass(frozen=True)
class Force:
    """One named term of the score.

    The strength 1 is about as much as lifts an item from place 100 to the top
    (:func:`whyrec.forces.weights.spread`). For `diverse` it is so in the
    person's own list; for `refused` and `low` it is a multiple of what choosing the item would have
    added to others, for `wider` the share that is taken away of what the dominating events add.

    Attributes:
        name: Its name in the answer; each force of a list has another.
        kind: One of KINDS.
        strength: Size of the weights, 0 or more; `bury`, `less`, `refused`, `low`, `shown`, `wider`
            and `diverse` lower.
        where: Expression that selects the items; empty: those of `items`, or all.
        items: (label, share of the strength) of single items.
        field: For `fresh`: name of the number or date that says how new an item is.
        half_life: For `fresh`: days in which the weight halves.
        cap: For `promote` and `bury`: places by which an item moves at most; 0: no limit.
        why: (language, reason for people) of the operator.
        source: What the force comes from, such as the item that was refused.
    """

    name: str
    kind: str
    strength: float = 1.0
    where: str = ""
    items: tuple[tuple[str, float], ...] = ()
    field: str = ""
    half_life: float = 0.0
    cap: int = 0
    why: tuple[tuple[str, str], ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UnknownNameError("kind of force", self.kind, KINDS)
        if not self.name:
            raise ArgumentError("a force needs a name", given="an empty one")
        if not (math.isfinite(self.strength) and 0 <= self.strength <= STRONGEST):
            raise ArgumentError(
                f"the strength of {self.name} must be from 0 to {STRONGEST:g}",
                given=repr(self.strength),
            )
        if self.kind in (*OPERATOR, "wish", "less") and not (self.where or self.items):
            raise ArgumentError(
                f"{self.name} must select items",
                given="neither where nor items",
                fix="""where = '"sale" in tags', or items = ["..."]""",
            )
        if self.cap < 0:
            raise ArgumentError(
                f"the cap of {self.name} must be 0 (none) or more places", given=repr(self.cap)
            )
        if self.kind == "fresh" and not (self.field and self.half_life > 0):
            raise ArgumentError(
                f"{self.name} needs a field that says how new an item is, and a half-life in days",
                given=f"field {self.field!r}, half_life {self.half_life:g}",
            )

    @property
    def lowers(self) -> bool:
        """Whether its weights are 0 or less."""
        return self.kind in ("bury", "less", "refused", "low", "shown", "wider", "diverse")

    def said(self, lang: str) -> str:
        """The operator's reason in a language, else in any; empty without one."""
        known = dict(self.why)
        return known.get(lang) or next(iter(known.values()), "")

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Force:
        """A force from the log of answers."""
        pairs: dict[str, Sequence[Any]] = {
            name: tuple(map(tuple, value[name])) for name in ("items", "why")
        }
        return cls(**{**value, **pairs})

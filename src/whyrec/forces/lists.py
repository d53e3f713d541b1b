"""Named lists of the operator's file: what each is about, its forces and its filter.

[[list]]
name = "evening"
kind = "for-you"
title = { en = "For tonight", zh = "今晚看" }
forces = { diversity = 0.5 }
where = "minutes < 120"
n = 10
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from whyrec.core import ArgumentError, UnknownNameError
from whyrec.forces.expression import Expression
from whyrec.forces.force import STRONGEST

__all__ = ["STANDARD", "NamedList", "read_list"]

#: What each kind adds by itself.
KINDS: dict[str, dict[str, float]] = {
    "for-you": {},
    "because-you-chose": {},
    "trending": {"trending": 1.0},
    "new": {"freshness": 1.0},
    "more-like-this": {},
    "bought-together": {},
    "not-your-usual": {"novelty": 0.3},
}
KEYS = ("name", "kind", "title", "forces", "where", "n")
FORCES = ("diversity", "novelty", "freshness", "trending")
LONGEST = 100  # items


@dataclass(frozen=True)
class NamedList:
    """A list that can be asked for by its name.

    Attributes:
        name: Its name.
        kind: What it is about; see :data:`KINDS`.
        title: (language, title) pairs; empty for the title of the kind.
        forces: Strengths by force.
        where: Expression that its items fulfil.
        n: How many items it has in an answer with all lists.
    """

    name: str
    kind: str
    title: tuple[tuple[str, str], ...] = ()
    forces: tuple[tuple[str, float], ...] = ()
    where: str = ""
    n: int = 10


#: The lists of an operator who names none.
STANDARD = tuple(
    NamedList(kind, kind, forces=tuple(KINDS[kind].items()))
    for kind in ("for-you", "because-you-chose", "trending", "not-your-usual")
)


def read_list(row: Any) -> NamedList:
    """Read one table.

    Args:
        row: A table `[[list]]`.

    Returns:
        The list.

    Raises:
        ArgumentError: For a value that cannot be.
        UnknownNameError: For an unknown key, kind or force.
    """
    if not isinstance(row, Mapping):
        _refuse("a list must be a table", row, "[[list]]")
    for key in row:
        if key not in KEYS:
            raise UnknownNameError("key of list", key, KEYS)
    kind, name = row.get("kind", "for-you"), row.get("name", row.get("kind"))
    if kind not in KINDS:
        raise UnknownNameError("kind of list", str(kind), KINDS)
    if not isinstance(name, str) or not 0 < len(name) <= 200:
        _refuse("a list needs a name", name, 'name = "evening"')
    title, forces, n = row.get("title", {}), row.get("forces", {}), row.get("n", 10)
    if isinstance(title, str):
        title = {"en": title}
    if not isinstance(title, dict) or not all(isinstance(one, str) for one in title.values()):
        _refuse(f"title of {name} must be text by language", title, 'title = { en = "..." }')
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= LONGEST:
        _refuse(f"n of {name} must be a whole number from 1 to {LONGEST}", n, "n = 10")
    if not isinstance(forces, dict):
        _refuse(f"forces of {name} must be a table", forces, "forces = { diversity = 0.5 }")
    for force, strength in forces.items():
        if force not in FORCES:
            raise UnknownNameError(f"force of {name}", force, FORCES)
        number = isinstance(strength, int | float) and not isinstance(strength, bool)
        if not number or not 0 <= strength <= STRONGEST:
            _refuse(f"strength of {force} in {name} must be a number of 0 or more", strength, "")
    where = row.get("where", "")
    if not isinstance(where, str):
        _refuse(f"where of {name} must be an expression in quotes", where, "")
    if where:
        Expression(where)
    strengths = KINDS[kind] | {force: float(strength) for force, strength in forces.items()}
    return NamedList(name, kind, tuple(sorted(title.items())), tuple(strengths.items()), where, n)


def _refuse(what: str, given: Any, fix: str) -> NoReturn:
    raise ArgumentError(what, given=repr(given)[:80], fix=fix)

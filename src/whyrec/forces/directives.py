"""The operator's forces, from a TOML file.

[[promote]]                          # also [[bury]]
name = "autumn sale"
where = '"sale" in tags and price < 50'
strength = 0.5                       # 1 lifts an item from about place 100 to the top
cap = 3                              # places by which an item moves at most
start = 2026-11-01
end = 2026-12-01
when = 'device == "tv" and hour >= 18'
why = { en = "on sale this week", zh = "本周特价" }

[fresh]
field = "year"
half_life = 365                      # days
strength = 0.2

[diversity]                          # also [novelty], and [trending] with window = "day"
strength = 0.3

[feedback]                           # how much a person's no counts; these are the defaults
dislike = 0.5
skip = 0.25
low = 0.25                           # a low rating
shown = 0.05                         # shown and not chosen
shown_half_life = 7                  # days
"""

from __future__ import annotations

import contextlib
import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from whyrec.core import ArgumentError, UnknownNameError
from whyrec.forces.expression import Expression
from whyrec.forces.facts import ItemFacts
from whyrec.forces.force import STRONGEST, Force
from whyrec.forces.lists import STANDARD, NamedList, read_list

__all__ = ["WINDOWS", "Directive", "Directives", "Feedback", "read_directives"]

WINDOWS = {"hour": 3600, "day": 86_400, "week": 604_800}  # seconds
KINDS = {"fresh": "fresh", "trending": "trending", "diversity": "diverse", "novelty": "novel"}
MOST = 100  # forces of a file: each is a term of every answer
KEYS: dict[str, tuple[str, ...]] = {
    "promote": ("name", "where", "items", "strength", "cap", "start", "end", "when", "why"),
    "fresh": ("field", "half_life", "strength", "where"),
    "trending": ("window", "strength"),
    "diversity": ("strength",),
    "novelty": ("strength",),
}
KEYS["bury"] = KEYS["promote"]


@dataclass(frozen=True)
class Feedback:
    """How much a person's no counts: multiples of what a choice of the item would have added.

    Attributes:
        dislike: Of items that were disliked, hidden or blocked.
        skip: Of items that were skipped.
        low: Of items that were rated low.
        shown: Strength for items that were shown and not chosen, times log(1 + showings).
        shown_half_life: Days in which that halves.
    """

    dislike: float = 0.5
    skip: float = 0.25
    low: float = 0.25
    shown: float = 0.05
    shown_half_life: float = 7.0


@dataclass(frozen=True)
class Directive:
    """A force and when it acts: from `start` until before `end`, in contexts where `when` holds."""

    force: Force
    when: str = ""
    start: float = float("-inf")
    end: float = float("inf")
    window: str = ""

    def acts(self, now: float, context: Mapping[str, str | float]) -> bool:
        """Whether the force acts at this moment and in this context of a request."""
        if not self.start <= now < self.end:
            return False
        return not self.when or bool(Expression(self.when).mask(ItemFacts.of_one(context))[0])


@dataclass(frozen=True)
class Directives:
    """What a file says."""

    rules: tuple[Directive, ...] = ()
    feedback: Feedback = Feedback()
    lists: tuple[NamedList, ...] = STANDARD

    def at(self, now: float, context: Mapping[str, str | float]) -> list[Directive]:
        """The directives that act."""
        return [one for one in self.rules if one.acts(now, context)]

    def check(self, facts: ItemFacts) -> None:
        """Raise UnknownNameError for names, values and items that the catalogue does not have."""
        for each in self.lists:
            if each.where:
                Expression(each.where).check(facts)
        for one in self.rules:
            if one.force.where:
                Expression(one.force.where).check(facts)
            if one.force.field and one.force.field not in facts.names:
                raise UnknownNameError(f"field of {one.force.name}", one.force.field, facts.names)
            for label, _ in one.force.items:
                if label not in facts.places:
                    raise UnknownNameError(f"item of {one.force.name}", label, facts.labels)


def read_directives(file: str | Path) -> Directives:
    """Read the operator's forces; an empty path gives none, with the default feedback.

    Args:
        file: A TOML file.

    Returns:
        The directives.

    Raises:
        ArgumentError: For a value that cannot be.
        UnknownNameError: For an unknown key.
    """
    if not str(file):
        return Directives()
    try:
        found = tomllib.loads(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ArgumentError(
            "--forces must be a readable TOML file", given=f"{file}: {error}"
        ) from None
    feedback, rules, lists = Feedback(), list[Directive](), list[NamedList]()
    for name, value in found.items():
        if name == "feedback":
            feedback = _feedback(value)
        elif name in ("promote", "bury"):
            rows = value if isinstance(value, list) else [value]
            rules += [_ruled(name, row, at + 1) for at, row in enumerate(rows)]
        elif name == "list":
            lists += [read_list(row) for row in (value if isinstance(value, list) else [value])]
        elif name in KINDS:
            rules.append(_whole(name, value))
        else:
            raise UnknownNameError("table of the forces", name, ("feedback", "list", *KEYS))
    _distinct("forces", [one.force.name for one in rules])
    _distinct("lists", [one.name for one in lists])
    return Directives(tuple(rules), feedback, tuple(lists) or STANDARD)


def _distinct(what: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or len(names) > MOST:
        raise ArgumentError(
            f"a file of forces holds at most {MOST} {what}, each with a name of its own",
            given=f"{twice[0]!r} twice" if twice else f"{len(names)}",
            fix='name = "..."',
        )


def _feedback(row: Any) -> Feedback:
    known = [field.name for field in fields(Feedback)]
    made = Feedback()
    for name, value in _table("feedback", row).items():
        if name not in known:
            raise UnknownNameError("key of feedback", name, known)
        made = replace(made, **{name: _number(f"feedback.{name}", value)})
    if not made.shown_half_life:
        raise ArgumentError("feedback.shown_half_life must be above 0 days", given="0")
    return made


def _table(name: str, row: Any) -> Mapping[str, Any]:
    if not isinstance(row, dict):
        raise ArgumentError(f"{name} of the forces must be a table", given=repr(row)[:80])
    for key in row:
        if name in KEYS and key not in KEYS[name]:
            raise UnknownNameError(f"key of {name}", key, KEYS[name])
    return row


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1e6:
        raise ArgumentError(f"{name} must be a number of 0 or more", given=repr(value))
    return float(value)


def _whole(name: str, value: Any) -> Directive:
    """A force on all items: freshness, trend, diversity, novelty."""
    row = _table(name, value)
    window = row.get("window", "day" if name == "trending" else "")
    if window and window not in WINDOWS:
        raise UnknownNameError("window of trending", str(window), WINDOWS)
    return Directive(
        Force(
            name,
            KINDS[name],
            _number(f"{name}.strength", row.get("strength", 0.3)),
            where=_where(name, row),
            field=str(row.get("field", "")),
            half_life=_number(f"{name}.half_life", row.get("half_life", 0)),
            items=() if name != "trending" else (("", 0.0),),
        ),
        window=window,
    )


def _where(name: str, row: Mapping[str, Any], key: str = "where") -> str:
    text = row.get(key, "")
    if not isinstance(text, str):
        raise ArgumentError(
            f"{key} of {name} must be an expression in quotes", given=repr(text)[:80]
        )
    if text:
        Expression(text)
    return text


def _ruled(kind: str, value: Any, number: int) -> Directive:
    """A promotion, or its opposite."""
    row = _table(kind, value)
    name = row.get("name", f"{kind} {number}")
    why = row.get("why", {})
    if isinstance(why, str):
        why = {"en": why}
    items = row.get("items", [])
    texts = [name, *(why.values() if isinstance(why, dict) else [None])]
    if not isinstance(items, list) or not all(isinstance(one, str) for one in [*texts, *items]):
        raise ArgumentError(
            f"{kind} needs texts: name, items and why",
            given=repr(dict(row))[:100],
            fix='name = "sale", items = ["..."], why = { en = "...", zh = "..." }',
        )
    cap = row.get("cap", 0)
    if isinstance(cap, bool) or not isinstance(cap, int) or cap < 0:
        raise ArgumentError(f"cap of {name} must be a whole number of places", given=repr(cap))
    force = Force(
        name,
        kind,
        _number(f"strength of {name}", row.get("strength", 1.0)),
        where=_where(name, row),
        items=tuple((label, 1.0) for label in items),
        cap=cap,
        why=tuple(sorted(why.items())),
    )
    assert force.strength <= STRONGEST
    return Directive(
        force, _where(name, row, "when"), _moment(name, row, "start"), _moment(name, row, "end")
    )


def _moment(name: str, row: Mapping[str, Any], key: str) -> float:
    """Unix seconds of a date, at midnight UTC, or of a date and time."""
    value = row.get(key)
    if value is None:
        return float("-inf") if key == "start" else float("inf")
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            value = dt.datetime.fromisoformat(value)
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=value.tzinfo or dt.UTC).timestamp()
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC).timestamp()
    raise ArgumentError(
        f"{key} of {name} must be a date", given=repr(value), fix=f"{key} = 2026-11-01"
    )

"""The operator's rules that exclude items, for everybody or below an age, from TOML or JSON.

A rule removes items before the best are chosen, so a list keeps its length if there are others. The
rules of an answer are logged with it: a replay gives the same list after the file has changed.
Limitations: use `hidden` of an item for what nobody may see at all; a rule sees only the categories
and fields that it was given.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, UnknownNameError
from whyrec.core.messages import Messages
from whyrec.serve.recommend.snapshot import ServingSnapshot, folded

__all__ = ["Policy", "Rule", "age_of", "blocked_by", "check", "read_policy", "told"]

MOST = 1_000  # names in a file; the rules are stored in the log of every answer
OLDEST = 150  # years
LISTS = ("categories", "items")
TEXTS = Messages("service")


@dataclass(frozen=True)
class Rule:
    """Items that are named, or have one of the categories or one of the values of a field.

    `least` is the age in years from which they are shown; None shows them to nobody.
    """

    name: str
    categories: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()
    least: int | None = None

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Rule:
        """A rule from the log."""
        fields = tuple((name, tuple(values)) for name, values in value["fields"])
        return cls(
            value["name"], tuple(value["categories"]), tuple(value["items"]), fields, value["least"]
        )


@dataclass(frozen=True)
class Policy:
    """The rules, and the field of the store's people that holds their age in years."""

    rules: tuple[Rule, ...] = ()
    age_field: str = "age"

    @property
    def asks_age(self) -> bool:
        return any(rule.least is not None for rule in self.rules)

    def rules_for(self, age: float | None) -> tuple[Rule, ...]:
        """The rules that apply to a person of this age; an unknown age is below every limit."""
        return tuple(
            rule for rule in self.rules if rule.least is None or age is None or age < rule.least
        )


def age_of(fields: Mapping[str, Any], name: str, stated: float | None) -> float | None:
    """Age in years from the store or the request, the lower of both; None if unknown."""
    try:
        stored: float | None = float(fields[name])
    except (KeyError, TypeError, ValueError):
        stored = None
    known = [
        age
        for age in (stored, stated)
        if age is not None and math.isfinite(age) and 0 <= age <= OLDEST
    ]
    return min(known, default=None)


# --- the items of a rule ------------------------------------------------------------------------


def blocked_by(live: ServingSnapshot, rule: Rule) -> NDArray[np.bool_]:
    """Items that the rule excludes, (n_items,); computed once for each catalogue."""
    masks: dict[Any, NDArray[np.bool_]] = live.masks
    if rule not in masks:
        masks[rule] = _mask(live, rule)
    return masks[rule]


def _mask(live: ServingSnapshot, rule: Rule) -> NDArray[np.bool_]:
    """See :func:`blocked_by`."""
    mask = np.zeros(live.n_items, bool)
    wanted = _folded(rule.categories)
    for tag in live.by_tag.names:
        if folded(tag) in wanted:
            mask[live.by_tag.items_with(tag)] = True
    mask[[live.numbers[label] for label in rule.items if label in live.numbers]] = True
    for name, values in rule.fields:
        asked = _folded(values)
        said = {value for at in range(live.n_items) for value in live.field_of(at, name)}
        same = {
            value for value in said if folded(value) in asked
        }  # fold each value once, not once for each item
        mask |= np.array(
            [not same.isdisjoint(live.field_of(at, name)) for at in range(live.n_items)], bool
        )
    mask.setflags(write=False)
    return mask


def _folded(names: Iterable[str]) -> set[str]:
    return {folded(name) for name in names}


def told(live: ServingSnapshot, rules: Sequence[Rule], lang: str) -> list[dict[str, Any]]:
    """The number of offered items that each rule excludes; rules may overlap."""
    rows = []
    for rule in rules:
        count = int((blocked_by(live, rule) & live.available).sum())
        key = "policy-blocked" if rule.least is None else "policy-aged"
        text = TEXTS.say(key, lang, name=rule.name, items=count, least=rule.least)
        rows.append({"rule": rule.name, "items": count, "least": rule.least, "text": text})
    return rows


def check(policy: Policy, live: ServingSnapshot) -> None:
    """Raise UnknownNameError, with the nearest names, for names that the catalogue does not have.

    A rule that excludes nothing because of a typing error is worse than a failed start.
    """
    rows = live.rows.values()
    tags = {*live.by_tag.names, *(tag for row in rows for tag in row.categories)}
    known, fields = (
        _folded(tags),
        {*live.data.item_table.fields, *(name for row in rows for name in row.fields)},
    )
    for rule in policy.rules:
        what = f"(rule {rule.name} of the policy)"
        for tag in rule.categories:
            if folded(tag) not in known:
                raise UnknownNameError(f"category {what}", tag, tags)
        for item in rule.items:
            if item not in live.numbers and item not in live.rows:
                raise UnknownNameError(f"item {what}", item, live.labels)
        for name, values in rule.fields:
            if name not in fields:
                raise UnknownNameError(f"field {what}", name, fields)
            there = {value for at in range(live.n_items) for value in live.field_of(at, name)}
            there |= {value for row in rows for value in row.fields.get(name, ())}
            same = _folded(there)
            for value in values:
                if folded(value) not in same:
                    raise UnknownNameError(f"value of {name} {what}", value, there)


# --- the file -----------------------------------------------------------------------------------


def read_policy(file: str) -> Policy:
    """Read the policy of a .toml or .json file; an empty path gives an empty policy.

    Raises ArgumentError, or UnknownNameError for a key.
    """
    if not file:
        return Policy()
    try:
        text = Path(file).read_text(encoding="utf-8")
        if file.endswith(".json"):
            found = json.loads(text)
        else:
            found = tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise ArgumentError(
            "--policy must be a readable TOML or JSON file", given=f"{file}: {error}"
        ) from None
    if not isinstance(found, dict):
        raise ArgumentError(
            "--policy must hold the tables block and age", given=f"{file}: {type(found).__name__}"
        )
    for name in found:
        if name not in ("block", "age", "age_field"):
            raise UnknownNameError("table of the policy", name, ("block", "age", "age_field"))
    field = found.get("age_field", "age")
    if not isinstance(field, str) or not field:
        raise ArgumentError(
            "age_field of the policy must name a field of people", given=repr(field)
        )
    rules = [
        _rule(kind, row) for kind in ("block", "age") for row in _tables(kind, found.get(kind, []))
    ]
    _sound(file, rules)
    return Policy(tuple(rules), field)


def _sound(file: str, rules: Sequence[Rule]) -> None:
    names = [rule.name for rule in rules]
    if not names:
        raise ArgumentError(
            "--policy must hold a rule",
            given=f"{file}: none",
            fix='add [block] with categories = ["..."]',
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ArgumentError(
            "each rule of the policy needs a name of its own",
            given=f"{twice[0]!r} twice",
            fix='name = "..."',
        )
    size = sum(
        len(rule.categories) + len(rule.items) + sum(len(values) for _, values in rule.fields)
        for rule in rules
    )
    if size > MOST:
        raise ArgumentError(
            f"a policy names at most {MOST:,} categories, items and values",
            given=f"{size:,}",
            fix="give the items a category of their own, or hide them: PATCH /v1/items/ID "
            '{"hidden": true}',
        )


def _tables(kind: str, value: Any) -> list[dict[str, Any]]:
    rows = value if isinstance(value, list) else [value]
    if not all(isinstance(row, dict) for row in rows):
        raise ArgumentError(
            f"{kind} of the policy must be a table or a list of tables", given=repr(value)[:100]
        )
    return rows


def _rule(kind: str, row: Mapping[str, Any]) -> Rule:
    known = ["name", *LISTS, "fields"]
    if kind == "age":
        known.append("least")
    for key in row:
        if key not in known:
            raise UnknownNameError(f"key of the policy's {kind}", key, known)
    least = row.get("least")
    if kind == "age" and (
        not isinstance(least, int) or isinstance(least, bool) or not 1 <= least <= OLDEST
    ):
        raise ArgumentError(
            f"least of an age rule must be years, a whole number from 1 to {OLDEST}",
            given=repr(least),
        )
    name = row.get("name", kind if least is None else f"age {least}")
    fields = row.get("fields", {})
    if not isinstance(name, str) or not name or not isinstance(fields, dict):
        raise ArgumentError(
            'name of a rule must be text, and fields a table: {rated = ["R"]}',
            given=f"{name!r}, {fields!r}",
        )
    lists = {key: _texts(key, row.get(key, [])) for key in LISTS}
    by_field = tuple(
        (key, _texts(f"fields.{key}", values)) for key, values in sorted(fields.items())
    )
    if not any(lists.values()) and not any(values for _, values in by_field):
        raise ArgumentError(
            "a rule of the policy must name categories, items or fields",
            given=f"{name!r} with none",
        )
    return Rule(name, lists["categories"], lists["items"], by_field, least)


def _texts(key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise ArgumentError(
            f"{key} of the policy must be a list of texts",
            given=repr(value)[:100],
            fix=f'{key} = ["..."]',
        )
    return tuple(value)

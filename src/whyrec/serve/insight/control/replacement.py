"""Mix the inputs of two answers, so that a list can be computed with some causes of a change only.

Every input belongs to one cause. Three inputs are shared out: events of the history and seen items
(a lost one goes with what took it away), excluded items, and forces by their kind. If
personalisation was switched, everything of the person goes with the switch.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from whyrec.forces.force import Force
from whyrec.serve.recommend.active import REQUESTED, STORED
from whyrec.serve.recommend.answer import Inputs, Step
from whyrec.serve.recommend.snapshot import ServingSnapshot

__all__ = ["CAUSES", "Replacement", "Side"]

# In the order in which they are replaced.
CAUSES = (
    "time",
    "events",
    "showings",
    "refusals",
    "items",
    "model",
    "operator",
    "settings",
    "request",
    "exploration",
)
OWNERS = {  # every other input belongs to the request
    "now": "time",
    "verb": "events",
    "avoided": "refusals",
    "social_user": "model",
    "rules": "operator",
    "blocked_items": "settings",
    "blocked_tags": "settings",
    "explore": "exploration",
    "seed": "exploration",
    "place": "exploration",
}
KINDS = {
    "refused": "refusals",
    "low": "refusals",
    "shown": "showings",
    "wider": "settings",
    "wish": "request",
    "less": "request",
}
PERSONAL = ("history", "seen", "avoided", "session", "verb", "social_user", "personalised")
PERSONAL_FORCES = ("refused", "low", "shown", "wider")
Key = tuple[str, int, str | None]


@dataclass(frozen=True)
class Side:
    """One of the two answers: its model with the catalogue, its inputs, and what was asked."""

    live: ServingSnapshot
    inputs: Inputs
    request: Mapping[str, Any]


def _tupled(inputs: Inputs) -> dict[str, Any]:
    """The lists of inputs, which the log gives, as tuples."""
    values = {name: getattr(inputs, name) for name in Inputs.__dataclass_fields__}
    return {name: tuple(value) for name, value in values.items() if isinstance(value, list)}


class Replacement:
    """The inputs of `before`, with those of some causes replaced by those of `after`.

    Args:
        before: The older answer.
        after: The newer answer.
        withdraws: Whether the person has withdrawn an event, by its id and time.
    """

    def __init__(
        self, before: Side, after: Side, withdraws: Callable[[str, int], bool] | None = None
    ) -> None:
        # What only decides how an answer is told is no cause.
        told: dict[str, Any] = {"explain": False, "neighbours": 0}
        same: dict[str, Any] = {
            name: getattr(after.inputs, name) for name in ("lang", "zone", "max_reasons")
        }
        old, new = _tupled(before.inputs), _tupled(after.inputs)
        self.before = replace(before, inputs=replace(before.inputs, **told, **same, **old))
        self.after = replace(after, inputs=replace(after.inputs, **told, **new))
        self.withdraws = withdraws or (lambda event_id, time: False)
        self.switch = self._switch()
        self._lives: dict[bool, ServingSnapshot] = {}  # by: the newer model, the older items
        first, second = self.before.inputs, self.after.inputs
        self._lost, self._new = self._history(first.history, second.history)
        self.order = _merged(first.history, second.history)
        self._unseen, self._newly_seen = self._items(first.seen, second.seen)
        self.changed = tuple(cause for cause in CAUSES if self._differs(cause))

    def _switch(self) -> str | None:
        """The cause that switched personalisation, or None."""
        if self.before.inputs.personalised == self.after.inputs.personalised:
            return None
        asked = [
            one.request.get("personalised", one.request.get("personalized", True))
            for one in (self.before, self.after)
        ]
        return "settings" if asked[0] == asked[1] else "request"

    def _differs(self, cause: str) -> bool:
        if cause == "model":
            other = self.before.live.version != self.after.live.version
        elif cause == "items":
            other = self.live({"items"}).packed[0] != self.before.live.packed[0]
        else:
            other = False
        return other or self.inputs({cause}) != self.before.inputs

    # --- the mixed inputs -------------------------------------------------------------------------

    def live(self, done: Collection[str]) -> ServingSnapshot:
        """The model with its items after these causes."""
        model = self.after if "model" in done else self.before
        items = self.after if "items" in done else self.before
        if model is items or model.live.version == items.live.version:
            return items.live
        newer = model is self.after
        if newer not in self._lives:
            self._lives[newer] = model.live.with_items_of(items.live)
        return self._lives[newer]

    def inputs(self, done: Collection[str]) -> Inputs:
        """The inputs after these causes."""
        shared = {
            "history": self._history_at(done),
            "seen": self._seen_at(done),
            "excluded": self._excluded_at(done),
            "forces": self._forces_at(done),
        }
        return Inputs(
            **{
                name: shared[name] if name in shared else self._value(name, done)
                for name in Inputs.__dataclass_fields__
            }
        )

    def _value(self, name: str, done: Collection[str]) -> Any:
        cause = OWNERS.get(name, "request")
        if name == "wishes" and not (
            self.before.request.get("wishes") or self.after.request.get("wishes")
        ):
            cause = "settings"  # kept ones
        if self.switch and name in PERSONAL:
            cause = self.switch
        return getattr((self.after if cause in done else self.before).inputs, name)

    # --- events -----------------------------------------------------------------------------------

    def _history(
        self, first: Iterable[Step], second: Iterable[Step]
    ) -> tuple[dict[Key, str], dict[Key, str]]:
        """The cause of each event that was lost, and of each that is new."""
        old, new = (dict.fromkeys(map(_key, steps)) for steps in (first, second))
        lost = {key: self._taker(key[0], key) for key in old if key not in new}
        return lost, {key: self._giver(key[0]) for key in new if key not in old}

    def _items(
        self, first: Iterable[str], second: Iterable[str]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """The same for seen items."""
        old, new = set(first), set(second)
        lost = {label: self._taker(label) for label in old - new}
        return lost, {label: self._giver(label) for label in new - old}

    def _taker(self, label: str, key: Key | None = None) -> str:
        """What took an event or a seen item away."""
        if self.switch:
            return self.switch
        if label in self.after.inputs.avoided:
            return "refusals"
        if label in self._withdrawn(self.after):
            return "settings"
        if key and key[2] is not None and self.withdraws(key[2], key[1]):
            return "settings"
        return "events"

    def _giver(self, label: str) -> str:
        """What brought an event or a seen item."""
        if self.switch:
            return self.switch
        return "settings" if label in self._withdrawn(self.before) else "events"

    def _history_at(self, done: Collection[str]) -> Any:
        first, second = self.before.inputs.history, self.after.inputs.history
        old, new = ([_key(step) for step in steps] for steps in (first, second))
        kept = {key for key in old if key not in self._lost or self._lost[key] not in done}
        kept |= {key for key in new if self._new.get(key) in done}
        if kept == set(new) and (set(old) != set(new) or (self.switch or "events") in done):
            return second
        if kept == set(old):
            return first
        return self._counted(kept)

    def _counted(self, kept: set[Key]) -> tuple[Step, ...]:
        """The kept events in order, each with the number of later choices.

        A withdrawn event leaves its place empty, so it counts in either case.
        """
        steps = {_key(step): step for step in self.before.inputs.history}
        steps |= {_key(step): step for step in self.after.inputs.history}
        tied = len({key[1] for key in kept}) == 1
        made: list[Step] = []
        for at, key in enumerate(self.order):
            if key not in kept:
                continue
            # The event's own history counts those on its side, whether they are kept or not.
            lost, new = (
                [
                    one in kept
                    for one in self.order[at + 1 :]
                    if side.get(one, "settings") != "settings"
                ]
                for side in (self._lost, self._new)
            )
            own, other = (lost, new) if key in self._lost else (new, lost)
            later = steps[key][4] + sum(other) - own.count(False)
            made.append((*steps[key][:4], 0 if tied else max(0, later)))
        return tuple(made)

    # --- items and forces -------------------------------------------------------------------------

    def _seen_at(self, done: Collection[str]) -> Any:
        first, second = self.before.inputs.seen, self.after.inputs.seen
        kept = {label for label in first if self._unseen.get(label, "") not in done}
        kept |= {label for label in second if self._newly_seen.get(label) in done}
        if kept == set(second):
            return second
        return first if kept == set(first) else tuple(sorted(kept))

    def _withdrawn(self, side: Side) -> tuple[str, ...]:
        """The items whose events the person withdrew."""
        asked = tuple(side.request.get("exclude") or ())
        return tuple(side.inputs.excluded[len(asked) :])

    def _excluded_at(self, done: Collection[str]) -> Any:
        asked = self.after if "request" in done else self.before
        own = self.after if (self.switch or "settings") in done else self.before
        if asked is own:
            return own.inputs.excluded
        return (*(asked.request.get("exclude") or ()), *self._withdrawn(own))

    def _forces_at(self, done: Collection[str]) -> tuple[Force, ...]:
        first, second = (
            {force.name: force for force in one.inputs.forces} for one in (self.before, self.after)
        )
        kept: list[Force] = []
        for name in [*second, *(name for name in first if name not in second)]:
            force = (second if self.cause_of(name) in done else first).get(name)
            kept += [] if force is None else [force]
        unchanged = {force.name: force for force in kept} == first
        return tuple(self.before.inputs.forces if unchanged else kept)

    def cause_of(self, name: str) -> str:
        """The cause that a force belongs to, by its name."""
        force = next(
            force
            for side in (self.after, self.before)
            for force in side.inputs.forces
            if force.name == name
        )
        if self.switch and force.kind in PERSONAL_FORCES:
            return self.switch
        if any(
            one.source == STORED
            for side in (self.after, self.before)
            for one in side.inputs.forces
            if one.name == name
        ):
            return "settings"
        asked = {
            REQUESTED[one]
            for side in (self.before, self.after)
            for one, strength in (side.request.get("forces") or {}).items()
            if one in REQUESTED and strength is not None
        }
        return "request" if force.kind in asked else KINDS.get(force.kind, "operator")


def _key(step: Step) -> Key:
    return step[0], step[2], step[3]


def _merged(first: Iterable[Step], second: Iterable[Step]) -> list[Key]:
    """The events of both histories; a lost one follows its predecessor of the older history."""
    order = [_key(step) for step in second]
    known = set(order)
    before: Key | None = None
    for key in map(_key, first):
        if key not in known:
            order.insert(0 if before is None else order.index(before) + 1, key)
            known.add(key)
        before = key
    return order

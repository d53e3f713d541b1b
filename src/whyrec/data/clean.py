"""Cleaning: repeated events, low values, people and items with too few events; each step is counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import BadArgument, BadData, Dataset
from whyrec.core.dataset import grouped
from whyrec.data.assemble import Loaded, Step

__all__ = ["Rows", "Rules", "clean", "core_round", "left_out", "step"]


def clean(data: Dataset, *, duplicates: Literal["first", "last", "keep"] = "first",
          min_value: float | None = None, k_core: int = 0, item_core: int = 0, repeat: bool = False) -> Loaded:
    """The dataset without the events that a rule excludes, in this order: values below `min_value`;
    repeats of the same person and item (keeping the first or the last); then, until nothing changes,
    people with fewer than `k_core` events and items with fewer than max(k_core, item_core).
    repeat: people come back to items, so repeats are kept and items may be recommended again.

    People and items left without events go too. Steps are given for what was asked for, also where
    they touched nothing. Raises BadData naming the step that left no event. Not for test data: a
    core chosen on all events has seen the future.

    >>> d = Dataset([0, 0, 1], [0, 0, 1], [1, 1, 1], [1, 2, 3], ["ann", "bob"], ["x", "y"])
    >>> loaded = clean(d)
    >>> len(loaded.data), loaded.steps[0].touched
    (2, 1)
    """
    rules = Rules("keep" if repeat else duplicates, min_value, k_core, item_core)
    steps: list[Step] = []
    clean_data = data
    for name, fix, stays in rules.of_people():
        clean_data = _keep(clean_data, stays(clean_data), name, fix, steps)
    if repeat:
        clean_data = replace(clean_data, repeat=True)
        steps.append(Step("let items come again", int((~_once(clean_data, "first")).sum()), len(clean_data)))
    if k_core or item_core:
        keep, rounds = _core(clean_data, rules)
        clean_data = _keep(clean_data, keep, *rules.core, steps, f"{rounds} rounds")
    if len(clean_data) < len(data):
        clean_data = clean_data.compact()
        steps += left_out(data, clean_data)
    return Loaded(clean_data, tuple(steps))


class Rows(NamedTuple):
    """Events in order of time, as the rules look at them; a Dataset will do too."""

    user: NDArray[Any]
    item: NDArray[Any]
    value: NDArray[Any]


Stays = Callable[["Dataset | Rows"], NDArray[np.bool_]]  # which of the events a rule keeps


@dataclass(frozen=True)
class Rules:
    """What :func:`clean` was asked for, as rules for all events or for those of some people (scale: a shard of them)."""

    duplicates: str = "first"
    min_value: float | None = None
    k_core: int = 0
    item_core: int = 0

    def __post_init__(self) -> None:
        if self.duplicates not in ("first", "last", "keep"):
            raise BadArgument("duplicates must be first, last or keep", given=repr(self.duplicates))
        for name in ("k_core", "item_core"):
            if (value := getattr(self, name)) < 0 or value != int(value):
                raise BadArgument(f"{name} must be a whole number, 0 or more", given=repr(value))

    def of_people(self) -> list[tuple[str, str, Stays]]:
        """(name, fix, which events stay) of each rule that looks at one person's events alone, in their order."""
        made: list[tuple[str, str, Stays]] = []
        if (least := self.min_value) is not None:
            made.append((f"drop values below {least:g}", "lower min_value", lambda events: events.value >= least))
        if self.duplicates != "keep":
            made.append((f"keep the {self.duplicates} of repeated events", "keep duplicates",
                         lambda events: _once(events, self.duplicates)))
        return made

    @property
    def of_item(self) -> int:
        return max(self.k_core, self.item_core)

    @property
    def core(self) -> tuple[str, str]:
        """(name, fix) of the rule that goes round until nothing changes."""
        return f"keep people with {self.k_core} and items with {self.of_item} events or more", "lower k_core or item_core"


def _keep(
    data: Dataset, keep: NDArray[np.bool_], name: str, fix: str, steps: list[Step], detail: str = ""
) -> Dataset:
    left = int(keep.sum())
    steps.append(step(name, len(data), left, fix, detail))
    return data if left == len(data) else data.select(keep)


def step(name: str, before: int, left: int, fix: str, detail: str = "") -> Step:
    """One rule's Step; BadData where it left no event."""
    if not left:
        raise BadData("cleaning must leave at least one event", given=f"none after the step {name!r}, "
                      f"which had {before:,} events", fix=fix)
    return Step(name, before - left, left, detail)


def left_out(before: Dataset, after: Dataset) -> list[Step]:
    """The steps that people and items without events are."""
    return [Step("leave out people without events", before.n_users - after.n_users, after.n_users),
            Step("leave out items without events", before.n_items - after.n_items, after.n_items)]


def _once(events: Dataset | Rows, which: str) -> NDArray[np.bool_]:
    """True for the first (last) event of each pair of person and item, in order of time."""
    by_item = grouped(events.item, int(events.item.max(initial=0)) + 1)[0]
    order = by_item[grouped(events.user[by_item], int(events.user.max(initial=0)) + 1)[0]]  # by person, then item, then time
    again = (np.diff(events.user[order]) == 0) & (np.diff(events.item[order]) == 0)
    keep = np.ones(len(events.user), bool)
    keep[(order[1:] if which == "first" else order[:-1])[again]] = False
    return keep


def _core(data: Dataset, rules: Rules) -> tuple[NDArray[np.bool_], int]:
    """(events of the largest part in which all people and items have enough of them, rounds)."""
    keep = np.ones(len(data), bool)
    for rounds in range(1, len(data) + 2):
        enough = np.bincount(data.item[keep], minlength=data.n_items) >= rules.of_item
        stays = core_round(data, keep, rules.k_core, enough)
        if (stays == keep).all():
            break
        keep = stays
    return keep, rounds


def core_round(events: Dataset | Rows, keep: NDArray[np.bool_], of_user: int, enough: NDArray[np.bool_],
               ) -> NDArray[np.bool_]:
    """Which of the events `keep` stay: those of people with `of_user` of them or more and of items that have enough."""
    people = np.bincount(events.user[keep], minlength=int(events.user.max(initial=0)) + 1)
    kept: NDArray[np.bool_] = keep & (people >= of_user)[events.user] & enough[events.item]
    return kept

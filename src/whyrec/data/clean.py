"""Cleaning: resolve repeats, drop low values, compute k-cores; every step is counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, DataError, Dataset
from whyrec.core.catalogue import check_by_person
from whyrec.core.dataset import grouped
from whyrec.core.kinds import Meaning, settle
from whyrec.data.build import Loaded, Step, left_out
from whyrec.data.kinds import HALF, least_rating

__all__ = ["Heard", "Rows", "Rules", "at_least", "clean", "core_round", "left_out", "once", "step"]


def clean(
    data: Dataset,
    *,
    duplicates: Literal["first", "last", "keep"] = "first",
    min_value: float | None = None,
    k_core: int = 0,
    item_core: int = 0,
    repeat: bool = False,
    ratings: Literal["auto", "stars", "all"] = "auto",
    meaning: NDArray[np.int8] | None = None,
) -> Loaded:
    """Drop the events that a rule excludes.

    In this order: the lowest ratings, with earlier choices of the same person and item; values
    below `min_value`; repeats of a person and item; then, until nothing changes, people with fewer
    than `k_core` events and items with fewer than max(k_core, item_core). Items that a person only
    rated low are `avoided`. People and items without events are removed. Limits: not for test data,
    because a core of all events uses the future.

    Args:
        data: The data.
        duplicates: Which of repeated events to keep.
        min_value: Smallest value that counts as a choice.
        k_core: Smallest number of events of a person and of an item.
        item_core: Smallest number of events of an item.
        repeat: Keep repeats, and let items be recommended again.
        ratings: "stars": values are ratings and the lowest is not a choice; "all": every rating is
            a choice; "auto": "stars" if the values look like ratings.
        meaning: Meaning of each event, as `load` returns it.

    Returns:
        The data and one step per rule that was requested.

    Raises:
        DataError: Names the step that left no event.
        ArgumentError: If the data have a catalogue and a rule looks at more than one person.

    >>> d = Dataset([0, 0, 1], [0, 0, 1], [1, 1, 1], [1, 2, 3], ["ann", "bob"], ["x", "y"])
    >>> loaded = clean(d)
    >>> len(loaded.data), loaded.steps[0].touched
    (2, 1)
    """
    if data.catalogue:
        ratings = check_by_person(min_value, k_core, item_core, ratings)
    decided = (
        ratings == "auto" and data.min_rating is not None
    )  # the lowest ratings of prepared data are already dropped
    least = None if decided else least_rating(data.value, meaning, ratings)
    rules = Rules("keep" if repeat else duplicates, min_value, k_core, item_core, least)
    clean_data, steps = by_rules(data, rules.of_people(), meaning)
    if repeat:
        clean_data = replace(clean_data, repeat=True)
        steps.append(
            Step("let items come again", int((~once(clean_data, "first")).sum()), len(clean_data))
        )
    if k_core or item_core:
        keep, rounds = _core(clean_data, rules)
        clean_data = of_stayers(_keep(clean_data, keep, *rules.core, steps, f"{rounds} rounds"))
    if len(clean_data) < len(data):
        clean_data = clean_data.compact()
        steps += left_out(data, clean_data)
    return Loaded(rules.noted(clean_data), tuple(steps))


def by_rules(
    data: Dataset, rules: Sequence[Rule], meaning: NDArray[np.int8] | None
) -> tuple[Dataset, list[Step]]:
    """Apply rules for one person's events; people and items without events stay."""
    steps = []
    codes = np.zeros(len(data), np.int8) if meaning is None else meaning
    for rule in rules:
        found = rule.hear(Rows(data.user, data.item, data.value, codes))
        steps.append(step(rule.name, len(data), int(found.keep.sum()), rule.fix, rule.told(found)))
        if not found.keep.all():
            codes = codes[found.keep]
            data = data.select(found.keep)
        if len(found.avoided):
            data = replace(data, avoided=np.concatenate([data.avoided, found.avoided]))
    return data, steps


def without_lowest(data: Dataset, least: float, meaning: NDArray[np.int8] | None) -> Dataset:
    """Drop ratings below `least` and what they take back; nothing else is cleaned."""
    made, _ = by_rules(data, Rules("keep", least_rating=least).of_people(), meaning)
    if len(made) == len(data):
        return made
    return made.compact()


def of_stayers(data: Dataset) -> Dataset:
    """Drop the avoided pairs of people without events, whom a core removes."""
    if not len(data.avoided):
        return data
    stays = np.bincount(data.user, minlength=data.n_users) > 0
    return replace(data, avoided=data.avoided[stays[data.avoided[:, 0]]])


class Rows(NamedTuple):
    """Events sorted by time, as the rules read them; a Dataset also qualifies."""

    user: NDArray[Any]
    item: NDArray[Any]
    value: NDArray[Any]
    meaning: NDArray[Any]


class Heard(NamedTuple):
    """The result of a rule: kept events (n,), avoided pairs (x, 2), number of differing repeats.

    chosen: Dropped choices and purchases of items of which a view is kept.
    """

    keep: NDArray[np.bool_]
    avoided: NDArray[np.int32]
    differ: int = 0
    chosen: int = 0

    @classmethod
    def of(cls, parts: Sequence[Heard]) -> Heard:
        """Combine the results for parts of the events, without `keep`."""
        return cls(
            np.zeros(0, bool),
            np.concatenate([one.avoided for one in parts]),
            sum(one.differ for one in parts),
            sum(one.chosen for one in parts),
        )


class Rule(NamedTuple):
    """A rule for one person's events: name, fix if it leaves none, function, detail."""

    name: str
    fix: str
    hear: Callable[[Rows], Heard]
    told: Callable[[Heard], str]


@dataclass(frozen=True)
class Rules:
    """The rules of :func:`clean`, for all events or those of some people (a shard)."""

    duplicates: str = "first"
    min_value: float | None = None
    k_core: int = 0
    item_core: int = 0
    least_rating: float | None = (
        None  # lower ratings are not choices; 0: all are choices; None: values are not ratings
    )

    def __post_init__(self) -> None:
        if self.duplicates not in ("first", "last", "keep"):
            raise ArgumentError(
                "duplicates must be first, last or keep", given=repr(self.duplicates)
            )
        for name in ("k_core", "item_core"):
            value = getattr(self, name)
            if value < 0 or value != int(value):
                raise ArgumentError(f"{name} must be a whole number, 0 or more", given=repr(value))

    def of_people(self) -> list[Rule]:
        """Return the rules for one person's events, in their order."""
        made: list[Rule] = []
        if self.least_rating:
            lowest = self.least_rating - HALF
            made.append(
                Rule(
                    f"leave out ratings of {lowest:g}, the lowest",
                    "take all ratings (--ratings all)",
                    partial(_above_lowest, self.least_rating),
                    _avoids,
                )
            )
        least = self.min_value
        if least is not None:
            made.append(
                Rule(
                    f"drop values below {least:g}",
                    "lower min_value",
                    partial(at_least, least),
                    _avoids,
                )
            )
        if self.duplicates != "keep":
            made.append(
                Rule(
                    f"keep the {self.duplicates} of repeated events",
                    "keep duplicates",
                    partial(_first_or_last, self.duplicates),
                    _differs,
                )
            )
        return made

    def noted(self, data: Dataset) -> Dataset:
        """Record the rules in the data, so that later events follow them too."""
        least = self.least_rating
        if (self.duplicates, self.min_value, least) == ("first", None, None):
            return data
        made = copy(data)
        if least is not None:
            object.__setattr__(made, "min_rating", max(least, self.min_value or 0.0))
        object.__setattr__(
            made,
            "cleaning",
            {"duplicates": self.duplicates, "min_value": self.min_value, "least_rating": least},
        )
        return made

    @property
    def of_item(self) -> int:
        """Smallest number of events of an item."""
        return max(self.k_core, self.item_core)

    @property
    def core(self) -> tuple[str, str]:
        """(name, fix) of the rule that is repeated until nothing changes."""
        return (
            f"keep people with {self.k_core} and items with {self.of_item} events or more",
            "lower k_core or item_core",
        )


def _keep(
    data: Dataset, keep: NDArray[np.bool_], name: str, fix: str, steps: list[Step], detail: str = ""
) -> Dataset:
    left = int(keep.sum())
    steps.append(step(name, len(data), left, fix, detail))
    if left == len(data):
        return data
    return data.select(keep)


def step(name: str, before: int, left: int, fix: str, detail: str = "") -> Step:
    """Build one rule's Step; DataError if it left no event."""
    if not left:
        raise DataError(
            "cleaning must leave at least one event",
            given=f"none after the step {name!r}, which had {before:,} events",
            fix=fix,
        )
    return Step(name, before - left, left, detail)


def at_least(least: float, events: Rows) -> Heard:
    """Keep values of `least` or more; items with only lower values are avoided."""
    keep: NDArray[np.bool_] = events.value >= least
    span = int(events.item.max(initial=0)) + 1
    pair = np.asarray(events.user, np.int64) * span + events.item
    gone = np.setdiff1d(pair[~keep], pair[keep])
    return Heard(keep, np.stack([gone // span, gone % span], 1).astype(np.int32))


def _above_lowest(least: float, events: Rows) -> Heard:
    """Keep ratings of `least` or more and other events; lower ratings take back earlier choices."""
    said = (events.meaning == Meaning.RATING).any()
    low = (events.meaning == (Meaning.RATING if said else Meaning.UNSAID)) & (events.value < least)
    return Heard(
        *settle(
            events.user, events.item, np.where(low, Meaning.NEGATIVE, events.meaning), events.value
        )
    )


def _first_or_last(which: str, events: Rows) -> Heard:
    keep = once(events, which)
    span = int(events.item.max(initial=0)) + 1
    pair = np.asarray(events.user, np.int64) * span + events.item
    kept = np.flatnonzero(keep)[np.argsort(pair[keep], kind="stable")]
    stands = kept[np.searchsorted(pair[kept], pair[~keep])]
    gone = np.flatnonzero(~keep)
    chosen = (events.meaning[gone] <= Meaning.PURCHASE) & (events.meaning[stands] == Meaning.WEAK)
    return Heard(
        keep,
        np.zeros((0, 2), np.int32),
        int((events.value[gone] != events.value[stands]).sum()),
        int(chosen.sum()),
    )


def _avoids(found: Heard) -> str:
    if len(found.avoided):
        return f"pairs of person and item that are seen, and not chosen: {len(found.avoided):,}"
    return ""


def _differs(found: Heard) -> str:
    told = (
        (found.differ, "with another value than the one that is kept"),
        (found.chosen, "choices or purchases of an item that was only viewed before"),
    )
    return "; ".join(f"{count:,} {what}" for count, what in told if count)


def once(events: Dataset | Rows, which: str) -> NDArray[np.bool_]:
    """Mark the first (last) event of each pair of person and item, in order of time."""
    by_item = grouped(events.item, int(events.item.max(initial=0)) + 1)[0]
    order = by_item[
        grouped(events.user[by_item], int(events.user.max(initial=0)) + 1)[0]
    ]  # sorted by person, then item, then time
    again = (np.diff(events.user[order]) == 0) & (np.diff(events.item[order]) == 0)
    keep = np.ones(len(events.user), bool)
    keep[(order[1:] if which == "first" else order[:-1])[again]] = False
    return keep


def _core(data: Dataset, rules: Rules) -> tuple[NDArray[np.bool_], int]:
    """Return (kept events, rounds) of the largest part in which everyone has enough events."""
    keep = np.ones(len(data), bool)
    for rounds in range(1, len(data) + 2):
        enough = np.bincount(data.item[keep], minlength=data.n_items) >= rules.of_item
        stays = core_round(data, keep, rules.k_core, enough)
        if (stays == keep).all():
            break
        keep = stays
    return keep, rounds


def core_round(
    events: Dataset | Rows,
    keep: NDArray[np.bool_],
    of_user: int,
    enough: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Keep the events of people with at least `of_user` of them and of items that have enough."""
    people = np.bincount(events.user[keep], minlength=int(events.user.max(initial=0)) + 1)
    kept: NDArray[np.bool_] = keep & (people >= of_user)[events.user] & enough[events.item]
    return kept

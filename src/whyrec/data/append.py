"""Append new events to a data set; existing people and items keep their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import DataError, Dataset, UserTable
from whyrec.core.kinds import Meaning
from whyrec.data.clean import Rows, at_least, once
from whyrec.data.items import as_columns, joined
from whyrec.data.kinds import Raw, settled
from whyrec.data.order import order_of

__all__ = ["appended"]


def appended(
    old: Dataset, new: Dataset, raw: Raw | None = None, *, duplicates: str | None = None
) -> Dataset:
    """Merge two data sets by time, as if they had been read together.

    At equal times the events of `old` come first. The rules by which `old` was cleaned
    (`Dataset.cleaning`) apply: repeats are resolved, and a dislike or return takes back earlier
    choices. New people and items are appended, with the columns of `old`; known ones keep their
    data. Links and friends are those of `old`. Limits: if repeats are kept, events that occur in
    both count twice; k-cores are not computed again; quantities of repeats that `old` dropped are
    unknown.

    Args:
        old: The existing data.
        new: The new events.
        raw: The new events before any took another back, if some are negative.
        duplicates: "first", "last" or "keep". Default: the rule of `old`.

    Returns:
        The merged data.

    Raises:
        DataError: If one has real times and the other only an order.
    """
    if old.clock != new.clock:
        raise DataError(
            "new events need times where the old ones have them",
            given=" and ".join("real times" if one.clock else _kind(one) for one in (old, new)),
        )
    if not old.clock and _kind(old) != _kind(new):
        raise DataError(
            "new events need the order that the old ones have",
            given=f"{_kind(old)} and {_kind(new)}",
            fix="read both alike, with --order file or without",
        )
    users = _numbers(old.users, new.users)
    items = _numbers(old.items, new.items)
    some = np.flatnonzero(items >= old.n_items)
    later = (
        int(old.time[-1]) + 1 if old.order == "file" and not old.clock and len(old) else 0
    )  # new rows come after the old rows
    links = old.links and replace(
        old.links, item_entity=np.append(old.links.item_entity, np.full(len(some), -1))
    )
    known = replace(
        old,
        users=_longer(old.users, new.users, users),
        items=_longer(old.items, new.items, items),
        links=links,
        item_table=joined(old.item_table, as_columns(new.item_table.take(some), old.item_table)),
        user_table=_people(old, new, np.flatnonzero(users >= old.n_users)),
        catalogue={} if len(some) else old.catalogue,  # new items come from events
    )
    said = _said(new, raw, known)
    if "file" in (old.order, new.order):
        order = "file"
    else:
        order = "time"
    which = duplicates or old.cleaning.get("duplicates", "keep")
    return _together(known, said._replace(time=said.time + later), which, order)


class _Said(NamedTuple):
    """New events with the numbers of all people and items."""

    user: NDArray[Any]
    item: NDArray[Any]
    value: NDArray[Any]
    time: NDArray[Any]
    meaning: NDArray[Any]


def _said(new: Dataset, raw: Raw | None, known: Dataset) -> _Said:
    """Number the new events before any took another back; unknown people and items are dropped."""
    if raw is None:
        labels = (new.users, new.items)
    else:
        labels = (raw.users, raw.items)
    user, item = (
        np.array([numbers.get(label, -1) for label in some], np.int64)[column]
        for some, numbers, column in (
            (labels[0], known._user_numbers, new.user if raw is None else raw.user),
            (labels[1], known._item_numbers, new.item if raw is None else raw.item),
        )
    )
    if raw is None:
        meaning = np.zeros(len(new), np.int8)
    else:
        meaning = raw.meaning
    if raw is None:
        value = new.value
        time = new.time
    else:
        value = raw.value
        time = raw.time
    there = (user >= 0) & (item >= 0)
    return _Said(*(column[there] for column in (user, item, value, time, meaning)))


def _together(known: Dataset, new: _Said, which: str, order: str) -> Dataset:
    """Apply the rules of `known` to its events and the new ones.

    `which` resolves repeats; for `order` see Dataset.
    """
    rules = known.cleaning
    a = known.avoided
    meaning = new.meaning
    least = rules.get("least_rating") or 0.0
    floor = rules.get("min_value")
    rated = meaning == (Meaning.RATING if (meaning == Meaning.RATING).any() else Meaning.UNSAID)
    meaning = np.where(rated & (new.value < least), Meaning.NEGATIVE, meaning)
    first = np.full(
        len(a), known.time.min(initial=0)
    )  # avoided items stay avoided until they are chosen again
    time = np.concatenate([first, known.time, new.time])
    by_time = np.argsort(time, kind="stable")
    user, item, value, code = (
        np.concatenate(parts)[by_time]
        for parts in (
            (a[:, 0], known.user, new.user),
            (a[:, 1], known.item, new.item),
            (np.ones(len(a)), known.value, new.value),
            (np.full(len(a), Meaning.NEGATIVE), np.zeros(len(known)), meaning),
        )
    )
    found = settled(user, item, code.astype(np.int8), value)
    keep = found.keep
    time = time[by_time][found.keep]
    whole = replace(
        known,
        user=user[keep],
        item=item[keep],
        value=value[keep],
        time=time,
        avoided=found.avoided,
        order=order_of(user[keep], time) if order == "time" else order,
    )
    if floor is not None:
        high = at_least(floor, Rows(whole.user, whole.item, whole.value, whole.value))
        whole = replace(
            whole.select(high.keep), avoided=np.concatenate([whole.avoided, high.avoided])
        )
    if which == "keep":
        return whole
    return whole.select(once(whole, which))


def _kind(data: Dataset) -> str:
    """Describe how events without a clock are ordered."""
    if data.order == "file":
        return "the order of their rows"
    if data.order == "time" or data.time.any():
        return "an order alone"
    return "no order"


def _numbers(known: Sequence[str], labels: Sequence[str]) -> NDArray[np.int64]:
    """Return the number of each label: the existing one, or the next free one."""
    numbers = {label: at for at, label in enumerate(known)}
    return np.array([numbers.setdefault(label, len(numbers)) for label in labels], np.int64)


def _longer(
    known: tuple[str, ...], labels: Sequence[str], numbers: NDArray[np.int64]
) -> tuple[str, ...]:
    return (*known, *(label for label, at in zip(labels, numbers, strict=True) if at >= len(known)))


def _people(old: Dataset, new: Dataset, some: NDArray[np.int64]) -> UserTable:
    table = old.user_table
    more = new.user_table.take(some)
    n = len(some)
    return UserTable(
        {
            name: (*column, *more.fields.get(name, ("",) * n))
            for name, column in table.fields.items()
        },
        {
            name: np.append(column, more.numeric.get(name, np.full(n, np.nan)))
            for name, column in table.numeric.items()
        },
    )

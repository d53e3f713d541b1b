"""New events after those that are there already: one data set, in which everybody and everything keeps its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from whyrec.core import BadData, Dataset, UserTable
from whyrec.data.items import as_columns, joined
from whyrec.data.order import order_of

__all__ = ["appended"]


def appended(old: Dataset, new: Dataset) -> Dataset:
    """The events of both by time, those of `old` first where times are equal. People and items that `old` lacks stand at the
    end, with the columns that `old` has; what `old` knows of one stays. Links and friends are those of `old`.

    Raises BadData where one has real times and the other an order alone. Not good for: a log that repeats events of `old`,
    which then count twice.
    """
    if old.clock != new.clock:
        raise BadData("new events need times where the old ones have them", given=" and ".join(
            "real times" if one.clock else _kind(one) for one in (old, new)))
    if not old.clock and _kind(old) != _kind(new):
        raise BadData("new events need the order that the old ones have", given=f"{_kind(old)} and {_kind(new)}",
                      fix="read both alike, with --order file or without")
    users, items = _numbers(old.users, new.users), _numbers(old.items, new.items)
    some = np.flatnonzero(items >= old.n_items)
    later = int(old.time[-1]) + 1 if old.order == "file" and not old.clock and len(old) else 0  # rows after the old rows
    time = np.concatenate([old.time, new.time + later])
    order = np.argsort(time, kind="stable")
    links = old.links and replace(old.links, item_entity=np.append(old.links.item_entity, np.full(len(some), -1)))
    user = np.append(old.user, users[new.user])[order]
    return replace(
        old, time=time[order], user=user, order="file" if "file" in (old.order, new.order) else order_of(user, time[order]),
        item=np.append(old.item, items[new.item])[order], value=np.append(old.value, new.value)[order],
        users=_longer(old.users, new.users, users), items=_longer(old.items, new.items, items), links=links,
        item_table=joined(old.item_table, as_columns(new.item_table.take(some), old.item_table)),
        user_table=_people(old, new, np.flatnonzero(users >= old.n_users)))


def _kind(data: Dataset) -> str:
    """What orders events without a clock; those that share one position have one."""
    if data.order == "file":
        return "the order of their rows"
    return "an order alone" if data.order == "time" or data.time.any() else "no order"


def _numbers(known: Sequence[str], labels: Sequence[str]) -> NDArray[np.int64]:
    """The number of each label: the one it has, or the next."""
    numbers = {label: at for at, label in enumerate(known)}
    return np.array([numbers.setdefault(label, len(numbers)) for label in labels], np.int64)


def _longer(known: tuple[str, ...], labels: Sequence[str], numbers: NDArray[np.int64]) -> tuple[str, ...]:
    return (*known, *(label for label, at in zip(labels, numbers, strict=True) if at >= len(known)))


def _people(old: Dataset, new: Dataset, some: NDArray[np.int64]) -> UserTable:
    table, more, n = old.user_table, new.user_table.take(some), len(some)
    return UserTable(
        {name: (*column, *more.fields.get(name, ("",) * n)) for name, column in table.fields.items()},
        {name: np.append(column, more.numeric.get(name, np.full(n, np.nan))) for name, column in table.numeric.items()})

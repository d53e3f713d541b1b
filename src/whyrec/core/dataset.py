"""Dataset: events, items, people, links and friends, as one frozen value."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import notebook_repr, verbs as words
from whyrec.core.describe import dataset_repr
from whyrec.core.errors import DataError, UnknownNameError
from whyrec.core.queries import Float, Int, Queries, Query, frozen
from whyrec.core.tables import ItemTable, Labels, Links, UserTable, check_rows, in_range, labels

__all__ = ["ORDERS", "Dataset", "ItemTable", "Links", "UserTable", "changed_people", "grouped"]

ORDERS = ("time", "file", "none")


def grouped(key: Int, n: int) -> tuple[Int, Int]:
    """(order, starts): the places of `key` (m,), numbers below n, sorted by it, ties as they stand;
    those of number i are order[starts[i]:starts[i + 1]]. By counting, so in linear time."""
    places = np.arange(len(key), dtype=np.int32)
    made = sparse.csr_array((np.ones(len(key), np.int8), (key, places)), shape=(n, len(key)))
    return made.indices, made.indptr


def _check_order(data: Dataset) -> None:
    if data.order not in ORDERS:
        raise DataError(f"the order of events must be {', '.join(ORDERS)}", given=repr(data.order))
    if data.order == "none" and len(data.user):
        first = np.zeros(len(data.users), np.int64)
        first[data.user[::-1]] = data.time[::-1]
        if (data.time != first[data.user]).any():
            raise DataError(
                "without an order all events of a person must have one time",
                given="times that differ",
                fix="take the times away with Dataset.without_order()",
            )


def _places(kept: Int, n: int) -> Int:
    """For each number below n its place among those kept, -1 where it is not."""
    new = np.full(n, -1, np.int32)
    new[kept] = np.arange(len(kept))
    return new


def _pairs(values: Any) -> Int:
    """(x, 2) int32, read-only."""
    pairs = np.array([] if values is None else values, np.int32).reshape(-1, 2)
    pairs.setflags(write=False)
    return pairs


def _rising(pairs: Int, items: int) -> Int:
    """The pairs of person and item by person, then by item, none twice; read-only."""
    key = pairs[:, 0].astype(np.int64) * max(1, items) + pairs[:, 1]
    if (key[1:] > key[:-1]).all():
        return pairs
    return _pairs(pairs[np.unique(key, return_index=True)[1]])


def _renumbered(pairs: Int, users: Int, items: Int) -> Int:
    """Pairs of person and item under new numbers, without those of which one has none (-1)."""
    new = np.stack([users[pairs[:, 0]], items[pairs[:, 1]]], 1)
    return new[(new >= 0).all(1)]


def changed_people(before: Dataset, after: Dataset) -> Int:
    """The numbers of the people whose events are not the same in both, rising; `after` has all
    people of `before`.
    """
    one = before.histories
    two = after.histories
    changed = np.ones(after.n_users, bool)
    same = np.flatnonzero(one.sizes == two.sizes[: before.n_users])
    a = one[same]
    b = two[same]
    other = (a.items != b.items) | (a.times != b.times) | (a.values != b.values)
    changed[same] = np.bincount(a.row[other], minlength=len(same)) > 0
    return np.flatnonzero(changed)


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Events in order of time with what is known of their items and people.

    user, item (n,) int32; value (n,) float32 (rating, count, 1 for a click); time (n,) int64, never
    falling (ties keep file order). users, items: labels. clock: True where time is Unix seconds,
    False where it is only an order. domain: what the items are (:data:`whyrec.core.verbs.DOMAINS`).
    repeat: whether people come back to items, so that what they have used may be recommended again.
    verb: what people did with them, a key of :data:`whyrec.core.verbs.VERBS`, "" for that of the
    domain. values: what the values are: "rating" (on a scale), "count" (of uses) or "" where it is
    not known.
    Where clock is True, a time of 0 means that the moment is unknown: no date may be told or
    counted from it.
    order: "time" (times, or positions that the data state), "file" (the order of the rows is meant)
    or "none": a person's events have one and the same time and their order says nothing, so all
    their steps are 0. Under "time" that also holds for the single people whose events all have one
    time. avoided (x, 2) int32: pairs of a person and an item that is never offered to them:
    refused, returned, rated lowest or below a threshold (:mod:`whyrec.core.kinds`); no event is of
    such a pair. min_rating: ratings below it are no choices, None where values are no ratings.
    cleaning: the rules by which repeats and values were chosen, for later events.

    >>> d = Dataset([0, 1, 0], [0, 0, 1], [1, 1, 1], [5, 6, 7], ["ann", "bob"], ["x", "y"])
    >>> d.n_users, d.n_items, d.history("ann").items.tolist()
    (2, 2, [0, 1])
    """

    user: Int
    item: Int
    value: Float
    time: Int
    users: Labels
    items: Labels
    item_table: ItemTable = None  # type: ignore[assignment]
    user_table: UserTable = field(default_factory=UserTable)
    links: Links | None = None
    friends: Int = None  # type: ignore[assignment]
    name: str = "data"
    domain: str = "other"
    clock: bool = True
    repeat: bool = False
    order: str = "time"
    avoided: Int = None  # type: ignore[assignment]
    min_rating: float | None = None
    cleaning: Mapping[str, Any] = field(default_factory=dict)
    verb: str = ""
    values: str = ""

    def __post_init__(self) -> None:
        put = object.__setattr__
        words.checked("Dataset.verb", self.verb, ("", *words.VERBS))
        words.checked("Dataset.values", self.values, words.VALUES)
        for name, dtype in (
            ("user", np.int32),
            ("item", np.int32),
            ("value", np.float32),
            ("time", np.int64),
        ):
            put(self, name, frozen(getattr(self, name), dtype, f"Dataset.{name}"))
        put(self, "users", labels(self.users, "user labels"))
        put(self, "items", labels(self.items, "item labels"))
        n = len(self.user)
        if not n == len(self.item) == len(self.value) == len(self.time):
            raise DataError(
                "events need equally many users, items, values and times",
                given=str([n, len(self.item), len(self.value), len(self.time)]),
            )
        in_range(self.user, len(self.users), "Dataset.user")
        in_range(self.item, len(self.items), "Dataset.item")
        if not np.isfinite(self.value).all():
            raise DataError(
                "event values must be finite numbers",
                given=f"{self.value[~np.isfinite(self.value)][0]}",
            )
        if n > 1 and (self.time[1:] < self.time[:-1]).any():
            raise DataError(
                "events must be in order of time",
                given="times that fall",
                fix="sort by time with a stable sort",
            )
        _check_order(self)
        put(
            self,
            "item_table",
            ItemTable(self.items) if self.item_table is None else self.item_table,
        )
        if len(self.item_table) != len(self.items):
            raise DataError(
                "the item table must have one row per item",
                given=f"{len(self.item_table)} rows, {len(self.items)} items",
            )
        for group in (self.user_table.fields, self.user_table.numeric):
            check_rows(group, len(self.users), "the user table")
        if self.links is not None and len(self.links.item_entity) != len(self.items):
            raise DataError(
                "Links.item_entity must have one row per item",
                given=str(len(self.links.item_entity)),
            )
        put(self, "friends", friends := _pairs(self.friends))
        in_range(friends.ravel(), len(self.users), "Dataset.friends")
        put(self, "avoided", avoided := _rising(_pairs(self.avoided), len(self.items)))
        in_range(avoided[:, 0], len(self.users), "Dataset.avoided")
        in_range(avoided[:, 1], len(self.items), "Dataset.avoided")
        put(self, "cleaning", dict(self.cleaning))

    __repr__ = dataset_repr

    def _repr_html_(self) -> str:
        return notebook_repr.dataset(self)

    @property
    def n_users(self) -> int:
        return len(self.users)

    @property
    def n_items(self) -> int:
        return len(self.items)

    def __len__(self) -> int:
        return len(self.user)

    @cached_property
    def histories(self) -> Queries:
        """Every person's whole history, row r for person r, (n_users rows)."""
        order, indptr = grouped(self.user, self.n_users)
        times = self.time[order]
        last = np.maximum(indptr[1:] - 1, 0)
        now = np.where(np.diff(indptr) > 0, times[last] if len(times) else 0, 0)
        kept, bounds = grouped(self.avoided[:, 0], self.n_users)
        return Queries(
            indptr,
            self.item[order],
            self.value[order],
            times,
            now,
            np.arange(self.n_users),
            self.events_ago(indptr, times),
            self.repeat,
            self.avoided[kept, 1],
            bounds,
        )

    @property
    def ordered_histories(self) -> Queries:
        """The histories of the people whose events have an order among them, and of those with
        one event or none.
        """
        events = self.histories
        moves = np.bincount(events.row, events.events_ago, minlength=len(events))
        ordered = (events.sizes < 2) | (moves > 0)
        return events if ordered.all() else events[ordered]

    def events_ago(self, indptr: Int, times: Int) -> Int:
        """Steps back of events (m,) in rows indptr (q + 1,), oldest first: counted from each row's
        end, 0 throughout a row whose events say nothing of their order."""
        sizes = np.diff(indptr)
        steps = np.repeat(indptr[1:], sizes) - 1 - np.arange(len(times))
        if self.order == "file" or not len(times):
            return np.asarray(steps, np.int32)
        ends = np.minimum(indptr, len(times) - 1)
        tied = (
            times[ends[:-1]] == times[np.maximum(indptr[1:] - 1, 0)]
        )  # without an order all of a person's are equal
        return np.where(np.repeat(tied, sizes), 0, steps).astype(np.int32)

    def asked(self, items: Sequence[int]) -> Query:
        """The query of somebody who is not in the data and chose these items, oldest first where
        there is an order.
        """
        if self.order != "none":
            return Query(np.asarray(items, np.int32), repeat=self.repeat)
        zeros = np.zeros(len(items), np.int32)
        return Query(np.asarray(items, np.int32), times=zeros, events_ago=zeros, repeat=self.repeat)

    def moment(self, time: int) -> int | None:
        """A time of these data as Unix seconds; None where no moment is known: without a clock,
        and at 0.
        """
        return int(time) if self.clock and time else None

    @property
    def days(self) -> tuple[str, str] | None:
        """The first and the last day of an event whose moment is known, as in 2024-03-01; None
        where there is none.
        """
        known = self.time[self.time != 0].astype("datetime64[s]").astype("datetime64[D]")
        return (str(known[0]), str(known[-1])) if self.clock and len(known) else None

    def without_order(self) -> Dataset:
        """The same events with no order and no times among them; rows stay where they stand."""
        return replace(self, time=np.zeros(len(self), np.int64), clock=False, order="none")

    def history(self, user: str) -> Query:
        """The history of the person with this label; unknown people get the nearest labels
        suggested.
        """
        found: Query = self.histories[self.user_number(user)]
        return found

    @cached_property
    def _user_numbers(self) -> dict[str, int]:
        return {label: i for i, label in enumerate(self.users)}

    @cached_property
    def _item_numbers(self) -> dict[str, int]:
        return {label: i for i, label in enumerate(self.items)}

    def user_number(self, label: str) -> int:
        try:
            return self._user_numbers[str(label)]
        except KeyError:
            raise UnknownNameError("user", str(label), self.users) from None

    def item_number(self, label: str) -> int:
        """The item with this label, or else with this exact title (any case) where only one has
        it.
        """
        number = self._item_numbers.get(str(label))
        if number is not None:
            return number
        same = [
            i for i, t in enumerate(self.item_table.title) if t.casefold() == str(label).casefold()
        ]
        if len(same) == 1:
            return same[0]
        raise UnknownNameError("item", str(label), self.items + self.item_table.title)

    def of_people(self, stay: Int) -> Dataset:
        """The data of these people (their numbers, rising) alone: no event, label, field or
        friendship of others is left. Items stay."""
        new = np.full(self.n_users, -1)
        new[stay] = np.arange(len(stay))
        kept = new[self.user] >= 0
        friends = new[self.friends]
        table = (
            self.user_table.take(stay)
            if self.user_table.fields or self.user_table.numeric
            else UserTable()
        )
        return replace(
            self,
            user=new[self.user[kept]],
            item=self.item[kept],
            value=self.value[kept],
            time=self.time[kept],
            users=tuple(self.users[int(one)] for one in stay),
            user_table=table,
            friends=friends[(friends >= 0).all(1)],
            avoided=_renumbered(self.avoided, new, np.arange(self.n_items)),
        )

    def select(self, mask: NDArray[np.bool_] | Int) -> Dataset:
        """The dataset with only the events in `mask` (n,); all users and items stay."""
        return replace(
            self,
            user=self.user[mask],
            item=self.item[mask],
            value=self.value[mask],
            time=self.time[mask],
        )

    def compact(self) -> Dataset:
        """The dataset without the items that have no event, and without the users who have none and
        avoid none of these items; numbers are renewed.

        Friends among the people who stay are kept; so are all links."""
        items = np.bincount(self.item, minlength=self.n_items) > 0
        people = np.append(self.user, self.avoided[items[self.avoided[:, 1]], 0])
        return self.only(
            np.flatnonzero(np.bincount(people, minlength=self.n_users)), np.flatnonzero(items)
        )

    def only(self, users: Int, items: Int) -> Dataset:
        """The dataset of these users and items (numbers, rising), among them all that have
        events; numbers are renewed.
        """
        new = _places(users, self.n_users)
        new_item = _places(items, self.n_items)
        friends = new[self.friends]
        links = self.links and replace(self.links, item_entity=self.links.item_entity[items])
        return replace(
            self,
            user=new[self.user],
            item=new_item[self.item],
            users=tuple(self.users[i] for i in users),
            items=tuple(self.items[i] for i in items),
            item_table=self.item_table.take(items),
            user_table=self.user_table.take(users),
            links=links,
            friends=friends[(friends >= 0).all(1)],
            avoided=_renumbered(self.avoided, new, new_item),
        )

    @cached_property
    def hash(self) -> str:
        """sha256 of the events and labels: the same data give the same hash."""
        digest = hashlib.sha256()
        for array in (self.user, self.item, self.value, self.time):
            digest.update(np.ascontiguousarray(array).tobytes())
        digest.update("\0".join(self.users).encode())
        digest.update(("\1" + "\0".join(self.items)).encode())
        digest.update(self.avoided.tobytes())
        return digest.hexdigest()

"""Dataset: events, items, people, links and friends as one immutable value."""

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
    """Sort the positions of `key` (m,) by its values below n, in linear time.

    Returns (order, starts): positions with value i are order[starts[i]:starts[i + 1]]; ties keep
    their order.
    """
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
                fix="remove the times with Dataset.without_order()",
            )


def _places(kept: Int, n: int) -> Int:
    """Map each number below n to its index in `kept`, or -1."""
    new = np.full(n, -1, np.int32)
    new[kept] = np.arange(len(kept))
    return new


def _pairs(values: Any) -> Int:
    """Convert to a read-only array (x, 2) int32."""
    pairs = np.array([] if values is None else values, np.int32).reshape(-1, 2)
    pairs.setflags(write=False)
    return pairs


def _rising(pairs: Int, items: int) -> Int:
    """Sort the pairs of person and item and drop repeats; read-only."""
    key = pairs[:, 0].astype(np.int64) * max(1, items) + pairs[:, 1]
    if (key[1:] > key[:-1]).all():
        return pairs
    return _pairs(pairs[np.unique(key, return_index=True)[1]])


def _renumbered(pairs: Int, users: Int, items: Int) -> Int:
    """Renumber pairs of person and item, dropping those without a new number (-1)."""
    new = np.stack([users[pairs[:, 0]], items[pairs[:, 1]]], 1)
    return new[(new >= 0).all(1)]


def changed_people(before: Dataset, after: Dataset) -> Int:
    """Return the sorted numbers of people whose events differ; `after` has all of `before`."""
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
    """Events sorted by time, with the tables of their items and people.

    Attributes:
        user: Person of each event, (n,) int32.
        item: Item of each event, (n,) int32.
        value: Rating, count, or 1 for a click, (n,) float32.
        time: Non-decreasing times, (n,) int64; ties keep file order. With a clock, 0 is unknown.
        users: Labels of the people.
        items: Labels of the items.
        item_table: Columns of the items.
        user_table: Columns of the people.
        links: A knowledge graph.
        friends: Pairs of people, (x, 2) int32.
        name: Name of the data set.
        domain: What the items are, one of :data:`whyrec.core.verbs.DOMAINS`.
        clock: Whether times are Unix seconds; otherwise they are only an order.
        repeat: Whether used items may be recommended again.
        order: "time" (times or stated positions), "file" (order of the rows) or "none": all events
            of a person have one time and steps of 0. Under "time" the latter also holds for people
            whose events all have one time.
        avoided: Pairs of person and item that are never offered, (x, 2) int32: refused, returned or
            rated too low (:mod:`whyrec.core.kinds`). No event has such a pair.
        min_rating: Lower ratings are not choices; None if values are not ratings.
        cleaning: Rules that were applied, for later events.
        verb: What people did, a key of :data:`whyrec.core.verbs.VERBS`; "" for the domain's verb.
        values: "rating" (on a scale), "count" (of uses) or "" (unknown).
        catalogue: Where the items come from if not from the events: the `source`, and what a
            private release of them cost. Items without events then stay. Private models need it.

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
    catalogue: Mapping[str, Any] = field(default_factory=dict)

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
        put(self, "catalogue", dict(self.catalogue))

    __repr__ = dataset_repr

    def _repr_html_(self) -> str:
        return notebook_repr.dataset(self)

    @property
    def n_users(self) -> int:
        """Number of people."""
        return len(self.users)

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.items)

    def __len__(self) -> int:
        return len(self.user)

    @cached_property
    def histories(self) -> Queries:
        """Everyone's whole history; row r is person r, n_users rows."""
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
        """The histories with an order among their events, or with at most one event."""
        events = self.histories
        moves = np.bincount(events.row, events.events_ago, minlength=len(events))
        ordered = (events.sizes < 2) | (moves > 0)
        return events if ordered.all() else events[ordered]

    def events_ago(self, indptr: Int, times: Int) -> Int:
        """Count the steps back of events from the end of each row.

        Args:
            indptr: Bounds of the rows, (q + 1,); events are oldest first.
            times: Times of the events, (m,).

        Returns:
            Steps, (m,) int32; 0 throughout a row without order.
        """
        sizes = np.diff(indptr)
        steps = np.repeat(indptr[1:], sizes) - 1 - np.arange(len(times))
        if self.order == "file" or not len(times):
            return np.asarray(steps, np.int32)
        ends = np.minimum(indptr, len(times) - 1)
        tied = (
            times[ends[:-1]] == times[np.maximum(indptr[1:] - 1, 0)]
        )  # a person's times are all equal if there is no order
        return np.where(np.repeat(tied, sizes), 0, steps).astype(np.int32)

    def asked(self, items: Sequence[int]) -> Query:
        """Build the query of somebody who is not in the data.

        Args:
            items: Numbers of the chosen items, oldest first.

        Returns:
            The query, without order if the data have none.
        """
        if self.order != "none":
            return Query(np.asarray(items, np.int32), repeat=self.repeat)
        zeros = np.zeros(len(items), np.int32)
        return Query(np.asarray(items, np.int32), times=zeros, events_ago=zeros, repeat=self.repeat)

    def moment(self, time: int) -> int | None:
        """Convert a time of these data to Unix seconds.

        Args:
            time: A time of an event.

        Returns:
            Unix seconds, or None without a clock and at 0.
        """
        return int(time) if self.clock and time else None

    @property
    def days(self) -> tuple[str, str] | None:
        """First and last day of events with known times, such as 2024-03-01, or None."""
        known = self.time[self.time != 0].astype("datetime64[s]").astype("datetime64[D]")
        return (str(known[0]), str(known[-1])) if self.clock and len(known) else None

    def without_order(self) -> Dataset:
        """Drop times and order of the events; rows keep their places.

        Returns:
            The data with the order "none".
        """
        return replace(self, time=np.zeros(len(self), np.int64), clock=False, order="none")

    def history(self, user: str) -> Query:
        """Return a person's history.

        Args:
            user: Label of the person.

        Returns:
            The history.

        Raises:
            UnknownNameError: Suggests the nearest labels.
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
        """Return the number of the person with a label.

        Args:
            label: Label of the person.

        Returns:
            The number.

        Raises:
            UnknownNameError: If there is no such person.
        """
        try:
            return self._user_numbers[str(label)]
        except KeyError:
            raise UnknownNameError("user", str(label), self.users) from None

    def item_number(self, label: str) -> int:
        """Find an item by its label, or by its title if it is unique (ignoring case).

        Args:
            label: Label or title.

        Returns:
            The number of the item.

        Raises:
            UnknownNameError: If there is no such item.
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
        """Keep only these people with their events, fields and friendships; all items stay.

        Args:
            stay: Sorted numbers of the people.

        Returns:
            The data with new numbers of people.
        """
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
        """Keep only some events; all people and items stay.

        Args:
            mask: Marks or positions of the events.

        Returns:
            The data.
        """
        return replace(
            self,
            user=self.user[mask],
            item=self.item[mask],
            value=self.value[mask],
            time=self.time[mask],
        )

    def compact(self) -> Dataset:
        """Drop items without events, and people without events who avoid none of the items left.

        All items of a given catalogue stay. Friends among the remaining people and all links are
        kept.

        Returns:
            The data with new numbers.
        """
        items = (np.bincount(self.item, minlength=self.n_items) > 0) | bool(self.catalogue)
        people = np.append(self.user, self.avoided[items[self.avoided[:, 1]], 0])
        return self.only(
            np.flatnonzero(np.bincount(people, minlength=self.n_users)), np.flatnonzero(items)
        )

    def only(self, users: Int, items: Int) -> Dataset:
        """Keep these people and items, which must include all that have events.

        Args:
            users: Sorted numbers of people.
            items: Sorted numbers of items.

        Returns:
            The data with new numbers.
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
        """sha256 of events and labels; equal data have equal hashes."""
        digest = hashlib.sha256()
        for array in (self.user, self.item, self.value, self.time):
            digest.update(np.ascontiguousarray(array).tobytes())
        digest.update("\0".join(self.users).encode())
        digest.update(("\1" + "\0".join(self.items)).encode())
        digest.update(self.avoided.tobytes())
        return digest.hexdigest()

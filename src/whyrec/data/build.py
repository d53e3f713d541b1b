"""Build a Dataset from tables: number the labels, order the events, record what was left out.

Every loader ends here. In messages, "row 1" is the first row of data; a header is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from whyrec.core import DataError, Dataset
from whyrec.core.verbs import verb_of_kinds
from whyrec.data.build_tables import (
    friends_of,
    item_links,
    item_table_of,
    keyed_entries,
    user_table_of,
)
from whyrec.data.events import (
    SECONDS_BELOW,
    Loaded,
    Step,
    as_labels,
    finer_unit,
    is_known,
    numbered,
    tidy,
)
from whyrec.data.kinds import Raw, as_steps, named, settled
from whyrec.data.order import ordered

__all__ = [
    "SECONDS_BELOW",
    "Loaded",
    "Said",
    "Step",
    "Tables",
    "as_labels",
    "assemble",
    "finer_unit",
    "heard",
    "hearing",
    "is_known",
    "kinds_of",
    "left_out",
    "without_columns",
]


# Raised by the reader on a broken table; a panic is not an ordinary exception.
UNREADABLE = (pl.exceptions.PolarsError, pl.exceptions.PanicException)


def assemble(
    events: pl.DataFrame,
    *,
    name: str,
    domain: str = "other",
    items: pl.DataFrame | None = None,
    users: pl.DataFrame | None = None,
    links: pl.DataFrame | None = None,
    item_entities: pl.DataFrame | None = None,
    friends: pl.DataFrame | None = None,
    clock: bool | None = None,
    verb: str = "",
    values: str = "",
    steps: Sequence[Step] = (),
) -> Loaded:
    """Build one Dataset from tables, with a Step for every row that was left out.

    Repeated events are kept. Items keep the order of the item table, people that of their first
    event.

    Args:
        events: Columns user, item and optional value, time (Unix seconds, or an order) and kind.
            Sorted stably by time. If there are no times, or no person's times differ, the order is
            "none".
        name: Name of the data set.
        domain: What the items are.
        items: Columns item and optional title, text, categories (lists). Other lists and strings
            become fields, numbers numeric.
        users: Columns user, strings and numbers.
        links: Columns head, relation, tail.
        item_entities: Columns item, entity. Without it, an item is the entity with its label.
        friends: Columns user, friend.
        clock: Whether times are Unix seconds. None: times that all lie below 10^8 are an order.
        verb: As in Dataset; "" takes it from the kinds of the events.
        values: As in Dataset; "" takes it from the kinds of the events.
        steps: Earlier steps.

    Returns:
        The data and the steps.

    Raises:
        DataError: Names table, row and column of what is wrong.

    >>> loaded = assemble(pl.DataFrame({"user": ["b", "a"], "item": [7, 8], "time": [2, 1]}), name="two")
    >>> loaded.data.users, loaded.data.items, loaded.data.user.tolist(), loaded.data.clock
    (('b', 'a'), ('7', '8'), [1, 0], False)
    """  # noqa: E501
    log = list(steps)
    found = tidy(events, log, clock=clock)
    kinds = kinds_of(events)
    del events
    user, people = numbered(found.user)
    tables = Tables(items, users, links, item_entities, friends).keyed(log)
    item, catalogue = numbered(found.item, tables.first_items)
    value = found.value
    time = found.time
    meaning = found.meaning
    kind = found.kind
    if time is None:
        time = np.zeros(len(user), np.int64)
    elif (time[1:] < time[:-1]).any():
        by_time = np.argsort(time, kind="stable")
        user = user[by_time]
        item = item[by_time]
        value = value[by_time]
        time = time[by_time]
        meaning = meaning[by_time]
        if kind is not None:
            kind = kind.gather(by_time)
    columns = (user, item, value, np.floor(time).astype(np.int64))
    said = Said(domain, verb, values).of_kinds(kinds)
    data = tables.dataset(columns, people, catalogue, log, name=name, said=said, clock=found.clock)
    loaded = Loaded(data, tuple(log), meaning if meaning.any() else None, items=tables.items)
    return ordered(loaded if kind is None else heard(loaded, kind), timed=found.time is not None)


def heard(loaded: Loaded, kind: pl.Series) -> Loaded:
    """Resolve events that take others back, so that only choices remain as events."""
    data = loaded.data
    meaning = loaded.meaning
    assert meaning is not None
    raw = Raw(data.user, data.item, data.value, data.time, meaning, kind, data.users, data.items)
    found = settled(data.user, data.item, meaning, data.value)
    left = int(found.keep.sum())
    log = [*loaded.steps, *hearing(found.counts, len(data), left)]
    if left < len(data):
        chosen = replace(data.select(found.keep), avoided=found.avoided).compact()
        log += left_out(data, chosen)
        data = chosen
    return Loaded(data, tuple(log), meaning[found.keep], raw, loaded.items)


def hearing(counts: NDArray[np.int64], before: int, left: int) -> list[Step]:
    """Return the steps of resolving negative events; DataError if no choice is left."""
    if not left:
        raise DataError(
            "at least one event must be a choice that nothing takes back",
            given=f"{before:,} events without one",
            fix="look at the kinds and values of the events",
        )
    return [Step(name, touched, left, detail) for name, touched, detail in as_steps(counts)]


def without_columns(items: pl.DataFrame | None, *made_by_people: str) -> pl.DataFrame | None:
    """Leave columns that people's own tags make out of an item table: it is no catalogue else."""
    return None if items is None else items.drop(made_by_people, strict=False)


def left_out(before: Dataset, after: Dataset) -> list[Step]:
    """Return the steps for people and items without events."""
    return [
        Step("leave out people without events", before.n_users - after.n_users, after.n_users),
        Step("leave out items without events", before.n_items - after.n_items, after.n_items),
    ]


class Said(NamedTuple):
    """The domain, verb and meaning of values by which sentences are chosen; as in Dataset."""

    domain: str = "other"
    verb: str = ""
    values: str = ""

    def of_kinds(self, kinds: Iterable[str]) -> Said:
        """Fill in what the kinds of the events imply, if nothing was given."""
        told = verb_of_kinds(kinds)
        return self._replace(
            verb=self.verb or told, values=self.values or ("rating" if told == "rated" else "")
        )


def kinds_of(events: pl.DataFrame) -> list[str]:
    """Return the distinct kinds of the events, whatever their column is called.

    >>> kinds_of(pl.DataFrame({"user": ["a", "b"], "kind": ["view", None]}))
    ['view']
    """
    events = named(events)
    if "kind" not in events.columns:
        return []
    return events["kind"].cast(pl.String).drop_nulls().unique(maintain_order=True).to_list()


class Tables(NamedTuple):
    """The tables beside the events, as :func:`assemble` takes them."""

    items: pl.DataFrame | None = None
    users: pl.DataFrame | None = None
    links: pl.DataFrame | None = None
    item_entities: pl.DataFrame | None = None
    friends: pl.DataFrame | None = None

    def keyed(self, log: list[Step]) -> Tables:
        """Return the tables with item and user ids as text, none missing and none repeated."""
        return self._replace(
            **{
                table: None
                if (frame := getattr(self, table)) is None
                else keyed_entries(frame, key, table, log)
                for table, key in (("items", "item"), ("users", "user"))
            }
        )

    @property
    def first_items(self) -> pl.Series | None:
        """The ids of the item table."""
        if self.items is None:
            return None
        return self.items["item"]

    def dataset(
        self,
        events: tuple[NDArray[Any], ...],
        people: pl.Series,
        catalogue: pl.Series,
        log: list[Step],
        *,
        name: str,
        said: Said,
        clock: bool,
    ) -> Dataset:
        """Build the Dataset from sorted events (user, item, value, time) and keyed tables."""
        items = item_table_of(catalogue, self.items, log)
        users = user_table_of(people, self.users, log)
        if self.links is None:
            graph = None
        else:
            graph = item_links(self.links, self.item_entities, catalogue, log)
        user, item, value, time = events
        return Dataset(
            user,
            item,
            value,
            time,
            tuple(people),
            tuple(catalogue),
            items,
            users,
            graph,
            friends_of(self.friends, people, log),
            name,
            said.domain,
            clock,
            verb=said.verb,
            values=said.values,
        )

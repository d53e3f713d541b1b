"""From tables to one Dataset: labels become numbers, events are put in order, what is left out is
counted.

Every loader ends here. In messages, "row 1" is the first row of data: a header is not counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import unescape
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from whyrec.core import BadData, Dataset, ItemTable, Links, UserTable
from whyrec.core.verbs import verb_of_kinds
from whyrec.data.events import (
    SECONDS_BELOW,
    Loaded,
    Step,
    as_labels,
    finer_unit,
    is_known,
    look_up,
    numbered,
    require,
    tidy,
)
from whyrec.data.kinds import Raw, as_steps, named, settled
from whyrec.data.order import ordered
from whyrec.data.readers.vector_columns import is_vectors, matrix

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
    "item_links",
    "kinds_of",
    "left_out",
]

ENTITY = re.compile(r"&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,31}\d{0,2});")

# What the reader raises on a broken table; on some garbage it panics, which is no ordinary
# exception.
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
    """One Dataset from tables, with a Step for every row that was left out.

    events: user, item, optional value, time (Unix seconds, or an order) and kind; sorted stably by
    time, so ties keep row order. Without times, or where no person's times differ, the order is
    "none".
    items: item, optional title, text, categories (lists); further lists and strings become fields,
    numbers numeric.
    users: user, strings, numbers. links: head, relation, tail. item_entities: item, entity; without
    it the entity labelled like an item is that item. friends: user, friend. clock None is guessed:
    times that all lie below 10^8 are an order. verb, values: as in Dataset; "": what the kinds of
    the events say. Items keep the order of the item table, users that of their first event.
    Raises BadData naming table, row and column. Not for cleaning: repeated events stay.

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
    loaded = Loaded(data, tuple(log), meaning if meaning.any() else None)
    return ordered(loaded if kind is None else heard(loaded, kind), timed=found.time is not None)


def heard(loaded: Loaded, kind: pl.Series) -> Loaded:
    """The data whose events have these kinds, once what takes others back was heard: choices
    alone are left as events.
    """
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
    return Loaded(data, tuple(log), meaning[found.keep], raw)


def hearing(counts: NDArray[np.int64], before: int, left: int) -> list[Step]:
    """The steps that hearing what takes others back is; BadData where no choice is left."""
    if not left:
        raise BadData(
            "at least one event must be a choice that nothing takes back",
            given=f"{before:,} events without one",
            fix="look at the kinds and values of the events",
        )
    return [Step(name, touched, left, detail) for name, touched, detail in as_steps(counts)]


def left_out(before: Dataset, after: Dataset) -> list[Step]:
    """The steps that people and items without events are."""
    return [
        Step("leave out people without events", before.n_users - after.n_users, after.n_users),
        Step("leave out items without events", before.n_items - after.n_items, after.n_items),
    ]


class Said(NamedTuple):
    """What sentences about the data are chosen by: domain, verb and values as in Dataset."""

    domain: str = "other"
    verb: str = ""
    values: str = ""

    def of_kinds(self, kinds: Iterable[str]) -> Said:
        """With what the kinds of the events say, where nothing else was said."""
        told = verb_of_kinds(kinds)
        return self._replace(
            verb=self.verb or told, values=self.values or ("rating" if told == "rated" else "")
        )


def kinds_of(events: pl.DataFrame) -> list[str]:
    """The kinds of the events, whatever their column is called; none where they have no such
    column.

    >>> kinds_of(pl.DataFrame({"user": ["a", "b"], "kind": ["view", None]}))
    ['view']
    """
    events = named(events)
    if "kind" not in events.columns:
        return []
    return events["kind"].cast(pl.String).drop_nulls().unique(maintain_order=True).to_list()


class Tables(NamedTuple):
    """What is known beside the events, as :func:`assemble` takes it."""

    items: pl.DataFrame | None = None
    users: pl.DataFrame | None = None
    links: pl.DataFrame | None = None
    item_entities: pl.DataFrame | None = None
    friends: pl.DataFrame | None = None

    def keyed(self, log: list[Step]) -> Tables:
        """The same with ids of items and people as text, none missing, none twice."""
        return self._replace(
            **{
                table: None
                if (frame := getattr(self, table)) is None
                else _entries(frame, key, table, log)
                for table, key in (("items", "item"), ("users", "user"))
            }
        )

    @property
    def first_items(self) -> pl.Series | None:
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
        """The Dataset of events (user, item, value, time, in order) of these people and items;
        its tables keyed.
        """
        items = _item_table(catalogue, self.items, log)
        users = _user_table(people, self.users, log)
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
            _friends(self.friends, people, log),
            name,
            said.domain,
            clock,
            verb=said.verb,
            values=said.values,
        )


def _entries(frame: pl.DataFrame, key: str, table: str, log: list[Step]) -> pl.DataFrame:
    """The table with its key as text; rows without a key are dropped, repeated keys are refused."""
    require(frame, (key,), table)
    frame = frame.with_columns(as_labels(frame[key]).alias(key))
    known = frame.filter(pl.col(key).is_not_null())
    if known.height < frame.height:
        log.append(Step(f"drop {table} without an id", frame.height - known.height, known.height))
    twice = frame[key].is_duplicated() & frame[key].is_not_null()
    if twice.any():
        label = frame[key].filter(twice)[0]
        rows = ", ".join(str(r + 1) for r in (frame[key] == label).arg_true().to_list()[:5])
        raise BadData(
            f"an id may occur only once in the table {table!r}",
            given=f"{key} {label!r} in rows {rows}",
            fix="merge the rows that share an id",
        )
    return known


def _aligned(frame: pl.DataFrame, key: str, known: pl.Series, log: list[Step]) -> pl.DataFrame:
    """One row per known label, in their order, null where the table has none."""
    idle = frame.height - int(frame[key].is_in(known.implode()).sum())
    if idle:
        log.append(
            Step(f"leave out {key}s without events", idle, len(known), f"of the {key} table")
        )
    unknown = len(known) - (frame.height - idle)
    if unknown:
        log.append(Step(f"keep {key}s that the {key} table lacks", unknown, len(known)))
    return (
        pl.DataFrame({key: known}).join(frame, on=key, how="left", maintain_order="left").drop(key)
    )


def _item_table(known: pl.Series, rows: pl.DataFrame | None, log: list[Step]) -> ItemTable:
    if rows is None:
        return ItemTable(tuple(known))
    rows = _aligned(rows, "item", known, log)
    title, text = (_text(rows[c]) if c in rows.columns else None for c in ("title", "text"))
    if title is None:
        title = known.to_list()
    else:
        title = [t or k for t, k in zip(_readable(title, log), known, strict=True)]
    columns = {c: rows[c] for c in rows.columns if c not in ("title", "text")}
    numeric = {c: v for c, v in columns.items() if v.dtype.is_numeric() and c != "categories"}
    vectors = {c: matrix(v) for c, v in columns.items() if is_vectors(v) and c != "categories"}
    fields = {c: _lists(v) for c, v in columns.items() if c not in numeric and c not in vectors}
    return ItemTable(
        tuple(title),
        tuple(text or ()),
        fields.pop("categories", ()),
        fields,
        {c: _floats(v) for c, v in numeric.items()},
        vectors,
    )


def _readable(titles: list[str], log: list[Step]) -> list[str]:
    """Titles taken from web pages, with &amp; and the like as the letters they stand for."""

    def letter(found: re.Match[str]) -> str:
        made = unescape(found[0])
        return made if len(made) <= 2 else found[0]  # else only the beginning of a name is known

    read = [ENTITY.sub(letter, title) for title in titles]
    changed = sum(a != b for a, b in zip(titles, read, strict=True))
    if changed:
        log.append(Step("read HTML entities in titles", changed, len(titles), "like &amp; for &"))
    return read


def _user_table(known: pl.Series, rows: pl.DataFrame | None, log: list[Step]) -> UserTable:
    if rows is None:
        return UserTable()
    rows = _aligned(rows, "user", known, log)
    numeric = [c for c in rows.columns if rows[c].dtype.is_numeric()]
    return UserTable(
        {c: tuple(_text(rows[c])) for c in rows.columns if c not in numeric},
        {c: _floats(rows[c]) for c in numeric},
    )


def _text(column: pl.Series) -> list[str]:
    if column.dtype.is_nested():
        raise BadData(f"the column {column.name!r} must hold text", given=str(column.dtype))
    return column.cast(pl.String).fill_null("").to_list()


def _floats(column: pl.Series) -> NDArray[np.float64]:
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy()


def _lists(column: pl.Series) -> tuple[tuple[str, ...], ...]:
    """Lists of text, empty where missing; single values become lists of one."""
    if not column.dtype.is_nested():
        return tuple((v,) if v else () for v in _text(column))
    return tuple(
        tuple(v for v in row or () if v) for row in column.cast(pl.List(pl.String)).to_list()
    )


def _complete(
    frame: pl.DataFrame, columns: Sequence[str], table: str, log: list[Step]
) -> pl.DataFrame:
    """The columns as text; rows that lack one are dropped."""
    require(frame, columns, table)
    frame = frame.select(as_labels(frame[c]).alias(c) for c in columns)
    whole = frame.drop_nulls()
    if whole.height < frame.height:
        log.append(Step(f"drop incomplete {table}", frame.height - whole.height, whole.height))
    return whole


def item_links(
    links: pl.DataFrame, item_entities: pl.DataFrame | None, items: pl.Series, log: list[Step]
) -> Links:
    """A graph from its table (head, relation, tail) for these items; item_entities: item,
    entity, else by equal labels.
    """
    links = _complete(links, ("head", "relation", "tail"), "links", log)
    entities = pl.concat([links["head"], links["tail"].alias("head")]).unique(maintain_order=True)
    relations = links["relation"].unique(maintain_order=True)
    if item_entities is None:
        entity = look_up(items, entities)
    else:
        pairs = _complete(item_entities, ("item", "entity"), "item entities", log)
        once = pairs.unique("item", keep="first", maintain_order=True)
        if once.height < pairs.height:
            log.append(
                Step("keep the first entity of an item", pairs.height - once.height, once.height)
            )
        of_item = pl.DataFrame({"item": items}).join(
            once, on="item", how="left", maintain_order="left"
        )
        entity = look_up(of_item["entity"], entities)
    log.append(
        Step(
            "read links",
            links.height,
            links.height,
            f"{len(items) - entity.null_count()} of {len(items)} items are entities",
        )
    )
    return Links(
        tuple(entities),
        tuple(relations),
        look_up(links["head"], entities).to_numpy(),
        look_up(links["relation"], relations).to_numpy(),
        look_up(links["tail"], entities).to_numpy(),
        entity.fill_null(-1).to_numpy(),
    )


def _friends(friends: pl.DataFrame | None, people: pl.Series, log: list[Step]) -> NDArray[np.int32]:
    if friends is None:
        return np.zeros((0, 2), np.int32)
    friends = _complete(friends, ("user", "friend"), "friends", log)
    pairs = pl.DataFrame({c: look_up(friends[c], people) for c in friends.columns}).drop_nulls()
    if pairs.height < friends.height:
        log.append(
            Step("leave out friends without events", friends.height - pairs.height, pairs.height)
        )
    return pairs.to_numpy().reshape(-1, 2)

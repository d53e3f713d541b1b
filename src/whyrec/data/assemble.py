"""From tables to one Dataset: labels become numbers, events are put in order, what is left out is counted.

Every loader ends here. In messages, "row 1" is the first row of data: a header is not counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from whyrec.core import BadData, Dataset, ItemTable, Links, UserTable
from whyrec.data.vectors import is_vectors, matrix

__all__ = ["Loaded", "Step", "as_labels", "assemble", "finer_unit", "is_known", "item_links"]

ORDER_BELOW = 10**8  # times that all lie below March 1973 are positions, not Unix seconds
SECONDS_BELOW = 10**11  # the year 5138: what lies above is in milliseconds or finer, or wrong
FINER = (
    (10**14, ("milliseconds", 10**3)),
    (10**17, ("microseconds", 10**6)),
    (np.inf, ("nanoseconds", 10**9)),
)


ENTITY = re.compile(r"&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,31}\d{0,2});")

# What the reader raises on a broken table; on some garbage it panics, which is no ordinary exception.
UNREADABLE = (pl.exceptions.PolarsError, pl.exceptions.PanicException)


@dataclass(frozen=True)
class Step:
    """One step of loading or cleaning: how many rows it touched and how many are left."""

    name: str
    touched: int
    left: int
    detail: str = ""


@dataclass(frozen=True)
class Loaded:
    """A dataset with the steps that made it."""

    data: Dataset
    steps: tuple[Step, ...] = ()


def assemble(
    events: pl.DataFrame, *, name: str, domain: str = "other", items: pl.DataFrame | None = None,
    users: pl.DataFrame | None = None, links: pl.DataFrame | None = None,
    item_entities: pl.DataFrame | None = None, friends: pl.DataFrame | None = None,
    clock: bool | None = None, steps: Sequence[Step] = (),
) -> Loaded:
    """One Dataset from tables, with a Step for every row that was left out.

    events: user, item, optional value, time (Unix seconds, or an order) and kind; sorted stably by
    time, so ties keep row order; without times the row order stands. items: item, optional title,
    text, categories (lists); further lists and strings become fields, numbers numeric. users: user,
    strings, numbers. links: head, relation, tail. item_entities: item, entity; without it the entity
    labelled like an item is that item. friends: user, friend. clock None is guessed: times that all
    lie below 10^8 are an order. Items keep the order of the item table, users that of their first event.
    Raises BadData naming table, row and column. Not for cleaning: repeated events stay.

    >>> loaded = assemble(pl.DataFrame({"user": ["b", "a"], "item": [7, 8], "time": [2, 1]}), name="two")
    >>> loaded.data.users, loaded.data.items, loaded.data.user.tolist(), loaded.data.clock
    (('b', 'a'), ('7', '8'), [1, 0], False)
    """
    _require(events, ("user", "item"), "events")
    log = [*steps, Step("read events", events.height, events.height)]
    rows = _known_rows(events, log)
    item_rows = None if items is None else _entries(items, "item", "items", log)
    user_rows = None if users is None else _entries(users, "user", "users", log)
    value = _values(events, rows, log)
    time, clock = _times(events, rows, clock, log)
    user, people = _numbered(events["user"], rows)
    item, catalogue = _numbered(events["item"], rows, None if item_rows is None else item_rows["item"])
    del events
    if time is None:
        time = np.arange(len(user))
    elif (time[1:] < time[:-1]).any():
        order = np.argsort(time, kind="stable")
        user, item, value, time = user[order], item[order], value[order], time[order]
    seconds = np.floor(time).astype(np.int64)
    catalogue_table = _item_table(catalogue, item_rows, log)
    people_table = _user_table(people, user_rows, log)
    graph = None if links is None else item_links(links, item_entities, catalogue, log)
    data = Dataset(user, item, value, seconds, tuple(people), tuple(catalogue), catalogue_table, people_table,
                   graph, _friends(friends, people, log), name, domain, clock)
    return Loaded(data, tuple(log))


def _require(frame: pl.DataFrame, columns: Sequence[str], table: str) -> None:
    lacking = [c for c in columns if c not in frame.columns]
    if lacking:
        raise BadData(f"the table {table!r} needs the column {lacking[0]!r}",
                      given=f"the columns {', '.join(frame.columns) or 'none'}",
                      fix=f"rename a column to {lacking[0]!r}, or say which one it is with "
                          f"--columns {lacking[0]}=NAME")
    for column in columns:
        if frame[column].dtype.is_nested():
            raise BadData(
                f"the column {column!r} of {table} must hold single ids", given=str(frame[column].dtype)
            )
    if not frame.height:
        raise BadData(f"the table {table!r} needs at least one row", given="a header only")


def as_labels(values: pl.Series) -> pl.Series:
    """Values as text, null where missing; whole floats lose their '.0', as ids that had gaps come so."""
    if values.dtype.is_float():
        values = values.fill_nan(None)
        whole = values.cast(pl.Int64, strict=False)
        values = whole if (whole == values).all() else values
    text = values.cast(pl.String)
    text = text.set(text == "", None)
    if values.dtype == pl.String and text.str.contains(r"^\d+\.0$").all() and text.null_count() < len(text):
        text = text.str.strip_suffix(".0")
    return text


def is_known(values: pl.Series) -> NDArray[np.bool_]:
    """True where a value is there: not null, not NaN, not empty text."""
    known = values.is_not_null()
    if values.dtype.is_float():
        known &= values.is_not_nan().fill_null(False)
    elif not values.dtype.is_numeric() and not values.dtype.is_nested():
        known &= (values.cast(pl.String) != "").fill_null(False)
    return known.to_numpy()


def _known_rows(events: pl.DataFrame, log: list[Step]) -> NDArray[np.int64] | None:
    """The rows that name a user, an item and, where there are times, a time; None means all of them."""
    keep = np.ones(events.height, bool)
    for column in ("user", "item", "time"):
        if column in events.columns:
            missing = keep & ~is_known(events[column])
            keep &= ~missing
            if missing.any():
                log.append(Step(f"drop rows without {column}", int(missing.sum()), int(keep.sum()),
                                f"first at row {int(missing.argmax()) + 1}"))
    if not keep.any():
        raise BadData("at least one event must name a user and an item",
                      given=f"{events.height} rows, each without one of them")
    return None if keep.all() else np.flatnonzero(keep)


def _taken(column: pl.Series, rows: NDArray[np.int64] | None) -> pl.Series:
    return column if rows is None else column.gather(rows)


def _row(at: int, rows: NDArray[np.int64] | None) -> int:
    return int(at if rows is None else rows[at]) + 1


def _numbers(column: pl.Series, rows: NDArray[np.int64] | None, what: str) -> pl.Series:
    """The column as numbers; names the first row that is none."""
    column = _taken(column, rows)
    if column.dtype.is_integer():
        return column
    if column.dtype.is_float():
        return column.fill_nan(None)
    if column.dtype == pl.String:
        column = column.set(column == "", None)
    number = column.cast(pl.Float64, strict=False)
    wrong = (number.is_null() & column.is_not_null()).to_numpy()
    if wrong.any():
        at = int(wrong.argmax())
        raise BadData(f"the column {column.name!r} of events must hold {what}",
                      given=f"{column[at]!r} in row {_row(at, rows)}", fix="mend or drop that row")
    return number


def _values(events: pl.DataFrame, rows: NDArray[np.int64] | None, log: list[Step]) -> NDArray[np.float32]:
    """The events' values; 1 where there is no such column, or where the row's kind stands for it."""
    n = events.height if rows is None else len(rows)
    if "value" not in events.columns:
        return np.ones(n, np.float32)
    number = _numbers(events["value"], rows, "finite numbers")
    missing = number.is_null().to_numpy()
    if missing.any() and "kind" in events.columns:
        log.append(
            Step("set missing values to 1", int(missing.sum()), n, "the kind of event stands for them")
        )
        number = number.fill_null(1)
    value: NDArray[np.float32] = number.cast(pl.Float32).to_numpy()
    wrong = ~np.isfinite(value)
    if wrong.any():
        at = int(wrong.argmax())
        given = "nothing" if missing[at] else str(number[at])
        raise BadData("the column 'value' of events must hold finite numbers",
                      given=f"{given} in row {_row(at, rows)}", fix="mend or drop that row")
    return value


def _times(events: pl.DataFrame, rows: NDArray[np.int64] | None, clock: bool | None,
           log: list[Step]) -> tuple[NDArray[Any] | None, bool]:
    """(times, clock); (None, False) where there is no such column."""
    if "time" not in events.columns:
        left = events.height if rows is None else len(rows)
        log.append(Step("take the order of the rows as their order in time", left, left, "there is no column of times"))
        return None, False
    number = _numbers(events["time"], rows, "Unix seconds or an order")
    time = number.to_numpy()
    if unit := finer_unit(time):
        raise BadData("the column 'time' of events must be in Unix seconds",
                      given=f"what look like {unit[0]} ({int(time[0])} in row {_row(0, rows)})",
                      fix=f"divide the times by {unit[1]}")
    wrong = ~(np.abs(time) <= SECONDS_BELOW)
    if wrong.any():
        at = int(wrong.argmax())
        raise BadData("the column 'time' of events must hold Unix seconds or an order",
                      given=f"{time[at]} in row {_row(at, rows)}", fix="mend or drop that row")
    if clock is None:
        clock = bool(time.max() >= ORDER_BELOW)
    if number.dtype.is_float() and (cut := int((np.floor(time) != time).sum())):
        log.append(Step("cut times to whole seconds", cut, len(time), "after the events were put in order"))
    return time, clock


def finer_unit(time: NDArray[Any]) -> tuple[str, int] | None:
    """(unit, how many of it make a second) where the times look finer than seconds, else None."""
    middle = float(np.median(np.abs(time))) if len(time) else 0.0
    if not SECONDS_BELOW < middle < np.inf:
        return None
    return next(u for limit, u in FINER if middle <= limit)


def _numbered(column: pl.Series, rows: NDArray[np.int64] | None,
              first: pl.Series | None = None) -> tuple[NDArray[np.int32], pl.Series]:
    """(number of every row, labels by number): labels of `first` that occur, then by first appearance."""
    column = _taken(column, rows)
    if not column.dtype.is_numeric():
        column = column.cast(pl.String)
    raw = column.unique(maintain_order=True)
    label = as_labels(raw)
    known = label.unique(maintain_order=True)
    if first is not None:
        known = pl.concat([first.filter(first.is_in(known.implode())), known]).unique(maintain_order=True)
    number = _look_up(label, known)
    return column.replace_strict(raw, number, return_dtype=pl.Int32).to_numpy(), known


def _look_up(values: pl.Series, known: pl.Series) -> pl.Series:
    """The place of each value in `known` (Int32), null where it is not there."""
    place = pl.int_range(len(known), dtype=pl.Int32, eager=True)
    return values.replace_strict(known, place, default=None, return_dtype=pl.Int32)


def _entries(frame: pl.DataFrame, key: str, table: str, log: list[Step]) -> pl.DataFrame:
    """The table with its key as text; rows without a key are dropped, repeated keys are refused."""
    _require(frame, (key,), table)
    frame = frame.with_columns(as_labels(frame[key]).alias(key))
    known = frame.filter(pl.col(key).is_not_null())
    if known.height < frame.height:
        log.append(Step(f"drop {table} without an id", frame.height - known.height, known.height))
    twice = frame[key].is_duplicated() & frame[key].is_not_null()
    if twice.any():
        label = frame[key].filter(twice)[0]
        rows = ", ".join(str(r + 1) for r in (frame[key] == label).arg_true().to_list()[:5])
        raise BadData(f"an id may occur only once in the table {table!r}",
                      given=f"{key} {label!r} in rows {rows}", fix="merge the rows that share an id")
    return known


def _aligned(frame: pl.DataFrame, key: str, known: pl.Series, log: list[Step]) -> pl.DataFrame:
    """One row per known label, in their order, null where the table has none."""
    idle = frame.height - int(frame[key].is_in(known.implode()).sum())
    if idle:
        log.append(Step(f"leave out {key}s without events", idle, len(known), f"of the {key} table"))
    unknown = len(known) - (frame.height - idle)
    if unknown:
        log.append(Step(f"keep {key}s that the {key} table lacks", unknown, len(known)))
    return pl.DataFrame({key: known}).join(frame, on=key, how="left", maintain_order="left").drop(key)


def _item_table(known: pl.Series, rows: pl.DataFrame | None, log: list[Step]) -> ItemTable:
    if rows is None:
        return ItemTable(tuple(known))
    rows = _aligned(rows, "item", known, log)
    title, text = (_text(rows[c]) if c in rows.columns else None for c in ("title", "text"))
    title = known.to_list() if title is None else [t or k for t, k in zip(_readable(title, log), known, strict=True)]
    columns = {c: rows[c] for c in rows.columns if c not in ("title", "text")}
    numeric = {c: v for c, v in columns.items() if v.dtype.is_numeric() and c != "categories"}
    vectors = {c: matrix(v) for c, v in columns.items() if is_vectors(v) and c != "categories"}
    fields = {c: _lists(v) for c, v in columns.items() if c not in numeric and c not in vectors}
    return ItemTable(tuple(title), tuple(text or ()), fields.pop("categories", ()), fields,
                     {c: _floats(v) for c, v in numeric.items()}, vectors)


def _readable(titles: list[str], log: list[Step]) -> list[str]:
    """Titles taken from web pages, with &amp; and the like as the letters they stand for."""
    def letter(found: re.Match[str]) -> str:
        made = unescape(found[0])
        return made if len(made) <= 2 else found[0]  # else only the beginning of a name is known

    read = [ENTITY.sub(letter, title) for title in titles]
    if changed := sum(a != b for a, b in zip(titles, read, strict=True)):
        log.append(Step("read HTML entities in titles", changed, len(titles), "like &amp; for &"))
    return read


def _user_table(known: pl.Series, rows: pl.DataFrame | None, log: list[Step]) -> UserTable:
    if rows is None:
        return UserTable()
    rows = _aligned(rows, "user", known, log)
    numeric = [c for c in rows.columns if rows[c].dtype.is_numeric()]
    return UserTable({c: tuple(_text(rows[c])) for c in rows.columns if c not in numeric},
                     {c: _floats(rows[c]) for c in numeric})


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
    return tuple(tuple(v for v in row or () if v) for row in column.cast(pl.List(pl.String)).to_list())


def _complete(frame: pl.DataFrame, columns: Sequence[str], table: str, log: list[Step]) -> pl.DataFrame:
    """The columns as text; rows that lack one are dropped."""
    _require(frame, columns, table)
    frame = frame.select(as_labels(frame[c]).alias(c) for c in columns)
    whole = frame.drop_nulls()
    if whole.height < frame.height:
        log.append(Step(f"drop incomplete {table}", frame.height - whole.height, whole.height))
    return whole


def item_links(
    links: pl.DataFrame, item_entities: pl.DataFrame | None, items: pl.Series, log: list[Step]
) -> Links:
    """A graph from its table (head, relation, tail) for these items; item_entities: item, entity, else by equal labels."""
    links = _complete(links, ("head", "relation", "tail"), "links", log)
    entities = pl.concat([links["head"], links["tail"].alias("head")]).unique(maintain_order=True)
    relations = links["relation"].unique(maintain_order=True)
    if item_entities is None:
        entity = _look_up(items, entities)
    else:
        pairs = _complete(item_entities, ("item", "entity"), "item entities", log)
        once = pairs.unique("item", keep="first", maintain_order=True)
        if once.height < pairs.height:
            log.append(Step("keep the first entity of an item", pairs.height - once.height, once.height))
        of_item = pl.DataFrame({"item": items}).join(once, on="item", how="left", maintain_order="left")
        entity = _look_up(of_item["entity"], entities)
    log.append(Step("read links", links.height, links.height,
                    f"{len(items) - entity.null_count()} of {len(items)} items are entities"))
    return Links(
        tuple(entities),
        tuple(relations),
        _look_up(links["head"], entities).to_numpy(),
        _look_up(links["relation"], relations).to_numpy(),
        _look_up(links["tail"], entities).to_numpy(),
        entity.fill_null(-1).to_numpy(),
    )


def _friends(friends: pl.DataFrame | None, people: pl.Series, log: list[Step]) -> NDArray[np.int32]:
    if friends is None:
        return np.zeros((0, 2), np.int32)
    friends = _complete(friends, ("user", "friend"), "friends", log)
    pairs = pl.DataFrame({c: _look_up(friends[c], people) for c in friends.columns}).drop_nulls()
    if pairs.height < friends.height:
        log.append(Step("leave out friends without events", friends.height - pairs.height, pairs.height))
    return pairs.to_numpy().reshape(-1, 2)

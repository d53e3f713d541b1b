"""Build the tables beside the events of a Dataset: items, people, links, friends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

import numpy as np
import polars as pl
from numpy.typing import NDArray

from whyrec.core import DataError, ItemTable, Links, UserTable
from whyrec.data.events import Step, as_labels, look_up, require
from whyrec.data.readers.vector_columns import is_vectors, matrix

__all__ = ["ENTITY", "friends_of", "item_links", "item_table_of", "keyed_entries", "user_table_of"]

ENTITY = re.compile(r"&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,31}\d{0,2});")


def keyed_entries(frame: pl.DataFrame, key: str, table: str, log: list[Step]) -> pl.DataFrame:
    """Turn the key into text; rows without a key are dropped, repeated keys are refused."""
    require(frame, (key,), table)
    frame = frame.with_columns(as_labels(frame[key]).alias(key))
    known = frame.filter(pl.col(key).is_not_null())
    if known.height < frame.height:
        log.append(Step(f"drop {table} without an id", frame.height - known.height, known.height))
    twice = frame[key].is_duplicated() & frame[key].is_not_null()
    if twice.any():
        label = frame[key].filter(twice)[0]
        rows = ", ".join(str(r + 1) for r in (frame[key] == label).arg_true().to_list()[:5])
        raise DataError(
            f"an id may occur only once in the table {table!r}",
            given=f"{key} {label!r} in rows {rows}",
            fix="merge the rows that share an id",
        )
    return known


def _aligned(frame: pl.DataFrame, key: str, known: pl.Series, log: list[Step]) -> pl.DataFrame:
    """Return one row per known label, in their order, null if the table has none."""
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


def item_table_of(known: pl.Series, rows: pl.DataFrame | None, log: list[Step]) -> ItemTable:
    """Build the item table for the known items."""
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
    """Decode HTML entities such as &amp; in titles."""

    def letter(found: re.Match[str]) -> str:
        made = unescape(found[0])
        if len(made) <= 2:
            return made
        return found[0]  # not the name of an entity

    read = [ENTITY.sub(letter, title) for title in titles]
    changed = sum(a != b for a, b in zip(titles, read, strict=True))
    if changed:
        log.append(Step("read HTML entities in titles", changed, len(titles), "like &amp; for &"))
    return read


def user_table_of(known: pl.Series, rows: pl.DataFrame | None, log: list[Step]) -> UserTable:
    """Build the user table for the known people."""
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
        raise DataError(f"the column {column.name!r} must hold text", given=str(column.dtype))
    return column.cast(pl.String).fill_null("").to_list()


def _floats(column: pl.Series) -> NDArray[np.float64]:
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy()


def _lists(column: pl.Series) -> tuple[tuple[str, ...], ...]:
    """Return lists of text, empty if missing; single values become lists of one."""
    if not column.dtype.is_nested():
        return tuple((v,) if v else () for v in _text(column))
    return tuple(
        tuple(v for v in row or () if v) for row in column.cast(pl.List(pl.String)).to_list()
    )


def _complete(
    frame: pl.DataFrame, columns: Sequence[str], table: str, log: list[Step]
) -> pl.DataFrame:
    """Return the columns as text; rows that lack one are dropped."""
    require(frame, columns, table)
    frame = frame.select(as_labels(frame[c]).alias(c) for c in columns)
    whole = frame.drop_nulls()
    if whole.height < frame.height:
        log.append(Step(f"drop incomplete {table}", frame.height - whole.height, whole.height))
    return whole


def item_links(
    links: pl.DataFrame, item_entities: pl.DataFrame | None, items: pl.Series, log: list[Step]
) -> Links:
    """Build the graph of these items from its table (head, relation, tail).

    Entities are assigned by `item_entities` (item, entity), otherwise by equal labels.
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


def friends_of(
    friends: pl.DataFrame | None, people: pl.Series, log: list[Step]
) -> NDArray[np.int32]:
    """Return the pairs of friends among these people, (x, 2)."""
    if friends is None:
        return np.zeros((0, 2), np.int32)
    friends = _complete(friends, ("user", "friend"), "friends", log)
    pairs = pl.DataFrame({c: look_up(friends[c], people) for c in friends.columns}).drop_nulls()
    if pairs.height < friends.height:
        log.append(
            Step("leave out friends without events", friends.height - pairs.height, pairs.height)
        )
    return pairs.to_numpy().reshape(-1, 2)

"""Import a Dataset into the store, and export the store as a Dataset or as files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from sqlalchemy import Connection, select

from whyrec.core import ArgumentError, DataError, Dataset, Links
from whyrec.core.kinds import KINDS
from whyrec.core.verbs import verb_of_stored
from whyrec.data.build import Loaded, kinds_of
from whyrec.data.clean import without_lowest
from whyrec.data.kinds import Raw, least_rating
from whyrec.data.shape import from_tables
from whyrec.serve.recommend.snapshot import items_of
from whyrec.serve.store.choices import SHOWN, TIMELESS, least_of, switched_off
from whyrec.serve.store.events import touch
from whyrec.serve.store.items import put_items
from whyrec.serve.store.store import Store, dumps, fresh, loads, upsert
from whyrec.serve.store.tables import events, friends, items, links, people

__all__ = ["FORMATS", "export", "put_dataset", "put_loaded", "tables_of", "to_dataset"]

AT_ONCE = 20_000
FORMATS = ("csv", "parquet", "recbole")


def put_dataset(
    store: Store, data: Dataset, now: int, *, name: str, raw: Raw | None = None
) -> dict[str, int]:
    """Put items, people, events, links and friends into the store; return how many of each.

    Events get the ids `name:number`, so a second import adds nothing. `raw` holds the events as
    they were recorded, if some are not choices. Without it, avoided items are stored as events of
    the kind `avoided` with unknown time.
    """
    said = _said(data) if raw is None else raw
    store.write(lambda connection: put_items(connection, items_of(data)))
    others = sorted({*said.users} - {*data.users})  # people without any choice left
    for start in range(0, data.n_users, 2_000):
        people_now = range(start, min(start + 2_000, data.n_users))
        store.write(partial(_put_people, data=data, numbers=people_now, now=now))
    store.write(lambda connection: touch(connection, others, now))
    order = np.argsort(said.user, kind="stable")
    for start in range(0, len(order), AT_ONCE):
        part = order[start : start + AT_ONCE]
        store.write(partial(_put_events, said=said, part=part, now=now, name=name))
    counts = {
        "items": data.n_items,
        "people": data.n_users + len(others),
        "events": len(order),
        "links": 0,
        "friends": len(data.friends),
    }
    if data.links is not None:
        counts["links"] = len(data.links)
        store.write(lambda connection: _put_links(connection, data.links))
    if len(data.friends):
        pairs = [{"user": data.users[a], "friend": data.users[b]} for a, b in data.friends.tolist()]
        store.write(
            lambda connection: connection.execute(
                upsert(connection, friends).on_conflict_do_nothing(
                    index_elements=["user", "friend"]
                ),
                pairs,
            )
        )
    return counts


def put_loaded(store: Store, loaded: Loaded, now: int) -> dict[str, int]:
    """Put what a loader read into the store, each event with its kind; star values are ratings."""
    data = loaded.data
    if loaded.raw is None:
        data = replace(data, min_rating=least_rating(data.value, loaded.meaning))
    return put_dataset(store, data, now, name=loaded.data.hash[:12], raw=loaded.raw)


def _put_people(connection: Connection, data: Dataset, numbers: Sequence[int], now: int) -> None:
    table = data.user_table
    rows = []
    for n in numbers:
        fields = {name: str(values[n]) for name, values in table.fields.items() if values[n]}
        fields |= {
            name: f"{values[n]:g}"
            for name, values in table.numeric.items()
            if np.isfinite(values[n])
        }
        rows.append(
            {
                "user": data.users[n],
                "revision": fresh(),
                "personalised": True,
                "controls": "{}",
                "fields": dumps(fields),
                "since": now,
            }
        )
    statement = upsert(connection, people)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["user"], set_={"revision": statement.excluded.revision}
        ),
        rows,
    )


def _said(data: Dataset) -> Raw:
    """The choices of a dataset and what people avoid, as events with kinds.

    A dataset does not record when something was refused. Such an event is placed before all
    choices, and :func:`whyrec.serve.insight.profile.history` shows it without a date.
    """
    avoided = data.avoided
    n = len(data)
    first = np.full(len(avoided), data.time[0] if n else 0)
    kind = [
        *(["import" if data.min_rating is None else "rating"] * n),
        *([TIMELESS] * len(avoided)),
    ]
    return Raw(
        np.append(data.user, avoided[:, 0]),
        np.append(data.item, avoided[:, 1]),
        np.append(data.value, np.ones(len(avoided), np.float32)),
        np.append(data.time, first),
        np.zeros(n + len(avoided), np.int8),
        pl.Series(kind, dtype=pl.String),
        data.users,
        data.items,
    )


def _put_events(connection: Connection, said: Raw, part: Any, now: int, name: str) -> None:
    kinds = said.kind.gather(part).to_list()
    rows = [
        {
            "user": said.users[said.user[e]],
            "event_id": f"{name}:{e}",
            "item": said.items[said.item[e]],
            "kind": kind or ("return" if said.value[e] < 0 else "purchase"),
            "value": float(said.value[e]),
            "time": int(said.time[e]),
            "received": now,
        }
        for e, kind in zip(part.tolist(), kinds, strict=True)
    ]
    connection.execute(
        upsert(connection, events).on_conflict_do_nothing(index_elements=["user", "event_id"]), rows
    )


def _put_links(connection: Connection, facts: Links | None) -> None:
    assert facts is not None
    rows = {
        (facts.entities[h], facts.relations[r], facts.entities[t])
        for h, r, t in zip(facts.head, facts.relation, facts.tail, strict=True)
    }
    values = [{"head": h, "relation": r, "tail": t} for h, r, t in sorted(rows)]
    if values:
        connection.execute(
            upsert(connection, links).on_conflict_do_nothing(
                index_elements=["head", "relation", "tail"]
            ),
            values,
        )


# --- export ---------------------------------------------------------------------------------------


def tables_of(store: Store, *, shown: bool = False) -> dict[str, pl.DataFrame]:
    """The store as tables of the plain form: events with their kinds, items, users, links, friends.

    Omits events that a person withdrew, all events of people who switched personalisation off and,
    unless `shown` is set, impressions.
    """
    with store.read() as connection:
        excluded = {
            user: loads(text)
            for user, text in connection.execute(select(people.c.user, people.c.controls))
            if text != "{}"
        }
        made = {
            "events": _events(connection, excluded, shown),
            "items": _items(connection),
            "users": _users(connection),
            "links": _plain(connection, links),
            "friends": _plain(connection, friends),
        }
    return {
        name: table
        for name, table in made.items()
        if table.height and table.width > (name == "users")
    }


def _events(connection: Connection, controls: dict[str, Any], shown: bool) -> pl.DataFrame:
    from whyrec.serve.store.people import Controls

    wishes = {user: Controls.of(value) for user, value in controls.items()}
    c = events.c
    used = select(c.user, c.item, c.value, c.time, c.kind, c.event_id).where(
        c.user.not_in(switched_off())
    )
    found = connection.execute(
        (used if shown else used.where(c.kind.not_in(SHOWN))).order_by(c.time, c.seq)
    )
    rows = [
        row[:5]
        for row in found
        if row[0] not in wishes or not wishes[row[0]].withdraws(row[5], row[3])
    ]
    kinds = {
        "user": pl.String,
        "item": pl.String,
        "value": pl.Float64,
        "time": pl.Int64,
        "kind": pl.String,
    }
    return pl.DataFrame([tuple(row) for row in rows], schema=kinds, orient="row")


def _items(connection: Connection) -> pl.DataFrame:
    rows = (
        connection.execute(
            select(items)
            .where(~items.c.hidden, ~items.c.removed)
            .order_by(items.c.changed, items.c.item)
        )
        .mappings()
        .all()
    )
    columns: dict[str, Any] = {
        name: [row[name] for row in rows] for name in ("item", "title", "text")
    }
    columns["categories"] = pl.Series(
        [list(loads(row["categories"])) for row in rows], dtype=pl.List(pl.String)
    )
    more = [loads(row["more"]) for row in rows]
    for name in sorted({key for one in more for key in one["fields"]}):
        columns.setdefault(
            name,
            pl.Series(
                [list(one["fields"].get(name, ())) for one in more], dtype=pl.List(pl.String)
            ),
        )
    for name in sorted({key for one in more for key in one["numeric"]}):
        columns.setdefault(name, [one["numeric"].get(name) for one in more])
    return pl.DataFrame(columns)


def _users(connection: Connection) -> pl.DataFrame:
    rows = connection.execute(select(people.c.user, people.c.fields).order_by(people.c.user)).all()
    fields = [loads(row[1]) for row in rows]
    names = sorted({key for one in fields for key in one})
    return pl.DataFrame(
        {"user": [row[0] for row in rows]}
        | {name: [one.get(name) for one in fields] for name in names}
    )


def _plain(connection: Connection, table: Any) -> pl.DataFrame:
    rows = connection.execute(select(table).order_by(*table.c)).all()
    return pl.DataFrame(
        [tuple(row) for row in rows], schema={c.name: pl.String for c in table.c}, orient="row"
    )


def to_dataset(store: Store, *, like: Dataset, timed: bool = False) -> Dataset:
    """The store as a Dataset for a model like the one that learned from `like`.

    Name, domain, order of times, lowest rating and repeats are as in `like`. Its events are
    choices; what was refused or given back is `avoided`. Raises DataError if there is no event.

    Events that were imported without an order share one time; later events have their own. If
    `like` has no order, these times are used only with `timed`.
    """
    tables = tables_of(store)
    if "events" not in tables:
        raise DataError(
            "the store must hold events to learn from", given="none", fix="POST them to /v1/events"
        )
    stored = kinds_of(tables["events"])
    known = {
        name for names in KINDS.values() for name in names
    }  # an early store may hold other kinds, which are choices
    kind = pl.when(pl.col("kind").is_in(list(known))).then("kind").otherwise(pl.lit("choice"))
    tables["events"] = tables["events"].with_columns(kind.alias("kind"))
    verb = verb_of_stored(like.verb, like.domain, stored)
    loaded = from_tables(tables, name=like.name, domain=like.domain)
    least = least_of(like.min_rating)
    data = without_lowest(loaded.data, least, loaded.meaning)
    data = replace(
        data,
        clock=like.clock,
        repeat=like.repeat,
        min_rating=like.min_rating,
        cleaning=like.cleaning,
        verb=verb,
        values=like.values,
    )
    if like.order == "none" and data.order != "none" and not timed:
        return data.without_order()
    if like.order == "file":
        return replace(data, order="file")
    return data


def export(store: Store, folder: Path, form: str = "csv") -> dict[str, int]:
    """Write the store's tables into a folder as csv or parquet (plain form) or recbole.

    Cells that a spreadsheet would run as a formula are not changed, because the files are data for
    programs. Returns the rows by table.
    """
    if form not in FORMATS:
        raise ArgumentError(f"--format must be one of {', '.join(FORMATS)}", given=repr(form))
    folder.mkdir(parents=True, exist_ok=True)
    tables = tables_of(store, shown=True)
    for name, table in tables.items():
        if form == "parquet":
            table.write_parquet(folder / f"{name}.parquet")
        elif form == "csv":
            table.with_columns(_joined(table, "|")).write_csv(folder / f"{name}.csv")
        else:
            _atomic(folder, name, table)
    return {name: table.height for name, table in tables.items()}


def _joined(table: pl.DataFrame, between: str) -> list[pl.Expr]:
    return [
        pl.col(c).list.join(between)
        for c, kind in table.schema.items()
        if isinstance(kind, pl.List)
    ]


ATOMIC = {
    "events": (
        "inter",
        {
            "user": "user_id:token",
            "item": "item_id:token",
            "value": "rating:float",
            "time": "timestamp:float",
            "kind": "kind:token",
        },
    ),
    "items": (
        "item",
        {
            "item": "item_id:token",
            "title": "title:token_seq",
            "text": "text:token_seq",
            "categories": "categories:token_seq",
        },
    ),
    "users": ("user", {"user": "user_id:token"}),
    "links": (
        "kg",
        {"head": "head_id:token", "relation": "relation_id:token", "tail": "tail_id:token"},
    ),
    "friends": ("net", {"user": "source_id:token", "friend": "target_id:token"}),
}


def _atomic(folder: Path, name: str, table: pl.DataFrame) -> None:
    ending, heads = ATOMIC[name]
    table = table.with_columns(_joined(table, ", "))
    heads = heads | {
        c: f"{c}:{'float' if kind.is_numeric() else 'token_seq'}"
        for c, kind in table.schema.items()
        if c not in heads
    }
    clean = [
        pl.col(c).str.replace_all(r"[\t\r\n]", " ")
        for c, kind in table.schema.items()
        if kind == pl.String
    ]
    table.with_columns(clean).rename(heads).write_csv(
        folder / f"{folder.name}.{ending}", separator="\t", quote_style="never"
    )

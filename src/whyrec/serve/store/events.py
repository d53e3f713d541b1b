"""Store events, each only once; :mod:`whyrec.serve.store.choices` reads their meaning."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from whyrec.serve.store.store import dumps, fresh, upsert
from whyrec.serve.store.tables import events, people

__all__ = ["Event", "add_events", "touch"]


@dataclass(frozen=True)
class Event:
    """One event as it is sent.

    `time` is in Unix seconds; `kind` is a key of :mod:`whyrec.core.kinds`; `value` is 1 for a
    click, stars for a rating, pieces bought or returned (0: all of them).
    """

    event_id: str
    user: str
    item: str
    time: int
    kind: str = "view"
    value: float = 1.0
    recommendation_id: str | None = None
    impression: tuple[str, ...] = ()


def add_events(connection: Connection, rows: Sequence[Event], received: int) -> list[str]:
    """Store events; return "accepted" or "duplicate" for each.

    A duplicate has the id of an earlier event of the person, which stays.
    """
    wanted: dict[tuple[str, str], int] = {}
    for at, row in enumerate(rows):
        wanted.setdefault((row.user, row.event_id), at)
    # In one order everywhere, so that two processes that store overlapping batches cannot deadlock.
    values = [_values(rows[at], received) for _, at in sorted(wanted.items())]
    new = {tuple(row) for row in connection.execute(_new_events(connection.dialect.name), values)}
    touch(connection, sorted({user for user, _ in new}), received)
    results = []
    told = set()
    for row in rows:
        key = (row.user, row.event_id)
        results.append("accepted" if key in new and key not in told else "duplicate")
        told.add(key)
    return results


@functools.cache
def _new_events(dialect: str) -> Any:
    statement = upsert(dialect, events).on_conflict_do_nothing(index_elements=["user", "event_id"])
    return statement.returning(events.c.user, events.c.event_id)


def _values(row: Event, received: int) -> dict[str, object]:
    return {
        "user": row.user,
        "event_id": row.event_id,
        "item": row.item,
        "kind": row.kind,
        "value": row.value,
        "time": row.time,
        "received": received,
        "recommendation_id": row.recommendation_id,
        "impression": dumps(row.impression) if row.impression else None,
    }


def touch(connection: Connection, users: Iterable[str], now: int) -> None:
    """Give people a new revision (and a row if they have none), so that processes reload them."""
    statement = _new_revision(connection.dialect.name)
    for user in users:
        row = {"user": user, "personalised": True, "controls": "{}", "fields": "{}", "since": now}
        connection.execute(statement, row | {"revision": fresh()})


@functools.cache
def _new_revision(dialect: str) -> Any:
    statement = upsert(dialect, people)
    return statement.on_conflict_do_update(
        index_elements=["user"], set_={"revision": statement.excluded.revision}
    )

"""Events of the store: taken in once each, read back as a person's history."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from whyrec.serve.store import dumps, fresh, upsert
from whyrec.serve.tables import events, people

__all__ = ["NOT_CHOSEN", "Event", "StoredEvent", "add_events", "history_of", "touch"]

NOT_CHOSEN = ("impression", "dislike", "skip")  # kinds that tell of an item but are no choice of it


@dataclass(frozen=True)
class Event:
    """One event as it is sent. time: Unix seconds; value: 1 for a click, stars for a rating."""

    event_id: str
    user: str
    item: str
    time: int
    kind: str = "view"
    value: float = 1.0
    recommendation_id: str | None = None
    impression: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoredEvent:
    """One event of a history as the store gives it back."""

    event_id: str
    item: str
    kind: str
    value: float
    time: int


def add_events(connection: Connection, rows: Sequence[Event], received: int) -> list[str]:
    """Store the events; for each row "accepted" or "duplicate" (the person has an event of that id: the first one stays)."""
    wanted: dict[tuple[str, str], int] = {}
    for at, row in enumerate(rows):
        wanted.setdefault((row.user, row.event_id), at)
    # In one order everywhere: two processes that store overlapping batches cannot block each other.
    values = [_values(rows[at], received) for _, at in sorted(wanted.items())]
    new = {tuple(row) for row in connection.execute(_new_events(connection.dialect.name), values)}
    touch(connection, sorted({user for user, _ in new}), received)
    results, told = [], set()
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
    """Give these people a new revision (and a row where they have none): every process reads them anew."""
    statement = _new_revision(connection.dialect.name)
    for user in users:
        row = {"user": user, "personalised": True, "controls": "{}", "fields": "{}", "since": now}
        connection.execute(statement, row | {"revision": fresh()})


@functools.cache
def _new_revision(dialect: str) -> Any:
    statement = upsert(dialect, people)
    return statement.on_conflict_do_update(index_elements=["user"], set_={"revision": statement.excluded.revision})


_HISTORY = (
    select(events.c.event_id, events.c.item, events.c.kind, events.c.value, events.c.time)
    .where(events.c.user == bindparam("person"), events.c.kind.not_in(NOT_CHOSEN))
    .order_by(events.c.time.desc(), events.c.seq.desc())
    .limit(bindparam("latest"))
)


def history_of(connection: Connection, user: str, limit: int) -> list[StoredEvent]:
    """The latest `limit` choices of a person, oldest first; events of one second in order of arrival."""
    rows = connection.execute(_HISTORY, {"person": user, "latest": limit}).all()
    return [StoredEvent(*row) for row in reversed(rows)]

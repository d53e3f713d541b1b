"""Events of the store: taken in once each, read back as a person's history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

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
    statement = upsert(connection, events).on_conflict_do_nothing(index_elements=["user", "event_id"])
    new = {tuple(row) for row in connection.execute(statement.returning(events.c.user, events.c.event_id), values)}
    touch(connection, sorted({user for user, _ in new}), received)
    results, told = [], set()
    for row in rows:
        key = (row.user, row.event_id)
        results.append("accepted" if key in new and key not in told else "duplicate")
        told.add(key)
    return results


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
    for user in users:
        revision = fresh()
        statement = upsert(connection, people).values(
            user=user, revision=revision, personalised=True, controls="{}", fields="{}", since=now
        )
        connection.execute(statement.on_conflict_do_update(index_elements=["user"], set_={"revision": revision}))


def history_of(connection: Connection, user: str, limit: int) -> list[StoredEvent]:
    """The latest `limit` choices of a person, oldest first; events of one second in order of arrival."""
    c = events.c
    statement = (
        select(c.event_id, c.item, c.kind, c.value, c.time)
        .where(c.user == user, c.kind.not_in(NOT_CHOSEN))
        .order_by(c.time.desc(), c.seq.desc())
        .limit(limit)
    )
    return [StoredEvent(*row) for row in reversed(connection.execute(statement).all())]

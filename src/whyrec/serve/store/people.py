"""People of the store: controls, export of all their data, and erasure with a receipt."""

from __future__ import annotations

import hashlib
import hmac
import secrets as random
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from whyrec.forces.wishes import Wish
from whyrec.serve.store import tables
from whyrec.serve.store.events import touch
from whyrec.serve.store.store import Store, as_dicts, dumps, fresh, loads
from whyrec.serve.store.tables import events, friends, jobs, keys, people, receipts, recommendations

__all__ = [
    "Controls",
    "Person",
    "change_controls",
    "erase",
    "everything_of",
    "hashed",
    "person_of",
    "subject_hash",
]


@dataclass(frozen=True)
class Controls:
    """A person's controls.

    `excluded_periods` are (first, last) in Unix seconds, both included; `forces` are strengths by
    name (diversity, novelty, freshness, trending); `wider`: the share of what the most alike
    choices contribute that is taken away from lists, 0 to 1; `former_wishes` are those before the
    last change, to which an undo returns.
    """

    blocked_items: tuple[str, ...] = ()
    blocked_tags: tuple[str, ...] = ()
    excluded_events: tuple[str, ...] = ()
    excluded_periods: tuple[tuple[int, int], ...] = ()
    wider: float = 0.0
    forces: Mapping[str, float] = field(default_factory=dict)
    wishes: tuple[Wish, ...] = ()
    former_wishes: tuple[Wish, ...] = ()

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Controls:
        """Controls from the store or a request."""
        lists = {
            name: tuple(value.get(name, ()))
            for name in ("blocked_items", "blocked_tags", "excluded_events")
        }
        return cls(
            **lists,
            excluded_periods=tuple((int(a), int(b)) for a, b in value.get("excluded_periods", ())),
            wider=float(value.get("wider", 0.0)),
            forces=dict(value.get("forces", {})),
            wishes=tuple(map(Wish.of, value.get("wishes", ()))),
            former_wishes=tuple(map(Wish.of, value.get("former_wishes", ()))),
        )

    def withdraws(self, event_id: str, time: int) -> bool:
        """Whether the person has withdrawn this event."""
        return event_id in self.excluded_events or any(
            a <= time <= b for a, b in self.excluded_periods
        )


@dataclass(frozen=True)
class Person:
    """What the store knows of a person besides events; `fields` are the caller's own."""

    user: str
    revision: int
    personalised: bool
    controls: Controls
    fields: Mapping[str, Any]
    since: int


_PERSON = select(
    people.c.user,
    people.c.revision,
    people.c.personalised,
    people.c.controls,
    people.c.fields,
    people.c.since,
).where(people.c.user == bindparam("person"))


def person_of(connection: Connection, user: str) -> Person | None:
    """The person, or None if the store does not know the label."""
    row = connection.execute(_PERSON, {"person": user}).one_or_none()
    if row is None:
        return None
    return Person(row[0], row[1], bool(row[2]), Controls.of(loads(row[3])), loads(row[4]), row[5])


def change_controls(
    connection: Connection, user: str, changes: Mapping[str, Any], now: int
) -> Person:
    """Set the given controls, `personalised` and `fields`; the others stay.

    A new person is created.
    """
    if person_of(connection, user) is None:
        touch(connection, [user], now)
    found = person_of(connection, user)
    assert found is not None
    lists = {
        name: value for name, value in changes.items() if name in Controls.__dataclass_fields__
    }
    made = replace(
        found,
        revision=fresh(),
        controls=Controls.of(asdict(found.controls) | lists),
        personalised=changes.get("personalised", found.personalised),
        fields=changes.get("fields", found.fields),
    )
    connection.execute(
        update(people)
        .where(people.c.user == user)
        .values(
            revision=made.revision,
            personalised=made.personalised,
            controls=dumps(asdict(made.controls)),
            fields=dumps(made.fields),
        )
    )
    return made


def everything_of(connection: Connection, user: str) -> dict[str, Any]:
    """Everything that the store holds about a person, as JSON's own types."""
    found = person_of(connection, user)
    c = events.c
    rows = connection.execute(
        select(
            c.event_id,
            c.item,
            c.kind,
            c.value,
            c.time,
            c.received,
            c.recommendation_id,
            c.impression,
        )
        .where(c.user == user)
        .order_by(c.time, c.seq)
    )
    r = recommendations.c
    log = connection.execute(
        select(r.id, r.time, r.model, r.variant, r.request, r.response)
        .where(r.user == user)
        .order_by(r.time, r.id)
    )
    both = connection.execute(
        select(friends).where((friends.c.user == user) | (friends.c.friend == user))
    )
    return {
        "user": user,
        "known": found is not None,
        "profile": None
        if found is None
        else {
            "personalised": found.personalised,
            **asdict(found.controls),
            "fields": dict(found.fields),
            "since": found.since,
        },
        "events": [
            row | {"impression": loads(row["impression"]) if row["impression"] else []}
            for row in as_dicts(rows)
        ],
        "friends": sorted({b if a == user else a for a, b in both}),
        "recommendations": [
            row | {name: loads(zlib.decompress(row[name])) for name in ("request", "response")}
            for row in as_dicts(log)
        ],
        "keys": as_dicts(
            connection.execute(
                select(keys.c.id, keys.c.role, keys.c.note, keys.c.since).where(keys.c.user == user)
            )
        ),
    }


def subject_hash(connection: Connection, user: str) -> str:
    """A keyed hash of the label.

    Only a holder of both the key and the label can match receipts and audit lines to a person.
    """
    name = "subjects"
    secret = connection.execute(
        select(tables.secrets.c.value).where(tables.secrets.c.name == name)
    ).scalar()
    if secret is None:
        secret = random.token_hex(32)
        connection.execute(insert(tables.secrets).values(name=name, value=secret))
    return hashed(secret, user)


def hashed(secret: str, user: str) -> str:
    """The hash of :func:`subject_hash`, from a label and the store's secret."""
    return hmac.new(bytes.fromhex(secret), user.encode(), hashlib.sha256).hexdigest()


def erase(store: Store, user: str, now: int) -> dict[str, Any]:
    """Delete everything about a person and return the receipt.

    Afterwards no table, index or log of SQLite holds the label. What a model learned from the
    events stays in its numbers until it is trained again, as the receipt says.
    """
    receipt = store.write(lambda connection: _erase(connection, user, now))
    if store.sqlite:
        _empty_log(store)
    return receipt


def _erase(connection: Connection, user: str, now: int) -> dict[str, Any]:
    found = {
        "events": (events, events.c.user == user),
        "recommendations": (recommendations, recommendations.c.user == user),
        "friends": (friends, (friends.c.user == user) | (friends.c.friend == user)),
        "keys": (keys, keys.c.user == user),
        "profile": (people, people.c.user == user),
    }
    counts = {
        name: int(connection.execute(delete(table).where(where)).rowcount)
        for name, (table, where) in found.items()
    }
    counts["jobs"] = _erase_jobs(connection, user)
    if counts["keys"]:
        connection.execute(
            update(tables.counters)
            .where(tables.counters.c.name == "keys")
            .values(value=tables.counters.c.value + 1)
        )
    receipt = {
        "receipt_id": random.token_hex(16),
        "time": now,
        "subject": subject_hash(connection, user),
        "erased": counts,
    }
    connection.execute(
        insert(receipts).values(
            id=receipt["receipt_id"], time=now, subject=receipt["subject"], counts=dumps(counts)
        )
    )
    return receipt


def _erase_jobs(connection: Connection, user: str) -> int:
    """Delete all rows of batches that name the person, because a gap would reveal the person."""
    rows = connection.execute(select(jobs.c.id, jobs.c.request)).all()
    gone = [job for job, request in rows if user in loads(request).get("users", ())]
    for job in gone:
        connection.execute(delete(jobs).where(jobs.c.id == job))
    return len(gone)


def _empty_log(store: Store) -> None:
    """Move SQLite's write-ahead log into the file, overwrite deleted rows, and truncate the log."""
    import time

    for _ in range(20):
        with store._readers.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
        if not busy:
            return
        time.sleep(0.05)

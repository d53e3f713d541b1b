"""The recommendation log, from which answers can be recomputed, and the audit log."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, select

from whyrec.serve.store.store import as_dicts, dumps, loads, upsert
from whyrec.serve.store.tables import audit, catalogues, recommendations

__all__ = [
    "Record",
    "audit_rows",
    "catalogue_state",
    "drop_records",
    "keep_catalogue",
    "note",
    "pack",
    "record_before",
    "record_of",
    "write_record",
]

COMPARED = 100  # answers of a person among which one to the same request is looked for
TELLING = ("lang", "zone", "explain", "reasons", "context")


@dataclass(frozen=True)
class Record:
    """One answer of the log.

    `inputs`: the history, controls and catalogue it was computed from; `response`: as it was sent.
    """

    id: str
    time: int
    user: str | None
    key_id: str
    model: str
    variant: str | None
    catalogue: str
    request: Mapping[str, Any]
    inputs: Mapping[str, Any]
    response: Mapping[str, Any]


def pack(value: Any) -> bytes:
    """Compressed JSON; answers are long and similar."""
    return zlib.compress(
        value
        if isinstance(value, bytes)
        else orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY),
        1,
    )


def write_record(connection: Connection, row: Mapping[str, Any]) -> Record | None:
    """Store the answer; if its id exists already (the same Idempotency-Key), return that one."""
    if connection.execute(_new_record(connection.dialect.name), row).first():
        return None
    return record_of(connection, row["id"])


@functools.cache
def _new_record(dialect: str) -> Any:
    """Built once: building a statement takes longer than the database needs to run it."""
    statement = upsert(dialect, recommendations).on_conflict_do_nothing(index_elements=["id"])
    return statement.returning(recommendations.c.id)


def drop_records(connection: Connection, before: int, most: int) -> int:
    """Delete at most `most` answers older than the time `before`; return how many."""
    c = recommendations.c
    old = select(c.id).where(c.time < before).order_by(c.time).limit(most)
    return int(connection.execute(delete(recommendations).where(c.id.in_(old))).rowcount)


def record_of(connection: Connection, id: str) -> Record | None:
    """The record with this id."""
    rows = as_dicts(connection.execute(select(recommendations).where(recommendations.c.id == id)))
    if not rows:
        return None
    unpacked = {
        name: loads(zlib.decompress(rows[0][name])) for name in ("request", "inputs", "response")
    }
    return Record(**(rows[0] | unpacked))


def record_before(
    connection: Connection, user: str, time: int, like: Mapping[str, Any], other_than: str = ""
) -> Record | None:
    """The latest answer to a person at or before a time, if possible to the same request.

    Requests are the same if they differ in nothing but what decides how an answer is told. The
    latest hundred are compared.
    """
    c = recommendations.c
    rows = connection.execute(
        select(c.id, c.request)
        .where(c.user == user, c.time <= time, c.id != other_than)
        .order_by(c.time.desc(), c.id)
        .limit(COMPARED)
    ).all()
    if not rows:
        return None
    wanted = _asked(like)
    same = (row.id for row in rows if _asked(loads(zlib.decompress(row.request))) == wanted)
    return record_of(connection, next(same, rows[0].id))


def _asked(request: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in request.items() if name not in TELLING and value}


def keep_catalogue(connection: Connection, digest: str, state: bytes) -> None:
    """Store the packed differences from a model's own items; equal states are stored once."""
    statement = upsert(connection, catalogues).values(digest=digest, state=state)
    connection.execute(statement.on_conflict_do_nothing(index_elements=["digest"]))


def catalogue_state(connection: Connection, digest: str) -> dict[str, Any]:
    """The state that :func:`keep_catalogue` stored."""
    data = connection.execute(
        select(catalogues.c.state).where(catalogues.c.digest == digest)
    ).scalar_one()
    return dict(loads(zlib.decompress(data)))


def note(
    connection: Connection, key_id: str, action: str, subject: str, now: int, **detail: Any
) -> None:
    """Write a line of the audit log; `subject` is never a label, see `people.subject_hash`."""
    connection.execute(
        insert(audit).values(
            time=now, key_id=key_id, action=action, subject=subject, detail=dumps(detail)
        )
    )


def audit_rows(connection: Connection, after: int, limit: int) -> list[dict[str, Any]]:
    """Lines of the audit log after the number `after`, oldest first."""
    rows = connection.execute(
        select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(limit)
    )
    return [row | {"detail": loads(row["detail"])} for row in as_dicts(rows)]

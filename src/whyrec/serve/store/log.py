"""The recommendation log: each answer with all it depends on, so that it can be computed again;
and the audit log.
"""

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
    "record_of",
    "write_record",
]


@dataclass(frozen=True)
class Record:
    """One answer of the log. inputs: history, controls and catalogue it was computed from;
    response: as it was sent.
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
    """JSON, compressed: answers are long and much alike."""
    return zlib.compress(
        value
        if isinstance(value, bytes)
        else orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY),
        1,
    )


def write_record(connection: Connection, row: Mapping[str, Any]) -> Record | None:
    """Store the answer; where its id is there already (the same Idempotency-Key), return that
    one instead.
    """
    if connection.execute(_new_record(connection.dialect.name), row).first():
        return None
    return record_of(connection, row["id"])


@functools.cache
def _new_record(dialect: str) -> Any:
    """Made once: putting a statement together takes longer than the database needs for it."""
    statement = upsert(dialect, recommendations).on_conflict_do_nothing(index_elements=["id"])
    return statement.returning(recommendations.c.id)


def drop_records(connection: Connection, before: int, most: int) -> int:
    """Delete at most `most` answers that are older than the time `before`; how many there were."""
    c = recommendations.c
    old = select(c.id).where(c.time < before).order_by(c.time).limit(most)
    return int(connection.execute(delete(recommendations).where(c.id.in_(old))).rowcount)


def record_of(connection: Connection, id: str) -> Record | None:
    """The record of this id."""
    rows = as_dicts(connection.execute(select(recommendations).where(recommendations.c.id == id)))
    if not rows:
        return None
    unpacked = {
        name: loads(zlib.decompress(rows[0][name])) for name in ("request", "inputs", "response")
    }
    return Record(**(rows[0] | unpacked))


def keep_catalogue(connection: Connection, digest: str, state: bytes) -> None:
    """Store what stands beside a model's own items (hidden, added, changed), packed; the same
    state is kept once.
    """
    statement = upsert(connection, catalogues).values(digest=digest, state=state)
    connection.execute(statement.on_conflict_do_nothing(index_elements=["digest"]))


def catalogue_state(connection: Connection, digest: str) -> dict[str, Any]:
    """What :func:`keep_catalogue` stored."""
    data = connection.execute(
        select(catalogues.c.state).where(catalogues.c.digest == digest)
    ).scalar_one()
    return dict(loads(zlib.decompress(data)))


def note(
    connection: Connection, key_id: str, action: str, subject: str, now: int, **detail: Any
) -> None:
    """Write a line of the audit log. subject: never a person's label, see `people.subject_hash`."""
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

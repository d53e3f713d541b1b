"""Idempotency keys: a key belongs to the first request that was sent with it.

What is stored holds no text of the request: both hashes contain the key, which is not stored.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, delete, select

from whyrec.core import ArgumentError
from whyrec.serve.store.store import upsert
from whyrec.serve.store.tables import idempotency

__all__ = ["Claim", "KeyReusedError", "bind", "bound", "claim_of", "drop_claims"]


class KeyReusedError(ArgumentError):
    """The Idempotency-Key was sent with another request before."""

    def __init__(self) -> None:
        super().__init__(
            "an Idempotency-Key belongs to one request: method, path and body",
            fix="send a new key with each new request",
        )


@dataclass(frozen=True)
class Claim:
    """A request with an Idempotency-Key.

    Attributes:
        id: Hash of the key and its owner.
        fingerprint: Hash of the key, method, path and body.
    """

    id: str
    fingerprint: str


def claim_of(key_id: str, once: str, method: str, path: str, body: bytes) -> Claim:
    """The claim of a request; JSON bodies with the same content are the same.

    Args:
        key_id: The API key of the sender.
        once: The Idempotency-Key.
        method: The HTTP method.
        path: The path with its query.
        body: The body as it was sent.
    """
    with suppress(orjson.JSONDecodeError):
        body = orjson.dumps(orjson.loads(body), option=orjson.OPT_SORT_KEYS)
    text = b"\0".join([once.encode(), method.encode(), path.encode(), body])
    id = hashlib.sha256(f"{key_id}\0{once}".encode()).hexdigest()[:32]
    return Claim(id, hashlib.sha256(text).hexdigest())


def bound(connection: Connection, claim: Claim) -> bool:
    """Whether this request was sent before; raises KeyReusedError if another one was."""
    c = idempotency.c
    found = connection.execute(select(c.fingerprint).where(c.id == claim.id)).scalar()
    if found is not None and found != claim.fingerprint:
        raise KeyReusedError
    return found is not None


def bind(connection: Connection, claim: Claim, now: int) -> bool:
    """Bind the key to the request, as :func:`bound`."""
    statement = upsert(connection, idempotency).values(**vars(claim), time=now)
    new = statement.on_conflict_do_nothing(index_elements=["id"]).returning(idempotency.c.id)
    return connection.execute(new).first() is None and bound(connection, claim)


def drop_claims(connection: Connection, before: int) -> None:
    """Forget the keys of requests before a time."""
    connection.execute(delete(idempotency).where(idempotency.c.time < before))

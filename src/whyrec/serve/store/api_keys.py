"""API keys: shown once, stored as hashes, each with a role that defines its scopes."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from whyrec.core import ArgumentError, UnknownNameError
from whyrec.serve.store import log
from whyrec.serve.store.store import bump
from whyrec.serve.store.tables import keys

__all__ = [
    "COMMAND",
    "ROLES",
    "Key",
    "all_keys",
    "any_key",
    "digest",
    "drop_key",
    "key_of",
    "make_key",
    "new_key",
    "remove_key",
]

COMMAND = "command line"  # in the audit log, in place of a key's id

# Scopes of each role; "own" limits a scope to the key's person. "insight": measurements and maps
# of the models, without people; "inspect": the same for one person; "measure": to start a
# measurement.
ROLES: dict[str, frozenset[str]] = {
    "admin": frozenset(
        {
            *(
                "me",
                "events",
                "recommend",
                "records",
                "records:all",
                "items:read",
                "items:write",
                "people",
            ),
            *("models:read", "models", "experiments", "keys", "audit", "metrics"),
            *("insight", "inspect", "measure"),
        }
    ),
    "service": frozenset(
        {
            "me",
            "events",
            "recommend",
            "records",
            "records:all",
            "items:read",
            "items:write",
            "people",
        }
    ),
    "reader": frozenset({"me", "items:read", "recommend", "records"}),
    "monitor": frozenset({"me", "metrics", "insight"}),
    "auditor": frozenset(
        {
            "me",
            "records",
            "records:all",
            "items:read",
            "models:read",
            "audit",
            "metrics",
            "insight",
            "measure",
        }
    ),
    "person": frozenset({"me", "events", "recommend", "records", "items:read", "people", "own"}),
}


@dataclass(frozen=True)
class Key:
    """An API key without its secret; `user` is the only person that the role `person` may see."""

    id: str
    role: str
    user: str | None
    note: str
    since: int

    def may(self, scope: str) -> bool:
        """Whether the role has this scope."""
        return scope in ROLES[self.role]

    def may_see(self, user: str | None) -> bool:
        """Whether the key may act for this person (None: for nobody in particular)."""
        return self.role != "person" or user is None or user == self.user


def digest(secret: str) -> str:
    """The hash of a secret that is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_key(
    connection: Connection, role: str, now: int, *, user: str | None = None, note: str = ""
) -> tuple[Key, str]:
    """Make a key; return it with its secret, which is stored nowhere.

    Raises UnknownNameError for a role, ArgumentError for the person.
    """
    if role not in ROLES:
        raise UnknownNameError("role", role, ROLES)
    if (role == "person") != (user is not None):
        raise ArgumentError(
            "a key of the role person has a user, and no other key has one",
            given=f"role {role}, user {user!r}",
        )
    key = Key(secrets.token_hex(8), role, user, note, now)
    secret = "wr_" + secrets.token_urlsafe(32)
    connection.execute(
        insert(keys).values(
            id=key.id, sha256=digest(secret), role=role, user=user, note=note, since=now
        )
    )
    bump(connection, "keys")
    return key, secret


def new_key(
    connection: Connection, by: str, role: str, now: int, *, user: str | None = None, note: str = ""
) -> tuple[Key, str]:
    """Make a key as :func:`make_key`, with a line in the audit log; `by` is who makes it."""
    made = make_key(connection, role, now, user=user, note=note)
    log.note(connection, by, "new-key", "key", now, id=made[0].id, role=role)
    return made


def drop_key(connection: Connection, by: str, id: str, now: int) -> bool:
    """Remove a key as :func:`remove_key`, with a line in the audit log."""
    gone = remove_key(connection, id)
    if gone:
        log.note(connection, by, "remove-key", "key", now, id=id)
    return gone


_KEY = select(keys.c.id, keys.c.role, keys.c.user, keys.c.note, keys.c.since)


def key_of(connection: Connection, secret_digest: str) -> Key | None:
    """The key whose secret has this digest."""
    row = connection.execute(_KEY.where(keys.c.sha256 == secret_digest)).one_or_none()
    return Key(*row) if row else None


def all_keys(connection: Connection) -> list[Key]:
    """Every key, oldest first."""
    return [Key(*row) for row in connection.execute(_KEY.order_by(keys.c.since, keys.c.id))]


def any_key(connection: Connection) -> bool:
    """Whether the store has a key."""
    return connection.execute(select(keys.c.id).limit(1)).first() is not None


def remove_key(connection: Connection, id: str) -> bool:
    """Remove a key at once for all processes; return False if there is none with this id."""
    gone = connection.execute(delete(keys).where(keys.c.id == id)).rowcount
    bump(connection, "keys")
    return bool(gone)

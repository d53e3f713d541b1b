"""The store's tables. Times are int64 Unix seconds, labels are the caller's own text.

A person's `revision` and the `counters` are tokens that change with every change. Each process
compares them at each request with its memory, so no process serves stale data, however many there
are.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "COUNTERS",
    "audit",
    "catalogues",
    "counters",
    "events",
    "experiments",
    "findings",
    "friends",
    "idempotency",
    "items",
    "jobs",
    "keys",
    "links",
    "metadata",
    "models",
    "people",
    "receipts",
    "recommendations",
]

metadata = MetaData()
NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite auto-increments only INTEGER keys
COUNTERS = ("items", "models", "keys", "experiments")

events = Table(
    "events",
    metadata,
    Column("seq", NUMBER, primary_key=True, autoincrement=True),
    Column("user", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("value", Float, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("recommendation_id", Text),
    Column("impression", Text),  # JSON list of item labels that were shown
    # Unique within a person, so nobody can use up another's ids or find out which exist.
    UniqueConstraint("user", "event_id", name="events_once"),
    Index("events_of_user", "user", "time", "seq"),
    Index("events_by_recommendation", "recommendation_id"),
    sqlite_autoincrement=True,  # a number is never used again, so it keeps the order of arrival
)

items = Table(
    "items",
    metadata,
    Column("item", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("categories", Text, nullable=False),  # JSON list
    Column(
        "more", Text, nullable=False
    ),  # JSON: {"fields": {name: [..]}, "numeric": {name: number}}
    Column("hidden", Boolean, nullable=False),
    Column("removed", Boolean, nullable=False),  # invisible to callers; histories still name it
    Column("changed", BigInteger, nullable=False),  # the counter "items" when this row was written
    Index("items_changed", "changed"),
)

people = Table(
    "people",
    metadata,
    Column("user", Text, primary_key=True),
    Column(
        "revision", BigInteger, nullable=False
    ),  # random: an erased person who returns has another
    Column("personalised", Boolean, nullable=False),
    Column("controls", Text, nullable=False),  # JSON: the fields of Controls
    Column("fields", Text, nullable=False),  # JSON: additional fields
    Column("since", BigInteger, nullable=False),
)

links = Table(
    "links",
    metadata,
    Column("head", Text, primary_key=True),
    Column("relation", Text, primary_key=True),
    Column("tail", Text, primary_key=True),
)

friends = Table(
    "friends",
    metadata,
    Column("user", Text, primary_key=True),
    Column("friend", Text, primary_key=True),
    Index("friends_back", "friend"),
)

recommendations = Table(
    "recommendations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("time", BigInteger, nullable=False),
    Column("user", Text),
    Column("key_id", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("variant", Text),  # experiment:variant
    Column("catalogue", Text, nullable=False),
    Column("request", LargeBinary, nullable=False),  # zlib of JSON: what was asked
    Column("inputs", LargeBinary, nullable=False),  # zlib of JSON: all that the answer depends on
    Column("response", LargeBinary, nullable=False),  # zlib of JSON, as it was sent
    Index("recommendations_of_user", "user"),
    Index("recommendations_by_variant", "variant"),
    Index("recommendations_by_time", "time"),
)

catalogues = Table(  # differences from a model's own items at some time, needed for replay
    "catalogues",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("state", LargeBinary, nullable=False),
)

idempotency = Table(  # hashes of the requests that came with an Idempotency-Key
    "idempotency",
    metadata,
    Column("id", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("time", BigInteger, nullable=False),
    Index("idempotency_by_time", "time"),
)

models = Table(
    "models",
    metadata,
    Column(
        "version", Text, primary_key=True
    ),  # from the sha256 of the folder's manifest, which covers every file
    Column("name", Text, nullable=False),
    Column("manifest_sha256", Text, nullable=False),
    Column("data_hash", Text, nullable=False),
    Column("state", Text, nullable=False),  # active, candidate, retired
    Column("before", Text),  # the version that was active before this one
    Column("metrics", Text, nullable=False),  # JSON
    Column("added", BigInteger, nullable=False),
    Column("trained_to", BigInteger, nullable=False),  # time of the last event it was fitted on
)

experiments = Table(
    "experiments",
    metadata,
    Column("name", Text, primary_key=True),
    Column("variants", Text, nullable=False),  # JSON: [{"name", "model", "weight"}]
    Column("active", Boolean, nullable=False),
    Column("since", BigInteger, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column(
        "sha256", Text, nullable=False, unique=True
    ),  # of 32 random bytes: they cannot be guessed, so no salt is needed
    Column("role", Text, nullable=False),
    Column("user", Text),  # role person: the only person it may see
    Column("note", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key_id", Text, nullable=False),
    Column("state", Text, nullable=False),  # queued, running, done, failed
    Column("request", Text, nullable=False),
    Column("result", Text),
    Column("since", BigInteger, nullable=False),
)

findings = Table(  # measurements of a model: sums over people, never one person
    "findings",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("state", Text, nullable=False),  # running, done, failed
    Column("time", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("result", Text),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", NUMBER, primary_key=True, autoincrement=True),
    Column("time", BigInteger, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),  # a person appears only as a keyed hash
    Column("detail", Text, nullable=False),
    sqlite_autoincrement=True,
)

receipts = Table(
    "receipts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("time", BigInteger, nullable=False),
    Column("subject", Text, nullable=False),
    Column("counts", Text, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

secrets = Table(  # the key of the keyed hashes; it never leaves the store
    "secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

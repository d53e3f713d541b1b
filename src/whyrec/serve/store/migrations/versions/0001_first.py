"""The first form of the store.

It is a copy of tables.py at that time, because later forms must not change this step.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(*names: str, null: bool = False, key: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=null, primary_key=key) for name in names]


def _big(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _blob(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.LargeBinary(), nullable=False) for name in names]


def _flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _seq() -> sa.Column[Any]:
    return sa.Column("seq", NUMBER, primary_key=True, autoincrement=True)


def upgrade() -> None:
    _what_happened()
    _what_there_is()
    _what_was_answered()
    _operations()


def _what_happened() -> None:
    value = sa.Column("value", sa.Float(), nullable=False)
    op.create_table(
        "events",
        _seq(),
        *_text("user", "event_id", "item", "kind"),
        value,
        *_big("time", "received"),
        *_text("recommendation_id", "impression", null=True),
        sa.UniqueConstraint("user", "event_id", name="events_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("events_of_user", "events", ["user", "time", "seq"])
    op.create_index("events_by_recommendation", "events", ["recommendation_id"])


def _what_there_is() -> None:
    op.create_table(
        "items",
        *_text("item", key=True),
        *_text("title", "text", "categories", "more"),
        _flag("hidden"),
        _flag("removed"),
        *_big("changed"),
    )
    op.create_index("items_changed", "items", ["changed"])
    op.create_table(
        "people",
        *_text("user", key=True),
        *_big("revision"),
        _flag("personalised"),
        *_text("controls", "fields"),
        *_big("since"),
    )
    op.create_table("links", *_text("head", "relation", "tail", key=True))
    op.create_table("friends", *_text("user", "friend", key=True))
    op.create_index("friends_back", "friends", ["friend"])


def _what_was_answered() -> None:
    op.create_table(
        "recommendations",
        *_text("id", key=True),
        *_big("time"),
        *_text("user", null=True),
        *_text("key_id", "model"),
        *_text("variant", null=True),
        *_text("catalogue"),
        *_blob("request", "inputs", "response"),
    )
    op.create_index("recommendations_of_user", "recommendations", ["user"])
    op.create_index("recommendations_by_variant", "recommendations", ["variant"])
    op.create_table("catalogues", *_text("digest", key=True), *_blob("state"))
    op.create_table(
        "jobs",
        *_text("id", key=True),
        *_text("key_id", "state", "request"),
        *_text("result", null=True),
        *_big("since"),
    )


def _operations() -> None:
    op.create_table(
        "models",
        *_text("version", key=True),
        *_text("name", "manifest_sha256", "data_hash", "state"),
        *_text("before", null=True),
        *_text("metrics"),
        *_big("added", "trained_to"),
    )
    op.create_table(
        "experiments", *_text("name", key=True), *_text("variants"), _flag("active"), *_big("since")
    )
    op.create_table(
        "keys",
        *_text("id", key=True),
        sa.Column("sha256", sa.Text(), nullable=False, unique=True),
        *_text("role"),
        *_text("user", null=True),
        *_text("note"),
        *_big("since"),
    )
    op.create_table(
        "audit",
        _seq(),
        *_big("time"),
        *_text("key_id", "action", "subject", "detail"),
        sqlite_autoincrement=True,
    )
    op.create_table("receipts", *_text("id", key=True), *_big("time"), *_text("subject", "counts"))
    op.create_table("counters", *_text("name", key=True), *_big("value"))
    op.create_table("secrets", *_text("name", key=True), *_text("value"))


def downgrade() -> None:
    for name in (
        "events",
        "items",
        "people",
        "links",
        "friends",
        "recommendations",
        "catalogues",
        "jobs",
        "models",
        "experiments",
        "keys",
        "audit",
        "receipts",
        "counters",
        "secrets",
    ):
        op.drop_table(name)

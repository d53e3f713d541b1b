"""Open, migrate and monitor the database of the store, and translate its errors.

SQLite runs in WAL mode with synchronous=FULL: a commit is on disk before it is acknowledged, and
readers never wait for the writer. PostgreSQL is reached through psycopg 3; a connection that its
server dropped is detected and replaced.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError as SQLArgumentError, DBAPIError, NoSuchModuleError

from whyrec.core import ArgumentError, MissingExtra, WhyrecError
from whyrec.serve.store import tables

__all__ = ["StoreError", "address", "migrate", "named_errors", "open_engine"]

BUSY_SECONDS = 5.0  # time that a writer waits for another process's transaction
MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x77687972  # PostgreSQL's advisory lock under which one process at a time migrates

# SQLite's result code (without its extension): our name, the cause, the fix.
SQLITE = {
    sqlite3.SQLITE_FULL: (
        "store-full",
        "the disk of the store is full",
        "free space on the disk; no restart is needed",
    ),
    sqlite3.SQLITE_READONLY: (
        "store-read-only",
        "the store cannot be written",
        "make the disk and the file writable; no restart is needed",
    ),
    sqlite3.SQLITE_BUSY: (
        "store-locked",
        "another program holds the store locked",
        "wait, or end that program",
    ),
    sqlite3.SQLITE_LOCKED: (
        "store-locked",
        "another program holds the store locked",
        "wait, or end that program",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "store-unreachable",
        "the store's file cannot be opened",
        "check the path and who may read it",
    ),
    sqlite3.SQLITE_IOERR: ("store-failing", "the disk of the store fails", "check the disk"),
    sqlite3.SQLITE_CORRUPT: ("store-damaged", "the store's file is damaged", "bring back a copy"),
    sqlite3.SQLITE_NOTADB: (
        "store-damaged",
        "the store's file is no SQLite database",
        "check the path",
    ),
}
POSTGRES = {  # by the class or code of SQLSTATE
    "53100": (
        "store-full",
        "the disk of PostgreSQL is full",
        "free space there; no restart is needed",
    ),
    "53300": (
        "store-unreachable",
        "PostgreSQL has no connection left",
        "raise max_connections or start fewer processes",
    ),
    "25006": ("store-read-only", "PostgreSQL is read-only", "connect to the primary server"),
    "55P03": (
        "store-locked",
        "another program holds the store locked",
        "wait, or end that program",
    ),
    "40P01": ("store-locked", "two writers blocked each other", "send it again"),
    "40001": ("store-locked", "two writers blocked each other", "send it again"),
}
UNREACHABLE = (
    "store-unreachable",
    "the store does not answer",
    "start the database; no restart is needed here",
)


class StoreError(WhyrecError, OSError):
    """The database cannot work now and nothing of the request was stored; `code` is the cause."""

    def __init__(self, code: str, required: str, fix: str) -> None:
        self.code = code
        self.required = required
        self.fix = fix
        super().__init__(f"{required}. Fix: {fix}.")

    def __str__(self) -> str:
        return f"{self.required}. Fix: {self.fix}."


def address(url: str) -> URL:
    """Check and return the URL: SQLite with a file, or PostgreSQL through psycopg."""
    fix = "write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
    try:
        made = make_url(url)
    except SQLArgumentError:
        raise ArgumentError(
            "--store must be a database URL", given=repr(url.partition("://")[0]), fix=fix
        ) from None
    if made.drivername == "postgresql":
        made = made.set(drivername="postgresql+psycopg")
    if made.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ArgumentError(
            "the store is kept in SQLite or PostgreSQL", given=made.drivername, fix=fix
        )
    if made.drivername == "sqlite" and (not made.database or made.database == ":memory:"):
        raise ArgumentError("an SQLite store must be a file", given="no path", fix=fix)
    return made


def open_engine(url: URL, *, writer: bool) -> Engine:
    """An engine for readers, or for the one writer, whose transactions are exclusive."""
    try:
        if url.get_backend_name() != "sqlite":
            settings: dict[str, Any] = {
                "connect_timeout": 5,
                "options": f"-c lock_timeout={int(BUSY_SECONDS * 1000)}",
            }
            return create_engine(
                url,
                pool_pre_ping=True,
                pool_size=2 if writer else 16,
                max_overflow=16,
                connect_args=settings,
            )
        engine = create_engine(
            url,
            connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
            pool_size=16,
            max_overflow=32,
        )
    except NoSuchModuleError:
        raise ArgumentError(
            "the store is kept in SQLite or PostgreSQL", given=url.drivername
        ) from None
    except ImportError as error:
        raise MissingExtra(error.name or url.drivername, "serve") from None

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin explicitly, see below
        cursor = connection.cursor()
        # secure_delete: erased data is overwritten, not only unlinked.
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


@contextmanager
def named_errors() -> Iterator[None]:
    """Raise errors of the database as StoreError.

    Their address and statement are omitted, because they may contain personal data.
    """
    try:
        yield
    except DBAPIError as error:
        raise StoreError(*_meaning(error)) from error


def _meaning(error: DBAPIError) -> tuple[str, str, str]:
    original: Any = error.orig
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", None)  # only some errors of SQLite have it
        if code is not None and code & 0xFF in SQLITE:
            return SQLITE[code & 0xFF]
        if "readonly" in str(original):
            return SQLITE[sqlite3.SQLITE_READONLY]
    state = getattr(original, "sqlstate", None) or ""  # only errors of PostgreSQL have it
    if state in POSTGRES:
        return POSTGRES[state]
    if (
        error.connection_invalidated
        or state[:2] in ("08", "57")
        or type(original).__name__ == "OperationalError"
    ):
        return UNREACHABLE
    raise error


def migrate(engine: Engine) -> None:
    """Bring the tables to this version's form; processes that start together take turns."""
    with named_errors(), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        _refuse_foreign(connection)
        _alembic(connection)
        there = set(connection.execute(select(tables.counters.c.name)).scalars())
        for name in tables.COUNTERS:
            if name not in there:
                connection.execute(insert(tables.counters).values(name=name, value=0))


def _refuse_foreign(connection: Connection) -> None:
    """Refuse a database that has tables of another program."""
    there = set(inspect(connection).get_table_names())
    if there & set(tables.metadata.tables) and "alembic_version" not in there:
        raise ArgumentError(
            "the store must be a new database or one that whyrec made",
            given=f"tables {', '.join(sorted(there)[:5])}",
            fix="give another --store",
        )


def _alembic(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        # Checked first: a store that is up to date is opened without loading every migration.
        from alembic.migration import MigrationContext

        if (
            MigrationContext.configure(connection).get_current_revision()
            != ScriptDirectory.from_config(config).get_current_head()
        ):
            command.upgrade(config, "head")
    except CommandError as error:
        raise ArgumentError(
            "the store must be of this version of whyrec or an older one",
            given=str(error),
            fix="pip install --upgrade whyrec",
        ) from None

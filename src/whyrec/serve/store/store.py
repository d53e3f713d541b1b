"""The store: one writer per process, any number of readers, durable before acknowledgement.

Every change goes through :meth:`Store.write`. One thread collects the waiting changes and commits
them together, so that many small requests share one flush of the disk; each waits until its own
change is durable. A failing change does not affect the others: the batch is rolled back and each
change is tried alone.
"""

from __future__ import annotations

import queue
import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, Table, select, update

from whyrec.serve.store import engine as engines, tables
from whyrec.serve.store.engine import StoreError, named_errors

__all__ = ["Store", "as_dicts", "bump", "dumps", "fresh", "loads", "upsert"]

T = TypeVar("T")
Job = Callable[[Connection], Any]
TOGETHER = 64  # most changes in one commit
ALONE = {
    "store-locked"
}  # of PostgreSQL: one change of the batch may be the cause, so the others are tried alone


def dumps(value: Any) -> str:
    """JSON text of a value; numpy numbers become plain ones."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()


def loads(text: str | bytes) -> Any:
    """The value of a JSON text."""
    return orjson.loads(text)


def fresh() -> int:
    """A random new revision, which never repeats an earlier one, not even after an erasure."""
    return secrets.randbits(62)


class Store:
    """An open store; missing tables are created.

    `url` is sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME. Raises ArgumentError for a URL
    that cannot be a store, StoreError if the database does not work.
    """

    def __init__(self, url: str) -> None:
        self.url = engines.address(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._readers = engines.open_engine(self.url, writer=False)
        self._engine = engines.open_engine(self.url, writer=True)
        engines.migrate(self._engine)
        self._jobs: queue.SimpleQueue[tuple[Job, Future[Any]] | None] = queue.SimpleQueue()
        self._closed = False
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="whyrec-writer", daemon=True)
        self._thread.start()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state throughout and never waits for the writer."""
        with named_errors(), self._readers.connect() as connection:
            yield connection

    def write(self, job: Callable[[Connection], T]) -> T:
        """Run `job` in a transaction; return its value once durable, or raise StoreError."""
        return self.begin(job).result()

    def begin(self, job: Callable[[Connection], T]) -> Future[T]:
        """Like :meth:`write`, without waiting."""
        done: Future[T] = Future()
        done.set_running_or_notify_cancel()  # a caller that stops waiting does not stop the writer
        with self._gate:
            if self._closed:
                raise StoreError(
                    "store-closed", "the service is stopping", "send it to the service that follows"
                )
            self._jobs.put((job, done))
        return done

    def close(self) -> None:
        """Finish waiting changes, then close the database."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._thread.join()
        self._engine.dispose()
        self._readers.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def counters(self) -> dict[str, int]:
        """Tokens that change with the items, models, keys and experiments."""
        with self.read() as connection:
            return counters(connection)

    # --- the writer -------------------------------------------------------------------------------

    def _work(self) -> None:
        while (first := self._jobs.get()) is not None:
            batch = [first]
            last = False
            while len(batch) < TOGETHER:
                try:
                    one = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if one is None:
                    last = True
                    break
                batch.append(one)
            self._commit(batch)
            if last:
                return

    def _commit(self, batch: list[tuple[Job, Future[Any]]]) -> None:
        try:
            with named_errors(), self._engine.begin() as connection:
                values = [job(connection) for job, _ in batch]
        except BaseException as error:  # any error must reach the waiting callers
            if len(batch) > 1 and (
                not isinstance(error, StoreError) or (error.code in ALONE and not self.sqlite)
            ):
                for one in batch:
                    self._commit([one])
                return
            for _, done in batch:
                done.set_exception(error)
            return
        for (_, done), value in zip(batch, values, strict=True):
            done.set_result(value)


def counters(connection: Connection) -> dict[str, int]:
    """All counters by name."""
    return {str(name): int(value) for name, value in connection.execute(_COUNTERS)}


_COUNTERS = select(tables.counters.c.name, tables.counters.c.value)


def as_dicts(result: Any) -> list[dict[str, Any]]:
    """The rows of a result with names of type str, because JSON refuses SQLAlchemy's own names."""
    names = [str(name) for name in result.keys()]  # noqa: SIM118  (a result is no dict)
    return [dict(zip(names, row, strict=True)) for row in result]


def bump(connection: Connection, name: str) -> int:
    """Give the counter its next value and return it."""
    row = tables.counters.c
    statement = (
        update(tables.counters)
        .where(row.name == name)
        .values(value=row.value + 1)
        .returning(row.value)
    )
    return int(connection.execute(statement).scalar_one())


def upsert(database: Connection | str, table: Table) -> Any:
    """The database's own INSERT with ON CONFLICT, for a connection or the name of its dialect."""
    if (database if isinstance(database, str) else database.dialect.name) == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)

"""The store: one writer a process, any number of readers, and what was acknowledged is on the disk.

Every change goes through :meth:`Store.write`. One thread collects the changes that wait and commits
them together, so that many small requests share one flush of the disk; each waits until its own
change is durable. A change that fails takes no
other with it: the batch is undone and each change tried alone.
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
TOGETHER = 64  # changes in one commit at most
ALONE = {
    "store-locked"
}  # of PostgreSQL: one of the batch may be at fault, the others need not fail with it


def dumps(value: Any) -> str:
    """JSON text of a value; numpy numbers become plain ones."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()


def loads(text: str | bytes) -> Any:
    """The value of a JSON text."""
    return orjson.loads(text)


def fresh() -> int:
    """A new revision: random, so that it is never one that was there before, not even after an
    erasure.
    """
    return secrets.randbits(62)


class Store:
    """An open store. url: sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME; its tables are
    made where missing.

    Raises ArgumentError for a URL that cannot be a store, StoreError where the database does not do
    its work.
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
        """A connection that sees one state of the store throughout; never waits for the writer."""
        with named_errors(), self._readers.connect() as connection:
            yield connection

    def write(self, job: Callable[[Connection], T]) -> T:
        """Do `job` in a transaction and return its value once it is durable; StoreError where it
        is not.
        """
        return self.begin(job).result()

    def begin(self, job: Callable[[Connection], T]) -> Future[T]:
        """As :meth:`write`, for those who have other things to do meanwhile."""
        done: Future[T] = Future()
        done.set_running_or_notify_cancel()  # who stops waiting does not stop the writer
        with self._gate:
            if self._closed:
                raise StoreError(
                    "store-closed", "the service is stopping", "send it to the service that follows"
                )
            self._jobs.put((job, done))
        return done

    def close(self) -> None:
        """Finish what waits, then let go of the database."""
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
        """The tokens that change with the items, models, keys and experiments."""
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
        except BaseException as error:  # whatever it is, those who wait must hear of it
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
    """The rows of a result with plain names: SQLAlchemy's own names are not quite str, which
    JSON refuses.
    """
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
    """The database's own INSERT, which knows ON CONFLICT; database: a connection or the name of
    its dialect.
    """
    if (database if isinstance(database, str) else database.dialect.name) == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)

"""The service on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.serve.helpers import Served, served
from tests.serve.postgres import Postgres, running

COUNT = itertools.count()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A PostgreSQL of our own in a folder of its own."""
    with running() as server:
        yield server


@pytest.fixture
def new_database(postgres_server: Postgres) -> Callable[[], str]:
    """Makes an empty database and gives its URL."""

    def make() -> str:
        name = f"whyrec{next(COUNT)}"
        engine = create_engine(postgres_server.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"create database {name}"))
        engine.dispose()
        return postgres_server.url.replace("/postgres", f"/{name}").replace(
            "//" + name, "//postgres"
        )

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store, on each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    return request.getfixturevalue("new_database")()


@pytest.fixture
def on_each(store_url: str, tmp_path: Path) -> Iterator[Served]:
    """A service on each database."""
    with served(tmp_path, store_url) as made:
        yield made


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Served]:
    """A service on SQLite."""
    with served(tmp_path) as made:
        yield made

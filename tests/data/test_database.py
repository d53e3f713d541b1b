"""The plain form's tables in SQLite, and in a real PostgreSQL where its programs are installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.serve.postgres import free_port, running
from whyrec.core import ArgumentError, DataError, MissingExtra
from whyrec.data.formats import database
from whyrec.data.formats.database import load_database

SCRIPT = """
create table events (id integer primary key, "user" varchar(20), item varchar(20), value float,
  time integer, junk varchar(9));
insert into events values (3, 'bob', '2', 3, 1600000000, 'j'), (1, 'ann', '1', 5, 1600000000, 'j'),
  (2, 'ann', '2', 4, 1500000000, 'j'), (4, null, '2', 4, 1500000000, 'j');
create table items (item varchar(20), title varchar(50), genres varchar(50), price numeric(8, 2));
insert into items values ('1', 'Red', 'Drama|Crime', 9.50), ('2', 'Blü', null, 8), ('3', 'Old', null, 7);
create table users ("user" varchar(20), age integer);
insert into users values ('ann', 30), ('bob', null);
create table links (head varchar(20), relation varchar(20), tail varchar(20));
insert into links values ('1', 'by', 'Lee');
create table friends ("user" varchar(20), friend varchar(20));
insert into friends values ('ann', 'bob')
"""


def fill(url: str, script: str = SCRIPT) -> str:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in script.split(";"):
            connection.execute(text(statement))
    engine.dispose()
    return url


def sqlite(folder: Path, script: str = SCRIPT) -> str:
    return fill(f"sqlite:///{folder / 'shop.db'}", script)


def holds_the_script(url: str) -> None:
    loaded = load_database(url)
    data = loaded.data
    assert [
        (data.users[u], data.items[i], float(v))
        for u, i, v in zip(data.user, data.item, data.value, strict=True)
    ] == [("ann", "2", 4), ("ann", "1", 5), ("bob", "2", 3)]
    assert data.clock
    assert data.item_table.title == ("Red", "Blü") and data.item_table.categories == (
        ("Drama", "Crime"),
        (),
    )
    assert data.item_table.numeric["price"].tolist() == [9.5, 8]
    assert data.user_table.numeric["age"][0] == 30
    assert data.links is not None and data.links.entities == ("1", "Lee")
    assert data.friends.tolist() == [[0, 1]]
    assert [(s.name, s.touched) for s in loaded.steps] == [
        ("read events", 4),
        ("drop rows without user", 1),
        ("leave out items without events", 1),
        ("read links", 1),
    ]


def test_sqlite(tmp_path: Path) -> None:
    url = sqlite(tmp_path)
    holds_the_script(url)
    assert (
        load_database(url).data.name == "shop"
        and load_database(url, domain="shop").data.domain == "shop"
    )


def test_pieces_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "ROWS_AT_ONCE", 1)
    holds_the_script(sqlite(tmp_path))


def test_ties_keep_the_order_of_rows_where_there_is_no_key(tmp_path: Path) -> None:
    rows = ", ".join(f"('u', '{item}', 7)" for item in (5, 3, 9, 1))
    url = sqlite(
        tmp_path, f'create table events ("user", item, time); insert into events values {rows}'
    )
    data = load_database(url).data
    assert [data.items[i] for i in data.item] == ["5", "3", "9", "1"]


def test_a_view_and_mixed_types(tmp_path: Path) -> None:
    url = sqlite(
        tmp_path,
        """create table log (who, what, stars); insert into log values (1, 'x', 2), ('b', 3.5, 4);
                 create view events as select who as "user", what as item, stars as value from log""",
    )
    data = load_database(url).data
    assert (data.users, data.items, data.value.tolist()) == (("1", "b"), ("x", "3.5"), [2, 4])
    wrong = fill(url, "insert into log values (7, 'z', 'good')")
    with pytest.raises(
        DataError, match="'value' of events must hold finite numbers; got 'good' in row"
    ):
        load_database(wrong)


def test_an_empty_further_table_is_as_none(tmp_path: Path) -> None:
    script = """create table events ("user", item); insert into events values (1, 2);
                create table friends ("user", friend)"""
    assert len(load_database(sqlite(tmp_path, script)).data.friends) == 0


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (
            "create table clicks (a)",
            r"needs a table 'events'; got clicks. Fix: create a view 'events'",
        ),
        (
            "create table events (person, item)",
            r"the table 'events' needs the column 'user'; got the columns person, item",
        ),
        ('create table events ("user", item)', r"the table 'events' must hold rows; got none"),
        (
            'create table events ("user", item, value); insert into events values (1, 2, null)',
            "got nothing in row 1",
        ),
        (
            'create table events ("user", item); insert into events values (1, 2); create table items (id)',
            "the table 'items' needs the column 'item'",
        ),
    ],
)
def test_wrong_tables_are_refused(tmp_path: Path, script: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        load_database(sqlite(tmp_path, script))


def test_no_file_is_made_where_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match="an SQLite database must be a file; got .*none.db, which is not there"
    ):
        load_database(f"sqlite:///{tmp_path / 'none.db'}")
    assert not (tmp_path / "none.db").exists()
    with pytest.raises(DataError, match="an SQLite database must be a file; got no path"):
        load_database("sqlite://")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"user,item\n" * 200)
    with pytest.raises(DataError, match="must answer; got file is not a database"):
        load_database(f"sqlite:///{tmp_path / 'x.db'}")


def test_bad_urls_and_drivers() -> None:
    with pytest.raises(ArgumentError, match="a database is given as a URL; got 'nonsense'"):
        load_database("nonsense")
    with pytest.raises(
        ArgumentError, match="must be one that SQLAlchemy knows; got nosuch://host/name"
    ):
        load_database("nosuch://host/name")
    with pytest.raises(MissingExtra, match="needs the library 'pg8000'"):
        load_database("postgresql+pg8000://host/name")


def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'whyrec[serve]'")
    with pytest.raises(DataError, match="must answer.*check that the server runs") as caught:
        load_database(
            f"postgresql+psycopg://me:s3cret@127.0.0.1:{free_port()}/shop?connect_timeout=5"
        )
    assert "s3cret" not in str(caught.value)


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL of our own."""
    with running() as server:
        yield f"postgresql+psycopg://postgres:s3cret@127.0.0.1:{server.port}/postgres"


def test_postgres(postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="needs a table 'events'; got no tables"):
        load_database(postgres)
    fill(postgres)
    holds_the_script(postgres)
    monkeypatch.setattr(database, "ROWS_AT_ONCE", 2)
    holds_the_script(postgres)
    fill(postgres, "alter table events alter column time type timestamptz using to_timestamp(time)")
    assert load_database(postgres).data.time.tolist() == [
        1_500_000_000,
        1_600_000_000,
        1_600_000_000,
    ]
    fill(postgres, "alter table items rename column item to id")
    with pytest.raises(
        DataError, match="the table 'items' needs the column 'item'; got the columns id, title"
    ):
        load_database(postgres)
    with pytest.raises(DataError, match='must answer.*database "none" does not exist') as caught:
        load_database(postgres.replace("/postgres", "/none").replace("//none", "//postgres"))
    assert "s3cret" not in str(caught.value)

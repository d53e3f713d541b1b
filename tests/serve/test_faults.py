"""Disks and databases that fail: errors with names, nothing half done, and all well again without a restart."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from tests.serve.helpers import served
from tests.serve.postgres import running
from whyrec.core import ArgumentError
from whyrec.serve.store.engine import StoreError
from whyrec.serve.store.events import Event, add_events
from whyrec.serve.store.store import Store


def events_of(made, user):
    return [row["event_id"] for row in made.json("GET", f"/v1/users/{user}/export")["events"]]


def post(made, id, user="n", item="i1", **more):
    return made.call(
        "POST",
        "/v1/events",
        json={"events": [{"event_id": id, "user": user, "item": item, **more}]},
    )


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 24 MB of our own; needs the right to mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    ).returncode:
        pytest.skip("this machine lets no test mount a disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


def test_a_full_disk_is_named_and_heals(small_disk, tmp_path):
    with served(tmp_path, f"sqlite:///{small_disk / 'store.db'}") as made:
        assert post(made, "before").status_code == 200
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        answers = [post(made, f"full{n}") for n in range(200)]
        refused = [r for r in answers if r.status_code != 200]
        assert refused and all(
            r.status_code == 507 and r.json()["type"] == "urn:whyrec:store-full" for r in refused
        )
        kept = [f"full{n}" for n, r in enumerate(answers) if r.status_code == 200]
        assert made.call("GET", "/v1/items/i1").status_code == 200  # what needs no disk goes on
        filler.unlink()
        assert post(made, "after").status_code == 200
        assert events_of(made, "n") == ["before", *kept, "after"]


def full_by_limit(store: Store, pages: int) -> None:
    """Let SQLite itself say that there is no room: the same error as that of a full disk."""
    with store._engine.connect() as connection:
        now = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={now + pages}")


def test_a_store_without_room_keeps_what_it_acknowledged(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.db'}"
    with Store(url) as store:
        full_by_limit(store, 4)
        kept = []
        with pytest.raises(
            StoreError, match="the disk of the store is full. Fix: free space"
        ) as caught:
            for number in range(10_000):
                store.write(
                    lambda c, n=number: add_events(c, [Event(f"e{n}", "u", "i" * 100, 1)], 1)
                )
                kept.append(f"e{number}")
        assert caught.value.code == "store-full" and kept
        with store._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count=1000000")
        store.write(lambda c: add_events(c, [Event("last", "u", "i", 1)], 1))
    with sqlite3.connect(tmp_path / "a.db") as connection:
        there = [row[0] for row in connection.execute("select event_id from events order by seq")]
    assert there == [*kept, "last"]


def test_a_locked_database_is_named_and_heals(tmp_path, monkeypatch):
    monkeypatch.setattr("whyrec.serve.store.engine.BUSY_SECONDS", 0.3)
    with served(tmp_path) as made:
        other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
        other.execute("begin immediate")
        refused = post(made, "a")
        assert (
            refused.status_code == 503
            and refused.json()["type"] == "urn:whyrec:store-locked"
            and refused.headers["retry-after"]
        )
        assert (
            made.client.get("/health/ready").status_code == 200
        )  # readers do not wait for a writer
        assert made.call("GET", "/v1/items/i1").status_code == 200
        other.execute("rollback")
        assert post(made, "b").status_code == 200
        assert events_of(made, "n") == ["b"]
        other.close()


def test_a_read_only_disk_is_named_and_heals(small_disk, tmp_path):
    with served(tmp_path, f"sqlite:///{small_disk / 'store.db'}") as made:

        def mount(how):
            made.service.store._engine.dispose()
            made.service.store._readers.dispose()
            done = subprocess.run(
                ["mount", "-o", f"remount,{how}", str(small_disk)], capture_output=True, check=False
            )
            if done.returncode:
                pytest.skip(f"this machine lets no test remount a disk: {done.stderr!r}")

        assert post(made, "a").status_code == 200
        mount("ro")
        refused = post(made, "b")
        assert refused.status_code == 503
        assert refused.json()["type"] in (
            "urn:whyrec:store-read-only",
            "urn:whyrec:store-unreachable",
        ), refused.text
        mount("rw")
        assert post(made, "c").status_code == 200
        assert events_of(made, "n") == ["a", "c"]


def test_a_query_only_connection_is_named(tmp_path):
    with Store(f"sqlite:///{tmp_path / 'a.db'}") as store:
        with store._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only=ON")
        with pytest.raises(StoreError, match="the store cannot be written") as caught:
            store.write(lambda c: add_events(c, [Event("e", "u", "i", 1)], 1))
        assert caught.value.code == "store-read-only"


def test_a_clock_that_goes_back_loses_and_mixes_nothing(tmp_path, monkeypatch):
    with served(tmp_path) as made:
        post(made, "one", item="i5")
        before = made.recommend(user="n")
        monkeypatch.setattr(made.service, "now", lambda: 1_000)
        assert post(made, "two", item="i9").status_code == 200
        after = made.recommend(user="n")
        assert events_of(made, "n") == ["two", "one"]  # told by their own times
        assert after["items"] and after["recommendation_id"] != before["recommendation_id"]
        assert made.json("GET", f"/v1/recommendations/{after['recommendation_id']}/replay")[
            "identical"
        ]
        assert made.call("GET", "/v1/items/i1").status_code == 200


def test_a_postgresql_that_stops_and_starts(tmp_path):
    with running() as server, served(tmp_path, server.url) as made:
        assert post(made, "a").status_code == 200
        server.stop()
        refused = post(made, "b")
        assert (
            refused.status_code == 503 and refused.json()["type"] == "urn:whyrec:store-unreachable"
        )
        assert "postgres@" not in refused.text and str(server.port) not in refused.text
        assert made.client.get("/health/live").status_code == 200
        assert made.client.get("/health/ready").status_code == 503
        server.start()
        assert post(made, "c").status_code == 200
        assert events_of(made, "n") == ["a", "c"]
        assert made.recommend(user="n")["source"] == "user"


def test_stores_that_are_none_are_refused(tmp_path):
    for url, message in (
        ("nonsense", "must be a database URL"),
        ("mysql://h/d", "SQLite or PostgreSQL"),
        ("sqlite://", "must be a file"),
    ):
        with pytest.raises(ArgumentError, match=message):
            Store(url)
    (tmp_path / "x.db").write_bytes(b"user,item\n" * 500)
    with pytest.raises(StoreError, match="no SQLite database"):
        Store(f"sqlite:///{tmp_path / 'x.db'}")
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("create table events (a)")
    with pytest.raises(ArgumentError, match="a new database or one that whyrec made"):
        Store(f"sqlite:///{tmp_path / 'other.db'}")


def test_what_waits_is_written_when_the_store_closes(tmp_path):
    import threading

    url = f"sqlite:///{tmp_path / 'a.db'}"
    store, results = Store(url), []

    def work(n: int) -> None:
        try:
            results.append(
                (n, store.write(lambda c: add_events(c, [Event(f"e{n}", "u", "i", n)], 1)))
            )
        except StoreError:
            results.append((n, None))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    time.sleep(0.005)
    store.close()
    for thread in threads:
        thread.join()
    with sqlite3.connect(Path(str(tmp_path / "a.db"))) as connection:
        there = {row[0] for row in connection.execute("select event_id from events")}
    assert (
        there == {f"e{n}" for n, result in results if result == ["accepted"]} and len(results) == 50
    )


def test_one_bad_change_does_not_take_the_others_with_it(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    with Store(f"sqlite:///{tmp_path / 'a.db'}") as store, ThreadPoolExecutor(16) as pool:

        def bad(_):
            raise ValueError("mine alone")

        def good(n):
            return store.write(lambda c: add_events(c, [Event(f"e{n}", "u", "i", n)], 1))

        waiting = [
            pool.submit(good, n) if n % 3 else pool.submit(store.write, bad) for n in range(90)
        ]
        outcomes = [future.exception() or future.result() for future in waiting]
    assert all(
        isinstance(o, ValueError) if n % 3 == 0 else o == ["accepted"]
        for n, o in enumerate(outcomes)
    )
    assert os.path.exists(tmp_path / "a.db")

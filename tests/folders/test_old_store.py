"""A store of version 0.1 is migrated and serves on: its events, keys, model and logged answers."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from whyrec.cli.app import main
from whyrec.core import ArgumentError
from whyrec.serve.api.app import make_app
from whyrec.serve.main import prepare
from whyrec.serve.settings import Settings
from whyrec.serve.store.store import Store

USERS = "u0", "u1", "new"  # whom it answered
LATER = 1_701_000_000  # when version 0.1 answered


@pytest.fixture
def site(old, tmp_path):
    """(settings, what 0.1 wrote beside the store) of a copy of the store."""
    shutil.copytree(old / "store", tmp_path / "old")
    with sqlite3.connect(tmp_path / "store.db") as database:
        database.executescript((tmp_path / "old" / "store.sql").read_text())
    database.close()
    settings = Settings(
        store=f"sqlite:///{tmp_path / 'store.db'}",
        models=str(tmp_path / "old" / "models"),
        verify=0,
    )
    return settings, json.loads((tmp_path / "old" / "answers.json").read_text())


@contextmanager
def served(settings, key):
    assert prepare(settings, None) == {"version": None, "stored": {}, "key": None}
    app = make_app(settings)
    with TestClient(app, raise_server_exceptions=False) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        yield client, app.state.service


def get(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def list_of(client, **ask):
    answer = client.post("/v1/recommendations", json={"n": 3} | ask)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def places(items):
    return [(row["item"], row["rank"], pytest.approx(row["score"], abs=1e-5)) for row in items]


def test_it_is_migrated_and_its_keys_open_it(site):
    settings, then = site
    with served(settings, then["key"]) as (client, service):
        with service.store.read() as connection:
            assert connection.execute(text("SELECT version_num FROM alembic_version")).all() == [
                ("0005",)
            ]
        assert {row["role"] for row in get(client, "/v1/keys")["keys"]} == {"admin", "person"}
        client.headers["Authorization"] = f"Bearer {then['person']}"
        me = get(client, "/v1/me")
        assert (me["role"], me["user"], me["verb"]) == ("person", "u1", "watched")
        client.headers["Authorization"] = "Bearer wr_another"
        assert client.get("/v1/me").status_code == 401


def test_its_events_are_read_with_their_kinds(site):
    """0.1 stored kinds as they came, and counted every one; a dislike is no choice now."""
    settings, then = site
    with served(settings, then["key"]) as (client, service):
        told = {
            row["event_id"]: (row["item"], row["kind"], row["counts"])
            for user in ("u0", "new")
            for row in get(client, f"/v1/users/{user}/history")["events"]
            if row["kind"] != "import"
        }
        assert told == {
            "0": ("i3", "click", True),
            "1": ("i4", "dislike", False),
            "2": ("i5", "like", True),
            "3": ("i6", "saw_trailer", True),
        }
        assert "i4" not in {row["item"] for row in list_of(client, user="u0", n=20)}
        # u0's list moves, as the dislike counted in it; the others' lists stay.
        for user, answer in zip(USERS, then["answers"], strict=True):
            now = list_of(client, user=user)
            assert (places(now) == places(answer["items"])) == (user != "u0")


def test_its_answers_are_told_and_come_out_again(site):
    """The log keeps what 0.1 said. A replay gives the same places and scores of the same events, the dislike of then included;
    its texts and shares follow the rules of today, which the replay says by naming `items` as different."""
    settings, then = site
    with served(settings, then["key"]) as (client, service):
        for answer in then["answers"]:
            id = answer["recommendation_id"]
            assert get(client, f"/v1/recommendations/{id}")["response"] == answer
            replay = get(client, f"/v1/recommendations/{id}/replay")
            assert (replay["identical"], replay["different"]) == (False, ["items"])
            explained = get(client, f"/v1/recommendations/{id}/explanation")
            assert places(explained["items"]) == places(answer["items"])
            assert get(client, f"/v1/decisions/{id}")["recommendation_id"] == id
        assert len(get(client, "/v1/decisions")["decisions"]) == len(then["answers"])


def test_its_sentences_are_checked_by_the_rules_of_then(site):
    settings, then = site
    with served(settings, then["key"]) as (client, service):
        assert client.post("/v1/audit/sentences").status_code == 202
        end = time.monotonic() + 60
        while (found := get(client, "/v1/audit/sentences"))["state"] == "running":
            assert time.monotonic() < end, found
            time.sleep(0.05)
        assert found["state"] == "done" and found["result"]["false"] == 0, json.dumps(
            found["result"]["examples"]
        )


def test_it_goes_on(site, capsys, tmp_path):
    settings, then = site
    with served(settings, then["key"]) as (client, service):
        sent = [{"event_id": "5", "user": "new", "item": "i7", "type": "click", "ts": LATER + 60}]
        made = client.post("/v1/events", json={"events": sent})
        assert made.status_code == 200 and made.json()["accepted"] == 1
        assert "i7" not in {row["item"] for row in list_of(client, user="new", n=20)}
        assert client.delete("/v1/users/u2").status_code == 202
    assert main(["store", "export", str(tmp_path / "out"), "--store", settings.store]) == 0
    rows = (tmp_path / "out" / "events.csv").read_text().splitlines()
    assert sum(row.startswith("u2,") for row in rows) == 0 and len(rows) > 190


def test_a_store_of_a_newer_version_is_refused_in_a_paragraph(site):
    settings, _ = site
    with Store(settings.store) as store:
        store.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '0099'")))
    with pytest.raises(ArgumentError) as caught:
        Store(settings.store).close()
    assert str(caught.value) == (
        "the store must be of this version of whyrec or an older one; got Can't locate revision "
        "identified by '0099'. Fix: pip install --upgrade whyrec."
    )

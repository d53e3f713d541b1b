"""The service by Ray Serve: the answers of a single process, and nothing acknowledged is lost when a replica dies."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.serve.helpers import served
from tests.serve.postgres import free_port
from whyrec.cli.app import main
from whyrec.serve.store.tables import events

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning"
)  # of ray itself


def test_replicas_answer_as_one_process_and_lose_nothing_when_killed(kills, new_database, tmp_path):
    from whyrec.serve.replicas import replicas

    with served(tmp_path, new_database()) as one:
        settings = replace(one.settings, port=free_port(), workers=2)
        client = kills.Client(settings.port, one.keys["admin"])
        with replicas(settings):
            assert client.call("GET", "/health/ready")[1]["status"] == "ok"
            for user in ("u1", "u7"):
                mine, theirs = (
                    one.recommend(user=user, n=5),
                    client.call("POST", "/v1/recommendations", {"user": user, "n": 5})[1],
                )
                assert theirs["items"] == mine["items"]
                path = f"/v1/recommendations/{theirs['recommendation_id']}/explanation"
                assert client.call("GET", path)[1] == one.json("GET", path)
            with kills.killing(kills.REPLICA, random.Random(0), 1.0) as killed:
                stored = kills.send_events(client, lambda: len(killed) == 1, "a")
            stored += kills.send_events(client, lambda: len(kills.workers(kills.REPLICA)) == 2, "b")
            assert len(killed) == 1 and stored
            assert client.call("GET", "/health/ready")[0] == 200
        with one.service.store.read() as connection:
            there = [
                row[0]
                for row in connection.execute(
                    select(events.c.event_id).where(events.c.user == "u3")
                )
            ]
        assert set(stored) <= set(there) and len(there) == len(set(there))


def test_an_unknown_engine_is_refused(capsys):
    assert main(["serve", "--engine", "spark"]) == 2
    assert (
        "the engine must be local or ray, with 1 worker or more; got spark, 1 workers"
        in capsys.readouterr().err
    )

"""kill -9 at random moments while events are written: nothing that was acknowledged is lost, nothing is there twice, and the
store opens every time. `make crash` kills a thousand times."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from whyrec.serve.store.store import Store
from whyrec.serve.store.tables import events

KILLS = int(os.environ.get("WHYREC_KILLS", "100"))
PER_STORE = 50  # kills of one store: its log and file live through many crashes


def run_and_kill(url: str, name: str, seconds: float) -> list[tuple[str, str]]:
    """The events that a writer acknowledged before it was killed."""
    command = [sys.executable, "-m", "tests.serve.crasher", url, name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        told = process.stdout.read()
    whole = told[: told.rfind("\n") + 1].splitlines()  # the last line may be cut
    return [
        (user, event)
        for user, event, result in (line.split(" ") for line in whole)
        if result == "accepted"
    ]


def check(url: str, acknowledged: list[tuple[str, str]]) -> None:
    with Store(url) as store, store.read() as connection:
        rows = [tuple(row) for row in connection.execute(select(events.c.user, events.c.event_id))]
    assert len(rows) == len(set(rows)), "an event is there twice"
    assert set(acknowledged) <= set(rows), f"lost: {set(acknowledged) - set(rows)}"


@pytest.mark.slow
def test_kills_lose_nothing(tmp_path: Path) -> None:
    chance, killed = random.Random(7), 0
    while killed < KILLS:
        file = tmp_path / f"{killed}.db"
        acknowledged: list[tuple[str, str]] = []
        for _ in range(min(PER_STORE, KILLS - killed)):
            new = run_and_kill(f"sqlite:///{file}", str(killed), chance.uniform(0.0, 0.08))
            acknowledged += new
            killed += 1
            check(f"sqlite:///{file}", acknowledged)
        assert acknowledged, "the writer acknowledged nothing: the test tests nothing"
        with sqlite3.connect(file) as connection:
            assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        file.unlink()


@pytest.mark.slow
def test_kills_lose_nothing_in_postgresql(new_database) -> None:
    chance, url, acknowledged = random.Random(8), new_database(), []
    for number in range(max(5, KILLS // 10)):
        acknowledged += run_and_kill(url, str(number), chance.uniform(0.0, 0.08))
        check(url, acknowledged)
    assert acknowledged

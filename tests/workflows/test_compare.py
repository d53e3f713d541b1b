"""Comparisons in detail: what each model costs, how it is tuned, and that nothing is fitted twice."""

from __future__ import annotations

import threading
import time

import pytest

from whyrec import registry, workflows
from whyrec.models.baselines.popular import Popular


class Working(Popular):
    """Waits 0.4 s, and works as long in a second thread."""

    def fit(self, data, *, seed=0):
        end = time.thread_time() + 0.4
        thread = threading.Thread(target=self.work)
        thread.start()
        time.sleep(0.4)
        thread.join()
        assert time.thread_time() < end
        return super().fit(data, seed=seed)

    def work(self):
        end = time.thread_time() + 0.4
        while time.thread_time() < end:
            pass


class Waiting(Popular):
    def fit(self, data, *, seed=0):
        time.sleep(0.4)
        return super().fit(data, seed=seed)


@pytest.fixture
def added(monkeypatch):
    """Adds models to the catalogue: added(name=Class)."""

    def add(**models):
        known = dict(registry._added("models"))
        known |= {name: f"{made.__module__}:{made.__qualname__}" for name, made in models.items()}
        monkeypatch.setattr(registry, "_added", lambda kind: known if kind == "models" else {})

    return add


def test_every_row_says_its_processor_seconds(data, added):
    added(working=Working, waiting=Waiting)
    working, waiting = workflows.compare(data, ["working", "waiting"], "next-item").rows
    assert working["fit_cpu_seconds"] >= 0.4 and working["fit_seconds"] >= 0.4
    assert waiting["fit_cpu_seconds"] < 0.4 <= waiting["fit_seconds"]
    assert all(row["score_cpu_seconds"] >= 0 for row in (working, waiting))


def test_the_printed_tables_fit_a_page_of_80_columns(data):
    found = workflows.compare(data, ["popular", "cooccurrence"], "next-item")
    lines = str(found).splitlines()
    start = lines.index("Accuracy")
    tables = lines[start : next(at for at, line in enumerate(lines) if " minus " in line)]
    assert max(len(line.removesuffix("  *")) for line in tables) <= 80
    [costs] = [at for at, line in enumerate(lines) if line == "Cost"]
    assert "fit CPU s" in lines[costs + 1]
    assert lines[costs + 2].split()[0] == "popular"

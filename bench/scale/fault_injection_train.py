"""Ray's workers are killed (SIGKILL) at random moments of `tune`, `fit` and `serve`: nothing may
change, nothing be lost.

    OMP_NUM_THREADS=1 python -m bench.scale.fault_injection_train [--kills 20] [--verbs
    tune,fit,serve] [--seed 0]

Two workers on this machine, simulated people (each item is mostly followed by the next), small
models. tune: all trials against those of an engine without kills. fit: the weights, bit by bit,
against those of two workers nobody killed.
serve: events acknowledged against those in the store, and lists against those of a single process.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import signal
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select

from bench.serve.serve import free_port
from whyrec import registry, storage
from whyrec.core import Dataset, recommend
from whyrec.serve.main import prepare
from whyrec.serve.replicas import replicas
from whyrec.serve.settings import Settings
from whyrec.serve.store.store import Store
from whyrec.serve.store.tables import events
from whyrec.workflows.fit_distributed import fit_together
from whyrec.workflows.tune import tune as search_settings

# What Ray calls the processes that do the work.
TRIAL, TRAINER, REPLICA = "ray::_measured", "ray::RayTrainWorker", "ray::ServeReplica:whyrec"
SMALL = {"text": None, "width": 16, "heads": 2, "blocks": 1, "length": 20}


def simulated(people: int = 300, items: int = 60, seed: int = 0) -> Dataset:
    """Sequences in which item n is mostly followed by n + 1."""
    rng = np.random.default_rng(seed)
    steps = np.where(rng.random((people, 20)) < 0.7, 1, rng.integers(0, items, (people, 20)))
    chosen = (rng.integers(0, items, (people, 1)) + np.cumsum(steps, 1)) % items
    moment, person = (
        part.ravel() for part in np.meshgrid(np.arange(20), np.arange(people), indexing="ij")
    )
    return Dataset(
        person,
        chosen[person, moment],
        np.ones(len(person)),
        moment,
        [f"u{n}" for n in range(people)],
        [f"i{n}" for n in range(items)],
    )


def workers(title: str | tuple[str, ...]) -> list[int]:
    """The Ray workers below this process that call themselves so; Ray puts a worker's work into
    its command line.
    """
    parents, titles = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int(
                    (folder / "stat").read_text().rpartition(")")[2].split()[1]
                )
                titles[int(folder.name)] = (folder / "cmdline").read_text()
            except OSError:  # it has just ended
                continue

    def below(process: int) -> bool:
        while process in parents and process != os.getpid():
            process = parents[process]
        return process == os.getpid()

    return sorted(
        process for process, name in titles.items() if name.startswith(title) and below(process)
    )


@contextmanager
def beside(work: Callable[[], None], over: threading.Event) -> Iterator[None]:
    """`work` goes on in a thread while the block runs; `over` tells it that the block is done."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def killing(
    title: str, chance: random.Random, within: float, when: Callable[[], bool] = lambda: True
) -> Iterator[list[int]]:
    """While the block runs, one worker of that title is killed, up to `within` seconds after one is
    there and `when` holds; the block gets a list, in which its number then stands."""
    killed: list[int] = []
    over = threading.Event()

    def work() -> None:
        while not killed and not over.is_set():
            if not (when() and workers(title)):
                over.wait(0.05)
                continue
            over.wait(chance.uniform(0, within))
            if found := workers(title):
                victim = chance.choice(found)
                os.kill(victim, signal.SIGKILL)
                killed.append(victim)

    with beside(work, over):
        yield killed


def tune(
    kills: int,
    folder: Path,
    chance: random.Random,
    *,
    trials: int = 4,
    epochs: int = 20,
    within: float = 3.0,
) -> Iterator[dict[str, Any]]:
    """Searches of two trials at once, with a kill each, until there were enough."""
    data, config = simulated(), SMALL | {"epochs": epochs, "patience": epochs}

    def search(name: str, engine: str) -> Any:
        found = search_settings(
            data,
            "sequence",
            trials=trials,
            store=folder / f"{name}.db",
            out=folder / f"{name}.toml",
            config=config,
            engine=engine,
            workers=2,
        )
        return found.trials, found.best

    expected, number, done = search("local", "local"), 0, 0
    while done < kills:
        began, number = time.perf_counter(), number + 1
        with killing(TRIAL, chance, within) as killed:
            found = search(f"ray{number}", "ray")
        done += len(killed)
        yield {
            "verb": "tune",
            "kills": len(killed),
            "same": found == expected,
            "seconds": time.perf_counter() - began,
        }


def fit(
    kills: int, folder: Path, chance: random.Random, *, epochs: int = 30, within: float = 20.0
) -> Iterator[dict[str, Any]]:
    """Fits by two workers, with a kill each, until there were enough. Each draws dropout of its
    own, from seed, step and number, so a step that is taken again is the same."""
    data, made = simulated(), registry.model("sequence", **SMALL, epochs=epochs, patience=epochs)

    def weights(name: str) -> Any:
        return fit_together(
            "sequence",
            made,
            data,
            seed=0,
            checkpoint=None,
            log=None,
            out=folder / name,
            workers=2,
            address=None,
        )[0].weights_

    expected, number, done = weights("expected"), 0, 0
    while done < kills:
        began, number = time.perf_counter(), number + 1
        with killing(TRAINER, chance, within) as killed:
            found = weights(f"m{number}")
        done += len(killed)
        yield {
            "verb": "fit",
            "kills": len(killed),
            "same": bool(np.array_equal(found, expected)),
            "seconds": time.perf_counter() - began,
        }


class Client:
    """Requests with a key, sent again while a replica that died is not replaced."""

    def __init__(self, port: int, key: str) -> None:
        self.port, self.key = port, key

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON of the answer; 503 and None where there was none."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, None
        except OSError:
            return 503, None


def send_events(client: Client, enough: Callable[[], bool], run: str) -> list[str]:
    """Events of one person, one a request, until `enough`, and five more; those that were
    acknowledged.
    """
    stored, left = [], 5
    for number in itertools.count():
        left -= enough()
        if left < 0:
            return stored
        event = {"event_id": f"{run}-{number}", "user": "u3", "item": f"i{number % 40}"}
        status, answer = client.call("POST", "/v1/events", {"events": [event]})
        if status < 300 and answer["accepted"]:
            stored.append(event["event_id"])


def serve(
    kills: int, folder: Path, chance: random.Random, *, within: float = 5.0
) -> Iterator[dict[str, Any]]:
    """Two replicas on one store: one is killed while events are written, until there were
    enough.
    """
    data = simulated()
    model = registry.model("ease").fit(data)
    settings = Settings(
        store=f"sqlite:///{folder / 'store.db'}",
        models=str(folder / "models"),
        port=free_port(),
        workers=2,
    )
    client = Client(
        settings.port,
        prepare(settings, storage.save(folder / "m", model, data, name="ease"))["key"],
    )
    best = [data.items[item] for item in recommend(model, data.history("u1"), 10)[0].items]
    stored: set[str] = set()
    with replicas(settings), Store(settings.store) as store:
        for number in range(kills):
            began = time.perf_counter()
            with killing(REPLICA, chance, within) as killed:
                stored |= set(
                    send_events(client, lambda killed=killed: len(killed) == 1, f"{number}-during")
                )
            stored |= set(
                send_events(client, lambda: len(workers(REPLICA)) == 2, f"{number}-after")
            )
            with store.read() as connection:
                there = [
                    row[0]
                    for row in connection.execute(
                        select(events.c.event_id).where(events.c.user == "u3")
                    )
                ]
            status, answer = client.call("POST", "/v1/recommendations", {"user": "u1", "n": 10})
            same = (
                stored <= set(there)
                and len(there) == len(set(there))
                and status == 200
                and [row["item"] for row in answer["items"]] == best
            )
            yield {
                "verb": "serve",
                "kills": 1,
                "same": same,
                "seconds": time.perf_counter() - began,
                "acknowledged": len(stored),
            }


VERBS = {"tune": tune, "fit": fit, "serve": serve}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--verbs", default=",".join(VERBS))
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    for verb in given.verbs.split(","):
        rows = []
        with tempfile.TemporaryDirectory() as folder:
            for row in VERBS[verb](given.kills, Path(folder), random.Random(given.seed)):
                rows.append(row)
                print(json.dumps(row), flush=True)
        print(
            f"{verb}: {sum(row['kills'] for row in rows)} kills in {len(rows)} runs, "
            f"{sum(row['same'] for row in rows)} with the same result, "
            f"{sum(row['seconds'] for row in rows) / len(rows):.0f} s each",
            flush=True,
        )


if __name__ == "__main__":
    main()

"""A worker is killed (SIGKILL) at a random moment of `prepare`, `fit` and `batch`: the result must
be the same to the bit.

    OMP_NUM_THREADS=1 python -m bench.scale.fault_injection [--kills 20] [--verbs prepare,fit,batch]
    [--engines local,ray] [--seed 0]

Two workers on this machine, simulated events (bench/scale/scale.py). Each work is done once
unharmed; then over and over, with one
kill each: after a share of the unharmed seconds that is drawn anew, one of the workers that then
have work dies. Works that ended before their kill do not count. prepare: every file of the folder,
by Parquet of 8 files in shards, core and split of the protocol next-item; fit: the arrays of ease
and cooccurrence, counted in 20 blocks of people; batch: the file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from bench.scale.fault_injection_train import beside, workers as workers_called
from bench.scale.scale import write_events
from whyrec import api, registry, storage
from whyrec.core import artefact
from whyrec.data.outofcore.prepare import prepare
from whyrec.models.linear import terms
from whyrec.scale import batch
from whyrec.scale.workers import each
from whyrec.workflows.batch import people_of

FILES = 8


def busy(engine: str) -> list[int]:
    """The processes that work for this one: of a pool, or Ray Data's that have a task (they take
    its name).
    """
    if engine == "local":
        return [one.pid for one in multiprocessing.active_children() if one.pid]
    return workers_called(("ray::MapBatches", "ray::MapWorker"))


@contextmanager
def killing(engine: str, after: float, chance: random.Random) -> Iterator[list[int]]:
    """While the block runs, after so many seconds, one worker that is busy then, or is the first
    to be, is killed.
    """
    killed: list[int] = []
    over = threading.Event()

    def work() -> None:
        over.wait(after)
        while not over.is_set() and not killed:
            if found := busy(engine):
                victim = chance.choice(found)
                try:
                    os.kill(victim, signal.SIGKILL)
                    killed.append(victim)
                except ProcessLookupError:  # it has just ended
                    continue
            over.wait(0.01)

    with beside(work, over):
        yield killed


def works(folder: Path, events: int) -> dict[str, Callable[..., str]]:
    """Each verb's work on an engine with so many workers; it returns a hash of all that it made."""
    (raw := folder / "raw").mkdir()
    write_events(events, raw, 0)
    table = pl.read_csv(raw / "events.csv")
    (raw / "events.csv").unlink()
    for number in range(FILES):
        some = slice(number * len(table) // FILES, (number + 1) * len(table) // FILES)
        table[some].write_parquet(raw / f"events-{number}.parquet")
    prepare(raw, folder / "ready")
    data, model = api.load(folder / "ready"), folder / "m"
    storage.save(model, registry.model("cooccurrence").fit(data), data, name="cooccurrence")

    def prepared(engine: str, workers: int = 2) -> str:
        prepare(
            raw,
            folder / "out",
            protocol="next-item",
            k_core=5,
            shard=events // 12,
            each=each(engine, workers),
        )
        return digest(
            path.read_bytes() for path in sorted((folder / "out").rglob("*")) if path.is_file()
        )

    def fitted(engine: str, workers: int = 2) -> str:
        made = [
            registry.model(name).fit(data, each=each(engine, workers))
            for name in ("ease", "cooccurrence")
        ]
        return digest(
            array.tobytes()
            for one in made
            for _, array in sorted(artefact.model_parts(one)[0].items())
        )

    def listed(engine: str, workers: int = 2) -> str:
        job = batch.Job(partial(people_of, model), data.n_users, block=64)
        batch.run(job, folder / "recs.parquet", engine=engine, workers=workers)
        return digest([(folder / "recs.parquet").read_bytes()])

    return {"prepare": prepared, "fit": fitted, "batch": listed}


def digest(parts: Any) -> str:
    made = hashlib.sha256()
    for part in parts:
        made.update(part)
    return made.hexdigest()


def killed_often(
    work: Callable[..., str], engine: str, kills: int, chance: random.Random
) -> dict[str, Any]:
    """How often the result was the same, and the mean seconds, without and with a kill."""
    work(engine)  # it starts Ray, and shows what is imported
    began = time.perf_counter()
    expected = work(engine)
    unharmed, done, same, seconds = time.perf_counter() - began, 0, 0, 0.0
    while done < kills:
        began = time.perf_counter()
        with killing(engine, chance.uniform(0, unharmed), chance) as killed:
            found = work(engine)
        if killed:
            done, same, seconds = (
                done + 1,
                same + (found == expected),
                seconds + time.perf_counter() - began,
            )
            print(f"\r{same} of {done}", end="", file=sys.stderr, flush=True)
    return {
        "kills": done,
        "same": same,
        "seconds": unharmed,
        "seconds_killed": seconds / done,
        "hash": expected[:12],
    }


def main() -> None:
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("kills", 20), ("events", 60_000), ("seed", 0)):
        parse.add_argument(f"--{name}", type=int, default=default)
    parse.add_argument("--verbs", default="prepare,fit,batch")
    parse.add_argument("--engines", default="local,ray")
    parse.add_argument("--out", type=Path, default=Path("bench/results/kills.json"))
    given, rows = parse.parse_args(), []
    terms.BLOCK = given.events // 20
    folder = Path(tempfile.mkdtemp())
    try:
        made = works(folder, given.events)
        for verb in given.verbs.split(","):
            for engine in given.engines.split(","):
                found = killed_often(made[verb], engine, given.kills, random.Random(given.seed))
                rows.append({"verb": verb, "engine": engine, **found})
                print(
                    f"\r{verb:8} {engine:6}",
                    "{same} of {kills} the same, {seconds:.1f} s unharmed, "
                    "{seconds_killed:.1f} s with a kill, {hash}".format(**found),
                    flush=True,
                )
    finally:
        shutil.rmtree(folder)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(
        json.dumps({"events": given.events, "seed": given.seed, "rows": rows}, indent=1),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()

"""A worker is killed (SIGKILL) at a random moment of `prepare`, `fit` and `batch`: the result must be the same to the bit.

    OMP_NUM_THREADS=1 python bench/kills.py [--kills 20] [--verbs prepare,fit,batch] [--engines local,ray] [--seed 0]

Two workers on this machine, simulated events (bench/scale.py). Each work is done once unharmed; then over and over, with one
kill each: after a share of the unharmed seconds that is drawn anew, one of the workers that then have work dies. Works that
ended before their kill do not count. prepare: every file of the folder, by Parquet of 8 files in shards, core and split
of the protocol next-item; fit: the arrays of ease and cooccurrence, counted in blocks of 10,000 events; batch: the file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
from scale import write_events

from whyrec import catalog
from whyrec.cli.scaling import people_of
from whyrec.core import artefact
from whyrec.data.pieces import prepare
from whyrec.models import linear
from whyrec.scale import batch
from whyrec.scale.workers import each

FILES = 8


def busy() -> list[int]:
    """The processes below this one that work for it: of a pool, or Ray's that have a task (they take its name)."""
    parents, titles = {}, {}
    for folder in Path("/proc").iterdir():
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            titles[int(folder.name)] = (folder / "cmdline").read_text()
        except (OSError, ValueError):  # no process, or one that has just ended
            continue

    def mine(process: int) -> bool:
        while process in parents and process != os.getpid():
            process = parents[process]
        return process == os.getpid()

    idle = ("ray::IDLE", "ray::DashboardAgent", "ray::RuntimeEnvAgent")
    return [process for process, title in titles.items() if mine(process) and (
        "spawn_main" in title or (title.startswith("ray::") and not title.startswith(idle)))]


@contextmanager
def killing(after: float, chance: random.Random) -> Iterator[list[int]]:
    """While the block runs, after so many seconds, one worker that is busy then, or is the first to be, is killed."""
    killed: list[int] = []
    over = threading.Event()

    def work() -> None:
        over.wait(after)
        while not over.is_set() and not killed:
            if found := busy():
                victim = chance.choice(sorted(found))
                try:
                    os.kill(victim, signal.SIGKILL)
                    killed.append(victim)
                except ProcessLookupError:  # it has just ended
                    continue
            over.wait(0.01)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


def works(folder: Path, events: int) -> dict[str, Callable[[str], str]]:
    """Each verb's work on an engine; it returns a hash of all that it made."""
    (raw := folder / "raw").mkdir()
    write_events(events, raw, 0)
    table = pl.read_csv(raw / "events.csv")
    (raw / "events.csv").unlink()
    for number in range(FILES):
        some = slice(number * len(table) // FILES, (number + 1) * len(table) // FILES)
        table[some].write_parquet(raw / f"events-{number}.parquet")
    prepare(raw, folder / "ready")
    data, model = catalog.load(folder / "ready"), folder / "m"
    catalog.save(model, catalog.model("cooccurrence").fit(data), data, name="cooccurrence")

    def prepared(engine: str) -> str:
        prepare(raw, folder / "out", protocol="next-item", k_core=5, shard=events // 12, each=each(engine, 2))
        return digest(path.read_bytes() for path in sorted((folder / "out").rglob("*")) if path.is_file())

    def fitted(engine: str) -> str:
        made = [catalog.model(name).fit(data, each=each(engine, 2)) for name in ("ease", "cooccurrence")]
        return digest(array.tobytes() for one in made for _, array in sorted(artefact.model_parts(one)[0].items()))

    def listed(engine: str) -> str:
        job = batch.Job(partial(people_of, model), data.n_users, block=64)
        batch.run(job, folder / "recs.parquet", engine=engine, workers=2)
        return digest([(folder / "recs.parquet").read_bytes()])

    return {"prepare": prepared, "fit": fitted, "batch": listed}


def digest(parts: Any) -> str:
    made = hashlib.sha256()
    for part in parts:
        made.update(part)
    return made.hexdigest()


def killed_often(work: Callable[[str], str], engine: str, kills: int, chance: random.Random) -> dict[str, Any]:
    """How often the result was the same, and the mean seconds, without and with a kill."""
    work(engine)  # it starts Ray, and shows what is imported
    began = time.perf_counter()
    expected = work(engine)
    unharmed, done, same, seconds = time.perf_counter() - began, 0, 0, 0.0
    while done < kills:
        began = time.perf_counter()
        with killing(chance.uniform(0, unharmed), chance) as killed:
            found = work(engine)
        if killed:
            done, same, seconds = done + 1, same + (found == expected), seconds + time.perf_counter() - began
    return {"kills": done, "same": same, "seconds": unharmed, "seconds_killed": seconds / done, "hash": expected[:12]}


def main() -> None:
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("kills", 20), ("events", 200_000), ("seed", 0)):
        parse.add_argument(f"--{name}", type=int, default=default)
    parse.add_argument("--verbs", default="prepare,fit,batch")
    parse.add_argument("--engines", default="local,ray")
    parse.add_argument("--out", type=Path, default=Path("bench/results/kills.json"))
    given, rows = parse.parse_args(), []
    linear.BLOCK = 10_000
    folder = Path(tempfile.mkdtemp())
    try:
        made = works(folder, given.events)
        for verb in given.verbs.split(","):
            for engine in given.engines.split(","):
                found = killed_often(made[verb], engine, given.kills, random.Random(given.seed))
                rows.append({"verb": verb, "engine": engine, **found})
                print(f"{verb:8} {engine:6}", "{same} of {kills} the same, {seconds:.1f} s unharmed, {seconds_killed:.1f} s "
                      "with a kill, {hash}".format(**found), flush=True)
    finally:
        shutil.rmtree(folder)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps({"events": given.events, "seed": given.seed, "rows": rows}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

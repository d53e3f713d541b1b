"""A hundred million events from a Parquet file to lists with reasons: seconds and peak memory of
each stage, their growth.

    OMP_NUM_THREADS=1 python -m bench.scale.hundred_million --folder FOLDER [--events 100000000]
    [--sizes 8,4,2,1]

Simulated, in pieces of 5 million events: a person for each 50 events (log-normal activity), an item
for each 100; 70% of a person's events lie in three clusters of a thousand items of their own, the
others anywhere; within a cluster items are chosen by Zipf's law, 1 / (rank + 20). `slim` is fitted
on them and `whyrec batch` lists ten items with three reasons for the first 100,000 people. One
event more of each person is kept away: how often it is in the list tells that the model has
learned; beside it the popular items, and an oracle that knows the world's chances.

Every size is a divisor of --events, in processes of their own, on a disk that holds 50 bytes an
event. Memory of load, fit
and save: the most that was resident; of batch: the most of all its processes together, where shared
pages count once.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from whyrec.scale import plan

PIECE, CLUSTER, FLAT, OWN, HOMES = 5_000_000, 1_000, 20.0, 0.7, 3
PEOPLE, K = 100_000, 10
PAIRS = 400  # of each item that the fit holds: 3 GB for a million items
STAGES = ("load", "fit", "save", "batch")


class World:
    """users, items: how many; homes (users, HOMES): the clusters of each person."""

    def __init__(self, events: int, seed: int) -> None:
        self.users, self.items = events // 50, events // 100
        self.clusters, self.rng = max(1, self.items // CLUSTER), np.random.default_rng(seed)
        self.homes = self.rng.integers(self.clusters, size=(self.users, HOMES))
        self.active = np.cumsum(self.rng.lognormal(0, 0.8, self.users))

    def people(self, n: int) -> Any:
        """Who acts next, by activity; (n,)."""
        return np.searchsorted(self.active, self.rng.random(n) * self.active[-1])

    def chosen(self, user: Any) -> Any:
        """An item for each of some people, (n,)."""
        n = len(user)
        home = self.homes[user, self.rng.integers(HOMES, size=n)]
        cluster = np.where(self.rng.random(n) < OWN, home, self.rng.integers(self.clusters, size=n))
        rank = FLAT * (1 + CLUSTER / FLAT) ** self.rng.random(n) - FLAT
        return cluster * CLUSTER + np.minimum(rank.astype(int), CLUSTER - 1)


def write(world: World, events: int, folder: Path) -> None:
    """events.parquet in order of time, and next.npy: one event more of each person."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    fields = pa.schema([("user", pa.int64()), ("item", pa.int64()), ("time", pa.int64())])
    with pq.ParquetWriter(folder / "events.parquet", fields, compression="zstd") as file:
        for start in range(0, events, PIECE):
            user = world.people(min(PIECE, events - start))
            file.write_table(
                pa.table(
                    [user, world.chosen(user), 1_500_000_000 + start + np.arange(len(user))], fields
                )
            )
    np.save(folder / "next.npy", world.chosen(np.arange(world.users)))
    np.save(folder / "homes.npy", world.homes)


def resident(what: str, process: str = "self/status") -> float:
    """MB of a process: VmHWM, the most that was resident; Pss of smaps_rollup: shared pages
    split between their users.
    """
    text = Path("/proc", process).read_text()
    return int(next(line for line in text.splitlines() if line.startswith(what)).split()[1]) / 1024


def together(peak: list[float], done: threading.Event) -> None:
    """Keep in `peak` the most that this process and its children held."""
    while not done.wait(0.5):
        children = (
            Path("/proc/self/task", str(threading.main_thread().native_id), "children")
            .read_text()
            .split()
        )
        try:
            peak[0] = max(
                peak[0], sum(resident("Pss:", f"{one}/smaps_rollup") for one in ["self", *children])
            )
        except (OSError, StopIteration):  # one of them has just ended
            continue


def timed(call: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    began, busy = time.perf_counter(), time.process_time()
    made = call()
    return made, {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - busy,
        "mb": resident("VmHWM"),
    }


def fitted(folder: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """Load, fit and save, in this process."""
    from whyrec import api, registry, storage

    data, load = timed(lambda: api.load(folder / "events.parquet"))
    model, fit = timed(lambda: registry.model("slim", **settings).fit(data))
    _, save = timed(lambda: storage.save(folder / "model", model, data, name="slim"))
    counts = np.bincount(data.item, minlength=data.n_items)
    np.save(folder / "popular.npy", np.array(data.items)[np.argsort(-counts)[:1000]].astype(int))
    sizes = {
        "events": len(data),
        "users": data.n_users,
        "items": data.n_items,
        "weights": model.weights_.nnz,
    }
    return {"load": load, "fit": fit, "save": save, "sizes": sizes}


def listed(folder: Path, workers: int) -> dict[str, Any]:
    """`whyrec batch` for the first people, and how good its lists are."""
    import resource

    from whyrec.workflows.batch import batch

    peak, done = [0.0], threading.Event()
    watch = threading.Thread(target=together, args=(peak, done))
    watch.start()
    try:
        told = batch(
            folder / "model",
            folder / "recs.parquet",
            k=K,
            reasons=3,
            engine="local",
            workers=workers,
            block=256,
            address=None,
            people=PEOPLE,
        ).to_dict()
    finally:
        done.set()
        watch.join()
    busy = sum(
        sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {
        "batch": {"seconds": told["seconds"], "cpu": busy, "mb": peak[0]},
        "people": told["people"],
        "rows": told["rows"],
        "hits": quality(folder),
    }


def quality(folder: Path) -> dict[str, float]:
    """Share of people whose next item is in their list of ten (those who had it already are left
    out).
    """
    import polars as pl

    lists = pl.read_parquet(folder / "recs.parquet", columns=["user", "item"]).cast(pl.Int64)
    truth, homes = np.load(folder / "next.npy"), np.load(folder / "homes.npy")
    popular = np.load(folder / "popular.npy")
    asked = lists["user"].unique().to_numpy()
    seen = (
        pl.scan_parquet(folder / "events.parquet")
        .select("user", "item")
        .filter(pl.col("user").is_in(pl.Series(asked).implode()))
        .unique()
        .collect(engine="streaming")
    )
    next_one = pl.DataFrame({"user": asked, "item": truth[asked]}).join(
        seen, on=["user", "item"], how="anti"
    )
    best = pl.DataFrame(
        {  # the head of the clusters where a person is at home: what has the largest chance
            "user": np.repeat(asked, HOMES * 60),
            "rank": np.tile(np.arange(60), HOMES * len(asked)),
            "item": (homes[asked, :, None] * CLUSTER + np.arange(60)).ravel(),
        }
    ).unique(["user", "item"])
    oracle = (
        best.join(seen, on=["user", "item"], how="anti")
        .sort("user", "rank")
        .group_by("user")
        .head(K)
    )
    everyone = pl.DataFrame(
        {"user": np.repeat(asked, 100), "item": np.tile(popular[:100], len(asked))}
    )
    plain = everyone.join(seen, on=["user", "item"], how="anti", maintain_order="left").group_by(
        "user", maintain_order=True
    )
    return {
        name: next_one.join(shown, on=["user", "item"], how="semi").height / next_one.height
        for name, shown in (("slim", lists), ("popular", plain.head(K)), ("oracle", oracle))
    }


def measure(events: int, given: argparse.Namespace) -> dict[str, Any]:
    row: dict[str, Any] = {"asked": events}
    settings = {"memory_gb": PAIRS * 8 * (events // 100) / 2**30} | json.loads(given.settings)
    with tempfile.TemporaryDirectory(dir=given.folder) as place:
        began = time.perf_counter()
        write(World(events, given.seed), events, Path(place))
        print(f"{events:,} events written in {time.perf_counter() - began:.0f} s", flush=True)
        for stage in ("fitted", "listed"):
            done = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "bench.scale.hundred_million",
                    "--folder",
                    place,
                    "--stage",
                    stage,
                    "--workers",
                    str(given.workers),
                    "--settings",
                    json.dumps(settings),
                ],
                capture_output=True,
                text=True,
            )
            if done.returncode:
                raise SystemExit(done.stderr[-2000:])
            row |= json.loads(done.stdout.splitlines()[-1])
            print(json.dumps(row), flush=True)
    return row


def report(rows: list[dict[str, Any]]) -> dict[str, float]:
    print(
        f"{'events':>12} {'people':>10} {'items':>10}"
        + "".join(f"{name + ' s':>11}{'cpu s':>8}{'MB':>8}" for name in STAGES)
        + "   hits: slim, popular, oracle"
    )
    for row in rows:
        print(
            f"{row['sizes']['events']:>12,} {row['sizes']['users']:>10,} "
            f"{row['sizes']['items']:>10,}"
            + "".join(
                f"{row[name]['seconds']:>11.1f}{row[name]['cpu']:>8.0f}{row[name]['mb']:>8.0f}"
                for name in STAGES
            )
            + "   "
            + ", ".join(f"{value:.4f}" for value in row["hits"].values())
        )
    if len(rows) < 3:
        return {}
    events = [row["sizes"]["events"] for row in rows]
    exponents = {
        f"{name} {unit}": plan.fit_law(events, [row[name][unit] for row in rows]).b
        for name in STAGES
        for unit in ("seconds", "cpu", "mb")
    }
    for name, value in exponents.items():
        print(f"{name:16} grows as events^{value:.2f}")
    return exponents


def main() -> None:
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument(
        "--folder", type=Path, required=True, help="where the events and the models may lie"
    )
    parse.add_argument("--events", type=float, default=100e6)
    parse.add_argument("--sizes", default="8,4,2,1", help="the events are divided by these")
    parse.add_argument("--workers", type=int, default=2)
    parse.add_argument("--seed", type=int, default=0)
    parse.add_argument(
        "--settings", default='{"neighbours": 50, "max_history": 200}', help="of slim"
    )
    parse.add_argument("--stage", choices=("fitted", "listed"))
    parse.add_argument("--out", type=Path, default=Path("bench/results/hundred.json"))
    given = parse.parse_args()
    if given.stage:
        settings = json.loads(given.settings)
        print(
            json.dumps(
                fitted(given.folder, settings)
                if given.stage == "fitted"
                else listed(given.folder, given.workers)
            )
        )
        return
    rows: list[dict[str, Any]] = []
    given.out.parent.mkdir(parents=True, exist_ok=True)
    for part in given.sizes.split(","):
        rows = sorted(
            [*rows, measure(int(given.events) // int(part), given)], key=lambda row: row["asked"]
        )
        told = {"settings": given.settings, "rows": rows, "exponents": report(rows)}
        given.out.write_text(json.dumps(told, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

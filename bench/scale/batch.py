"""People a second: lists of ten with three exact reasons each into Parquet, beside `implicit`
recommend without reasons.

    OMP_NUM_THREADS=1 python -m bench.scale.batch [--items 100000] [--people 20000] [--dims 64]
    [--workers 2] [--engines local,ray]
        [--neighbours 0,400]

A low-rank model of simulated vectors (bench/scale/neighbours.py) on `--items` items, people of 5 to
100 events. implicit: factors of the same size, its own recommend on as many threads, in the same
run, and no file. neighbours: items of the index that are
scored, 0: all; "kept" is the share of the exact lists' items that is in the lists.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy import sparse

from bench.scale.neighbours import people, world
from whyrec import registry, storage
from whyrec.core import Dataset, Queries
from whyrec.workflows.batch import batch


def folder_of(given: argparse.Namespace, folder: Path) -> Dataset:
    """A fitted low-rank model with its people, as `whyrec fit` would leave it."""
    term, base, cluster = world(given.items, given.dims, 0.5, 0)
    asked = Queries.of(people(given.people, cluster, base, 1))
    order = np.argsort(asked.times, kind="stable")
    data = Dataset(
        asked.row[order],
        asked.items[order],
        np.ones(len(order)),
        asked.times[order],
        [f"u{i}" for i in range(given.people)],
        [f"i{i}" for i in range(given.items)],
        clock=False,
    )
    model = registry.model(
        "lowrank",
        text=None,
        heads=len(term.position_weights),
        head_dims=given.dims // len(term.position_weights),
    )
    model.keys_, model.queries_, model.position_weights_, model.base_, model.curve_ = (
        term.keys,
        term.queries,
        term.position_weights,
        base,
        [],
    )
    storage.save(folder, model, data, name="lowrank")
    return data


def by_implicit(data: Dataset, dims: int, threads: int) -> tuple[float, float]:
    """Seconds, and processor seconds, of implicit's recommend of ten for everyone; factors
    random: only time is asked.
    """
    from implicit.cpu.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    rng = np.random.default_rng(0)
    made = AlternatingLeastSquares(factors=dims, num_threads=threads)
    made.user_factors = rng.standard_normal((data.n_users, dims), np.float32)
    made.item_factors = rng.standard_normal((data.n_items, dims), np.float32)
    seen = sparse.csr_matrix(
        (data.value, (data.user, data.item)), shape=(data.n_users, data.n_items)
    )
    began, before = time.perf_counter(), cpu()
    with threadpool_limits(1):
        for start in range(0, data.n_users, 1000):
            some = np.arange(start, min(data.n_users, start + 1000))
            made.recommend(some, seen[some], N=10)
    return time.perf_counter() - began, cpu() - before


def cpu() -> float:
    """Processor seconds of this process and of those it waited for (a ray worker is not among
    them).
    """
    return sum(
        sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )


def kept(file: Path, exact: Path) -> float:
    """The share of the rows of `exact` whose person and item are in `file` too."""
    one, other = (pl.read_parquet(path, columns=["user", "item"]) for path in (exact, file))
    return one.join(other, on=["user", "item"], how="semi").height / one.height


def main() -> None:
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (
        ("items", 100_000),
        ("people", 20_000),
        ("dims", 64),
        ("workers", 2),
        ("block", 256),
    ):
        parse.add_argument(f"--{name}", type=int, default=default)
    parse.add_argument("--engines", default="local")
    parse.add_argument("--neighbours", default="0,400")
    parse.add_argument("--out", type=Path, default=Path("bench/results/batch.json"))
    given = parse.parse_args()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "m"
        data = folder_of(given, folder)
        seconds, busy = by_implicit(data, given.dims, given.workers)
        rows.append(
            {
                "by": "implicit, no reasons, no file",
                "seconds": seconds,
                "people_per_second": data.n_users / seconds,
                "cpu_seconds": busy,
            }
        )
        kinds = [
            (engine, int(few))
            for few in given.neighbours.split(",")
            for engine in given.engines.split(",")
        ]
        for engine, few in kinds:
            before, out = cpu(), Path(place) / f"{engine}{few}.parquet"
            found = batch(
                folder,
                out,
                k=10,
                reasons=3,
                engine=engine,
                workers=given.workers,
                block=given.block,
                address=None,
                neighbours=few,
            ).to_dict()
            rows.append(
                {
                    "by": f"whyrec batch, {engine}, {found['items_scored']}",
                    **found,
                    "kept": round(
                        kept(out, Path(place) / f"{kinds[0][0]}{kinds[0][1]}.parquet"), 4
                    ),
                    "mb": round(out.stat().st_size / 2**20, 1),
                    "cpu_seconds": round(cpu() - before, 1),
                }
            )
    print(
        f"{given.items} items, {given.people} people, {given.dims} numbers, {len(data)} "
        f"events, {given.workers} workers"
    )
    for row in rows:
        print(
            f"{row['by']:44} {row['seconds']:8.1f} s {row['people_per_second']:8.0f} people/s "
            f"{row['cpu_seconds']:8.1f} s of processors {row.get('kept', '')}"
        )
    given.out.parent.mkdir(parents=True, exist_ok=True)
    told = {name: value for name, value in vars(given).items() if name != "out"}
    given.out.write_text(json.dumps(told | {"rows": rows}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

"""What reading, cleaning and splitting cost by pieces and at once: processor seconds and the most
memory of a process.

    OMP_NUM_THREADS=1 python -m bench.scale.prepare [--events 1000000,4000000] [--shard 250000]
    [--workers 2]

Simulated events (bench/scale/scale.py) in Parquet files of `--shard` events, core 5, protocol
next-item; each way in a process of its own. load: `load`, `clean` and `split`, all in memory.
prepare: pieces by a pool; the caller holds labels and counts.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl

from bench.scale.scale import write_events

WAYS = ("load", "prepare")


def child(way: str, raw: Path, out: Path, shard: int, workers: int) -> dict[str, Any]:
    from whyrec.data.clean import clean
    from whyrec.data.load import load
    from whyrec.data.outofcore.prepare import prepare
    from whyrec.data.split import split
    from whyrec.scale.workers import Pool

    began = time.perf_counter()
    if way == "load":
        data = clean(load(raw).data, k_core=5).data
        left = len(data) if split(data, "next-item").train else 0
    else:
        pool = Pool(workers)
        left = (
            prepare(raw, out, protocol="next-item", k_core=5, shard=shard, each=pool).steps[-3].left
        )
        pool.close()
    told: dict[str, Any] = {"left": left, "clock": time.perf_counter() - began}
    for who, name in ((resource.RUSAGE_SELF, "caller"), (resource.RUSAGE_CHILDREN, "workers")):
        used = resource.getrusage(who)
        told |= {
            f"{name}_seconds": used.ru_utime + used.ru_stime,
            f"{name}_mb": used.ru_maxrss / 1024,
        }
    return told


def main() -> None:
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("--events", default="1000000,4000000")
    parse.add_argument("--shard", type=int, default=250_000)
    parse.add_argument("--workers", type=int, default=2)
    parse.add_argument("--child", nargs=2, metavar=("WAY", "FOLDER"))
    given = parse.parse_args()
    if given.child:
        way, folder = given.child[0], Path(given.child[1])
        return print(
            json.dumps(child(way, folder / "raw", folder / "out", given.shard, given.workers))
        )
    for events in map(int, given.events.split(",")):
        with tempfile.TemporaryDirectory() as place:
            (raw := Path(place) / "raw").mkdir()
            write_events(events, raw, 0)
            table = pl.read_csv(raw / "events.csv")
            (raw / "events.csv").unlink()
            for number, start in enumerate(range(0, events, given.shard)):
                table[start : start + given.shard].write_parquet(
                    raw / f"events-{number:05}.parquet"
                )
            del table
            for way in WAYS:
                command = [
                    sys.executable,
                    "-m",
                    "bench.scale.prepare",
                    "--shard",
                    str(given.shard),
                    "--workers",
                    str(given.workers),
                    "--child",
                ]
                told = json.loads(
                    subprocess.run(
                        [*command, way, place], check=True, capture_output=True, text=True
                    ).stdout
                )
                print(
                    f"{events:12,} events {way:8} {told['clock']:7.1f} s clock, caller "
                    f"{told['caller_seconds']:6.1f} s "
                    f"{told['caller_mb']:6.0f} MB, workers {told['workers_seconds']:6.1f} s "
                    f"{told['workers_mb']:6.0f} MB "
                    f"each at most, {told['left']:,} left",
                    flush=True,
                )


if __name__ == "__main__":
    main()

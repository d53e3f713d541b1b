"""Seconds and peak memory of loading a large event log, each form in a process of its own.

python -m bench.scale.load_memory [--events 20000000] [--out load_memory.json]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

LOAD = """
import json, resource, sys, time
from whyrec.data.formats.single_table import load_table
start = time.perf_counter()
loaded = load_table(sys.argv[1], {"user": "customer", "item": "product", "value": "stars", "time": "at"})
seconds = time.perf_counter() - start
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps({"events": len(loaded.data), "users": loaded.data.n_users, "items": loaded.data.n_items,
                  "seconds": round(seconds, 1),
                  "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6)}))
"""  # noqa: E501


def write_log(path: Path, events: int) -> None:
    """A log with text ids, stars and unsorted Unix seconds, in pieces of a million rows."""
    rng = np.random.default_rng(0)
    people, products = max(events // 100, 1), max(events // 200, 1)
    with path.open("wb") as file:
        for start in range(0, events, 10**6):
            n = min(10**6, events - start)
            piece = pl.DataFrame(
                {
                    "customer": rng.integers(people, size=n),
                    "product": rng.integers(products, size=n),
                    "stars": rng.integers(1, 6, size=n),
                    "at": rng.integers(1.2e9, 1.7e9, size=n),
                }
            )
            piece = piece.with_columns(
                pl.format("user-{}", "customer").alias("customer"),
                pl.format("B{}", pl.col("product").cast(pl.String).str.zfill(9)).alias("product"),
            )
            piece.write_csv(file, include_header=start == 0)


def measure(path: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(path)], check=True, capture_output=True, text=True
    )
    row: dict[str, float] = json.loads(done.stdout)
    return {"file_mb": round(path.stat().st_size / 1e6), **row}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--out", type=Path, help="write the table as JSON here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log, columns = Path(folder) / "log.csv", Path(folder) / "log.parquet"
        write_log(log, options.events)
        rows = {"csv": measure(log)}
        pl.scan_csv(log).sink_parquet(columns)
        log.unlink()
        rows["parquet"] = measure(columns)
    names = list(rows["csv"])
    print("form     " + "".join(f"{name:>12}" for name in names))
    for form, row in rows.items():
        print(f"{form:9}" + "".join(f"{row[name]:>12,}" for name in names))
    text = json.dumps(
        {"bench": "load_memory", "rows": [{"form": form, **row} for form, row in rows.items()]}
    )
    print(text)
    if options.out:
        options.out.write_text(text + "\n")


if __name__ == "__main__":
    main()

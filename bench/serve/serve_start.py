"""How soon a service answers and how much memory it holds: `whyrec serve FOLDER` on a new store,
then twice on the same.

    python -m bench.serve.serve_start FOLDER

The first start reads the folder's events into the store. Linux only: memory is what /proc says.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.serve.serve import free_port, wait_for
from whyrec.core import progress


def started(folder: str, store: str) -> dict[str, float]:
    port, begun = free_port(), time.perf_counter()
    command = [
        str(Path(sys.executable).parent / "whyrec"),
        "serve",
        folder,
        "--port",
        str(port),
        "--store",
        store,
    ]
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    try:
        wait_for(port, "/health/ready", process)
        seconds = time.perf_counter() - begun
        status = dict(
            line.split(":", 1)
            for line in Path(f"/proc/{process.pid}/status").read_text().splitlines()
        )
        resident, peak = (int(status[name].split()[0]) / 1000 for name in ("VmRSS", "VmHWM"))
        return {"seconds": seconds, "resident MB": resident, "peak MB": peak}
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    with tempfile.TemporaryDirectory() as work:
        store = f"sqlite:///{Path(work) / 'store.db'}"
        rows = [
            {"start": name, **started(sys.argv[1], store)}
            for name in ("on a new store", "again", "and again")
        ]
    progress.table(rows, f"{Path(sys.argv[1]).name}: until /health/ready answers")


if __name__ == "__main__":
    main()

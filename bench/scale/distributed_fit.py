"""Seconds of an epoch of the sequence model by one process and by workers that train as one (Ray
Train), one thread each.

    OMP_NUM_THREADS=1 python -m bench.scale.distributed_fit --data ml-1m-order.zip [--epochs 1]
    [--workers 2] [--rounds 2]

In turns, since the machine's other work comes and goes; `load` is its load average when a row ends.
`epoch` is the training alone, by the clock of the first worker; `whole` has the start of Ray and of
the workers in it.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from whyrec import api, registry
from whyrec.core import progress
from whyrec.workflows.fit_distributed import fit_together


def row(data: Any, epochs: int, workers: int, folder: Path) -> dict[str, Any]:
    """One fit; 1 worker: in this process, without Ray."""
    made, began = registry.model("sequence", text=None, epochs=epochs), time.perf_counter()
    if workers == 1:
        made.fit(data, seed=0)
    else:
        made, _ = fit_together(
            "sequence",
            made,
            data,
            seed=0,
            checkpoint=None,
            log=None,
            out=folder / "m",
            workers=workers,
            address=None,
        )
    curve = made.stages_[0]["curve"]
    return {
        "workers": workers,
        "epoch": f"{curve[-1]['seconds'] / len(curve):.1f} s",
        "whole": f"{time.perf_counter() - began:.1f} s",
        "loss": f"{np.mean([one['loss'] for one in curve]):.4f}",
        "NDCG@10": f"{curve[-1]['quality']:.4f}",
        "load": f"{os.getloadavg()[0]:.1f}",
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", required=True)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    data = api.load(given.data)
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            row(data, given.epochs, workers, Path(folder))
            for _ in range(given.rounds)
            for workers in (1, given.workers)
        ]
    progress.table(
        rows,
        f"sequence on {data.name}: {len(data):,} events, {data.n_items:,} items, "
        f"{os.cpu_count()} processors",
    )


if __name__ == "__main__":
    main()

"""Seconds of one training epoch: our sequence model against RecTools' SASRec of the same size, run
in turn.

Both: 2 blocks, width 64, histories of 200, batches of 128, softmax over all items, no validation,
the same threads, each run in a process of its own. The whole call of `fit` is timed, its
preparation of the data included.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

from bench.accuracy.accuracy_run import Budget, Prepared, run
from bench.accuracy.row_specs import Row
from whyrec import registry
from whyrec.core import ArgumentError, Dataset, progress

PEER = Row(
    "rectools-sasrec",
    "RecTools SASRec",
    {
        "n_blocks": 2,
        "n_factors": 64,
        "n_heads": 1,
        "session_max_len": 200,
        "batch_size": 128,
        "loss": "softmax",
        "epochs": 1,
    },
)


def ours() -> Row:
    """One epoch of whyrec.models.sequence.sequence.SequenceTransformer in the peer's size, on item
    numbers alone as the peer is; its fit runs in bench/accuracy/accuracy_ours.py."""
    if "sequence" not in registry.names("models"):
        raise ArgumentError(
            "--epoch-ratio needs the catalogue's model `sequence`", given="a catalogue without it"
        )
    return Row(
        "sequence",
        "whyrec sequence",
        {
            "epochs": 1,
            "blocks": 2,
            "width": 64,
            "heads": 1,
            "length": 200,
            "batch_tokens": 128 * 200,
            "text": None,
            "loss": "full",
            "event_dropout": 0.0,
            "warm_start": False,
        },
    )


def compare(data: Dataset, threads: int, runs: int = 3) -> dict[str, Any]:
    """Prints each run and the ratio ours / peer of the medians."""
    sides, seconds = (ours(), PEER), {"sequence": [], "rectools-sasrec": []}
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        prepared = Prepared.write(data, Path(folder), refit=False)
        for turn in range(runs):
            for row in (
                sides if turn % 2 == 0 else sides[::-1]
            ):  # neither side always runs on the warmer machine
                _, facts = run(
                    row, prepared, Budget(1e6, threads), seed=turn, validate=False, score=False
                )
                seconds[row.name].append(facts["fit_seconds"])
                rows.append(
                    {
                        "run": turn + 1,
                        "model": row.label,
                        "fit s": facts["fit_seconds"],
                        "epoch s": (facts.get("epoch_seconds") or [None])[0],
                        "cpu s": facts["fit_cpu_seconds"],
                        "peak MB": facts["fit_peak_mb"],
                        "threads": threads,
                    }
                )
    ratios = [a / b for a, b in zip(seconds["sequence"], seconds["rectools-sasrec"], strict=True)]
    ratio = statistics.median(seconds["sequence"]) / statistics.median(seconds["rectools-sasrec"])
    progress.table(rows, f"one epoch on {data.name}: {data.n_users:,} people, {len(data):,} events")
    progress.line(f"ours / RecTools: {ratio:.2f} (single runs {min(ratios):.2f}–{max(ratios):.2f})")
    return {
        "ratio": round(ratio, 3),
        "ratios": [round(r, 3) for r in ratios],
        "rows": rows,
        "settings": {row.label: row.settings for row in sides},
    }

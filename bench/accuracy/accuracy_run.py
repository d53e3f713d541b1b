"""Runs the rows of one data set, each in its own process, and hands back their lists and what
they took.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.accuracy.accuracy_ours import write_data
from bench.accuracy.row_specs import Row
from whyrec.core import ArgumentError, Dataset
from whyrec.core.cases import EvaluationCases, Split
from whyrec.data.split import next_item

BENCH = Path(__file__).resolve().parents[1]
K = 100  # the length of every list
PEERS_PYTHON = BENCH.parent / ".venv-peers" / "bin" / "python"


class Failed(Exception):
    """A row's process ended badly; the text is the end of what it said."""


@dataclass(frozen=True)
class Budget:
    """What every row of a run gets alike."""

    minutes: float = 30.0
    threads: int = 2
    refit: bool = False


@dataclass(frozen=True)
class Prepared:
    """A data set, split once, and written out in both forms: for models of ours and for the
    peers.
    """

    data: Dataset
    split: Split
    ours: Path
    peers: Path

    @classmethod
    def write(cls, data: Dataset, folder: Path, *, refit: bool) -> Prepared:
        split = next_item(data, refit=refit)
        write_data(str(folder / "ours"), data)
        np.savez(folder / "peers.npz", **peer_arrays(data, split, refit=refit))
        return cls(data, split, folder / "ours", folder / "peers.npz")


def peer_arrays(data: Dataset, split: Split, *, refit: bool) -> dict[str, Any]:
    """The same training events and queries as plain arrays. held: in a refit, the validation
    items.
    """
    train, held = split.train, np.zeros(len(split.train), bool)
    if refit:
        last = len(train) - 1 - np.unique(train.user[::-1], return_index=True)[1]
        able = np.bincount(data.user, minlength=data.n_users) >= 3
        held[last[able[train.user[last]]]] = True
    arrays = {
        "user": train.user,
        "item": train.item,
        "time": train.time,
        "held": held,
        "n_items": data.n_items,
        "valid_truth": split.valid.items,
    }
    for name, cases in (("valid", split.valid), ("test", split.test)):
        arrays |= {f"{name}_indptr": cases.queries.indptr, f"{name}_items": cases.queries.items}
    return arrays


def first_people(data: Dataset, n: int | None) -> Dataset:
    """The events of the first n people; all items stay in the catalogue."""
    return data if n is None or n >= data.n_users else data.select(data.user < n)


def environment(threads: int) -> dict[str, str]:
    """The numerical libraries read their thread counts from here, once, when they are loaded."""
    names = (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "POLARS_MAX_THREADS",
    )
    path = os.pathsep.join(filter(None, [str(BENCH.parent), os.environ.get("PYTHONPATH")]))
    return {
        **os.environ,
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONPATH": path,
        **dict.fromkeys(names, str(threads)),
    }


def python_of(row: Row) -> str:
    if not row.peer:
        return sys.executable
    if not PEERS_PYTHON.exists():
        raise ArgumentError(
            "RecTools needs an environment of its own",
            given=f"no {PEERS_PYTHON.parents[1].name} here",
            fix="run `make peers` once, or leave the peers out with --no-peers",
        )
    return str(PEERS_PYTHON)


def run(
    row: Row,
    prepared: Prepared,
    budget: Budget,
    *,
    seed: int,
    validate: bool = True,
    score: bool = True,
) -> tuple[np.ndarray, dict[str, Any]]:
    """Fit the row in a new process; its lists (test cases, K) and the facts of its run."""
    with tempfile.TemporaryDirectory() as folder:
        job = {
            "name": row.name,
            "settings": row.settings,
            "seed": seed,
            "minutes": budget.minutes,
            "k": K,
            "threads": budget.threads,
            "refit": budget.refit,
            "validate": validate,
            "score": score,
            "data": str(prepared.peers if row.peer else prepared.ours),
            "out": f"{folder}/answer.npz",
        }
        path = Path(folder) / "job.json"
        path.write_text(json.dumps(job), encoding="utf-8")
        script = (
            [str(BENCH / "peers" / "rectools_peer.py")]
            if row.peer
            else ["-m", "bench.accuracy.accuracy_ours"]
        )
        done = subprocess.run(
            [python_of(row), *script, str(path)],
            env=environment(budget.threads),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(f"exit {done.returncode}: {done.stderr.strip()[-600:]}")
        with np.load(job["out"]) as answer:
            lists, facts = answer["lists"], json.loads(str(answer["facts"]))
    if score:
        check(lists, prepared.split.test, prepared.data.n_items)
    if facts.pop("train_hash", prepared.split.train.hash) != prepared.split.train.hash:
        raise Failed("the process fitted on other events than the table says")
    return lists, facts


def check(lists: np.ndarray, cases: EvaluationCases, n_items: int) -> None:
    """One list per case, no item twice, and no item of the query among the first ten: the rules
    are all models'.
    """
    if len(lists) != len(cases) or lists.min(initial=0) < 0 or lists.max(initial=0) > n_items:
        raise Failed(
            f"lists of shape {lists.shape} up to item {lists.max(initial=0)} for {len(cases)} cases"
        )
    queries, width = cases.queries, n_items + 1
    pairs = np.arange(len(lists))[:, None] * width + lists
    real = pairs[lists < n_items]  # the number n_items stands for "no more items"
    if len(np.unique(real)) != len(real):
        raise Failed("an item stands twice in one list")
    if np.isin(pairs[:, :10], queries.row * width + queries.items).any():
        raise Failed("a list holds an item that its person had chosen before")


def kept(
    folder: Path, row: Row, prepared: Prepared, budget: Budget, seed: int, *, reuse: bool
) -> tuple[np.ndarray, dict[str, Any]]:
    """As :func:`run`, and the answer is put by; reuse: an earlier answer to the very same
    question is taken.
    """
    question = json.dumps(
        [row.name, row.settings, vars(budget), seed, prepared.split.train.hash, prepared.data.hash],
        sort_keys=True,
    )
    path = folder / f"{row.name}-{hashlib.sha256(question.encode()).hexdigest()[:16]}.npz"
    if reuse and path.exists():
        with np.load(path) as answer:
            return answer["lists"], json.loads(str(answer["facts"])) | {"reused": True}
    lists, facts = run(row, prepared, budget, seed=seed)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, lists=lists, facts=json.dumps(facts))
    return lists, facts

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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.accuracy.accuracy_ours import write_data
from bench.accuracy.row_specs import TRANSFORMERS, Row
from whyrec.core import ArgumentError, Dataset
from whyrec.core.cases import EvaluationCases, Split
from whyrec.data.split import next_item, next_item_part

BENCH = Path(__file__).resolve().parents[1]
K = 100  # the length of every list
TUNE_ON = 4_000  # validation people who choose settings; so many choose the mix of `additive`
# glibc then keeps large blocks, and PyTorch trains with a full softmax in 12.6 instead of 22.2
# processor seconds an epoch on MovieLens-1M. Set for RecTools' transformers alone.
MALLOC = {"MALLOC_MMAP_THRESHOLD_": str(2**33), "MALLOC_TRIM_THRESHOLD_": str(2**34)}
PEERS_PYTHON = BENCH.parent / ".venv-peers" / "bin" / "python"


class Failed(Exception):
    """A row's process ended badly; the text is the end of what it said."""


@dataclass(frozen=True)
class Budget:
    """What every row of a run gets alike. minutes: of processor time, for a trained peer."""

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
        folder.mkdir(exist_ok=True)
        split = next_item(data, refit=refit)
        write_data(str(folder / "ours"), data)
        np.savez(folder / "peers.npz", **peer_arrays(data, split, refit=refit))
        return cls(data, split, folder / "ours", folder / "peers.npz")


@dataclass(frozen=True)
class ForTuning:
    """What a search of settings may see: the data set without its test items, in both forms, and
    the same validation people for all rows.
    """

    ours: Path
    parts: Path
    peers: Path
    people: int

    @classmethod
    def write(cls, prepared: Prepared, folder: Path, *, people: int = TUNE_ON) -> ForTuning:
        """prepared: of training events only; people: how many validation people choose."""
        folder.mkdir()
        data, split = prepared.data, prepared.split
        kept = np.sort(np.random.default_rng(0).permutation(len(split.valid))[:people])
        part = next_item_part(data.user, data.time, by_rows=data.order == "file")
        write_data(str(folder / "ours"), data.select(part < 2))
        np.savez(folder / "parts.npz", part=part[part < 2], cases=kept)
        valid = split.valid.take(kept)
        arrays = peer_arrays(data, replace(split, valid=valid), refit=False)
        arrays = {key: value for key, value in arrays.items() if not key.startswith("test")}
        np.savez(folder / "peers.npz", **arrays)
        return cls(folder / "ours", folder / "parts.npz", folder / "peers.npz", len(kept))


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
        "n_users": data.n_users,
        "repeat": data.repeat,
        "valid_truth": split.valid.items,
    }
    for name, cases in (("valid", split.valid), ("test", split.test)):
        queries = cases.queries
        arrays |= {
            f"{name}_indptr": queries.indptr,
            f"{name}_items": queries.items,
            f"{name}_user": queries.user,
        }
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
            "RecTools, implicit and LightFM need an environment of their own",
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
    epochs: int | None = None,
) -> tuple[np.ndarray, dict[str, Any]]:
    """Fit the row in a new process; its lists (test cases, K) and the facts of its run. epochs: for
    a trained peer in a refit, if a fit on training events has found how many are best.
    """
    lists, facts = answer_of(
        row,
        {
            "seed": seed,
            "minutes": budget.minutes,
            "threads": budget.threads,
            "refit": budget.refit,
            "validate": validate,
            "score": score,
            "epochs": epochs,
            "data": str(prepared.peers if row.peer else prepared.ours),
        },
    )
    if score:
        check(lists, prepared.split.test, prepared.data.n_items)
    if facts.pop("train_hash", prepared.split.train.hash) != prepared.split.train.hash:
        raise Failed("the process fitted on other events than the table says")
    return lists, facts


def tune(
    row: Row, given: ForTuning, space: dict[str, Any], *, seconds: float, threads: int
) -> dict[str, Any]:
    """Search the row's settings in a new process: trials, the best settings, what it took."""
    _, facts = answer_of(
        row,
        {
            "seed": 0,
            "threads": threads,
            "space": space,
            "tune_seconds": seconds,
            "data": str(given.peers if row.peer else given.ours),
            "parts": str(given.parts),
        },
    )
    return facts | {"budget_seconds": seconds}


def answer_of(row: Row, job: dict[str, Any]) -> tuple[np.ndarray, dict[str, Any]]:
    """What the row's process answers to a job."""
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/answer.npz"
        path = Path(folder) / "job.json"
        path.write_text(
            json.dumps({"name": row.name, "settings": row.settings, "k": K, "out": out} | job),
            encoding="utf-8",
        )
        if not row.peer:
            script = ["-m", "bench.accuracy.accuracy_ours"]
        else:
            name = "rectools_peer.py" if row.name.startswith("rectools") else "matrix_peer.py"
            script = [str(BENCH / "peers" / name)]
        done = subprocess.run(
            [python_of(row), *script, str(path)],
            env=environment(job["threads"]) | (MALLOC if row.name in TRANSFORMERS else {}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(f"exit {done.returncode}: {done.stderr.strip()[-600:]}")
        with np.load(out) as answer:
            return answer["lists"], json.loads(str(answer["facts"]))


def check(lists: np.ndarray, cases: EvaluationCases, n_items: int) -> None:
    """One list per case, no item twice, and no item of the query among the first ten unless items
    may come again: the rules are all models'.
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
    again = np.isin(pairs[:, :10], queries.row * width + queries.items).any()
    if again and not queries.repeat:
        raise Failed("a list holds an item that its person had chosen before")


def kept(
    folder: Path,
    row: Row,
    prepared: Prepared,
    budget: Budget,
    seed: int,
    *,
    reuse: bool,
    epochs: int | None = None,
) -> tuple[np.ndarray, dict[str, Any]]:
    """As :func:`run`, and the answer is put by; reuse: an earlier answer to the very same
    question is taken.
    """
    hashes = [prepared.split.train.hash, prepared.data.hash]
    more = [one for one in (epochs, prepared.data.repeat) if one]
    path = put_by(folder, row, [vars(budget), seed, *hashes, *more], "npz")
    if reuse and path.exists():
        with np.load(path) as answer:
            return answer["lists"], json.loads(str(answer["facts"])) | {"reused": True}
    lists, facts = run(row, prepared, budget, seed=seed, epochs=epochs)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, lists=lists, facts=json.dumps(facts))
    return lists, facts


def kept_tuning(
    folder: Path,
    row: Row,
    given: ForTuning,
    space: dict[str, Any],
    data: Dataset,
    *,
    seconds: float,
    threads: int,
    reuse: bool,
) -> dict[str, Any]:
    """As :func:`tune`, and the answer is put by, as in :func:`kept`."""
    question = [space, seconds, threads, given.people, data.hash, data.repeat]
    path = put_by(folder, row, question, "json")
    if reuse and path.exists():
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found
    found = tune(row, given, space, seconds=seconds, threads=threads)
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found), encoding="utf-8")
    return found


def put_by(folder: Path, row: Row, question: list[Any], ending: str) -> Path:
    """The file of the answer to a question about a row."""
    text = json.dumps([row.name, row.settings, *question], sort_keys=True)
    return folder / f"{row.name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.{ending}"

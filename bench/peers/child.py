"""What each measured process shares: its job, its clock, its memory mark, its answer. Imports only
numpy and the standard library, since it runs in the peers' environment as well as in ours."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np


def cpu_seconds() -> float:
    """Processor seconds of this process so far: all its threads, and its children that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


class Clock:
    """Seconds on the wall and on the processors since it was made."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), cpu_seconds()

    def facts(self, name: str) -> dict[str, float]:
        return {
            f"{name}_seconds": round(time.perf_counter() - self.wall, 3),
            f"{name}_cpu_seconds": round(cpu_seconds() - self.cpu, 3),
        }


def peak_mb() -> float:
    """The highest resident memory of this process so far, in MB (10^6 bytes)."""
    try:  # ru_maxrss keeps the parent's mark across exec; VmHWM starts afresh
        with open("/proc/self/status", encoding="ascii") as file:
            return (
                next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) * 1024 / 1e6
            )
    except (OSError, StopIteration):
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def ndcg_at_10(lists: np.ndarray, truth: np.ndarray) -> float:
    """Mean NDCG@10 of lists (queries, 10 or more), where each query has one true item.

    The peers' environment has no whyrec, so whyrec's measure is repeated here; a test holds the two
    equal.
    """
    found = lists[:, :10] == truth[:, None]
    return float((found / np.log2(np.arange(2, 2 + found.shape[1]))).sum(1).mean())


def read_job() -> dict[str, Any]:
    """The job named by the one argument."""
    job: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    return job


def write_answer(job: dict[str, Any], lists: np.ndarray, facts: dict[str, Any]) -> None:
    """lists (test queries, k): item numbers, best first; n_items where a model had no more to
    give.
    """
    facts = {**facts, "peak_mb": round(peak_mb())}
    np.savez_compressed(
        job["out"], lists=lists.astype(np.int32), facts=json.dumps(facts, default=float)
    )

"""A `map` over local processes or a Ray cluster that survives lost workers.

A module's function and a part are sent, and results come back in order. If the function depends
only on its part, engine, number of workers and lost workers do not change the result.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from typing import Any

import numpy as np

from whyrec.core import ArgumentError, WhyrecError
from whyrec.core.parallel import ParallelMap
from whyrec.scale import cluster
from whyrec.scale.cluster import LOST_MOST

__all__ = ["Pool", "each"]


def each(engine: str = "local", workers: int = 1, address: str | None = None) -> ParallelMap:
    """Return a `map` for an engine.

    Args:
        engine: "local" (this process, or processes if there are 2 or more workers) or "ray" (Ray
            Data).
        workers: Number of workers.
        address: Address of a Ray cluster. Default: a local one is started.

    Returns:
        A function like `map`; it raises ArgumentError if a part repeatedly loses its worker.

    Raises:
        ArgumentError: If the engine is unknown.
        MissingExtra: If ray is not installed.
    """
    cluster.check(engine, workers)
    if engine == "ray":
        return partial(_rayed, workers, address)
    return map if workers == 1 else Pool(workers)


class Pool:
    """Local processes, which run from the first call until :meth:`close`.

    `start`: (function, arguments) that each process runs first. Only module-level functions can be
    mapped.
    """

    def __init__(
        self, workers: int, start: tuple[Callable[..., Any], tuple[Any, ...]] = (bool, ())
    ) -> None:
        self.workers = workers
        self.start = start
        self._pool: ProcessPoolExecutor | None = None

    def __call__(self, function: Callable[[Any], Any], parts: Iterable[Any]) -> Iterator[Any]:
        """Return the results in order."""
        return _in_order(self.ready(function, list(parts)))

    def ready(
        self, function: Callable[[Any], Any], parts: Sequence[Any]
    ) -> Iterator[tuple[int, Any]]:
        """Yield (number, result) of each part as it finishes, at most two per worker in progress.

        Parts of a lost worker are run again.
        """
        left = list(range(len(parts)))[::-1]
        lost = 0
        under: dict[Future[Any], int] = {}
        while left or under:
            try:
                while left and len(under) < 2 * self.workers:
                    under[self._living().submit(function, parts[left[-1]])] = left[-1]
                    left.pop()  # after submit, which may find the pool broken
                for ready in wait(under, return_when=FIRST_COMPLETED).done:
                    result = ready.result()
                    yield under.pop(ready), result
                    lost = 0
            except BrokenProcessPool:
                self.close()
                left = left + sorted(under.values(), reverse=True)
                lost = lost + 1
                under.clear()
                if lost >= LOST_MOST:
                    raise _always_lost() from None

    def close(self) -> None:
        """End the processes; the next call starts new ones."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _living(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # spawn, because forking a process with BLAS threads may hang
            self._pool = ProcessPoolExecutor(self.workers, get_context("spawn"), *self.start)
        return self._pool


def _in_order(done: Iterable[tuple[int, Any]]) -> Iterator[Any]:
    """Yield the results by number; early ones wait."""
    early: dict[int, Any] = {}
    at = 0
    for number, result in done:
        early[number] = result
        while at in early:
            yield early.pop(at)
            at += 1


def _rayed(
    workers: int, address: str | None, function: Callable[[Any], Any], parts: Iterable[Any]
) -> Iterator[Any]:
    """Map by Ray Data, which restarts lost parts and applies back-pressure."""
    ray = cluster.joined_with_data(address, workers)
    rows = [{"number": number, "part": pickle.dumps(part)} for number, part in enumerate(parts)]
    if not rows:
        return
    done = ray.data.from_items(rows, override_num_blocks=len(rows)).map_batches(
        partial(_applied, function),
        batch_size=1,
        num_cpus=1,
        ray_remote_args_fn=partial(dict, max_retries=LOST_MOST - 1),
        compute=ray.data.TaskPoolStrategy(min(workers, len(rows))),
    )
    try:
        for result in _in_order((row["number"], row["result"]) for row in done.iter_rows()):
            told = pickle.loads(result)
            if isinstance(told, WhyrecError):
                raise told
            yield told
    except ray.exceptions.WorkerCrashedError:
        raise _always_lost() from None


def _applied(function: Callable[[Any], Any], batch: dict[str, Any]) -> dict[str, Any]:
    """Process one row; a WhyrecError becomes a result, because Ray would wrap it."""
    try:
        result = function(pickle.loads(batch["part"][0]))
    except WhyrecError as error:
        result = error
    return {"number": batch["number"], "result": np.array([pickle.dumps(result)], object)}


def _always_lost() -> ArgumentError:
    return ArgumentError(
        "workers must live until their block is done",
        given=f"{LOST_MOST} lost in a row",
        fix="give each more memory: fewer workers or a smaller block; or see why they die",
    )

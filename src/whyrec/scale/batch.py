"""Lists with reasons for everyone, streamed into Parquet, by processes of one machine or by Ray; the same to the bit.

People are taken in blocks. A block depends on nothing but the model and its people, is worked on by one thread, and comes
back as the bytes of a Parquet file; the caller writes it under its number. So engine, number of workers and workers that
were killed change nothing: a lost block is made again, and a run that was stopped goes on with the blocks it lacks.
Memory: a model a worker, and a block's scores (block x n_items float32). The model's `contributions` must be exact.
"""

from __future__ import annotations

import hashlib
import io
import logging
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import BadArgument, MissingExtra, Queries
from whyrec.core.ranking import best

__all__ = ["Job", "People", "block_of", "run"]

LOST_MOST = 5  # blocks in a row that may be lost with their worker before it is the block's fault, not the machine's


class People(NamedTuple):
    """What a worker needs: model (scores and exact contributions), histories, labels of people and of items."""

    model: Any
    histories: Queries
    users: Sequence[str]
    items: Sequence[str]


@dataclass(frozen=True)
class Job:
    """open: what a worker calls once to get its :class:`People` (it is sent to other processes, so a function of a module
    with its arguments); people: how many there are; k items each, `reasons` events each; block: people at once;
    key: what tells this model from others (a hash), so that blocks of another are not taken for its own."""

    open: Callable[[], People]
    people: int
    k: int = 10
    reasons: int = 3
    block: int = 256
    key: str = ""

    def __post_init__(self) -> None:
        for name, least in (("k", 1), ("reasons", 0), ("block", 1), ("people", 1)):
            if getattr(self, name) < least:
                raise BadArgument(f"{name} must be {least} or more", given=str(getattr(self, name)))

    @property
    def identity(self) -> str:
        """A short hash of all that a block's content depends on."""
        told = (self.key, self.people, self.k, self.reasons, self.block)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:12]

    @property
    def blocks(self) -> int:
        return -(-self.people // self.block)


def run(job: Job, out: str | Path, *, engine: str = "local", workers: int = 2, address: str | None = None,
        progress: Callable[[float], None] | None = None) -> int:
    """Write `out`, one row a person and place; returns the rows. engine: local or ray (address: of a cluster, else one is
    started here). Columns: user, rank, item, score, base, reason_1, weight_1, ..., others: score = base + weights + others.

    Blocks wait in a folder beside `out` until all are there: a run that was stopped goes on. Raises BadArgument for another
    engine, MissingExtra without ray.
    """
    import polars as pl

    engines = {"local": _local, "ray": _ray}
    if engine not in engines or workers < 1:
        raise BadArgument("the engine must be local or ray, with 1 worker or more", given=f"{engine}, {workers} workers")
    out = Path(out)
    folder = out.with_name(f"{out.name}.{job.identity}.blocks")
    folder.mkdir(parents=True, exist_ok=True)
    names = [folder / f"{number:08d}.parquet" for number in range(job.blocks)]
    lacking = [number for number, path in enumerate(names) if not path.exists()]
    for done, (number, data) in enumerate(engines[engine](job, lacking, workers, address), 1):
        half = names[number].with_suffix(".new")
        half.write_bytes(data)
        half.replace(names[number])
        if progress:
            progress((job.blocks - len(lacking) + done) / job.blocks)
    pl.scan_parquet(names).sink_parquet(out.with_name(out.name + ".new"), maintain_order=True, compression="zstd")
    out.with_name(out.name + ".new").replace(out)
    shutil.rmtree(folder)
    return int(pl.scan_parquet(out).select(pl.len()).collect().item())


def block_of(job: Job, people: People, number: int) -> bytes:
    """One block as the bytes of a Parquet file."""
    import polars as pl
    from threadpoolctl import threadpool_limits

    rows = np.arange(number * job.block, min(job.people, (number + 1) * job.block))
    asked = people.histories[rows]
    with threadpool_limits(1):  # sums in another order would differ in the last bit
        items, scores = best(people.model, asked, job.k)
        base, events, weights, others = _reasons(people.model, asked, items, job.reasons)
    labels = pl.Series(people.items, dtype=pl.String)
    real = np.isfinite(scores)
    row, place = np.nonzero(real)
    columns: dict[str, Any] = {
        "user": pl.Series(people.users[rows[0]:rows[-1] + 1], dtype=pl.String).gather(row),
        "rank": (place + 1).astype(np.int32),
        "item": labels.gather(items[real]), "score": scores[real], "base": base[real]}
    for at in range(job.reasons):
        event = events[real][:, at]
        known = event >= 0
        label = labels.gather(np.where(known, event, 0))
        columns[f"reason_{at + 1}"] = pl.select(pl.when(pl.Series(known)).then(label)).to_series()
        columns[f"weight_{at + 1}"] = weights[real][:, at]
    buffer = io.BytesIO()
    pl.DataFrame(columns | {"others": others[real]}).write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()


def _reasons(model: Any, asked: Queries, items: NDArray[Any], count: int) -> tuple[NDArray[Any], ...]:
    """For each person and item (q, k): base; the `count` events of largest weight as item numbers, -1 where there are fewer,
    and their weights, 0 there (q, k, count); and what all other events and the rest of the model add."""
    q, k = items.shape
    base, others = np.zeros((q, k), np.float32), np.zeros((q, k), np.float32)
    events, weights = np.full((q, k, count), -1), np.zeros((q, k, count), np.float32)
    for row in range(q):
        query = asked[row]
        base[row], all_weights, rest = _weights(model, query, items[row])
        top = np.argsort(-all_weights, axis=0, kind="stable")[:count].T  # (k, count or fewer)
        largest = np.take_along_axis(all_weights.T, top, 1)
        events[row, :, :top.shape[1]], weights[row, :, :top.shape[1]] = query.items[top], largest
        others[row] = all_weights.sum(0) - largest.sum(1) + rest
    return base, events, weights, others


def _weights(model: Any, query: Any, items: NDArray[Any]) -> tuple[Any, NDArray[np.float64], Any]:
    """(base (k,), weights (m, k), rest (k,)) of items of one person."""
    if hasattr(model, "contributions_to"):  # all items at once
        base, weights = model.contributions_to(query, items)
        return base, weights, 0.0
    parts = [model.contributions(query, int(item)) for item in items]
    weights = np.array([part.weights for part in parts], np.float64).reshape(len(items), len(query)).T
    return [part.base for part in parts], weights, np.array([part.rest for part in parts])


# One machine: processes, since much of a block is Python.
MINE: People | None = None


def _start(job: Job) -> None:
    global MINE
    MINE = job.open()


def _work(job: Job, number: int) -> bytes:
    assert MINE is not None
    return block_of(job, MINE, number)


def _local(job: Job, numbers: Iterable[int], workers: int, address: str | None) -> Iterator[tuple[int, bytes]]:
    """Blocks as they are ready, at most two a worker under way; those of a worker that died are given out again."""
    left, lost = list(numbers)[::-1], 0
    while left:
        # spawn: a fork of a process that has BLAS threads may hang
        with ProcessPoolExecutor(workers, get_context("spawn"), _start, (job,)) as pool:
            under: dict[Future[bytes], int] = {}
            try:
                while left or under:
                    while left and len(under) < 2 * workers:
                        under[pool.submit(_work, job, left[-1])] = left[-1]
                        left.pop()  # only now: submit may find the pool broken
                    for ready in wait(under, return_when=FIRST_COMPLETED).done:
                        data = ready.result()
                        yield under.pop(ready), data
                        lost = 0
            except BrokenProcessPool:
                left, lost = left + sorted(under.values(), reverse=True), lost + 1
                if lost >= LOST_MOST:
                    raise BadArgument("workers must live until their block is done", given=f"{lost} lost in a row", fix=(
                        "give each more memory: fewer workers or a smaller block; or see why they die")) from None


def _ray(job: Job, numbers: Sequence[int], workers: int, address: str | None) -> Iterator[tuple[int, bytes]]:
    """The same by Ray Data: it brings lost blocks back itself, and holds results back while the caller is slower."""
    try:
        import ray
    except ImportError:
        raise MissingExtra("ray", "scale") from None
    if not numbers:
        return
    logging.getLogger("ray.data").setLevel(logging.ERROR)  # the caller has a progress bar of its own
    if not ray.is_initialized():
        ray.init(address=address, num_cpus=None if address else workers, include_dashboard=False, log_to_driver=False,
                 configure_logging=True, logging_level="error")
    made = ray.data.from_items([{"number": one} for one in numbers], override_num_blocks=min(len(numbers), 4 * workers))
    ready = made.map_batches(_Worker, fn_constructor_args=(job,), batch_size=1, num_cpus=1,
                             compute=ray.data.ActorPoolStrategy(size=workers))
    for row in ready.iter_rows():
        yield int(row["number"]), row["data"]


class _Worker:
    """Ray Data makes one of these on each worker."""

    def __init__(self, job: Job) -> None:
        self.job, self.people = job, job.open()

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        made = [block_of(self.job, self.people, int(number)) for number in batch["number"]]
        return {"number": batch["number"], "data": np.array(made, object)}

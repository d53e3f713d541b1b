"""Write lists with reasons for everyone to Parquet, by local processes or Ray, bit-identically.

People are processed in blocks. A block depends only on the model and its people, is computed by one
thread, and is returned as the bytes of a Parquet file, which the caller writes under its number.
Engine, number of workers and killed workers therefore change nothing: a lost block is computed
again, and an interrupted run resumes with its missing blocks.

Memory: one model per worker, and the scores of all items for a few people at a time. The model's
`contributions` must be exact. With `neighbours`, a low-rank model is asked through an index: scores
and reasons of listed items stay exact, an item that the index misjudges may be missing, and the
file's metadata says so.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Queries
from whyrec.core.capabilities import BestItems, ContributionsEach
from whyrec.core.ranking import best
from whyrec.scale import cluster
from whyrec.scale.neighbours import Neighbours
from whyrec.scale.popular_lists import without_events
from whyrec.scale.workers import Pool

__all__ = ["Job", "People", "block_of", "run"]

TABLE, FEWEST = 1 << 22, 16  # numbers in a table at a time; smallest number of people per piece


class People(NamedTuple):
    """What a worker needs: a model with exact contributions, histories, labels, maybe an index."""

    model: Any
    histories: Queries
    users: Sequence[str]
    items: Sequence[str]
    index: Neighbours | None = None  # type: ignore[assignment]  # a field named like tuple.index
    popularity: NDArray[np.float32] | None = None  # ranks the lists of people without events


@dataclass(frozen=True)
class Job:
    """A batch job.

    Attributes:
        open: Called once per worker to get its :class:`People`; must be picklable.
        people: Number of people.
        k: Items per person.
        reasons: Events per item.
        block: People per file.
        key: Hash of the model, so that blocks of other models are not reused.
        neighbours: Items of the index to score per person; 0 scores all items.
    """

    open: Callable[[], People]
    people: int
    k: int = 10
    reasons: int = 3
    block: int = 256
    key: str = ""
    neighbours: int = 0

    def __post_init__(self) -> None:
        for name, least in (
            ("k", 1),
            ("reasons", 0),
            ("block", 1),
            ("people", 1),
            ("neighbours", 0),
        ):
            if getattr(self, name) < least:
                raise ArgumentError(
                    f"{name} must be {least} or more", given=str(getattr(self, name))
                )

    @property
    def identity(self) -> str:
        """Short hash of everything that a block depends on."""
        told = (self.key, self.people, self.k, self.reasons, self.block, self.neighbours)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:12]

    @property
    def told(self) -> dict[str, Any]:
        """Content of the file's metadata under `whyrec`."""
        if self.neighbours:
            scored = f"{self.neighbours} by an index"
        else:
            scored = "all"
        return {
            "k": self.k,
            "reasons": self.reasons,
            "items_scored": scored,
            "approximate": self.neighbours > 0,
        }

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return -(-self.people // self.block)


def run(
    job: Job,
    out: str | Path,
    *,
    engine: str = "local",
    workers: int = 2,
    address: str | None = None,
    progress: Callable[[float], None] | None = None,
) -> int:
    """Write a Parquet file with one row per person and place.

    Columns: user, rank, item, score, base, reason_1, weight_1, ..., others, with score = base +
    weights + others. Blocks wait in a folder beside `out`, from which an interrupted run resumes.

    Args:
        job: The job.
        out: The file.
        engine: "local" or "ray".
        workers: Number of workers.
        address: Address of a Ray cluster. Default: a local one is started.
        progress: Called with the finished share, 0 to 1.

    Returns:
        Number of rows.

    Raises:
        ArgumentError: If the engine is unknown.
        MissingExtra: If ray is not installed.
    """
    import polars as pl

    cluster.check(engine, workers)
    blocks = _local if engine == "local" else _ray
    out = Path(out)
    folder = out.with_name(f"{out.name}.{job.identity}.blocks")
    folder.mkdir(parents=True, exist_ok=True)
    names = [folder / f"{number:08d}.parquet" for number in range(job.blocks)]
    lacking = [number for number, path in enumerate(names) if not path.exists()]
    for done, (number, data) in enumerate(blocks(job, lacking, workers, address), 1):
        half = names[number].with_suffix(".new")
        half.write_bytes(data)
        half.replace(names[number])
        if progress:
            progress((job.blocks - len(lacking) + done) / job.blocks)
    pl.scan_parquet(names).sink_parquet(
        out.with_name(out.name + ".new"),
        maintain_order=True,
        compression="zstd",
        metadata={"whyrec": json.dumps(job.told)},
    )
    out.with_name(out.name + ".new").replace(out)
    shutil.rmtree(folder)
    return int(pl.scan_parquet(out).select(pl.len()).collect().item())


def block_of(job: Job, people: People, number: int) -> bytes:
    """Compute one block as the bytes of a Parquet file."""
    import polars as pl
    from threadpoolctl import threadpool_limits

    rows = np.arange(number * job.block, min(job.people, (number + 1) * job.block))
    asked = people.histories[rows]
    with threadpool_limits(1):  # another order of summation would change the last bit
        parts = [_lists(job, people, asked[some]) for some in _pieces(job, people, asked)]
    items, scores, base, events, weights, others = (
        np.concatenate(part) for part in zip(*parts, strict=True)
    )
    labels = pl.Series(people.items, dtype=pl.String)
    real = np.isfinite(scores)
    row, place = np.nonzero(real)
    columns: dict[str, Any] = {
        "user": pl.Series(people.users[rows[0] : rows[-1] + 1], dtype=pl.String).gather(row),
        "rank": (place + 1).astype(np.int32),
        "item": labels.gather(items[real]),
        "score": scores[real],
        "base": base[real],
    }
    for at in range(job.reasons):
        event = events[real][:, at]
        known = event >= 0
        label = labels.gather(np.where(known, event, 0))
        columns[f"reason_{at + 1}"] = pl.select(pl.when(pl.Series(known)).then(label)).to_series()
        columns[f"weight_{at + 1}"] = weights[real][:, at]
    buffer = io.BytesIO()
    pl.DataFrame(columns | {"others": others[real]}).write_parquet(
        buffer, compression="zstd", statistics=False
    )
    return buffer.getvalue()


def _pieces(job: Job, people: People, asked: Queries) -> list[slice]:
    """Cut a block so that the tables of each piece fit in the processor's cache."""
    all_items = people.index is None and not isinstance(people.model, BestItems)
    wide = max(len(people.items) if all_items else 0, job.k * int(asked.sizes.max(initial=1)))
    most = max(FEWEST, TABLE // wide)
    return [slice(start, start + most) for start in range(0, len(asked), most)]


def _lists(job: Job, people: People, asked: Queries) -> tuple[NDArray[Any], ...]:
    """Return items (q, k), scores (-inf if there are fewer) and :func:`_reasons`."""
    if people.index is None:
        items, scores = best(people.model, asked, job.k)
    else:
        shape = len(asked), min(job.k, len(people.items))
        items = np.zeros(shape, np.int32)
        scores = np.full(shape, -np.inf, np.float32)
        seen = [
            np.append(query.avoided, query.items[:0] if query.repeat else query.items)
            for query in asked
        ]
        vectors = people.model.product.people(asked)
        for row, found in enumerate(
            people.index.search(vectors, job.k, candidates=job.neighbours, exclude=seen)
        ):
            items[row, : len(found.items)], scores[row, : len(found.items)] = found
    reasons = _reasons(people.model, asked, items, job.reasons)
    return without_events((items, scores, *reasons), asked, people.popularity)


def _reasons(
    model: Any, asked: Queries, items: NDArray[Any], count: int
) -> tuple[NDArray[Any], ...]:
    """Return (base, main events, their weights, sum of all others) for items (q, k).

    Main events: the `count` items of largest weight, with all uses; -1 and 0 if there are fewer.
    """
    base, each, rest = _weights(model, asked, items)
    each = _once_each(asked, each)
    left = np.full(
        (*items.shape, max(1, asked.sizes.max(initial=1))), -np.inf
    )  # weights of the events not yet selected
    left[asked.row, :, np.arange(len(asked.items)) - asked.indptr[asked.row]] = each
    events, weights = (
        np.full((*items.shape, count), -1),
        np.zeros((*items.shape, count), np.float32),
    )
    for at in range(count):
        top = left.argmax(2)  # ties: the oldest event
        found = np.take_along_axis(left, top[..., None], 2)[..., 0]
        row, place = np.nonzero(np.isfinite(found))
        events[row, place, at] = asked.items[asked.indptr[row] + top[row, place]]
        weights[row, place, at] = found[row, place]
        left[row, place, top[row, place]] = -np.inf
    others = left.sum(2, where=np.isfinite(left)) + rest
    return base.astype(np.float32), events, weights, others.astype(np.float32)


def _once_each(asked: Queries, each: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum the weights (events, k) of all uses of an item at its first use, -inf at the others."""
    key = asked.row * (int(asked.items.max(initial=0)) + 1) + asked.items
    pairs, first, place = np.unique(key, return_index=True, return_inverse=True)
    if len(pairs) == len(each):
        return each
    total = np.zeros((len(pairs), each.shape[1]))
    np.add.at(total, place, each)
    out = np.full_like(each, -np.inf)
    out[first] = total
    return out


def _weights(
    model: Any, asked: Queries, items: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64], Any]:
    """Return (base (q, k), weights of each event (events, k), rest (q, k)) as float64."""
    if isinstance(model, ContributionsEach):
        return *model.contributions_each(asked, items), 0.0
    parts = [
        [model.contributions(query, int(item)) for item in some]
        for query, some in zip(asked, items, strict=True)
    ]
    each = [
        np.array([one.weights for one in row], np.float64).reshape(len(row), -1).T for row in parts
    ]
    base, rest = (
        np.array([[getattr(one, name) for one in row] for row in parts], np.float64)
        for name in ("base", "rest")
    )
    return base, np.concatenate(each), rest


# The local engine: processes, because much of a block is Python.
MINE: People | None = None


def _start(job: Job) -> None:
    global MINE
    MINE = job.open()


def _work(job: Job, number: int) -> bytes:
    assert MINE is not None
    return block_of(job, MINE, number)


def _local(
    job: Job, numbers: Sequence[int], workers: int, address: str | None
) -> Iterator[tuple[int, bytes]]:
    """Yield blocks as they finish."""
    with closing(Pool(workers, (_start, (job,)))) as pool:
        for at, data in pool.ready(partial(_work, job), numbers):
            yield numbers[at], data


def _ray(
    job: Job, numbers: Sequence[int], workers: int, address: str | None
) -> Iterator[tuple[int, bytes]]:
    """Yield blocks by Ray Data, which restarts lost blocks and applies back-pressure."""
    ray = cluster.joined_with_data(address, workers)
    if not numbers:
        return
    made = ray.data.from_items(
        [{"number": one} for one in numbers], override_num_blocks=min(len(numbers), 4 * workers)
    )
    ready = made.map_batches(
        _Worker,
        fn_constructor_args=(job,),
        batch_size=1,
        num_cpus=1,
        compute=ray.data.ActorPoolStrategy(size=workers),
    )
    for row in ready.iter_rows():
        yield int(row["number"]), row["data"]


class _Worker:
    """The state of one Ray Data worker."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.people = job.open()

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        made = [block_of(self.job, self.people, int(number)) for number in batch["number"]]
        return {"number": batch["number"], "data": np.array(made, object)}

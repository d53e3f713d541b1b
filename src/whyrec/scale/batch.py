"""Lists with reasons for everyone, streamed into Parquet, by processes of one machine or by Ray;
the same to the bit.

People are taken in blocks. A block depends on nothing but the model and its people, is worked on by
one thread, and comes back as the bytes of a Parquet file; the caller writes it under its number. So
engine, number of workers and workers that
were killed change nothing: a lost block is made again, and a run that was stopped goes on with the
blocks it lacks.
Memory: a model a worker, and the scores of all items for a few people at once. The model's
`contributions` must be exact.

With `neighbours` a model of low rank is asked through an index instead of scoring every item (see
there): scores and reasons of what is listed stay exact, an item that the index misjudges may be
missing, and the file's metadata says so.
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
from whyrec.scale.workers import Pool

__all__ = ["Job", "People", "block_of", "run"]

TABLE, FEWEST = (
    1 << 22,
    16,
)  # numbers of a table worked on at once; but so many people, that a large product is quick


class People(NamedTuple):
    """What a worker needs: model (scores and exact contributions), histories, labels of people and
    of items; index: of the model's `product` where it is to be asked instead of all items."""

    model: Any
    histories: Queries
    users: Sequence[str]
    items: Sequence[str]
    index: Neighbours | None = None  # type: ignore[assignment]  # a field named like tuple.index


@dataclass(frozen=True)
class Job:
    """open: what a worker calls once to get its :class:`People` (it is sent to other processes, so
    a function of a module with its arguments); people: how many there are; k items each, `reasons`
    events each; block: people of one file;
    key: what tells this model from others (a hash), so that blocks of another are not taken for its
    own; neighbours: how
    many items of the index are scored for each person, 0: all items."""

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
        """A short hash of all that a block's content depends on."""
        told = (self.key, self.people, self.k, self.reasons, self.block, self.neighbours)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:12]

    @property
    def told(self) -> dict[str, Any]:
        """What the file's metadata says under `whyrec`."""
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
    """Write `out`, one row a person and place; returns the rows. engine: local or ray (address: of
    a cluster, else one is started here). Columns: user, rank, item, score, base, reason_1,
    weight_1, ..., others: score = base + weights + others.

    Blocks wait in a folder beside `out` until all are there: a run that was stopped goes on. Raises
    ArgumentError for another engine, MissingExtra without ray.
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
    """One block as the bytes of a Parquet file."""
    import polars as pl
    from threadpoolctl import threadpool_limits

    rows = np.arange(number * job.block, min(job.people, (number + 1) * job.block))
    asked = people.histories[rows]
    with threadpool_limits(1):  # sums in another order would differ in the last bit
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
    """The people of a block, so few at once that the tables of their scores and reasons stay
    near the processor.
    """
    all_items = people.index is None and not isinstance(people.model, BestItems)
    wide = max(len(people.items) if all_items else 0, job.k * int(asked.sizes.max(initial=1)))
    most = max(FEWEST, TABLE // wide)
    return [slice(start, start + most) for start in range(0, len(asked), most)]


def _lists(job: Job, people: People, asked: Queries) -> tuple[NDArray[Any], ...]:
    """Items (q, k), scores, -inf where there are fewer, and what :func:`_reasons` says of them."""
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
    return items, scores, *_reasons(people.model, asked, items, job.reasons)


def _reasons(
    model: Any, asked: Queries, items: NDArray[Any], count: int
) -> tuple[NDArray[Any], ...]:
    """For each person and item (q, k): base; the `count` choices of largest weight as item numbers,
    -1 where there are fewer, and their weights, 0 there (q, k, count); and what all others and the
    rest of the model add. All uses of one item are one choice."""
    base, each, rest = _weights(model, asked, items)
    each = _once_each(asked, each)
    left = np.full(
        (*items.shape, max(1, asked.sizes.max(initial=1))), -np.inf
    )  # what each event adds, until it is named
    left[asked.row, :, np.arange(len(asked.items)) - asked.indptr[asked.row]] = each
    events, weights = (
        np.full((*items.shape, count), -1),
        np.zeros((*items.shape, count), np.float32),
    )
    for at in range(count):
        top = left.argmax(2)  # of equal ones the oldest
        found = np.take_along_axis(left, top[..., None], 2)[..., 0]
        row, place = np.nonzero(np.isfinite(found))
        events[row, place, at] = asked.items[asked.indptr[row] + top[row, place]]
        weights[row, place, at] = found[row, place]
        left[row, place, top[row, place]] = -np.inf
    others = left.sum(2, where=np.isfinite(left)) + rest
    return base.astype(np.float32), events, weights, others.astype(np.float32)


def _once_each(asked: Queries, each: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights (events, k) with those of all uses of an item added up at its first use, and
    -inf at the others.
    """
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
    """(base (q, k), what each event adds to each item of its person (events, k), rest (q, k)),
    float64.
    """
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


# One machine: processes, since much of a block is Python.
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
    """Blocks as they are ready."""
    with closing(Pool(workers, (_start, (job,)))) as pool:
        for at, data in pool.ready(partial(_work, job), numbers):
            yield numbers[at], data


def _ray(
    job: Job, numbers: Sequence[int], workers: int, address: str | None
) -> Iterator[tuple[int, bytes]]:
    """The same by Ray Data: it brings lost blocks back itself, and holds results back while the
    caller is slower.
    """
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
    """Ray Data makes one of these on each worker."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.people = job.open()

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        made = [block_of(self.job, self.people, int(number)) for number in batch["number"]]
        return {"number": batch["number"], "data": np.array(made, object)}

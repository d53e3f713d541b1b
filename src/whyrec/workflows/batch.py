"""Lists with exact reasons for everyone in a model folder."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from whyrec import storage
from whyrec.core import Additive, ArgumentError
from whyrec.core.capabilities import PersonVectors
from whyrec.core.progress import Progress, silent
from whyrec.workflows.result import Block, Result

if TYPE_CHECKING:
    import polars as pl

    from whyrec.scale.batch import People

__all__ = ["BatchResult", "batch", "people_of"]


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class BatchResult(Result):
    """Lists that were written, one row a person and place.

    Attributes:
        model: Name of the model.
        out: The Parquet file.
        people: How many people.
        rows: How many rows.
        engine: local or ray.
        items_scored: How many items were scored for each person, or "all".
        approximate: Whether an index chose these items.
        seconds: How long that took.
        people_per_second: How many people a second.
    """

    model: str
    out: str
    people: int
    rows: int
    engine: str
    items_scored: int | str
    approximate: bool
    seconds: float
    people_per_second: int

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        yield (
            f"{self.people} people, {self.rows} rows in {self.seconds} s "
            f"({self.people_per_second} people a second) -> {self.out}"
        )

    def to_polars(self) -> pl.DataFrame:
        """The rows of the file."""
        import polars as pl

        return pl.read_parquet(self.out)


def batch(
    model: str | Path,
    out: str | Path,
    *,
    k: int = 10,
    reasons: int = 3,
    engine: str = "local",
    workers: int = 2,
    block: int = 256,
    neighbours: int = 0,
    address: str | None = None,
    people: int | None = None,
    progress: Progress = silent,
) -> BatchResult:
    """Lists with exact reasons for everyone in a model folder; a second call goes on where one was
    stopped.

    Args:
        model: A model folder.
        out: The Parquet file to write.
        k: How many items a person.
        reasons: How many events are named as reasons of each item.
        engine: local or ray.
        workers: Processes, each with the model in memory.
        block: People of one piece of work.
        neighbours: Ask an index and score so many of its items; 0: score all items.
        address: ray: of a cluster.
        people: Only the first so many people; None: everyone.
        progress: Shows what is being done.

    Raises:
        ArgumentError: For a folder without histories, or a model that is no exact sum.
    """
    from whyrec.scale.batch import Job, run

    folder = Path(model)
    fitted = storage.open_fitted(folder, mapped=True)
    if not fitted.header["histories"]:
        raise ArgumentError(
            "a batch needs a model folder that holds its histories",
            given=str(model),
            fix="fit again without --no-histories",
        )
    if not isinstance(fitted.model, Additive):
        raise ArgumentError(
            "a batch gives exact reasons, so it needs a model that is a sum",
            given=fitted.header["name"],
            fix="take lowrank, additive, ease, knn or cooccurrence; or explain one person at a "
            "time",
        )
    if neighbours and (not isinstance(fitted.model, PersonVectors) or fitted.model.product is None):
        raise ArgumentError(
            "--neighbours needs a model with one vector a person",
            given=fitted.header["name"],
            fix="take lowrank, or leave --neighbours away: all items are then scored",
        )
    name = fitted.header["name"]
    key = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    if people is None:
        count = fitted.data.n_users
    else:
        count = min(people, fitted.data.n_users)
    opening = partial(people_of, folder.resolve(), people, neighbours > 0)
    job = Job(opening, count, k, reasons, block, key, neighbours)
    del fitted
    began = time.perf_counter()
    with progress(f"lists for {job.people} people") as update:
        rows = run(job, Path(out), engine=engine, workers=workers, address=address, progress=update)
    seconds = time.perf_counter() - began
    return BatchResult(
        model=name,
        out=str(out),
        people=job.people,
        rows=rows,
        engine=engine,
        items_scored=job.told["items_scored"],
        approximate=job.told["approximate"],
        seconds=round(seconds, 2),
        people_per_second=round(job.people / seconds),
    )


def people_of(folder: Path, most: int | None = None, indexed: bool = False) -> People:
    """What a worker opens: the model by memory map, and the histories of the first `most` people
    (default: of all).
    indexed: with an index of the model's items, made here; its seed is fixed, so all come to the
    same."""
    import numpy as np
    from threadpoolctl import threadpool_limits

    from whyrec import storage
    from whyrec.scale.batch import People
    from whyrec.scale.neighbours import Neighbours

    fitted = storage.open_fitted(folder, mapped=True)
    index = None
    if indexed:
        with threadpool_limits(1):
            index = Neighbours(fitted.model.product.queries, fitted.model.base_)
    if most is None or most >= fitted.data.n_users:
        data = fitted.data
    else:
        data = fitted.data.of_people(np.arange(most))
    return People(fitted.model, data.histories, data.users, data.items, index)

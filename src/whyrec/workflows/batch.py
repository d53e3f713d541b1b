"""Write lists with exact reasons for every person of a model folder."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from whyrec import api, storage
from whyrec.core import Additive, ArgumentError
from whyrec.core.capabilities import FollowsFriends, PersonVectors
from whyrec.core.progress import Progress, silent
from whyrec.workflows.result import Block, Result

if TYPE_CHECKING:
    import polars as pl

    from whyrec.scale.batch import People

__all__ = ["BatchResult", "batch", "people_of"]


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class BatchResult(Result):
    """The lists of a batch, in a file with one row for each person and place.

    Attributes:
        model: Name of the model.
        out: The Parquet file.
        people: Number of people.
        rows: Number of rows.
        engine: "local" or "ray".
        items_scored: Number of items that were scored for each person, or "all".
        approximate: Whether an index selected these items.
        seconds: Duration.
        people_per_second: People per second.
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
        """Read the rows of the file as a polars frame."""
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
    """Write lists with exact reasons for every person; a second call resumes an interrupted run.

    Args:
        model: A model folder.
        out: The Parquet file to write.
        k: Number of items for each person.
        reasons: Number of events that are named as reasons of each item.
        engine: "local" or "ray".
        workers: Number of processes; each holds the model in memory.
        block: Number of people in one unit of work.
        neighbours: Number of items that an index selects for scoring; 0 scores all items.
        address: Address of a Ray cluster; None starts Ray on this machine.
        people: Number of people, the first of the folder; None for all.
        progress: Receives texts and shares of the work; silent by default.

    Returns:
        The BatchResult.

    Raises:
        ArgumentError: If the folder has no histories, if the model is not an exact sum, or if an
            option has a value that is not allowed.
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
    """Open the model (memory-mapped) and the histories of the first `most` people in a worker.

    `indexed` builds an index of the items; its seed is fixed, so all workers get the same index.
    """
    import numpy as np
    from threadpoolctl import threadpool_limits

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
    popular = None if isinstance(fitted.model, FollowsFriends) else api.popularity(fitted)[0]
    return People(fitted.model, data.histories, data.users, data.items, index, popular)

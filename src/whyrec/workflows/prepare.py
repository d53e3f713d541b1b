"""Read, clean and split events that do not fit in memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from whyrec.core.progress import Progress, silent
from whyrec.workflows.printed import steps as printed_steps
from whyrec.workflows.reading import as_rows
from whyrec.workflows.result import Block, Result, Row

__all__ = ["PrepareResult", "prepare"]


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class PrepareResult(Result):
    """A prepared folder, which other workflows take as data.

    Attributes:
        out: The folder.
        users: Number of people.
        items: Number of items.
        protocol: The split whose events are marked.
        engine: "local" or "ray".
        seconds: Duration.
        steps: The steps of reading and cleaning.
    """

    out: str
    users: int
    items: int
    protocol: str | None
    engine: str
    seconds: float
    steps: list[Row]

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        yield from printed_steps(self.steps, lang)
        yield (f"{self.users:,} people, {self.items:,} items in {self.seconds} s -> {self.out}")


def prepare(
    data: str | Path,
    out: str | Path,
    *,
    protocol: str | None = None,
    min_value: float | None = None,
    k_core: int = 0,
    item_core: int = 0,
    repeat: bool = False,
    duplicates: str = "first",
    ratings: str = "auto",
    order: str | None = None,
    shard: int = 500_000,
    engine: str = "local",
    workers: int = 2,
    address: str | None = None,
    progress: Progress = silent,
) -> PrepareResult:
    """Read, clean and split events that do not fit in memory.

    The result equals that of reading them in memory.

    Args:
        data: A folder of the plain form, with events in files events-*.csv or events-*.parquet.
        out: The folder to write.
        protocol: Also mark the events of a split: "next-item" or "temporal".
        min_value: Keep only events of at least this value.
        k_core: Keep people and items with at least this many events each.
        item_core: Keep items with at least this many events.
        repeat: Keep repeated events.
        duplicates: Which of repeated events counts: "first", "last" or "keep".
        ratings: Whether the lowest rating means "not chosen": "auto", "stars" (yes) or "all" (no).
        order: "file" uses the order of the rows where times are missing or equal.
        shard: Mean number of events in a unit of work.
        engine: "local" or "ray".
        workers: Number of processes; each holds one file or shard in memory.
        address: Address of a Ray cluster; None starts Ray on this machine.
        progress: Receives texts and shares of the work; silent by default.

    Returns:
        The PrepareResult.

    Raises:
        ArgumentError: If an option has a value that is not allowed.
        DataError: If the files cannot be read, or if cleaning leaves no event.
    """
    from whyrec.data.outofcore.prepare import prepare as prepared
    from whyrec.scale.workers import each

    began = time.perf_counter()
    with progress(f"preparing {data}"):
        made = prepared(
            data,
            out,
            protocol=protocol,
            shard=shard,
            each=each(engine, workers, address),
            min_value=min_value,
            k_core=k_core,
            item_core=item_core,
            duplicates="keep" if repeat else duplicates,
            ratings=ratings,
            order=order,
        )
    return PrepareResult(
        out=str(out),
        users=made.data.n_users,
        items=made.data.n_items,
        protocol=protocol,
        engine=engine,
        seconds=round(time.perf_counter() - began, 2),
        steps=as_rows(made.steps),
    )

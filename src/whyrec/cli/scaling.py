"""The verbs for many people, items and machines: batch."""

from __future__ import annotations

import hashlib
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whyrec.cli import show
from whyrec.cli.app import Folder, Json, app

if TYPE_CHECKING:
    from whyrec.scale.batch import People


@app.command()
def batch(
    m: Folder,
    out: Annotated[Path, typer.Option(help="The Parquet file to write: one row a person and place.")],
    k: Annotated[int, typer.Option("-k", help="How many items a person.")] = 10,
    reasons: Annotated[int, typer.Option(help="How many events are named as reasons of each item.")] = 3,
    engine: Annotated[str, typer.Option(help="local (processes) or ray (the same by Ray Data).")] = "local",
    workers: Annotated[int, typer.Option(help="Processes, each with the model in memory.")] = 2,
    block: Annotated[int, typer.Option(help="People at once: their scores of all items are held.")] = 256,
    address: Annotated[str | None, typer.Option(help="ray: of a cluster; its machines must see the model's folder.")] = None,
    json: Json = False,
) -> None:
    """Lists with exact reasons for everyone in the model's folder; a second call goes on where one was stopped."""
    result = everyone(m, out, k=k, reasons=reasons, engine=engine, workers=workers, block=block, address=address)
    if json:
        return show.print_json(result)
    show.line(f"{result['people']} people, {result['rows']} rows in {result['seconds']} s "
              f"({result['people_per_second']} people a second) -> {result['out']}")


def everyone(m: Path, out: Path, *, k: int, reasons: int, engine: str, workers: int, block: int,
             address: str | None) -> dict[str, Any]:
    """What `whyrec batch` prints as JSON."""
    from whyrec import catalog
    from whyrec.core import Additive, BadArgument
    from whyrec.scale.batch import Job, run

    fitted = catalog.open_fitted(m)
    if not fitted.header["histories"]:
        raise BadArgument("a batch needs a model folder that holds its histories", given=str(m),
                          fix="fit again without --no-histories")
    if not isinstance(fitted.model, Additive):
        raise BadArgument("a batch gives exact reasons, so it needs a model that is a sum", given=fitted.header["name"],
                          fix="take lowrank, additive, ease, knn or cooccurrence; or explain one person at a time")
    folder, key = m.resolve(), hashlib.sha256((m / "manifest.json").read_bytes()).hexdigest()
    job = Job(partial(people_of, folder), fitted.data.n_users, k, reasons, block, key)
    began = time.perf_counter()
    with show.progress(f"lists for {job.people} people") as update:
        rows = run(job, out, engine=engine, workers=workers, address=address, progress=update)
    seconds = time.perf_counter() - began
    return {"model": fitted.header["name"], "out": str(out), "people": job.people, "rows": rows, "engine": engine,
            "seconds": round(seconds, 2), "people_per_second": round(job.people / seconds)}


def people_of(folder: Path) -> People:
    """What a worker opens."""
    from whyrec import catalog
    from whyrec.scale.batch import People

    fitted = catalog.open_fitted(folder)
    return People(fitted.model, fitted.data.histories, fitted.data.users, fitted.data.items)

"""Commands for large data: prepare, tune, batch and plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from whyrec.cli import show
from whyrec.cli.app import app
from whyrec.cli.options import (
    Address,
    Columns,
    Core,
    Data,
    Duplicates,
    Engine,
    Folder,
    ItemCore,
    Json,
    MinValue,
    Order,
    Ratings,
    Repeat,
    Seed,
)
from whyrec.cli.parse import parse_columns


@app.command()
def prepare(
    data: Annotated[
        Path,
        typer.Option(
            help="A folder of the plain form, with events in files events-*.csv or "
            "events-*.parquet."
        ),
    ],
    out: Annotated[
        Path, typer.Option(help="The folder to write; other commands take it as --data.")
    ],
    protocol: Annotated[
        str | None, typer.Option(help="Also mark the events of a split: next-item or temporal.")
    ] = None,
    min_value: MinValue = None,
    k_core: Core = 0,
    item_core: ItemCore = 0,
    repeat: Annotated[
        bool,
        typer.Option("--repeat", help="Keep repeated events; `whyrec fit` needs --repeat then."),
    ] = False,
    duplicates: Duplicates = "first",
    ratings: Ratings = "auto",
    order: Order = None,
    shard: Annotated[int, typer.Option(help="Mean number of events in a unit of work.")] = 500_000,
    engine: Engine = "local",
    workers: Annotated[
        int, typer.Option(help="Number of processes; each holds one file or shard in memory.")
    ] = 2,
    address: Address = None,
    json: Json = False,
) -> None:
    """Read, clean and split events that do not fit in memory, with the same result as in memory."""
    from whyrec import workflows

    found = workflows.prepare(
        data,
        out,
        protocol=protocol,
        min_value=min_value,
        k_core=k_core,
        item_core=item_core,
        repeat=repeat,
        duplicates=duplicates,
        ratings=ratings,
        order=order,
        shard=shard,
        engine=engine,
        workers=workers,
        address=address,
        progress=show.progress,
    )
    show.result(found, json)


@app.command()
def tune(
    data: Data,
    model: Annotated[
        str, typer.Option(help="A model's name; `whyrec settings MODEL` says what is searched.")
    ],
    store: Annotated[
        Path,
        typer.Option(help="File of the search (SQLite); a second call with it resumes the search."),
    ],
    out: Annotated[
        Path,
        typer.Option(help="TOML file for the best settings, which `whyrec fit --config` reads."),
    ],
    trials: Annotated[int, typer.Option(help="Number of further trials.")] = 20,
    config: Annotated[
        Path | None, typer.Option(help="A TOML file with settings that are not searched.")
    ] = None,
    protocol: Annotated[
        str,
        typer.Option(
            help="The split: next-item, strong, temporal, or random, which needs no order."
        ),
    ] = "next-item",
    columns: Columns = "",
    min_value: MinValue = None,
    k_core: Core = 0,
    item_core: ItemCore = 0,
    repeat: Repeat = False,
    duplicates: Duplicates = "first",
    ratings: Ratings = "auto",
    order: Order = None,
    engine: Engine = "local",
    workers: Annotated[
        int,
        typer.Option(
            help="Number of simultaneous trials; each is drawn without the results of the others."
        ),
    ] = 1,
    address: Address = None,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Search a model's settings on validation people; a second call resumes the search."""
    from whyrec import workflows
    from whyrec.workflows.reading import read_config

    found = workflows.tune(
        data,
        model,
        store,
        out,
        trials=trials,
        protocol=protocol,
        seed=seed,
        config=read_config(config),
        engine=engine,
        workers=workers,
        address=address,
        columns=parse_columns(columns),
        min_value=min_value,
        k_core=k_core,
        item_core=item_core,
        repeat=repeat,
        duplicates=duplicates,
        ratings=ratings,
        order=order,
        progress=show.progress,
    )
    show.result(found, json)


@app.command()
def settings(
    name: Annotated[str, typer.Argument(help="A model, or an explainer.")], json: Json = False
) -> None:
    """The settings of a model, or the options of an explainer: default, what is allowed, what is
    searched by `whyrec tune`.
    """
    from whyrec import workflows

    show.result(workflows.settings(name), json)


@app.command()
def batch(
    m: Folder,
    out: Annotated[
        Path,
        typer.Option(help="The Parquet file to write, with one row for each person and place."),
    ],
    k: Annotated[int, typer.Option("-k", help="Number of items for each person.")] = 10,
    reasons: Annotated[
        int, typer.Option(help="Number of events that are named as reasons of each item.")
    ] = 3,
    engine: Engine = "local",
    workers: Annotated[
        int, typer.Option(help="Number of processes; each holds the model in memory.")
    ] = 2,
    block: Annotated[int, typer.Option(help="Number of people in a unit of work.")] = 256,
    neighbours: Annotated[
        int,
        typer.Option(
            help="Number of items that an index selects for scoring, for models of low rank "
            "and large catalogues; 0 scores all items."
        ),
    ] = 0,
    address: Address = None,
    people: Annotated[
        int | None,
        typer.Option(help="Number of people, the first of the folder. The default is everyone."),
    ] = None,
    json: Json = False,
) -> None:
    """Write lists with exact reasons for every person; a second call resumes an interrupted run."""
    from whyrec import workflows

    found = workflows.batch(
        m,
        out,
        k=k,
        reasons=reasons,
        engine=engine,
        workers=workers,
        block=block,
        neighbours=neighbours,
        address=address,
        people=people,
        progress=show.progress,
    )
    show.result(found, json)


@app.command()
def plan(
    events: Annotated[float, typer.Option(help="Number of events, such as 1e9.")],
    users: Annotated[float, typer.Option(help="Number of people.")],
    items: Annotated[float, typer.Option(help="Number of items.")],
    machines: Annotated[
        str, typer.Option(help="Number and memory of the machines, such as 16x32GB.")
    ],
    engine: Annotated[
        str,
        typer.Option(help="Engine: ray to spread the work over the machines, or local to use one."),
    ] = "ray",
    lang: Annotated[str, typer.Option(help="Language of the output: en or zh.")] = "en",
    json: Json = False,
) -> None:
    """Estimate hours and memory of a larger data set from measured power laws."""
    from whyrec import workflows

    found = workflows.plan(events, users, items, machines, engine=engine)
    show.result(found, json, show.language(lang) if not json else "en")

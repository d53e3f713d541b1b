"""The verbs for many people, items and machines: prepare, tune, batch, plan."""

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
            help="A folder of the plain form, its events in files events-*.csv or *.parquet."
        ),
    ],
    out: Annotated[
        Path, typer.Option(help="The folder to write; the other verbs take it as --data.")
    ],
    protocol: Annotated[
        str | None, typer.Option(help="Mark the events of a split too: next-item or temporal.")
    ] = None,
    min_value: MinValue = None,
    k_core: Core = 0,
    item_core: ItemCore = 0,
    repeat: Annotated[
        bool, typer.Option("--repeat", help="Keep repeated events; fit with --repeat then.")
    ] = False,
    duplicates: Duplicates = "first",
    ratings: Ratings = "auto",
    order: Order = None,
    shard: Annotated[int, typer.Option(help="Events worked on at once, in the mean.")] = 500_000,
    engine: Engine = "local",
    workers: Annotated[
        int, typer.Option(help="Processes at once, each with one file or shard in memory.")
    ] = 2,
    address: Address = None,
    json: Json = False,
) -> None:
    """Read, clean and split events that need not fit in memory; the result is as if they had
    been.
    """
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
        Path, typer.Option(help="The search's own file (SQLite); a second call with it goes on.")
    ],
    out: Annotated[
        Path, typer.Option(help="The best settings, as TOML for `whyrec fit --config`.")
    ],
    trials: Annotated[int, typer.Option(help="How many more settings to try.")] = 20,
    config: Annotated[
        Path | None, typer.Option(help="A TOML file with settings that are not searched.")
    ] = None,
    protocol: Annotated[
        str, typer.Option(help="next-item, strong, temporal, or random: needs no order.")
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
        int, typer.Option(help="Trials under way at once, drawn without each other's results.")
    ] = 1,
    address: Address = None,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Search a model's settings on validation people; goes on from its file."""
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
        Path, typer.Option(help="The Parquet file to write: one row a person and place.")
    ],
    k: Annotated[int, typer.Option("-k", help="How many items a person.")] = 10,
    reasons: Annotated[
        int, typer.Option(help="How many events are named as reasons of each item.")
    ] = 3,
    engine: Engine = "local",
    workers: Annotated[int, typer.Option(help="Processes, each with the model in memory.")] = 2,
    block: Annotated[int, typer.Option(help="People of one piece of work.")] = 256,
    neighbours: Annotated[
        int,
        typer.Option(
            help="Ask an index and score so many of its items; 0: score all items. "
            "Models of low rank, large catalogues."
        ),
    ] = 0,
    address: Address = None,
    people: Annotated[
        int | None, typer.Option(help="Only the first so many people. Default: everyone.")
    ] = None,
    json: Json = False,
) -> None:
    """Lists with exact reasons for everyone in the model's folder; a second call goes on where
    one was stopped.
    """
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
    events: Annotated[float, typer.Option(help="How many, e.g. 1e9.")],
    users: Annotated[float, typer.Option(help="How many people.")],
    items: Annotated[float, typer.Option(help="How many items.")],
    machines: Annotated[str, typer.Option(help="How many and the memory of each, e.g. 16x32GB.")],
    engine: Annotated[
        str, typer.Option(help="ray cuts what it can over the machines; local: all on one.")
    ] = "ray",
    lang: Annotated[str, typer.Option(help="en or zh.")] = "en",
    json: Json = False,
) -> None:
    """Hours and memory that a larger data set would take, by measured power laws, with their
    error.
    """
    from whyrec import workflows

    found = workflows.plan(events, users, items, machines, engine=engine)
    show.result(found, json, show.language(lang) if not json else "en")

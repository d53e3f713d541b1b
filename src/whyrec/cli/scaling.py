"""The verbs for many people, items and machines: prepare, tune, batch, plan."""

from __future__ import annotations

import hashlib
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whyrec.cli import show, show_models
from whyrec.cli.app import (
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
    app,
)
from whyrec.cli.parse import parse_columns

if TYPE_CHECKING:
    from whyrec.scale.batch import People


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
    from whyrec.cli import road
    from whyrec.data.outofcore.prepare import prepare as prepared
    from whyrec.scale.workers import each

    began = time.perf_counter()
    with show.progress(f"preparing {data}"):
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
    result: dict[str, Any] = {
        "out": str(out),
        "users": made.data.n_users,
        "items": made.data.n_items,
        "protocol": protocol,
        "engine": engine,
        "seconds": round(time.perf_counter() - began, 2),
        "steps": road.as_rows(made.steps),
    }
    if json:
        return show.print_json(result)
    show.steps(result["steps"])
    show.line(
        f"{result['users']:,} people, {result['items']:,} items in {result['seconds']} s -> {out}"
    )


@app.command()
def tune(
    data: Data,
    model: Annotated[str, typer.Option(help="sequence, ease, als, knn or cooccurrence.")],
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
    from whyrec.cli import road, tuning

    dataset, _ = road.load(
        data,
        parse_columns(columns),
        min_value=min_value,
        k_core=k_core,
        item_core=item_core,
        repeat=repeat,
        duplicates=duplicates,
        ratings=ratings,
        order=order,
    )
    result = tuning.tune(
        dataset,
        model,
        trials=trials,
        store=store,
        out=out,
        protocol=protocol,
        seed=seed,
        config=road.read_config(config),
        engine=engine,
        workers=workers,
        address=address,
    )
    show.print_json(result) if json else show_models.tuned(result)


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
    result = everyone(
        m,
        out,
        k=k,
        reasons=reasons,
        engine=engine,
        workers=workers,
        block=block,
        address=address,
        neighbours=neighbours,
        most=people,
    )
    if json:
        return show.print_json(result)
    show.line(
        f"{result['people']} people, {result['rows']} rows in {result['seconds']} s "
        f"({result['people_per_second']} people a second) -> {result['out']}"
    )


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
    from whyrec.scale import plan as planning

    result = planning.plan(events, users, items, machines, engine=engine)
    if json:
        return show.print_json(result)
    words = WORDS[show.language(lang)]
    rows = [
        {
            words["stage"]: row["stage"],
            words["machines"]: row["machines"],
            words["hours"]: span(row, "hours"),
            words["gb"]: span(row, "gb"),
            words["fits"]: words[row["fits"]],
            words["beyond"]: f"{row['beyond']:,.0f}x",
        }
        for row in result["rows"]
    ]
    show.table(rows, words["title"].format(**result))
    cut = (
        ", ".join(name for name, stage in planning.STAGES.items() if engine in stage.cut_by) or "–"
    )
    show.line(
        words["notes"].format(
            error=f"{result['largest_error']:.0%}",
            command=result["command"],
            machine=result["measured_on"],
            engine=engine,
            cut=cut,
        )
    )


def span(row: dict[str, Any], name: str) -> str:
    """An expected value with its interval, three digits each."""
    return f"{row[name]:,.3g} [{row[f'{name}_low']:,.3g}, {row[f'{name}_high']:,.3g}]"


WORDS = {
    "en": {
        "stage": "stage",
        "machines": "machines",
        "hours": "hours, one core each [95%]",
        "gb": "GB each [95%]",
        "fits": "fits",
        "yes": "yes",
        "no": "no",
        "unsure": "unsure",
        "beyond": "beyond measured",
        "title": "{events:,.0f} events, {users:,.0f} people, {items:,.0f} items on {machines} "
        "machines of {gb_each:g} GB",
        "notes": "Measured on {machine} by: {command}. The laws missed the next measured size by "
        "up "
        "to {error}; the last "
        "column says how far beyond the measurements this goes. Cut over machines by "
        "{engine}: {cut}; the "
        "other stages run on one.",
    },
    "zh": {
        "stage": "步骤",
        "machines": "机器数",
        "hours": "小时（每台单核）[95%]",
        "gb": "每台内存 GB [95%]",
        "fits": "放得下",
        "yes": "是",
        "no": "否",
        "unsure": "不确定",
        "beyond": "超出实测",
        "title": "{events:,.0f} 条事件、{users:,.0f} 人、{items:,.0f} 件物品，{machines} 台 "
        "{gb_each:g} GB 的机器",
        "notes": "在 {machine} 上由此命令测得：{command}。"
        "幂律对下一个实测规模的误差最大为 {error}；"
        "末列是外推到实测规模的多少倍。{engine} 分摊到各机器的步骤：{cut}；其余步骤只在一台上"
        "运行。",
    },
}


def everyone(
    m: Path,
    out: Path,
    *,
    k: int,
    reasons: int,
    engine: str,
    workers: int,
    block: int,
    address: str | None,
    neighbours: int = 0,
    most: int | None = None,
) -> dict[str, Any]:
    """What `whyrec batch` prints as JSON."""
    from whyrec import storage
    from whyrec.core import Additive, BadArgument
    from whyrec.scale.batch import Job, run

    fitted = storage.open_fitted(m, mapped=True)
    if not fitted.header["histories"]:
        raise BadArgument(
            "a batch needs a model folder that holds its histories",
            given=str(m),
            fix="fit again without --no-histories",
        )
    if not isinstance(fitted.model, Additive):
        raise BadArgument(
            "a batch gives exact reasons, so it needs a model that is a sum",
            given=fitted.header["name"],
            fix="take lowrank, additive, ease, knn or cooccurrence; or explain one person at a "
            "time",
        )
    if neighbours and getattr(fitted.model, "product", None) is None:
        raise BadArgument(
            "--neighbours needs a model with one vector a person",
            given=fitted.header["name"],
            fix="take lowrank, or leave --neighbours away: all items are then scored",
        )
    name, folder, key = (
        fitted.header["name"],
        m.resolve(),
        hashlib.sha256((m / "manifest.json").read_bytes()).hexdigest(),
    )
    count = fitted.data.n_users if most is None else min(most, fitted.data.n_users)
    job = Job(
        partial(people_of, folder, most, neighbours > 0), count, k, reasons, block, key, neighbours
    )
    del fitted
    began = time.perf_counter()
    with show.progress(f"lists for {job.people} people") as update:
        rows = run(job, out, engine=engine, workers=workers, address=address, progress=update)
    seconds = time.perf_counter() - began
    return {
        "model": name,
        "out": str(out),
        "people": job.people,
        "rows": rows,
        "engine": engine,
        "items_scored": job.told["items_scored"],
        "approximate": job.told["approximate"],
        "seconds": round(seconds, 2),
        "people_per_second": round(job.people / seconds),
    }


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

    fitted, index = storage.open_fitted(folder, mapped=True), None
    if indexed:
        with threadpool_limits(1):
            index = Neighbours(fitted.model.product.queries, fitted.model.base_)
    data = (
        fitted.data
        if most is None or most >= fitted.data.n_users
        else fitted.data.of_people(np.arange(most))
    )
    return People(fitted.model, data.histories, data.users, data.items, index)

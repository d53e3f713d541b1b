"""The verbs for many people, items and machines: batch, plan."""

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
    people: Annotated[int | None, typer.Option(help="Only the first so many people. Default: everyone.")] = None,
    json: Json = False,
) -> None:
    """Lists with exact reasons for everyone in the model's folder; a second call goes on where one was stopped."""
    result = everyone(m, out, k=k, reasons=reasons, engine=engine, workers=workers, block=block, address=address,
                      most=people)
    if json:
        return show.print_json(result)
    show.line(f"{result['people']} people, {result['rows']} rows in {result['seconds']} s "
              f"({result['people_per_second']} people a second) -> {result['out']}")


@app.command()
def plan(
    events: Annotated[float, typer.Option(help="How many, e.g. 1e9.")],
    users: Annotated[float, typer.Option(help="How many people.")],
    items: Annotated[float, typer.Option(help="How many items.")],
    machines: Annotated[str, typer.Option(help="How many and the memory of each, e.g. 16x32GB.")],
    lang: Annotated[str, typer.Option(help="en or zh.")] = "en",
    json: Json = False,
) -> None:
    """Hours and memory that a larger data set would take, by measured power laws, with their error."""
    from whyrec.scale import plan as planning

    result = planning.plan(events, users, items, machines)
    if json:
        return show.print_json(result)
    words = WORDS[show.language(lang)]
    rows = [{words["stage"]: row["stage"], words["machines"]: row["machines"],
             words["hours"]: span(row, "hours"), words["gb"]: span(row, "gb"), words["fits"]: words[row["fits"]],
             words["beyond"]: f"{row['beyond']:,.0f}x"} for row in result["rows"]]
    show.table(rows, words["title"].format(**result))
    show.line(words["notes"].format(error=f"{result['largest_error']:.0%}", command=result["command"],
                                    machine=result["measured_on"]))


def span(row: dict[str, Any], name: str) -> str:
    """An expected value with its interval, three digits each."""
    return f"{row[name]:,.3g} [{row[f'{name}_low']:,.3g}, {row[f'{name}_high']:,.3g}]"


WORDS = {
    "en": {"stage": "stage", "machines": "machines", "hours": "hours, one core each [95%]", "gb": "GB each [95%]",
           "fits": "fits", "yes": "yes", "no": "no", "unsure": "unsure", "beyond": "beyond measured",
           "title": "{events:,.0f} events, {users:,.0f} people, {items:,.0f} items on {machines} machines of {gb_each:g} GB",
           "notes": "Measured on {machine} by: {command}. The laws missed the next measured size by up to {error}; the last "
                    "column says how far beyond the measurements this goes. score and explain are cut over machines; the "
                    "other stages run on one."},
    "zh": {"stage": "步骤", "machines": "机器数", "hours": "小时（每台单核）[95%]", "gb": "每台内存 GB [95%]",
           "fits": "放得下", "yes": "是", "no": "否", "unsure": "不确定", "beyond": "超出实测",
           "title": "{events:,.0f} 条事件、{users:,.0f} 人、{items:,.0f} 件物品，{machines} 台 {gb_each:g} GB 的机器",
           "notes": "在 {machine} 上由此命令测得：{command}。"
                    "幂律对下一个实测规模的误差最大为 {error}；"
                    "末列是外推到实测规模的多少倍。score 和 explain 分摊到各机器，其余步骤只在一台上运行。"},
}


def everyone(m: Path, out: Path, *, k: int, reasons: int, engine: str, workers: int, block: int,
             address: str | None, most: int | None = None) -> dict[str, Any]:
    """What `whyrec batch` prints as JSON."""
    from whyrec import catalog
    from whyrec.core import Additive, BadArgument
    from whyrec.scale.batch import Job, run

    fitted = catalog.open_fitted(m, mapped=True)
    if not fitted.header["histories"]:
        raise BadArgument("a batch needs a model folder that holds its histories", given=str(m),
                          fix="fit again without --no-histories")
    if not isinstance(fitted.model, Additive):
        raise BadArgument("a batch gives exact reasons, so it needs a model that is a sum", given=fitted.header["name"],
                          fix="take lowrank, additive, ease, knn or cooccurrence; or explain one person at a time")
    name, folder, key = fitted.header["name"], m.resolve(), hashlib.sha256((m / "manifest.json").read_bytes()).hexdigest()
    count = fitted.data.n_users if most is None else min(most, fitted.data.n_users)
    job = Job(partial(people_of, folder, most), count, k, reasons, block, key)
    del fitted
    began = time.perf_counter()
    with show.progress(f"lists for {job.people} people") as update:
        rows = run(job, out, engine=engine, workers=workers, address=address, progress=update)
    seconds = time.perf_counter() - began
    return {"model": name, "out": str(out), "people": job.people, "rows": rows, "engine": engine,
            "seconds": round(seconds, 2), "people_per_second": round(job.people / seconds)}


def people_of(folder: Path, most: int | None = None) -> People:
    """What a worker opens: the model by memory map, and the histories of the first `most` people (default: of all)."""
    import numpy as np

    from whyrec import catalog
    from whyrec.scale.batch import People

    fitted = catalog.open_fitted(folder, mapped=True)
    data = fitted.data if most is None or most >= fitted.data.n_users else fitted.data.of_people(np.arange(most))
    return People(fitted.model, data.histories, data.users, data.items)

"""Commands that compare models: advise, compare and report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from whyrec.cli import show
from whyrec.cli.app import _command, app
from whyrec.cli.options import (
    Budget,
    Catalogue,
    Columns,
    Core,
    Data,
    Domain,
    Duplicates,
    Folder,
    Graph,
    ItemCore,
    Json,
    Lang,
    MinValue,
    Order,
    Ratings,
    Repeat,
    Seed,
    Verb,
)
from whyrec.cli.parse import names, parse_columns, parse_seconds, parse_support

if TYPE_CHECKING:
    from whyrec.workflows.result import Row


@app.command()
def advise(
    data: Annotated[str, typer.Argument(help="A known data set, a path or a database URL.")],
    budget: Annotated[
        str | None,
        typer.Option(
            help="Processor time for the whole ladder, such as 90s, 10m or 2h. If given, it bounds "
            "the fit of additive too. The default is 10m."
        ),
    ] = None,
    steps: Annotated[
        str, typer.Option(help="Names of steps, separated by commas. The default is all.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(help="A folder for the model to take, fitted on all events."),
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="A file for the picture of cost and worth: .png or .svg.")
    ] = None,
    columns: Columns = "",
    domain: Domain = None,
    verb: Verb = None,
    graph: Graph = "",
    min_value: MinValue = None,
    k_core: Core = 0,
    item_core: ItemCore = 0,
    repeat: Repeat = False,
    duplicates: Duplicates = "first",
    ratings: Ratings = "auto",
    order: Order = None,
    seed: Seed = 0,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Do these data need a large model? Measure a ladder of models, and name the one to take.

    The steps are popular, most-used, most-recent, knn, cooccurrence, ease, additive and sequence.
    """
    from whyrec import workflows

    show.language(lang)
    found = workflows.advise(
        data,
        budget=None if budget is None else parse_seconds(budget),
        steps=names(steps) or None,
        out=out,
        picture=picture,
        lang=lang,
        seed=seed,
        graph=graph,
        columns=parse_columns(columns),
        domain=domain,
        verb=verb,
        min_value=min_value,
        k_core=k_core,
        item_core=item_core,
        repeat=repeat,
        duplicates=duplicates,
        ratings=ratings,
        order=order,
        progress=show.progress,
    )
    show.result(found, json, lang)


@app.command()
def compare(
    data: Data,
    models: Annotated[
        str, typer.Option(help="Names of models, separated by commas.")
    ] = "popular,knn,svd,als,ease,cooccurrence,pctm,additive",
    protocol: Annotated[
        str,
        typer.Option(
            help="The split: next-item, strong, temporal, or random, which needs no order."
        ),
    ] = "next-item",
    columns: Columns = "",
    graph: Graph = "",
    catalogue: Catalogue = "",
    min_value: MinValue = None,
    k_core: Core = 0,
    item_core: ItemCore = 0,
    repeat: Repeat = False,
    duplicates: Duplicates = "first",
    ratings: Ratings = "auto",
    order: Order = None,
    refit: Annotated[
        bool,
        typer.Option(
            "--refit", help="With next-item: fit on the validation items too before the test."
        ),
    ] = False,
    min_support: Annotated[
        str,
        typer.Option(
            help="Candidate numbers of people that must support a pair. The default is 1,2,3,5,10."
        ),
    ] = "",
    tune: Annotated[
        bool, typer.Option(help="Choose the settings of baselines on validation people.")
    ] = True,
    tune_seconds: Annotated[
        float, typer.Option(help="Processor seconds of the search for each baseline.")
    ] = 20.0,
    budget: Budget = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="A folder that keeps each row once it is measured. The same command reuses "
            "them, so that a stopped run goes on."
        ),
    ] = None,
    seed: Seed = 0,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Compare models on the same people by ranking all items, with intervals of differences."""
    from whyrec import workflows

    show.language(lang)
    tried = parse_support(min_support)
    asked = names(models)
    with _rows(asked, protocol, out, lang) as on_row:
        found = workflows.compare(
            data,
            asked,
            protocol,
            seed=seed,
            refit=refit,
            min_support=tried,
            tune=tune,
            tune_seconds=tune_seconds,
            budget=budget,
            out=out,
            on_row=on_row,
            graph=graph,
            catalogue=catalogue or None,
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
    show.result(found, json, lang)


@contextmanager
def _rows(
    models: Sequence[str], protocol: str, out: Path | None, lang: str
) -> Iterator[Callable[[Row], None]]:
    """Print each row of a comparison as it comes, unless it is over within seconds.

    If it is stopped, say what is measured and kept.
    """
    from whyrec.workflows.measured_fits import headline
    from whyrec.workflows.messages import of
    from whyrec.workflows.printed import compared_row

    lines: list[str] = []
    done = 0

    def flush() -> None:
        while lines:
            show.note(lines.pop(0))

    def print_row(row: Row) -> None:
        nonlocal done
        done += "metrics" in row
        lines.append(compared_row(row, headline(protocol), lang))
        if show.takes_long():
            flush()

    try:
        yield print_row
    except KeyboardInterrupt:
        flush()
        key = "compare-stopped" if out is None else "compare-stopped-kept"
        show.note(of(lang)(key, done=done, models=len(models), **({"out": out} if out else {})))
        raise


@app.command()
def report(
    m: Folder,
    data: Data,
    out: Annotated[Path, typer.Option(help="The HTML file, or the folder for report.html.")] = Path(
        "report.html"
    ),
    columns: Columns = "",
    duplicates: Duplicates = "",
    ratings: Ratings = "",
    order: Order = None,
    seed: Seed = 0,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Write one HTML file: data, accuracy, people with tested reasons, factors and network."""
    from whyrec import workflows

    show.language(lang)
    found = workflows.report(
        m,
        data,
        out,
        seed=seed,
        command=_command(),
        columns=parse_columns(columns),
        duplicates=duplicates,
        ratings=ratings,
        order=order,
        progress=show.progress,
    )
    show.result(found, json, lang)

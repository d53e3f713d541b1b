"""The main commands. Heavy imports are local, so that ``whyrec --help`` answers at once.

Exit code 0: done; 1: a check found problems; 2: the arguments or the data are wrong.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

try:
    from typer._click.exceptions import ClickException  # typer 0.20 and later contain click
except ImportError:  # pragma: no cover
    from click import ClickException  # type: ignore[assignment]  # the same class, elsewhere

from whyrec.cli import show
from whyrec.cli.options import (
    Address,
    Budget,
    Catalogue,
    Columns,
    Core,
    Data,
    Debug,
    Domain,
    Duplicates,
    Engine,
    Folder,
    Graph,
    ItemCore,
    Json,
    Lang,
    Log,
    MinValue,
    Order,
    Ratings,
    Repeat,
    Seed,
    Verb,
    Zone,
)
from whyrec.cli.parse import parse_columns

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Recommendations that can prove why.",
)
data_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="List and download known data sets, or check your own.",
)
app.add_typer(data_app, name="data")


@app.callback()
def _options(debug: Debug = False, log: Log = False) -> None:
    """Recommendations that can prove why."""


@app.command()
def demo(
    data: Annotated[
        str, typer.Option(help="A known data set, a path or a database URL.")
    ] = "films",
    columns: Columns = "",
    domain: Domain = None,
    verb: Verb = None,
    order: Order = None,
    out: Annotated[Path, typer.Option(help="The folder for the report and the model.")] = Path(
        "demo"
    ),
    seed: Seed = 0,
    lang: Lang = "en",
    serve: Annotated[
        bool, typer.Option("--serve", help="Serve the model with its web page afterwards.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port of the service with --serve.")] = 8000,
    json: Json = False,
) -> None:
    """Run every step on one data set: clean, fit, compare, explain, test and report."""
    from whyrec import workflows
    from whyrec.cli import page

    if serve:
        page.check_extra()
    found = workflows.demo(
        data,
        out,
        seed=seed,
        command=_command(),
        columns=parse_columns(columns),
        domain=domain,
        verb=verb,
        order=order,
        progress=show.progress,
    )
    show.result(found, json, lang)
    if serve:
        page.serve_folder(out, port)


@app.command()
def fit(
    data: Data,
    model: Annotated[str, typer.Option(help="Name of a model, such as ease.")],
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    columns: Columns = "",
    domain: Domain = None,
    verb: Verb = None,
    graph: Graph = "",
    config: Annotated[
        Path | None, typer.Option(help="A TOML file with the model's settings.")
    ] = None,
    catalogue: Catalogue = "",
    min_value: MinValue = None,
    k_core: Core = 0,
    item_core: ItemCore = 0,
    repeat: Repeat = False,
    duplicates: Duplicates = "first",
    ratings: Ratings = "auto",
    order: Order = None,
    seed: Seed = 0,
    no_histories: Annotated[
        bool,
        typer.Option("--no-histories", help="Do not store people and their events in the folder."),
    ] = False,
    max_minutes: Annotated[
        float | None,
        typer.Option(help="Time limit in minutes; the learning rate schedule fits it (sequence)."),
    ] = None,
    budget: Budget = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            help="Directory for checkpoints; an interrupted run resumes from it (sequence)."
        ),
    ] = None,
    log: Annotated[
        Path | None,
        typer.Option(
            help="Directory for TensorBoard logs (sequence). Without a directory: print where the "
            "time went."
        ),
    ] = None,
    ledger: Annotated[
        Path | None,
        typer.Option(help="File that sums the privacy budgets of private models by people."),
    ] = None,
    engine: Engine = "local",
    workers: Annotated[int, typer.Option(help="Number of processes with --engine ray.")] = 2,
    address: Address = None,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Fit a model and write a folder that needs no other file."""
    from whyrec import workflows
    from whyrec.workflows.reading import read_config

    show.language(lang)
    found = workflows.fit(
        data,
        model,
        out,
        config=read_config(config),
        seed=seed,
        histories=not no_histories,
        max_minutes=max_minutes,
        budget=budget,
        checkpoint=checkpoint,
        log=log,
        ledger=ledger,
        engine=engine,
        workers=workers,
        address=address,
        graph=graph,
        domain=domain,
        verb=verb,
        columns=parse_columns(columns),
        catalogue=catalogue or None,
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
def fuse(
    data: Data,
    out: Annotated[Path, typer.Option(help="The folder for the curve (PNG, JSON) and the model.")],
    columns: Columns = "",
    domain: Domain = None,
    verb: Verb = None,
    config: Annotated[
        Path | None, typer.Option(help="A TOML file with settings of the fused model.")
    ] = None,
    explained_share_min: Annotated[
        float | None,
        typer.Option(help="Smallest explained share of the model that is saved, from 0 to 1."),
    ] = None,
    people: Annotated[
        int | None, typer.Option(help="Number of test people. The default is all.")
    ] = None,
    min_value: MinValue = None,
    k_core: Core = 0,
    item_core: ItemCore = 0,
    repeat: Repeat = False,
    duplicates: Duplicates = "first",
    ratings: Ratings = "auto",
    order: Order = None,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Fuse an interpretable model with a large one, and trade accuracy against explained share."""
    from whyrec import workflows
    from whyrec.workflows.reading import read_config

    if explained_share_min is None:
        dial = {}
    else:
        dial = {"explained_share_min": explained_share_min}
    found = workflows.fuse(
        data,
        out,
        read_config(config) | dial,
        people=people,
        seed=seed,
        domain=domain,
        verb=verb,
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
def compress(
    folder: Annotated[
        Path,
        typer.Argument(
            help="A folder that `whyrec fit` wrote; or a text encoder: minilm, or its folder."
        ),
    ],
    out: Annotated[Path, typer.Option(help="The folder for the small model.")],
    max_loss: Annotated[
        float, typer.Option(help="Largest share of NDCG@10 that may be lost, such as 0.01.")
    ] = 0.01,
    min_reasons: Annotated[
        float,
        typer.Option(
            help="Smallest share of lists whose first reason must stay the same, such as 0.9."
        ),
    ] = 0.0,
    budget_mb: Annotated[
        float | None,
        typer.Option(help="Largest size in MB; the command fails if no form is this small."),
    ] = None,
    epochs: Annotated[
        int, typer.Option(help="Epochs of distillation from the large model, for each form.")
    ] = 3,
    people: Annotated[
        int, typer.Option(help="Number of people whose last events measure the loss.")
    ] = 10_000,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Make a large model small and fast, and measure the loss of accuracy and of reasons."""
    from whyrec import workflows
    from whyrec.workflows.compress import is_encoder

    if is_encoder(folder):
        small = workflows.compress_encoder(folder, out, progress=show.progress)
        return show.result(small, json)
    found = workflows.compress(
        folder,
        out,
        max_loss=max_loss,
        min_reasons=min_reasons,
        budget_mb=budget_mb,
        epochs=epochs,
        people=people,
        seed=seed,
        progress=show.progress,
    )
    show.result(found, json)


@app.command()
def add(
    m: Folder,
    items: Annotated[
        Path,
        typer.Option(
            help="A table of new items: the column item, and columns of the item catalogue."
        ),
    ],
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    large: Annotated[
        Path | None,
        typer.Option(help="For a compressed model: the folder of the model that it was made from."),
    ] = None,
    json: Json = False,
) -> None:
    """Add new items to a model that reads text, without training."""
    from whyrec import workflows

    show.result(workflows.extend(m, items, out, large=large, progress=show.progress), json)


@app.command()
def forget(
    m: Folder,
    users: Annotated[
        str, typer.Option(help="Labels separated by commas, or a file with one label a line.")
    ],
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    check: Annotated[
        bool, typer.Option("--check", help="Also fit without them, and report the difference.")
    ] = False,
    json: Json = False,
) -> None:
    """Remove people, and items that only they chose, from a model, with a receipt."""
    from whyrec import workflows

    show.result(workflows.forget(m, users, out, check=check, progress=show.progress), json)


@app.command()
def recommend(
    m: Folder,
    user: Annotated[str | None, typer.Option(help="Label of a person in the data.")] = None,
    items: Annotated[
        str | None,
        typer.Option(
            help="Items that a new person chose, instead of --user: labels or titles "
            "separated by commas, oldest first."
        ),
    ] = None,
    k: Annotated[int, typer.Option("-k", help="Number of items.")] = 10,
    lang: Lang = "en",
    zone: Zone = "",
    json: Json = False,
) -> None:
    """Recommend the k best items to a person, each with its reasons in a sentence."""
    from whyrec import workflows

    found = workflows.recommend(m, user, items=items, k=k, zone=zone)
    show.result(found, json, lang)


@app.command()
def explain(
    m: Folder,
    user: Annotated[str | None, typer.Option(help="Label of a person in the data.")] = None,
    items: Annotated[
        str | None,
        typer.Option(
            help="Items that a new person chose, instead of --user: labels or titles "
            "separated by commas, oldest first."
        ),
    ] = None,
    item: Annotated[
        str | None,
        typer.Option(help="Label or title of the item. The default is the first of the list."),
    ] = None,
    method: Annotated[
        str, typer.Option(help="auto, or the name of an explainer; `whyrec methods M` lists them.")
    ] = "auto",
    against: Annotated[
        str | None,
        typer.Option(
            help="With method contrast: the item to compare with. The default is the next of "
            "the list."
        ),
    ] = None,
    budget: Annotated[
        int | None,
        typer.Option(
            help="With methods shapley and lime: number of model evaluations. The default is "
            "10 for each event."
        ),
    ] = None,
    lang: Lang = "en",
    zone: Zone = "",
    k: Annotated[
        int, typer.Option("-k", help="Length of the list that the counterfactual refers to.")
    ] = 10,
    polish: Annotated[
        str | None,
        typer.Option(
            help="A language model that may reword the explanation: the address of an "
            "OpenAI-compatible endpoint, or the folder of a model. Its text is shown "
            "only if a check confirms the same meaning."
        ),
    ] = None,
    polish_model: Annotated[
        str,
        typer.Option(
            help="Name of the language model at the endpoint. WHYREC_POLISH_KEY is its key."
        ),
    ] = "default",
    json: Json = False,
) -> None:
    """Explain why a person got an item, and measure the list without the reasons."""
    from whyrec import workflows
    from whyrec.workflows.explain import polisher_of

    found = workflows.explain(
        m,
        user,
        items=items,
        item=item,
        method=method,
        against=against,
        budget=budget,
        k=k,
        zone=zone,
        polisher=None if polish is None else polisher_of(polish, polish_model),
        lang=lang if polish is None else show.language(lang),
    )
    show.result(found, json, lang)


def _log_flags(given: list[str]) -> list[int]:
    """Return where `--log` is a flag, at any position; after `fit` a directory may follow it."""
    ends = [*given[1:], "-"]
    return [
        at
        for at, part in enumerate(given)
        if part == "--log" and ("fit" not in given[:at] or ends[at].startswith("-"))
    ]


def _command() -> str:
    return shlex.join(["whyrec", *sys.argv[1:]])


def main(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Errors that the user can fix are printed as one paragraph, with exit code 2.

    Args:
        arguments: The arguments after the program's name; None takes those of the process.

    Returns:
        The exit code.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    show.DEBUG = "--debug" in given  # at any position
    log = _log_flags(given)
    kept = [part for at, part in enumerate(given) if part != "--debug" and at not in log]
    try:
        with show.old_names(), show.command(log=bool(log)):
            return int(app(args=kept, standalone_mode=False) or 0)
    except typer.Exit as stop:
        return stop.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return show.error("stopped")
    except ClickException as wrong:
        return show.error(wrong.format_message())
    except Exception as wrong:
        from whyrec.core.errors import WhyrecError  # imported here, so that `--help` is fast
        from whyrec.core.extras import as_missing_extra

        wrong = as_missing_extra(wrong) or wrong
        if isinstance(wrong, WhyrecError):
            from whyrec.cli.fixes import with_commands

            return show.error(with_commands(str(wrong), kept, app))
        if isinstance(wrong, OSError) and wrong.filename is not None:
            return show.error(
                f"{wrong.filename} must be a place to read and write; got {wrong.strerror}. "
                "Fix: check the path and who may write there."
            )
        raise

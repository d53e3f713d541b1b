"""The verbs. Heavy imports are inside, so that ``whyrec --help`` answers at once.

Exit code 0: done; 1: a check found problems; 2: the arguments or the data are wrong.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

try:
    from typer._click.exceptions import ClickException  # typer 0.20 and later carry click inside
except ImportError:  # pragma: no cover
    from click import ClickException  # type: ignore[assignment]  # the same class, elsewhere

from whyrec.cli import show
from whyrec.cli.options import (
    Address,
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
    no_args_is_help=True, rich_markup_mode=None, help="Known data sets, and a check of your own."
)
app.add_typer(data_app, name="data")


@app.callback()
def _options(debug: Debug = False) -> None:
    """Recommendations that can prove why."""


@app.command()
def demo(
    data: Annotated[str, typer.Option(help="A known name, a path or a database URL.")] = "films",
    columns: Columns = "",
    domain: Domain = None,
    verb: Verb = None,
    order: Order = None,
    out: Annotated[Path, typer.Option(help="Where the report and the model go.")] = Path("demo"),
    seed: Seed = 0,
    lang: Lang = "en",
    serve: Annotated[
        bool, typer.Option("--serve", help="Serve it afterwards, with its page.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port of --serve.")] = 8000,
    json: Json = False,
) -> None:
    """The whole road on one data set: clean, fit, compare, explain, prove, report."""
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
    model: Annotated[str, typer.Option(help="A model's name: see `whyrec compare`.")],
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    columns: Columns = "",
    domain: Domain = None,
    verb: Verb = None,
    graph: Graph = "",
    config: Annotated[
        Path | None, typer.Option(help="A TOML file with the model's settings.")
    ] = None,
    min_value: MinValue = None,
    k_core: Core = 0,
    item_core: ItemCore = 0,
    repeat: Repeat = False,
    duplicates: Duplicates = "first",
    ratings: Ratings = "auto",
    order: Order = None,
    seed: Seed = 0,
    no_histories: Annotated[
        bool, typer.Option("--no-histories", help="Leave people out of the folder.")
    ] = False,
    max_minutes: Annotated[
        float | None, typer.Option(help="Fit the schedule to this time (sequence).")
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="A folder to go on from after a kill (sequence).")
    ] = None,
    log: Annotated[Path | None, typer.Option(help="A folder for TensorBoard (sequence).")] = None,
    ledger: Annotated[
        Path | None, typer.Option(help="A file that adds up what private models cost (private).")
    ] = None,
    engine: Engine = "local",
    workers: Annotated[
        int, typer.Option(help="ray: processes that train as one, or count at once.")
    ] = 2,
    address: Address = None,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Fit a model and write a folder that stands alone."""
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
        Path | None, typer.Option(help="A TOML file with settings of the model fused.")
    ] = None,
    explained_share_min: Annotated[
        float | None, typer.Option(help="The dial: least explained share, 0 to 1.")
    ] = None,
    people: Annotated[
        int | None, typer.Option(help="Measure on so many test people (default: all).")
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
    """Glass box and large model together: accuracy against explained share, and the model at the
    dial asked for.
    """
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
        typer.Argument(help="A folder of `whyrec fit`; or a text encoder: minilm, or its folder."),
    ],
    out: Annotated[Path, typer.Option(help="The folder for the small model.")],
    max_loss: Annotated[
        float, typer.Option(help="Share of NDCG@10 that may be lost, e.g. 0.01.")
    ] = 0.01,
    min_reasons: Annotated[
        float, typer.Option(help="Share of lists whose first reason must stay, e.g. 0.9.")
    ] = 0.0,
    budget_mb: Annotated[
        float | None, typer.Option(help="Refuse where the model cannot be made as small as this.")
    ] = None,
    epochs: Annotated[
        int, typer.Option(help="Of learning from the large model, for each form tried.")
    ] = 3,
    people: Annotated[int, typer.Option(help="Judge on so many people's last events.")] = 10_000,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """A large model made small and fast, with what each form of it costs in accuracy and in
    reasons.
    """
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
        Path, typer.Option(help="A table of new items: item, and columns of the catalogue.")
    ],
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    large: Annotated[
        Path | None, typer.Option(help="Of a compressed model: the one it was made from.")
    ] = None,
    json: Json = False,
) -> None:
    """Add new items to a model that reads text, with no training."""
    from whyrec import workflows

    show.result(workflows.extend(m, items, out, large=large, progress=show.progress), json)


@app.command()
def forget(
    m: Folder,
    users: Annotated[str, typer.Option(help="Labels by commas, or a file with one a line.")],
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    check: Annotated[
        bool, typer.Option("--check", help="Fit without them too, and tell the difference.")
    ] = False,
    json: Json = False,
) -> None:
    """Take people out of a model, as if they had never been in its data, with a receipt."""
    from whyrec import workflows

    show.result(workflows.forget(m, users, out, check=check, progress=show.progress), json)


@app.command()
def recommend(
    m: Folder,
    user: Annotated[str | None, typer.Option(help="A person's label in the data.")] = None,
    items: Annotated[
        str | None, typer.Option(help="Instead: items somebody new chose, oldest first, by commas.")
    ] = None,
    k: Annotated[int, typer.Option("-k", help="How many.")] = 10,
    lang: Lang = "en",
    zone: Zone = "",
    json: Json = False,
) -> None:
    """The k best items for a person, each with its reasons in a sentence."""
    from whyrec import workflows

    found = workflows.recommend(m, user, items=items, k=k, zone=zone)
    show.result(found, json, lang)


@app.command()
def explain(
    m: Folder,
    user: Annotated[str | None, typer.Option(help="A person's label in the data.")] = None,
    items: Annotated[
        str | None, typer.Option(help="Instead: items somebody new chose, oldest first, by commas.")
    ] = None,
    item: Annotated[
        str | None, typer.Option(help="Label or title (default: the first recommended).")
    ] = None,
    method: Annotated[
        str, typer.Option(help="auto, or an explainer's name: `whyrec methods M` lists them.")
    ] = "auto",
    against: Annotated[
        str | None, typer.Option(help="contrast: the item to compare with (default: the next).")
    ] = None,
    budget: Annotated[
        int | None, typer.Option(help="shapley, lime: model evaluations (default: 10 an event).")
    ] = None,
    lang: Lang = "en",
    zone: Zone = "",
    k: Annotated[int, typer.Option("-k", help="The list that the counterfactual is about.")] = 10,
    polish: Annotated[
        str | None,
        typer.Option(
            help="Who may choose the words: an OpenAI-compatible address, or a folder "
            "of a language model; shown only if read back as the same."
        ),
    ] = None,
    polish_model: Annotated[
        str, typer.Option(help="Its name there; its key: WHYREC_POLISH_KEY.")
    ] = "default",
    json: Json = False,
) -> None:
    """Why this item, proved: the reasons, and the list once they are removed."""
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


def _command() -> str:
    return shlex.join(["whyrec", *sys.argv[1:]])


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code. Errors that are the caller's to mend: one
    paragraph, code 2.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    show.DEBUG = "--debug" in given  # wherever it stands
    try:
        with show.old_names():
            return int(
                app(args=[part for part in given if part != "--debug"], standalone_mode=False) or 0
            )
    except typer.Exit as stop:
        return stop.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return show.error("stopped")
    except ClickException as wrong:
        return show.error(wrong.format_message())
    except Exception as wrong:
        from whyrec.core.errors import WhyrecError  # not above: `--help` needs none of it

        if isinstance(wrong, WhyrecError):
            return show.error(str(wrong))
        if isinstance(wrong, OSError) and wrong.filename is not None:
            return show.error(
                f"{wrong.filename} must be a place to read and write; got {wrong.strerror}. "
                "Fix: check the path and who may write there."
            )
        raise

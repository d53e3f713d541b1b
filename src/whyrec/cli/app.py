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

from whyrec.cli import show, show_models
from whyrec.cli.parse import names, parse_columns

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

Data = Annotated[str, typer.Option("--data", help="A known name, a path or a database URL.")]
Columns = Annotated[
    str,
    typer.Option(help='Of one table: user="Customer ID",item=StockCode,time=InvoiceDate,title=...'),
]
MinValue = Annotated[
    float | None, typer.Option(help="Keep only events of at least this value, e.g. 4 stars.")
]
Core = Annotated[
    int, typer.Option(help="Keep people and items with at least this many events each.")
]
Domain = Annotated[
    str | None,
    typer.Option(
        "--domain",
        help=("What the items are, for sentences: film, book, music, artist, game, shop or other."),
    ),
]
Verb = Annotated[
    str | None,
    typer.Option(
        "--verb",
        help=(
            "What people did: chose, watched, read, listened, played, bought, ordered, "
            "viewed, clicked, liked, rated, saved, "
            "shared, applied, booked, followed, downloaded, subscribed, joined, visited or used "
            "(default: what the kinds of events say)."
        ),
    ),
]
Zone = Annotated[
    str,
    typer.Option(
        "--zone", help="The time zone of dates in sentences, e.g. Europe/Berlin (default: UTC)."
    ),
]
Graph = Annotated[
    str,
    typer.Option("--graph", help="A file or folder of links between items and what they share."),
]
ItemCore = Annotated[int, typer.Option(help="Keep items with at least this many events.")]
Repeat = Annotated[
    bool,
    typer.Option("--repeat", help="People come back to items: used ones may be recommended again."),
]
Duplicates = Annotated[
    str,
    typer.Option(help="Which event of a person and an item that repeat counts: first, last, keep."),
]
Ratings = Annotated[
    str,
    typer.Option(
        help="auto: where values look like stars, the lowest is no choice; stars: they are "
        "stars; all: every rating is a choice."
    ),
]
Order = Annotated[
    str | None,
    typer.Option(help="file: the order of the rows is meant where times do not tell it."),
]
Seed = Annotated[int, typer.Option(help="Seed of everything random.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Folder = Annotated[Path, typer.Argument(help="A folder that `whyrec fit` wrote.")]
Lang = Annotated[str, typer.Option(help="en or zh.")]
Engine = Annotated[
    str, typer.Option(help="local, or ray: the same work by Ray, on one machine or many.")
]
Address = Annotated[
    str | None,
    typer.Option(help="ray: of a cluster, whose machines must see the folders named here."),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the trace of an error.")]


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
    from whyrec.cli import page, reporting

    if serve:
        page.check_extra()
    found = reporting.demo(
        data,
        parse_columns(columns),
        out,
        seed=seed,
        command=_command(),
        domain=domain,
        verb=verb,
        order=order,
    )
    show.print_json(found) if json else show.demo(found, show.language(lang))
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
    from whyrec import api, registry as catalog_registry, storage
    from whyrec.cli import road, spending, together, watch

    show.language(lang)
    made = catalog_registry.model(
        model, **watch.with_minutes(model, road.read_config(config), max_minutes)
    )
    watch.check_options(model, checkpoint, log)
    watch.check_engine(model, engine, workers)
    spending.check_ledger(model, ledger)
    road.place(out)
    dataset, steps = road.load(
        data,
        parse_columns(columns),
        graph,
        domain=domain,
        verb=verb,
        min_value=min_value,
        k_core=k_core,
        item_core=item_core,
        repeat=repeat,
        duplicates=duplicates,
        ratings=api.ratings_for(made, ratings),
        order=order,
    )
    if engine == "local":
        seconds = road.fit(made, dataset, seed=seed, label=model, checkpoint=checkpoint, log=log)
    else:
        made, seconds = together.fit_together(
            model,
            made,
            dataset,
            seed=seed,
            checkpoint=checkpoint,
            log=log,
            out=out,
            workers=workers,
            address=address,
        )
    storage.save(out, made, dataset, name=model, seed=seed, histories=not no_histories)
    result = {
        "model": model,
        "out": str(out),
        "domain": dataset.domain,
        "users": dataset.n_users,
        "items": dataset.n_items,
        "events": len(dataset),
        "fit_seconds": round(seconds, 3),
        "steps": road.as_rows(steps),
        "curve": watch.curve(made),
        "without_text": getattr(made, "without_text_", None),
        "without_order": getattr(made, "without_order_", None) or None,
        **spending.spent(made, dataset, out, ledger, histories=not no_histories),
    }
    show.print_json(result) if json else show.fitted(result, lang)


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
    from whyrec.cli import fusing, road

    dataset, _ = road.load(
        data,
        parse_columns(columns),
        domain=domain,
        verb=verb,
        min_value=min_value,
        k_core=k_core,
        item_core=item_core,
        repeat=repeat,
        duplicates=duplicates,
        ratings=ratings,
        order=order,
    )
    dial = {} if explained_share_min is None else {"explained_share_min": explained_share_min}
    result = fusing.fuse(dataset, road.read_config(config) | dial, out, people=people, seed=seed)
    show.print_json(result) if json else show_models.fused(result, fusing.rows(result))


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
    from whyrec.cli import compressing

    if compressing.is_encoder(folder):
        small = compressing.encoder(folder, out)
        return show.print_json(small) if json else show_models.rounded(small)
    result = compressing.run(
        folder,
        out,
        max_loss=max_loss,
        budget_mb=budget_mb,
        epochs=epochs,
        people=people,
        seed=seed,
        min_reasons=min_reasons,
    )
    show.print_json(result) if json else show_models.compressed(result, compressing.lines(result))


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
    from whyrec.cli import items as grow

    result = grow.add(m, items, out, large)
    show.print_json(result) if json else show_models.added(result)


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
    from whyrec.cli import forgetting

    result = forgetting.forget(m, users, out, check=check)
    show.print_json(result) if json else show_models.forgotten(result)


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
    from whyrec import storage
    from whyrec.cli import explaining

    fitted = storage.open_fitted(m)
    result = explaining.recommend(
        fitted, explaining.query(fitted, user, items), k, user=user, zone=zone
    )
    show.print_json(result) if json else show.recommended(result, show.language(lang))


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
    from whyrec import storage
    from whyrec.cli import explaining, grading

    fitted = storage.open_fitted(m)
    options = grading.options_of(m, fitted, method, against=against, budget=budget)
    polisher = None if polish is None else grading.polisher(polish, polish_model)
    asked = explaining.query(fitted, user, items)
    result = explaining.explain(
        fitted, asked, item, method=method, k=k, user=user, options=options, zone=zone
    )
    if polisher is not None:
        result |= grading.polished(result, polisher, show.language(lang))
    show.print_json(result) if json else show.explained(result, show.language(lang))


@app.command()
def compare(
    data: Data,
    models: Annotated[
        str, typer.Option(help="Names by commas.")
    ] = "popular,knn,svd,als,ease,cooccurrence,additive",
    protocol: Annotated[
        str, typer.Option(help="next-item, strong, temporal, or random: needs no order.")
    ] = "next-item",
    columns: Columns = "",
    graph: Graph = "",
    min_value: MinValue = None,
    k_core: Core = 0,
    item_core: ItemCore = 0,
    repeat: Repeat = False,
    duplicates: Duplicates = "first",
    ratings: Ratings = "auto",
    order: Order = None,
    refit: Annotated[
        bool, typer.Option("--refit", help="next-item: add the validation item to the fit.")
    ] = False,
    min_support: Annotated[
        str, typer.Option(help="Numbers of people that pairs may need (default 1,2,3,5,10).")
    ] = "",
    seed: Seed = 0,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Accuracy of models on the same people, by full ranking, with intervals and paired
    differences.
    """
    from whyrec.cli import road, supporting

    show.language(lang)
    tried = supporting.asked(min_support)
    dataset, _ = road.load(
        data,
        parse_columns(columns),
        graph,
        min_value=min_value,
        k_core=k_core,
        item_core=item_core,
        repeat=repeat,
        duplicates=duplicates,
        ratings=ratings,
        order=order,
    )
    result = road.compare(
        dataset, names(models), protocol, seed=seed, refit=refit, min_support=tried
    ).as_json()
    show.print_json(result) if json else show.compared(result, lang)


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
    """One HTML file: data, accuracy, three people with proven reasons, factors and network."""
    from whyrec import api, storage
    from whyrec.cli import reporting, road

    show.language(lang)
    fitted = storage.open_fitted(m)
    rules = api.rules_of(fitted, duplicates, ratings, order)
    dataset, steps = road.load(data, parse_columns(columns), repeat=fitted.data.repeat, **rules)
    path = out / "report.html" if out.suffix != ".html" else out
    found = reporting.report(fitted, dataset, steps, path, seed=seed, command=_command())
    show.print_json(found) if json else show.demo(found, lang)


@data_app.command("list")
def data_list(json: Json = False) -> None:
    """The known data sets: what they hold, their licence, and how to get them."""
    from whyrec.data import registry

    rows = [
        {
            "name": "films",
            "about": "simulated audience on real films, with known causes; built in",
            "licence": "Apache-2.0",
            "at hand": "built in",
            "page": "",
        }
    ]
    rows += [
        {
            "name": name,
            "about": one.about,
            "licence": one.licence,
            "at hand": str(registry.find(name) or "no"),
            "page": one.page,
        }
        for name, one in registry.KNOWN.items()
    ]
    show.print_json({"sets": rows}) if json else show.table(rows, "Known data sets")


@data_app.command("get")
def data_get(
    name: str,
    folder: Annotated[
        Path | None, typer.Option(help="Where to put it (default: the cache).")
    ] = None,
) -> None:
    """Download a known data set from its official place, with checksum."""
    from whyrec.data import registry

    with show.progress(f"getting {name}") as update:
        path = registry.get(
            name, folder, progress=lambda done, size: update(done / size if size else 0.0)
        )
    typer.echo(f"{path}\nsha256 {registry.digest(path)}")


@data_app.command("check")
def data_check(
    path: str,
    columns: Columns = "",
    lang: Lang = "en",
    json: Json = False,
    out: Annotated[Path | None, typer.Option(help="Also write the JSON here.")] = None,
) -> None:
    """What is wrong with a data set, by row and column. Exit code 1 where anything is."""
    from whyrec.data.check import check

    found = check(path, columns=parse_columns(columns)).as_json()
    if out:
        out.write_text(show.dumps(found), encoding="utf-8")
    show.print_json(found) if json else show.checked(found, show.language(lang))
    if found["problems"]:
        raise typer.Exit(1)


def _command() -> str:
    return shlex.join(["whyrec", *sys.argv[1:]])


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code. Errors that are the caller's to mend: one
    paragraph, code 2.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    show.DEBUG = "--debug" in given  # wherever it stands
    try:
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

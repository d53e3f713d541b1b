"""Commands that test and inspect a model: faithful, methods, learn, audit, look and rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from whyrec.cli import show
from whyrec.cli.app import _command, app
from whyrec.cli.options import Columns, Data, Folder, Json, Lang, Seed
from whyrec.cli.parse import names, parse_columns


@app.command()
def faithful(
    m: Folder,
    data: Data,
    columns: Columns = "",
    methods: Annotated[
        str,
        typer.Option(
            help="Names of explainers, separated by commas; `whyrec methods M` lists them."
        ),
    ] = "auto",
    cases: Annotated[int, typer.Option(help="Number of people.")] = 500,
    seed: Seed = 0,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Remove the reasons and score again: do they add up, and do they matter more than others?"""
    from whyrec import workflows

    show.language(lang)
    found = workflows.faithful(
        m,
        data,
        names(methods),
        cases=cases,
        seed=seed,
        columns=parse_columns(columns),
        progress=show.progress,
    )
    show.result(found, json, lang)


@app.command()
def methods(m: Folder, lang: Lang = "en", json: Json = False) -> None:
    """List the explainers that a model supports, the choice of auto, and known flaws."""
    from whyrec import workflows

    show.result(workflows.methods(m), json, lang)


@app.command()
def learn(
    m: Folder,
    out: Annotated[
        Path | None,
        typer.Option(
            help="The folder of the explainer. The default is explainer in the model folder."
        ),
    ] = None,
    people: Annotated[int, typer.Option(help="Largest number of training people.")] = 2000,
    epochs: Annotated[int, typer.Option(help="Passes over the measured examples.")] = 30,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Train an explainer that answers in one pass (method `learned`), on 80% of the people.

    The other people stay unseen.
    """
    from whyrec import workflows

    found = workflows.learn(m, out, people=people, epochs=epochs, seed=seed, progress=show.progress)
    show.result(found, json)


@app.command()
def audit(
    m: Folder,
    data: Data,
    columns: Columns = "",
    out: Annotated[
        Path, typer.Option(help="The folder for audit.html, audit.json and the system cards.")
    ] = Path("audit"),
    cases: Annotated[int, typer.Option(help="Largest number of test people.")] = 5000,
    reasons: Annotated[
        int, typer.Option(help="Number of test people whose reasons are removed.")
    ] = 500,
    attacks: Annotated[
        bool,
        typer.Option(
            "--attacks",
            help="Also push an item with fake profiles, and attack membership; needs eight "
            "more fits.",
        ),
    ] = False,
    seed: Seed = 0,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Measure fairness, faithfulness, safety and privacy, and write a report with a system card.

    The system card is in English and in Chinese.
    """
    from whyrec import workflows

    show.language(lang)
    found = workflows.audit(
        m,
        data,
        out,
        cases=cases,
        reasons=reasons,
        attacked=attacks,
        seed=seed,
        command=_command(),
        columns=parse_columns(columns),
        progress=show.progress,
    )
    show.result(found, json, lang)


@app.command()
def look(
    m: Folder,
    out: Annotated[
        Path, typer.Option(help="The folder for pictures, interactive pages and tables.")
    ],
    views: Annotated[
        str,
        typer.Option(
            help="Names of views, separated by commas. The default is all that the model and "
            "its data support."
        ),
    ] = "",
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Draw what a model learned: factors, concepts, networks, a map, trees and shapes.

    Each picture states the question that it answers.
    """
    from whyrec import workflows

    found = workflows.look(m, out, names(views), seed=seed, progress=show.progress)
    show.result(found, json)


@app.command()
def rules(
    m: Folder,
    k: Annotated[int, typer.Option("-k", help="Number of statements.")] = 20,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """State what an interpretable model (tree, rules, ebm) has learned, with real examples."""
    from whyrec import workflows

    show.result(workflows.rules(m, k), json, lang)

"""The verbs that ask whether a model can be trusted, and what it holds: faithful, methods,
learn, audit, look, rules.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from whyrec.cli import show
from whyrec.cli.app import Columns, Data, Folder, Json, Lang, Seed, _command, app
from whyrec.cli.parse import names, parse_columns


@app.command()
def faithful(
    m: Folder,
    data: Data,
    columns: Columns = "",
    methods: Annotated[
        str, typer.Option(help="Explainers by commas; `whyrec methods M` lists them.")
    ] = "auto",
    cases: Annotated[int, typer.Option(help="How many people.")] = 500,
    seed: Seed = 0,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Remove the reasons and score again: do they add up, and do they matter more than other
    orders of events?
    """
    from whyrec import api, storage
    from whyrec.cli import grading, road

    show.language(lang)
    fitted = storage.open_fitted(m)
    dataset, _ = road.load(
        data, parse_columns(columns), repeat=fitted.data.repeat, **api.rules_of(fitted)
    )
    result = grading.faithful(m, fitted, dataset, methods=names(methods), cases=cases, seed=seed)
    show.print_json(result) if json else grading.show_faithful(result, lang)


@app.command()
def methods(m: Folder, lang: Lang = "en", json: Json = False) -> None:
    """The explainers that this model allows, what auto takes and why, and what was found against
    any.
    """
    from whyrec import storage
    from whyrec.cli import grading

    result = grading.methods(storage.open_fitted(m))
    show.print_json(result) if json else grading.show_methods(result, show.language(lang))


@app.command()
def learn(
    m: Folder,
    out: Annotated[
        Path | None,
        typer.Option(help="Where to (default: the folder explainer within the model's)."),
    ] = None,
    people: Annotated[int, typer.Option(help="Training people to learn from.")] = 2000,
    epochs: Annotated[int, typer.Option(help="Passes over what was measured.")] = 30,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Train an explainer that answers at once (method `learned`), on 80% of the people; the
    others stay unseen.
    """
    from whyrec import storage
    from whyrec.cli import grading

    result = grading.learn(m, storage.open_fitted(m), out, people=people, epochs=epochs, seed=seed)
    show.print_json(result) if json else grading.show_learned(result)


@app.command()
def audit(
    m: Folder,
    data: Data,
    columns: Columns = "",
    out: Annotated[
        Path, typer.Option(help="The folder for audit.html, audit.json and the system cards.")
    ] = Path("audit"),
    cases: Annotated[int, typer.Option(help="At most so many test people.")] = 5000,
    reasons: Annotated[int, typer.Option(help="Remove reasons for so many of them.")] = 500,
    attacks: Annotated[
        bool, typer.Option("--attacks", help="Also push an item by fake profiles: eight more fits.")
    ] = False,
    seed: Seed = 0,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Fairness, faithfulness, safety and privacy in one report, with a system card in English
    and Chinese.
    """
    from whyrec import api, storage
    from whyrec.cli import auditing, road

    show.language(lang)
    fitted = storage.open_fitted(m)
    dataset, _ = road.load(
        data, parse_columns(columns), repeat=fitted.data.repeat, **api.rules_of(fitted)
    )
    result = auditing.audit(
        fitted,
        dataset,
        out,
        cases=cases,
        reasons=reasons,
        attacked=attacks,
        seed=seed,
        command=_command(),
    )
    show.print_json(result) if json else auditing.show_audit(result, lang)


@app.command()
def look(
    m: Folder,
    out: Annotated[
        Path, typer.Option(help="The folder for pictures, interactive pages and tables.")
    ],
    views: Annotated[
        str, typer.Option(help="Names by commas (default: all that the model and its data allow).")
    ] = "",
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Look inside: named factors, concepts, networks, a map, trees and shapes, each with the
    question it answers.
    """
    from whyrec import storage
    from whyrec.cli import looking

    result = looking.look(storage.open_fitted(m), out, names(views), seed=seed)
    show.print_json(result) if json else show.looked(result)


@app.command()
def rules(
    m: Folder,
    k: Annotated[int, typer.Option("-k", help="How many statements.")] = 20,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """What an interpretable model has learned, in words, each with a real example (tree, rules,
    ebm).
    """
    from whyrec import storage
    from whyrec.cli import rules as listing

    result = listing.listed(storage.open_fitted(m), k)
    show.print_json(result) if json else show.ruled(result, show.language(lang))

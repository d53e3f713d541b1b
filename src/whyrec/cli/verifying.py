"""The command verify: check every sentence."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from whyrec.cli import show
from whyrec.cli.app import app
from whyrec.cli.options import Json, Seed
from whyrec.cli.service import Config, StoreUrl

if TYPE_CHECKING:
    from whyrec.workflows.verify import VerifyResult

LANGS = {"en": ("en",), "zh": ("zh",), "both": ("en", "zh")}
Lang = Annotated[str, typer.Option("--lang", help="Languages of the sentences: en, zh or both.")]


@app.command()
def verify(
    m: Annotated[
        Path | None, typer.Argument(help="A folder that `whyrec fit` wrote. Give this or --store.")
    ] = None,
    people: Annotated[
        int,
        typer.Option(
            help="With a folder: number of people whose lists are checked, drawn with the seed.",
            min=1,
        ),
    ] = 200,
    k: Annotated[int, typer.Option("-k", help="Number of items in a list.", min=1)] = 10,
    lang: Lang = "both",
    answers: Annotated[
        int,
        typer.Option(
            help="With a store: number of logged answers that are checked, drawn with the seed.",
            min=1,
        ),
    ] = 200,
    since: Annotated[
        str, typer.Option(help="With a store: the date of the oldest answers, such as 2026-05-31.")
    ] = "",
    store: StoreUrl = None,
    seed: Seed = 0,
    config: Config = None,
    json: Json = False,
) -> None:
    """Check every claim of every sentence: places, shares, counts, dates, verbs and popularity.

    Exit code 1 if a claim is false.
    """
    from whyrec.core import ArgumentError

    if lang not in LANGS:
        raise ArgumentError("--lang must be en, zh or both", given=repr(lang))
    if (m is None) == (store is None and config is None):
        raise ArgumentError(
            "give a model folder or --store, and only one of them",
            given="both" if m else "neither",
            fix="whyrec verify M, or whyrec verify --store sqlite:///whyrec.db",
        )
    if m is not None:
        from whyrec import workflows

        found = workflows.verify(
            m, people=people, k=k, langs=LANGS[lang], seed=seed, progress=show.progress
        )
    else:
        found = _of_store(config, store, answers, _moment(since), seed)
    show.result(found, json)
    if found.false:
        raise typer.Exit(1)


def _of_store(
    config: Path | None, store: str | None, answers: int, since: int, seed: int
) -> VerifyResult:
    from whyrec.cli.service import _settings
    from whyrec.core import ArgumentError
    from whyrec.explain.verification.report import Verified
    from whyrec.serve.service import Service
    from whyrec.serve.verification.sentences import count, logged, logged_ids
    from whyrec.workflows.verify import VerifyResult

    service = Service(_settings(config, store=store))
    found = Verified()
    try:
        ids = logged_ids(service, answers, since=since, seed=seed)
        if not ids:
            raise ArgumentError(
                "the log must hold answers",
                given=f"none{' since then' if since else ''}",
                fix="ask the service for recommendations, or give a model folder",
            )
        with show.progress(f"checking {len(ids)} logged answers") as update:
            for where, checked in logged(
                service,
                ids,
                lambda share: update(share, f"{found.checked} answers, {found.false} false claims"),
            ):
                count(found, where, checked)
    finally:
        service.close()
    if found.claims and found.claims == found.unverifiable:
        raise ArgumentError(
            "the models and catalogues of the logged answers must be at hand",
            given=found.unknown.most_common(1)[0][0],
            fix="say where the versions lie: models = FOLDER in --config, or WHYREC_MODELS",
        )
    return VerifyResult.of(found)


def _moment(since: str) -> int:
    from whyrec.core import ArgumentError

    if not since:
        return 0
    try:
        return int(datetime.fromisoformat(since).timestamp())
    except ValueError:
        raise ArgumentError(
            "--since must be a date such as 2026-05-31", given=repr(since)
        ) from None

"""`whyrec verify`: is every sentence true?"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from whyrec.cli import show
from whyrec.cli.app import Json, Seed, app
from whyrec.cli.service import Config, StoreUrl

LANGS = {"en": ("en",), "zh": ("zh",), "both": ("en", "zh")}
Lang = Annotated[str, typer.Option("--lang", help="en, zh or both.")]


@app.command()
def verify(
    m: Annotated[
        Path | None, typer.Argument(help="A folder that `whyrec fit` wrote; or give --store.")
    ] = None,
    people: Annotated[
        int, typer.Option(help="Of a folder: so many people's lists, drawn with the seed.", min=1)
    ] = 200,
    k: Annotated[int, typer.Option("-k", help="Items a list.", min=1)] = 10,
    lang: Lang = "both",
    answers: Annotated[
        int, typer.Option(help="Of a store: so many logged answers, drawn with the seed.", min=1)
    ] = 200,
    since: Annotated[str, typer.Option(help="Of a store: no older answers, e.g. 2026-05-31.")] = "",
    store: StoreUrl = None,
    seed: Seed = 0,
    config: Config = None,
    json: Json = False,
) -> None:
    """Do every claim of every sentence over: places, shares, counts, dates, verbs, what is popular.
    Exit code 1 where one is false."""
    from whyrec.core import BadArgument

    if lang not in LANGS:
        raise BadArgument("--lang must be en, zh or both", given=repr(lang))
    if (m is None) == (store is None and config is None):
        raise BadArgument(
            "give a model folder or --store, and only one of them",
            given="both" if m else "neither",
            fix="whyrec verify M, or whyrec verify --store sqlite:///whyrec.db",
        )
    found = (
        of_folder(m, people, k, LANGS[lang], seed)
        if m is not None
        else _of_store(config, store, answers, _moment(since), seed)
    )
    show.print_json(found) if json else _shown(found)
    if found["false"]:
        raise typer.Exit(1)


def of_folder(
    folder: Path, people: int, k: int, langs: tuple[str, ...], seed: int
) -> dict[str, Any]:
    """What checking the lists of so many people of a model folder finds."""
    import numpy as np

    from whyrec import storage
    from whyrec.core import BadArgument

    fitted = storage.open_fitted(folder)
    if not fitted.header.get("histories", True) or not len(fitted.data):
        raise BadArgument(
            "this model folder holds no histories",
            given=str(folder),
            fix="fit without --no-histories, or serve it and give --store",
        )

    names = [
        fitted.data.users[at]
        for at in np.random.default_rng(seed).permutation(fitted.data.n_users)[:people].tolist()
    ]
    found: dict[str, Any] = of_people(fitted, names, k, langs).as_json("user")
    return found


def of_people(
    fitted: Any, names: list[str], k: int = 10, langs: tuple[str, ...] = ("en", "zh")
) -> Any:
    """The checks of the lists that `whyrec recommend` makes for these people."""
    from whyrec.cli import explaining
    from whyrec.explain.verification.check import check
    from whyrec.explain.verification.report import Verified
    from whyrec.explain.verification.world import Counts, world_of

    found, counts = Verified(), Counts(fitted.data)
    with show.progress(f"doing over what is said to {len(names)} people") as update:
        for at, name in enumerate(names):
            asked = fitted.data.history(name)
            world = world_of(fitted.model, fitted.data, asked, k, counts=counts)
            found.checked += 1
            for row in explaining.recommend(fitted, asked, k, user=name)["items"]:
                found.add(name, check(world, row, langs=langs))
            update(
                (at + 1) / len(names),
                f"{at + 1} of {len(names)} people, {found.false} false claims",
            )
    return found


def _of_store(
    config: Path | None, store: str | None, answers: int, since: int, seed: int
) -> dict[str, Any]:
    from whyrec.cli.service import _settings
    from whyrec.core import BadArgument
    from whyrec.explain.verification.report import Verified
    from whyrec.serve.service import Service
    from whyrec.serve.verification.sentences import count, logged, logged_ids

    service, found = Service(_settings(config, store=store)), Verified()
    try:
        ids = logged_ids(service, answers, since=since, seed=seed)
        if not ids:
            raise BadArgument(
                "the log must hold answers",
                given=f"none{' since then' if since else ''}",
                fix="ask the service for recommendations, or give a model folder",
            )
        with show.progress(f"doing over {len(ids)} answers of the log") as update:
            for where, checked in logged(
                service,
                ids,
                lambda share: update(share, f"{found.checked} answers, {found.false} false claims"),
            ):
                count(found, where, checked)
    finally:
        service.close()
    if found.claims and found.claims == found.unverifiable:
        raise BadArgument(
            "the models and catalogues of the logged answers must be at hand",
            given=found.unknown.most_common(1)[0][0],
            fix="say where the versions lie: models = FOLDER in --config, or WHYREC_MODELS",
        )
    return found.as_json()


def _moment(since: str) -> int:
    from whyrec.core import BadArgument

    if not since:
        return 0
    try:
        return int(datetime.fromisoformat(since).timestamp())
    except ValueError:
        raise BadArgument("--since must be a date such as 2026-05-31", given=repr(since)) from None


def _shown(found: dict[str, Any]) -> None:
    show.line(
        f"{found['checked']:,} lists or answers, {found['sentences']:,} texts, "
        f"{found['claims']:,} claims: "
        f"{found['false']:,} false, {found['unverifiable']:,} that cannot be checked."
    )
    show.table(found["kinds"], "By kind of claim")
    show.table(found["places"], "By place")
    if found["examples"]:
        show.table(found["examples"], "False claims")
    if found["reasons"]:
        show.table(found["reasons"], "Why claims cannot be checked")
    about = (
        [f"“because”: {found['because']:.0%} of the texts"] if found["because"] is not None else []
    )
    if found["support"]:
        under, share = found["support"]["under"]
        about.append(
            f"first reasons on which fewer than {under} people rest: {share:.0%} (median "
            f"{found['support']['median']:g})"
        )
    if found["recency"]:
        about.append(f"first reasons that are the latest choice: {found['recency']['latest']:.0%}")
    show.line("; ".join(about) + ".") if about else None

"""The verbs of data sets: data list, data get, data check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from whyrec.cli import show
from whyrec.cli.app import data_app
from whyrec.cli.options import Columns, Json, Lang
from whyrec.cli.parse import parse_columns


@data_app.command("list")
def data_list(json: Json = False) -> None:
    """The known data sets: what they hold, their licence, and how to get them."""
    from whyrec import workflows

    show.result(workflows.known_data(), json)


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
    from whyrec import workflows
    from whyrec.core.progress import dumps

    found = workflows.check_data(path, columns=parse_columns(columns))
    if out:
        out.write_text(dumps(found.to_dict()), encoding="utf-8")
    show.result(found, json, lang)
    if found.problems:
        raise typer.Exit(1)

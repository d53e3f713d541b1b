"""Commands for data sets: data list, data get and data check."""

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
    """List the known data sets with their contents, their licence and their source."""
    from whyrec import workflows

    show.result(workflows.known_data(), json)


@data_app.command("get")
def data_get(
    name: str,
    folder: Annotated[
        Path | None, typer.Option(help="The folder for the files. The default is the cache.")
    ] = None,
) -> None:
    """Download a known data set from its official source, and check its checksum."""
    from whyrec.data import registry

    with show.progress(f"downloading {name}") as update:
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
    out: Annotated[Path | None, typer.Option(help="A file for the JSON object.")] = None,
) -> None:
    """Report the problems of a data set by row and column. Exit code 1 if there are any."""
    from whyrec import workflows
    from whyrec.core.progress import dumps

    found = workflows.check_data(path, columns=parse_columns(columns))
    if out:
        out.write_text(dumps(found.to_dict()), encoding="utf-8")
    show.result(found, json, lang)
    if found.problems:
        raise typer.Exit(1)

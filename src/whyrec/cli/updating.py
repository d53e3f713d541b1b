"""The command update: new events for a fitted model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from whyrec.cli import show
from whyrec.cli.app import app
from whyrec.cli.options import Columns, Data, Folder, Json
from whyrec.cli.parse import parse_columns


@app.command()
def update(
    m: Folder,
    data: Data,
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    columns: Columns = "",
    check: Annotated[
        bool,
        typer.Option("--check", help="Also fit on kept and new events, and report the difference."),
    ] = False,
    json: Json = False,
) -> None:
    """Add new events, people and items to a model, as if fitted on those it keeps and these.

    A folder does not keep what cleaning dropped, such as dislikes and low ratings: if new events
    concern them, fit on all events instead. Some models (ease, cooccurrence) compute only what
    changes; others are fitted again.
    """
    from whyrec import workflows

    found = workflows.update(
        m, data, out, columns=parse_columns(columns), check=check, progress=show.progress
    )
    show.result(found, json)

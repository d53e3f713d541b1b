"""`whyrec update`: new events for a fitted model, in the time of what they change where the
model can.
"""

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
        bool, typer.Option("--check", help="Fit on all events too, and tell the difference.")
    ] = False,
    json: Json = False,
) -> None:
    """New events, people and items for a model, as if it had been fitted on all: ease and
    cooccurrence work out what changes alone, others are fitted again."""
    from whyrec import workflows

    found = workflows.update(
        m, data, out, columns=parse_columns(columns), check=check, progress=show.progress
    )
    show.result(found, json)

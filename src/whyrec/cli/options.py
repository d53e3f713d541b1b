"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "Address",
    "Budget",
    "Catalogue",
    "Columns",
    "Core",
    "Data",
    "Debug",
    "Domain",
    "Duplicates",
    "Engine",
    "Folder",
    "Graph",
    "ItemCore",
    "Json",
    "Lang",
    "Log",
    "MinValue",
    "Order",
    "Ratings",
    "Repeat",
    "Seed",
    "Verb",
    "Zone",
]

Data = Annotated[str, typer.Option("--data", help="A known data set, a path or a database URL.")]
Columns = Annotated[
    str,
    typer.Option(
        help='The columns of a single table: user="Customer '
        'ID",item=StockCode,time=InvoiceDate,title=...'
    ),
]
Catalogue = Annotated[
    str,
    typer.Option(
        help="For private models: a table of all items (column item) that was made without the "
        "events, or own: the item table of the data. Items without events stay. whyrec fit takes "
        "own by default, and also release: a tenth of the budget pays for the labels."
    ),
]
MinValue = Annotated[
    float | None, typer.Option(help="Keep only events of at least this value, such as 4 stars.")
]
Core = Annotated[
    int, typer.Option(help="Keep people and items with at least this many events each.")
]
Domain = Annotated[
    str | None,
    typer.Option(
        "--domain",
        help=(
            "What the items are, which sets the words of sentences: film, book, music, "
            "artist, game, shop or other."
        ),
    ),
]
Verb = Annotated[
    str | None,
    typer.Option(
        "--verb",
        help=(
            "What people did, which sets the verb of sentences: chose, watched, read, "
            "listened, played, bought, ordered, viewed, clicked, liked, rated, saved, "
            "shared, applied, booked, followed, downloaded, subscribed, joined, visited "
            "or used. By default the kinds of events decide."
        ),
    ),
]
Zone = Annotated[
    str,
    typer.Option(
        "--zone", help="Time zone of dates in sentences, such as Europe/Berlin. The default is UTC."
    ),
]
Graph = Annotated[
    str,
    typer.Option("--graph", help="A file or folder of links between items and entities."),
]
ItemCore = Annotated[int, typer.Option(help="Keep items with at least this many events.")]
Repeat = Annotated[
    bool,
    typer.Option(
        "--repeat", help="People come back to items: recommend items again that were chosen before."
    ),
]
Budget = Annotated[
    str | None,
    typer.Option(
        "--budget",
        help="What a fit of the model additive may cost: processor seconds such as 60s or 10m, "
        "best, or 0 for counts alone. The default is what pays.",
    ),
]
Duplicates = Annotated[
    str,
    typer.Option(
        help="Which of repeated events of a person and an item counts: first, last or keep."
    ),
]
Ratings = Annotated[
    str,
    typer.Option(
        help="Whether the lowest rating means that an item was not chosen: auto (if "
        "values look like stars), stars (yes) or all (no: every rating is a "
        "choice)."
    ),
]
Order = Annotated[
    str | None,
    typer.Option(help="With file: use the order of the rows where times are missing or equal."),
]
Seed = Annotated[int, typer.Option(help="Seed of all random numbers.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]
Folder = Annotated[Path, typer.Argument(help="A folder that `whyrec fit` wrote.")]
Lang = Annotated[str, typer.Option(help="Language of the output: en or zh.")]
Engine = Annotated[
    str, typer.Option(help="Engine of the computation: local, or ray for one or many machines.")
]
Address = Annotated[
    str | None,
    typer.Option(help="Address of a Ray cluster. Its machines must see the given folders."),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
Log = Annotated[bool, typer.Option("--log", help="Print where the time went, by stage.")]

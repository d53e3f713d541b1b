"""The options that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "Address",
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
    "MinValue",
    "Order",
    "Ratings",
    "Repeat",
    "Seed",
    "Verb",
    "Zone",
]

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

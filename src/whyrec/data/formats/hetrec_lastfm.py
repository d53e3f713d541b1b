"""Reader of HetRec 2011 Last.fm 2k: counts of listening, friends and tags [cantador2011]."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from whyrec.core import DataError
from whyrec.data.build import Loaded, assemble, without_columns
from whyrec.data.read_fixed import Schema, most_used, read_rows
from whyrec.data.readers.archive import Source

__all__ = ["load_lastfm"]

MOST_TAGS = 5


def load_lastfm(source: Source) -> Loaded:
    """Load user_artists.dat and artists.dat, and the friends and tags if present.

    user_friends.dat gives the friends (both directions are listed); user_taggedartists.dat with
    tags.dat gives the categories: each artist's most used tags, at most 5. Values are counts of
    listening, not ratings, from 1 to hundreds of thousands. Limits: there are no times, and the
    rows are sorted by artist, so the events have no order.

    Args:
        source: The files.

    Returns:
        The data and the steps.

    Raises:
        DataError: If a file is missing or broken.
    """
    events = _table(
        source, "user_artists.dat", {"userID": pl.Int64, "artistID": pl.Int64, "weight": pl.Float64}
    )
    artists = _table(source, "artists.dat", {"id": pl.Int64, "name": pl.String})
    items = artists.rename({"id": "item", "name": "title"})
    if source.find("user_taggedartists.dat") and source.find("tags.dat"):
        items = items.join(_categories(source), "item", "left", maintain_order="left")
    if source.find("user_friends.dat") is None:
        friends = None
    else:
        friends = _table(
            source, "user_friends.dat", {"userID": pl.Int64, "friendID": pl.Int64}
        ).rename({"userID": "user", "friendID": "friend"})
    loaded = assemble(
        events.rename({"userID": "user", "artistID": "item", "weight": "value"}),
        name=source.name,
        domain="artist",
        verb="listened",
        values="count",
        items=items,
        friends=friends,
        clock=False,
    )
    return replace(loaded, items=without_columns(loaded.items, "categories"))


def _categories(source: Source) -> pl.DataFrame:
    uses = _table(source, "user_taggedartists.dat", {"artistID": pl.Int64, "tagID": pl.Int64})
    names = _table(source, "tags.dat", {"tagID": pl.Int64, "tagValue": pl.String})
    named = uses.join(names, "tagID").select(
        pl.col("artistID").alias("item"), pl.col("tagValue").alias("categories")
    )
    return most_used(named, "item", "categories", MOST_TAGS)


def _table(source: Source, name: str, schema: Schema) -> pl.DataFrame:
    found = source.find(name)
    if found is None:
        raise DataError(
            f"HetRec 2011 Last.fm needs {name}",
            given=", ".join(source.names()[:12]) or "no files",
            fix="use the zip as it was published",
        )
    return read_rows(source, found, schema, separator="\t", header=True)

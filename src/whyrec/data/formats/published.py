"""Readers of further published data sets, by the files of their folders.

MovieTweetings (ratings of films from Twitter, 0 to 10), HetRec 2011 MovieLens [cantador2011], the
events of a shop by Retailrocket, and the check-ins of Gowalla and Brightkite.
"""

from __future__ import annotations

import polars as pl

from whyrec.core import DataError
from whyrec.data.build import Loaded, assemble
from whyrec.data.formats.movielens import titled
from whyrec.data.read_fixed import Schema, read_header, read_rows
from whyrec.data.readers.archive import Source

__all__ = [
    "CHECKINS",
    "is_movietweetings",
    "load_checkins",
    "load_hetrec_movielens",
    "load_movietweetings",
    "load_retailrocket",
]

CHECKINS = "*_totalcheckins.txt"
MILLISECONDS = 1000


def is_movietweetings(source: Source) -> bool:
    """Say whether the files are MovieTweetings, which have the names of MovieLens 1M.

    Its users.dat has two fields: the number of a person, and that of their account.
    """
    file = source.find("users.dat")
    return file is not None and len(read_header(source, file, "::")) == 2


def load_movietweetings(source: Source) -> Loaded:
    """Load ratings.dat and movies.dat ("::"). Ids are those of IMDb, with their zeros.

    Args:
        source: The files.

    Returns:
        The data and the steps.
    """
    events: Schema = {
        "user": pl.String,
        "item": pl.String,
        "value": pl.Float64,
        "time": pl.Int64,
    }
    items: Schema = {"item": pl.String, "title": pl.String, "genres": pl.String}
    films = read_rows(source, _file(source, "movies.dat"), items, separator="::")
    films = films.unique("item", keep="first", maintain_order=True)
    return assemble(
        read_rows(source, _file(source, "ratings.dat"), events, separator="::"),
        name=source.name,
        domain="film",
        verb="watched",
        values="rating",
        items=titled(films).with_columns(_listed("genres").alias("categories")).drop("genres"),
        clock=True,
    )


def load_hetrec_movielens(source: Source) -> Loaded:
    """Load user_ratedmovies-timestamps.dat, movies.dat and, if present, movie_genres.dat (tabs).

    Args:
        source: The files.

    Returns:
        The data and the steps.
    """
    events = _table(
        source,
        "user_ratedmovies-timestamps.dat",
        {"userID": pl.Int64, "movieID": pl.Int64, "rating": pl.Float64, "timestamp": pl.Int64},
    ).rename({"userID": "user", "movieID": "item", "rating": "value", "timestamp": "time"})
    items = _table(
        source, "movies.dat", {"id": pl.Int64, "title": pl.String, "year": pl.Float32}
    ).rename({"id": "item"})
    if source.find("movie_genres.dat"):
        genres = _table(source, "movie_genres.dat", {"movieID": pl.Int64, "genre": pl.String})
        by_film = genres.group_by("movieID", maintain_order=True).agg(
            pl.col("genre").alias("categories")
        )
        items = items.join(
            by_film.rename({"movieID": "item"}), "item", "left", maintain_order="left"
        )
    return assemble(
        events.with_columns(pl.col("time") // MILLISECONDS),
        name=source.name,
        domain="film",
        verb="watched",
        values="rating",
        items=items,
        clock=True,
    )


def load_retailrocket(source: Source) -> Loaded:
    """Load events.csv: views, carts and purchases, with times in milliseconds.

    The properties of items are hashed by the publisher and are not read.

    Args:
        source: The files.

    Returns:
        The data and the steps.
    """
    events = read_rows(
        source,
        _file(source, "events.csv"),
        {"timestamp": pl.Int64, "visitorid": pl.Int64, "event": pl.String, "itemid": pl.Int64},
        separator=",",
        header=True,
    )
    return assemble(
        events.select(
            pl.col("visitorid").alias("user"),
            pl.col("itemid").alias("item"),
            (pl.col("timestamp") // MILLISECONDS).alias("time"),
            pl.col("event")
            .replace({"addtocart": "add_to_cart", "transaction": "purchase"})
            .alias("kind"),
        ),
        name=source.name,
        domain="shop",
        clock=True,
    )


def load_checkins(source: Source) -> Loaded:
    """Load check-ins of Gowalla or Brightkite (tabs): person, time, latitude, longitude, place.

    Args:
        source: The files.

    Returns:
        The data and the steps.
    """
    [file, *_] = [one for one in source.names() if one.casefold().endswith(CHECKINS[1:])]
    fields = ("user", "time", "latitude", "longitude", "item")
    events = read_rows(source, file, dict.fromkeys(fields, pl.String), separator="\t")
    moment = pl.col("time").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False)
    return assemble(
        events.select("user", "item", moment.dt.epoch("s").alias("time")),
        name=source.name,
        domain="other",
        verb="visited",
        clock=True,
    )


def _listed(column: str) -> pl.Expr:
    words = pl.col(column).fill_null("").str.split("|")
    return words.list.eval(pl.element().filter(pl.element() != ""))


def _table(source: Source, name: str, schema: Schema) -> pl.DataFrame:
    return read_rows(source, _file(source, name), schema, separator="\t", header=True)


def _file(source: Source, name: str) -> str:
    found = source.find(name)
    if found is None:
        raise DataError(
            f"this data set needs one file {name}",
            given=", ".join(source.names()[:12]) or "no files",
            fix="use the folder as it was published",
        )
    return found

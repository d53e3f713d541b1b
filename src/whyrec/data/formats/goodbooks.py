"""Reader of goodbooks-10k: ratings of books, with authors, years and tags [zajac2017]."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from whyrec.core import DataError
from whyrec.data.build import Loaded, assemble, without_columns
from whyrec.data.read_fixed import Schema, most_used, read_rows
from whyrec.data.readers.archive import Source

__all__ = ["load_goodbooks"]

MOST_TAGS = 10
# Shelf names that describe what a reader did with a book, not the book.
SHELVES = (
    "to-read",
    "to-buy",
    "currently-reading",
    "read",
    "owned",
    "owned-books",
    "books-i-own",
    "own",
    "favorites",
    "favourites",
    "default",
    "wish-list",
    "library",
    "i-own",
    "my-books",
    "my-library",
    "kindle",
    "ebook",
    "ebooks",
    "audiobook",
    "audiobooks",
    "audio",
    "re-read",
    "all-time-favorites",
    "favorite-books",
    "favorite",
    "book-club",
)


def load_goodbooks(source: Source) -> Loaded:
    """Load ratings.csv and books.csv, and the genres and tags if present.

    book_genres.csv gives the categories; book_tags.csv with tags.csv gives the field "tags": each
    book's most used ones, at most 10, without shelf names such as "to-read". Authors become the
    field "author". Limits: there are no times, so the events have no order unless the order of the
    rows is requested (according to the publishers, ratings are in the order in which they were
    given).

    Args:
        source: The files.

    Returns:
        The data and the steps.

    Raises:
        DataError: If a file is missing or broken.
    """
    events = _csv(
        source, "ratings.csv", {"user_id": pl.Int64, "book_id": pl.Int64, "rating": pl.Float64}
    )
    loaded = assemble(
        events.rename({"user_id": "user", "book_id": "item", "rating": "value"}),
        name=source.name,
        domain="book",
        verb="read",
        values="rating",
        items=_items(source),
        clock=False,
    )
    return replace(loaded, items=without_columns(loaded.items, "tags"))


def _items(source: Source) -> pl.DataFrame:
    books = _csv(
        source,
        "books.csv",
        {
            "book_id": pl.Int64,
            "goodreads_book_id": pl.Int64,
            "authors": pl.String,
            "original_publication_year": pl.Float32,
            "title": pl.String,
        },
    )
    items = books.select(
        pl.col("book_id").alias("item"),
        "goodreads_book_id",
        "title",
        pl.col("authors")
        .fill_null("")
        .str.split(",")
        .list.eval(pl.element().str.strip_chars())
        .list.unique(maintain_order=True)
        .alias("author"),
        pl.col("original_publication_year").alias("year"),
    )
    if source.find("book_genres.csv"):
        genres = _csv(source, "book_genres.csv", {"book_id": pl.Int64, "genres": pl.String}).select(
            pl.col("book_id").alias("item"), pl.col("genres").str.split(",").alias("categories")
        )
        items = items.join(
            genres.unique("item", keep="first"), "item", "left", maintain_order="left"
        )
    if source.find("book_tags.csv") and source.find("tags.csv"):
        items = items.join(_tags(source), "goodreads_book_id", "left", maintain_order="left")
    return items.drop("goodreads_book_id")


def _tags(source: Source) -> pl.DataFrame:
    uses = _csv(
        source,
        "book_tags.csv",
        {"goodreads_book_id": pl.Int64, "tag_id": pl.Int64, "count": pl.Int64},
    )
    names = _csv(source, "tags.csv", {"tag_id": pl.Int64, "tag_name": pl.String})
    named = uses.join(names, "tag_id").select(
        "goodreads_book_id", pl.col("tag_name").alias("tags"), "count"
    )
    return most_used(
        named.filter(~pl.col("tags").is_in(SHELVES)), "goodreads_book_id", "tags", MOST_TAGS
    )


def _csv(source: Source, name: str, schema: Schema) -> pl.DataFrame:
    found = source.find(name)
    if found is None:
        raise DataError(
            f"goodbooks-10k needs {name}",
            given=", ".join(source.names()[:12]) or "no files",
            fix="use the zip as it was published",
        )
    return read_rows(source, found, schema, separator=",", header=True, quoted=True)

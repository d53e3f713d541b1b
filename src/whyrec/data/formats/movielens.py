"""Readers of MovieLens 100K, 1M, 10M and the "latest" form (20M, 25M, 32M) [harper2015]."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl

from whyrec.core import DataError, Dataset, UnknownNameError
from whyrec.data.build import Loaded, assemble, without_columns
from whyrec.data.read_fixed import Schema, most_used, read_rows
from whyrec.data.readers.archive import Source

__all__ = [
    "FOLDS",
    "load_1m",
    "load_100k",
    "load_latest",
    "official_split",
    "split_title",
    "titled",
]

GENRES = (
    "unknown",
    "Action",
    "Adventure",
    "Animation",
    "Children's",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Fantasy",
    "Film-Noir",
    "Horror",
    "Musical",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
    "War",
    "Western",
)
AGES = {1: "under 18", 18: "18-24", 25: "25-34", 35: "35-44", 45: "45-49", 50: "50-55", 56: "56+"}
OCCUPATIONS = (
    "other",
    "academic/educator",
    "artist",
    "clerical/admin",
    "college/grad student",
    "customer service",
    "doctor/health care",
    "executive/managerial",
    "farmer",
    "homemaker",
    "K-12 student",
    "lawyer",
    "programmer",
    "retired",
    "sales/marketing",
    "scientist",
    "self-employed",
    "technician/engineer",
    "tradesman/craftsman",
    "unemployed",
    "writer",
)
FOLDS = ("u1", "u2", "u3", "u4", "u5", "ua", "ub")
EVENT: Schema = {"user": pl.Int64, "item": pl.Int64, "value": pl.Float64, "time": pl.Int64}
MOST_TAGS = 10

ARTICLES = (
    "The|An|A|Les|Le|La|L'|Los|Las|El|Lo|Il|I|Gli|Der|Die|Das|Det|Den|De|Het|Une|Una|Un|En|Ett|Os|O"
)
INVERTED = re.compile(rf"(^|\()(a\.k\.a\. )?([^()]+?), ({ARTICLES})(?= ?[()]|$)")
YEAR = re.compile(r"\s*\((\d{4})(?:[-–]\d{0,4})?\)(?=\s*(?:\([A-Z]+\))?\s*$)")


def split_title(text: str) -> tuple[str, int | None]:
    """Split a title into (title with its articles in front, year or None).

    >>> split_title("Matrix, The (1999)")
    ('The Matrix', 1999)
    >>> split_title("City of Lost Children, The (Cité des enfants perdus, La) (1995)")
    ('The City of Lost Children (La Cité des enfants perdus)', 1995)
    >>> split_title("Paris, Texas")
    ('Paris, Texas', None)
    """
    year = YEAR.search(text)
    if year is None:
        title = text
    else:
        title = text[: year.start()] + text[year.end() :]
    return INVERTED.sub(_in_front, title.strip()), int(year[1]) if year else None


def _in_front(match: re.Match[str]) -> str:
    before, known_as, words, article = match.groups()
    return f"{before}{known_as or ''}{article}{'' if article.endswith(chr(39)) else ' '}{words}"


def titled(items: pl.DataFrame) -> pl.DataFrame:
    """Move articles to the front of titles and add a column of years if there is none."""
    split = [split_title(t) for t in items["title"].fill_null("").to_list()]
    if "year" in items.columns:
        years = []
    else:
        years = [pl.Series("year", [y for _, y in split], pl.Float64)]
    return items.with_columns(pl.Series("title", [t for t, _ in split], pl.String), *years)


def load_100k(source: Source) -> Loaded:
    """Load MovieLens 100K: u.data (tabs), u.item (bars, latin-1) and, if present, u.user."""
    return _loaded(
        source,
        read_rows(source, _file(source, "u.data"), EVENT, separator="\t"),
        items=_items_100k(source),
        users=_users_100k(source),
    )


def load_1m(source: Source) -> Loaded:
    """Load MovieLens 1M, or 10M with tags instead of people: ratings.dat, movies.dat ("::")."""
    events = read_rows(source, _file(source, "ratings.dat"), EVENT, separator="::")
    items = read_rows(
        source,
        _file(source, "movies.dat"),
        {"item": pl.Int64, "title": pl.String, "genres": pl.String},
        separator="::",
    )
    tags = source.find("tags.dat")
    if tags is None:
        uses = None
    else:
        uses = read_rows(
            source,
            tags,
            {"user": pl.Int64, "item": pl.Int64, "tag": pl.String, "time": pl.Int64},
            separator="::",
        )
    return _loaded(source, events, _described(items, uses), _users_1m(source))


def load_latest(source: Source) -> Loaded:
    """Load the form with headers: ratings.csv, movies.csv and, if present, tags.csv.

    The field "tags" has each film's most used tags, at most 10, in lower case. links.csv is not
    read.
    """
    events = _csv(
        source,
        "ratings.csv",
        {"userId": pl.Int64, "movieId": pl.Int64, "rating": pl.Float64, "timestamp": pl.Int64},
    ).rename({"userId": "user", "movieId": "item", "rating": "value", "timestamp": "time"})
    items = _csv(
        source, "movies.csv", {"movieId": pl.Int64, "title": pl.String, "genres": pl.String}
    ).rename({"movieId": "item"})
    if source.find("tags.csv") is None:
        uses = None
    else:
        uses = _csv(source, "tags.csv", {"movieId": pl.Int64, "tag": pl.String}).rename(
            {"movieId": "item"}
        )
    return _loaded(source, events, _described(items, uses))


def official_split(source: Source, fold: str) -> tuple[Dataset, Dataset]:
    """Load (train, test) of a published fold of MovieLens 100K.

    Folds u1 to u5 (80%/20%), ua and ub (10 test ratings per person). Both parts keep all people and
    items, so their numbers agree.
    """
    if fold not in FOLDS:
        raise UnknownNameError("fold", fold, FOLDS)
    parts = [
        read_rows(source, _file(source, f"{fold}.{part}"), EVENT, separator="\t")
        for part in ("base", "test")
    ]
    both = pl.concat(parts)
    twice = both.height - both.n_unique(["user", "item"])
    if twice:
        raise DataError(
            f"{fold}.base and {fold}.test must not share ratings", given=f"{twice} shared"
        )
    loaded = _loaded(
        source,
        read_rows(source, _file(source, "u.data"), EVENT, separator="\t"),
        items=_items_100k(source),
        users=_users_100k(source),
    ).data
    tested = set(
        zip(*(parts[1][c].cast(pl.String).to_list() for c in ("user", "item")), strict=True)
    )
    pairs = zip(loaded.user.tolist(), loaded.item.tolist(), strict=True)
    mask = pl.Series([(loaded.users[u], loaded.items[i]) in tested for u, i in pairs]).to_numpy()
    if mask.sum() != parts[1].height or len(loaded) != both.height:
        raise DataError(
            f"{fold}.base and {fold}.test must make up u.data",
            given=(
                f"{both.height:,} ratings, of which {int(mask.sum()):,} of "
                f"{parts[1].height:,} test ratings are among "
                f"the {len(loaded):,} of u.data"
            ),
            fix="use the files as they were published",
        )
    return loaded.select(~mask), loaded.select(mask)


def _loaded(
    source: Source, events: pl.DataFrame, items: pl.DataFrame, users: pl.DataFrame | None = None
) -> Loaded:
    loaded = assemble(
        events,
        name=source.name,
        domain="film",
        verb="watched",
        values="rating",
        items=items,
        users=users,
        clock=True,
    )
    return replace(loaded, items=without_columns(loaded.items, "tags"))


def _file(source: Source, name: str) -> str:
    found = source.find(name)
    if found is None:
        raise DataError(
            f"this form of MovieLens needs {name}",
            given=", ".join(source.names()[:12]) or "no files",
            fix="use the zip as it was published",
        )
    return found


def _csv(source: Source, name: str, schema: Schema) -> pl.DataFrame:
    return read_rows(source, _file(source, name), schema, separator=",", header=True, quoted=True)


def _described(items: pl.DataFrame, uses: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return item, title, year, categories and, if given, tags."""
    genres = (
        pl.col("genres")
        .fill_null("")
        .str.split("|")
        .list.eval(pl.element().filter(~pl.element().is_in(["", "(no genres listed)"])))
    )
    items = titled(items).with_columns(genres.alias("categories")).drop("genres")
    if uses is None:
        return items
    uses = uses.select("item", pl.col("tag").str.strip_chars().str.to_lowercase())
    return items.join(
        most_used(uses, "item", "tag", MOST_TAGS).rename({"tag": "tags"}),
        "item",
        "left",
        maintain_order="left",
    )


def _items_100k(source: Source) -> pl.DataFrame:
    text = dict.fromkeys(("title", "released", "video", "url"), pl.String)
    flags = [f"genre {g}" for g in GENRES]
    items = read_rows(
        source,
        _file(source, "u.item"),
        {"item": pl.Int64, **text, **dict.fromkeys(flags, pl.Int64)},
        separator="|",
    )
    genres = pl.concat_list(
        pl.when(pl.col(f) == 1).then(pl.lit(g))
        for f, g in zip(flags, GENRES, strict=True)
        if g != "unknown"
    ).list.drop_nulls()
    return titled(items.select("item", "title", genres.alias("categories")))


def _users_100k(source: Source) -> pl.DataFrame | None:
    file = source.find("u.user")
    if file is None:
        return None
    return read_rows(
        source,
        file,
        {
            "user": pl.Int64,
            "age": pl.Int64,
            "gender": pl.String,
            "occupation": pl.String,
            "zip": pl.String,
        },
        separator="|",
    )


def _users_1m(source: Source) -> pl.DataFrame | None:
    file = source.find("users.dat")
    if file is None:
        return None
    users = read_rows(
        source,
        file,
        {
            "user": pl.Int64,
            "gender": pl.String,
            "age": pl.Int64,
            "occupation": pl.Int64,
            "zip": pl.String,
        },
        separator="::",
    )
    return users.with_columns(
        _worded(users["age"], AGES, file),
        _worded(users["occupation"], dict(enumerate(OCCUPATIONS)), file),
    )


def _worded(codes: pl.Series, words: dict[int, str], file: str) -> pl.Series:
    unknown = codes.filter(~codes.is_in(list(words)))
    if len(unknown):
        raise DataError(
            f"the column {codes.name!r} of {file} must hold the codes {', '.join(map(str, words))}",
            given=str(unknown[0]),
            fix="use the file as it was published",
        )
    return codes.replace_strict(words, return_dtype=pl.String)

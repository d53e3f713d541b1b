"""Load data by name, folder, zip, file or database URL; the form is recognised by its files."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from whyrec.core import ArgumentError, DataError, Dataset
from whyrec.core.verbs import DOMAINS, OF_DOMAIN, VERBS, checked
from whyrec.data import registry as known
from whyrec.data.build import Loaded
from whyrec.data.catalogue import own_items
from whyrec.data.formats.database import load_database
from whyrec.data.formats.folder_tables import describe, layout_of, load_layout, table_files
from whyrec.data.formats.goodbooks import load_goodbooks
from whyrec.data.formats.hetrec_lastfm import load_lastfm
from whyrec.data.formats.movielens import load_1m, load_100k, load_latest
from whyrec.data.formats.plain import load_plain
from whyrec.data.formats.published import (
    CHECKINS,
    is_movietweetings,
    load_checkins,
    load_hetrec_movielens,
    load_movietweetings,
    load_retailrocket,
)
from whyrec.data.formats.recbole import load_atomic
from whyrec.data.formats.single_table import EVENT, event_columns, load_frame, load_table
from whyrec.data.order import check_asked, in_rows
from whyrec.data.outofcore.prepared import load_prepared
from whyrec.data.readers.archive import Source, listed, open_source
from whyrec.data.readers.frames import is_frame
from whyrec.data.readers.table_forms import is_workbook

__all__ = ["FORMS", "Form", "load", "recognise"]

WORLDS = ("films", "planted", "senses")  # the built-in simulated worlds


@dataclass(frozen=True)
class Form:
    """A form of data: patterns of the files that it must have, and its loader."""

    name: str
    files: tuple[str, ...]
    load: Callable[[Source], Loaded]
    columns: tuple[str, ...] = ()  # of the first file


def _load_dat(source: Source) -> Loaded:
    return load_movietweetings(source) if is_movietweetings(source) else load_1m(source)


FORMS = (
    Form("MovieLens 100K", ("u.data", "u.item"), load_100k),
    Form("MovieLens 1M or 10M, or MovieTweetings", ("ratings.dat", "movies.dat"), _load_dat),
    Form(
        "MovieLens latest",
        ("ratings.csv", "movies.csv"),
        load_latest,
        ("userid", "movieid", "rating"),
    ),
    Form(
        "goodbooks-10k",
        ("ratings.csv", "books.csv"),
        load_goodbooks,
        ("user_id", "book_id", "rating"),
    ),
    Form(
        "HetRec 2011 Last.fm",
        ("user_artists.dat", "artists.dat"),
        load_lastfm,
        ("userid", "artistid", "weight"),
    ),
    Form(
        "HetRec 2011 MovieLens",
        ("user_ratedmovies-timestamps.dat", "movies.dat"),
        load_hetrec_movielens,
    ),
    Form("check-ins of Gowalla or Brightkite", (CHECKINS,), load_checkins),
    Form("Retailrocket", ("events.csv", "category_tree.csv"), load_retailrocket),
    Form("RecBole atomic files", ("*.inter",), load_atomic),
    Form("the plain form", ("events.*",), lambda source: load_plain(source.path, name=source.name)),
    Form(
        "the plain form in pieces",
        ("events-*",),
        lambda source: load_plain(source.path, name=source.name),
    ),
    Form("what `whyrec prepare` wrote", ("manifest.json", "shard-*.parquet"), load_prepared),
)


def load(
    source: Any,
    *,
    columns: Mapping[str, str] | None = None,
    domain: str | None = None,
    verb: str | None = None,
    order: str | None = None,
) -> Loaded:
    """Load the data that `source` names, with the steps that made it.

    Nothing is downloaded.

    Args:
        source: "films", "planted" or "senses" (simulated worlds, seed 0); the name of a
            data set of :mod:`whyrec.data.registry` that is available locally; a folder or zip of
            one of the FORMS, or of tables; one file of events (CSV, Parquet, Arrow, JSON lines,
            Excel, SQLite); a database URL; or a data frame of pandas, polars or Arrow.
        columns: Column names of the table of events, as in {"user": "Customer ID"}; numbers, as in
            {"user": "1"}, if it has no header.
        domain: What the items are (:mod:`whyrec.core.verbs`). None: what the form says.
        verb: What people did with them. None: what the form and the kinds of the events say.
        order: "file" uses the order of the rows if times are missing or equal; None leaves such
            events unordered.

    Returns:
        The data and the steps.

    Raises:
        DataError: Lists what was found and the nearest form.
        ArgumentError: If an argument is invalid or does not apply to the source.

    >>> load("films").data.domain
    'film'
    """
    check_asked(order)
    said = {
        name: checked(f"--{name}", value, known)
        for name, value, known in (("domain", domain, DOMAINS), ("verb", verb, VERBS))
        if value is not None
    }
    text = "" if is_frame(source) else str(source)
    if is_frame(source):
        loaded = load_frame(source, columns, domain=domain)
    elif re.match("(https?|ftp|s3|gs)://", text):
        raise DataError(
            "data must be on this machine",
            given=f"the web address {text}",
            fix=f"download it (curl -LO {text}), and give the file",
        )
    elif "://" in text:
        loaded = load_database(text, domain=domain, columns=columns)
    elif text not in WORLDS and Path(source).is_file():
        loaded = _load_file(Path(source), columns, domain)
    elif text in WORLDS or text in known.KNOWN:
        if columns:
            raise ArgumentError(
                "columns go with one CSV or Parquet file of events, a folder or a database",
                given=text,
                fix="leave the columns out, or give the file itself",
            )
        loaded = (
            _world(text) if text in WORLDS else _load_path(_located(Path(source)), None, domain)
        )
    else:
        loaded = _load_path(_located(Path(source)), columns, domain)
    if said:
        loaded = replace(loaded, data=replace(loaded.data, **_own(loaded.data, said)))
    if order == "file":
        return in_rows(loaded)
    return loaded


def _own(data: Dataset, said: dict[str, str]) -> dict[str, Any]:
    """Return the caller's settings; a given domain replaces a verb set for another domain."""
    of_form = data.verb and data.verb == OF_DOMAIN.get(data.domain)
    return (
        {"verb": ""} if of_form and said.get("domain", data.domain) != data.domain else {}
    ) | said


def recognise(source: Source) -> Form:
    """Return the one form whose files are all present; DataError names the nearest form."""
    fitting = [form for form in FORMS if _fits(form, source)]
    if len(fitting) > 1:  # a form of which another one's files are a part is meant
        fitting = [one for one in fitting if not any(_part_of(one, other) for other in fitting)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise DataError(
            "a folder or zip must hold one data set",
            given=f"{source.path.name} with files of {' and of '.join(f.name for f in fitting)}",
            fix="give the folder of one of them",
        )
    forms = "; ".join(f"{form.name} ({', '.join(form.files)})" for form in FORMS)
    raise DataError(
        f"{source.path.name} must be one of the known forms: {forms}",
        given=listed(source.names()),
        fix=_nearest(source),
    )


def _fits(form: Form, source: Source) -> bool:
    """Say whether the files of a form are there, with half of its columns or more."""
    if not all(_has(source, file) for file in form.files):
        return False
    file = source.find(form.files[0]) if form.columns else None
    if file is None:
        return True
    with source.open(file) as stream:
        start = stream.read(2000).decode("latin-1").partition("\n")[0].casefold()
    words = re.findall(r"[\w-]+", start)
    return len(words) < 2 or 2 * sum(column in words for column in form.columns) >= len(
        form.columns
    )


def _load_path(path: Path, columns: Mapping[str, str] | None, domain: str | None) -> Loaded:
    with open_source(path) as source:
        if not columns:
            try:
                return recognise(source).load(source)
            except DataError as error:
                if not source.names() or any(_fits(form, source) for form in FORMS):
                    raise
                unknown = error
        layout = layout_of(source, columns)
        if layout is not None:
            return load_layout(source, layout, columns, domain=domain)
        if columns:
            needed = event_columns(columns)
            raise DataError(
                f"a table of {source.path.name} must have the columns "
                f"{', '.join(needed[one] for one in EVENT if one in needed)}",
                given=describe(source),
                fix="check the spelling of --columns, or give the table itself",
            )
        raise _by_columns(source) or unknown


def _by_columns(source: Source) -> DataError | None:
    """Say which columns to name, if the tables of a folder are readable but of no known form."""
    told = describe(source)
    if not table_files(source) or not re.search(r"\(.+, .+\)", told):
        return None
    return DataError(
        f"the columns of {source.path.name} must be named, for it is none of the known forms",
        given=told,
        fix="name them: --columns user=NAME,item=NAME,value=NAME,time=NAME,title=NAME "
        "(user and item are enough), or write a file events.csv with the columns user and item",
    )


def _world(name: str) -> Loaded:
    from whyrec.data import simulate

    made: dict[str, Callable[..., Any]] = {
        "films": simulate.films,
        "planted": simulate.planted,
        "senses": simulate.senses,
    }
    data = made[name](seed=0).data
    return Loaded(data, items=own_items(data))  # the world's items, whatever is chosen


def _located(path: Path) -> Path:
    """Return the path, or the local path of a known data set; DataError if neither exists."""
    if path.is_file() or path.is_dir():
        return path
    if path.exists():
        raise DataError(
            "data must be a file or a folder, because it is read more than once",
            given=f"{path}, which is a pipe or a device",
            fix="write it to a file first, such as events.csv, and give that file",
        )
    name = str(path)
    if name in known.KNOWN:
        found = known.find(name)
    else:
        found = None
    if found is not None:
        return found
    if name in known.KNOWN:
        raise DataError(
            f"the data set {name} must be at hand",
            given="none in WHYREC_DATA or the cache",
            fix=f"run: whyrec data get {name}",
        )
    names = [*WORLDS, *known.KNOWN]
    near = difflib.get_close_matches(name, names, 1, 0.6)
    if near:
        hint = f"did you mean {near[0]!r}? Else "
    else:
        hint = ""
    raise DataError(
        "data must be a path, a database URL or a known name",
        given=f"{name!r}, which is not there",
        fix=f"{hint}check the path, or use one of {', '.join(names)}",
    )


def _load_file(path: Path, columns: Mapping[str, str] | None, domain: str | None) -> Loaded:
    """Load one file: a table, a zip or an SQLite database."""
    form = file_form(path)
    if form == "zip":
        return _load_path(path, columns, domain)
    if form == "sqlite":
        return load_database(f"sqlite:///{path}", domain=domain, columns=columns)
    return load_table(path, columns, domain=domain)


def file_form(path: Path) -> str:
    """Return "sqlite", "zip" (of other than a workbook) or "table"."""
    with open(path, "rb") as file:
        start = file.read(16)
    if start.startswith(b"SQLite format 3"):
        return "sqlite"
    zipped = start.startswith(b"PK") or path.suffix.casefold() == ".zip"
    return "zip" if zipped and not is_workbook(path) else "table"


def _part_of(one: Form, other: Form) -> bool:
    """Say whether each file of a form is one of the other form's, which has more."""
    return len(one.files) < len(other.files) and all(
        any(fnmatch(file, pattern) for file in other.files) for pattern in one.files
    )


def _has(source: Source, pattern: str) -> bool:
    return any(fnmatch(_base(name), pattern) for name in source.names())


def _base(name: str) -> str:
    return name.rsplit("/", 1)[-1].casefold()


def _nearest(source: Source) -> str:
    """Describe the form with most of its files present, or with the most similar file names."""

    def likeness(form: Form) -> tuple[float, float]:
        there = sum(_has(source, file) for file in form.files) / len(form.files)
        alike = [
            max(
                (
                    difflib.SequenceMatcher(None, _base(name), file).ratio()
                    for name in source.names()[:100]
                ),
                default=0.0,
            )
            for file in form.files
        ]
        return there, sum(alike) / len(alike)

    best = max(FORMS, key=likeness)
    missing = [file for file in best.files if not _has(source, file)]
    return f"the nearest is {best.name}, which needs {' and '.join(missing)} too"

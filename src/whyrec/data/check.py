"""Validate a user's own data: report problems by table, column and row, with fixes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from whyrec.core import WhyrecError
from whyrec.data.build import SECONDS_BELOW, Loaded, Step, as_labels, finer_unit, is_known
from whyrec.data.checkkinds import KNOWN, kind_notes, quantity_note, unknown_kinds
from whyrec.data.clean import clean
from whyrec.data.events import is_clock, latest, numbered, unknown
from whyrec.data.formats.database import read_database
from whyrec.data.formats.plain import is_plain, read_plain
from whyrec.data.formats.single_table import read_events
from whyrec.data.kinds import by_name, named
from whyrec.data.load import file_form, load, recognise
from whyrec.data.order import NO_TIMES, orders, orders_of, orders_told
from whyrec.data.read_table import header_of
from whyrec.data.readers.archive import open_source
from whyrec.data.readers.timestamps import parse_times

__all__ = ["Problem", "Report", "check"]

EXAMPLES = 20  # problems listed per kind
NAMED = "an event that names a user, an item and, where there are times, a time"
WITHOUT_TIMES = (
    "next-item and temporal cannot be measured, and models of sequences not be fitted; "
    "name the column (--columns time=NAME), or say that the order of the rows is meant "
    "(--order file)"
)
DROPPED = "the row is left out on loading; fill it in to keep it"


@dataclass(frozen=True)
class Problem:
    """One problem; row 1 is the first row of data, None if it concerns no single row."""

    table: str
    column: str | None
    row: int | None
    value: str
    required: str
    fix: str


@dataclass(frozen=True)
class Report:
    """The result of :func:`check`.

    Attributes:
        rows: Number of events.
        problems: Up to 20 problems of each kind.
        counts: Number of problems of each kind.
        notes: What is allowed but worth knowing.
        refusal: The words in which a fit refuses the data; "" if it takes them.
    """

    rows: int
    problems: tuple[Problem, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    refusal: str = ""

    @property
    def loads(self) -> bool:
        """Whether the data can be loaded; rows that are merely dropped do not prevent it."""
        return not self.refusal and self.rows > 0 and all(p.fix == DROPPED for p in self.problems)

    def as_json(self) -> dict[str, Any]:
        """Return {"rows", "problems", "counts", "notes", "refusal", "loads"} as JSON values."""
        return {
            "rows": self.rows,
            "problems": [asdict(p) for p in self.problems],
            "counts": dict(self.counts),
            "notes": list(self.notes),
            "refusal": self.refusal,
            "loads": self.loads,
        }


def check(source: str | Path, columns: Mapping[str, str] | None = None) -> Report:
    """Check data of any supported form and report problems instead of raising.

    The data are loaded and cleaned as a fit does it: what it refuses is refused here in the same
    words. Bad rows are listed for the plain form, a single table and databases.

    Args:
        source: Path, URL or name of the data.
        columns: Column names, as in `load_table`.

    Returns:
        The report.

    Raises:
        WhyrecError: If the path does not exist.
    """
    loaded, refusal = _loaded(source, columns)
    tables, notes = _tables(source, columns)
    if tables is None and loaded is not None:
        steps = (
            f"{s.name}: {s.touched:,} rows, {s.left:,} left{s.detail and f' ({s.detail})'}"
            for s in loaded.steps
        )
        return Report(len(loaded.data), notes=(*steps, orders_told(orders(loaded.data))))
    found = _Found(notes=notes)
    if tables is not None:
        tables["events"] = named(by_name(tables["events"], (columns or {}).get("value", "")))
        _events(tables["events"], found)
        if all(problem.fix == DROPPED for problem in found.problems):
            found.notes += kind_notes(tables["events"])
        _further(tables, found)
    if refusal is not None and all(problem.fix == DROPPED for problem in found.problems):
        found.refused(str(source), refusal)
    rows = 0 if tables is None else tables["events"].height
    return Report(
        rows,
        tuple(found.problems),
        found.counts,
        tuple(found.notes),
        "" if refusal is None else str(refusal),
    )


def _loaded(
    source: str | Path, columns: Mapping[str, str] | None
) -> tuple[Loaded | None, WhyrecError | None]:
    """Load and clean the data as a fit does: (the data, None), or (None, why they are refused)."""
    try:
        loaded = load(source, columns=columns)
        clean(loaded.data, meaning=loaded.meaning)
    except WhyrecError as error:
        if "://" not in str(source) and not Path(source).exists():
            raise  # a wrong path is not a problem of the data
        return None, error
    return loaded, None


def _tables(
    source: str | Path, columns: Mapping[str, str] | None
) -> tuple[dict[str, pl.DataFrame] | None, list[str]]:
    """Read (raw tables, notes); no tables for what only its loader reads, or nothing can."""
    steps: list[Step] = []
    path = Path(source)
    try:
        if "://" in str(source):
            return read_database(str(source), columns), []
        if not path.exists():  # the name of a known data set
            return None, []
        if path.is_file() and (form := file_form(path)) != "zip":
            if form == "sqlite":
                return read_database(f"sqlite:///{path}", columns), []
            events = read_events(path, columns, log=steps)
            return {"events": events}, [
                *(s.name for s in steps),
                *quantity_note(header_of(path), columns or {}),
            ]
        with open_source(path) as folder:
            names = folder.names()
            if columns or not (
                is_plain(names) and recognise(folder).name.startswith("the plain form")
            ):
                return None, []
            tables, steps = read_plain(folder)
        return tables, [s.name for s in steps]
    except WhyrecError:  # the loader has said why
        return None, []


@dataclass
class _Found:
    """Collects problems and notes."""

    problems: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(
        self,
        wrong: NDArray[np.bool_] | pl.Series,
        table: str,
        column: pl.Series,
        required: str,
        fix: str,
    ) -> None:
        """List the rows in which `wrong` is true."""
        rows = np.flatnonzero(np.asarray(wrong))
        if len(rows):
            self.counts[f"{table}.{column.name}: {required}"] = len(rows)
            self.problems += [
                Problem(
                    table,
                    column.name,
                    int(r) + 1,
                    "" if column[int(r)] is None else str(column[int(r)])[:200],
                    required,
                    fix,
                )
                for r in rows[:EXAMPLES]
            ]

    def refused(self, source: str, error: WhyrecError) -> None:
        """List the error of the loader as a problem of the whole data."""
        required = error.required or str(error)
        self.problems.append(Problem(source, None, None, error.given, required, error.fix))
        self.counts[error.required or type(error).__name__] = 1

    def note(self, count: int, what: str, then: str) -> None:
        if count:
            self.notes.append(f"{what}: {count:,} ({then})")


def _events(events: pl.DataFrame, found: _Found) -> None:
    known = np.ones(events.height, bool)
    for column in ("user", "item"):
        there = is_known(events[column])
        known &= there
        found.add(~there, "events", events[column], _a(column), DROPPED)
    if "time" in events.columns:
        known &= is_known(events["time"])
        _times(events["time"], known, found)
    if "kind" in events.columns:
        found.add(
            known & unknown_kinds(events["kind"]),
            "events",
            events["kind"],
            KNOWN,
            "write one of these",
        )
    if "value" in events.columns:
        _numbers(events["value"], known, "kind" not in events.columns, found)
    if not known.any():
        found.problems.append(
            Problem(
                "events", None, None, f"{events.height:,} rows without", NAMED, "fill in the ids"
            )
        )
        found.counts[f"events: {NAMED}"] = 1
    pairs = events.select("user", "item").filter(known)
    found.notes.append(_order(events.filter(known)))
    if "time" not in events.columns:
        found.notes.append(f"{NO_TIMES}; {WITHOUT_TIMES}")
    found.note(
        pairs.height - pairs.n_unique(),
        "events that repeat a person and item",
        "cleaning keeps the first; all with --repeat",
    )
    for column in ("user", "item"):
        if pairs[column].n_unique() == 1:
            found.notes.append(
                f"all events have the same {column}: there is nothing to compare it with"
            )


def _order(events: pl.DataFrame) -> str:
    """Describe for how many people the order of their events is known."""
    users = as_labels(events["user"])
    if len(users):
        number = numbered(users)[0].astype(np.int64)
    else:
        number = np.zeros(0, np.int64)
    if "time" not in events.columns:
        return orders_told(orders_of(number, None))
    time = parse_times(events["time"]).cast(pl.Float64).fill_null(np.nan).to_numpy()
    time = np.nan_to_num(np.where(time > latest(), 0, time))
    return orders_told(orders_of(number, time, clock=is_clock(time)))


def _numbers(
    column: pl.Series, kept: NDArray[np.bool_], must_be_there: bool, found: _Found
) -> None:
    """List values that are not finite float32 numbers in rows that loading keeps."""
    if column.dtype.is_float():
        column = column.fill_nan(None)
    number = column.cast(pl.Float64, strict=False)
    missing = ~is_known(column)
    text = number.is_null().to_numpy() & ~missing
    found.add(kept & text, "events", column, "a number", "mend or drop the row")
    if must_be_there:
        found.add(
            kept & missing, "events", column, "a value", "fill it in, or leave the column out"
        )
    finite = number.cast(pl.Float32).is_finite().fill_null(True).to_numpy()
    found.add(kept & ~finite, "events", column, "a finite number", "mend or drop the row")


def _times(column: pl.Series, kept: NDArray[np.bool_], found: _Found) -> None:
    missing = ~is_known(column)
    found.add(missing, "events", column, "a time", DROPPED)
    seconds = parse_times(column).cast(pl.Float64)
    form = "write times as 2009-12-31 08:26:00 or as Unix seconds"
    found.add(
        seconds.is_null().to_numpy() & ~missing,
        "events",
        column,
        "Unix seconds or an ISO 8601 date",
        form,
    )
    rows = np.flatnonzero(
        kept & seconds.is_not_null().to_numpy() & seconds.is_not_nan().fill_null(False).to_numpy()
    )
    time = seconds.to_numpy()[rows]
    wrong = np.zeros(len(column), bool)
    unit = finer_unit(time)
    if unit:
        wrong[rows[:1]] = True
        found.add(
            wrong,
            "events",
            column,
            "Unix seconds",
            f"these look like {unit[0]}: divide by {unit[1]}",
        )
    else:
        wrong[rows[np.abs(time) > SECONDS_BELOW]] = True
        found.add(
            wrong, "events", column, "Unix seconds before the year 5138", "mend or drop the row"
        )
        for step in unknown(time[np.abs(time) <= SECONDS_BELOW]):
            found.note(step.touched, step.name, step.detail)
    found.note(
        int((time[1:] < time[:-1]).sum()),
        "times that fall from one row to the next",
        "loading sorts, ties keep their order",
    )


def _further(tables: Mapping[str, pl.DataFrame], found: _Found) -> None:
    for table, key in (("items", "item"), ("users", "user")):
        if table in tables:
            _entries(tables[table], table, key, tables["events"][key], found)
    if "items" in tables and "title" in tables["items"].columns:
        found.note(
            int((~is_known(tables["items"]["title"])).sum()),
            "items without a title",
            "their id is shown",
        )
    for table, parts in (("links", ("head", "relation", "tail")), ("friends", ("user", "friend"))):
        for part in parts if table in tables else ():
            found.add(~is_known(tables[table][part]), table, tables[table][part], _a(part), DROPPED)


def _a(word: str) -> str:
    return f"{'an' if word[0] in 'aei' else 'a'} {word}"


def _entries(frame: pl.DataFrame, table: str, key: str, used: pl.Series, found: _Found) -> None:
    known = is_known(frame[key])
    found.add(~known, table, frame[key], _a(key), DROPPED)
    found.add(
        frame[key].is_duplicated().to_numpy() & known,
        table,
        frame[key],
        "an id that occurs once",
        "merge the rows that share an id",
    )
    ids = as_labels(frame[key])
    events = as_labels(used.unique()).drop_nulls()
    found.note(
        int((~ids.drop_nulls().is_in(events.implode())).sum()),
        f"{table} without events",
        "loading leaves them out",
    )
    found.note(
        int((~events.is_in(ids.implode())).sum()),
        f"{table} with events but no row in their table",
        "all but their id is unknown",
    )

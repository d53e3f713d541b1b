"""Whatever a table holds: it is read, refused in one paragraph, or its lost rows are counted.

The check and the fit decide by one function, so they agree on every table.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import shutil
import sqlite3
from decimal import Decimal

import polars as pl
from hypothesis import HealthCheck, given, settings, strategies as st

from whyrec.core import WhyrecError
from whyrec.data.check import check
from whyrec.data.clean import clean
from whyrec.data.load import load

SLOW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
N = 12
KINDS = {
    "text": lambda i: f"a{i % 5}",
    "category": lambda i: f"a{i % 5}",
    "bytes": lambda i: f"a{i % 5}".encode(),
    "uuid": lambda i: bytes([255, i % 5]) * 8,
    "whole": lambda i: i % 5,
    "half": lambda i: float(i % 5),
    "decimal": lambda i: Decimal(i % 5),
    "huge": lambda i: 2**70 + i % 5,
    "flag": lambda i: i % 2 == 0,
    "nothing": lambda i: None,
    "date": lambda i: dt.date(2024, 1, 1 + i),
    "moment": lambda i: dt.datetime(2024, 1, 1, i, tzinfo=dt.UTC),
    "clock": lambda i: dt.time(i),
    "duration": lambda i: dt.timedelta(hours=i),
    "long duration": lambda i: dt.timedelta(days=9000 + i),
    "list": lambda i: [f"a{i % 5}", f"a{i % 3}"],
    "empty list": lambda i: [],
    "map": lambda i: [{"key": "k", "value": i}],
    "struct": lambda i: {"id": i % 5, "name": "x"},
    "deep": lambda i: [[f"a{i}"]],
}
TYPES = {
    "category": pl.Categorical,
    "half": pl.Float16,
    "huge": pl.Int128,
    "decimal": pl.Decimal(38, 2),
    "empty list": pl.List(pl.String),
}
ROLES = ("user", "item", "time", "value", "kind", "title", "text", "categories")


def column(name: str, kind: str, holes: int) -> pl.Series:
    values = [None if holes >> i & 1 else KINDS[kind](i) for i in range(N)]
    return pl.Series(name, values, TYPES.get(kind), strict=False)


@st.composite
def frames(draw: st.DrawFn) -> pl.DataFrame:
    """Tables with columns of any type for any role, with holes."""
    roles = ["user", "item", *draw(st.lists(st.sampled_from(ROLES[2:]), unique=True, max_size=3))]
    usual = {"user": "text", "item": "whole", "value": "whole", "title": "text"}
    made = []
    for role in roles:
        odd = draw(st.sampled_from(sorted(KINDS)))
        kind = usual.get(role, odd) if draw(st.booleans()) else odd
        made.append(column(role, kind, draw(st.sampled_from([0, 0, 1, 5, 2**N - 1]))))
    return pl.DataFrame(made)


def agree(path) -> None:
    """The property: check and load agree; what is lost is counted; nothing is a trace."""
    refusal = ""
    try:
        loaded = load(path)
        clean(loaded.data, meaning=loaded.meaning)
    except WhyrecError as error:
        refusal = str(error)
    report = check(path)
    assert report.refusal == refusal
    if report.loads:
        assert not refusal
    if refusal:
        assert report.problems and "\n" not in refusal.strip()
        return
    steps = {step.name: step for step in loaded.steps}
    rows = steps["read events"].left
    lost = sum(s.touched for name, s in steps.items() if name.startswith("drop rows without"))
    other = ("leave out impressions", "leave out negative events", "take back choices")
    lost += sum(steps[name].touched for name in other if name in steps)
    assert rows - lost == len(loaded.data)


@SLOW
@given(frames(), st.sampled_from(["parquet", "arrow", "jsonl"]))
def test_columns_of_any_type(tmp_path, frame, form) -> None:
    path = tmp_path / f"t.{form}"
    if form == "parquet":
        frame.write_parquet(path)
    elif form == "arrow":
        frame.write_ipc(path)
    else:
        rows = [json.dumps(row, default=str) for row in frame.to_dicts()]
        path.write_text("\n".join(rows))
    agree(path)


CELLS = st.one_of(
    st.sampled_from(
        ["", "nan", "a", "7", "7.5", "1700000000", "2024-01-01", "[1, 2]", "['a']", "x|y"]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n\"'"), max_size=6),
)


@SLOW
@given(st.data())
def test_text_of_any_kind(tmp_path, data) -> None:
    roles = ["user", "item", *data.draw(st.lists(st.sampled_from(ROLES[2:6]), unique=True))]
    rows = data.draw(
        st.lists(st.lists(CELLS, min_size=len(roles), max_size=len(roles)), min_size=1, max_size=8)
    )
    out = io.StringIO()
    out.write(",".join(roles) + "\n")
    for row in rows:
        out.write(",".join(cell.replace(",", ";") for cell in row) + "\n")
    path = tmp_path / "t.csv"
    path.write_text(out.getvalue(), encoding="utf-8")
    agree(path)


@SLOW
@given(st.binary(max_size=400), st.sampled_from(["", "PAR1", "ARROW1", "PK\x03\x04", "{", "["]))
def test_bytes_of_any_kind(tmp_path, data, start) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(start.encode() + data)
    agree(path)


VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.integers(0, 5),
    st.floats(allow_nan=False, allow_infinity=True),
    st.binary(max_size=16),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6),
    st.sampled_from(["2024-01-01 10:00:00", "1700000000", 1_700_000_000, b"\xff" * 16]),
)
AFFINITIES = ("text", "integer", "datetime", "date", "blob", "decimal(10, 2)", "boolean", "")


@SLOW
@given(st.data())
def test_databases_with_values_of_any_type(tmp_path, data) -> None:
    roles = ["user", "item", *data.draw(st.lists(st.sampled_from(ROLES[2:5]), unique=True))]
    columns = ", ".join(f"{role} {data.draw(st.sampled_from(AFFINITIES))}" for role in roles)
    row = st.tuples(*[VALUES] * len(roles))
    path = tmp_path / "t.db"
    path.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"create table events ({columns})")
        marks = ", ".join("?" * len(roles))
        rows = data.draw(st.lists(row, max_size=8))
        connection.executemany(f"insert into events values ({marks})", rows)
        connection.commit()
    agree(path)


@SLOW
@given(st.data())
def test_folders_of_any_layout(tmp_path, data) -> None:
    """No file with the columns of events is left out without a word."""
    folder = tmp_path / "set"
    shutil.rmtree(folder, ignore_errors=True)
    headers = ("user,item\n", "user,item,time\n", "item,title\n", "x\n", "User-ID,ISBN,Rating\n")
    rows = 0
    tables = data.draw(
        st.dictionaries(
            st.sampled_from(
                ["part-00000.csv", "part-00001.csv", "ratings.csv", "books.csv", "Events.CSV"]
                + ["day=1/part-0.csv", "items.csv", "notes.txt", "_SUCCESS", "movies.csv"]
            ),
            st.sampled_from(headers),
            max_size=4,
        )
    )
    for name, header in tables.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        width = header.count(",") + 1
        place.write_text(header + ",".join(["u1", "i1", "5"][:width]) + "\n")
        rows += header.startswith("user,item") and name.lower().endswith((".csv", ".txt"))
    folder.mkdir(exist_ok=True)
    agree(folder)
    try:
        loaded = load(folder)
    except WhyrecError:
        return
    if not {"Events.CSV"} & set(tables):
        assert next(s.left for s in loaded.steps if s.name == "read events") == rows

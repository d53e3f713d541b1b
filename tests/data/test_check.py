"""The validation report lists what is wrong, and never raises for it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import create_engine, text

from whyrec.core import DataError
from whyrec.data.check import EXAMPLES, check
from whyrec.data.load import load

BAD = {
    "events.csv": "user,item,value,time\nann,1,5,1600000300\n,1,4,1600000100\nbob,,3,1600000200\n"
    "bob,2,good,1600000100\n"
    "cid,2,inf,1600000400\ncid,3,,soon\nann,1,5,\nann,1,4,1600000500\n",
    "items.csv": "item,title\n1,Red\n1,Rot\n,None\n2,\n9,Idle\n",
    "users.csv": "user,age\nann,1\nann,2\n",
    "links.csv": "head,relation,tail\n1,,Lee\n",
    "friends.csv": "user,friend\nann,\n",
}


def folder(path: Path, tables: dict[str, str]) -> Path:
    for name, content in tables.items():
        (path / name).write_text(content, encoding="utf-8")
    return path


def test_every_kind_of_bad_row_is_listed(tmp_path: Path) -> None:
    report = check(folder(tmp_path, BAD))
    found = {(p.table, p.column, p.row, p.value, p.required) for p in report.problems}
    assert found == {
        ("events", "user", 2, "", "a user"),
        ("events", "item", 3, "", "an item"),
        ("events", "value", 4, "good", "a number"),
        ("events", "value", 5, "inf", "a finite number"),
        ("events", "value", 6, "", "a value"),
        ("events", "time", 7, "", "a time"),
        ("events", "time", 6, "soon", "Unix seconds or an ISO 8601 date"),
        ("items", "item", 1, "1", "an id that occurs once"),
        ("items", "item", 2, "1", "an id that occurs once"),
        ("items", "item", 3, "", "an item"),
        ("users", "user", 1, "ann", "an id that occurs once"),
        ("users", "user", 2, "ann", "an id that occurs once"),
        ("links", "relation", 1, "", "a relation"),
        ("friends", "friend", 1, "", "a friend"),
    }
    assert all(p.fix for p in report.problems)
    assert report.rows == 8 and not report.loads
    assert set(report.notes) == {
        "events that repeat a person and item: 1 (cleaning keeps the first; all with --repeat)",
        "times that fall from one row to the next: 1 (loading sorts, ties keep their order)",
        "items without a title: 1 (their id is shown)",
        "items without events: 1 (loading leaves them out)",
        "items with events but no row in their table: 1 (all but their id is unknown)",
        "users with events but no row in their table: 2 (all but their id is unknown)",
        "the order of events is real for 1 people, tied for 0, missing for 1",
    }


def test_json_has_the_promised_keys(tmp_path: Path) -> None:
    document = json.loads(json.dumps(check(folder(tmp_path, BAD)).as_json()))
    assert document["rows"] == 8 and document["loads"] is False
    assert {"column", "row", "value", "required", "fix"} <= set(document["problems"][0])
    assert document["counts"]["events.user: a user"] == 1


def test_examples_are_capped_and_counted(tmp_path: Path) -> None:
    rows = "".join(f",{i}\n" for i in range(100))
    report = check(folder(tmp_path, {"events.csv": "user,item\n" + rows + "a,1\n"}))
    assert len(report.problems) == EXAMPLES and report.problems[-1].row == EXAMPLES
    assert report.counts == {"events.user: a user": 100}
    assert report.loads
    assert len(load(tmp_path).data) == 1


@pytest.mark.parametrize(
    ("tables", "required"),
    [
        ({"events.csv": "user,item,time\na,1,1600000000000\nb,2,1600000000001\n"}, "Unix seconds"),
        ({"events.csv": "user,thing\na,1\n"}, "events.csv needs the column 'item'"),
        ({"events.csv": ""}, "events.csv must hold a table"),
        (
            {"events.csv": "user,item\n1,2,3\n"},
            "every line of events.csv must have 2 fields, as its header has",
        ),
        (
            {"events.csv": "user,item\n,2\n"},
            "an event that names a user, an item and, where there are times, a time",
        ),
    ],
)
def test_data_that_do_not_load_say_why(
    tmp_path: Path, tables: dict[str, str], required: str
) -> None:
    report = check(folder(tmp_path, tables))
    assert not report.loads
    assert required in {p.required for p in report.problems}
    with pytest.raises(DataError):
        load(tmp_path)


@pytest.mark.parametrize(
    "tables",
    [
        {"events.csv": "user,item\na,1\n"},
        {"events.csv": "user,item,value,kind\na,1,,view\nb,2,3,rating\n"},
        {"events.csv": "user,item,time\na,1,2020-01-01\n"},
        {"events.csv": "user,item\na,1\n", "items.csv": "item\n1\n"},
    ],
)
def test_what_loads_has_no_problem(tmp_path: Path, tables: dict[str, str]) -> None:
    report = check(folder(tmp_path, tables))
    assert report.loads and report.problems == () and report.rows == len(load(tmp_path).data)


ID, NUMBER = (
    st.sampled_from(["a", "b", "7", ""]),
    st.sampled_from(["1", "2.5", "", "x", "inf", "nan", "1e39", '""']),
)
TIME = st.sampled_from(
    [
        "5",
        "1600000000",
        "1600000000000",
        "",
        "soon",
        "2020-01-01",
        "2020-01-01T10:00:00Z",
        "1e9",
        "1e30",
        "nan",
        "inf",
    ]
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(ID, ID, NUMBER, TIME), min_size=1, max_size=6),
    st.sets(st.sampled_from(["value", "time"])),
    st.lists(ID, max_size=3),
    st.lists(st.tuples(ID, ID), max_size=3),
)
def test_the_report_says_what_loading_does(
    rows: list[tuple[str, ...]], columns: set[str], items: list[str], friends: list[tuple[str, str]]
) -> None:
    header = ["user", "item", "value", "time"]
    keep = [i for i, name in enumerate(header) if i < 2 or name in columns]
    tables = {"events.csv": [[header[i] for i in keep], *([row[i] for i in keep] for row in rows)]}
    if items:
        tables["items.csv"] = [["item", "title"], *([item, "T"] for item in items)]
    if friends:
        tables["friends.csv"] = [["user", "friend"], *map(list, friends)]
    with tempfile.TemporaryDirectory() as place:
        folder(
            Path(place),
            {name: "\n".join(map(",".join, table)) + "\n" for name, table in tables.items()},
        )
        report = check(place)
        try:
            load(place)
        except DataError as error:
            assert not report.loads, f"{error} but {report}"
        else:
            assert report.loads, report


def test_one_table_with_named_columns(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("who;what;when\na;1;never\n")
    report = check(log, {"user": "who", "item": "what", "time": "when"})
    assert [(p.column, p.value) for p in report.problems] == [("time", "never")]
    assert "all events have the same user: there is nothing to compare it with" in report.notes
    assert check(log).problems[0].required == "log.csv needs the column 'user'"


def test_a_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    with create_engine(url).begin() as connection:
        connection.execute(text('create table events ("user", item, value)'))
        connection.execute(
            text("insert into events values ('a', 'x', 1), (null, 'y', 2), ('b', 'y', 'z')")
        )
    assert [(p.column, p.row, p.value) for p in check(url).problems] == [
        ("user", 2, ""),
        ("value", 3, "z"),
    ]


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="none', which is not there"):
        check(tmp_path / "none")


def test_other_forms_report_what_their_loader_says(real_data: Callable[[str], Path]) -> None:
    report = check(real_data("ml-latest-small.zip"))
    assert report.rows == 100_836 and report.loads and report.problems == ()
    assert any(note.startswith("read events: 100,836 rows") for note in report.notes)


def test_a_real_shop(real_data: Callable[[str], Path]) -> None:
    report = check(
        real_data("online-retail-ii-2009-2010.parquet"),
        {
            "user": "Customer ID",
            "item": "StockCode",
            "time": "InvoiceDate",
            "title": "Description",
            "value": "Quantity",
        },
    )
    assert report.rows == 525_461 and report.loads
    assert report.counts == {"events.user: a user": 107_927}

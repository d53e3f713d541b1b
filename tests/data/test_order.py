"""What loading finds out about the order of events, and says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, strategies as st

from tests.toys import random_data
from whyrec import load as load_data
from whyrec.core import ArgumentError, DataError, Dataset
from whyrec.data.append import appended
from whyrec.data.build import assemble
from whyrec.data.check import check
from whyrec.data.events import latest
from whyrec.data.load import load
from whyrec.data.order import Orders, order_of, orders, orders_told, times_left_out

NOW = 1_700_000_000


def rows(*events, **more):
    """A dataset of events (user, item, time), or of pairs without a time."""
    names = ("user", "item", "time")[: len(events[0])]
    return assemble(
        pl.DataFrame(dict(zip(names, map(list, zip(*events, strict=True)), strict=True))),
        name="t",
        **more,
    )


def told(loaded) -> dict[str, tuple[int, str]]:
    return {step.name: (step.touched, step.detail) for step in loaded.steps}


@pytest.mark.parametrize(
    ("events", "order", "detail"),
    [
        (
            [("a", 1), ("a", 2)],
            "none",
            "there is no column of times; --order file takes the order of the rows",
        ),
        (
            [("a", 1, NOW), ("a", 2, NOW), ("b", 1, NOW)],
            "none",
            "all events of a person have one time; --order file",
        ),
        (
            [("a", 1, NOW), ("a", 2, NOW), ("b", 1, NOW + 9)],
            "none",
            "all events of a person have one time",
        ),
        ([("a", 1, NOW), ("a", 2, NOW + 1), ("b", 1, NOW), ("b", 2, NOW)], "time", None),
        ([("a", 1, 1), ("a", 2, 2)], "time", None),
        ([("a", 1, NOW), ("b", 2, NOW + 1)], "time", None),
    ],
)
def test_the_order_is_found_and_said(events, order, detail):
    loaded = rows(*events)
    assert loaded.data.order == order
    said = told(loaded).get("take the events as unordered")
    assert said is None if detail is None else said[0] == len(events) and said[1].startswith(detail)


def test_one_day_for_all_keeps_its_date():
    data = rows(("a", 1, NOW), ("a", 2, NOW)).data
    assert data.clock and data.days == ("2023-11-14", "2023-11-14")


def test_the_order_of_rows_is_taken_where_it_is_asked_for(tmp_path: Path):
    path = tmp_path / "log.csv"
    path.write_text("user,item\na,z\nb,x\na,y\n")
    found = load(path, order="file")
    assert (found.data.order, found.data.time.tolist()) == ("file", [0, 1, 2])
    assert found.data.history("a").events_ago.tolist() == [1, 0]
    assert told(found)["take the order of the rows as the order of events"] == (
        3,
        "as --order file says",
    )
    assert "take the events as unordered" not in told(found)
    assert load_data(path).order == "none" and load_data(path, order="file").order == "file"
    with pytest.raises(ArgumentError, match="--order must be file .* or time; got 'rows'"):
        load(path, order="rows")
    path.write_text(f"user,item,time\na,z,{NOW}\na,y,{NOW}\nb,x,{NOW - 5}\nb,y,{NOW}\n")
    found = load(path, order="file")  # times stand before rows
    assert (
        found.data.clock
        and found.data.history("a").events_ago.tolist() == [1, 0]
        and found.data.users[found.data.user[0]] == "b"
    )


def test_rows_sorted_by_item_are_told(tmp_path: Path):
    path = tmp_path / "log.csv"
    path.write_text(
        "user,item\n" + "".join(f"{u},{i}\n" for u in "abcdefghijk" for i in (9, 10, 12, 100, 101))
    )
    detail = told(load(path, order="file"))["take the order of the rows as the order of events"][1]
    assert (
        detail
        == "as --order file says, but they are sorted by item: hardly the order in which anybody chose"
    )
    path.write_text(
        "user,item\n" + "".join(f"{u},{i}\n" for u in "abcdefghijk" for i in (10, 9, 12, 100, 101))
    )
    assert (
        "sorted"
        not in told(load(path, order="file"))["take the order of the rows as the order of events"][
            1
        ]
    )


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=12), st.booleans())
def test_for_how_many_people_the_order_is_known(events, clock):
    """Counted by hand, person by person."""
    events.sort(key=lambda event: event[1])
    user, time = ([event[at] for event in events] for at in (0, 1))
    data = Dataset(user, [0] * len(user), [1] * len(user), time, list("abcd"), ["x"], clock=clock)
    real = part = tied = missing = 0
    for person in range(4):
        own = [t for u, t in events if u == person]
        known = [t for t in own if t or not clock]
        if len(own) < 2:
            continue
        if len(set(known)) > 1:
            real, part = real + 1, part + (len(set(known)) < len(own))
        elif len(known) == len(own):
            tied += 1
        else:
            missing += 1
    assert orders(data) == Orders(real, part, 0, tied, missing)
    several = real + tied + missing
    assert orders(replace(data, order="file")) == Orders(rows=several)
    assert orders(data.without_order()) == Orders(missing=several)


def test_it_is_said_in_a_sentence():
    assert (
        orders_told(Orders(missing=1200))
        == "the order of events is real for 0 people, tied for 0, missing for 1,200"
    )


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=10))
def test_the_order_of_numbers_and_times(events):
    user, time = (np.array([event[at] for event in events], int) for at in (0, 1))
    several = any(len({t for u, t in events if u == one}) > 1 for one in range(4))
    twice = len(set(user.tolist())) < len(user)
    one = len(events) > 1 and len(set(time.tolist())) == 1
    assert order_of(user, time) == ("none" if one or (twice and not several) else "time")
    assert order_of(user, None) == "none"


def test_times_of_no_event_are_counted_and_unknown():
    ahead = latest() + 5
    loaded = rows(("a", 1, 0), ("a", 2, NOW), ("a", 3, ahead), ("b", 1, NOW))
    assert (
        told(loaded)["find events at Unix time 0"][0] == 1
        and told(loaded)["find events after today"][0] == 1
    )
    assert loaded.data.time.tolist() == [0, 0, NOW, NOW] and loaded.data.days == (
        "2023-11-14",
        "2023-11-14",
    )
    assert loaded.data.order == "time"
    positions = rows(("a", 1, 0), ("a", 2, 1))
    assert not {"find events at Unix time 0", "find events after today"} & set(told(positions))
    assert latest() - NOW > 86_400


def test_check_says_it_too(tmp_path: Path):
    path = tmp_path / "log.csv"
    path.write_text(
        f"user,item,time\na,x,0\na,y,{NOW}\na,z,{NOW + 1}\nb,x,{NOW}\nb,y,{NOW}\nc,x,{latest() + 9}\nc,y,{NOW}\n"
    )
    notes = check(path).notes
    assert (
        "the order of events is real for 1 people (1 of them with ties or unknown times), tied for 1, missing for 1"
        in notes
    )
    assert any(note.startswith("find events at Unix time 0: 1 (") for note in notes)
    assert any(note.startswith("find events after today: 1 (") for note in notes)
    path.write_text("user,item\na,x\na,y\n")
    assert (
        check(path).notes[0]
        == "the order of events is real for 0 people, tied for 0, missing for 1"
    )
    path.write_text("user,item,time\n,x,\n")  # no event is left to speak of
    assert (
        "the order of events is real for 0 people, tied for 0, missing for 0" in check(path).notes
    )
    assert check("films").notes[-1].startswith("the order of events is real for")


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("timestamp", True),
        ("InvoiceDate", True),
        ("date", True),
        ("event_time", True),
        ("DateTime", True),
        ("Date_Added", True),
        ("rating", False),
        ("candidate", False),
        ("sometimes", False),
    ],
)
def test_a_column_of_times_that_is_not_read_is_named(tmp_path: Path, name: str, named: bool):
    path = tmp_path / "log.csv"
    path.write_text(f"user_id,item,{name}\na,x,{NOW}\na,y,{NOW + 1}\n")
    columns = {"user": "user_id"}
    said = f"leave out the column {name!r}, which looks like a time: --columns time={name} reads it"
    assert (said in told(load(path, columns=columns))) is named and (
        said in check(path, columns).notes
    ) is named
    assert said not in told(load(path, columns=columns | {"time": name}))
    (folder := tmp_path / "plain").mkdir()
    pl.read_csv(path).rename({"user_id": "user"}).write_parquet(folder / "events.parquet")
    said = f"leave out the column {name!r}, which looks like a time: call it time to have it read"
    assert (said in told(load(folder))) is named


def test_more_columns_than_one():
    assert [
        step.name.split("'")[1] for step in times_left_out(["a", "t_time", "Date"], 3, "{}")
    ] == ["t_time", "Date"]


def test_new_events_are_appended_in_the_order_of_the_old():
    base = random_data()
    none, more = base.without_order(), base.select(np.arange(20)).without_order()
    assert appended(none, more).order == "none" and len(appended(none, more)) == len(base) + 20
    by_rows = replace(base, time=np.arange(len(base)), clock=False, order="file")
    new = replace(by_rows.select(np.arange(3)), time=np.arange(3))
    grown = appended(by_rows, new)
    assert grown.order == "file" and grown.time.tolist() == list(
        range(len(base) + 3)
    )  # after the rows that were there
    with pytest.raises(
        DataError,
        match="the order that the old ones have; got no order and the order of their rows",
    ):
        appended(none, by_rows)
    with pytest.raises(DataError, match="need times .*; got real times and no order"):
        appended(base, none)
    position = Dataset([0, 0], [0, 1], [1, 1], [1, 2], ["a"], ["x", "y"], clock=False)
    last = Dataset(
        [0, 1], [0, 0], [1, 1], [3, 3], ["a", "b"], ["x"], clock=False, order="none"
    )  # two at one position
    assert appended(position, last).order == "time"
    day = [
        replace(base.select(np.arange(9)), time=np.full(9, NOW + day), order="none")
        for day in (0, 86_400)
    ]
    assert (
        appended(*day).order == "time" and appended(day[0], day[0]).order == "none"
    )  # two days have an order

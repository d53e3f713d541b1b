"""Kinds, negative values, ratings and repeats in files: what stays as a choice, what is avoided, and what steps say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from whyrec import api
from whyrec.core import ArgumentError, DataError, Dataset
from whyrec.data.append import appended
from whyrec.data.check import check
from whyrec.data.clean import clean
from whyrec.data.kinds import count_ratings, counts_of_all, least_rating
from whyrec.data.load import load
from whyrec.data.outofcore.prepare import prepare
from whyrec.data.sessions import sessions


def table(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def choices(data: Dataset) -> list[tuple[str, str]]:
    return [(data.users[u], data.items[i]) for u, i in zip(data.user, data.item, strict=True)]


def avoided(data: Dataset) -> list[tuple[str, str]]:
    return [(data.users[u], data.items[i]) for u, i in data.avoided]


def touched(steps) -> dict[str, int]:
    return {step.name: step.touched for step in steps}


LOG = """user,item,kind,time
ann,x,purchase,1
bob,x,DISLIKE,2
ann,y,view,3
ann,y,thumbs_down,4
ann,z,impression,5
ann,z,click,6
cy,x,like,7
cy,y,return,8
cy,y,,9
"""


@pytest.mark.parametrize("head", ["kind", "type", "event_type", "action"])
def test_negative_events_are_no_choices_and_avoided(tmp_path, head):
    loaded = load(table(tmp_path / "log.csv", LOG.replace("kind", head, 1)))
    assert choices(loaded.data) == [
        ("ann", "x"),
        ("ann", "z"),
        ("cy", "x"),
        ("cy", "y"),
    ]  # y was chosen after it was returned
    assert avoided(loaded.data) == [("ann", "y"), ("bob", "x")]
    found = touched(loaded.steps)
    assert (
        found["leave out negative events"],
        found["leave out impressions"],
        found["take back choices"],
    ) == (3, 1, 1)
    assert found["count weak choices"] == 2
    assert loaded.raw is not None and loaded.raw.kind.to_list() == [
        "purchase",
        "dislike",
        "view",
        "thumbs_down",
        "impression",
        "click",
        "like",
        "return",
        "",
    ]


def test_a_column_of_that_name_that_says_no_kinds_is_none(tmp_path):
    loaded = load(table(tmp_path / "log.csv", "user,item,type,time\na,x,film,1\nb,x,series,2\n"))
    assert len(loaded.data) == 2 and loaded.meaning is None


def test_unknown_kinds_are_refused_with_row_value_and_list(tmp_path):
    with pytest.raises(
        DataError,
        match=r"kinds that are known \(choice: .*dislike.*'dislked' in row 2.*did you mean 'dislike",
    ) as error:
        load(table(tmp_path / "log.csv", "user,item,kind\na,x,view\nb,x,dislked\n"))
    assert "impression" in str(error.value)
    found = check(tmp_path / "log.csv")
    assert not found.loads and (
        found.problems[0].column,
        found.problems[0].row,
        found.problems[0].value,
    ) == ("kind", 2, "dislked")


def test_a_rating_needs_a_value(tmp_path):
    with pytest.raises(DataError, match="kind 'rating' must have a value; got none in row 2"):
        load(table(tmp_path / "log.csv", "user,item,kind,value\na,x,rating,4\nb,x,rating,\n"))


def test_where_nothing_is_chosen_data_are_refused(tmp_path):
    with pytest.raises(DataError, match="must be a choice that nothing takes back; got 2 events"):
        load(table(tmp_path / "log.csv", "user,item,kind\na,x,view\na,x,hide\n"))


def test_quantities_below_0_are_returns(tmp_path):
    rows = "customer,code,Quantity\na,x,3\na,x,-3\na,y,5\na,y,-2\nb,x,-1\nb,y,1\nc,x,2\n"
    shop = load(
        table(tmp_path / "shop.csv", rows),
        columns={"user": "customer", "item": "code", "value": "Quantity"},
    ).data
    assert choices(shop) == [("a", "y"), ("b", "y"), ("c", "x")] and avoided(shop) == [
        ("a", "x"),
        ("b", "x"),
    ]
    assert least_rating(shop.value, None) is None


def test_check_warns_of_quantities_that_are_not_read(tmp_path):
    file = table(tmp_path / "shop.csv", "customer,code,Quantity\na,x,3\na,x,-3\n")
    notes = check(file, {"user": "customer", "item": "code"}).notes
    assert any(
        "the column 'Quantity' is not read" in note and "value=Quantity" in note for note in notes
    )
    notes = check(file, {"user": "customer", "item": "code", "value": "Quantity"}).notes
    assert not any("is not read" in note for note in notes) and any(
        "negative events: 1" in note for note in notes
    )


def test_check_counts_negative_weak_and_shown_events(tmp_path):
    notes = check(table(tmp_path / "log.csv", LOG)).notes
    for said in ("negative events: 3 ", "weak choices: 2 ", "impressions: 1 "):
        assert any(note.startswith(said) for note in notes), said


def stars(path: Path, *, extra: str = "") -> Path:
    rows = [f"u{n},i{n % 7},{(4, 5, 3)[n % 3]},{n}" for n in range(60)] + [
        "hater,i0,1,100",
        "hater,i1,5,101",
    ]
    return table(path, "user,item,value,time\n" + "\n".join(rows) + "\n" + extra)


def test_the_lowest_rating_is_no_choice(tmp_path):
    file = stars(
        tmp_path / "stars.csv", extra="u0,i0,1,200\n"
    )  # rated again, lower: u0 gave i0 four before
    data, steps = api.load_steps(str(file))
    assert avoided(data) == [("u0", "i0"), ("hater", "i0")] and data.min_rating == 1.5
    assert ("u0", "i0") not in choices(data) and ("hater", "i1") in choices(data)
    assert touched(steps)["leave out ratings of 1, the lowest"] == 3
    whole = api.load(file, ratings="all", duplicates="keep")
    assert len(whole) == 63 and not len(whole.avoided) and whole.min_rating == 0
    assert any("ratings of 1, the lowest of their scale: 2" in note for note in check(file).notes)
    with pytest.raises(ArgumentError, match="ratings must be auto, stars, all; got 'none'"):
        api.load(file, ratings="none")


def test_ratings_by_kind_stand_beside_other_events(tmp_path):
    rows = "user,item,kind,value\na,x,rating,1\na,y,rating,2\nb,x,play,1\nb,y,play,1\na,x,play,1\n"
    data = api.load(table(tmp_path / "log.csv", rows))
    assert choices(data) == [
        ("a", "y"),
        ("b", "x"),
        ("b", "y"),
        ("a", "x"),
    ]  # played after the low rating
    assert avoided(data) == [] and data.min_rating == 1.5


def test_counts_of_one_are_choices(tmp_path):
    rng = np.random.default_rng(0)
    rows = "\n".join(f"u{n},i{n % 9},{min(5, rng.geometric(0.6))}" for n in range(300))
    data = api.load(table(tmp_path / "plays.csv", f"user,item,value\n{rows}\n"))
    assert len(data) == 300 and data.min_rating is None
    assert (
        api.load(tmp_path / "plays.csv", ratings="stars").min_rating == 1.5
    )  # who says so is heard


def test_values_below_a_threshold_are_seen_and_not_chosen(tmp_path):
    file = table(tmp_path / "v.csv", "user,item,value\na,x,2\na,y,5\nb,x,4\nb,y,1\nb,y,5\n")
    data, steps = api.load_steps(str(file), min_value=3.0)
    assert choices(data) == [("a", "y"), ("b", "x"), ("b", "y")] and avoided(data) == [("a", "x")]
    assert [step.detail for step in steps if step.name == "drop values below 3"] == [
        "pairs of person and item that are seen, and not chosen: 1"
    ]


def test_a_core_takes_what_those_avoid_who_go(tmp_path):
    file = table(
        tmp_path / "v.csv", "user,item,value\na,x,5\na,y,5\nb,x,5\nb,y,5\nc,x,1\nd,x,5\nd,y,1\n"
    )
    data = api.load(file, min_value=2.0, k_core=2)
    assert data.users == ("a", "b") and not len(data.avoided)


@pytest.mark.parametrize(
    ("which", "value"), [("first", [1, 3, 4]), ("last", [3, 4, 5]), ("keep", [1, 3, 4, 5])]
)
def test_of_what_was_rated_again_one_can_be_chosen(tmp_path, which, value):
    file = table(
        tmp_path / "again.csv",
        "user,item,value,time\nu1,i1,1,10\nu1,i1,5,99\nu1,i2,3,20\nu2,i1,4,10\n",
    )
    data, steps = api.load_steps(str(file), duplicates=which)
    assert (
        sorted(data.value.tolist()) == value and data.cleaning.get("duplicates", "first") == which
    )
    told = [step.detail for step in steps if "repeated" in step.name]
    assert told == ([] if which == "keep" else ["1 with another value than the one that is kept"])


NEW = """user,item,kind,value,time
u0,i0,dislike,,500
u1,i5,like,,501
u2,i2,like,,502
u3,i3,rating,1,503
hater,i0,like,,504
new,i1,like,,505
new,i9,skip,,506
u4,i4,view,,507
"""


@pytest.mark.parametrize(
    "rules",
    [{}, {"duplicates": "last"}, {"repeat": True}, {"min_value": 4.0}, {"ratings": "all"}],
    ids=str,
)
def test_new_events_are_as_if_they_had_been_read_with_the_old(tmp_path, rules):
    old_file = stars(tmp_path / "stars.csv")
    old, new = api.load(old_file, **rules), load(table(tmp_path / "new.csv", NEW))
    old_rows = old_file.read_text().splitlines()[1:]
    every = (
        "user,item,kind,value,time\n"
        + "\n".join("{},{},rating,{},{}".format(*row.split(",")) for row in old_rows)
        + "\n"
        + NEW.split("\n", 1)[1]
    )
    want = api.load(table(tmp_path / "all.csv", every), **rules)
    if rules.get("min_value"):  # a like has no value of its own: 1
        assert ("u1", "i5") not in choices(want)
    found = appended(old, new.data, new.raw, duplicates=old.cleaning.get("duplicates", "first"))
    assert sorted(choices(found)) == sorted(choices(want))
    assert sorted(one for one in avoided(found) if one[1] in want.items) == sorted(avoided(want))


def test_prepared_in_pieces_is_what_the_whole_gives(tmp_path):
    rng = np.random.default_rng(3)
    kinds = ["purchase", "view", "dislike", "return", "impression", "rating", ""]
    frame = pl.DataFrame(
        {
            "user": rng.integers(40, size=2000),
            "item": rng.integers(25, size=2000),
            "value": rng.integers(1, 6, 2000),
            "kind": [kinds[n] for n in rng.integers(len(kinds), size=2000)],
            "time": rng.integers(10**9, 2 * 10**9, 2000),
        }
    )
    first = pl.DataFrame(
        {
            "user": [97, 98],
            "item": [0, 99],
            "value": [1, 1],
            "kind": ["hide", "skip"],
            "time": [1, 2],
        }
    )
    frame = pl.concat(
        [first, frame]
    )  # people and an item of whom no choice is left: numbers change
    (folder := tmp_path / "log").mkdir()
    for number in range(3):
        frame[number * 700 : (number + 1) * 700].write_csv(folder / f"events-{number}.csv")
    for rules in ({}, {"k_core": 8, "duplicates": "last"}, {"ratings": "all"}, {"min_value": 3.0}):
        loaded = load(folder)
        whole = clean(loaded.data, meaning=loaded.meaning, **rules)
        made = prepare(folder, tmp_path / "out", shard=300, **rules)
        again = load(tmp_path / "out").data
        assert again.hash == whole.data.hash and again.min_rating == whole.data.min_rating
        assert [
            (s.name, s.touched, s.left, s.detail) for s in made.steps if "read events" not in s.name
        ] == [
            (s.name, s.touched, s.left, s.detail)
            for s in (*loaded.steps, *whole.steps)
            if "read events" not in s.name
        ]
        assert len(whole.data.avoided) > 50
        assert (
            clean(again).data.hash == again.hash or "duplicates" not in rules
        )  # nothing is left to do


def test_ratings_are_counted_in_parts():
    value, meaning = np.array([1, 2, 2, 5, 7.25]), np.array([0, 0, 4, 4, 1], np.int8)
    values, counts, said = counts_of_all(
        [count_ratings(value[:2], meaning[:2]), count_ratings(value[2:], meaning[2:])]
    )
    assert (values.tolist(), counts.tolist(), said) == (
        [2, 5],
        [1, 1],
        True,
    )  # where kinds say so, only these are ratings
    assert count_ratings(value, None)[0].tolist() == [-1]  # on no scale


def test_each_session_avoids_what_its_person_does():
    data = Dataset(
        [0, 1, 0],
        [0, 1, 1],
        [1, 1, 1],
        [0, 60, 9999],
        ["ann", "bob"],
        ["x", "y", "z"],
        avoided=[(0, 2), (1, 0)],
    )
    made = sessions(data, 30)
    assert avoided(made) == [("ann 1", "z"), ("ann 2", "z"), ("bob 1", "x")]


def test_cancelled_invoices_of_a_real_shop(real_data):
    columns = {
        "user": "Customer ID",
        "item": "StockCode",
        "time": "InvoiceDate",
        "value": "Quantity",
    }
    data = load(real_data("online-retail-ii-2009-2010.parquet"), columns=columns).data
    frame = (
        pl.read_parquet(real_data("online-retail-ii-2009-2010.parquet"))
        .drop_nulls("Customer ID")
        .select(
            pl.col("Customer ID").cast(pl.Int64).cast(pl.String).alias("user"),
            pl.col("StockCode").alias("item"),
            "Quantity",
        )
    )
    net = frame.group_by("user", "item").agg(
        pl.col("Quantity").sum(), (pl.col("Quantity") < 0).any().alias("back")
    )
    never = {(u, i) for u, i, q, back in net.iter_rows() if back and q <= 0}
    assert len(never) > 1000 and not never & set(
        choices(data)
    )  # 0 of what was only returned was bought
    assert set(choices(data)) == {(u, i) for u, i, q, back in net.iter_rows() if not back or q > 0}

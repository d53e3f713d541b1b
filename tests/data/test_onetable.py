"""One table of events with columns that the user names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from whyrec.core import ArgumentError, DataError
from whyrec.data.formats.single_table import load_table
from whyrec.data.readers.timestamps import to_seconds

SHOP = {"user": "Customer ID", "item": "StockCode", "time": "InvoiceDate", "title": "Description"}


def write(path: Path, **columns: list[object]) -> Path:
    pl.DataFrame(columns).write_parquet(path)
    return path


def test_named_columns_and_the_most_frequent_title(tmp_path: Path) -> None:
    log = write(
        tmp_path / "shop.parquet",
        who=[7.0, None, 8.0, 7.0, 8.0, 8.0],
        what=["a", "a", "a", "a", "b", "c"],
        label=["old", "new", "new", None, " cup ", None],
        kinds=["x|y", "x|y", "z", None, "z", None],
    )
    loaded = load_table(
        log, {"user": "who", "item": "what", "title": "label", "categories": "kinds"}
    )
    data = loaded.data
    assert data.users == ("7", "8") and data.items == ("a", "b", "c")
    assert data.item_table.title == ("new", "cup", "c")
    assert data.item_table.categories == (("x", "y"), ("z",), ())
    assert (data.name, data.domain, data.clock) == ("shop", "other", False)
    assert [(s.name, s.touched) for s in loaded.steps] == [
        ("read events", 6),
        ("drop rows without user", 1),
        ("take the events as unordered", 5),
    ]


def test_standard_names_need_no_naming(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("time;item;user;value\n30;x;a;2\n10;y;a;3\n")
    data = load_table(log).data
    assert data.value.tolist() == [3, 2] and data.time.tolist() == [10, 30]


def test_a_named_column_stands_before_one_of_the_standard_name(tmp_path: Path) -> None:
    log = write(tmp_path / "log.parquet", user=["a"], item=["x"], id=["z"])
    assert load_table(log, {"item": "id"}).data.items == ("z",)


def test_wrong_columns_are_refused_with_the_nearest_name(tmp_path: Path) -> None:
    log = write(tmp_path / "log.parquet", **{"Customer ID": [1], "StockCode": ["x"]})
    with pytest.raises(
        DataError,
        match=r"log.parquet needs the column 'customer_id'; got the columns Customer ID, "
        r"StockCode. Fix: did you mean 'Customer ID'\?",
    ):
        load_table(log, {"user": "customer_id", "item": "StockCode"})
    with pytest.raises(DataError, match="needs the column 'user'.*--columns"):
        load_table(log)
    with pytest.raises(ArgumentError, match="a column can be user, item, .*; got 'person'"):
        load_table(log, {"person": "Customer ID"})


@pytest.mark.parametrize(
    "times",
    [
        [86400, 60],
        [86400.0, 60.0],
        ["86400", "60"],
        ["1970-01-02", "1970-01-01 00:01"],
        ["1970-01-02T00:00:00Z", "1970-01-01T02:01:00+02:00"],
        [date(1970, 1, 2), None],
        [datetime(1970, 1, 2), datetime(1970, 1, 1, 0, 1)],
        [datetime(1970, 1, 2, tzinfo=UTC), datetime(1970, 1, 1, 0, 1, tzinfo=UTC)],
    ],
)
def test_times_of_every_kind(times: list[object]) -> None:
    assert to_seconds(pl.Series("t", times)).to_list() == [
        86400,
        60 if times[1] is not None else None,
    ]


def test_fractions_and_missing_times_stay() -> None:
    assert to_seconds(pl.Series("t", ["1970-01-01 00:00:01.5", None, ""])).to_list() == [
        1.5,
        None,
        None,
    ]
    assert to_seconds(pl.Series("t", [None, None], pl.String)).to_list() == [None, None]


def test_what_is_no_time_is_named() -> None:
    with pytest.raises(
        DataError,
        match="the column 't' of log must hold Unix seconds or dates; got 'soon' in row 2",
    ):
        to_seconds(pl.Series("t", ["2020-01-01", "soon"]), name="log")
    with pytest.raises(DataError, match="got '2020-13-01' in row 1"):
        to_seconds(pl.Series("t", ["2020-13-01"]))


def test_a_real_shop(real_data: Callable[[str], Path]) -> None:
    loaded = load_table(real_data("online-retail-ii-2009-2010.parquet"), SHOP)
    data = loaded.data
    assert (len(data), data.n_users, data.n_items) == (525_461 - 107_927, 4_383, 4_031)
    assert data.users[0] == "13085" and data.clock and data.domain == "other"
    assert data.item_table.title[data.item_number("85048")] == "15CM CHRISTMAS GLASS BALL 20 LIGHTS"
    dropped = next(s for s in loaded.steps if s.name == "drop rows without user")
    assert (dropped.touched, dropped.left) == (107_927, 417_534)

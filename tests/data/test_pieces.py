"""Events prepared file by file and shard by shard: what load, clean and split make of them at once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from whyrec.core import ArgumentError, DataError, Dataset
from whyrec.core.cases import EvaluationCases
from whyrec.data.clean import clean
from whyrec.data.load import load
from whyrec.data.outofcore.prepare import prepare
from whyrec.data.outofcore.prepared import load_split
from whyrec.data.split import split


def dirty(folder: Path, cuts: tuple[int, ...] = (0, 1000, 1100, 3000)) -> Path:
    """Events with all that a log may have: ids and times missing, ids that were numbers with gaps, repeats, equal times, times
    with fractions, values missing; items that the item table lacks; friends who are nobody."""
    folder.mkdir()
    rng, n = np.random.default_rng(0), cuts[-1]
    moment = rng.integers(10**9, 10**9 + 500_000, n) + rng.integers(0, 2, n) * 0.5
    table = pl.DataFrame(
        {
            "user": [
                f"{one}.0" if at % 7 else None for at, one in enumerate(rng.integers(150, size=n))
            ],
            "item": [
                f"i{one}" if one > 1 else None for one in (rng.random(n) ** 3 * 200).astype(int)
            ],
            "value": [
                str(one) if at % 100 else None for at, one in enumerate(rng.integers(1, 6, n))
            ],
            "time": [str(one) if at % 500 != 5 else None for at, one in enumerate(moment)],
            "kind": ["view"] * n,
        }
    )
    for number, (start, end) in enumerate(pairwise(cuts)):
        table[start:end].write_csv(folder / f"events-{number:02}.csv")
    (folder / "items.csv").write_text(
        "item,title,year\n" + "".join(f"i{n},Title {n},{n}\n" for n in range(150, 0, -1))
    )
    (folder / "users.csv").write_text(
        "user,gender\n" + "".join(f"{n},{'fm'[n % 2]}\n" for n in range(0, 200, 3))
    )
    (folder / "friends.csv").write_text("user,friend\n1,2\n2,7\n5,999\n")
    return folder


def assert_same(a: Dataset, b: Dataset) -> None:
    assert a.hash == b.hash  # events, their order, labels, their order
    assert (a.name, a.domain, a.clock, a.item_table.title) == (
        b.name,
        b.domain,
        b.clock,
        b.item_table.title,
    )
    assert a.user_table.fields == b.user_table.fields and np.array_equal(a.friends, b.friends)
    for name in a.item_table.numeric:
        np.testing.assert_array_equal(a.item_table.numeric[name], b.item_table.numeric[name])


def assert_same_cases(a: EvaluationCases, b: EvaluationCases) -> None:
    for name in ("indptr", "items"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    for name in ("indptr", "items", "values", "times", "now", "user"):
        np.testing.assert_array_equal(getattr(a.queries, name), getattr(b.queries, name))


def told(steps: Any) -> list[tuple[str, int, int]]:
    return [(one.name, one.touched, one.left) for one in steps]


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"duplicates": "keep"},
        {"duplicates": "last", "k_core": 3},
        {"min_value": 2.0, "k_core": 5, "item_core": 8},
    ],
    ids=str,
)
@pytest.mark.parametrize("protocol", ["next-item", "temporal"])
def test_it_is_what_the_whole_table_gives(
    tmp_path: Path, rules: dict[str, Any], protocol: str
) -> None:
    source = dirty(tmp_path / "shop")
    read = load(source)
    cleaned = clean(read.data, **rules)
    made = prepare(source, tmp_path / "out", protocol=protocol, shard=300, **rules)
    found, expected, parts = (
        load(tmp_path / "out"),
        split(cleaned.data, protocol),
        load_split(tmp_path / "out"),
    )
    assert_same(found.data, cleaned.data)
    assert told(found.steps) == told(made.steps) == told((*read.steps, *cleaned.steps))
    assert (made.data.users, made.data.items, len(made.data)) == (
        cleaned.data.users,
        cleaned.data.items,
        0,
    )
    assert (parts.protocol, parts.notes, parts.steps) == (protocol, expected.notes, expected.steps)
    assert_same(parts.train, expected.train)
    assert_same_cases(parts.valid, expected.valid)
    assert_same_cases(parts.test, expected.test)


def test_files_and_shards_change_nothing(tmp_path: Path) -> None:
    made = []
    for number, (cuts, shard) in enumerate(
        (((0, 3000), 10**6), ((0, 10, 2990, 3000), 700), ((0, 1500, 3000), 50))
    ):
        prepare(
            dirty(tmp_path / f"shop{number}", cuts),
            tmp_path / f"out{number}",
            shard=shard,
            k_core=4,
        )
        made.append(load(tmp_path / f"out{number}").data)
        assert len(list((tmp_path / f"out{number}" / "events").iterdir())) == (1, 3, 40)[number]
    assert made[0].hash == made[1].hash == made[2].hash


def test_events_without_times_keep_the_order_of_rows_and_files(tmp_path: Path) -> None:
    (folder := tmp_path / "log").mkdir()
    pl.DataFrame({"user": [7, 8, 7], "item": ["a", "b", "c"]}).write_parquet(
        folder / "events-1.parquet"
    )
    pl.DataFrame({"user": [9, 7, 8], "item": ["c", "b", "a"]}).write_parquet(
        folder / "events-2.parquet"
    )
    prepare(folder, tmp_path / "out", shard=2)
    data = load(tmp_path / "out").data
    assert_same(data, load(folder).data)
    assert data.users == ("7", "8", "9") and data.order == "none" and not data.clock
    assert data.user.tolist() == [0, 1, 0, 2, 0, 1] and not data.time.any()
    prepare(folder, tmp_path / "rows", shard=2, order="file", protocol="next-item")
    rows = load(tmp_path / "rows").data
    assert_same(rows, load(folder, order="file").data)
    assert rows.order == "file" and rows.time.tolist() == [0, 1, 2, 3, 4, 5]
    assert_same(load(tmp_path / "out", order="file").data, rows)
    with pytest.raises(DataError, match="next-item needs events with an order"):
        prepare(folder, tmp_path / "no", protocol="next-item")


@pytest.mark.parametrize("name", ["ml-100k.zip"])
def test_real_events(real_data: Callable[[str], Path], tmp_path: Path, name: str) -> None:
    data = load(real_data(name)).data
    (folder := tmp_path / "films").mkdir()
    table = pl.DataFrame(
        {
            "user": pl.Series(data.users).gather(data.user),
            "item": pl.Series(data.items).gather(data.item),
            "value": data.value,
            "time": data.time,
        }
    ).sample(fraction=1.0, shuffle=True, seed=0)
    for number in range(5):
        table[number * 20_000 : (number + 1) * 20_000].write_parquet(
            folder / f"events-{number}.parquet"
        )
    cleaned = clean(load(folder).data, k_core=20).data
    prepare(folder, tmp_path / "out", shard=9_000, protocol="next-item", k_core=20)
    assert (
        len(cleaned) > 85_000 and len(cleaned.avoided) > 4_000 and cleaned.min_rating == 1.5
    )  # 6,110 of one star
    assert_same(load(tmp_path / "out").data, cleaned)
    assert_same_cases(load_split(tmp_path / "out").test, split(cleaned).test)


def write(folder: Path, **files: str) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / f"events-{name}.csv").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"1": "user,item\na,b\n", "2": "user,item,time\na,b,3\n"},
            "events-2.csv must have the columns of events-1.csv",
        ),
        (
            {"1": "user,item,time\na,b,3\n", "2": "user,item,time\na,b,2020-01-01\n"},
            "numbers in events-1.csv and dates in events-2.csv",
        ),
        (
            {"1": "user,item,value\na,b,3\n", "2": "user,item,value\na,b,x\n"},
            r"\(in events-2.csv\); got 'x' in row 1",
        ),
        (
            {"1": "user,item,time\na,b,3\n", "2": "user,item,time\na,b,soon\n"},
            r"\(in events-2.csv\); got 'soon' in row 1",
        ),
        ({"1": "user,item\na,b\na,c\n"}, "cleaning must leave at least one event"),
    ],
)
def test_wrong_files_are_told_by_name(tmp_path: Path, files: dict[str, str], said: str) -> None:
    source = write(tmp_path / "in", **files)
    with pytest.raises(DataError, match=said):
        prepare(source, tmp_path / "out", k_core=3)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]  # nothing half done is left
    with pytest.raises(DataError):
        clean(load(source).data, k_core=3)


def test_a_split_that_would_measure_nothing_is_refused(tmp_path: Path) -> None:
    source = write(tmp_path / "in", **{"1": "user,item,time\na,x,1\nb,x,2\n"})
    for protocol in ("next-item", "temporal"):
        with pytest.raises(DataError, match=f"the protocol {protocol} must"):
            prepare(source, tmp_path / "out", protocol=protocol)
    with pytest.raises(ArgumentError, match="next-item or temporal; got strong"):
        prepare(source, tmp_path / "out", protocol="strong")
    with pytest.raises(ArgumentError, match="1 event or more; got 0"):
        prepare(source, tmp_path / "out", shard=0)


def test_a_folder_of_others_is_not_replaced(tmp_path: Path) -> None:
    source = write(tmp_path / "in", **{"1": "user,item\na,x\nb,x\n"})
    with pytest.raises(ArgumentError, match="a new, empty or earlier prepared folder"):
        prepare(source, source)
    (tmp_path / "out").mkdir()
    for _ in range(2):
        prepare(source, tmp_path / "out")
    assert len(load(tmp_path / "out").data) == 2
    with pytest.raises(DataError, match="prepare it again with --protocol"):
        load_split(tmp_path / "out")
    with pytest.raises(DataError, match="read from a folder with events-"):
        prepare(tmp_path / "out", tmp_path / "out2")


def test_a_shard_that_lacks_is_told(tmp_path: Path) -> None:
    prepare(
        write(tmp_path / "in", **{"1": "user,item\na,x\nb,x\nc,x\n"}), tmp_path / "out", shard=2
    )
    (tmp_path / "out" / "events" / "shard-000001.parquet").unlink()
    with pytest.raises(DataError, match="shard-000001.parquet must hold 1 events; got 0"):
        load(tmp_path / "out")

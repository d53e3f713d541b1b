"""Cleaning keeps what it says and counts what it takes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from whyrec.core import ArgumentError, DataError, Dataset, ItemTable, UserTable
from whyrec.data.clean import clean

ROWS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(-2, 5)), min_size=1, max_size=40
)


def dataset(rows: list[tuple[int, int, int]]) -> Dataset:
    user, item, value = (np.array(column) for column in zip(*rows, strict=True))
    return Dataset(
        user,
        item,
        value,
        np.arange(len(rows)),
        tuple("abcde"),
        tuple("vwxyz"),
        ItemTable(tuple("VWXYZ")),
        UserTable({"g": tuple("ABCDE")}),
    )


def events(data: Dataset) -> list[tuple[str, str, float, int]]:
    return [
        (data.users[u], data.items[i], float(v), int(t))
        for u, i, v, t in zip(data.user, data.item, data.value, data.time, strict=True)
    ]


@settings(deadline=None)
@given(ROWS, st.sampled_from(["first", "last"]))
def test_one_event_of_each_pair_stays(rows: list[tuple[int, int, int]], which: str) -> None:
    data = dataset(rows)
    loaded = clean(data, duplicates=which)  # type: ignore[arg-type]
    kept: dict[tuple[str, str], tuple[str, str, float, int]] = {}
    for event in events(data):
        if which == "last" or event[:2] not in kept:
            kept[event[:2]] = event
    assert events(loaded.data) == sorted(kept.values(), key=lambda e: e[3])
    assert loaded.steps[0].touched == len(rows) - len(kept) and loaded.steps[0].left == len(kept)


@settings(deadline=None)
@given(ROWS, st.integers(0, 3), st.integers(0, 4))
def test_the_core_is_the_largest_part_with_enough_events(
    rows: list[tuple[int, int, int]], k_core: int, item_core: int
) -> None:
    left = list(range(len(rows)))
    while True:  # take one event at a time, as the definition has it
        users, items = [rows[r][0] for r in left], [rows[r][1] for r in left]
        weak = [
            r
            for r in left
            if users.count(rows[r][0]) < k_core or items.count(rows[r][1]) < max(k_core, item_core)
        ]
        if not weak:
            break
        left.remove(weak[0])
    if not left:
        with pytest.raises(DataError, match="Fix: lower k_core or item_core"):
            clean(dataset(rows), duplicates="keep", k_core=k_core, item_core=item_core)
        return
    data = clean(dataset(rows), duplicates="keep", k_core=k_core, item_core=item_core).data
    assert data.time.tolist() == left


def test_values_go_before_repeats_and_tables_follow() -> None:
    loaded = clean(dataset([(0, 0, 1), (0, 0, 4), (1, 1, 2), (2, 2, 5)]), min_value=3)
    assert events(loaded.data) == [("a", "v", 4, 1), ("c", "x", 5, 3)]
    assert loaded.data.item_table.title == ("V", "X") and loaded.data.user_table.fields == {
        "g": ("A", "C")
    }
    assert [(s.name, s.touched, s.left) for s in loaded.steps] == [
        ("drop values below 3", 2, 2),
        ("keep the first of repeated events", 0, 2),
        ("leave out people without events", 3, 2),
        ("leave out items without events", 3, 2),
    ]


def test_nothing_to_do_changes_nothing() -> None:
    data = dataset([(0, 0, 1), (1, 0, 1)])
    loaded = clean(data)
    assert loaded.data is data
    assert [(s.touched, s.left) for s in loaded.steps] == [(0, 2)]


def test_an_empty_result_names_its_step() -> None:
    with pytest.raises(
        DataError,
        match="at least one event; got none after the step 'drop values below 9', "
        "which had 2 events. Fix: lower min_value",
    ):
        clean(dataset([(0, 0, 1), (1, 0, 1)]), min_value=9)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"duplicates": "all"}, "duplicates must be first, last or keep; got 'all'"),
        ({"k_core": -1}, "k_core must be a whole number, 0 or more; got -1"),
        ({"item_core": 2.5}, "item_core must be a whole number, 0 or more; got 2.5"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        clean(dataset([(0, 0, 1)]), **options)  # type: ignore[arg-type]

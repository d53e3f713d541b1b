"""What the data hold, and what factors are called."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from whyrec.core import BadArgument, Dataset, ItemTable
from whyrec.visualise.summary import data_summary, name_factors

from ..toys import random_data, sequences


def test_every_event_and_person_is_counted_once():
    data = random_data()
    found = data_summary(data, [{"name": "read events", "touched": 1, "left": 1, "detail": ""}])
    assert found["events"] == len(data) == sum(row["events"] for row in found["item_popularity"])
    assert sum(row["people"] for row in found["events_per_user"]) == int((data.histories.sizes > 0).sum())
    assert sum(row["items"] for row in found["item_popularity"]) == data.n_items
    assert sum(row["share"] for row in found["item_popularity"]) == pytest.approx(1.0)
    assert found["density"] == pytest.approx(len(data) / (data.n_users * data.n_items))
    assert found["steps"][0]["name"] == "read events"


def test_the_most_chosen_items_come_first():
    data = sequences([[0, 1, 2], [1, 2], [2]], 4)
    found = data_summary(data)
    assert [(row["title"], row["count"]) for row in found["top_items"]] == [("i2", 3), ("i1", 2), ("i0", 1), ("i3", 0)]
    shares = [row["share"] for row in found["item_popularity"]]
    assert shares == sorted(shares, reverse=True)


def test_bins_double():
    data = sequences([[0], [0, 1, 2], [0, 1, 2, 3]], 4)
    assert data_summary(data)["events_per_user"] == [
        {"low": 1, "high": 1, "people": 1}, {"low": 2, "high": 3, "people": 1}, {"low": 4, "high": 7, "people": 1}]


def test_dates_only_where_times_are_of_a_clock():
    assert data_summary(random_data())["from"] == "2023-11-14"
    assert data_summary(sequences([[0, 1]], 2))["from"] is None


def test_an_empty_dataset_is_told_as_empty():
    found = data_summary(Dataset([], [], [], [], ["ann"], ["x"]))
    assert found["events"] == 0 and found["events_per_user"] == [] and found["from"] is None


def planted(items: int = 40):
    """Two factors: every item alike; and horror against the rest."""
    horror = np.arange(items) % 4 == 0
    table = ItemTable([f"t{n}" for n in range(items)], categories=[("Horror",) if h else ("Drama",) for h in horror])
    noise = np.random.default_rng(0).standard_normal(items) * 0.01
    return np.stack([np.full(items, 0.3) + noise, np.where(horror, 0.5, -0.1) + noise], 1), table


def test_a_planted_factor_gets_its_category_and_popularity_is_told():
    factors, table = planted()
    first, second = name_factors(factors, np.array([9.0, 4.0]), table, np.ones(40))
    assert first["overall"] and first["categories"] == [] and first["low"] == []
    assert second["name"] == "Horror" and not second["overall"]
    assert {row["title"] for row in second["high"]} <= {f"t{n}" for n in range(0, 40, 4)}
    assert (first["singular_value"], second["singular_value"]) == (9.0, 4.0)


@given(st.integers(0, 50), st.lists(st.sampled_from([-1, 1]), min_size=3, max_size=3))
def test_the_opposite_factor_has_the_same_name(seed, signs):
    factors = np.random.default_rng(seed).standard_normal((40, 3))
    _, table = planted()
    same = name_factors(factors, np.ones(3), table, np.ones(40))
    turned = name_factors(factors * signs, np.ones(3), table, np.ones(40))
    for a, b, sign in zip(same, turned, signs, strict=True):
        assert b["sign"] == a["sign"] * sign
        assert {**a, "sign": 0} == {**b, "sign": 0}


@given(st.integers(0, 50))
def test_names_come_from_the_more_chosen_half_and_no_item_is_on_both_ends(seed):
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 100, 40)
    _, table = planted()
    for factor in name_factors(rng.standard_normal((40, 3)), np.ones(3), table, counts):
        titles = [row["title"] for row in (*factor["high"], *factor["low"])]
        assert len(titles) == len(set(titles))
        assert all(counts[int(title[1:])] >= np.median(counts[counts > 0]) for title in titles)


def test_unequal_rows_are_told():
    _, table = planted()
    with pytest.raises(BadArgument, match=r"one row per item; got shapes \(3, 2\) and \(40,\), 40 items"):
        name_factors(np.ones((3, 2)), np.ones(2), table, np.ones(40))

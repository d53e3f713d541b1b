"""What the data hold, and what factors are called."""

from __future__ import annotations

import pytest

from whyrec.core import Dataset
from whyrec.visualise.html_report.summary import data_summary

from ..toys import random_data, sequences


def test_every_event_and_person_is_counted_once():
    data = random_data()
    found = data_summary(data, [{"name": "read events", "touched": 1, "left": 1, "detail": ""}])
    assert found["events"] == len(data) == sum(row["events"] for row in found["item_popularity"])
    assert sum(row["people"] for row in found["events_per_user"]) == int(
        (data.histories.sizes > 0).sum()
    )
    assert sum(row["items"] for row in found["item_popularity"]) == data.n_items
    assert sum(row["share"] for row in found["item_popularity"]) == pytest.approx(1.0)
    assert found["density"] == pytest.approx(len(data) / (data.n_users * data.n_items))
    assert found["steps"][0]["name"] == "read events"


def test_the_most_chosen_items_come_first():
    data = sequences([[0, 1, 2], [1, 2], [2]], 4)
    found = data_summary(data)
    assert [(row["title"], row["count"]) for row in found["top_items"]] == [
        ("i2", 3),
        ("i1", 2),
        ("i0", 1),
        ("i3", 0),
    ]
    shares = [row["share"] for row in found["item_popularity"]]
    assert shares == sorted(shares, reverse=True)


def test_bins_double():
    data = sequences([[0], [0, 1, 2], [0, 1, 2, 3]], 4)
    assert data_summary(data)["events_per_user"] == [
        {"low": 1, "high": 1, "people": 1},
        {"low": 2, "high": 3, "people": 1},
        {"low": 4, "high": 7, "people": 1},
    ]


def test_dates_only_where_times_are_of_a_clock():
    assert data_summary(random_data())["from"] == "2023-11-14"
    assert data_summary(sequences([[0, 1]], 2))["from"] is None


def test_an_empty_dataset_is_told_as_empty():
    found = data_summary(Dataset([], [], [], [], ["ann"], ["x"]))
    assert found["events"] == 0 and found["events_per_user"] == [] and found["from"] is None

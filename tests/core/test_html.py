"""How values look in a notebook: what they say, and that nothing from outside gets out of its cell."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from tests.toys import random_data
from whyrec import api, registry
from whyrec.core import ArgumentError, Explanation, ItemTable, Measurement, Reason, Slate
from whyrec.core.notebook_repr import Html, titled

HOSTILE = '<img src=x onerror="alert(1)">'


class Read(HTMLParser):
    """The tags, and the text of the cells."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def hostile():
    data = random_data()
    return replace(data, name=HOSTILE, item_table=ItemTable([HOSTILE] * data.n_items))


def test_a_slate_shows_places_items_and_scores(hostile):
    [slate] = api.recommend(registry.model("ease").fit(hostile), hostile.histories[[0]], 3)
    read = Read(slate._repr_html_())
    assert read.tags.count("tr") == 4 and f"item {slate.items[0]}" in read.text and "1" in read.text
    named = titled(slate, hostile)
    assert isinstance(named, Html) and named._repr_html_() == named
    assert "img" not in Read(named).tags and Read(named).text.count(HOSTILE) == 3


def test_an_explanation_shows_its_reasons_by_size_and_what_it_leaves_unsaid(hostile):
    model = registry.model("ease").fit(hostile)
    query = hostile.histories[0]
    found = api.explain(model, query, int(api.recommend(model, query, 1)[0].items[0]))
    read = Read(found._repr_html_())
    assert "explained share 100%" in "".join(read.text) and read.tags.count("svg") == len(
        found.reasons
    )
    largest = max(found.reasons, key=lambda one: abs(one.weight))
    assert read.text.index(f"{largest.weight:+.4g}") < len(read.text) - 2
    named = titled(found, hostile, query)
    assert "img" not in Read(named).tags and HOSTILE in Read(named).text
    wild = Explanation(
        3,
        2.0,
        1.0,
        (Reason("event", (0,), 0.5), Reason("popularity", (), -0.3)),
        0.1,
        HOSTILE,
        False,
    )
    text = "".join(Read(wild._repr_html_()).text)
    assert (
        "not exact: +0.7 is left unsaid" in text
        and "popularity" in text
        and "rest" in text
        and HOSTILE in text
    )
    assert "img" not in Read(wild._repr_html_()).tags


def test_many_reasons_end_in_one_row_that_sums_the_others():
    many = tuple(Reason("event", (at,), 1.0 / (at + 1)) for at in range(25))
    score = sum(one.weight for one in many)
    text = Read(Explanation(0, score, 0.0, many, 0.0, "exact", True)._repr_html_()).text
    assert "5 more" in text and f"{sum(one.weight for one in many[20:]):+.4g}" in text
    even = tuple(Reason("event", (at,), 1.0) for at in range(25))
    assert "+5" in Read(Explanation(0, 25.0, 0.0, even, 0.0, "exact", True)._repr_html_()).text
    assert "base" in Read(Explanation(0, 1.0, 1.0, (), 0.0, "exact", True)._repr_html_()).text


def test_a_measurement_and_a_data_set(hostile):
    text = Read(
        Measurement(HOSTILE, np.array([0.0, 1.0, np.nan]), higher_is_better=False)._repr_html_()
    ).text
    assert {"0.5000", "2", "lower", HOSTILE} <= set(text)
    assert "nan" in "".join(Read(Measurement("none", np.array([np.nan]))._repr_html_()).text)
    read = Read(hostile._repr_html_())
    assert (
        "img" not in read.tags
        and f"{hostile.n_users:,}" in read.text
        and any(HOSTILE in part for part in read.text)
    )
    empty = hostile.select(np.zeros(len(hostile), bool))
    assert "0" in Read(empty._repr_html_()).text
    clocked = replace(hostile, clock=True, time=np.arange(len(hostile)) + 1_700_000_000)
    assert any("2023-11-14" in part for part in Read(clocked._repr_html_()).text)
    assert not any(
        "from, to" in part for part in Read(replace(hostile, clock=False)._repr_html_()).text
    )
    with pytest.raises(ArgumentError, match="a Slate or an Explanation; got str"):
        titled("x", hostile)


def test_an_empty_slate_is_an_empty_table():
    assert Read(Slate([], [])._repr_html_()).tags.count("tr") == 1

"""The report: whole, escaped, in both languages, and right about what it draws."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.visualise.sample import HOSTILE, sample
from whyrec.core import Dataset, ItemTable
from whyrec.visualise import charts
from whyrec.visualise.network import item_network, layout
from whyrec.visualise.report import render
from whyrec.visualise.strings import STRINGS
from whyrec.visualise.summary import data_summary, name_factors

VOID = {"meta", "br", "link", "img", "input", "hr"}


class Balanced(HTMLParser):
    """Checks that every element is closed in order; collects texts, tags and attributes."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.seen, self.texts = [], [], []

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data):
        self.texts.append(data)


@pytest.fixture(scope="module")
def page():
    return render(sample())


@pytest.fixture(scope="module")
def parsed(page):
    parser = Balanced()
    parser.feed(page)
    assert parser.open == []
    return parser


def test_every_text_is_in_both_languages():
    slot = re.compile(r"\{(\w+)\}")
    for key, (en, zh) in STRINGS.items():
        assert en and zh, key
        assert set(slot.findall(en)) == set(slot.findall(zh)), key


def test_each_language_is_shown_as_often_as_the_other(parsed):
    spans = [a.get("lang") for tag, a in parsed.seen if tag == "span"]
    assert spans.count("en") == spans.count("zh") > 40


def test_nothing_comes_from_outside(page, parsed):
    for tag, attributes in parsed.seen:
        for name in ("src", "href"):
            assert not attributes.get(name) or attributes[name].startswith("#"), (tag, attributes)
        assert "style" not in attributes and not any(name.startswith("on") for name in attributes)
    policy = next(a["content"] for tag, a in parsed.seen if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy


def test_hostile_titles_are_text(page, parsed):
    assert page.count("<script") == 1
    assert any(HOSTILE in text for text in parsed.texts)


def test_every_chart_has_its_table(parsed):
    charts_drawn = sum("graph" in (a.get("class") or "") or a.get("class") in ("histogram",) for _, a in parsed.seen)
    tables = sum(tag == "table" for tag, _ in parsed.seen)
    assert charts_drawn == 2
    assert tables >= 1 + 1 + len(sample()["people"]) + 1 + 1 + 1


def test_the_figures_are_those_given(parsed):
    text = re.sub(r"\s+", " ", " ".join(parsed.texts))
    for shown in ("31.2%", "0.211", "97,733", "from #1 to #14", "ahead of “cooccurrence” by 0.011 (0.005 to 0.018)"):
        assert shown in text, shown


def test_a_difference_that_may_be_chance_is_called_so():
    report = sample()
    report["comparisons"][0]["significant"] = False
    assert "may be chance" in render(report)


@pytest.mark.parametrize("change", [
    {"people": []}, {"truth": None}, {"network": {"nodes": [], "edges": []}}, {"comparisons": []},
    {"factors": {"factors": [], "items": [], "item_matrix": []}}])
def test_parts_may_be_missing(change):
    parser = Balanced()
    parser.feed(render({**sample(), **change}))
    assert parser.open == []


def test_no_counterfactual_is_said_to_be_none():
    report = sample()
    report["people"][0]["removed"] |= {"labels": [], "slate": []}
    assert STRINGS["not_found"][0] in render(report)


@given(low=st.floats(-5, 5), size=st.floats(0, 3), weight=st.floats(-4, 4))
@settings(deadline=None)
def test_bars_stay_inside(low, size, weight):
    axis = charts.scale([low, low + size, weight])
    for drawn in (charts.signed_bar(weight, axis), charts.dots({"mean": low, "low": low, "high": low + size}, axis)):
        for number in re.findall(r'(?:x|x1|x2|cx|width)="(-?[\d.]+)%"', drawn):
            assert -0.01 <= float(number) <= 100.01


def test_moves_join_where_an_item_was_and_is():
    drawn = charts.moves([{}] * 3, [{"rank": 1, "was": 2}, {"rank": 2, "was": None}, {"rank": 3, "was": 3}], row=10)
    assert 'class="move up" x1="0%" x2="100%" y1="15.0" y2="5.0"' in drawn
    assert 'class="move same"' in drawn
    assert drawn.count('class="move gone"') == 1  # the item that was first is no longer in the list


def test_rows_of_a_heatmap_are_a_reordering():
    matrix = np.random.default_rng(0).normal(size=(9, 3))
    assert sorted(charts.order_rows(matrix)) == list(range(9))
    assert charts.order_rows(matrix[:2]) == [0, 1]


def table(n):
    return ItemTable([f"Film {i}" for i in range(n)], categories=[("War",) if i < n // 2 else ("Love",) for i in range(n)])


def test_factors_are_named_by_what_loads_on_them():
    factors = np.zeros((20, 2))
    factors[:, 0] = 1.0 + np.arange(20) / 100
    factors[:10, 1], factors[10:, 1] = 1.0, -1.0
    factors[3, 1] = 2.0
    popular, war = name_factors(factors, np.array([9.0, 5.0]), table(20), np.full(20, 7))
    assert popular["overall"] and popular["name"] == "" and popular["low"] == []
    assert war["name"] == "War" and war["high"][0]["title"] == "Film 3"
    assert war["categories"][0]["z"] > 2


def test_network_keeps_the_strongest_ties_and_its_shape():
    rng = np.random.default_rng(0)
    pairs = [(i, j, float(rng.random() * (5 if i // 10 == j // 10 else 1))) for i in range(20) for j in range(20)]
    graph = item_network(pairs, table(20), np.arange(20) + 1)
    assert graph == item_network(pairs, table(20), np.arange(20) + 1)
    groups = {node["id"]: node["group"] for node in graph["nodes"]}
    same = sum(groups[graph["nodes"][e["source"]]["id"]] == groups[graph["nodes"][e["target"]]["id"]] for e in graph["edges"])
    assert same > 0.7 * len(graph["edges"])
    assert all(0 <= node["x"] <= 1 and 0 <= node["y"] <= 1 for node in graph["nodes"])
    assert item_network([], table(20), np.ones(20)) == {"nodes": [], "edges": []}
    assert item_network([(0, 1, -3.0)], table(20), np.ones(20))["nodes"] == []


def test_layout_of_little():
    assert layout(np.zeros((1, 1))).tolist() == [[0.5, 0.5]]


def test_labels_never_cover_each_other():
    drawn = charts.network(sample()["network"])
    boxes = []
    for x, y, anchor, text in re.findall(r'<text x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)">([^<]*)<', drawn):
        wide = sum(13.0 if ord(c) > 0x2E80 else 6.9 for c in text)
        left = float(x) - {"start": 0, "end": wide, "middle": wide / 2}[anchor]
        boxes.append((left, float(y) - 11, left + wide, float(y) + 4))
    assert len(boxes) > 5
    for n, a in enumerate(boxes):
        for b in boxes[:n]:
            assert a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]


def test_data_summary():
    data = Dataset([0, 0, 0, 1], [0, 1, 2, 0], [1, 1, 1, 1], [0, 86_400, 86_400, 86_400 * 3], ["a", "b"], ["x", "y", "z"])
    found = data_summary(data, [{"name": "s", "touched": 1, "left": 4, "detail": ""}])
    assert (found["from"], found["to"], found["events"], found["density"]) == ("1970-01-01", "1970-01-04", 4, 4 / 6)
    assert found["events_per_user"] == [{"low": 1, "high": 1, "people": 1}, {"low": 2, "high": 3, "people": 1}]
    assert found["top_items"][0] == {"title": "x", "count": 2}
    assert data_summary(data.select(np.zeros(0, int)))["events_per_user"] == []

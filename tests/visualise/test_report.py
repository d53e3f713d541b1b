"""The page: complete, in two languages, closed to the outside, and safe with other people's texts."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import whyrec.visualise
from whyrec.visualise.report import SECTIONS, render

from .sample import BREAKOUT, HOSTILE, LONG, interval, report

CSS = (Path(whyrec.visualise.__file__).parent / "templates" / "report.css").read_text(
    encoding="utf-8"
)
VOID = {"meta", "link", "br", "img", "path", "line", "rect", "circle", "polygon"}


class Page(HTMLParser):
    """Elements with their attributes, parents and texts, as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], tuple[int, ...]]] = []
        self.open: list[int] = []
        self.texts: list[tuple[str, tuple[int, ...]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), tuple(self.open)))
        if tag not in VOID:
            self.open.append(len(self.elements) - 1)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), tuple(self.open)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.elements[self.open[-1]][0] == tag, (
                f"{tag} closes {self.elements[self.open[-1]][0]}"
            )
            self.open.pop()

    def handle_data(self, data):
        self.texts.append((data, tuple(self.open)))

    def find(self, tag, **attributes):
        return [
            at
            for at, (name, attrs, _) in enumerate(self.elements)
            if name == tag
            and all(attrs.get(key.rstrip("_")) == value for key, value in attributes.items())
        ]

    def inside(self, at, tag):
        return [
            n for n, (name, _, parents) in enumerate(self.elements) if name == tag and at in parents
        ]

    def text(self, at):
        return "".join(data for data, parents in self.texts if at in parents)


@pytest.fixture(scope="module")
def html() -> str:
    return render(report())


@pytest.fixture(scope="module")
def page(html) -> Page:
    return Page(html)


def test_sections_follow_the_road(page):
    ids = [page.elements[at][1]["id"] for at in page.find("section")]
    assert (
        tuple(ids)
        == SECTIONS
        == ("data", "accuracy", "proof", "truth", "factors", "network", "how")
    )
    links = [page.elements[at][1]["href"] for at in page.inside(page.find("nav")[0], "a")]
    assert links == [f"#{key}" for key in SECTIONS]


def test_every_element_is_closed(page):
    assert page.open == []


def test_three_figures_in_plain_words_come_first(page):
    figures = page.find("div", class_="figure")
    assert [page.text(page.inside(at, "strong")[0]) for at in figures] == ["33.0%", "100%", "70%"]
    assert "16.0%" in page.text(figures[0]) and "9%" in page.text(figures[2])


def test_every_chart_has_a_sentence_how_it_was_computed_with_n_and_a_table(page):
    charts = page.find("figure", class_="card")
    assert len(charts) == 8
    for at in charts:
        how = [n for n in page.inside(at, "p") if page.elements[n][1].get("class") == "how"]
        assert page.inside(at, "svg") and page.inside(at, "h3") and page.inside(at, "table")
        assert "n\u00a0=\u00a0" in "".join(page.text(n) for n in how)
    people = page.find("article")
    assert len(people) == 3
    for at, moved in zip(people, (True, True, False), strict=True):
        kinds = [page.elements[n][1].get("class") for n in page.inside(at, "svg")]
        assert "bar" in kinds and ("moves" in kinds) is moved
        assert len(page.inside(at, "table")) == 1 + moved


def test_tables_hold_the_numbers_of_their_charts(page):
    value = report()
    accuracy = page.text(page.find("section", id="accuracy")[0])
    for row in value["accuracy"]:
        assert row["model"] in accuracy
    assert "0.2060" in accuracy and "0.194 … 0.218" in accuracy
    network = page.inside(page.find("section", id="network")[0], "tbody")[0]
    assert len(page.inside(network, "tr")) == len(value["network"]["edges"])
    heat = page.inside(page.find("section", id="factors")[0], "tbody")[0]
    assert len(page.inside(heat, "tr")) == len(value["factors"]["items"])


def test_the_best_row_is_marked_and_models_without_a_value_come_last(page):
    rows = page.inside(page.inside(page.find("section", id="accuracy")[0], "tbody")[0], "tr")
    assert [page.elements[at][1].get("class") for at in rows] == ["top", None, None, None]
    assert [page.text(page.inside(at, "td")[0]) for at in rows] == [
        "additive",
        "ease",
        "popular",
        "als",
    ]


def test_reasons_are_ordered_by_size_and_the_removed_ones_marked(page):
    first = page.find("article")[0]
    rows = [
        at
        for at in page.inside(first, "div")
        if page.elements[at][1].get("class") in ("row", "row rest")
    ]
    values = [page.inside(at, "div")[-1] for at in rows]
    weights = [float(page.text(at).replace("−", "-").replace("+", "")) for at in values]
    assert [abs(w) for w in weights[:-1]] == sorted((abs(w) for w in weights[:-1]), reverse=True)
    assert ["✂" in page.text(at) for at in rows] == [True] + [False] * (len(rows) - 1)


def test_a_removed_reason_is_drawn_however_small():
    value = report()
    value["people"][0]["removed"]["labels"] = [
        min(value["people"][0]["explained"]["reasons"], key=lambda r: abs(r["weight"]))["label"]
    ]
    first = Page(render(value)).find("article")[0]
    assert "✂" in Page(render(value)).text(first)


@pytest.mark.parametrize(("reasons", "folded"), [(8, None), (9, None), (10, 2)])
def test_a_single_further_reason_is_shown_rather_than_counted(reasons, folded):
    made = report()
    made["people"] = made["people"][2:]  # nothing of theirs is removed
    del made["people"][0]["explained"]["reasons"][reasons:]
    assert len(made["people"][0]["explained"]["reasons"]) == reasons
    counted = re.findall(r"(\d+) further reasons", render(made))
    assert counted == ([str(folded)] if folded else [])


def test_both_languages_are_in_the_page_side_by_side(page):
    assert page.elements[page.find("html")[0]][1]["lang"] == "en"
    english, chinese = page.find("span", lang="en"), page.find("span", lang="zh")
    assert len(english) == len(chinese) > 150
    for at in (*english, *chinese):
        assert page.text(at).strip()
    labelled = [attrs for _, attrs, _ in page.elements if "data-en" in attrs]
    assert labelled and all(
        attrs["data-zh"] and attrs["aria-label"] == attrs["data-en"] for attrs in labelled
    )


def test_texts_of_others_are_shown_and_never_become_markup(html, page):
    assert HOSTILE not in html and BREAKOUT not in html
    assert len(page.find("script")) == 1 and not page.find("img")
    assert {page.text(at) for at in page.find("b")} == {
        "rec",
        *(f"F{n + 1}" for n in range(len(report()["factors"]["factors"]))),
    }
    everything = "".join(data for data, _ in page.texts)
    assert (
        HOSTILE in everything
        and BREAKOUT in everything
        and LONG in everything
        and "{{ 7 * 7 }}" in everything
    )
    for tag, attrs, _ in page.elements:
        assert not [name for name in attrs if name.startswith("on") or name == "style"], (
            tag,
            attrs,
        )


def test_letters_that_turn_text_around_are_made_visible(html):
    assert "\u202e" not in html and "A quiet title \ufffdgnitar" in html


def test_a_broken_letter_does_not_break_the_file():
    value = report()
    value["people"][0]["slate"][0]["title"] = "half \ud800 a pair"
    render(value).encode("utf-8")


def test_nothing_is_fetched_from_anywhere(html, page):
    for tag, attrs, _ in page.elements:
        for name in ("src", "href", "action", "srcset", "data", "poster", "xlink:href"):
            assert name not in attrs or attrs[name].startswith("#") or attrs[name] == "data:,", (
                tag,
                attrs,
            )
    assert not re.search(r"https?://|@import|url\(", html)
    assert not {"iframe", "object", "embed", "form", "base"} & {tag for tag, _, _ in page.elements}


def test_the_policy_allows_this_style_and_script_and_nothing_else(page):
    [policy] = [
        a["content"]
        for _, a, _ in page.elements
        if a.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'" and "unsafe" not in policy
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        content = page.text(page.find(tag)[0])
        assert (
            rules[rule]
            == f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
        )


def test_the_same_report_gives_the_same_page(html):
    assert render(report()) == html
    assert render(json.loads(json.dumps(report()))) == html


def test_the_input_is_left_as_it_was():
    value = report()
    before = copy.deepcopy(value)
    render(value)
    assert value == before


def test_what_may_be_absent_may_be_absent():
    value = report()
    for part, keys in (
        (
            value["deletion"],
            (
                "recent",
                "lost_top",
                "lost_random",
                "drop_rank_top",
                "drop_rank_random",
                "completeness",
                "removal_error",
                "note",
            ),
        ),
        (value["data"], ("median_events",)),
        (value["network"], ("groups",)),
    ):
        for key in keys:
            del part[key]
    for person in value["people"]:
        del person["events"]
    value["truth"] = None
    found = Page(render(value))
    assert [page_id for page_id in SECTIONS if not found.find("section", id=page_id)] == []
    assert "3.70" in found.text(
        found.find("div", class_="figure")[2]
    )  # the fall stands in for the places lost


def test_an_empty_report_says_what_it_lacks():
    nothing = dict.fromkeys(("mean", "low", "high"))
    value = report() | {
        "accuracy": [],
        "comparisons": [],
        "people": [],
        "truth": None,
        "network": {"nodes": [], "edges": []},
        "factors": {"factors": [], "items": [], "item_matrix": [], "people": [], "user_matrix": []},
        "deletion": {"top": nothing, "random": nothing, "cases": 0},
    }
    value["data"] |= {
        "events_per_user": [],
        "item_popularity": [],
        "steps": [],
        "top_items": [],
        "from": None,
        "to": None,
    }
    found = Page(render(value))
    for section, text in (
        ("accuracy", "No model was measured."),
        ("factors", "No stable factor"),
        ("network", "no ties between items"),
        ("how", "No reading or cleaning step"),
    ):
        assert text in found.text(found.find("section", id=section)[0])
    assert found.open == [] and not found.find("div", class_="figure")


def test_a_reason_no_better_than_chance_is_told_as_such():
    value = report()
    value["deletion"] |= {"top": interval(0.3, 0.1), "random": interval(0.35, 0.1)}
    found = Page(render(value))
    assert "not shown to matter more" in found.text(found.find("section", id="truth")[0])


def test_a_lead_that_may_be_chance_is_told_as_such():
    value = report()
    value["comparisons"][0] |= {"significant": False, "difference": interval(0.001, 0.007)}
    found = Page(render(value))
    assert "may be chance" in found.text(found.find("section", id="accuracy")[0])


def test_headline_figures_follow_the_model_that_is_explained():
    value = report() | {"model": "ease"}
    figures = Page(render(value)).find("div", class_="figure")
    assert "31.2%" in Page(render(value)).text(figures[0])


def pairs() -> dict[str, tuple[str, str]]:
    return {
        name: (light, dark)
        for name, light, dark in re.findall(
            r"--([\w-]+):light-dark\((#[0-9a-f]{3,6}),(#[0-9a-f]{3,6})\)", CSS
        )
    }


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(d * 2 for d in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_contrast_is_enough_in_both_themes(theme):
    colour = {name: both[theme] for name, both in pairs().items()}
    for text in ("ink", "soft", "accent", "against"):
        for ground in ("bg", "card", "chip", "wash"):
            assert contrast(colour[text], colour[ground]) >= 4.5, (text, ground)
    for tile in ("s0", "s1", "s7", "s8"):
        assert contrast(colour["on-tile"], colour[tile]) >= 4.5, tile
    for mark in ("edge", "focus", *(f"g{n}" for n in range(6))):
        assert contrast(colour[mark], colour["card"]) >= 3, mark


def test_a_share_that_differs_from_item_to_item_is_shown_with_its_ends():
    made = report()
    [row] = [row for row in made["accuracy"] if row["model"] == "additive"]
    row |= {"explained_share": 0.66, "explained_share_p10": 0.47, "explained_share_min": 0.08}
    page = render(made | {"model": "additive"})
    assert "66% (47%, 8%)" in page and "lowest item 8%, a tenth below 47%" in page

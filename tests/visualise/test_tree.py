"""The drawn tree: every question and leaf once, in both languages, nothing past the edge, texts escaped."""

from __future__ import annotations

import re

import pytest

from whyrec.visualise.drawing.network_svg import text_width
from whyrec.visualise.html_report.tree import _wrap, draw, tree

LEAF = {"value": -1.0, "support": 0.25, "precision": 0.1}
ROOT = {
    "value": 0.0,
    "support": 1.0,
    "precision": 0.2,
    "text": ("share with the same <b>brand</b> > 40%", "品牌相同的比例 > 40%"),
    "yes": {**LEAF, "precision": 0.9},
    "no": {
        "value": 0.1,
        "support": 0.75,
        "precision": 0.2,
        "text": ("price > 10", "价格 > 10"),
        "yes": LEAF,
        "no": LEAF,
    },
}


def test_every_question_and_leaf_is_drawn_once():
    for language in (0, 1):
        drawn = draw(ROOT, 1040, language, kind="wide")
        assert (
            drawn.count("<circle") == 2
            and drawn.count('class="end"') == 3
            and drawn.count('class="way"') == 4
        )
        assert ROOT["no"]["text"][language].replace(">", "&gt;") in drawn
    assert "<b>" not in draw(ROOT, 1040, 0, kind="wide")


@pytest.mark.parametrize("width", [1040, 330])
def test_nothing_leaves_the_drawing(width):
    deep = ROOT
    for _ in range(5):
        deep = {**ROOT, "no": deep}
    drawn = draw(deep, width, 0, kind="tall")
    height = float(re.search(r'viewBox="0 0 \d+ ([\d.]+)"', drawn)[1])
    for x, y, text in re.findall(r'<text[^>]* x="([\d.]+)" y="([\d.]+)">([^<]*)<', drawn):
        assert (
            float(y) < height
            and float(x) + text_width(text.replace("&gt;", ">").replace("&lt;", "<")) <= width
        )


def test_lines_break_between_words_and_chinese_anywhere():
    assert _wrap("one two three", text_width("one two") + 1) == ["one two", "three"]
    assert (
        "".join(_wrap("近期选择中的同类比例", 40)) == "近期选择中的同类比例"
        and len(_wrap("近期选择中的同类比例", 40)) > 2
    )


def test_the_section_names_the_best_way():
    view = tree(ROOT)
    assert "90%" in view["lead"] and "20.0%" in view["lead"] and len(view["table"]["rows"]) == 3
    assert [kind for _, kind, _ in view["drawings"]] == ["wide", "tall"] * 2
    assert tree(None) is None

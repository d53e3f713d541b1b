"""Numbers, titles and invisible letters."""

from __future__ import annotations

import math
import unicodedata

from hypothesis import given, strategies as st

from whyrec.visualise.html_report.format import (
    both,
    digits_for,
    number,
    pair,
    percent,
    quoted,
    small,
    visible,
)


def test_numbers_that_are_not_known_are_dashes():
    for value in (None, math.nan, math.inf):
        assert number(value) == percent(value) == small(value) == "–"


def test_slots_are_escaped_in_both_languages():
    text = both("person", user="<i>ann</i>")
    assert "<i>" not in text
    assert text.count("&lt;i&gt;ann") == 2


def test_a_pair_as_slot_gives_each_language_its_own():
    en, zh = pair("why", title=quoted(["Heat"], "film"))
    assert en == "Why “Heat”?"
    assert zh == "为什么推荐《Heat》？"


def test_title_marks_are_for_works_only():
    assert quoted(["Blue mug", "Salt"], "shop") == ("“Blue mug” and “Salt”", "“Blue mug”和“Salt”")
    assert quoted(["A", "B", "C"], "book") == ("“A”, “B” and “C”", "《A》、《B》和《C》")


@given(st.floats(1e-5, 1e6))
def test_enough_decimals_to_tell_values_apart(value):
    digits = digits_for([value])
    assert 0 <= digits <= 6
    if 1e-2 <= value < 1e3:
        assert abs(round(value, digits) - value) <= 0.01 * value


@given(st.text(st.characters(), max_size=40))
def test_what_is_shown_is_what_is_there(text):
    shown = visible({"titles": [text]})["titles"][0]
    assert len(shown) == len(text)
    shown.encode("utf-8")
    assert not any(
        unicodedata.bidirectional(letter)
        in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        for letter in shown
    )
    assert all(a == b or b == "\ufffd" for a, b in zip(text, shown, strict=True))


def test_emoji_and_joined_scripts_stay_whole():
    assert visible("👩\u200d🚀 می\u200cخواهم") == "👩\u200d🚀 می\u200cخواهم"


def test_numbers_and_none_pass_through():
    assert visible({"a": [1, 2.5, None, True]}) == {"a": [1, 2.5, None, True]}

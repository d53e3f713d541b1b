"""Texts found again by their templates, and said in another language."""

from __future__ import annotations

from whyrec.core.phrasebook import Phrasebook

BOOK = Phrasebook(
    {
        "read events": "读取记录",
        "drop rows without {column}": "去掉没有 {column} 的行",
        "{a} of {b} (all)": "{b} 中的 {a}",
    }
)


def test_exact_texts_slots_and_what_is_not_known():
    assert (
        BOOK("read events") == "读取记录" and BOOK("drop rows without time") == "去掉没有 time 的行"
    )
    assert BOOK("3 of 12 (all)") == "12 中的 3" and BOOK("read event") is None and BOOK("") is None


def test_a_slot_may_hold_anything_and_is_put_in_as_it_is():
    assert BOOK("drop rows without {x}\n(y)") == "去掉没有 {x}\n(y) 的行"

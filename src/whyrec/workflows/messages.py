"""What results say in print, in the language that is asked for: its own texts by their names,
those of other parts by their templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from whyrec.core.phrasebook import Phrasebook
from whyrec.workflows import messages_en, messages_zh

__all__ = ["Say", "of", "said_by_others"]

TEXTS = {"en": messages_en.TEXTS, "zh": messages_zh.TEXTS}
OTHERS = {"zh": Phrasebook(messages_zh.OTHERS)}
Say = Callable[..., str]


def of(lang: str) -> Say:
    """A function that gives the text of a name, with its slots filled.

    >>> of("en")("report", path="r.html"), of("zh")("report", path="r.html")
    ('Report: r.html', '报告：r.html')
    """
    texts = TEXTS[lang]

    def say(name: str, /, **slots: Any) -> str:
        return texts[name].format(**slots)

    return say


def said_by_others(text: str, lang: str) -> str:
    """A text that another part made in English (a step, a note, what a method does), part by part
    where "; " joins them. What has no translation stays as it is."""
    book = OTHERS.get(lang)
    if book is None or not text:
        return text
    whole = book(text)
    if whole is not None:
        return whole
    return "；".join(book(part) or part for part in text.split("; "))

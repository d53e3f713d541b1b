"""Texts of printed results in the chosen language.

A workflow names its own texts; texts that other parts make in English are translated by template.
"""

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
    """Return a function that gives the text of a name, with its slots filled.

    >>> of("en")("report", path="r.html"), of("zh")("report", path="r.html")
    ('Report: r.html', '报告：r.html')
    """
    texts = TEXTS[lang]

    def say(name: str, /, **slots: Any) -> str:
        return texts[name].format(**slots)

    return say


def said_by_others(text: str, lang: str) -> str:
    """Translate an English text of another part (a step, a note, a method).

    Parts that are joined by "; " are translated one by one. Text without a translation stays.
    """
    book = OTHERS.get(lang)
    if book is None or not text:
        return text
    whole = book(text)
    if whole is not None:
        return whole
    return "；".join(book(part) or part for part in text.split("; "))

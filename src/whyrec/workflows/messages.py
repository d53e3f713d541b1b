"""Texts of printed results in the chosen language.

A workflow names its own texts; texts that other parts make in English are translated by template.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from whyrec.core.messages import Messages

__all__ = ["NOTES", "TEXTS", "Say", "of", "said_by_others"]

TEXTS = Messages("cli")
NOTES = Messages("notes")  # the English of other parts, and its translation
Say = Callable[..., str]


def of(lang: str) -> Say:
    """Return a function that gives the text of a key, with its slots filled.

    >>> of("en")("report", path="r.html"), of("zh")("report", path="r.html")
    ('Report: r.html', '报告：r.html')
    """

    def say(key: str, /, **slots: Any) -> str:
        return TEXTS.say(key, lang, **slots)

    return say


def said_by_others(text: str, lang: str) -> str:
    """Translate an English text of another part (a step, a note, a flaw of a method).

    Parts that are joined by "; " are translated one by one. Text without a translation stays.
    """
    if lang == "en" or not text:
        return text
    book = NOTES.phrasebook("", lang)
    whole = book(text)
    if whole is not None:
        return whole
    return TEXTS.template("also", lang).join(book(part) or part for part in text.split("; "))

"""What results say in print, in the language that is asked for: the program's own texts by their
keys, those that other parts make in English by their templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from whyrec.core.messages import Messages

__all__ = ["NOTES", "TEXTS", "Say", "of", "said_by_others"]

TEXTS = Messages("cli")
NOTES = Messages("notes")  # the English of other parts, and its translation
Say = Callable[..., str]


def of(lang: str) -> Say:
    """A function that gives the text of a key, with its slots filled.

    >>> of("en")("report", path="r.html"), of("zh")("report", path="r.html")
    ('Report: r.html', '报告：r.html')
    """

    def say(key: str, /, **slots: Any) -> str:
        return TEXTS.say(key, lang, **slots)

    return say


def said_by_others(text: str, lang: str) -> str:
    """A text that another part made in English (a step, a note, a flaw of a method), part by part
    where "; " joins them. What has no translation stays as it is."""
    if lang == "en" or not text:
        return text
    book = NOTES.phrasebook("", lang)
    whole = book(text)
    if whole is not None:
        return whole
    return TEXTS.template("also", lang).join(book(part) or part for part in text.split("; "))

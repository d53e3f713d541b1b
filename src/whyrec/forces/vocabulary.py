"""The words by which wishes are recognised, of every language at once (`wish-words.ftl`)."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from whyrec.core.messages import LANGUAGES, Messages
from whyrec.forces.text_words import folded, is_wide, words_of

__all__ = ["any_of", "is_filler", "same_things", "vocabulary"]

WORDS = Messages("wish-words")


@functools.cache
def vocabulary(key: str) -> tuple[str, ...]:
    """The folded words of one list in all languages, the longest first."""
    found = {
        folded(word.strip())
        for lang in LANGUAGES
        for word in WORDS.template(key, lang).split("|")
        if word.strip()
    }
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


@functools.cache
def any_of(*keys: str) -> str:
    """A pattern of the words of these lists; words with spaces between them end at their ends."""
    words = sorted({word for key in keys for word in vocabulary(key)}, key=len, reverse=True)
    made = [
        rf"(?<!\w){re.escape(word)}(?!\w)"
        if word[0].isalpha() and not is_wide(word)
        else re.escape(word)
        for word in words
    ]
    return f"(?:{'|'.join(made)})"


@functools.cache
def _fillers() -> frozenset[str]:
    return frozenset(one for word in vocabulary("filler") for one in (word, *words_of(word)))


def is_filler(word: str) -> bool:
    """Whether a word says nothing about items."""
    return word in _fillers()


def same_things() -> Iterator[tuple[str, ...]]:
    """Each group of names for the same thing, such as science fiction and sci-fi."""
    for key in WORDS.templates("en"):
        if key.startswith("thing-"):
            yield vocabulary(key)

"""Cut a wish into phrases: what each asks for, how strongly, and of what."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

from whyrec.forces.text_words import folded, is_wide
from whyrec.forces.vocabulary import any_of, is_filler, vocabulary

__all__ = ["POLARITIES", "Phrase", "phrases_of"]

# From the weakest: of two cues that stand together, as in "I want no more", the last here counts.
POLARITIES = ("more", "less", "only", "no")
COMPARISONS = ("below", "above", "most", "least")
MUCH, BIT = 2.0, 0.5
ENDS = re.compile(r"(?<!\d)\.|\.(?!\d)|[;!?\n\r。；！？]")  # what is asked for ends here
PARTS = re.compile(r"(?<!\d),|,(?!\d)|[、，|/]")  # and goes on here

BETWEEN = re.compile(r"(between\s+\S*\d)\s+and\s+(?=\S*\d)")  # this "and" joins no phrases


@dataclass(frozen=True)
class Phrase:
    """One part of a wish.

    Attributes:
        text: The words as they were written.
        polarity: One of POLARITIES.
        size: 1, or what "much" and "a bit" make of it.
        about: What it is about, folded, without the words that say how much.
        said: Whether the wish says what to do; else it only names something.
    """

    text: str
    polarity: str
    size: float
    about: str
    said: bool


@dataclass
class _Piece:
    """A stretch of text and the cue that governs it."""

    text: str
    cue: str = ""


def phrases_of(text: str) -> list[Phrase]:
    """Cut a text into phrases.

    Args:
        text: The wish, in English or Chinese or both.

    Returns:
        The phrases that are about something, in their order.

    >>> [(p.polarity, p.about) for p in phrases_of("less horror, more slow science fiction")]
    [('less', 'horror'), ('more', 'slow science fiction')]
    """
    found: list[Phrase] = []
    for sentence in ENDS.split(unicodedata.normalize("NFKC", text)):
        held = ""  # the cue that later parts of the sentence inherit
        for part in PARTS.split(sentence):
            for piece in _pieces(part):
                held = piece.cue or held
                phrase = _phrase(piece.text, held)
                if phrase.about:
                    found.append(phrase)
    return found


def _pieces(part: str) -> list[_Piece]:
    """Cut before each cue; a cue behind its object, as in "horror: less", governs what precedes."""
    pieces: list[_Piece] = [_Piece("")]
    start = 0
    for begin, end, cue in _cues(part):
        pieces[-1].text += part[start:begin]
        start = end
        if not _empty(pieces[-1].text):
            pieces.append(_Piece("", cue))
        else:  # two cues together
            pieces[-1].cue = max(pieces[-1].cue or cue, cue, key=POLARITIES.index)
            pieces[-1].text += " "
    pieces[-1].text += part[start:]
    if len(pieces) > 1 and _empty(pieces[-1].text) and not pieces[-2].cue:
        last = pieces.pop()
        pieces[-1].cue = last.cue
        pieces[-1].text += f" {last.text}"
    return pieces


def _cues(part: str) -> list[tuple[int, int, str]]:
    """(begin, end, polarity) of each cue, the longest at each place; names that hold one are none.

    Folding keeps the length of what is searched, except of rare letters; these are left as they
    are.
    """
    plain = part.casefold()
    if len(plain) != len(part):
        plain = part
    plain = plain.replace("’", "'")
    found, at = [], 0
    while at < len(plain):
        hits = [(name, pattern.search(plain, at)) for name, pattern in _patterns()]
        ends = [(one.start(), -one.end(), name) for name, one in hits if one]
        if not ends:
            break
        begin, end, name = min(ends)
        if name != "guard":
            found.append((begin, -end, name))
        at = -end
    return found


@functools.cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """What looks like a cue, by its polarity; "guard" looks like one and is none."""
    guard = ("guard", *(f"{one}{end}" for one in COMPARISONS for end in ("", "-behind")))
    keys = {"guard": guard, **{name: (f"cue-{name}",) for name in POLARITIES}}
    return [(name, re.compile(any_of(*lists))) for name, lists in keys.items()]


def _phrase(text: str, cue: str) -> Phrase:
    about = BETWEEN.sub(r"\1 - ", folded(text).replace("’", "'"))
    size = 1.0
    for key, made in (("size-much", MUCH), ("size-bit", BIT)):
        about, count = re.subn(any_of(key), " ", about)
        size = made if count else size
    about = " ".join(about.split())
    return Phrase(_core(text), cue or "more", size, "" if _empty(about) else about, bool(cue))


def _core(text: str) -> str:
    """The text without words at its ends that say nothing about items."""
    pattern = re.compile(any_of("size-much", "size-bit", "joined"), re.IGNORECASE)
    words = pattern.sub(" ", text).split()
    while words and is_filler(folded(words[0])):
        words.pop(0)
    while words and is_filler(folded(words[-1])):
        words.pop()
    return " ".join(words) or " ".join(text.split())


def _empty(text: str) -> bool:
    """Whether a text has no word that is about items."""
    plain = folded(re.sub(any_of("size-much", "size-bit"), " ", folded(text)))
    for word in vocabulary("filler"):
        if is_wide(word):
            plain = plain.replace(word, " ")
    return all(is_filler(word) for word in re.findall(r"[\w']+", plain))

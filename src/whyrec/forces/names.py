"""Find in a phrase the tags, values of fields and numbers that a catalogue has."""

from __future__ import annotations

import functools
import json
import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from whyrec.forces.facts import ItemFacts
from whyrec.forces.text_words import folded, is_wide, words_of
from whyrec.forces.vocabulary import any_of, is_filler, same_things, vocabulary

__all__ = ["Names", "Numbers", "conditions", "quoted", "words_left"]

MOST_WORDS = 6  # of a name
MOST_PLACES = 8  # fields and values that one name may mean
YEARS = (1800, 2100)
QUARTERS = {"low": 25, "high": 75}  # percentiles of "cheap" and "new"


def usable(name: str) -> bool:
    """Whether an expression can name the field."""
    return name.isidentifier() and not keyword.iskeyword(name)


def quoted(value: str) -> str:
    """A text as expressions quote it."""
    return json.dumps(value, ensure_ascii=False)


class Names:
    """The names of a catalogue: of tags and values of fields, and what else they are called.

    Args:
        facts: What is known of the items.
    """

    def __init__(self, facts: ItemFacts) -> None:
        self.known: dict[tuple[str, ...], dict[str, None]] = {}
        self.wide: dict[str, dict[str, None]] = {}
        for field in facts.texts:
            for value in facts.values(field) if usable(field) else ():
                self._add(value, f"{quoted(value)} in {field}")
        for group in same_things():
            there = [place for word in group for place in self._places(word)]
            for word in group if there else ():
                for place in there:
                    self._add(word, place)

    def _places(self, name: str) -> Mapping[str, None]:
        if is_wide(name):
            return self.wide.get(name, {})
        return self.known.get(tuple(words_of(name)), {})

    def _add(self, name: str, place: str) -> None:
        if is_wide(name):
            self.wide.setdefault(name, {})[place] = None
            return
        words = tuple(words_of(name))
        if 0 < len(words) <= MOST_WORDS and not (len(name) < 4 and is_filler(name)):
            self.known.setdefault(words, {})[place] = None

    def find(self, text: str) -> tuple[list[str], str]:
        """Find the names in a folded text, the longest first.

        Returns:
            An expression for each name, and the text without the names.
        """
        found: list[str] = []
        for name in sorted(self.wide, key=len, reverse=True) if is_wide(text) else ():
            if name in text:
                found.append(_any(self.wide[name]))
                text = text.replace(name, " ")
        pieces = [(one.group(), words_of(one.group())) for one in re.finditer(r"[^\s/]+", text)]
        rest, at = list[str](), 0
        while at < len(pieces):
            for end in range(min(len(pieces), at + MOST_WORDS), at, -1):
                words = tuple(word for _, some in pieces[at:end] for word in some)
                if words in self.known:
                    found.append(_any(self.known[words]))
                    at = end
                    break
            else:
                rest.append(pieces[at][0])
                at += 1
        return list(dict.fromkeys(found)), " ".join(rest)


def _any(places: Mapping[str, None]) -> str:
    some = [*places][:MOST_PLACES]
    return some[0] if len(some) == 1 else f"({' or '.join(some)})"


@dataclass(frozen=True)
class Numbers:
    """Comparisons with numbers, such as "before 1990" or "under 20 dollars".

    Attributes:
        facts: What is known of the items.
    """

    facts: ItemFacts

    def find(self, text: str) -> tuple[list[str], str]:
        """Find the comparisons in a folded text whose field the catalogue has.

        Returns:
            An expression for each, and the text without them.
        """
        found: list[str] = []
        for pattern, made in _patterns():
            for match in list(pattern.finditer(text)):
                numbers = [float(one.replace(",", "")) for one in match.groups() if one]
                field = self._field(text, numbers[0] if made != "decade" else YEARS[0])
                if field is None:
                    continue
                found.append(_condition(field, made, numbers))
                text = text.replace(match.group(), " ")
                words = folded(field).replace("_", " ")
                text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", " ", text)
                text = re.sub(any_of("field-price", "field-year"), " ", text)
        for quarter, kind in ((q, k) for q in QUARTERS for k in ("price", "year")):
            pattern = re.compile(any_of(f"{quarter}-{kind}"))
            field = self._like(kind)
            if field is not None and pattern.search(text):
                limit = float(np.nanpercentile(self.facts.numbers(field), QUARTERS[quarter]))
                found.append(f"{field} {'<=' if quarter == 'low' else '>='} {limit:g}")
                text = pattern.sub(" ", text)
        return found, " ".join(text.split())

    @functools.cached_property
    def fields(self) -> list[str]:
        """The fields that hold numbers."""
        return [name for name in self.facts.numeric if usable(name)]

    def _like(self, kind: str) -> str | None:
        names = (*vocabulary(f"field-{kind}"), f"{kind}s")
        return next((name for name in self.fields if folded(name) in names), None)

    def _field(self, text: str, number: float) -> str | None:
        """The field that a number is of: the one that is named, a year, or the price."""
        for name in self.fields:
            if re.search(rf"(?<!\w){re.escape(folded(name).replace('_', ' '))}(?!\w)", text):
                return name
        year = self._like("year")
        if year and (YEARS[0] <= number <= YEARS[1]):
            return year
        return self._like("price")


COMPARED = {"most": "<=", "least": ">=", "below": "<", "above": ">"}
NUMBER = r"[$€£¥]?\s*(\d[\d,]*(?:\.\d+)?)"


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """How numbers are compared; the first that fits counts."""
    unit = f"\\s*(?:{any_of('field-price', 'field-year')})?\\s*"
    years = r"(?<!\d)((?:1[89]|20)\d\d)(?!\d)"
    return tuple(
        (re.compile(pattern), made)
        for pattern, made in (
            (rf"(?<!\d)((?:1[89]|20)?\d0)\s*'?(?:{any_of('decade')}|s\b)", "decade"),
            (rf"(?:between|from)\s+{NUMBER}\s*(?:and|to|-|–)\s*{NUMBER}{unit}", "between"),
            (rf"{NUMBER}\s*{any_of('range')}\s*{NUMBER}{unit}", "between"),
            *((rf"{NUMBER}{unit}{any_of(f'{kind}-behind')}", kind) for kind in COMPARED),
            *((rf"{any_of(kind)}\s*(?:the\s+)?{NUMBER}{unit}", kind) for kind in COMPARED),
            (rf"{years}{unit}", "equal"),
        )
    )


def _condition(field: str, made: str, numbers: list[float]) -> str:
    first = numbers[0]
    if made == "decade":
        start = first if first >= 100 else first + (2000 if first < 30 else 1900)
        return f"{start:g} <= {field} < {start + 10:g}"
    if made == "between":
        low, high = sorted(numbers[:2])
        return f"{low:g} <= {field} <= {high:g}"
    if made == "equal":
        return f"{field} == {first:g}"
    return f"{field} {COMPARED[made]} {first:g}"


def conditions(facts: ItemFacts, text: str) -> tuple[list[str], str]:
    """Find what a folded text says of numbers and names; return the rest of it too."""
    if "names" not in facts.made:
        facts.made["names"] = Names(facts), Numbers(facts)
    names, numbers = facts.made["names"]
    found, rest = numbers.find(text)
    more, rest = names.find(rest)
    return [*found, *more], rest


def words_left(text: str) -> Iterator[str]:
    """The words of a folded text that are about items."""
    for piece in text.split():
        if is_wide(piece):
            for word in (one for one in vocabulary("filler") if is_wide(one)):
                piece = piece.replace(word, " ")
            yield from (one for one in piece.split() if not is_filler(one))
        elif not is_filler(piece.strip("\"'()[]")):
            yield piece.strip("\"'()[]")

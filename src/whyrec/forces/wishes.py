"""Understand wishes in words, such as "less horror, more slow science fiction, nothing with dogs".

A phrase selects items, by the first of these that it allows:

- names and numbers: tags, values of fields, "before 1990" - an expression (`where`), exact;
- words: the words of titles and descriptions - an expression on `text`;
- meaning, if vectors of texts are given: a tag that means about the same, else single items with
  shares.

"more" lifts what a phrase selects, "less" lowers it. "no" takes out of the list what names and
words select; meaning is an estimate, so what it selects is lowered strongly instead. "only" takes
out everything else. A phrase that does not say what to do ("horror") counts as "more" if
all of it is known by name. Text with markup or beyond 1,000 characters is not a wish.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError
from whyrec.forces.expression import Expression
from whyrec.forces.facts import TAGS, ItemFacts
from whyrec.forces.force import STRONGEST, Force
from whyrec.forces.meaning import Meaning
from whyrec.forces.names import conditions, quoted, words_left
from whyrec.forces.phrases import POLARITIES, Phrase, phrases_of
from whyrec.forces.text_words import folded, is_wide, words_of
from whyrec.forces.vocabulary import any_of

__all__ = ["LONGEST", "MOST", "Wish", "forces_of_wishes", "merged", "refused_by", "understand"]

LONGEST = 1000  # characters of a wish
MOST = 20  # phrases
# So that a list has what was asked for: chosen with bench/forces/steering.py on validation people.
STRENGTH = {"more": 9.0, "less": 9.0, "no": 15.0, "only": 1.0}
NEAREST = 200  # items that a meaning selects
LEAST_SHARE = 0.5  # of the rarity of the words, for items that have not all of them
MARKUP = re.compile(r"<\s*[/!?]?\s*[a-zA-Z][^<>]*>|&#?\w+;|\{\{|</?")


@dataclass(frozen=True)
class Wish:
    """One phrase and what it selects; a phrase that was not understood has a `problem`.

    Attributes:
        text: The phrase as it was written, without what says how much.
        polarity: more, less, no or only.
        strength: As of a force; 0 takes its effect away.
        where: Expression that selects items.
        items: (label, share) of single items, for what only words or meaning select.
        by: name, words, like-name (a tag that means about the same) or meaning; empty if not
            understood.
        ignored: Words that select nothing.
        problem: Why it was not understood: markup, long, many, cue (it does not say what to do),
            unknown (nothing has it), or empty.
    """

    text: str
    polarity: str = "more"
    strength: float = 1.0
    where: str = ""
    items: tuple[tuple[str, float], ...] = ()
    by: str = ""
    ignored: tuple[str, ...] = ()
    problem: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.strength <= STRONGEST:
            raise ArgumentError(
                f"the strength of a wish must be from 0 to {STRONGEST:g}", given=repr(self.strength)
            )

    @property
    def id(self) -> str:
        """Names the wish among a person's wishes, and its force."""
        return f"{self.polarity} {self.text}"

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Wish:
        """A wish from the store or the log."""
        items = tuple((str(label), float(share)) for label, share in value["items"])
        return cls(**{**value, "items": items, "ignored": tuple(value["ignored"])})


def understand(text: str, facts: ItemFacts, meaning: Meaning | None = None) -> list[Wish]:
    """Understand a wish.

    Args:
        text: In English or Chinese or both.
        facts: What is known of the items.
        meaning: Likeness in meaning; without it, names and words count.

    Returns:
        A wish for each phrase, understood or with its problem; none for a text without phrases.

    >>> facts = ItemFacts(["a", "b"], {"tags": [["Horror"], ["Drama"]]})
    >>> [(w.polarity, w.where) for w in understand("less horror", facts)]
    [('less', '"horror" in tags')]
    """
    shown = " ".join(text.split())[:80]
    if len(text) > LONGEST:
        return [Wish(shown, problem="long")]
    if MARKUP.search(text):
        return [Wish(shown, problem="markup")]
    found: tuple[Wish, ...] = ()
    for phrase in phrases_of(text):
        for part in _parts(phrase, facts):
            made = _selected(part, facts, meaning)
            found = merged(found, [made])
    wishes = [*found]
    if not wishes and shown:
        return [Wish(shown, problem="unknown")]
    over = [Wish(one.text, problem="many") for one in wishes[MOST : MOST + 1]]
    return [*wishes[:MOST], *over]


def _parts(phrase: Phrase, facts: ItemFacts) -> list[Phrase]:
    """Cut at "and" and "or", unless a name holds it."""
    found, rest = conditions(facts, phrase.about)
    whole = len(found) == 1 and not any(True for _ in words_left(rest))
    pieces = [] if whole else _cut(phrase.about)
    if len(pieces) < 2:
        return [phrase]
    texts = _cut(phrase.text)
    if [folded(one) for one in texts] != pieces:
        texts = pieces
    return [replace(phrase, text=one, about=at) for one, at in zip(texts, pieces, strict=True)]


def _cut(about: str) -> list[str]:
    cut = re.split(any_of("joined"), about, flags=re.IGNORECASE)
    return [" ".join(one.split()) for one in cut if any(True for _ in words_left(folded(one)))]


def _selected(phrase: Phrase, facts: ItemFacts, meaning: Meaning | None) -> Wish:
    """What one phrase selects."""
    found, rest = conditions(facts, phrase.about)
    left = [*words_left(rest)]
    wish = Wish(
        phrase.text, phrase.polarity, min(STRENGTH[phrase.polarity] * phrase.size, STRONGEST)
    )
    where = _joined(found, facts, every=phrase.polarity in ("no", "less"))
    if found and not left:
        if not where:
            return replace(wish, problem="unknown")
        return replace(wish, where=where, by="name")
    if not left:
        return replace(wish, problem="unknown")
    if not phrase.said:
        return replace(wish, problem="cue")
    return _free(wish, phrase, facts, where if found else "", left, meaning)


def _joined(found: Sequence[str], facts: ItemFacts, *, every: bool) -> str:
    """All conditions; one of the names if no item fulfils all, unless `every` must hold."""
    names = all(" in " in one for one in found)
    for link in (" and ", " or ") if names and not every else (" and ",):
        where = link.join(found)
        if found and Expression(where).mask(facts).any():
            return where
    return ""


def _free(
    wish: Wish,
    phrase: Phrase,
    facts: ItemFacts,
    where: str,
    left: Sequence[str],
    meaning: Meaning | None,
) -> Wish:
    """Select by the words that are no names: in texts, and by meaning.

    With a name, "more" keeps all that has the name and lifts what also fits the words twice as
    much; "less" and "no" need both.
    """
    negative = wish.polarity in ("no", "less")
    inside = Expression(where).mask(facts) if where else np.ones(len(facts), bool)
    words = list(dict.fromkeys(word for one in left for word in words_of(one)))
    known = facts.values("text") if "text" in facts.names else {}
    there = [word for word in words if word in known]
    missing = [one for one in left if not set(words_of(one)) <= set(there)]
    texts = f'"{" ".join(there)}" in text' if there and not missing else ""
    both = " and ".join(one for one in (where, texts) if one)
    exact = Expression(both).mask(facts) if texts else np.zeros(len(facts), bool)
    if meaning is not None and not where and not exact.any():
        name = meaning.name(phrase.about, [*facts.values(TAGS)])
        if name is not None:
            return replace(wish, where=f"{quoted(name)} in {TAGS}", by="like-name")
    shares = None if meaning is None else meaning.items(phrase.about)
    by = "words" if shares is None else "meaning"
    if shares is None and not exact.any() and there and (not missing or not is_wide(phrase.about)):
        shares = _by_words(facts, there, words)
    nearest = _nearest(facts, shares, inside & ~exact, 2.0 if where and not negative else 1.0)
    if where and not negative:
        lifted = tuple((facts.labels[at], 2.0) for at in np.flatnonzero(exact)[:NEAREST])
        found = bool(lifted or nearest)
        ignored = () if found else tuple(left)
        return replace(
            wish,
            where=where,
            items=(*lifted, *nearest),
            by=by if found else "name",
            ignored=ignored,
        )
    if not exact.any() and not nearest:
        return replace(wish, problem="unknown")
    ignored = tuple(missing) if by == "words" else ()
    return replace(wish, where=both if exact.any() else "", items=nearest, by=by, ignored=ignored)


def _by_words(
    facts: ItemFacts, there: Sequence[str], words: Sequence[str]
) -> NDArray[np.float64] | None:
    """The share of the words' rarity that each text has; words that no text has count as rare."""
    known, total, shares = facts.values("text"), 0.0, np.zeros(len(facts))
    for word in words:
        rows = known.get(word, np.zeros(0, int)) if word in there else np.zeros(0, int)
        rarity = float(np.log((1 + len(facts)) / max(1, len(rows))))
        total += rarity
        shares[rows] += rarity
    shares /= total or 1.0
    shares[shares < LEAST_SHARE] = 0
    return shares if shares.any() else None


def _nearest(
    facts: ItemFacts, shares: NDArray[Any] | None, inside: NDArray[np.bool_], size: float
) -> tuple[tuple[str, float], ...]:
    """The items with the largest shares."""
    if shares is None:
        return ()
    held = np.where(inside, shares, 0)
    order = np.argsort(-held, kind="stable")[:NEAREST]
    return tuple(
        (facts.labels[at], round(float(size * held[at]), 4))
        for at in order.tolist()
        if held[at] > 0
    )


def merged(kept: Sequence[Wish], new: Sequence[Wish]) -> tuple[Wish, ...]:
    """Kept wishes and new ones; a new one takes the place of one about the same items."""
    wishes = list(kept)
    for one in new:
        same = (one.where, one.items) if one.by else None
        wishes = [
            other
            for other in wishes
            if other.text != one.text and (other.where, other.items) != same
        ]
        wishes.append(one)
    return tuple(wishes)


# --- effects --------------------------------------------------------------------------------------


def forces_of_wishes(wishes: Sequence[Wish]) -> tuple[Force, ...]:
    """The forces of wishes that lift or lower."""
    made = []
    for wish in wishes:
        if not wish.by or not wish.strength or wish.polarity == "only":
            continue
        kind = "wish" if wish.polarity == "more" else "less"
        where = "" if _excludes(wish) else wish.where
        if where or wish.items:
            made.append(
                Force(wish.id, kind, wish.strength, where=where, items=wish.items, source=wish.text)
            )
    return tuple(made)


def _excludes(wish: Wish) -> bool:
    """Whether a wish takes items out; a "no" by meaning alone lowers them."""
    if not wish.strength or not wish.by:
        return False
    return wish.polarity == "only" or (wish.polarity == "no" and wish.by != "like-name")


def refused_by(wish: Wish, facts: ItemFacts) -> NDArray[np.bool_]:
    """The items that a wish takes out of every list, (n_items,): of "no" and "only".

    Args:
        wish: A wish.
        facts: What is known of the items.

    Returns:
        The mask.
    """
    if not _excludes(wish):
        return np.zeros(len(facts), bool)
    mask = Expression(wish.where).mask(facts) if wish.where else np.zeros(len(facts), bool)
    if wish.polarity == "no":
        return mask
    return ~(
        mask | facts.mask(facts.places[label] for label, _ in wish.items if label in facts.places)
    )


assert set(STRENGTH) == set(POLARITIES)

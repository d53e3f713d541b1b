"""Verify each claim of an answer's sentences by recomputing it.

:func:`check` takes one item of an answer as JSON, as the service or `whyrec recommend --json` gives
it, and the :class:`whyrec.explain.verification.world.World` of that answer. A claim that cannot be
checked is reported as `unverifiable`. Places are compared within rounding: items whose scores
differ by less than 1e-5 of the spread of all scores may change places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from whyrec.core import ArgumentError
from whyrec.explain.verification import old_words
from whyrec.explain.verification.events import EVENT_CLAIMS
from whyrec.explain.verification.parsed_text import (
    FALSE,
    TRUE,
    UNVERIFIABLE,
    Check,
    ParsedText,
    named_by,
)
from whyrec.explain.verification.phrases import PHRASE_CLAIMS
from whyrec.explain.verification.row import field_checks, languages, row_checks
from whyrec.explain.verification.words import content_checks, strength_checks, verb_checks
from whyrec.explain.verification.world import World
from whyrec.explain.words import parse

__all__ = ["FALSE", "TRUE", "UNVERIFIABLE", "Check", "Checked", "check", "unverifiable"]

LANGS = ("en", "zh")


@dataclass(frozen=True)
class Checked:
    """One item with the checks of its sentences.

    Attributes:
        item: Label of the item.
        rank: Its place in the answer.
        checks: The checks.
        texts: Number of texts that were read.
        because: Whether a text says "because".
        support: People who chose the item and its first reason, or None if unknown.
        latest: Whether the first reason is the latest event, or None if there is no reason.
    """

    item: str
    rank: int | None
    checks: tuple[Check, ...]
    texts: int
    because: bool = False
    support: int | None = None
    latest: bool | None = None

    @property
    def false(self) -> list[Check]:
        """The checks that failed."""
        return [one for one in self.checks if one.verdict == FALSE]


def unverifiable(row: Mapping[str, Any], why: str) -> Checked:
    """Report an item whose world no longer exists."""
    return Checked(
        str(row["item"]),
        row.get("rank"),
        (Check("answer", UNVERIFIABLE, "", why),),
        len(texts_of(row)),
    )


def texts_of(row: Mapping[str, Any], lang: str = "en") -> dict[str, str]:
    """Return the texts of an item by language."""
    text = row.get("text")
    if text is None:
        return {}
    if isinstance(text, Mapping):
        return dict(text)
    return {lang: text}


def check(
    world: World, row: Mapping[str, Any], lang: str = "en", langs: Sequence[str] = LANGS
) -> Checked:
    """Recompute every claim about one item of an answer.

    Args:
        world: The history, model and counts behind the answer.
        row: The item's JSON.
        lang: Language of a row with a single text.
        langs: Languages to read.

    Returns:
        The checks of the item.
    """
    texts = {one: text for one, text in texts_of(row, lang).items() if one in langs}
    item = world.numbers.get(str(row["item"]))
    if item is None:
        return unverifiable(row, "the catalogue of the answer does not hold the item")
    made = list(row_checks(world, item, row))
    told = None
    for one, text in texts.items():
        checks, read = _text(world, item, row, one, text)
        made += checks
        told = told or read
    made += languages({one: strength_checks(one, text)[1] for one, text in texts.items()})
    return Checked(
        str(row["item"]),
        row.get("rank"),
        tuple(made),
        len(texts),
        bool(told and told.because),
        *(_first_reason(world, told) if told else (None, None)),
    )


def _text(
    world: World, item: int, row: Mapping[str, Any], lang: str, text: str
) -> tuple[list[Check], ParsedText | None]:
    """Check one text; returns its checks and the parsed text, if it could be parsed."""
    content = content_checks(world, item, lang, text)
    if content is not None:
        return content, None
    if old_words.is_old(row):
        return old_words.checks(world, item, row, lang, text), None
    made, plain = strength_checks(lang, text)
    try:
        claims = parse(plain, lang)
    except ArgumentError as error:
        return [
            *made,
            Check("readable", UNVERIFIABLE, text, str(error.args[0]) if error.args else ""),
        ], None
    told = named_by(world, ParsedText(item, row, lang, claims))
    made += verb_checks(world, lang, text)
    made += [*_claims(world, told), *field_checks(world, told)]
    return made, told


def _claims(world: World, told: ParsedText) -> Iterator[Check]:
    if world.by_phrases and not told.named:
        table = PHRASE_CLAIMS
    else:
        table = EVENT_CLAIMS
    for claim in told.claims:
        if claim.kind not in table:
            yield Check(
                claim.kind, UNVERIFIABLE, claim.kind, "no rule checks what this method says"
            )
            continue
        yield from table[claim.kind](world, told, claim)
    if told.named or told.phrases:
        yield from table["heaviest"](world, told, told.claims[0])


def _first_reason(world: World, told: ParsedText) -> tuple[int | None, bool | None]:
    first = told.named[0] if told.named else None
    if not first:
        return None, None
    other = int(world.query.items[first[0]])
    if world.counts is None:
        support = None
    else:
        support = world.counts.both(other, told.item)
    return support, max(first) == len(world.query) - 1

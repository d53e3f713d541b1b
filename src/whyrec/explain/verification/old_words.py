"""Check sentences of version 0.1 from logs by the rules of that version.

There, "because" meant that leaving out the first reason moved the item, and a share was a share of
absolute sizes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from whyrec.core import Additive, ArgumentError
from whyrec.explain.verification.events import EVENT_CLAIMS, moved, share_of
from whyrec.explain.verification.parsed_text import (
    UNVERIFIABLE,
    Check,
    ParsedText,
    judged,
    named_by,
    positions_of,
)
from whyrec.explain.verification.words import verb_checks
from whyrec.explain.verification.world import World
from whyrec.explain.words import Claim, parse

__all__ = ["OLD", "checks", "is_old"]

# Sentences that the current parser does not know: (pattern, replacement), where the
# replacement is a kind or the beginning of the current sentence.
OLD: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        (r" ?These reasons account for (?P<share>\d+)% of the score\.", "share"),
        (r"Main reasons: ", "Reasons for it: "),
    ),
    "zh": ((r"以上依据占得分的(?P<share>\d+)%。", "share"), (r"主要理由：", "支持它的理由：")),
}
BY_THEIR_RULES = ("again", "against")
NAMING = ("cause", "cause_mainly", "evidence", "evidence_mainly")


def is_old(row: Mapping[str, Any]) -> bool:
    """Say whether an item's JSON is of version 0.1, which stated no gap and no share."""
    return "gap" not in row and "share" not in row


def checks(world: World, item: int, row: Mapping[str, Any], lang: str, text: str) -> list[Check]:
    """Check the claims of one old text; claims without a rule are unverifiable."""
    plain = text
    share = None
    for pattern, meant in OLD[lang]:
        if meant == "share" and (found := re.search(pattern, plain)):
            share = int(found["share"])
            plain = plain[: found.start()] + plain[found.end() :]
        elif meant != "share":
            plain = re.sub(f"^{pattern}", meant, plain)
    try:
        claims = parse(plain, lang)
    except ArgumentError:
        return [
            Check(
                "old form",
                UNVERIFIABLE,
                text,
                "a sentence that no version is known to have written",
            )
        ]
    told = named_by(world, ParsedText(item, row, lang, claims))
    made = verb_checks(world, lang, text)
    for claim in claims:
        made += list(_claim(world, told, claim))
    return made + ([] if share is None else list(_share(world, told, share)))


def _claim(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    first = next((positions_of(world, reason) for reason in told.row.get("reasons") or ()), ())
    if claim.kind in NAMING:
        for thing in claim.things:
            days = [
                world.day(p)
                for p, item in enumerate(world.query.items.tolist())
                if world.titles[item] == thing.title
            ]
            yield judged(
                "named",
                bool(days),
                thing.title,
                "of the history" if days else "no event of this person",
            )
            if days and thing.day is not None:
                yield judged("date", thing.day in days, thing.day, days[-1])
        if claim.kind.startswith("cause"):
            yield _because(world, told, first)
    elif claim.kind == "counterfactual" and first:
        yield from moved(world, told, claim, world.scores(first), first)
    elif claim.kind in BY_THEIR_RULES and not world.by_phrases:
        yield from EVENT_CLAIMS[claim.kind](world, told, claim)
    else:
        yield Check(
            "old form", UNVERIFIABLE, claim.kind, "a sentence of version 0.1 that no rule checks"
        )


def _because(world: World, told: ParsedText, first: tuple[int, ...]) -> Check:
    if not first:
        return Check(
            "old form", UNVERIFIABLE, "because", "the answer does not say which event was left out"
        )
    before = world.place(told.item)
    after = world.place(told.item, first)
    return judged(
        "because",
        after.high > before.low and after.place != before.place,
        "because",
        f"#{before.place} to #{after.place}",
    )


def _share(world: World, told: ParsedText, said: int) -> Iterator[Check]:
    """Check the share of the named weights in the sizes of all parts.

    A "because" named only the first reason.
    """
    if world.by_phrases or not isinstance(world.model, Additive) or world.constant is not None:
        yield Check("old form", UNVERIFIABLE, f"{said}%", "the parts of this model are not known")
        return
    found = world.model.contributions(world.query, told.item)
    weights = np.asarray(found.weights, np.float64)
    reasons = told.row.get("reasons") or ()  # each has one event, even for repeated items
    meant = {p for reason in reasons for p in positions_of(world, reason)}
    named = sorted(meant & set(told.positions) or told.positions)
    total = abs(found.base) + float(np.abs(weights).sum()) + abs(found.rest)
    yield from share_of(Claim("share", share=said), float(np.abs(weights[named]).sum()), total)

"""Rules for claims of models that explain by phrases: paths, features, rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from whyrec.core import Reason
from whyrec.core.capabilities import PathModel
from whyrec.explain.verification.events import (
    AGAINST,
    CLOSE,
    EVENT_CLAIMS,
    FEW,
    Rule,
    because,
    moved,
    share_of,
)
from whyrec.explain.verification.parsed_text import Check, ParsedText, judged
from whyrec.explain.verification.world import World
from whyrec.explain.words import Claim

__all__ = ["PHRASE_CLAIMS", "removal_of"]

CROWD = 20  # smaller counts are not stated
NUMBER = r"[\d,.eE+-]+"
ONE_TITLE = (
    rf"‘(?P<t>.+?)’(?: \(you gave it (?P<v>{NUMBER})\)| \((?:(?P<n>{NUMBER}) "
    r"times|(?P<once>once))\))?"
    rf"|(?:《(?P<zt>.+?)》|“(?P<qt>.+?)”)(?:（您给了(?P<zv>{NUMBER})分）|（(?P<zn>{NUMBER})次）)?"
)
PEOPLE = {
    "en": r"chosen by (?:(?P<n>[\d,]+) )?people who chose ",
    "zh": r"(?:(?P<n>\d+)位)?选过.*的人也选了它",
}
OFTEN = {"en": r"often chosen soon after ", "zh": r"常在.*之后被选"}
SOON = {"en": r"chosen soon after ", "zh": r"有人在.*之后不久选了它"}
WEAK = {
    "en": r"a weak sign: few people chose both this and ",
    "zh": r"依据很弱：很少有人同时选过它与",
}
LONGEST = 90  # longest title in a phrase, in characters


def _starts(reason: Reason) -> tuple[int, ...]:
    return {"path": reason.refs[2:], "event": reason.refs}.get(reason.kind, ())


def _is_link(reason: Reason) -> bool:
    return reason.kind == "path" and reason.refs[0] >= 0


def removal_of(
    world: World, item: int, reasons: Sequence[Reason]
) -> tuple[tuple[int, ...], Any, float, int] | None:
    """Remove these reasons and score again; None if that is impossible.

    Links are cut, other paths lose the events from which they start, friends are not followed.
    Returns (removed events, scores of all items, the item's own score, number of starting events).
    """
    if not isinstance(world.model, PathModel):
        return None
    gone = tuple(sorted({p for reason in reasons if not _is_link(reason) for p in _starts(reason)}))
    alone = any(reason.kind == "friend" for reason in reasons)
    scores = world.scores(gone, alone=alone)
    model = world.model
    links = [reason for reason in reasons if _is_link(reason)]
    for reason in links:
        model = model.cut(item, reason)
    own = float(scores[item])
    if links:
        own = float(np.asarray(model.score([world._without(gone, alone)]), np.float32)[0, item])
    starts = {p for reason in reasons if reason.kind == "path" for p in reason.refs[2:]}
    return gone, scores, own, max(1, len(starts))


# --- what phrases say -----------------------------------------------------------------------------


def _phrases(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    """Check that each phrase is the model's own and true of the events and people it names."""
    for at, thing in enumerate(claim.things):
        if at < len(told.phrases):
            reason = told.phrases[at]
        else:
            reason = None
        yield judged(
            "named",
            reason is not None and reason.weight > 0,
            thing.title,
            "no reason of the model" if reason is None else f"weighs {reason.weight:.4g}",
        )
        if isinstance(world.model, PathModel):
            yield from _of_path(world, told, thing.title)
        elif reason is not None:
            own = world.model.phrase(reason, world.query, told.item)[told.lang == "zh"]
            yield judged("phrase", own == thing.title, thing.title, own)


def _of_path(world: World, told: ParsedText, phrase: str) -> Iterator[Check]:
    titles = [m.groupdict() for m in re.finditer(ONE_TITLE, phrase)]
    for one in titles:
        title = one["t"] or one["zt"] or one["qt"]
        positions = [
            p
            for p, item in enumerate(world.query.items.tolist())
            if _shortened(world.titles[item]) == title
        ]
        yield judged(
            "named",
            bool(positions),
            title,
            "of the history" if positions else "no event of this person",
        )
        if positions:
            yield from _value(world, one, [float(world.query.values[p]) for p in positions])
    if len(titles) == 1:
        yield from _people(
            world, told, phrase, titles[0]["t"] or titles[0]["zt"] or titles[0]["qt"]
        )


def _value(world: World, one: Mapping[str, str | None], given: Sequence[float]) -> Iterator[Check]:
    """Check a stated rating or count, if the values of the events have that meaning."""
    said = one["v"] or one["zv"]
    meant = "rating"
    if said is None:
        said = one["n"] or one["zn"] or ("1" if one["once"] else None)
        meant = "count"
    if said is not None:
        number = float(said.replace(",", ""))
        near = any(
            abs(number - value) <= (0.5 if meant == "count" else 1e-5 * abs(value))
            for value in given
        )
        yield judged(
            "rated",
            near and world.values == meant,
            f"{meant} {said}",
            f"{world.values} {given[-1]:g}",
        )


def _people(world: World, told: ParsedText, phrase: str, title: str) -> Iterator[Check]:
    """Check how many people chose both: a number, often, or few."""
    items = [item for item in world.groups if _shortened(world.titles[item]) == title]
    if not items or world.counts is None:
        return
    both = world.counts.both(items[0], told.item)
    lang = told.lang
    found = re.match(PEOPLE[lang], phrase)
    if found and found["n"]:
        said = int(found["n"].replace(",", ""))
        yield judged(
            "people", None if both is None else said == both >= CROWD, f"{said} people", both
        )
    if re.match(OFTEN[lang], phrase):
        yield judged("often", world.counts.often(items[0], told.item), "often", f"{both} people")
    if re.match(WEAK[lang], phrase):
        yield judged(
            "weak", None if both is None else both < FEW, "few people chose both", f"{both} people"
        )
    elif any(re.match(form[lang], phrase) for form in (PEOPLE, OFTEN, SOON)) and both is not None:
        yield judged("weak", both >= FEW, "no weak sign", f"{both} people chose both")


def _shortened(title: str) -> str:
    made = "".join(c for c in title if c.isprintable()).replace("”", "'")
    if len(made) <= LONGEST:
        return made
    return made[:LONGEST] + "…"


def _cause(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    if len(told.phrases) == len(claim.things):
        removal = removal_of(world, told.item, told.phrases)
    else:
        removal = None
    if removal is None:
        yield judged("because", False, "because", "what is named cannot be taken away")
    else:
        gone, left, own, size = removal
        yield from because(world, told, left, gone, size, own)
    yield from _phrases(world, told, claim)


def _against(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    """Check the strongest opposing reason in the model's own words."""
    reasons = [reason for reason in world.reasons(told.item)[1] if reason.weight < 0]
    for thing in claim.things:
        same = [
            one
            for one in reasons
            if world.model.phrase(one, world.query, told.item)[told.lang == "zh"] == thing.title
        ]
        first = max((one.weight for one in told.phrases), default=0.0)
        worst = min((one.weight for one in same or reasons), default=0.0)
        yield judged(
            "against",
            -worst >= AGAINST * first * 0.999 and worst < 0,
            thing.title,
            f"{worst:.4g} beside {first:.4g}",
        )


def _heaviest(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    if not told.phrases:
        return
    left = [one for one in world.reasons(told.item)[1] if one not in told.phrases]
    least = min(one.weight for one in told.phrases)
    most = max((one.weight for one in left), default=0.0)
    yield judged("heaviest", least >= CLOSE * most, f"{least:.4g} is named", f"{most:.4g} is not")


# --- what was executed ----------------------------------------------------------------------------


def _moves(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    if told.phrases:
        removal = removal_of(world, told.item, told.phrases)
    else:
        removal = None
    if removal is None:
        yield judged("rank", False, claim.ranks, "what is named cannot be taken away")
        return
    gone, left, own, _ = removal
    yield from moved(world, told, claim, left, gone, own)


def _share(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    yield from share_of(
        claim, sum(one.weight for one in told.phrases), float(world.scores()[told.item])
    )


def _none(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    weights = np.array([one.weight for one in world.reasons(told.item)[1]])
    others = (np.abs(weights).sum() - np.abs(weights)) / max(1, len(weights) - 1)
    hidden = int(np.count_nonzero((weights > 0) & (weights > (1 + 1e-3) * others)))
    yield judged(
        "none",
        not hidden,
        "no reliable single reason",
        f"{hidden} reasons outweigh a random other one",
    )


def _unsound(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    base, reasons = world.reasons(told.item)
    score = float(world.scores()[told.item])
    gap = score - base - sum(one.weight for one in reasons)
    yield judged(
        "unsound", abs(gap) > 1e-4 * max(1.0, abs(score)), "reasons do not add up", f"gap {gap:.4g}"
    )


PHRASE_CLAIMS: dict[str, Rule] = EVENT_CLAIMS | {
    "cause_phrases": _cause,
    "reasons": _phrases,
    "reasons_against": _against,
    "unnamed": _moves,
    "share": _share,
    "none": _none,
    "unsound": _unsound,
    "heaviest": _heaviest,
}

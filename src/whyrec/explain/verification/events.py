"""Rules for claims about the person's events: rescore the history without them, or count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from whyrec.core.support import UNKNOWN, Supported
from whyrec.explain.verification.parsed_text import Check, ParsedText, judged, resolve
from whyrec.explain.verification.world import World
from whyrec.explain.words import Claim, Thing

__all__ = ["AGAINST", "CLOSE", "EVENT_CLAIMS", "FEW", "because", "moved", "popular"]

FEW = 5  # fewer people than this who chose both are weak support
CLOSE = 0.9  # reasons within this ratio count as equally strong
HALF = 0.5
AGAINST = 0.25
SLACK = 1e-3  # tolerance of comparisons with a half
PERCENT = 0.52  # half a percent, and rounding
TENTH = 0.1  # the most chosen tenth of the catalogue is popular
NOW = 90 * 86_400  # seconds: the window of "now" if none is stated

Rule = Callable[[World, ParsedText, Claim], Iterator[Check]]


# --- what is named --------------------------------------------------------------------------------


def _named(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    """Check that the named things are events of this person, their number and last day."""
    for thing in claim.things:
        positions = resolve(world, thing, told.row)
        yield judged(
            "named",
            positions is not None,
            thing.title,
            "of the history" if positions else "no event of this person",
        )
        if positions:
            yield from _of_thing(world, thing, positions)


def _of_thing(world: World, thing: Thing, positions: tuple[int, ...]) -> Iterator[Check]:
    yield judged("count", thing.count == len(positions), thing.count, len(positions))
    if thing.day is not None:
        yield judged("date", thing.day == (day := world.day(max(positions))), thing.day, day)


def _evidence(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    yield from _named(world, told, claim)
    if claim.kind.endswith("_mainly"):
        yield from _mainly(world, told, claim)
    yield from _support(world, told)


def _cause(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    yield from because(
        world,
        told,
        world.scores(told.positions) if told.positions else None,
        told.positions,
        len(told.positions),
    )
    yield from _evidence(world, told, claim)


def because(
    world: World,
    told: ParsedText,
    left: Any,
    gone: tuple[int, ...],
    size: int,
    own: float | None = None,
) -> Iterator[Check]:
    """Check "because": the item leaves the list without the named events.

    It must also fall further than without as many random events.
    """
    if left is None or told.unknown:
        yield judged("because", False, "because", "what is named is no event of this person")
        return
    before = world.place(told.item)
    after = world.place_in(left, told.item, gone, own)
    m = len(world.query)
    if gone and len(set(gone)) == m:
        yield judged("because", False, "because", "what is named is the whole history")
        return
    leaves = before.low <= world.listed < after.high
    found = f"#{before.place} to #{after.place}, listed {world.listed}"
    if leaves and 0 < size < m:
        as_far, mean = world.random_fall(told.item, size, after.high)
        yield judged(
            "because", not as_far, "because", f"{found}; {size} random events: #{mean:.1f}"
        )
        return
    yield judged("because", leaves and size < m, "because", found)


def _mainly(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    """Check that the named events exceed half of score minus base and of the lead."""
    items = [int(world.query.items[one[0]]) for one in told.named]
    weights = world.weights(told.item)
    score = float(world.scores()[told.item])
    named = sum(weights.get(one, 0.0) for one in items)
    above = score - world.base(told.item)
    most = named > HALF * above - SLACK * abs(above) and above > 0
    yield judged("mainly", most, "more than half of the score", f"{named:.4g} of {above:.4g}")
    rival = world.rival()
    if rival is None:
        yield judged("mainly", False, "more than half of the lead", "all items are shown")
        return
    lead = score - float(world.scores()[rival])
    theirs = world.weights(rival)
    part = named - sum(theirs.get(one, 0.0) for one in items)
    yield judged(
        "mainly",
        part > HALF * lead - SLACK * abs(lead),
        "more than half of the lead",
        f"{part:.4g} of {lead:.4g}",
    )


def _heaviest(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    """Check that no omitted reason weighs clearly more than a named one."""
    effects = world.effects(told.item)
    weights = world.weights(told.item)
    items = {int(world.query.items[one[0]]) for one in told.named}
    named = [effects.get(one, np.nan) for one in items]
    left = [
        (effect, one)
        for one, effect in effects.items()
        if one not in items and weights.get(one, 0.0) > 0
    ]
    most, which = max(left, default=(0.0, -1))
    least = min(named)
    if np.isnan(least):
        holds = None
    else:
        holds = bool(least >= CLOSE * most)
    yield judged(
        "heaviest",
        holds,
        f"{least:.4g} is named",
        f"{most:.4g} of {world.titles[which]!r} is not" if which >= 0 else "",
    )


def _support(world: World, told: ParsedText) -> Iterator[Check]:
    """Check that weak support is stated; skipped if the model does not know the support."""
    if not isinstance(world.model, Supported) or world.counts is None:
        return
    weak = told.claim("weak")
    if weak:
        said = {thing.title for thing in weak.things}
    else:
        said = set()
    for one in told.named:
        other = int(world.query.items[one[0]])
        people = world.counts.both(other, told.item)
        if people is not None and people < FEW and world.titles[other] not in said:
            unknown = world.model.support([other], told.item)[0] == UNKNOWN
            yield judged(
                "weak",
                None if unknown else False,
                f"{world.titles[other]!r} without a word",
                f"{people} people chose both",
            )


def _weak(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    for thing in claim.things:
        positions = resolve(world, thing, told.row)
        if positions is None:
            yield judged("weak", False, thing.title, "no event of this person")
            continue
        if world.counts is None:
            people = None
        else:
            people = world.counts.both(int(world.query.items[positions[0]]), told.item)
        yield judged(
            "weak",
            None if people is None else people < FEW,
            "few people chose both",
            f"{people} people",
        )


def _against(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    """Check that an opposing reason has at least a quarter of the first reason's weight."""
    yield from _named(world, told, claim)
    weights = world.weights(told.item)
    first = max(weights.values(), default=0.0)
    for thing in claim.things:
        positions = resolve(world, thing, told.row)
        if positions:
            weight = weights.get(int(world.query.items[positions[0]]), 0.0)
            told_well = weight < 0 and -weight >= AGAINST * (1 - SLACK) * min(
                _first_named(weights, world, told), first
            )
            yield judged(
                "against",
                told_well,
                f"{thing.title!r} speaks against it",
                f"{weight:.4g} beside {first:.4g}",
            )


def _first_named(weights: dict[int, float], world: World, told: ParsedText) -> float:
    return max(
        (weights.get(int(world.query.items[one[0]]), 0.0) for one in told.named),
        default=float("inf"),
    )


# --- what was executed ----------------------------------------------------------------------------


def _moves(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    if claim.things and (
        names := [world.titles[int(world.query.items[one[0]])] for one in told.named]
    ):
        yield judged(
            "named",
            [thing.title for thing in claim.things] == names,
            [t.title for t in claim.things],
            names,
        )
    if told.unknown or not told.positions:
        yield judged("rank", False, claim.ranks, "nothing of this person's is named")
        return
    yield from moved(world, told, claim, world.scores(told.positions), told.positions)


def moved(
    world: World,
    told: ParsedText,
    claim: Claim,
    left: Any,
    gone: tuple[int, ...],
    own: float | None = None,
) -> Iterator[Check]:
    """Check both places by rescoring and by a what-if request."""
    assert claim.ranks is not None
    before = world.place(told.item)
    after = world.place_in(left, told.item, gone, own)
    yield judged(
        "rank", before.may_be(claim.ranks[0]), f"#{claim.ranks[0]} as it is", f"#{before.place}"
    )
    yield judged(
        "rank", after.may_be(claim.ranks[1]), f"#{claim.ranks[1]} without it", f"#{after.place}"
    )
    removed = told.row.get("removed")
    if world.what_if is not None and removed is not None:
        asked = world.what_if(removed, world.labels[told.item])
        yield judged("what-if", None if asked is None else asked == claim.ranks, claim.ranks, asked)


def _share(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    weights = world.weights(told.item)
    score = float(world.scores()[told.item])
    named = sum(weights.get(int(world.query.items[one[0]]), 0.0) for one in told.named)
    yield from share_of(claim, named, score)
    if world.additive and not world.moves and told.positions:
        executed = score - float(world.scores(told.positions)[told.item])
        yield from share_of(claim, executed, score, "share executed", 2 * PERCENT)


def share_of(
    claim: Claim, named: float, score: float, kind: str = "share", near: float = PERCENT
) -> Iterator[Check]:
    """Check a share of the signed score, in whole percent."""
    if score:
        share = 100 * named / score
    else:
        share = float("nan")
    yield judged(kind, abs(share - (claim.share or 0)) <= near, f"{claim.share}%", f"{share:.2f}%")


def _base(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    score = float(world.scores()[told.item])
    if world.by_phrases:
        base = world.reasons(told.item)[0]
    else:
        base = world.base(told.item)
    if claim.kind == "base_alone":
        yield judged(
            "base",
            base >= score * (1 - SLACK),
            "the history does not raise it",
            f"{base:.4g} of {score:.4g}",
        )
        return
    yield from share_of(claim, base, score, "base")
    yield judged(
        "base",
        base > HALF * score - SLACK * abs(score),
        "most of the score",
        f"{base:.4g} of {score:.4g}",
    )


# --- where nothing is named -----------------------------------------------------------------------


def _again(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    uses = len(world.groups.get(told.item, ()))
    yield judged("seen", uses == claim.count and uses > 0, f"{claim.count} times", f"{uses} times")
    yield from _support(world, told)


def _outside(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    assert claim.ranks is not None
    place = world.place(told.item)
    yield judged(
        "outside",
        claim.ranks[0] == world.listed
        and place.high > world.listed
        and place.may_be(claim.ranks[1]),
        f"#{claim.ranks[1]}, not among {claim.ranks[0]}",
        f"#{place.place} of {world.listed}",
    )


def popular(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    """Check that an item called popular is among the most chosen, and that no event supports it."""
    if world.popular is None:
        yield judged("popular", None, "popular", "no counts of the data are known")
        return
    counts = np.where(world.allowed[: len(world.popular)], world.popular, -1)
    if told.item < len(world.popular):
        own = float(world.popular[told.item])
    else:
        own = 0.0
    place = 1 + int(np.count_nonzero(counts > own))
    most = max(world.listed, TENTH * len(counts))
    if world.constant is not None and told.row.get("rank") and not world.drawn:
        most = told.row["rank"]
    yield judged(
        "popular", own > 0 and place <= most, "popular", f"#{place} by counts: chosen {own:g} times"
    )
    if world.constant is None and not world.by_phrases:
        effect = max(world.effects(told.item).values(), key=abs, default=0.0)
        score = abs(float(world.scores()[told.item]))
        yield judged(
            "popular",
            abs(effect) <= 1e-5 * max(1.0, score),
            "not based on your activity",
            f"an event weighs {effect:.4g}",
        )


def _seldom(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    """Check that an item said to be chosen by few was chosen fewer than five times."""
    if world.popular is None:
        own = None
    elif told.item < len(world.popular):
        own = float(world.popular[told.item])
    else:
        own = 0.0
    yield judged(
        "popular", None if own is None else own < FEW, "chosen by few", f"chosen {own} times"
    )


def _none(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    """Check "no single reason": none lowers the score by more than a random other one."""
    effects = world.effects(told.item)
    weights = world.weights(told.item)
    size = np.abs([*effects.values()])
    score = max(1.0, abs(float(world.scores()[told.item])))
    hidden = [
        one
        for one, effect in effects.items()
        if weights.get(one, 0.0) > 0
        and effect > 1e-5 * score
        and effect > (1 + 1e-3) * (size.sum() - abs(effect)) / max(1, len(size) - 1)
    ]
    yield judged(
        "none",
        not hidden,
        "no reliable single reason",
        ", ".join(world.titles[one] for one in hidden[:3]) or "none",
    )


def _unsound(world: World, told: ParsedText, claim: Claim) -> Iterator[Check]:
    rest = world.rest(told.item)
    if rest is None:
        yield judged(
            "unsound", None, "reasons do not add up", "the model's reasons need not add up"
        )
        return
    score = float(world.scores()[told.item])
    parts = world.base(told.item) + sum(world.weights(told.item).values()) + rest
    gap = score - parts - float(world.added[told.item])
    yield judged(
        "unsound", abs(gap) > 1e-4 * max(1.0, abs(score)), "reasons do not add up", f"gap {gap:.4g}"
    )


EVENT_CLAIMS: dict[str, Rule] = {
    "cause": _cause,
    "cause_mainly": _cause,
    "evidence": _evidence,
    "evidence_mainly": _evidence,
    "again": _again,
    "base": _base,
    "base_alone": _base,
    "weak": _weak,
    "outside": _outside,
    "unsound": _unsound,
    "against": _against,
    "counterfactual": _moves,
    "unnamed": _moves,
    "share": _share,
    "popular": popular,
    "seldom": _seldom,
    "none": _none,
    "heaviest": _heaviest,
}

"""Check the fields beside a sentence against the world and against the text.

Title, place, score, parts and the effect of removal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from whyrec.core import ArgumentError
from whyrec.core.support import FEWEST as FEW
from whyrec.explain.verification.parsed_text import (
    FALSE,
    TRUE,
    Check,
    ParsedText,
    judged,
    positions_of,
)
from whyrec.explain.verification.world import World
from whyrec.explain.words import Claim, parse

__all__ = ["field_checks", "languages", "row_checks"]

SUMS = 1e-4  # relative to max(1, |score|)
OF_WEIGHT = 1e-3
ALIKE = ("kind", "ranks", "share", "count")


def row_checks(world: World, item: int, row: Mapping[str, Any]) -> Iterator[Check]:
    """Check the fields of an item's JSON, independently of its text."""
    yield judged(
        "title", row.get("title") == world.titles[item], row.get("title"), world.titles[item]
    )
    if world.tags is not None or "score" not in row:  # the fallback by tags has no model
        return
    score = float(world.scores()[item])
    near = SUMS * max(1.0, abs(score))
    yield judged("score", abs(float(row["score"]) - score) <= near, row["score"], f"{score:.6g}")
    if row.get("rank") and not world.drawn:
        place = world.place(item)
        yield judged("place", place.may_be(int(row["rank"])), f"#{row['rank']}", f"#{place.place}")
    if world.labels[item] in _listed_before(world):
        yield judged(
            "listed",
            False,
            world.labels[item],
            "the person has chosen it and it may not come again",
        )
    elif not world.allowed[item] and row.get("rank", world.listed + 1) <= world.listed:
        yield judged("listed", False, world.labels[item], "it may not be listed")
    yield from _sums(row, near)
    for reason in row.get("reasons") or ():
        yield from _reason(world, item, reason)
    for term in row.get("terms") or ():
        yield from _term(world, item, term, near)


def _listed_before(world: World) -> set[str]:
    if world.query.repeat:
        return set()
    return {world.labels[one] for one in world.groups}


def _sums(row: Mapping[str, Any], near: float) -> Iterator[Check]:
    """Check score = base + contributions + unlisted + rest + terms, if the answer states all."""
    if row.get("unlisted") is None or row.get("gap") is None:
        return
    parts = (
        row["base"]
        + sum(reason["contribution"] for reason in row["reasons"])
        + row["unlisted"]
        + row["rest"]
        + sum(term["weight"] for term in row.get("terms") or ())
    )
    gap = float(row["score"]) - parts
    yield judged(
        "sums",
        abs(gap) <= near and abs(gap - row["gap"]) <= near,
        f"gap {row['gap']:.4g}",
        f"gap {gap:.4g}",
    )


def _term(world: World, item: int, term: Mapping[str, Any], near: float) -> Iterator[Check]:
    """Check a force's weight, the place without it, and the places that its sentence says."""
    weights = world.terms.get(term["name"])
    own = 0.0 if weights is None else float(weights[item])
    yield judged("term", abs(own - term["weight"]) <= near, term["weight"], f"{own:.6g}")
    if weights is None:
        return
    without = world.place_in(world.scores() - weights, item)
    said = int(term["rank_without"])
    yield judged("term place", without.may_be(said), f"#{said} without it", f"#{without.place}")
    numbers = {
        int(one) for one in re.findall(r"\d+", term["text"].partition(":")[0].partition("：")[0])
    }
    place = world.place(item)
    right = all(place.may_be(one) or without.may_be(one) for one in numbers)
    yield judged("term text", bool(numbers) and right, term["text"], f"#{place.place}")


def _reason(world: World, item: int, reason: Mapping[str, Any]) -> Iterator[Check]:
    """Check one reason's weight and evidence."""
    evidence = reason.get("evidence") or {}
    weight = reason.get("contribution", reason.get("weight"))
    if evidence:
        yield from _evidence(world, item, evidence)
    if weight is None or reason.get("code", reason.get("kind")) != "event" or world.by_phrases:
        return
    positions = positions_of(world, reason)
    if not positions:
        yield judged("contribution", False, weight, "of no event of this person")
        return
    if evidence.get("event_id") is not None and "event_ids" not in evidence:
        own = world.weight_of(item, positions)  # version 0.1 named each use of an item separately
    else:
        own = world.weights(item).get(int(world.query.items[positions[0]]), 0.0)
    yield judged(
        "contribution",
        abs(own - weight) <= OF_WEIGHT * max(abs(own), 0.01 * abs(float(world.scores()[item]))),
        f"{weight:.6g}",
        f"{own:.6g}",
    )


def _evidence(world: World, item: int, evidence: Mapping[str, Any]) -> Iterator[Check]:
    number = world.numbers.get(str(evidence["item"]), -1)
    positions = world.groups.get(number)
    yield judged(
        "evidence",
        positions is not None,
        evidence["item"],
        "of the history" if positions else "no event of this person",
    )
    if positions is None:
        return
    yield judged(
        "evidence",
        evidence["title"] == world.titles[number],
        evidence["title"],
        world.titles[number],
    )
    if "count" in evidence and "path" not in evidence and not world.by_phrases:
        if world.event_ids:
            ids = [world.event_ids[p] for p in positions]
        else:
            ids = None
        yield judged(
            "evidence",
            evidence["count"] == len(positions),
            f"{evidence['count']} uses",
            f"{len(positions)} uses",
        )
        yield judged(
            "evidence",
            ids is None or list(evidence["event_ids"]) == ids,
            evidence["event_ids"],
            ids,
        )
    if evidence.get("time") is not None:
        times = [int(world.query.times[p]) for p in positions]
        if world.by_phrases:
            known = evidence["time"] in times
        else:
            known = evidence["time"] == times[-1]
        yield judged(
            "evidence", known and world.day(max(positions)) is not None, evidence["time"], times[-1]
        )
    if evidence.get("support") is not None:
        if world.counts is None:
            people = None
        else:
            people = world.counts.both(number, item)
        yield judged(
            "support",
            None if people is None else FEW <= evidence["support"] <= people,
            evidence["support"],
            people,
        )


def field_checks(world: World, told: ParsedText) -> Iterator[Check]:
    """Check that the fields of the answer agree with its text."""
    row = told.row
    share = told.claim("share")
    if "share" in row:
        yield judged(
            "fields",
            row["share"] == (share.share if share else None),
            f"text {share.share if share else None}",
            f"share {row['share']}",
        )
    removed = row.get("removed")
    moved = told.claim("counterfactual", "unnamed")
    if "removed" not in row or (removed is not None and "proved" not in removed):
        return
    if removed is None:
        ranks = None
    else:
        ranks = (removed["rank_before"], removed["rank_after"])
    fell = ranks is not None and ranks[1] > ranks[0]
    yield judged(
        "fields",
        (moved.ranks if moved else None) == (ranks if fell else None),
        f"text {moved.ranks if moved else None}",
        f"removed {ranks}",
    )
    if any(claim.kind.startswith(("cause", "evidence", "reasons")) for claim in told.claims):
        yield judged(
            "fields",
            told.because == bool(removed and removed["proved"]),
            f"because: {told.because}",
            f"proved: {bool(removed and removed['proved'])}",
        )
    if told.named:
        titles = [world.titles[int(world.query.items[one[0]])] for one in told.named]
        rows = [reason for reason in row.get("reasons") or () if positions_of(world, reason)][
            : len(titles)
        ]
        theirs = [
            world.titles[int(world.query.items[positions_of(world, reason)[0]])] for reason in rows
        ]
        yield judged("fields", sorted(titles) == sorted(theirs), titles, theirs)


def languages(texts: Mapping[str, str]) -> list[Check]:
    """Check that both languages state the same kinds, places, shares, counts and things."""
    if len(texts) < 2:
        return []
    try:
        read = [parse(text, lang) for lang, text in texts.items()]
    except ArgumentError:
        return []  # already reported for that text
    one, other = ([_plain(claim) for claim in claims] for claims in read)
    return [
        Check(
            "languages",
            TRUE if one == other else FALSE,
            str(one),
            "" if one == other else str(other),
        )
    ]


def _plain(claim: Claim) -> tuple[Any, ...]:
    """Reduce a claim to what must be the same in every language; phrases differ."""
    phrased = claim.kind in ("cause_phrases", "reasons", "reasons_against", "token")
    return (
        *(getattr(claim, name) for name in ALIKE),
        claim.other,
        len(claim.things) if phrased else claim.things,
    )

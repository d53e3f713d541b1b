"""What a sentence was read as: its claims, and the events or phrases that they name in one
history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from whyrec.core import Reason
from whyrec.explain.verification.world import World
from whyrec.explain.words import Claim, Thing

__all__ = [
    "FALSE",
    "TRUE",
    "UNVERIFIABLE",
    "Check",
    "ParsedText",
    "judged",
    "named_by",
    "positions_of",
    "resolve",
]

TRUE = "true"
FALSE = "false"
UNVERIFIABLE = "unverifiable"
NAMING = ("cause", "cause_mainly", "evidence", "evidence_mainly")
PHRASED = ("cause_phrases", "reasons")


class Check(NamedTuple):
    """One claim that was done over: what was said and what was found."""

    kind: str
    verdict: str
    said: str
    found: str


def judged(kind: str, holds: bool | None, said: Any, found: Any) -> Check:
    """holds: None where it cannot be known."""
    return Check(
        kind, UNVERIFIABLE if holds is None else TRUE if holds else FALSE, str(said), str(found)
    )


@dataclass(frozen=True)
class ParsedText:
    """One text. named: the positions of each reason that is named, those used before first;
    unknown: things that are no events of the person; phrases: the model's reasons that the text
    names."""

    item: int
    row: Mapping[str, Any]
    lang: str
    claims: tuple[Claim, ...]
    named: tuple[tuple[int, ...], ...] = ()
    unknown: tuple[Thing, ...] = ()
    phrases: tuple[Reason, ...] = ()

    @property
    def because(self) -> bool:
        return any(claim.kind.startswith("cause") for claim in self.claims)

    @property
    def by_phrases(self) -> bool:
        return any(claim.kind in (*PHRASED, "reasons_against") for claim in self.claims)

    @property
    def positions(self) -> tuple[int, ...]:
        """Every event that is named."""
        return tuple(sorted({p for one in self.named for p in one}))

    def claim(self, *kinds: str) -> Claim | None:
        """The first claim of these kinds."""
        return next((claim for claim in self.claims if claim.kind in kinds), None)


def named_by(world: World, told: ParsedText) -> ParsedText:
    """The text with the events and phrases that it names."""
    named: list[tuple[int, ...]] = []
    unknown: list[Thing] = []
    phrases: list[Reason] = []
    for claim in told.claims:
        if claim.kind == "again" and told.item in world.groups:
            named.append(world.groups[told.item])
        if claim.kind in NAMING:
            for thing in claim.things:
                found = resolve(world, thing, told.row)
                if found:
                    named.append(found)
                else:
                    unknown.append(thing)
        if claim.kind in PHRASED and world.by_phrases:
            phrases += _phrases(world, told, claim)
    return replace(told, named=tuple(named), unknown=tuple(unknown), phrases=tuple(phrases))


def resolve(world: World, thing: Thing, row: Mapping[str, Any]) -> tuple[int, ...] | None:
    """The positions of an item of the history with this title; of several such items the one that
    the answer's reasons name, or that fits the count and the day. None where the person has
    none."""
    able = [
        (item, positions)
        for item, positions in world.groups.items()
        if world.titles[item] == thing.title
    ]
    if not able:
        return None
    meant = {p for reason in row.get("reasons") or () for p in positions_of(world, reason)}
    return max(
        able,
        key=lambda one: (
            bool(meant & set(one[1])),
            len(one[1]) == thing.count,
            world.day(max(one[1])) == thing.day,
        ),
    )[1]


def positions_of(world: World, reason: Mapping[str, Any]) -> tuple[int, ...]:
    """The events of a reason's JSON, in either form."""
    if "positions" in reason:
        return tuple(reason["positions"])
    return _evident(world, reason.get("evidence") or {})


def _evident(world: World, evidence: Mapping[str, Any]) -> tuple[int, ...]:
    ids = {
        one for one in evidence.get("event_ids") or [evidence.get("event_id")] if one is not None
    }
    if ids:
        found = tuple(p for p, one in enumerate(world.event_ids) if one in ids)
    else:
        found = ()
    if found or ids:
        return found
    return world.groups.get(world.numbers.get(str(evidence.get("item")), -1), ())


def _phrases(world: World, told: ParsedText, claim: Claim) -> list[Reason]:
    """The model's reasons that the rows of the answer name, as far as the text names phrases:
    found by kind and weight.
    """
    rows: Sequence[Mapping[str, Any]] = [
        row for row in told.row.get("reasons") or () if row.get("contribution", row.get("weight"))
    ]
    found: list[Reason] = []
    left = list(world.reasons(told.item)[1])
    for row, _ in zip(rows, claim.things, strict=False):
        weight = float(row.get("contribution", row.get("weight")))
        kind = row.get("code", row.get("kind"))
        same = [one for one in left if one.kind == kind] or left
        best = min(same, key=lambda one: abs(one.weight - weight), default=None)
        if best is not None:
            found.append(best)
            left.remove(best)
    return found

"""A parsed text: its claims, and the events or phrases of the history that they name."""

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
    """One recomputed claim: what the text said and what was found."""

    kind: str
    verdict: str
    said: str
    found: str


def judged(kind: str, holds: bool | None, said: Any, found: Any) -> Check:
    """Build a check; `holds` is None if the claim cannot be verified."""
    return Check(
        kind, UNVERIFIABLE if holds is None else TRUE if holds else FALSE, str(said), str(found)
    )


@dataclass(frozen=True)
class ParsedText:
    """One parsed text.

    Attributes:
        item: Number of the item.
        row: The item's JSON.
        lang: Language of the text.
        claims: The parsed claims.
        named: Positions of each named reason, repeated items first.
        unknown: Named things that are not events of the person.
        phrases: The model's reasons that the text names.
    """

    item: int
    row: Mapping[str, Any]
    lang: str
    claims: tuple[Claim, ...]
    named: tuple[tuple[int, ...], ...] = ()
    unknown: tuple[Thing, ...] = ()
    phrases: tuple[Reason, ...] = ()

    @property
    def because(self) -> bool:
        """Whether the text says "because"."""
        return any(claim.kind.startswith("cause") for claim in self.claims)

    @property
    def by_phrases(self) -> bool:
        """Whether the text names phrases."""
        return any(claim.kind in (*PHRASED, "reasons_against") for claim in self.claims)

    @property
    def positions(self) -> tuple[int, ...]:
        """Every named event."""
        return tuple(sorted({p for one in self.named for p in one}))

    def claim(self, *kinds: str) -> Claim | None:
        """Return the first claim of these kinds."""
        return next((claim for claim in self.claims if claim.kind in kinds), None)


def named_by(world: World, told: ParsedText) -> ParsedText:
    """Add to a text the events and phrases that it names."""
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
    """Find the positions of the item with this title in the history; None if there is none.

    Among several items with the title: the one in the answer's reasons, or with the right count and
    day.
    """
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
    """Return the events of a reason's JSON, in either form."""
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
    """Find the model's reasons behind the answer's rows by kind and weight."""
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

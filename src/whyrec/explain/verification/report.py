"""Summarise the checks of many sentences: number of claims and false claims, by kind and place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from whyrec.core.support import FEWEST as FEW
from whyrec.explain.verification.check import Checked
from whyrec.explain.verification.parsed_text import FALSE, UNVERIFIABLE

__all__ = ["EXAMPLES", "Found", "Verified"]

EXAMPLES = 20  # false claims that are listed in full
PLACES = 10  # places that are counted separately


@dataclass(frozen=True)
class Found:
    """A false claim; `where` is the id of the answer or the label of the person."""

    where: str
    item: str
    rank: int | None
    claim: str
    said: str
    found: str


@dataclass
class Verified:
    """Totals of many checks.

    Attributes:
        checked: Answers or people.
        sentences: Texts of items.
        claims: Claims that were checked, including false and unverifiable ones.
        unverifiable: Claims that could not be checked.
        unknown: Why claims are unverifiable.
    """

    checked: int = 0
    sentences: int = 0
    claims: int = 0
    unverifiable: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    places: Counter[int] = field(default_factory=Counter)
    false_kinds: Counter[str] = field(default_factory=Counter)
    false_places: Counter[int] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    false_ones: list[Found] = field(default_factory=list)
    because: list[bool] = field(default_factory=list)
    support: list[int] = field(default_factory=list)
    latest: list[bool] = field(default_factory=list)

    @property
    def false(self) -> int:
        """Number of false claims."""
        return sum(self.false_kinds.values())

    def add(self, where: str, one: Checked) -> None:
        """Add the checks of one item of an answer."""
        if one.rank:
            place = min(one.rank, PLACES)
        else:
            place = 0
        self.sentences += one.texts
        if one.texts:
            self.because.append(one.because)
        if one.support is not None:
            self.support.append(one.support)
        if one.latest is not None:
            self.latest.append(one.latest)
        for kind, verdict, said, found in one.checks:
            self.claims += 1
            self.kinds[kind] += 1
            self.places[place] += 1
            if verdict == UNVERIFIABLE:
                self.unverifiable += 1
                self.unknown[found] += 1
            if verdict == FALSE:
                self.false_kinds[kind] += 1
                self.false_places[place] += 1
                self.false_ones.append(Found(where, one.item, one.rank, kind, said, found))

    def as_json(self, key: str = "recommendation_id", most: int = EXAMPLES) -> dict[str, Any]:
        """Return the totals as JSON values.

        Args:
            key: Name of the field that says where an example was found.
            most: Largest number of examples.

        Returns:
            A dict of totals, kinds, places, examples and statistics.
        """
        support = np.array(self.support)
        return {
            "checked": self.checked,
            "sentences": self.sentences,
            "claims": self.claims,
            "false": self.false,
            "unverifiable": self.unverifiable,
            "kinds": [
                {"kind": kind, "claims": n, "false": self.false_kinds[kind]}
                for kind, n in self.kinds.most_common()
            ],
            "places": [
                {"rank": place, "claims": n, "false": self.false_places[place]}
                for place, n in sorted(self.places.items())
                if place
            ],
            "examples": [
                {
                    key: one.where or None,
                    "item": one.item,
                    "rank": one.rank,
                    "claim": one.claim,
                    "said": one.said,
                    "found": one.found,
                }
                for one in self.false_ones[:most]
            ],
            "because": float(np.mean(self.because)) if self.because else None,
            "support": {
                "under": [FEW, float((support < FEW).mean())],
                "median": float(np.median(support)),
            }
            if len(support)
            else None,
            "recency": {"latest": float(np.mean(self.latest))} if self.latest else None,
            "reasons": [{"why": why, "claims": n} for why, n in self.unknown.most_common(EXAMPLES)],
        }

"""Reasons as they are served: the tested explanations of a list as JSON, with the sentences that
the one writer makes.

score = base + sum of the listed reasons + unlisted + rest
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import (
    Decomposition,
    Explanation,
    ItemContributions,
    Listing,
    Query,
    Readable,
    Reason,
    Supported,
)
from whyrec.core.messages import Messages
from whyrec.core.support import FEWEST
from whyrec.explain.dates import Clock, day_of
from whyrec.explain.tested import NAMED, UNSOUND, explain_list
from whyrec.explain.words import say

__all__ = ["ReasonContext", "evidence", "plain", "removed_of", "rows_of", "shape_of"]

TEXTS = Messages("service")


class _Titles(NamedTuple):
    title: Sequence[str]


@dataclass(frozen=True)
class ReasonContext:
    """What the reasons of some items are told from: the list they stand in; titles and labels by
    item number; event_ids by position. tags: of the content fallback, the tag each position
    shares."""

    listing: Listing
    items: NDArray[np.int32]
    titles: Sequence[str]
    labels: Sequence[str]
    event_ids: Sequence[str | None]
    domain: str
    clock: Clock
    lang: str
    model: Any = None
    tags: Mapping[int, str] | None = field(default=None)
    verb: str = ""

    @property
    def query(self) -> Query:
        return self.listing.query

    @property
    def decomposition(self) -> Decomposition:
        return self.listing.decomposition

    @functools.cached_property
    def parts(self) -> ItemContributions:
        """What makes up the scores of the items."""
        return self.decomposition.parts(self.items)

    @functools.cached_property
    def readable(self) -> bool:
        """Whether the model itself says its reasons."""
        return issubclass(type(self.model), Readable)

    @functools.cached_property
    def named(self) -> _Titles:
        """The titles as a sentence takes them."""
        return _Titles(self.titles)

    @functools.cached_property
    def history(self) -> tuple[list[int], list[int]]:
        """Item number and time of each event."""
        return self.query.items.tolist(), self.query.times.tolist()

    def say(self, why: Explanation, **more: Any) -> str:
        """The explanation in the language of the answer."""
        return say(
            why,
            self.query,
            self.named,
            lang=self.lang,
            domain=self.domain,
            verb=self.verb,
            clock=self.clock,
            **more,
        )


def rows_of(sight: ReasonContext, shown: int = NAMED) -> list[dict[str, Any]]:
    """For each item of the list: base, reasons, rest, unlisted, gap, shares, removed, text."""
    known = issubclass(type(sight.model), Supported)  # of a class Python remembers it
    support = sight.model.support if known else None
    return [
        shape_of(sight, why, functools.partial(_row, sight, why), _text(sight, why))
        for why in explain_list(sight.listing, sight.items, shown=shown, support=support)
    ]


def shape_of(sight: ReasonContext, why: Explanation, row: Any, text: str) -> dict[str, Any]:
    """The JSON of a tested explanation; row(reason, support): that of one of its reasons."""
    helping = [reason for reason in why.reasons if reason.weight > 0]
    support = [*why.support, *[-1] * len(helping)]
    rows = [row(reason, people) for reason, people in zip(helping, support, strict=False)]
    if (
        why.named == 1 and why.removal is not None
    ):  # of several the effect of each alone was not measured
        rows[0]["removed"] = {
            "rank_before": why.removal.rank_before,
            "rank_after": why.removal.rank_after,
        }
    named = sum([reason.weight for reason in helping])
    every = why.others + sum([reason.weight for reason in why.reasons])
    return {
        "base": why.base,
        "reasons": rows or [_no_reason(why)],
        "rest": why.rest,
        "unlisted": every - named,
        "gap": why.score - why.base - every - why.rest,
        "explained_share": why.explained_share,
        "share": why.share,
        "removed": removed_of(sight, why),
        "text": text,
    }


def removed_of(sight: ReasonContext, why: Explanation) -> dict[str, Any] | None:
    """What taking the named reasons away together did; None where it was not done."""
    found = why.removal
    if found is None:
        return None
    return {
        "items": list(dict.fromkeys(sight.labels[sight.query.items[p]] for p in found.positions)),
        "event_ids": [sight.event_ids[p] for p in found.positions],
        "rank_before": found.rank_before,
        "rank_after": found.rank_after,
        "listed": found.listed,
        "proved": found.proved,
        "random": {"draws": len(found.random), "rank_after": list(found.random)},
    }


def _row(sight: ReasonContext, why: Explanation, reason: Reason, people: int) -> dict[str, Any]:
    if reason.kind != "event":
        label = phrase(sight, why.item)(reason)
        return {
            "code": reason.kind,
            "evidence": None,
            "label": label,
            "contribution": reason.weight,
            "removed": None,
        }
    return {
        "code": "event" if sight.tags is None else "tag",
        "evidence": evidence(sight, reason.refs, people),
        "contribution": reason.weight,
        "removed": None,
    }


def evidence(sight: ReasonContext, refs: Sequence[int], people: int = -1) -> dict[str, Any]:
    """The events that a reason points at: all uses of one item, by the last of them. people: who
    chose both, told from five on."""
    last = max(refs)
    items, times = sight.history
    item = items[last]
    time = times[last]
    found: dict[str, Any] = {
        "item": sight.labels[item],
        "title": sight.titles[item],
        "event_id": sight.event_ids[last],
        "event_ids": [sight.event_ids[p] for p in sorted(refs)],
        "count": len(refs),
        "time": time if day_of(time, sight.clock) else None,
        "support": people if people >= FEWEST else None,
    }
    if sight.tags is None:
        return found
    return found | {"tag": sight.tags.get(last, "")}


def _no_reason(why: Explanation) -> dict[str, Any]:
    """Nothing of the history counted: popular; something did, but nothing alone, or the sum
    failed: none.
    """
    if why.others or why.method == UNSOUND:
        code = "none"
    else:
        code = "popular"
    return {"code": code, "evidence": None, "contribution": 0.0, "removed": None}


def _text(sight: ReasonContext, why: Explanation) -> str:
    if sight.tags is not None and why.named:
        tag = plain(sight.tags.get(max(why.reasons[0].refs), ""))
        return TEXTS.say("tag", sight.lang, tag=tag)
    return sight.say(why, phrases=phrase(sight, why.item) if sight.readable else None)


def phrase(sight: ReasonContext, item: int) -> Callable[[Reason], str]:
    """What a readable model says of its reasons, in the language of the answer."""
    return lambda reason: str(sight.model.phrase(reason, sight.query, item)[sight.lang == "zh"])


def plain(tag: str) -> str:
    """A tag or a title inside its quotes: no character of it may end them."""
    return "".join(c for c in tag if c.isprintable()).replace("”", "'")

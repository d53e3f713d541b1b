"""Serve reasons: the tested explanations of a list as JSON, with their sentences.

score = base + sum of the listed reasons + unlisted + rest + terms
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
from whyrec.models.graph.path_decomposition import positions_of

__all__ = ["ReasonContext", "evidence", "plain", "removed_of", "rows_of", "shape_of"]

TEXTS = Messages("service")


class _Titles(NamedTuple):
    title: Sequence[str]


@dataclass(frozen=True)
class ReasonContext:
    """The context of reasons: the list, titles and labels by item number, event ids by position.

    `tags` is, for the content fallback, the tag that each position shares.
    """

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
    concealed: frozenset[str] = frozenset()  # labels that are not named

    @property
    def query(self) -> Query:
        return self.listing.query

    @property
    def decomposition(self) -> Decomposition:
        return self.listing.decomposition

    @functools.cached_property
    def parts(self) -> ItemContributions:
        """The decomposition of the items' scores."""
        return self.decomposition.parts(self.items)

    @functools.cached_property
    def readable(self) -> bool:
        """Whether the model itself words its reasons."""
        return issubclass(type(self.model), Readable)

    @functools.cached_property
    def named(self) -> _Titles:
        """The titles as a sentence takes them."""
        return _Titles(self.titles)

    @functools.cached_property
    def history(self) -> tuple[list[int], list[int]]:
        """Item number and time of each event."""
        return self.query.items.tolist(), self.query.times.tolist()

    def names(self, position: int) -> bool:
        """Whether the item of an event may be named."""
        return self.labels[self.query.items[position]] not in self.concealed

    def nameable(self, reason: Reason) -> bool:
        """Whether a reason names no hidden item."""
        return not self.concealed or all(map(self.names, positions_of(reason)))

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


def rows_of(context: ReasonContext, shown: int = NAMED) -> list[dict[str, Any]]:
    """For each item of the list: base, reasons, rest, unlisted, gap, shares, removed, text."""
    known = issubclass(type(context.model), Supported)  # Python caches this for a class
    support = context.model.support if known else None
    return [
        shape_of(context, why, functools.partial(_row, context, why), _text(context, why))
        for why in explain_list(
            context.listing, context.items, shown=shown, support=support, nameable=context.nameable
        )
    ]


def shape_of(context: ReasonContext, why: Explanation, row: Any, text: str) -> dict[str, Any]:
    """The JSON of a tested explanation; `row(reason, support)` makes that of one reason."""
    helping = [reason for reason in why.reasons if reason.weight > 0]
    support = [*why.support, *[-1] * len(helping)]
    rows = [row(reason, people) for reason, people in zip(helping, support, strict=False)]
    if (
        why.named == 1 and why.removal is not None
    ):  # with several reasons, the effect of each alone was not measured
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
        "gap": why.score - why.base - every - why.rest - why.terms,
        "explained_share": why.explained_share,
        "additive": why.additive,
        "share": why.share,
        "removed": removed_of(context, why),
        "text": text,
    }


def removed_of(context: ReasonContext, why: Explanation) -> dict[str, Any] | None:
    """The effect of removing the named reasons together; None if it was not measured."""
    found = why.removal
    if found is None:
        return None
    return {
        "items": list(
            dict.fromkeys(context.labels[context.query.items[p]] for p in found.positions)
        ),
        "event_ids": [context.event_ids[p] for p in found.positions],
        "rank_before": found.rank_before,
        "rank_after": found.rank_after,
        "listed": found.listed,
        "proved": found.proved,
        "random": {"draws": len(found.random), "rank_after": list(found.random)},
    }


def _row(context: ReasonContext, why: Explanation, reason: Reason, people: int) -> dict[str, Any]:
    if reason.kind != "event":
        label = phrase(context, why.item)(reason)
        return {
            "code": reason.kind,
            "evidence": None,
            "label": label,
            "contribution": reason.weight,
            "removed": None,
        }
    return {
        "code": "event" if context.tags is None else "tag",
        "evidence": evidence(context, reason.refs, people),
        "contribution": reason.weight,
        "removed": None,
    }


def evidence(context: ReasonContext, refs: Sequence[int], people: int = -1) -> dict[str, Any]:
    """The events behind a reason: all uses of one item, represented by the last.

    `people` is the number who chose both, reported from five on.
    """
    last = max(refs)
    items, times = context.history
    item = items[last]
    time = times[last]
    found: dict[str, Any] = {
        "item": context.labels[item],
        "title": context.titles[item],
        "event_id": context.event_ids[last],
        "event_ids": [context.event_ids[p] for p in sorted(refs)],
        "count": len(refs),
        "time": time if day_of(time, context.clock) else None,
        "support": people if people >= FEWEST else None,
    }
    if context.tags is None:
        return found
    return found | {"tag": context.tags.get(last, "")}


def _no_reason(why: Explanation) -> dict[str, Any]:
    """The code without reasons: popular if nothing of the history counted, else none.

    "none" also means that the sum failed, or that what everyone gets speaks against the item.
    """
    if why.others or why.method == UNSOUND or why.base < 0:
        code = "none"
    else:
        code = "popular"
    return {"code": code, "evidence": None, "contribution": 0.0, "removed": None}


def _text(context: ReasonContext, why: Explanation) -> str:
    if context.tags is not None and why.named:
        tag = plain(context.tags.get(max(why.reasons[0].refs), ""))
        return TEXTS.say("tag", context.lang, tag=tag)
    return context.say(why, phrases=phrase(context, why.item) if context.readable else None)


def phrase(context: ReasonContext, item: int) -> Callable[[Reason], str]:
    """The wording of a readable model's reasons, in the language of the answer."""
    return lambda reason: str(
        context.model.phrase(reason, context.query, item)[context.lang == "zh"]
    )


def plain(tag: str) -> str:
    """A tag or title within quotation marks, without characters that could end them."""
    return "".join(c for c in tag if c.isprintable()).replace("”", "'")

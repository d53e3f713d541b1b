"""Reasons as they are served: parts of the score that passed their deletion test, and sentences that say no more.

    score = base + sum of the shown reasons + rest

A reason is shown only where leaving its event out lowers the item's score by more than a random event of the history does:
twice as much, or more and the item loses its place. Where none passes, the code is `none`. `rest` is all that is not
shown; `unlisted` says how much of it exact reasons account for, and `explained_share` how much of the score they do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Query
from whyrec.explain.words import say
from whyrec.serve.scoring import Parts, Scored

__all__ = ["SHOWN", "Sight", "place_of", "reasons_of", "tested"]

SHOWN = 3  # reasons of an item at most
BEYOND = 2.0  # times what a random event's removal takes away
ROUNDING = 1e-6  # of the score: a smaller effect is none
CONTENT = {"en": "Matches the tag “{tag}” in your profile.", "zh": "与您的标签“{tag}”相符。"}


class Sight(NamedTuple):
    """What reasons are told from: a history, its scores, its parts for the items of the list; titles and labels by item
    number; event_ids by position; allowed: the items among which places are counted, (n_items,) bool."""

    query: Query
    scored: Scored
    parts: Parts
    items: NDArray[np.int32]
    titles: Sequence[str]
    labels: Sequence[str]
    event_ids: Sequence[str | None]
    allowed: NDArray[np.bool_]
    domain: str
    clock: bool
    lang: str
    tags: Mapping[int, str] | None = None  # content fallback: the tag each position shares


class _Weight(NamedTuple):
    """A reason as the sentences read it."""

    kind: str
    refs: tuple[int, ...]
    weight: float


class _Told(NamedTuple):
    """An explanation as the sentences read it."""

    reasons: Sequence[_Weight]
    base: float
    rest: float
    additive: bool


class _Taken(NamedTuple):
    """A removal that was executed, as the sentences read it."""

    positions: tuple[int, ...]
    rank_before: int
    rank_after: int
    found: bool


class _Table(NamedTuple):
    title: Sequence[str]


def place_of(scores: NDArray[np.float32], allowed: NDArray[np.bool_], items: NDArray[Any]) -> NDArray[np.int64]:
    """The place of each item among the allowed ones: 1 for the best, ties by item number; (k,)."""
    own = scores[items]
    near = np.flatnonzero((scores >= own.min()) & allowed)
    better = scores[near][None, :] > own[:, None]
    tied = (scores[near][None, :] == own[:, None]) & (near[None, :] < np.asarray(items)[:, None])
    return 1 + np.count_nonzero(better | tied, 1)


def tested(weights: NDArray[np.float64], score: float) -> NDArray[np.int64]:
    """Positions whose removal lowers the score by more than a random event's does, strongest first; `weights` (m,)."""
    m = len(weights)
    if not m:
        return np.zeros(0, np.int64)
    size = np.abs(weights)
    random = (size.sum() - size) / max(1, m - 1)  # what one of the other events takes away on average
    passed = np.flatnonzero((weights > random) & (weights > ROUNDING * max(1.0, abs(score))))
    return passed[np.argsort(-weights[passed], kind="stable")]


def reasons_of(sight: Sight, shown: int = SHOWN) -> list[dict[str, Any]]:
    """For each item of the list: base, reasons, rest, unlisted, explained_share, text."""
    taken: dict[int, NDArray[np.int64]] = {}  # places of all the items once a position is left out
    before = place_of(sight.scored.scores, sight.allowed, sight.items) if len(sight.items) else np.zeros(0, np.int64)
    return [_reasons(sight, at, int(before[at]), taken, shown) for at in range(len(sight.items))]


def _reasons(sight: Sight, at: int, before: int, taken: dict[int, NDArray[np.int64]], shown: int) -> dict[str, Any]:
    base, weights, rest, additive = (
        sight.parts.base[at],
        sight.parts.weights[:, at],
        sight.parts.rest[at],
        sight.parts.additive,
    )
    score = float(sight.scored.scores[sight.items[at]])
    size = np.abs(weights)
    kept, after = [], 0
    for position in map(int, tested(weights, score)[:shown]):
        random = (size.sum() - size[position]) / max(1, len(weights) - 1)
        if position not in taken:
            taken[position] = place_of(sight.scored.without(position), sight.allowed, sight.items)
        place = int(taken[position][at])
        if weights[position] >= BEYOND * random or place > before:
            after = after or place
            kept.append((position, place))
    rows = [_row(sight, position, float(weights[position]), before, place) for position, place in kept]
    named = float(sum(weights[position] for position, _ in kept))
    total = abs(base) + size.sum() + abs(rest)
    unlisted = float(weights.sum() - named) if additive else 0.0
    return {
        "base": float(base),
        "reasons": rows or [_no_reason(weights)],
        "rest": float(score - base - named),
        "unlisted": unlisted,
        "explained_share": 0.0 if not additive else 1.0 if total == 0 else float(1 - abs(rest) / total),
        "text": _text(sight, at, kept, before, after),
    }


def _row(sight: Sight, position: int, weight: float, before: int, after: int) -> dict[str, Any]:
    item = int(sight.query.items[position])
    evidence = {
        "item": sight.labels[item],
        "title": sight.titles[item],
        "event_id": sight.event_ids[position],
        "time": int(sight.query.times[position]) if sight.clock else None,
    }
    if sight.tags is not None:
        evidence["tag"] = sight.tags.get(position, "")
    return {
        "code": "event" if sight.tags is None else "tag",
        "evidence": evidence,
        "contribution": weight,
        "removed": {"rank_before": before, "rank_after": after},
    }


def _no_reason(weights: NDArray[np.float64]) -> dict[str, Any]:
    """Nothing of the history counted: popular; something did, but nothing alone: none."""
    return {"code": "none" if (weights != 0).any() else "popular", "evidence": None, "contribution": 0.0, "removed": None}


def _text(sight: Sight, at: int, kept: Sequence[tuple[int, int]], before: int, after: int) -> str:
    weights, parts = sight.parts.weights[:, at], sight.parts
    if sight.tags is not None and kept:
        return CONTENT[sight.lang].format(tag=_plain(sight.tags.get(kept[0][0], "")))
    table = _Table(sight.titles)
    if not kept:  # no event may then be named
        counted = bool((weights != 0).any())
        told = _Told([_Weight("event", (0,), -0.0)] if counted else [], -1.0 if counted else 1.0, 0.0, False)
        return str(say(told, sight.query, table, lang=sight.lang))  # type: ignore[arg-type]
    named = [position for position, _ in kept]
    worst = int(np.argmin(weights))
    if -weights[worst] > np.abs(weights).mean():
        named.append(worst)
    # What is not named is one number for the sentences: the share they tell is still that of the whole score.
    unnamed = abs(float(parts.rest[at])) + float(np.abs(weights).sum() - np.abs(weights[named]).sum())
    told = _Told([_Weight("event", (p,), float(weights[p])) for p in named], float(parts.base[at]), unnamed, parts.additive)
    # Where the removal lowers the score but not the place, there is no move to tell of.
    removed = _Taken((kept[0][0],), before, after, True) if after != before else None
    return str(
        say(
            told,
            sight.query,
            table,
            lang=sight.lang,
            domain=sight.domain,  # type: ignore[arg-type]
            removed=removed,
            clock=sight.clock,
        )
    )


def _plain(tag: str) -> str:
    """A tag inside its quotes: no character of it may end them."""
    return "".join(c for c in tag if c.isprintable()).replace("”", "'")

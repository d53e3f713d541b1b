"""Reasons as they are served: parts of the score that passed their deletion test, and sentences that say no more.

    score = base + sum of the shown reasons + rest

A reason is shown only where leaving its event out lowers the item's score by more than a random event of the history
does: twice as much, or (the strongest) more and the item loses its place. Where none passes, the code is `none`. `rest` is
all that is not shown; `unlisted` says how much of it exact reasons account for, `explained_share` how much of the score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Query
from whyrec.explain.words import Clock, day_of, say
from whyrec.serve.scoring import Parts, Scored

__all__ = ["SHOWN", "ItemTitles", "Sight", "Taken", "Told", "evidence", "kept", "place_of", "plain", "reasons_of", "tested",
           "unsaid"]

SHOWN = 3  # reasons of an item at most
BEYOND = 2.0  # times what a random event's removal takes away
AT_ONCE = 16  # removals whose scores of all items are held
ROUNDING = 1e-6  # of the score: a smaller effect is none
CONTENT = {"en": "Matches the tag “{tag}” in your profile.", "zh": "与您的标签“{tag}”相符。"}


class Sight(NamedTuple):
    """What reasons are told from: a history, its scores, its parts for the items of the list; titles and labels by item
    number; event_ids by position; masked: the scores, -inf where an item may not be in the list, (n_items,)."""

    query: Query
    scored: Scored
    parts: Parts
    items: NDArray[np.int32]
    titles: Sequence[str]
    labels: Sequence[str]
    event_ids: Sequence[str | None]
    masked: NDArray[np.float32]
    domain: str
    clock: Clock
    lang: str
    tags: Mapping[int, str] | None = None  # content fallback: the tag each position shares
    verb: str = ""


class _Weight(NamedTuple):
    """A reason as the sentences read it."""

    kind: str
    refs: tuple[int, ...]
    weight: float


class Told(NamedTuple):
    """An explanation as the sentences read it."""

    reasons: Sequence[Any]
    base: float
    rest: float
    additive: bool
    method: str = "served"
    against: int | None = None
    item: int = -1


class Taken(NamedTuple):
    """A removal that was executed, as the sentences read it."""

    positions: tuple[int, ...]
    rank_before: int
    rank_after: int
    found: bool


class ItemTitles(NamedTuple):
    title: Sequence[str]


def place_of(masked: NDArray[np.float32], item: int, own: float) -> int:
    """The place that a score of `own` gives `item`: 1 for the best, ties by item number. masked (n_items,): -inf where an
    item may not be in the list."""
    return 1 + int(np.count_nonzero(masked > own)) + int(np.count_nonzero(masked[:item] == own))


class _Tests(NamedTuple):
    """For every position and item (m, k): what leaving it out takes away over what a random other event does on average, and
    whether it lowers the score by more than that and than rounding."""

    times: NDArray[np.float64]
    passed: NDArray[np.bool_]


def tested(effects: NDArray[np.float64], scores: NDArray[np.float32]) -> _Tests:
    """The deletion test of all reasons of a list; effects (m, k), NaN where not measured; scores (k,)."""
    size = np.abs(np.nan_to_num(effects))
    others = np.maximum(1, np.isfinite(effects).sum(0) - 1)
    random = (size.sum(0) - size) / others
    with np.errstate(divide="ignore", invalid="ignore"):
        passed = (effects > random) & (effects > ROUNDING * np.maximum(1.0, np.abs(scores)))
        times = np.where(passed, effects / random, 0.0)
    return _Tests(times, passed)


def reasons_of(sight: Sight, places: Sequence[int], shown: int = SHOWN) -> list[dict[str, Any]]:
    """For each item of the list, which stands at these places: base, reasons, rest, unlisted, explained_share, text."""
    scores, taken = sight.scored.scores[sight.items], sight.parts.taken
    tests = tested(taken, scores)
    order = np.argsort(-taken, axis=0, kind="stable")  # the strongest first
    able = tests.passed & (sight.parts.weights > 0)
    strong = [[p for p in order[:, at].tolist() if able[p, at]][:shown] for at in range(len(sight.items))]
    after = _places_without([row[0] if row else None for row in strong], sight, scores)
    return [
        _reasons(sight, at, kept(strong[at], tests.times[:, at], after[at] > places[at]), places[at], after[at])
        for at in range(len(sight.items))
    ]


def kept(strong: Sequence[int], times: NDArray[np.float64], falls: bool) -> list[int]:
    """Those of the strongest that are far beyond random; the first also where the item falls without it."""
    return [p for at, p in enumerate(strong) if times[p] >= BEYOND or (at == 0 and falls)]


def _places_without(first: Sequence[int | None], sight: Sight, scores: NDArray[np.float32]) -> list[int]:
    """Each item's place once its own event `first` is left out; 0 where there is none."""
    after, positions = [0] * len(first), sorted({position for position in first if position is not None})
    for start in range(0, len(positions), AT_ONCE):
        some = positions[start:start + AT_ONCE]
        left = dict(zip(some, sight.scored.without(some, sight.masked), strict=True))
        for at, position in enumerate(first):
            if position not in left:
                continue
            number = int(sight.items[at])
            own = left[position][number]
            if not np.isfinite(own):  # it may not be in the list
                own = scores[at] - sight.parts.taken[position, at]
            after[at] = place_of(left[position], number, own)
    return after


def _reasons(sight: Sight, at: int, kept: Sequence[int], before: int, after: int) -> dict[str, Any]:
    weights, rest, additive = sight.parts.weights[:, at], float(sight.parts.rest[at]), sight.parts.additive
    base, score = float(sight.parts.base[at]), float(sight.scored.scores[sight.items[at]])
    rows = [_row(sight, position, float(weights[position])) for position in kept]
    if rows:
        rows[0]["removed"] = {"rank_before": before, "rank_after": after}
    named, size = float(weights[list(kept)].sum()), float(np.abs(weights).sum())
    total = abs(base) + size + abs(rest)
    return {
        "base": base,
        "reasons": rows or [_no_reason(size)],
        "rest": score - base - named,
        "unlisted": float(weights.sum()) - named if additive else 0.0,
        "explained_share": 0.0 if not additive else 1.0 if total == 0 else 1 - abs(rest) / total,
        "text": _text(sight, at, kept, before, after, size),
    }


def _row(sight: Sight, position: int, weight: float) -> dict[str, Any]:
    return {
        "code": "event" if sight.tags is None else "tag",
        "evidence": evidence(sight, position),
        "contribution": weight,
        "removed": None,
    }


def evidence(sight: Sight, position: int) -> dict[str, Any]:
    """The event that a reason points at."""
    item = int(sight.query.items[position])
    found: dict[str, Any] = {
        "item": sight.labels[item],
        "title": sight.titles[item],
        "event_id": sight.event_ids[position],
        "time": int(sight.query.times[position]) if day_of(int(sight.query.times[position]), sight.clock) else None,
    }
    return found if sight.tags is None else found | {"tag": sight.tags.get(position, "")}


def _no_reason(size: float) -> dict[str, Any]:
    """Nothing of the history counted: popular; something did, but nothing alone: none."""
    return {"code": "none" if size else "popular", "evidence": None, "contribution": 0.0, "removed": None}


def _text(sight: Sight, at: int, kept: Sequence[int], before: int, after: int, size: float) -> str:
    weights, parts = sight.parts.weights[:, at], sight.parts
    if sight.tags is not None and kept:
        return CONTENT[sight.lang].format(tag=plain(sight.tags.get(kept[0], "")))
    if not kept:
        return unsaid(sight, size > 0)
    named = list(kept)
    worst = int(np.argmin(weights))
    if -weights[worst] > size / len(weights):
        named.append(worst)
    # What is not named is one number for the sentences: the share they tell is still that of the whole score.
    unnamed = abs(float(parts.rest[at])) + size - float(np.abs(weights[named]).sum())
    told = Told([_Weight("event", (p,), float(weights[p])) for p in named], float(parts.base[at]), unnamed, parts.additive,
                 item=int(sight.items[at]))
    # Where the removal lowers the score but not the place, there is no move to tell of.
    removed = Taken((kept[0],), before, after, True) if after != before else None
    return str(
        say(
            told,
            sight.query,
            ItemTitles(sight.titles),  # type: ignore[arg-type]
            lang=sight.lang,
            domain=sight.domain,  # type: ignore[arg-type]
            verb=sight.verb,
            removed=removed,
            clock=sight.clock,
        )
    )


def unsaid(sight: Sight, counted: bool) -> str:
    """Where no reason passed, none may be named. counted: whether anything of the history weighs at all."""
    told = Told([_Weight("event", (0,), -0.0)] if counted else [], -1.0 if counted else 1.0, 0.0, False)
    return str(say(told, sight.query, ItemTitles(sight.titles), lang=sight.lang))  # type: ignore[arg-type]


def plain(tag: str) -> str:
    """A tag or a title inside its quotes: no character of it may end them."""
    return "".join(c for c in tag if c.isprintable()).replace("”", "'")

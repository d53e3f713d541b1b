"""Reasons that are paths, as a graph model's answers tell them: each with the exact part of the score that it carries.

    score = base + sum of the shown reasons + rest

A path is shown only where it carries more of the item's score than a random other reason does: twice as much, or (the
strongest) more and the item loses its place once the path is taken away. A link is cut; of paths through people and order,
and of what a model beside says, the event is left out; of friends, all that they chose.

Answers are kept in the log, and a person who is erased may be in nobody else's: so friends are counted here, and named only
by :func:`whole`, of which nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from whyrec.core import BadArgument, Query, Reason, Unknown
from whyrec.explain.words import say
from whyrec.models.graphwords import CROWD, said, short
from whyrec.serve.live import Live
from whyrec.serve.reasons import SHOWN, ItemTitles, Sight, Taken, Told, evidence, kept, place_of, plain, tested, unsaid
from whyrec.serve.scoring import Walks

__all__ = ["FRIENDS", "Naming", "cut", "phrase", "reasons_of", "whole"]

MOST = 24  # paths that are told in the whole
LONGEST = 90  # characters of a title within a phrase
Naming = Callable[[Reason], Sequence[str]]
FRIENDS = "friends"  # the path through them, as a request names it


def reasons_of(sight: Sight, places: Sequence[int], shown: int = SHOWN) -> list[dict[str, Any]]:
    """As :func:`whyrec.serve.reasons.reasons_of`, by paths."""
    return [_item(sight, at, place, shown) for at, place in enumerate(places)]


def _item(sight: Sight, at: int, before: int, shown: int) -> dict[str, Any]:
    item = int(sight.items[at])
    score, (base, reasons, _) = float(sight.scored.scores[item]), _walks(sight).told(item)
    weights = np.array([reason.weight for reason in reasons])
    tests = tested(weights[:, None], sight.scored.scores[[item]])
    strong = [n for n in range(len(reasons)) if tests.passed[n, 0]][:shown]  # the model tells the largest first
    after = _place_without(sight, at, reasons[strong[0]]) if strong else 0
    named = [reasons[n] for n in kept(strong, tests.times[:, 0], after > before)]
    rows = [_row(sight, reason, item) for reason in named]
    if rows:
        rows[0]["removed"] = {"rank_before": before, "rank_after": after}
    part, size = sum(reason.weight for reason in named), float(np.abs(weights).sum())
    nothing = {"code": "none" if size else "popular", "evidence": None, "contribution": 0.0, "removed": None, "path": None}
    return {
        "base": base,
        "reasons": rows or [nothing],
        "rest": score - base - part,
        "unlisted": float(weights.sum()) - part,
        "explained_share": 1.0,
        "text": _text(sight, item, base, named, size, (before, after)) if rows else unsaid(sight, size > 0),
    }


def _walks(sight: Sight) -> Walks:
    assert isinstance(sight.scored, Walks)
    return sight.scored


def _place_without(sight: Sight, at: int, reason: Reason) -> int:
    """The item's place once the reason is taken away."""
    item, walks = int(sight.items[at]), _walks(sight)
    own = float(walks.scores[item])
    if _linked(reason):  # cutting it moves no other item
        left, own = sight.masked.copy(), own - reason.weight
        left[item] = own if np.isfinite(left[item]) else -np.inf
    elif reason.kind == "friend":
        left, own = walks.unfollowed(sight.masked), own - reason.weight
    else:
        position = _positions(reason)[0]
        left, own = walks.without([position], sight.masked)[0], own - float(sight.parts.weights[position, at])
    return place_of(left, item, float(left[item]) if np.isfinite(left[item]) else own)


def _linked(reason: Reason) -> bool:
    return reason.kind == "path" and reason.refs[0] >= 0


def _positions(reason: Reason) -> tuple[int, ...]:
    """The events a reason starts from, the strongest first."""
    return {"path": reason.refs[2:], "event": reason.refs}.get(reason.kind, ())


def _row(sight: Sight, reason: Reason, item: int) -> dict[str, Any]:
    first = next(iter(_positions(reason)), None)
    return {
        "code": reason.kind,
        "evidence": None if first is None else evidence(sight, first),
        "contribution": reason.weight,
        "removed": None,
        "path": _path(sight, reason, item),
    }


def _path(sight: Sight, reason: Reason, item: int, named: Sequence[str] = ()) -> dict[str, Any]:
    """named: of the friends, those who may be."""
    walks, zh = _walks(sight), sight.lang == "zh"
    names, positions = walks.model.names(reason, sight.query, item), _positions(reason)
    carried = dict.fromkeys(positions, 0.0)
    for position, column, kind, weight in walks.told(item)[2] if reason.kind == "path" else ():
        if (column, kind) == reason.refs[:2] and position in carried:
            carried[position] += weight
    if reason.kind == "event":
        carried[positions[0]] = reason.weight
    kind = "link" if _linked(reason) else FRIENDS if reason.kind == "friend" else names.type
    end = {"link": "-".join(map(str, reason.refs[:2])), FRIENDS: None}.get(kind, str(positions[0]) if positions else None)
    return {
        "id": kind if end is None else f"{kind}-{end}",
        "kind": kind,
        "through": short(FRIENDS if kind == FRIENDS else names.type, _held(names.entity))[zh],
        "text": phrase(sight, reason, item, named)[zh],
        "events": [evidence(sight, p) | {"contribution": weight} for p, weight in carried.items()],
        "people": names.count if names.count and (kind == FRIENDS or names.count >= CROWD) else None,
        "names": [_held(name) for name in named],
        "weight": reason.weight,
    }


def phrase(sight: Sight, reason: Reason, item: int, named: Sequence[str] = ()) -> tuple[str, str]:
    """A reason in English and Chinese; friends are counted but for those named."""
    query = sight.query
    names = _walks(sight).model.names(reason, query, item)
    titles = named if reason.kind == "friend" else [sight.titles[query.items[p]] for p in _positions(reason)]
    return said(replace(names, titles=tuple(map(_held, titles)), entity=_held(names.entity)))


def _held(text: str) -> str:
    """Text of others within a sentence: no character of it may turn the line around, and it ends somewhere."""
    made = plain(text)
    return made if len(made) <= LONGEST else made[:LONGEST] + "…"


def _text(sight: Sight, item: int, base: float, named: Sequence[Reason], size: float, places: tuple[int, int]) -> str:
    unnamed = size - sum(abs(reason.weight) for reason in named)
    told = Told(named, base, unnamed, True, method="paths")
    # Of a link that is cut, or of friends, there is no event without which it would move.
    positions = () if _linked(named[0]) else _positions(named[0])[:1]
    removed = Taken(positions, *places, found=bool(positions) and places[0] != places[1])
    return str(
        say(
            told,  # type: ignore[arg-type]
            sight.query,
            ItemTitles(sight.titles),  # type: ignore[arg-type]
            lang=sight.lang,
            domain=sight.domain,
            verb=sight.verb,
            removed=removed,
            clock=sight.clock,
            phrases=lambda reason: phrase(sight, reason, item)[sight.lang == "zh"],
        )
    )


def whole(sight: Sight, at: int, named: Naming = lambda _: ()) -> tuple[list[dict[str, Any]], float, int]:
    """(the strongest paths to an item, whichever way they speak; what all weigh; how many they are). named: of a reason, the
    friends who may be named."""
    item = int(sight.items[at])
    reasons = _walks(sight).told(item)[1]
    largest = sorted(reasons, key=lambda reason: -abs(reason.weight))[:MOST]
    told = [_path(sight, one, item, named(one) if one.kind == "friend" else ()) for one in largest]
    return told, sum(reason.weight for reason in reasons), len(reasons)


def cut(live: Live, query: Query, item: int, path: str) -> Live:
    """The model with one link cut, so that it can be scored again; friends are no part of it. Raises BadArgument for a model
    without paths and for a path that starts from an event alone, Unknown for a path that does not lead to the item."""
    if not hasattr(live.model, "cut"):
        raise BadArgument("paths can be cut of a graph model", given=live.name, fix="remove events, or fit the model graph")
    if path == FRIENDS:
        return live
    if path.partition("-")[0] in ("people", "then", "event"):
        raise BadArgument("only a link can be cut", given=path, fix="name the event it starts from in remove_events")
    links = {f"link-{one.refs[0]}-{one.refs[1]}": one for one in live.model.reasons(query, item)[1] if _linked(one)}
    if path not in links:
        raise Unknown("path", path, list(links))
    return replace(live, model=live.model.cut(item, links[path]))

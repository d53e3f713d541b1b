"""Reasons that are paths, as a graph model's answers tell them: each with the exact part of the
score that it carries.

    score = base + sum of the listed reasons + unlisted

Which are told, and what taking them away does, is :mod:`whyrec.explain.tested`'s: a link is cut; of
paths through people and order, and of what a model beside says, the event is left out; of friends,
all that they chose.

Answers are kept in the log, and a person who is erased may be in nobody else's: so friends are
counted here, and named only by :func:`whole`, of which nothing is kept.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from whyrec.core import ArgumentError, Query, Reason, UnknownNameError
from whyrec.core.capabilities import PathModel
from whyrec.explain.tested import NAMED, explain_list
from whyrec.models.graph.path_decomposition import PathDecomposition, is_link, positions_of
from whyrec.models.graph.path_phrases import CROWD, said, short
from whyrec.serve.recommend.reasons import ReasonContext, evidence, plain, shape_of
from whyrec.serve.recommend.snapshot import ServingSnapshot

__all__ = ["FRIENDS", "Naming", "cut", "phrase", "rows_of", "whole"]

MOST = 24  # paths that are told in the whole
LONGEST = 90  # characters of a title within a phrase
Naming = Callable[[Reason], Sequence[str]]
FRIENDS = "friends"  # the path through them, as a request names it


def rows_of(sight: ReasonContext, shown: int = NAMED) -> list[dict[str, Any]]:
    """As :func:`whyrec.serve.recommend.reasons.rows_of`, by paths."""
    made = []
    for why in explain_list(sight.listing, sight.items, shown=shown):
        text = sight.say(
            why,
            phrases=lambda reason, item=why.item: phrase(sight, reason, item)[sight.lang == "zh"],
        )
        row = shape_of(sight, why, functools.partial(_row, sight, why.item), text)
        if row["removed"]:
            told = [one["path"] for one in row["reasons"][: why.named]]
            row["removed"]["cut_paths"] = [
                path["id"] for path in told if path["kind"] in ("link", FRIENDS)
            ]
        made.append(row)
    return made


def _walks(sight: ReasonContext) -> PathDecomposition:
    assert isinstance(sight.decomposition, PathDecomposition)
    return sight.decomposition


def _row(sight: ReasonContext, item: int, reason: Reason, people: int) -> dict[str, Any]:
    first = next(iter(positions_of(reason)), None)
    return {
        "code": reason.kind,
        "evidence": None if first is None else evidence(sight, (first,), people),
        "contribution": reason.weight,
        "removed": None,
        "path": _path(sight, reason, item),
    }


def _path(
    sight: ReasonContext, reason: Reason, item: int, named: Sequence[str] = ()
) -> dict[str, Any]:
    """named: of the friends, those who may be."""
    walks = _walks(sight)
    zh = sight.lang == "zh"
    names = walks.model.names(reason, sight.query, item)
    positions = positions_of(reason)
    carried = dict.fromkeys(positions, 0.0)
    for position, column, kind, weight in (
        walks.reasons_and_routes(item)[2] if reason.kind == "path" else ()
    ):
        if (column, kind) == reason.refs[:2] and position in carried:
            carried[position] += weight
    if reason.kind == "event":
        carried[positions[0]] = reason.weight
    if is_link(reason):
        kind = "link"
    elif reason.kind == "friend":
        kind = FRIENDS
    else:
        kind = names.type
    end = {"link": "-".join(map(str, reason.refs[:2])), FRIENDS: None}.get(
        kind, str(positions[0]) if positions else None
    )
    return {
        "id": kind if end is None else f"{kind}-{end}",
        "kind": kind,
        "through": short(FRIENDS if kind == FRIENDS else names.type, _held(names.entity))[zh],
        "text": phrase(sight, reason, item, named)[zh],
        "events": [
            evidence(sight, (p,)) | {"contribution": weight} for p, weight in carried.items()
        ],
        "people": names.count
        if names.count and (kind == FRIENDS or names.count >= CROWD)
        else None,
        "names": [_held(name) for name in named],
        "weight": reason.weight,
    }


def phrase(
    sight: ReasonContext, reason: Reason, item: int, named: Sequence[str] = ()
) -> tuple[str, str]:
    """A reason in English and Chinese; friends are counted but for those named."""
    query = sight.query
    names = _walks(sight).model.names(reason, query, item)
    if reason.kind == "friend":
        titles = named
    else:
        titles = [sight.titles[query.items[p]] for p in positions_of(reason)]
    return said(replace(names, titles=tuple(map(_held, titles)), entity=_held(names.entity)))


def _held(text: str) -> str:
    """Text of others within a sentence: no character of it may turn the line around, and it ends
    somewhere.
    """
    made = plain(text)
    if len(made) <= LONGEST:
        return made
    return made[:LONGEST] + "…"


def whole(
    sight: ReasonContext, at: int, named: Naming = lambda _: ()
) -> tuple[list[dict[str, Any]], float, int]:
    """(the strongest paths to an item, whichever way they speak; what all weigh; how many they
    are). named: of a reason, the friends who may be named."""
    item = int(sight.items[at])
    reasons = _walks(sight).reasons(item)[1]
    largest = sorted(reasons, key=lambda reason: -abs(reason.weight))[:MOST]
    told = [_path(sight, one, item, named(one) if one.kind == "friend" else ()) for one in largest]
    return told, sum(reason.weight for reason in reasons), len(reasons)


def cut(live: ServingSnapshot, query: Query, item: int, path: str) -> ServingSnapshot:
    """The model with one link cut, so that it can be scored again; friends are no part of it.
    Raises ArgumentError for a model without paths and for a path that starts from an event alone,
    UnknownNameError for a path that does not lead to the item."""
    if not isinstance(live.model, PathModel):
        raise ArgumentError(
            "paths can be cut of a graph model",
            given=live.name,
            fix="remove events, or fit the model graph",
        )
    if path == FRIENDS:
        return live
    if path.partition("-")[0] in ("people", "then", "event"):
        raise ArgumentError(
            "only a link can be cut",
            given=path,
            fix="name the event it starts from in remove_events",
        )
    links = {
        f"link-{one.refs[0]}-{one.refs[1]}": one
        for one in live.model.reasons(query, item)[1]
        if is_link(one)
    }
    if path not in links:
        raise UnknownNameError("path", path, list(links))
    return replace(live, model=live.model.cut(item, links[path]))

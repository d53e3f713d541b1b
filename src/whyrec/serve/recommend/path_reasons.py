"""Path reasons of graph models, each with its exact part of the score.

    score = base + sum of the listed reasons + unlisted

:mod:`whyrec.explain.tested` selects the reasons and measures their removal: it cuts a link; for
paths through people and order, and for an added model, it removes the event; for friends, all their
choices.

Answers stay in the log, where an erased person must not remain. So friends are counted here, and
named only by :func:`whole`, whose result is not stored.
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

MOST = 24  # paths that are reported at most
LONGEST = 90  # characters of a title within a phrase
Naming = Callable[[Reason], Sequence[str]]
FRIENDS = "friends"  # the path through them, as a request names it


def rows_of(context: ReasonContext, shown: int = NAMED) -> list[dict[str, Any]]:
    """Like :func:`whyrec.serve.recommend.reasons.rows_of`, with paths."""
    made = []
    for why in explain_list(context.listing, context.items, shown=shown, nameable=context.nameable):
        text = context.say(
            why,
            phrases=lambda reason, item=why.item: phrase(context, reason, item)[
                context.lang == "zh"
            ],
        )
        row = shape_of(context, why, functools.partial(_row, context, why.item), text)
        if row["removed"]:
            told = [one["path"] for one in row["reasons"][: why.named]]
            row["removed"]["cut_paths"] = [
                path["id"] for path in told if path["kind"] in ("link", FRIENDS)
            ]
        made.append(row)
    return made


def _walks(context: ReasonContext) -> PathDecomposition:
    assert isinstance(context.decomposition, PathDecomposition)
    return context.decomposition


def _row(context: ReasonContext, item: int, reason: Reason, people: int) -> dict[str, Any]:
    first = next(iter(positions_of(reason)), None)
    return {
        "code": reason.kind,
        "evidence": None if first is None else evidence(context, (first,), people),
        "contribution": reason.weight,
        "removed": None,
        "path": _path(context, reason, item),
    }


def _path(
    context: ReasonContext, reason: Reason, item: int, named: Sequence[str] = ()
) -> dict[str, Any]:
    """One path as JSON; `named` are the friends who may be named."""
    walks = _walks(context)
    zh = context.lang == "zh"
    names = walks.model.names(reason, context.query, item)
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
        "text": phrase(context, reason, item, named)[zh],
        "events": [
            evidence(context, (p,)) | {"contribution": weight} for p, weight in carried.items()
        ],
        "people": names.count
        if names.count and (kind == FRIENDS or names.count >= CROWD)
        else None,
        "names": [_held(name) for name in named],
        "weight": reason.weight,
    }


def phrase(
    context: ReasonContext, reason: Reason, item: int, named: Sequence[str] = ()
) -> tuple[str, str]:
    """A reason in English and Chinese; friends are counted, except those in `named`."""
    query = context.query
    names = _walks(context).model.names(reason, query, item)
    if reason.kind == "friend":
        titles = named
    else:
        titles = [context.titles[query.items[p]] for p in positions_of(reason)]
    return said(replace(names, titles=tuple(map(_held, titles)), entity=_held(names.entity)))


def _held(text: str) -> str:
    """External text within a sentence, without control of direction and of limited length."""
    made = plain(text)
    if len(made) <= LONGEST:
        return made
    return made[:LONGEST] + "…"


def whole(
    context: ReasonContext, at: int, named: Naming = lambda _: ()
) -> tuple[list[dict[str, Any]], float, int]:
    """(the strongest paths to an item, of either sign; their total weight; their number).

    `named` returns the friends of a reason who may be named.
    """
    item = int(context.items[at])
    reasons = _walks(context).reasons(item)[1]
    shown = filter(context.nameable, reasons)
    largest = sorted(shown, key=lambda reason: -abs(reason.weight))[:MOST]
    told = [
        _path(context, one, item, named(one) if one.kind == "friend" else ()) for one in largest
    ]
    return told, sum(reason.weight for reason in reasons), len(reasons)


def cut(live: ServingSnapshot, query: Query, item: int, path: str) -> ServingSnapshot:
    """The model with one link cut, so that it can be scored again; friends are not links.

    Raises ArgumentError for a model without paths and for a path from a single event,
    UnknownNameError for a path that does not lead to the item.
    """
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

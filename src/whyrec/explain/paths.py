"""Reasons that are paths through a graph: exact weights, and what cutting each path really does."""

from __future__ import annotations

from typing import Any

from whyrec.core import ArgumentError, Explanation, Queries, Query, Reason, mask_seen, ranks
from whyrec.core.capabilities import PathModel

__all__ = ["paths", "rank_without"]


def paths(model: Any, query: Query, item: int, *, score: float | None = None) -> Explanation:
    """score = base + sum of the weights of paths: read off the model, so exact by construction;
    largest first.

    model: one whose `reasons` are paths and which can `cut` them (the model `graph`). score: the
    one that was served, which the paths must add up to. Raises ArgumentError for a model without
    paths. Not good for: telling what an event did in all,
    as one event begins many paths: for that ask for the method exact.
    """
    if not isinstance(model, PathModel):
        raise ArgumentError(
            "reasons by paths need a graph model",
            given=type(model).__name__,
            fix="use the method auto",
        )
    base, found = model.reasons(query, item)
    if score is None:
        score = float(model.score([query])[0, item])
    return Explanation(item, score, base, found, 0.0, "paths", additive=True)


def rank_without(model: Any, query: Query, item: int, reason: Reason) -> tuple[int, int]:
    """(rank before, rank after) of the item among unseen ones, 1 for the first, once the reason is
    taken away and the model
    scores again: a link of the graph is cut; of all other reasons the events that they start
    from leave the history."""
    linked = reason.kind == "path" and reason.refs[0] >= 0
    if linked:
        after = model.cut(item, reason).score([query])
    elif reason.kind in ("path", "event"):
        after = model.score(
            [query.without(reason.refs if reason.kind == "event" else reason.refs[2:])]
        )
    else:
        raise ArgumentError(
            "a path or an event can be taken away", given=f"a reason of kind {reason.kind!r}"
        )
    places = [
        int(ranks(mask_seen(scores.copy(), Queries.of(query)), [item])[0])
        for scores in (model.score([query]), after)
    ]
    return places[0], places[1]

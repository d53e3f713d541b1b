"""Explain by paths through a graph: exact weights, and the measured effect of cutting a path."""

from __future__ import annotations

from typing import Any

from whyrec.core import ArgumentError, Explanation, Queries, Query, Reason, mask_seen, ranks
from whyrec.core.capabilities import PathModel
from whyrec.core.explainers import explainer

__all__ = ["paths", "rank_without"]


@explainer(
    needs=PathModel,
    requires="reasons by paths need a graph model",
    instead="use the method auto",
)
def paths(model: Any, query: Query, item: int, *, score: float | None = None) -> Explanation:
    """Read the exact contribution of each path off a graph model.

    score = base + sum of the weights of paths, largest first. Limits: one event starts many paths,
    so the paths do not state the whole effect of an event; use the method exact for that.

    Args:
        model: A model whose reasons are paths and that can cut them, such as `graph`.
        query: The history to explain.
        item: Number of the recommended item.
        score: The score that was served, to which the paths must add up.

    Returns:
        An additive explanation with one reason per path.

    Raises:
        ArgumentError: If the model has no paths.
    """
    base, found = model.reasons(query, item)
    if score is None:
        score = float(model.score([query])[0, item])
    return Explanation(item, score, base, found, 0.0, "paths", additive=True)


def rank_without(model: Any, query: Query, item: int, reason: Reason) -> tuple[int, int]:
    """Measure the item's place among unseen items before and after removing one reason.

    A link of the graph is cut; for other reasons, the events from which they start leave the
    history. The model then scores again.

    Args:
        model: A model with paths.
        query: The history.
        item: Number of the item.
        reason: A reason of kind "path" or "event".

    Returns:
        (place before, place after); 1 is the first place.

    Raises:
        ArgumentError: If the reason is of another kind.
    """
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

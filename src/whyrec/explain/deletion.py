"""Deletion: the measured effect of removing events, singly or cumulatively, for any model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Explanation, Query, Reason, Scorer
from whyrec.core.explainers import explainer
from whyrec.explain.exact import event_reasons
from whyrec.explain.games import RIVALS, Count, Game, leads

__all__ = ["bidirectional_removal", "deletion", "deletion_margin", "greedy_removal"]

SINGLES = (
    5  # events that `greedy_removal` removes singly; the rest go a tenth of the history at a time
)
NEAR = 40  # candidates for the second to the fifth event
# Weight of the lead in choosing the first event (the score has the rest); chosen on training
# people of two data sets.
FIRST = 0.4


@explainer(needs=Scorer)
def deletion(
    model: Scorer, query: Query, item: int, *, margin: bool = False, rivals: Count = RIVALS
) -> Explanation:
    """Measure the effect of removing each event alone (leave-one-out).

    The weight of event j is score(all) - score(all but j), computed in one batch of m queries.
    Limits: events that act only together get no weight.

    Args:
        model: Any scorer.
        query: The history to explain, of m events.
        item: Number of the recommended item.
        margin: Explain the margin, the score minus the mean score of the next items in the list,
            instead of the score. The margin is what keeps the item its place.
        rivals: Number of next items in the margin.

    Returns:
        An explanation whose base is the score of an empty history. The weights need not add up;
            `gap` is the difference.
    """
    game = Game(model, query, item, margin=margin, rivals=rivals)
    values = game(np.concatenate([np.zeros((1, game.m), bool), ~np.eye(game.m, dtype=bool)]))
    if margin:
        name = "deletion (leave-one-out, margin)"
    else:
        name = "deletion (leave-one-out)"
    return Explanation(
        item,
        game.score,
        values[0],
        event_reasons(game.full - values[1:]),
        0.0,
        name,
        additive=False,
    )


@explainer(needs=Scorer)
def deletion_margin(model: Scorer, query: Query, item: int) -> Explanation:
    """Measure the effect of removing each event on the margin against the next ten items.

    See :func:`deletion`.

    Args:
        model: Any scorer.
        query: The history to explain.
        item: Number of the recommended item.

    Returns:
        An explanation of the margin, one reason per event.
    """
    return deletion(model, query, item, margin=True)


@explainer(needs=Scorer, flaw="a weight is of its turn, not of the event alone")
def greedy_removal(
    model: Scorer, query: Query, item: int, *, rivals: Count = RIVALS
) -> Explanation:
    """Order the events so that removing them in this order lowers the item fastest.

    Each step removes the event whose removal most lowers the item's lead over the best `rivals`
    other items; these are ranked anew after each removal. Five events are removed singly, the rest
    a tenth of the history at a time. The first event is chosen by the loss of score as well (see
    `FIRST`), because the first reason is shown most often. An event whose near-duplicate was
    already removed weighs more than it does alone. Costs about 6 m to 10 m evaluations. Limits: it
    does not give the effect of one event alone; use :func:`deletion` for that.

    Args:
        model: Any scorer.
        query: The history to explain, of m events.
        item: Number of the recommended item.
        rivals: Number of other items in the lead.

    Returns:
        An explanation with the reasons in order of removal. The weight of a reason is the lead lost
            at its turn; the weights add up to the whole lead.
    """
    return _one_by_one(
        model, query, item, rivals, "greedy removal (one after the other; of its lead)"
    )


@explainer(needs=Scorer, flaw="a weight is of its turn, not of the event alone")
def bidirectional_removal(
    model: Scorer, query: Query, item: int, *, rivals: Count = RIVALS
) -> Explanation:
    """Order the events like :func:`greedy_removal`, and also by their support for the item.

    An event comes early if the item falls without it and the events before it, and keeps its place
    with only it and the events before it. Both the lead and the score count. Suited to metrics that
    keep the named events as well as to those that remove them; the first few events lower the item
    slightly less. Costs about 12 m to 20 m evaluations. Limits: it does not give the effect of one
    event alone.

    Args:
        model: Any scorer.
        query: The history to explain, of m events.
        item: Number of the recommended item.
        rivals: Number of other items in the lead.

    Returns:
        An explanation with the reasons in order of removal.
    """
    return _one_by_one(
        model,
        query,
        item,
        rivals,
        "bidirectional removal (one after the other; of its lead)",
        score=0.5,
        kept=0.5,
    )


def _one_by_one(
    model: Scorer,
    query: Query,
    item: int,
    rivals: int,
    name: str,
    *,
    score: float = 0.0,
    kept: float = 0.0,
) -> Explanation:
    """Remove events greedily; `score` and `kept` weigh the criteria after the first event.

    `score` is the weight of the score (the lead has the rest), `kept` that of the lead on the
    events removed so far and the candidate alone.
    """
    m = len(query)
    [[lead], [whole]] = leads(model, query, item, np.ones((1, m), bool), rivals)
    left = np.ones(m, bool)
    weights = dict[int, float]()
    near = np.arange(m)
    while left.any():
        if 0 < len(weights) < SINGLES and left[near].any():
            there = near[left[near]]
        else:
            there = np.flatnonzero(left)
        after, lost = leads(model, query, item, _each(left, there), rivals)
        part = score if weights else 1 - FIRST
        if part:
            worth = (1 - part) * _spread(after) + part * _spread(lost)
        else:
            worth = after
        if kept and weights:
            worth = worth - kept * _spread(
                leads(model, query, item, _each(~left, there), rivals)[0]
            )
        order = np.argsort(worth, kind="stable")
        if not weights:
            near = there[np.argsort(after, kind="stable")[:NEAR]]
        gone = there[order[: 1 if len(weights) < SINGLES else max(1, m // 10)]]
        left[gone] = False
        if len(gone) == 1:
            now = float(after[order[0]])
        else:
            now = float(leads(model, query, item, left[None], rivals)[0, 0])
        weights |= {int(p): (lead - now) / len(gone) for p in gone}
        lead = now
    reasons = tuple(Reason("event", (p,), weight) for p, weight in weights.items())
    return Explanation(item, whole, lead, reasons, 0.0, name, additive=False)


def _spread(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale values to unit standard deviation."""
    return values / (float(values.std()) or 1.0)


def _each(keep: NDArray[np.bool_], there: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Toggle each event of `there` in the set `keep`; returns (there, m)."""
    sets = np.tile(keep, (len(there), 1))
    sets[np.arange(len(there)), there] ^= True
    return sets

"""Deletion: what really happens when events are left out, for any model: each alone, or one
after the other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Explanation, Query, Reason, Scorer
from whyrec.explain.exact import event_reasons
from whyrec.explain.games import RIVALS, Game, leads

__all__ = ["bidirectional_removal", "deletion", "deletion_margin", "greedy_removal"]

SINGLES = (
    5  # events that `removal` takes one by one; the others go a tenth of the history at a time
)
NEAR = 40  # events looked at again for the second to the fifth
# the lead's part in choosing the first event, the score's is the rest; set on training people of
# two data sets
FIRST = 0.4


def deletion(
    model: Scorer, query: Query, item: int, *, margin: bool = False, rivals: int = RIVALS
) -> Explanation:
    """Leave-one-out: weight_j = score(all) - score(all but j), in one batch of m queries.

    margin: explain the score minus the mean score of the `rivals` next items of the list instead,
    which is what keeps the item its place. The weights need not add up; `gap` says what they leave
    unsaid, and base is the score of an empty history. Not good for: events that only act together.
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


def deletion_margin(model: Scorer, query: Query, item: int) -> Explanation:
    """:func:`deletion` of the margin against the next ten items."""
    return deletion(model, query, item, margin=True)


def greedy_removal(model: Scorer, query: Query, item: int, *, rivals: int = RIVALS) -> Explanation:
    """The order in which taking events away makes the item fall fastest: of what is left, the event
    whose going lowers the item's lead over the best `rivals` others most, then again; five by ones,
    the rest a tenth of the history at a time.

    The others are those that are best once the events are gone. The first event is chosen by what
    the score loses, too (FIRST: the lead's part), so that the one reason that is told most often
    weighs in both. A reason's weight is what
    its going took of the lead at its turn: along this order the weights add up to the whole lead,
    and an event whose like is gone weighs more than it does alone. Some 6 to 10 m evaluations. Not
    good for: one event's own effect, which :func:`deletion` gives.
    """
    return _one_by_one(
        model, query, item, rivals, "greedy removal (one after the other; of its lead)"
    )


def bidirectional_removal(
    model: Scorer, query: Query, item: int, *, rivals: int = RIVALS
) -> Explanation:
    """As :func:`greedy_removal`, looking at both sides of each cut: an event comes early where the
    item falls without it and those before it, and stands on it and those before it alone. What
    falls is the lead and the score alike.

    For metrics that keep the named events as well as for those that remove them; the price is a
    little of the fall of the first few. Twice the evaluations of `greedy_removal`, some 12 to 20 m.
    Not good for: one event's own effect.
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
    """score: the score's part in choosing after the first event, the lead's is the rest; kept: what
    the lead on the events already taken, and this one, counts."""
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
    return values / (float(values.std()) or 1.0)


def _each(keep: NDArray[np.bool_], there: NDArray[np.int64]) -> NDArray[np.bool_]:
    """The set with each event of `there` in it where it was not, out of it where it was; (there,
    m).
    """
    sets = np.tile(keep, (len(there), 1))
    sets[np.arange(len(there)), there] ^= True
    return sets

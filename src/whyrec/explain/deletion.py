"""Deletion: what really happens when events are left out, for any model: each alone, or one after the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Explanation, Model, Query, Reason
from whyrec.explain.exact import event_reasons
from whyrec.explain.games import RIVALS, Game

__all__ = ["deletion", "deletion_margin", "removal"]

SINGLES = 5  # events that `removal` takes one by one; the others go a tenth of the history at a time


def deletion(model: Model, query: Query, item: int, *, margin: bool = False, rivals: int = RIVALS) -> Explanation:
    """Leave-one-out: weight_j = score(all) - score(all but j), in one batch of m queries.

    margin: explain the score minus the mean score of the `rivals` next items of the list instead, which
    is what keeps the item its place. The weights need not add up; `gap` says what they leave unsaid, and
    base is the score of an empty history. Not good for: events that only act together.
    """
    game = Game(model, query, item, margin=margin, rivals=rivals)
    values = game(np.concatenate([np.zeros((1, game.m), bool), ~np.eye(game.m, dtype=bool)]))
    name = "deletion (leave-one-out, margin)" if margin else "deletion (leave-one-out)"
    return Explanation(item, game.score, values[0], event_reasons(game.full - values[1:]), 0.0, name, additive=False)


def deletion_margin(model: Model, query: Query, item: int) -> Explanation:
    """:func:`deletion` of the margin against the next ten items."""
    return deletion(model, query, item, margin=True)


def removal(model: Model, query: Query, item: int, *, rivals: int = RIVALS) -> Explanation:
    """The order in which taking events away makes the item fall fastest: of what is left, the event whose going lowers the
    margin against the next items most, then again; five by ones, the others a tenth of the history at a time.

    A reason's weight is what its going took at its turn, so along this order the weights add up to the whole margin; an
    event whose like is gone weighs more than it does alone. At most 15 m evaluations. Not good for: the size of one
    event's own effect, which :func:`deletion` gives.
    """
    game = Game(model, query, item, margin=True, rivals=rivals)
    left, value, weights = np.ones(game.m, bool), game.full, dict[int, float]()
    while left.any():
        there = np.flatnonzero(left)
        after = game(_each_gone(left, there))
        size = 1 if len(weights) < SINGLES else max(1, game.m // 10)
        gone = there[np.argsort(after, kind="stable")[:size]]
        left[gone] = False
        now = float(after.min()) if size == 1 else float(game(left[None])[0])
        weights |= {int(p): (value - now) / len(gone) for p in gone}
        value = now
    reasons = tuple(Reason("event", (p,), weight) for p, weight in weights.items())
    return Explanation(item, game.score, value, reasons, 0.0, "removal (one after the other, margin)", additive=False)


def _each_gone(left: NDArray[np.bool_], there: NDArray[np.int64]) -> NDArray[np.bool_]:
    keep = np.tile(left, (len(there), 1))
    keep[np.arange(len(there)), there] = False
    return keep

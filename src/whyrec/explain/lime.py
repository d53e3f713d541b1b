"""LIME: a line fitted to what the model says of the history with some events left out
[ribeiro2016].
"""

from __future__ import annotations

import math

import numpy as np

from whyrec.core import Explanation, Query, Scorer
from whyrec.core.explainers import explainer
from whyrec.explain.exact import event_reasons
from whyrec.explain.games import Count, Game, Seed

__all__ = ["lime"]

WIDTH = 0.25  # of the kernel, in cosine distance
RIDGE = 1.0


@explainer(needs=Scorer)
def lime(
    model: Scorer,
    query: Query,
    item: int,
    *,
    budget: Count | None = None,
    margin: bool = False,
    seed: Seed = 0,
) -> Explanation:
    """Weights of a ridge regression on which events are there, near the full history counting more.

    As in the published code: how many events go is drawn evenly, which ones at random; kernel
    exp(-d^2 / width^2) on the cosine distance to the full history, ridge 1. budget: sets drawn
    (default 10 an event). intervals: 95%, from the fit's residuals. Not good for: events that act
    together, which no line can say.
    """
    game = Game(model, query, item, margin=margin)
    n = game.m
    rng = np.random.default_rng(seed)
    name = f"lime ({budget or 10 * n} sets{', margin' if margin else ''})"
    if not n:
        return Explanation(item, game.score, game.score, (), 0.0, name, additive=False)
    keep = np.ones((max(n + 1, budget or 10 * n), n), bool)
    for row in keep[1:]:
        row[rng.permutation(n)[: rng.integers(1, n + 1)]] = False
    value = game(keep)
    distance = 1 - np.sqrt(keep.sum(1) / n)
    weight = np.exp(-(distance**2) / WIDTH**2)
    centre = weight @ keep / weight.sum()
    level = weight @ value / weight.sum()
    x = keep - centre
    y = value - level
    inverse = np.linalg.inv((x * weight[:, None]).T @ x + RIDGE * np.eye(n))
    found = inverse @ (x.T @ (weight * y))
    meat = x * (weight * (y - x @ found))[:, None]
    half = 1.96 * np.sqrt(((meat @ inverse) ** 2).sum(0) * len(keep) / max(1, len(keep) - n))
    reasons = event_reasons(found)
    spans = tuple((r.weight - half[r.refs[0]], r.weight + half[r.refs[0]]) for r in reasons)
    base = float(level - centre @ found)
    return Explanation(
        item,
        game.score,
        base if math.isfinite(base) else 0.0,
        reasons,
        0.0,
        name,
        additive=False,
        intervals=spans,
    )

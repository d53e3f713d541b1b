"""LIME: a linear model fitted to the scores of the history with random events left out.

Source: [ribeiro2016].
"""

from __future__ import annotations

import math

import numpy as np

from whyrec.core import Explanation, Query, Scorer
from whyrec.core.explainers import explainer
from whyrec.explain.exact import event_reasons
from whyrec.explain.games import Count, Game, Seed

__all__ = ["lime"]

WIDTH = 0.25  # kernel width, in cosine distance
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
    """Fit a weighted ridge regression of the score on which events are present [ribeiro2016].

    As in the published code: the number of removed events is drawn uniformly and the events at
    random; the kernel is exp(-d^2 / width^2) on the cosine distance to the full history; ridge 1.
    Limits: a line cannot express events that act together.

    Args:
        model: Any scorer.
        query: The history to explain.
        item: Number of the recommended item.
        budget: Number of subsets. Default: 10 per event.
        margin: Explain the score minus the mean score of the next ten items.
        seed: Seed of the subsets.

    Returns:
        An explanation with one reason per event; `intervals` has 95% intervals from the residuals.
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

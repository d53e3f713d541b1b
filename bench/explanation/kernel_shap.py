"""KernelSHAP as published [lundberg2017], for comparison: subset sizes drawn by the Shapley kernel,
weighted least squares.

The library shap does the same over a background row of zeros; here a removed event is really left
out of the history.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from whyrec.explain.games import Game


def kernel_shap(model: Any, query: Any, item: int, *, per_event: int = 10, seed: int = 0) -> Any:
    """Weights (m,) from per_event * m evaluations of the score."""
    game, rng = Game(model, query, item), np.random.default_rng(seed)
    n = game.m
    if n < 2:
        return np.full(n, game.full - game.empty() if n else 0.0)
    sizes = np.arange(1, n)
    share = np.array(
        [(n - 1) / (math.comb(n, int(s)) * s * (n - s)) * math.comb(n, int(s)) for s in sizes]
    )
    drawn = rng.choice(sizes, max(n + 1, per_event * n - 2), p=share / share.sum())
    order = np.argsort(rng.random((len(drawn), n)), 1)
    keep = np.argsort(order, 1) < drawn[:, None]
    low, total = game.empty(), game.full
    value = game(keep) - low
    # Equal weights, since sizes were drawn by the kernel; bound to add up, by eliminating the last
    # event.
    x = keep[:, :-1].astype(float) - keep[:, [-1]]
    y = value - keep[:, -1] * (total - low)
    first = np.linalg.lstsq(x, y, rcond=None)[0]
    return np.append(first, total - low - first.sum())

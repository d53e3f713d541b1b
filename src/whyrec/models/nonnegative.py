"""Weights of 0 or more for given scores, so that what people chose next is likeliest: a convex problem."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from whyrec.core import Queries
from whyrec.core.cases import Cases
from whyrec.core.ranking import batches

__all__ = ["learn"]

CELLS = 120_000_000  # numbers held at once, 4 bytes each
RIDGE = 1e-3
Scorer = Callable[[Queries], NDArray[np.float32]]


def learn(parts: Sequence[Scorer], cases: Cases, *, seed: int = 0) -> NDArray[np.float64]:
    """(len(parts),): weights w >= 0 that maximise the mean log softmax of the cases' true items under sum of w * part.

    A part scores a batch, (q, n). Where cases * items * parts is more than memory should hold, each true item stands against
    the same sample of items, whose logits are raised by log(n / size) in return [jean2015]. The weights are in units of the
    parts as given.
    """
    rng = np.random.default_rng(seed)
    cases = cases.sample(max(200, min(len(cases), CELLS // (len(parts) * 1_000))), seed)
    n = parts[-1](cases.queries[:1]).shape[1]
    size = max(min(n, CELLS // (len(cases) * len(parts))), 2)
    columns = np.arange(n) if size >= n else np.sort(rng.choice(n, size, replace=False))
    truth = cases.items[cases.indptr[:-1]]
    table = np.empty((len(parts), len(cases), len(columns) + 1), np.float32)  # the last column: the true item
    for at, part in enumerate(parts):
        for rows, queries in batches(cases.queries):
            scores = part(queries)
            table[at, rows, :-1] = scores[:, columns]
            table[at, rows, -1] = scores[np.arange(len(rows)), truth[rows]]
    spread = table.std(axis=(1, 2))
    used, spread = spread > 1e-12, np.maximum(spread, 1e-12)
    table /= spread[:, None, None]
    banned = np.zeros((len(cases), n), bool)
    if not cases.queries.repeat:
        banned[cases.queries.row, cases.queries.items] = True
    banned[np.arange(len(cases)), truth] = True
    shut = np.concatenate([np.where(banned[:, columns], -np.inf, np.log(n / len(columns))), np.zeros((len(cases), 1))], 1)
    found = _fit(table, shut.astype(np.float32))
    return np.where(used, found / spread, 0.0)


def _fit(table: NDArray[np.float32], shift: NDArray[np.float32]) -> NDArray[np.float64]:
    flat = table.reshape(len(table), -1)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = (weights.astype(np.float32) @ flat).reshape(shift.shape) + shift
        logits -= logits.max(axis=1, keepdims=True)
        chances = np.exp(logits)
        total = chances.sum(axis=1, keepdims=True)
        value = float((np.log(total[:, 0]) - logits[:, -1]).mean()) + RIDGE / 2 * float(weights @ weights)
        chances /= total
        chances[:, -1] -= 1.0
        return value, (flat @ chances.ravel()).astype(np.float64) / len(shift) + RIDGE * weights

    start = np.full(len(table), 0.05)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * len(table), options={"maxiter": 100})
    return np.asarray(found.x)

"""Weights of 0 or more for given scores, so that what people chose next stands high."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from whyrec.core import Queries
from whyrec.core.cases import EvaluationCases, ndcg_of_scores
from whyrec.core.ranking import batches, mask_seen

__all__ = ["learn", "share"]

CELLS = 120_000_000  # numbers held at once, 4 bytes each
RIDGE = 1e-2
# 0: likelihood, which hopeless cases rule; 1: the mean probability of the true item, which has many
# optima
BOUND = 0.5
SHARES = (1.0, 0.7, 0.5, 0.3, 0.2)
Scorer = Callable[[Queries], NDArray[np.float32]]


def learn(parts: Sequence[Scorer], cases: EvaluationCases, *, seed: int = 0) -> NDArray[np.float64]:
    """(len(parts),): weights w >= 0 that minimise the mean of (1 - p^q) / q [zhang2018], p the
    softmax of the sum of w * part at the case's true item, q = BOUND, from the weights of the
    largest likelihood on, which are unique. Likelihood alone would give most of its weight to cases
    that no list of ten will ever show.

    A part scores a batch, (q, n). Where cases * items * parts is more than memory should hold, each
    true item stands against the same sample of items, whose logits are raised by log(n / size) in
    return [jean2015]. The weights are in units of the parts as given.
    """
    rng = np.random.default_rng(seed)
    cases = cases.sample(max(200, min(len(cases), CELLS // (len(parts) * 1_000))), seed)
    n = parts[-1](cases.queries[:1]).shape[1]
    size = max(min(n, CELLS // (len(cases) * len(parts))), 2)
    if size >= n:
        columns = np.arange(n)
    else:
        columns = np.sort(rng.choice(n, size, replace=False))
    truth = cases.items[cases.indptr[:-1]]
    table = np.empty(
        (len(parts), len(cases), len(columns) + 1), np.float32
    )  # the last column: the true item
    for at, part in enumerate(parts):
        for rows, queries in batches(cases.queries):
            scores = part(queries)
            table[at, rows, :-1] = scores[:, columns]
            table[at, rows, -1] = scores[np.arange(len(rows)), truth[rows]]
    spread = table.std(axis=(1, 2))
    used = spread > 1e-12
    spread = np.maximum(spread, 1e-12)
    table /= spread[:, None, None]
    banned = np.zeros((len(cases), n), bool)
    if not cases.queries.repeat:
        banned[cases.queries.row, cases.queries.items] = True
    banned[np.arange(len(cases)), truth] = True
    shut = np.concatenate(
        [
            np.where(banned[:, columns], -np.inf, np.log(n / len(columns))),
            np.zeros((len(cases), 1)),
        ],
        1,
    )
    shut = shut.astype(np.float32)
    likeliest = _fit(table, shut, np.full(len(table), 0.05), 0.0)
    return np.where(used, _fit(table, shut, likeliest, BOUND) / spread, 0.0)


def share(
    parts: Sequence[Scorer], weights: NDArray[np.float64], cases: EvaluationCases, k: int = 10
) -> float:
    """By which of SHARES the weights of all parts but the last are to be multiplied so that the
    cases' NDCG@k is best: many weights learned on few people may drown a last part that knows
    more than they do."""
    quality = np.zeros(len(SHARES))
    for rows, queries in batches(cases.queries):
        last = np.float32(weights[-1]) * parts[-1](queries)
        others = np.zeros_like(last)
        for part, weight in zip(parts[:-1], weights, strict=False):
            if weight:
                others += np.float32(weight) * part(queries)
        some = cases.take(rows)
        quality += [
            ndcg_of_scores(mask_seen(last + np.float32(one) * others, queries), some, k).sum()
            for one in SHARES
        ]
    return SHARES[int(quality.argmax())]


def _fit(
    table: NDArray[np.float32], shift: NDArray[np.float32], start: NDArray[np.float64], bound: float
) -> NDArray[np.float64]:
    flat = table.reshape(len(table), -1)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = (weights.astype(np.float32) @ flat).reshape(shift.shape) + shift
        logits -= logits.max(axis=1, keepdims=True)
        chances = np.exp(logits)
        total = chances.sum(axis=1)
        chances /= total[:, None]
        likely = logits[:, -1] - np.log(total)  # log p of the true item
        share = np.exp(bound * likely)
        value = float(((1 - share) / bound if bound else -likely).mean()) + RIDGE / 2 * float(
            weights @ weights
        )
        chances[:, -1] -= 1.0
        chances *= (share / len(shift))[:, None]
        # OpenBLAS multiplies 5 columns of float32 by AVX-512 in registers that it has not cleared:
        # what is left in them, it drops, but it may raise the flag "invalid". A part that is no
        # number has raised it above.
        with np.errstate(invalid="ignore"):
            slope = flat @ chances.ravel()
        return value, slope.astype(np.float64) + RIDGE * weights

    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, None)] * len(table),
        options={"maxiter": 100},
    )
    return np.asarray(found.x)

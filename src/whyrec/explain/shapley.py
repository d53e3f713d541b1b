"""Shapley values of the events [shapley1953]: closed form, enumeration, or leverage sampling.

    phi_j = mean, over all orders of the events, of what j adds to those before it

For more than 12 events, subsets are drawn in pairs of a set and its complement, with equal shares
for every size (the leverage scores of KernelSHAP's regression [musco2025]). Sizes with few subsets
are enumerated, and no subset is drawn twice. Only the difference within a pair is used, so
interactions of an even number of events cancel. A Gaussian process [rasmussen2006] extends the
differences to all other pairs; its kernel is the odd part of the product over events of 1 + a x_j
x'_j, plus white noise. Both have Shapley values in closed form, because the parity of a set T gives
2 / |T| to each of its events. The posterior spread of the process gives the interval.
"""

from __future__ import annotations

import math
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from whyrec.core import Additive, ArgumentError, Explanation, Query, Scorer
from whyrec.core.capabilities import rest_moves
from whyrec.core.explainers import explainer
from whyrec.explain.exact import event_reasons, of_contributions
from whyrec.explain.games import Count, Game, Seed

__all__ = ["Estimate", "enumerated", "sampled", "shapley"]

Floats = NDArray[np.float64]
ENUMERATED = 12
COUPLINGS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.7)
NOISES = (1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 0.3, 1.0)
# Factor on the intervals, since coupling and noise are chosen on the same pairs; set on people
# outside the measurements.
CAUTION = 1.12
# Up to this many subsets of one size are enumerated; beyond it, repeated draws are negligible.
LISTED = 5_000


class Estimate(NamedTuple):
    """Estimated Shapley values.

    Attributes:
        values: The values, (n,).
        half: Half width of the 95% interval of each value, (n,); 0 if exact.
        evaluations: Number of evaluations of the game.
    """

    values: Floats
    half: Floats
    evaluations: int


@explainer(needs=Scorer)
def shapley(
    model: Scorer,
    query: Query,
    item: int,
    *,
    budget: Count | None = None,
    margin: bool = False,
    seed: Seed = 0,
) -> Explanation:
    """Compute the Shapley values of the events for the score or the margin.

    Additive models: the weights themselves. Up to 12 events: all subsets. More events: paired
    leverage sampling [musco2025] with 95% intervals. Limits: the values do not predict the effect
    of one removal; use :mod:`whyrec.explain.deletion` for that.

    Args:
        model: Any scorer.
        query: The history to explain.
        item: Number of the recommended item.
        budget: Approximate number of model evaluations. Default: 10 per event.
        margin: Explain the score minus the mean score of the next ten items.
        seed: Seed of the subsets.

    Returns:
        An explanation with one reason per event; `intervals` is filled if the values were sampled.
    """
    if isinstance(model, Additive) and not rest_moves(model) and not margin:
        return of_contributions(model, query, item, "shapley (closed form)")
    game = Game(model, query, item, margin=margin)
    ends = game.empty(), game.full
    if game.m <= ENUMERATED:
        made = enumerated(game, game.m)
        how = "every subset"
    else:
        made = sampled(game, game.m, budget or 10 * game.m, ends=ends, seed=seed)
        how = f"{made.evaluations} subsets drawn"
    reasons = event_reasons(made.values)
    spans = tuple(
        (r.weight - made.half[r.refs[0]], r.weight + made.half[r.refs[0]]) for r in reasons
    )
    name = f"shapley ({how}{', margin' if margin else ''})"
    return Explanation(
        item,
        game.score,
        ends[0],
        reasons,
        0.0,
        name,
        additive=not margin,
        explained_share=0.0,  # they add up whatever the model is
        intervals=spans if game.m > ENUMERATED else (),
    )


def enumerated(game: Game, n: int) -> Estimate:
    """Compute exact values from all 2^n subsets."""
    if n == 0:
        return Estimate(np.zeros(0), np.zeros(0), 0)
    keep = (np.arange(2**n)[:, None] >> np.arange(n)) & 1 == 1
    value = game(keep)
    size = keep.sum(1)
    weight = np.array(
        [math.factorial(s) * math.factorial(n - s - 1) / math.factorial(n) for s in range(n)]
    )
    values = np.empty(n)
    for j in range(n):
        without = np.flatnonzero(~keep[:, j])
        values[j] = weight[size[without]] @ (value[without + (1 << j)] - value[without])
    return Estimate(values, np.zeros(n), len(keep))


def sampled(
    game: Game,
    n: int,
    budget: int,
    *,
    ends: tuple[float, float] | None = None,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Estimate the values and their intervals by paired leverage sampling.

    Args:
        game: Maps subsets (s, n) to values (s,).
        n: Number of events, at least 2.
        budget: Approximate number of evaluations, at least 2 per event.
        ends: The values of no event and of all events, if known.
        seed: Seed of the subsets.
        level: Level of the intervals.

    Returns:
        The estimate.

    Raises:
        ArgumentError: If there are too few events or evaluations.
    """
    if n < 2 or budget < 2 * n:
        raise ArgumentError(
            "sampling Shapley values needs 2 events and a budget of 2 an event",
            given=f"{n} events, {budget}",
        )
    rng = np.random.default_rng(seed)
    low, high = ends or tuple(game(np.array([np.zeros(n), np.ones(n)], bool)))
    sets, open_ = _drawn(n, (budget - 2) // 2, rng)
    value = game(np.concatenate([sets, ~sets]))
    return Estimate(
        *_regressed(sets, value[: len(sets)] - value[len(sets) :], high - low, open_, level),
        2 + len(value),
    )


def _drawn(
    n: int, pairs: int, rng: np.random.Generator
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Draw one set of each pair, (p, n), and mark the sizes with undrawn subsets, (p,)."""
    sizes = np.arange(1, n // 2 + 1)
    there = np.array([math.comb(n, int(s)) / (2 if 2 * s == n else 1) for s in sizes])
    counts = _shares(np.where(2 * sizes == n, 0.5, 1.0), there, pairs)
    sets = [
        _of_size(n, int(size), int(count), total, rng)
        for size, total, count in zip(sizes, there, counts, strict=True)
    ]
    return np.concatenate(sets), np.repeat(counts < there, counts.astype(np.int64))


def _shares(wanted: Floats, there: Floats, pairs: int) -> Floats:
    """Divide the pairs equally among the sizes, none beyond its number of subsets."""
    counts = np.zeros(len(wanted))
    for _ in range(len(wanted)):
        open_ = counts < there
        over = pairs - counts.sum()
        if over < 1 or not open_.any():
            break
        counts = np.minimum(
            there, counts + np.where(open_, over * wanted / wanted[open_].sum(), 0.0)
        )
    whole = np.floor(counts)
    for at in np.argsort(-(counts - whole), kind="stable")[: max(0, int(pairs - whole.sum()))]:
        whole[at] = min(there[at], whole[at] + 1)
    return whole


def _of_size(
    n: int, size: int, count: int, total: float, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Draw `count` distinct subsets of one size; for halves, sets that hold the first event."""
    sets = np.zeros((count, n), bool)
    half = 2 * size == n
    if total <= LISTED:
        if half:
            listed = [(0, *rest) for rest in combinations(range(1, n), size - 1)]
        else:
            listed = list(combinations(range(n), size))
        for row, at in enumerate(rng.permutation(len(listed))[:count]):
            sets[row, list(listed[at])] = True
        return sets
    order = np.argsort(rng.random((count, n)), 1)[:, :size]
    np.put_along_axis(sets, order, True, 1)
    if half:
        sets[~sets[:, 0]] = ~sets[~sets[:, 0]]
    return sets


def _regressed(
    sets: NDArray[np.bool_], odd: Floats, total: float, drawn_from: NDArray[np.bool_], level: float
) -> tuple[Floats, Floats]:
    """Fit the process to the differences of the pairs; returns (values, half widths).

    `total` is the exact difference between all events and none. The error is judged on the pairs of
    `drawn_from`, which represent others that were not drawn.
    """
    x = np.concatenate([np.ones((1, sets.shape[1])), 2.0 * sets - 1])
    y = np.concatenate([[total], odd]) / 2
    best = min((_Process(x, y, a) for a in COUPLINGS), key=lambda made: made.error)
    values, variance = best.values(np.concatenate([[False], drawn_from]))
    values += (total - values.sum()) / len(values)
    return values, CAUTION * np.sqrt(variance) * float(norm.ppf((1 + level) / 2))


class _Process:
    """A Gaussian process over odd functions, observed as y at x (p, n) of +1 and -1.

    The first row of x is all +1. `noise` is the white share with the smallest leave-one-out error,
    and `error` that error.
    """

    def __init__(self, x: Floats, y: Floats, a: float) -> None:
        self.x = x
        self.a = a
        n = x.shape[1]
        apart = np.arange(n + 1)  # number of events in which two sets differ
        table = (
            (1 + a) ** (n - apart) * (1 - a) ** apart - (1 - a) ** (n - apart) * (1 + a) ** apart
        ) / 2
        self.scale = table[0]
        kernel = table[np.rint((n - x @ x.T) / 2).astype(np.int64)] / self.scale
        roots, self.turn = np.linalg.eigh(kernel)
        turned = self.turn.T @ y
        self.error = np.inf
        square = self.turn**2
        for noise in NOISES:
            spread = np.maximum(roots, 0.0) + noise
            weight = self.turn @ (turned / spread)
            inverse = square @ (1 / spread)
            error = float(np.mean((weight / inverse)[1:] ** 2))
            if error < self.error:
                self.error = error
                self.noise = noise
                self.spread = spread
                self.weight = weight
                self.inverse = inverse

    def values(self, drawn_from: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        """Return (Shapley values (n,), their variance (n,))."""
        n = self.x.shape[1]
        found = self._functional()
        sigma = (
            self.weight**2 / self.inverse
        )  # squared leave-one-out errors relative to their variance
        size = float(sigma[drawn_from].mean() if drawn_from.sum() > 4 else sigma[1:].mean())
        prior = (
            sum(math.comb(n - 1, t - 1) * self.a**t * 4 / t**2 for t in range(1, n + 1, 2))
            / self.scale
        )
        prior += self.noise * sum(4 / (n * n * math.comb(n - 1, s)) for s in range(n))
        known = self.turn.T @ found
        return found.T @ self.weight, np.maximum(
            size * (prior - (known**2 / self.spread[:, None]).sum(0)), 0.0
        )

    def _functional(self) -> Floats:
        """Compute the Shapley values of the kernel at each observation, (p, n).

        The smooth part by quadrature over 1 / |T| = integral of z^(|T| - 1), exact for its degree;
        the white part by the weights of the sizes.
        """
        x = self.x
        a = self.a
        n = self.x.shape[1]
        there = (n + x.sum(1)) / 2
        out = np.zeros(x.shape)
        for node, weight in zip(*np.polynomial.legendre.leggauss(n // 2 + 1), strict=True):
            za = a * (node + 1) / 2
            for one in (za, -za):
                whole = (1 + one) ** there * (1 - one) ** (n - there)
                out += weight / 2 * a * x * (whole[:, None] / (1 + one * x))
        own = np.array([2 / (n * math.comb(n - 1, s)) for s in range(n)] + [0.0])
        size = np.rint(there).astype(np.int64)
        white = np.where(x > 0, own[size - 1][:, None], -own[np.minimum(size, n)][:, None])
        return np.asarray(out / self.scale + self.noise * white)

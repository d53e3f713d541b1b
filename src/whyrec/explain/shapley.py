"""Shapley values over the events of a history [shapley1953]: closed form, enumeration, or paired leverage sampling.

    phi_j = mean, over all orders of the events, of what j adds to those before it

For more than 12 events subsets are drawn in pairs, a set and its complement, with equal shares for every size (the leverage
scores of the regression [musco2025]); sizes with few subsets are taken whole, none is drawn twice. The values are the
regression of v(S) - v(rest) on membership, bound to add up; their intervals come from its residuals, size by size.
"""

from __future__ import annotations

import math
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from whyrec.core import Additive, BadArgument, Explanation, Model, Query
from whyrec.explain.exact import event_reasons
from whyrec.explain.games import Game

__all__ = ["Estimate", "enumerated", "sampled", "shapley"]

Floats = NDArray[np.float64]
ENUMERATED = 12
LISTED = 5_000  # subsets of one size that are listed and drawn from; of more, repeats are too rare to matter


class Estimate(NamedTuple):
    """values (n,); half: half width of the 95% interval of each (n,), 0 where exact; evaluations of the game."""

    values: Floats
    half: Floats
    evaluations: int


def shapley(model: Model, query: Query, item: int, *, budget: int | None = None, margin: bool = False,
            seed: int = 0) -> Explanation:
    """Shapley values of the events for the score (margin: for the score minus the mean of the next ten items').

    Additive models: the weights themselves. Up to 12 events: all subsets. More: about `budget` model evaluations (default
    10 an event), with 95% intervals in `intervals`. Not good for: predicting what one removal does (:mod:`deletion`).
    """
    if isinstance(model, Additive) and not getattr(model, "rest_moves", False) and not margin:
        base, weights, rest = model.contributions(query, item)
        score = float(model.score([query])[0, item])  # type: ignore[attr-defined]
        return Explanation(item, score, base, event_reasons(weights), rest, "shapley (closed form)", additive=True)
    game = Game(model, query, item, margin=margin)
    ends = game.empty(), game.full
    if game.m <= ENUMERATED:
        made, how = enumerated(game, game.m), "every subset"
    else:
        made = sampled(game, game.m, budget or 10 * game.m, ends=ends, seed=seed)
        how = f"{made.evaluations} subsets drawn"
    reasons = event_reasons(made.values)
    spans = tuple((r.weight - made.half[r.refs[0]], r.weight + made.half[r.refs[0]]) for r in reasons)
    name = f"shapley ({how}{', margin' if margin else ''})"
    return Explanation(item, game.score, ends[0], reasons, 0.0, name, additive=not margin,
                       intervals=spans if game.m > ENUMERATED else ())


def enumerated(game: Game, n: int) -> Estimate:
    """Exact values from all 2^n subsets."""
    if n == 0:
        return Estimate(np.zeros(0), np.zeros(0), 0)
    keep = (np.arange(2**n)[:, None] >> np.arange(n)) & 1 == 1
    value, size = game(keep), keep.sum(1)
    weight = np.array([math.factorial(s) * math.factorial(n - s - 1) / math.factorial(n) for s in range(n)])
    values = np.empty(n)
    for j in range(n):
        without = np.flatnonzero(~keep[:, j])
        values[j] = weight[size[without]] @ (value[without + (1 << j)] - value[without])
    return Estimate(values, np.zeros(n), len(keep))


def sampled(game: Game, n: int, budget: int, *, ends: tuple[float, float] | None = None, seed: int = 0,
            level: float = 0.95) -> Estimate:
    """Values by paired leverage sampling with about `budget` evaluations, and the half width of their intervals.
    ends: the values of no event and of all, where they are known."""
    if n < 2 or budget < 2 * n:
        raise BadArgument("sampling Shapley values needs 2 events and a budget of 2 an event", given=f"{n} events, {budget}")
    rng = np.random.default_rng(seed)
    low, high = ends or tuple(game(np.array([np.zeros(n), np.ones(n)], bool)))
    sets, weight, stratum, left = _drawn(n, (budget - 2) // 2, rng)
    value = game(np.concatenate([sets, ~sets]))
    odd = value[:len(sets)] - value[len(sets):]
    return Estimate(*_regressed(odd, 2.0 * sets - 1, weight, stratum, left, high - low, level), 2 + len(value))


def _drawn(n: int, pairs: int, rng: np.random.Generator) -> tuple[NDArray[np.bool_], Floats, NDArray[np.int64], Floats]:
    """(sets (p, n), the weight of each, its size, and for each size the share of its sets that was not drawn)."""
    sizes = np.arange(1, n // 2 + 1)
    there = np.array([math.comb(n, int(s)) / (2 if 2 * s == n else 1) for s in sizes])
    counts = _shares(np.where(2 * sizes == n, 0.5, 1.0), there, pairs)
    sets, weights, strata = [], [], []
    for size, total, count in zip(sizes, there, counts, strict=True):
        sets.append(_of_size(n, int(size), int(count), total, rng))
        kernel = total * (n - 1) / (math.comb(n, int(size)) * size * (n - size))
        weights.append(np.full(int(count), kernel / max(count, 1)))
        strata.append(np.full(int(count), size))
    return np.concatenate(sets), np.concatenate(weights), np.concatenate(strata), 1 - counts / there


def _shares(wanted: Floats, there: Floats, pairs: int) -> Floats:
    """How many pairs of each size: equal shares, none more than there are; what is over goes to the others."""
    counts = np.zeros(len(wanted))
    for _ in range(len(wanted)):
        open_ = counts < there
        over = pairs - counts.sum()
        if over < 1 or not open_.any():
            break
        counts = np.minimum(there, counts + np.where(open_, over * wanted / wanted[open_].sum(), 0.0))
    whole = np.floor(counts)
    for at in np.argsort(-(counts - whole), kind="stable")[:max(0, int(pairs - whole.sum()))]:
        whole[at] = min(there[at], whole[at] + 1)
    return whole


def _of_size(n: int, size: int, count: int, total: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """`count` different subsets of that size; of halves those with the first event, so that no pair comes twice."""
    sets = np.zeros((count, n), bool)
    half = 2 * size == n
    if total <= LISTED:
        listed = [(0, *rest) for rest in combinations(range(1, n), size - 1)] if half else list(combinations(range(n), size))
        for row, at in enumerate(rng.permutation(len(listed))[:count]):
            sets[row, list(listed[at])] = True
        return sets
    order = np.argsort(rng.random((count, n)), 1)[:, :size]
    np.put_along_axis(sets, order, True, 1)
    if half:
        sets[~sets[:, 0]] = ~sets[~sets[:, 0]]
    return sets


def _regressed(odd: Floats, x: Floats, weight: Floats, stratum: NDArray[np.int64], left: Floats, total: float,
               level: float) -> tuple[Floats, Floats]:
    """(values, half widths): odd ~ x values with sum(values) = total, by weighted least squares; the variance from the
    residuals [mackinnon1985], within each size, smaller where most of its sets were taken."""
    n = x.shape[1]
    basis = np.linalg.svd(np.ones((1, n)))[2][1:].T  # (n, n - 1), at right angles to the ones
    root = np.sqrt(weight)
    design = x @ basis
    inverse = np.linalg.pinv((design * root[:, None]).T @ (design * root[:, None]))
    inside = inverse @ (design.T @ (weight * (odd - total / n * x.sum(1))))
    values = total / n + basis @ inside
    residual = odd - x @ values
    leverage = np.clip(weight * ((design @ inverse) * design).sum(1), 0, 0.99)
    score = (weight * residual / (1 - leverage))[:, None] * design
    meat = np.zeros((n - 1, n - 1))
    for size in np.unique(stratum):
        part = score[stratum == size]
        if len(part) > 1:
            part = (part - part.mean(0)) * math.sqrt(len(part) / (len(part) - 1))
        meat += left[size - 1] * part.T @ part
    spread = np.sqrt(np.maximum(((basis @ inverse @ meat @ inverse) * basis).sum(1), 0.0))
    freedom = max(1, len(odd) - (n - 1))
    return values, spread * float(student.ppf((1 + level) / 2, freedom))

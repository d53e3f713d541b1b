"""EASE for data that must stay private: everything is computed from two noisy sums over people.

Each person's choices x (0 or 1 an item) enter twice, with the same weight for everyone, so that one
person more or less, with all events, moves either sum by a known amount:

    counts = sum of x / |x|                 moves by at most 1, and decides which items are frequent
    gram   = sum of x x^T / |x|^2           of the frequent items; half of it (it is symmetric)
    moves by at most 0.71

Gaussian noise as large as (epsilon, delta) asks is added to both [balle2018]. All that follows
reads the noisy sums alone,
and what is public: the catalogue. The gram is cleaned by shrinking its singular values as random
matrices teach [gavish2017], kept whole where it speaks of groups of items (categories, numbers such
as the year), which average the noise away; items too rare to be counted take the place that their
groups suggest.
"""

from __future__ import annotations

from math import exp, sqrt
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import brentq
from scipy.stats import norm

from whyrec.core import ArgumentError, Dataset
from whyrec.core.dataset import ItemTable
from whyrec.core.describe import model_repr
from whyrec.core.settings import check_model_settings
from whyrec.models.linear.terms import ItemItemTerm, LinearMixin, user_item
from whyrec.models.setting_types import Count, Delta, Epsilon, NotNegative, Positive, SharePopular

__all__ = ["PrivateEASE", "gaussian_noise"]

Floats = NDArray[np.float64]
LEVELS = 10  # bumps over a number's range
ERAS = 3  # parts of it that go with each category


def gaussian_noise(epsilon: float, delta: float) -> float:
    """The standard deviation of the noise that makes one Gaussian release of sensitivity 1
    (epsilon, delta)-private, exactly [balle2018]. Raises ArgumentError outside epsilon > 0 and 0 <
    delta < 1."""
    if not 0 < epsilon < float("inf") or not 0 < delta < 1:
        raise ArgumentError(
            "epsilon must be above 0, delta between 0 and 1",
            given=f"epsilon {epsilon}, delta {delta}",
        )

    def spent(noise: float) -> float:
        a = 0.5 / noise - epsilon * noise
        b = -0.5 / noise - epsilon * noise
        return float(norm.cdf(a) - exp(epsilon + norm.logcdf(b)) - delta)

    return float(brentq(spent, 1e-3, 1e6, xtol=1e-12))


class PrivateEASE(LinearMixin):
    """EASE under differential privacy, the unit one person with all events (one more or one less);
    see the module.

    epsilon; delta (default: 1 / people squared; the number of people is taken as public); items:
    how many frequent ones get weights of their own; groups: directions of the catalogue that are
    kept whole; ridge: penalty; popularity: share of the budget spent on counts; damping: an event
    counts for (how often its item is chosen)^-damping, since everybody's choice tells little of
    anyone. The catalogue (items, categories, numbers) is taken as public, events as private. The
    noise comes from the operating system, so two fits differ; reproducible: from `seed` instead,
    for research only, as who knows the seed can take the noise away. Numbers are 64-bit floats:
    their last bits are not protected [mironov2012].
    Not searched by `whyrec tune`: every trial would spend some of epsilon.
    Source: [steck2019]. Not good for: fewer than some thousand people; order of events; catalogues
    past 30,000 items.

    Learned: weights_ (n_items, n_items) and base_ (n_items,) float32; privacy_: epsilon, delta,
    unit, mechanism, the noise and what it was added to, people.
    """

    not_tuned = "is private: every trial would spend some of its epsilon"

    __repr__ = model_repr

    def __init__(
        self,
        epsilon: Epsilon = 4.0,
        delta: Delta | None = None,
        items: Count = 800,
        groups: Count = 45,
        ridge: Positive = 20.0,
        popularity: SharePopular = 0.1,
        damping: NotNegative = 0.25,
        reproducible: bool = False,
        max_items: Count = 30_000,
    ) -> None:
        self.epsilon = epsilon
        self.delta = delta
        self.items = items
        self.groups = groups
        self.ridge = ridge
        self.popularity = popularity
        self.damping = damping
        self.reproducible = reproducible
        self.max_items = max_items
        check_model_settings(self)

    def fit(self, data: Dataset, *, seed: int = 0) -> Self:
        if data.n_items > self.max_items:
            raise ArgumentError(
                f"private holds n_items squared weights, at most {self.max_items} items",
                given=f"{data.n_items} items",
                fix="keep items with more events (--item-core)",
            )
        rng = np.random.default_rng(seed if self.reproducible else None)
        people = user_item(data)
        people = people[np.flatnonzero(np.diff(people.indptr))]
        if self.delta is not None:
            delta = self.delta
        else:
            delta = 1 / max(people.shape[0], 2) ** 2
        noise = gaussian_noise(self.epsilon, delta)
        on_counts = noise / sqrt(self.popularity)
        on_gram = noise / sqrt(1 - self.popularity)
        counts = _counts(people, on_counts, rng)
        top = np.sort(np.argsort(-counts, kind="stable")[: self.items])
        gram, spread = _gram(people[:, top], on_gram, rng)
        groups = (
            _groups(data.item_table) * np.sqrt(counts)[:, None]
        )  # a frequent item weighs more in its groups
        loadings = _extended(_loadings(gram, spread, groups[top], self.groups), top, groups)
        self.weights_ = _weights(loadings, self.ridge)
        self.weights_ *= (counts / counts.mean())[:, None].astype(np.float32) ** np.float32(
            -self.damping
        )
        self.base_ = (1e-3 * np.log(counts)).astype(np.float32)  # decides where there is no history
        self.privacy_ = {
            "epsilon": float(self.epsilon),
            "delta": float(delta),
            "unit": "person",
            "mechanism": "gaussian",
            "noise": noise,
            "people": int(people.shape[0]),
            "releases": [
                {"of": "counts", "sensitivity": 1.0, "noise": on_counts},
                {"of": "gram", "sensitivity": sqrt(0.5), "noise": on_gram * sqrt(0.5)},
            ],
            "reproducible": bool(self.reproducible),
        }
        return self

    def terms(self) -> list[ItemItemTerm]:
        return [ItemItemTerm(self.weights_, 1.0)]


def _equal(people: sparse.csr_array) -> sparse.csr_array:
    """Each row divided by its length, so that everyone weighs the same."""
    length = np.sqrt(np.maximum(np.asarray(people.sum(1), np.float64).ravel(), 1.0))
    return sparse.csr_array(sparse.diags_array(1 / length) @ people.astype(np.float64))


def _counts(people: sparse.csr_array, noise: float, rng: np.random.Generator) -> Floats:
    """How often each item is chosen, noisy, 1 or more; (n_items,)."""
    counts = np.asarray(_equal(people).sum(0)).ravel()
    return np.asarray(np.maximum(counts + rng.normal(0.0, noise, len(counts)), 1.0))


def _gram(people: sparse.csr_array, noise: float, rng: np.random.Generator) -> tuple[Floats, float]:
    """The noisy gram (k, k) and the standard deviation of its entries' noise.

    With |x| = 1 the upper triangle, its diagonal divided by sqrt(2), has the length sqrt(1/2)
    whatever x is. So noise of sqrt(1/2) off the diagonal and of 1 on it, times the multiplier, is
    what its sensitivity asks for.
    """
    rows = _equal(people)
    k = people.shape[1]
    spread = noise * sqrt(0.5)
    upper = np.triu(rng.normal(0.0, spread, (k, k)), 1)
    return (rows.T @ rows).toarray() + upper + upper.T + np.diag(
        rng.normal(0.0, spread * sqrt(2.0), k)
    ), spread


def _groups(table: ItemTable) -> Floats:
    """Public groups of the items (n_items, g): everything, each category, each number's
    neighbourhoods, and the categories in the low, middle and high part of each number."""
    kinds = sorted({name for row in table.categories for name in row})
    place = {name: at for at, name in enumerate(kinds)}
    member = np.zeros((len(table), len(kinds)))
    for item, row in enumerate(table.categories):
        member[item, [place[name] for name in row]] = 1.0
    member = member[:, np.argsort(-member.sum(0), kind="stable")[:100]]
    columns = [np.ones((len(table), 1)), member]
    for values in table.numeric.values():
        known = values[np.isfinite(values)]
        if len(known) < 2 or known.min() == known.max():
            continue
        filled = np.where(np.isfinite(values), values, np.median(known))
        knots = np.unique(np.quantile(known, np.linspace(0.02, 0.98, LEVELS)))
        if len(knots) > 1:
            width = np.maximum(np.gradient(knots), 1e-9)
        else:
            width = np.ones(1)
        era = np.digitize(filled, np.quantile(known, np.arange(1, ERAS) / ERAS))
        columns.append(np.exp(-0.5 * ((filled[:, None] - knots) / width) ** 2))
        columns += [member * (era == part)[:, None] for part in range(ERAS)]
    return np.hstack(columns)


def _loadings(gram: Floats, spread: float, groups: Floats, most: int) -> Floats:
    """L (k, r) such that L L^T is the gram without its noise: the part within the groups' main
    directions, the part between them and the rest, and the rest, each by its own threshold."""
    basis = np.linalg.svd(groups, full_matrices=False)[0][:, : min(most, len(gram) - 1)]
    k, p = basis.shape
    within = basis.T @ gram @ basis
    between = gram @ basis - basis @ within
    rest = gram - basis @ (basis.T @ gram)
    rest -= (rest @ basis) @ basis.T
    clean = basis @ _symmetric(within, spread) @ basis.T + _symmetric(rest, spread, k - p)
    cross = _oblong(between, spread, k, p) @ basis.T
    values, vectors = np.linalg.eigh(clean + cross + cross.T)
    keep = values > 1.0
    return np.asarray(vectors[:, keep] * np.sqrt(values[keep]))


def _symmetric(matrix: Floats, spread: float, size: int | None = None) -> Floats:
    """A symmetric matrix with its noise shrunk away: eigenvalues inside the noise's range go, the
    others lose what noise added to their size and to their direction [gavish2017]."""
    values, vectors = np.linalg.eigh(matrix)
    bulk = spread**2 * (size or len(matrix))
    inside = values <= 2 * sqrt(bulk)
    true = np.where(inside, 1.0, (values + np.sqrt(np.maximum(values**2 - 4 * bulk, 0.0))) / 2)
    kept = np.where(
        inside, 0.0, np.maximum(true * (1 - bulk / np.where(inside, 1.0, true) ** 2), 0.0)
    )
    return np.asarray((vectors * kept) @ vectors.T)


def _oblong(matrix: Floats, spread: float, rows: int, columns: int) -> Floats:
    """The same for a matrix (rows, columns) with noise in every entry."""
    u, values, v = np.linalg.svd(matrix, full_matrices=False)
    a = spread**2 * rows
    b = spread**2 * columns
    room = np.sqrt(np.maximum((values**2 - a - b) ** 2 - 4 * a * b, 0.0))
    kept = np.where(values > sqrt(a) + sqrt(b), room / np.maximum(values, 1e-12), 0.0)
    return np.asarray((u * kept) @ v)


def _extended(loadings: Floats, top: NDArray[Any], groups: Floats, ridge: float = 30.0) -> Floats:
    """The loadings of all items (n_items, r): the frequent ones' own, the others' as their
    groups suggest.
    """
    known = groups[top]
    every = groups @ np.linalg.solve(
        known.T @ known + ridge * np.eye(known.shape[1]), known.T @ loadings
    )
    every[top] = loadings
    return np.asarray(every)


def _weights(loadings: Floats, ridge: float) -> NDArray[np.float32]:
    """EASE's weights where the gram is L L^T: B[j, i] = Q[j, i] / (1 - Q[i, i]) with Q = L (L^T L +
    ridge I)^-1 L^T, and 0 on the diagonal; (n_items, n_items)."""
    inner = np.linalg.inv(loadings.T @ loadings + ridge * np.eye(loadings.shape[1]))
    half = (loadings @ inner).astype(np.float32)
    weights = half @ loadings.T.astype(np.float32)
    weights /= 1.0 - np.diag(weights).copy()
    np.fill_diagonal(weights, 0.0)
    return np.ascontiguousarray(weights, np.float32)

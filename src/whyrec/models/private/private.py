"""PrivateEASE: EASE under differential privacy, computed from two noisy sums over people.

Each person's choices x (0 or 1 per item) enter twice, scaled to the same size for everyone, so
adding or removing one person with all events changes either sum by a known amount:

    counts = sum of x / |x|          changes by at most 1; decides which items are frequent
    gram   = sum of x x^T / |x|^2    of the frequent items; its upper triangle changes by at most
                                     0.71

Everybody's share is rounded down to a fixed grid, so the sums are exact whole numbers, and discrete
Gaussian noise as large as (epsilon, delta) requires is added to both [balle2018], [canonne2020].
Everything else uses only the noisy sums and the catalogue, which must not depend on the events. The
gram is denoised by shrinking its singular values [gavish2017]; what it says about groups of items
(categories, numbers such as the year) is kept whole, because groups average the noise away. Items
too rare to be counted get the vectors that their groups suggest.
"""

from __future__ import annotations

from math import sqrt
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import ArgumentError, Dataset
from whyrec.core.dataset import ItemTable
from whyrec.core.describe import model_repr
from whyrec.core.settings import check_model_settings
from whyrec.models.linear.terms import ItemItemTerm, LinearMixin, user_item
from whyrec.models.private.budget import Budget, described, item_release
from whyrec.models.private.gaussian import gaussian_noise
from whyrec.models.setting_types import Count, Delta, Epsilon, NotNegative, Positive, SharePopular
from whyrec.privacy.noise import GRID, Generator, generator

__all__ = ["PrivateEASE", "gaussian_noise"]

Floats = NDArray[np.float64]
LEVELS = 10  # overlapping neighbourhoods of a number's range
ERAS = 3  # parts of the range that are combined with each category


class PrivateEASE(LinearMixin):
    """EASE under differential privacy; the unit is one person with all events.

    See the module for the method. Sources: [steck2019], [balle2018], [gavish2017]. Needs the extra
    [privacy].

    Two data sets are neighbours if one of them has one person more, with all their events; the
    number of people is not published. The catalogue (items, categories, numbers) is public, so
    `fit` refuses data whose items were taken from the events. The noise comes from the operating
    system's cryptographic generator, so two fits differ. The settings are fixed beforehand. Not
    good for: fewer than some thousand people; the order of events; catalogues of more than 30,000
    items.

    Args:
        epsilon: Privacy loss, above 0; smaller values are more private and less accurate.
        delta: Probability of exceeding it, above 0 and below 1; give less than 1 / people. Default:
            1e-8.
        items: Frequent items with weights of their own.
        groups: Directions of the catalogue that are kept without shrinkage.
        ridge: L2 penalty, above 0.
        popularity: Share of the budget spent on the counts, above 0 and below 1.
        damping: An event counts (frequency of its item)^-damping, 0 or more; larger values weaken
            popular items.
        reproducible: Whether the noise comes from `seed`, for research only: who knows the seed can
            remove the noise.
        max_items: Largest catalogue that `fit` accepts.

    Attributes:
        weights_: (n_items, n_items) float32.
        base_: (n_items,) float32.
        privacy_: epsilon, delta, unit, mechanism, randomness, catalogue, and each release with its
            noise.
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
        """Release the two noisy sums and solve EASE from them.

        Args:
            data: Training data.
            seed: Seed of the noise, only if `reproducible`.

        Returns:
            The fitted model itself.

        Raises:
            ArgumentError: If the data have no catalogue, or one of more than `max_items` items.
            MissingExtra: If the library of the noise is not installed.
        """
        budget = Budget(data, "private", self.epsilon, self.delta)
        if data.n_items > self.max_items:
            raise ArgumentError(
                f"private holds n_items squared weights, at most {self.max_items} items",
                given=f"{data.n_items} items",
                fix="give a catalogue of fewer items",
            )
        random = generator(seed if self.reproducible else None)
        people = user_item(data)
        on_counts = budget.noise / sqrt(self.popularity)
        on_gram = budget.noise / sqrt(1 - self.popularity)
        counts = noisy_counts(people, on_counts, random)
        top = np.sort(np.argsort(-counts, kind="stable")[: self.items])
        gram, spread = _gram(people[:, top], on_gram, random)
        # Frequent items weigh more in their groups.
        groups = _groups(data.item_table) * np.sqrt(counts)[:, None]
        loadings = _extended(_loadings(gram, spread, groups[top], self.groups), top, groups)
        self.weights_ = _weights(loadings, self.ridge)
        self.weights_ *= (counts / counts.mean())[:, None].astype(np.float32) ** np.float32(
            -self.damping
        )
        self.base_ = (1e-3 * np.log(counts)).astype(np.float32)  # only for empty histories
        self.privacy_ = described(
            budget,
            data,
            random,
            "discrete gaussian",
            noise=budget.noise,
            releases=[
                *budget.releases(),
                {"of": "counts", "sensitivity": 1.0, "noise": on_counts},
                {"of": "gram", "sensitivity": sqrt(0.5), "noise": on_gram * sqrt(0.5)},
            ],
            reproducible=bool(self.reproducible),
        )
        return self

    def item_release(self) -> tuple[float, float]:
        return item_release(self.epsilon, self.delta)

    def terms(self) -> list[ItemItemTerm]:
        return [ItemItemTerm(self.weights_, 1.0)]


def _down(shares: Floats) -> NDArray[np.int64]:
    """Round shares down to the grid, never up, so that nobody's influence grows."""
    return np.floor(shares * GRID * (1 - 2**-48)).astype(np.int64)


def _sizes(people: sparse.csr_array) -> Floats:
    """Return how many items each person has, 1 or more, (people,)."""
    return np.asarray(np.maximum(np.diff(people.indptr), 1), np.float64)


def _weighted(people: sparse.csr_array, weight: NDArray[np.int64]) -> sparse.csr_array:
    """Multiply each person's row of 0 and 1 by a whole number."""
    return sparse.csr_array(
        (np.repeat(weight, np.diff(people.indptr)), people.indices, people.indptr), people.shape
    )


def _count(people: sparse.csr_array) -> NDArray[np.int64]:
    """Return the exact counts in steps of the grid; one person moves them by 1, GRID steps."""
    weight = _down(1 / np.sqrt(_sizes(people)))
    return np.asarray(_weighted(people, weight).sum(0)).ravel()


def noisy_counts(people: sparse.csr_array, noise: float, random: Generator) -> Floats:
    """Return noisy counts of how often each item is chosen, 1 or more, (n_items,).

    Args:
        people: Who chose what, (people, n_items).
        noise: Standard deviation of the noise.
        random: Random numbers.
    """
    counts = _count(people) + random.gaussian(noise * GRID, people.shape[1])
    return np.asarray(np.maximum(counts / GRID, 1.0), np.float64)


def _pairs(people: sparse.csr_array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the exact gram off its diagonal (k, k), and the diagonal over sqrt(2), in grid steps.

    With |x| = 1, the upper triangle with its diagonal divided by sqrt(2) has length sqrt(1/2) for
    every x, or less once it is rounded down.
    """
    size = _sizes(people)
    whole = _weighted(people, np.ones(people.shape[0], np.int64))
    between = (whole.T @ _weighted(people, _down(1 / size))).toarray()
    return between, np.asarray(_weighted(people, _down(sqrt(0.5) / size)).sum(0)).ravel()


def _gram(people: sparse.csr_array, noise: float, random: Generator) -> tuple[Floats, float]:
    """Return the noisy gram (k, k) and the standard deviation of its entries' noise.

    The noise is the multiplier times sqrt(1/2) off the diagonal and times 1 on it.
    """
    between, diagonal = _pairs(people)
    k = len(diagonal)
    spread = noise * sqrt(0.5)
    row, column = np.triu_indices(k, 1)
    drawn = random.gaussian(spread * GRID, len(row) + k)
    gram = np.zeros((k, k))
    gram[row, column] = (between[row, column] + drawn[: len(row)]) / GRID
    gram += gram.T
    gram[np.diag_indices(k)] = (diagonal + drawn[len(row) :]) * (sqrt(2.0) / GRID)
    return gram, spread


def _groups(table: ItemTable) -> Floats:
    """Return public groups of the items, (n_items, g).

    They are: all items, each category, neighbourhoods of each number, and each category in the low,
    middle and high part of each number.
    """
    kinds = sorted({name for row in table.categories for name in row})
    place = {name: column for column, name in enumerate(kinds)}
    member = np.zeros((len(table), len(kinds)))
    for item, row in enumerate(table.categories):
        member[item, [place[name] for name in row]] = 1.0
    member = member[:, np.argsort(-member.sum(0), kind="stable")[:100]]
    columns = [np.ones((len(table), 1)), member]
    for values in table.numeric.values():
        finite = values[np.isfinite(values)]
        if len(finite) < 2 or finite.min() == finite.max():
            continue
        filled = np.where(np.isfinite(values), values, np.median(finite))
        knots = np.unique(np.quantile(finite, np.linspace(0.02, 0.98, LEVELS)))
        if len(knots) > 1:
            width = np.maximum(np.gradient(knots), 1e-9)
        else:
            width = np.ones(1)
        era = np.digitize(filled, np.quantile(finite, np.arange(1, ERAS) / ERAS))
        columns.append(np.exp(-0.5 * ((filled[:, None] - knots) / width) ** 2))
        columns += [member * (era == part)[:, None] for part in range(ERAS)]
    return np.hstack(columns)


def _loadings(gram: Floats, spread: float, groups: Floats, most: int) -> Floats:
    """Return L (k, r) such that L L^T is the denoised gram.

    The part within the groups' main directions, the part between them and the rest, and the rest
    are each shrunk by their own threshold.
    """
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
    """Denoise a symmetric matrix by shrinking its eigenvalues [gavish2017]."""
    values, vectors = np.linalg.eigh(matrix)
    bulk = spread**2 * (size or len(matrix))
    inside = values <= 2 * sqrt(bulk)
    true = np.where(inside, 1.0, (values + np.sqrt(np.maximum(values**2 - 4 * bulk, 0.0))) / 2)
    signal = np.where(
        inside, 0.0, np.maximum(true * (1 - bulk / np.where(inside, 1.0, true) ** 2), 0.0)
    )
    return np.asarray((vectors * signal) @ vectors.T)


def _oblong(matrix: Floats, spread: float, rows: int, columns: int) -> Floats:
    """Denoise a matrix (rows, columns) with noise in every entry."""
    u, values, v = np.linalg.svd(matrix, full_matrices=False)
    a = spread**2 * rows
    b = spread**2 * columns
    room = np.sqrt(np.maximum((values**2 - a - b) ** 2 - 4 * a * b, 0.0))
    signal = np.where(values > sqrt(a) + sqrt(b), room / np.maximum(values, 1e-12), 0.0)
    return np.asarray((u * signal) @ v)


def _extended(loadings: Floats, top: NDArray[Any], groups: Floats, ridge: float = 30.0) -> Floats:
    """Return loadings of all items (n_items, r); those of rare items are predicted from groups."""
    loading = groups[top]
    every = groups @ np.linalg.solve(
        loading.T @ loading + ridge * np.eye(loading.shape[1]), loading.T @ loadings
    )
    every[top] = loadings
    return np.asarray(every)


def _weights(loadings: Floats, ridge: float) -> NDArray[np.float32]:
    """Return EASE's weights (n_items, n_items) for the gram L L^T.

    B[j, i] = Q[j, i] / (1 - Q[i, i]) with Q = L (L^T L + ridge I)^-1 L^T, and 0 on the diagonal.
    """
    inner = np.linalg.inv(loadings.T @ loadings + ridge * np.eye(loadings.shape[1]))
    half = (loadings @ inner).astype(np.float32)
    weights = half @ loadings.T.astype(np.float32)
    weights /= 1.0 - np.diag(weights).copy()
    np.fill_diagonal(weights, 0.0)
    return np.ascontiguousarray(weights, np.float32)

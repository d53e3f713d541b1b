"""Gibbs sampler of the rating model: draws the vectors, their prior and the feature weights.

Shapes: n rows (people or items), D dimensions of a row's vector, k ratings, f features. Rows with
similar numbers of ratings are regressed in one batch. Sources: [salakhutdinov2008], [simm2017].
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from whyrec.core.padding import spans
from whyrec.core.queries import Int

__all__ = ["Link", "Rows", "groups", "indicator", "normal_wishart", "posterior"]

Array = NDArray[Any]
CELLS = 20_000  # padded ratings per group: its products stay in the processor's cache


def groups(sizes: Int, cells: int = CELLS) -> list[Int]:
    """Group rows of similar size, with at most `cells` padded cells (or one row) per group."""
    order = np.argsort(sizes, kind="stable")
    out = []
    start = 0
    for end, row in enumerate(order):
        if end > start and (end - start + 1) * max(1, int(sizes[row])) > cells:
            out.append(order[start:end])
            start = end
    return [*out, order[start:]] if len(order) else []


def posterior(
    features: Array, target: Array, prior: Array, precision: Array, noise: Any
) -> tuple[Array, Array]:
    """Return precision (..., D, D) and information (..., D) of w in target = features . w + noise.

    The posterior mean of w is the solution of precision . w = information.

    Args:
        features: (..., l, D), 0 where padded.
        target: (..., l), 0 where padded.
        prior: Prior mean of w, (..., D).
        precision: Prior precision of w, (D, D).
        noise: Precision of a rating.
    """
    across = features.swapaxes(-1, -2)
    posterior_precision = (
        np.matmul(across, features).astype(np.float64) * noise[..., None, None] + precision
    )
    about = np.matmul(across, target[..., None])[..., 0].astype(np.float64) * noise[..., None]
    return posterior_precision, about + np.matmul(precision, prior[..., None])[..., 0]


class Rows:
    """Ratings by row: draws each row's vector given the vectors of the other side."""

    def __init__(self, row: Int, column: Int, value: Array, n: int) -> None:
        order = np.argsort(row, kind="stable")
        self.n = n
        self.column = column[order]
        self.value = value[order]
        self.start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=n))])
        self.groups = groups(np.diff(self.start))

    def draw(
        self, others: Array, prior: Array, precision: Array, noise: float, rng: np.random.Generator
    ) -> Array:
        """Draw the rows' vectors (n, D) given `others` (m, D), whose last column is the bias."""
        out = np.empty((self.n, others.shape[1]), np.float32)
        features = with_one(others)
        bias = others[:, -1]
        for rows in self.groups:
            places, real = spans(self.start[rows], self.start[rows + 1])
            places = np.where(real, places, 0)
            columns = self.column[places]
            row_precision, about = posterior(
                features[columns] * real[..., None],
                (self.value[places] - bias[columns]) * real,
                prior[rows],
                precision,
                np.float64(noise),
            )
            root = np.linalg.cholesky(row_precision)
            half = np.linalg.solve(root, about[..., None]) + rng.standard_normal((*about.shape, 1))
            out[rows] = np.linalg.solve(root.swapaxes(-1, -2), half)[..., 0]
        return out


def with_one(vectors: Array) -> Array:
    """Replace the bias of the vectors by 1, to regress the other side on them."""
    out = vectors.copy()
    out[..., -1] = 1
    return out


def normal_wishart(vectors: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw (mean (D,), precision (D, D)) of the rows' prior given their vectors.

    The prior is normal-Wishart with mean 0, strength 2, D degrees of freedom and scale matrix I
    [salakhutdinov2008].
    """
    n, size = vectors.shape
    strength = 2.0
    centre = vectors.mean(0, dtype=np.float64)
    apart = vectors - centre
    inverse = (
        np.eye(size) + apart.T @ apart + n * strength / (n + strength) * np.outer(centre, centre)
    )
    root = np.linalg.cholesky(np.linalg.inv((inverse + inverse.T) / 2))
    bartlett = np.tril(rng.standard_normal((size, size)), -1) + np.diag(
        np.sqrt(rng.chisquare(size + n - np.arange(size)))
    )
    factor = root @ bartlett
    precision = factor @ factor.T
    spread = np.linalg.solve(
        np.linalg.cholesky(precision * (n + strength)).T, rng.standard_normal(size)
    )
    return n * centre / (n + strength) + spread, precision


def indicator(row: Int, column: Int, shape: tuple[int, int]) -> sparse.csr_array:
    """Return how often row and column met, over the root of the row's events; float64."""
    out = sparse.csr_array((np.ones(len(row)), (row, column)), shape=shape)
    out.sum_duplicates()
    return sparse.csr_array(sparse.diags_array(np.maximum(out.sum(1), 1) ** -0.5) @ out)


class Link:
    """Linear map from features to the mean of the rows' vectors; its ridge is drawn as well.

    Source: [simm2017]. `features` (n, f) is sparse. The smaller of the f x f and the n x n system
    is solved, dense.
    """

    def __init__(self, features: sparse.csr_array, ridge: float) -> None:
        self.features = features
        self.back = sparse.csr_array(features.T)
        self.wide = features.shape[1] > features.shape[0]
        self.gram = np.asarray(
            (features @ self.back if self.wide else self.back @ features).todense()
        )
        self._set(ridge)

    def _set(self, ridge: float) -> None:
        self.ridge = ridge
        moved = self.gram.copy()
        moved[np.diag_indices_from(moved)] += ridge
        self.factor = linalg.cho_factor(moved, overwrite_a=True, check_finite=False)

    def _solve(self, right: Array) -> Array:
        """Return (F^T F + ridge I)^-1 right."""
        if not self.wide:
            return np.asarray(linalg.cho_solve(self.factor, right, check_finite=False))
        inner = linalg.cho_solve(self.factor, self.features @ right, check_finite=False)
        return np.asarray((right - self.back @ inner) / self.ridge)

    def draw(
        self, vectors: Array, mean: Array, precision: Array, rng: np.random.Generator, *, tune: bool
    ) -> Array:
        """Draw the map (f, D) given the rows' vectors (n, D); with `tune`, also draw the ridge."""
        shape = (self.features.shape[1], vectors.shape[1])
        inverse_root = np.linalg.inv(
            np.linalg.cholesky(precision)
        )  # rows of z @ this have the prior's covariance
        noisy = vectors - mean + rng.standard_normal(vectors.shape) @ inverse_root
        right = self.back @ noisy + np.sqrt(self.ridge) * (
            rng.standard_normal(shape) @ inverse_root
        )
        weights = self._solve(right)
        if tune:
            length = float(np.einsum("fd,de,fe->", weights, precision, weights, optimize=True))
            self._set(float(rng.gamma((1 + weights.size) / 2, 2 / (1 + length))))
        return weights

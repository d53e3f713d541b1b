"""EASE: a linear autoencoder over items with a closed-form solution."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve, solve

from whyrec.core import ArgumentError, Dataset
from whyrec.core.cases import EvaluationCases
from whyrec.core.dataset import changed_people
from whyrec.core.describe import model_repr
from whyrec.core.parallel import ParallelMap
from whyrec.core.settings import check_model_settings
from whyrec.core.stages import stage
from whyrec.models.linear.cholesky import invert
from whyrec.models.linear.min_support import MinSupport, check_min_support
from whyrec.models.linear.support import LateSupportMixin, count_pairs
from whyrec.models.linear.terms import ItemItemTerm, LinearMixin, blocks_of_people, user_item
from whyrec.models.setting_types import Count, Ridge
from whyrec.privacy.erasure import cut_apart, others

__all__ = ["EASE", "ease", "ease_weights", "without_people", "without_rows"]

ROWS = 512
MANY = 80  # events of a person from which blocks have fewer people, as products become large
FEW = 8  # inverting n x n takes about as long as an update with n / FEW people's rows


def ease_weights(
    matrix: sparse.csr_array, ridge: float, each: ParallelMap = map
) -> NDArray[np.float32]:
    """Return only the weights of :func:`ease`."""
    return ease(matrix, ridge, each)[0]


@stage("EASE")
def ease(
    matrix: sparse.csr_array, ridge: float, each: ParallelMap = map
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Solve EASE and return its weights and the diagonal of the inverse.

    B = I - P / diag(P) with P = (X^T X + ridge I)^-1, zero on the diagonal. With few people and
    many items, P comes from the smaller system P = (I - X^T (X X^T + ridge I)^-1 X) / ridge
    (Woodbury), which is the same up to rounding. Memory: one n x n float32 matrix.

    Args:
        matrix: X, (n_users, n), 1 where a person chose an item.
        ridge: L2 penalty, above 0.
        each: `map`-like function that multiplies the blocks of people; X^T X is their sum.

    Returns:
        B (n, n) float32, and diag(P) (n,) float64, which :func:`without_rows` needs.

    Raises:
        ArgumentError: If `ridge` is not above 0 or the matrix cannot be inverted.
    """
    if ridge <= 0:
        raise ArgumentError("ridge must be above 0", given=str(ridge))
    people, n = matrix.shape
    # Sparse products run some 50 times slower per operation than the dense inverse.
    dual = float(people) ** 3 + 50.0 * matrix.nnz * (people + n) < float(n) ** 3
    if dual:
        weights = _inverse_by_people(matrix, ridge)
    else:
        weights = _inverse(matrix, ridge, each)
    diagonal = np.diag(weights).copy()
    weights /= -diagonal
    weights[np.diag_indices(n)] = 0.0
    return weights, diagonal.astype(np.float64) / (ridge if dual else 1.0)


def changed_rows(
    weights: NDArray[np.float32],
    diagonal: NDArray[np.float64],
    rows: sparse.csr_array,
    sign: NDArray[np.float64],
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return the result of :func:`ease` after rows of its matrix were added or removed.

    The update takes two products with the rows instead of an n x n inverse (Woodbury): P' = P - A
    (S + X A)^-1 A^T with A = P X^T, S = diag(sign) and P = (I - B) diag(P). Rounding errors grow
    with the share of changed rows; refit after many updates.

    Args:
        weights: B (n, n), from :func:`ease`.
        diagonal: diag(P) (n,), from :func:`ease`.
        rows: The changed rows of X, (r, n).
        sign: (r,), 1 for an added row and -1 for a removed one.

    Returns:
        New arrays (B, diag(P)).
    """
    x = rows.astype(np.float64)
    scaled = (sparse.diags_array(diagonal) @ x.T).toarray()
    moved = scaled - weights @ scaled.astype(np.float32)  # A, (n, r)
    half = solve(np.diag(sign) + x @ moved, moved.T, assume_a="sym")  # (r, n)
    after = diagonal - np.einsum("ij,ji->i", moved, half)
    out = np.empty_like(weights)
    # In blocks: a float64 copy of the whole matrix would be twice as large as the model.
    for start in range(0, len(weights), ROWS):
        block = slice(start, start + ROWS)
        out[block] = (weights[block] * diagonal + moved[block] @ half) / after
    np.fill_diagonal(out, 0.0)
    return out, after


def without_rows(
    weights: NDArray[np.float32], diagonal: NDArray[np.float64], rows: sparse.csr_array
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return the result of :func:`ease` after the rows (people, n) were removed."""
    return changed_rows(weights, diagonal, rows, np.full(rows.shape[0], -1.0))


def without_people(
    weights: NDArray[np.float32],
    diagonal: NDArray[np.float64],
    data: Dataset,
    people: NDArray[Any],
    items: NDArray[Any] | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return the result of :func:`ease` without some people of `data`, on these items."""
    rows = user_item(data)
    weights, diagonal = without_rows(weights, diagonal, rows[people])
    left = np.setdiff1d(np.arange(data.n_users), people)
    cut_apart(weights, sparse.csr_array(rows[left]))
    if items is None:
        return weights, diagonal
    # an item without events has no weight, so the others are solved alike without it
    return np.ascontiguousarray(weights[np.ix_(items, items)]), diagonal[items]


def _inverse_by_people(matrix: sparse.csr_array, ridge: float) -> NDArray[np.float32]:
    """Return (X^T X + ridge I)^-1 up to the factor 1 / ridge, which cancels in B."""
    gram = (matrix @ matrix.T).toarray().astype(np.float64)
    gram[np.diag_indices_from(gram)] += ridge
    factor = cho_factor(gram, overwrite_a=True)
    by_item = sparse.csr_array(matrix.T)
    n = matrix.shape[1]
    inverse = np.empty((n, n), np.float32)
    for start in range(0, n, ROWS):  # in blocks: the right sides take more than the result
        block = slice(start, start + ROWS)
        half = cho_solve(factor, by_item[block].T.toarray().astype(np.float64))
        inverse[block] = -(by_item @ half.astype(np.float32)).T
    inverse[np.diag_indices_from(inverse)] += 1.0
    return inverse


def _product(rows: sparse.csr_array) -> sparse.csr_array:
    """Return X^T X for a block of people."""
    return sparse.csr_array((rows.T @ rows).T)  # symmetric; its transpose is stored by rows


def _inverse(
    matrix: sparse.csr_array, ridge: float, each: ParallelMap = map
) -> NDArray[np.float32]:
    """Invert X^T X + ridge I in place by a Cholesky decomposition."""
    n = matrix.shape[1]
    gram = np.zeros((n, n), np.float32, order="F")
    sizes = np.diff(matrix.indptr).astype(np.int64)
    work = np.append(0, np.cumsum(np.maximum(sizes, sizes**2 // MANY)))
    for product in each(_product, (matrix[block] for block in blocks_of_people(work))):
        for start in range(0, n, ROWS):  # in blocks: all places of the product take much memory
            gram.T[start : start + ROWS] += product[start : start + ROWS].toarray()
    gram[np.diag_indices(n)] += ridge
    if not invert(gram):
        raise ArgumentError(
            "EASE needs a matrix that can be inverted",
            given=f"ridge {ridge}",
            fix="raise the ridge",
        )
    weights = np.ascontiguousarray(gram.T)  # a view; the result is its lower triangle
    for start in range(0, n, ROWS):  # mirror block by block to stay in the cache
        block = slice(start, min(start + ROWS, n))
        weights[block, block.stop :] = weights[block.stop :, block].T
        square = np.tril(weights[block, block])
        weights[block, block] = square + np.tril(square, -1).T
    return weights


class EASE(LateSupportMixin, LinearMixin):
    """EASE: each item's column of weights predicts the item from all other items.

    score(i) = sum over events j of B[item_j, i]. B is the best linear reconstruction of the
    histories in which no item may predict itself. Source: [steck2019].

    Memory: one (n_items, n_items) float32 matrix, and at most half as much for the support. Not
    good for: the order of events; catalogues of more than 30,000 items.

    Args:
        ridge: L2 penalty, in events, above 0; larger values shrink the weights towards 0.
        max_items: Largest catalogue that `fit` accepts, 1 or more.
        min_support: Pairs of items that fewer people chose lose their weight after the solve. A
            number (0: none), several numbers that validation people choose from, or "auto" (1, 2,
            3, 5, 10).

    Attributes:
        weights_: B, (n_items, n_items) float32.
        base_: (n_items,) float32, all 0.
        diagonal_: Diagonal of the inverse, (n_items,) float64; `forget` and `update` need it.
        support_: How many people chose both items of each pair; see `support`.
        min_support_: The threshold in force.
    """

    __repr__ = model_repr

    def __init__(
        self, ridge: Ridge = 300.0, max_items: Count = 30_000, min_support: MinSupport = "auto"
    ) -> None:
        self.ridge = ridge
        self.max_items = max_items
        self.min_support = min_support
        check_model_settings(self)

    def fit(
        self,
        data: Dataset,
        *,
        seed: int = 0,
        valid: EvaluationCases | None = None,
        each: ParallelMap = map,
    ) -> Self:
        """Solve for the weights, then drop those with too little support.

        Args:
            data: Training data.
            seed: Seed of the sample of validation people.
            valid: Validation people who choose `min_support`, if it is not a single number.
            each: `map`-like function that multiplies the blocks of people.

        Returns:
            The fitted model itself.

        Raises:
            ArgumentError: If the data have more than `max_items` items, the matrix cannot be
                inverted or `min_support` is not allowed.
        """
        check_min_support(self.min_support)
        self._learn(data, each)
        self._settle(self.min_support, valid, seed)
        return self

    def _learn(self, data: Dataset, each: ParallelMap = map) -> None:
        if data.n_items > self.max_items:
            raise ArgumentError(
                f"EASE holds n_items squared weights, at most {self.max_items} items",
                given=f"{data.n_items} items",
                fix="use cooccurrence or als, or keep items with more events (--item-core)",
            )
        self.weights_, self.diagonal_ = ease(user_item(data), self.ridge, each)
        self.base_ = np.zeros(data.n_items, np.float32)
        self.support_, self.support_of_ = count_pairs(data)

    def forget(
        self, data: Dataset, people: NDArray[Any], *, items: NDArray[Any] | None = None
    ) -> EASE:
        """Return the model that `fit` would give without some people.

        The weights agree up to rounding and take seconds; those that are 0 in a fit are exactly 0.
        If min_support removed weights, the model is solved again with the same threshold.

        Args:
            data: The data that this model was fitted on.
            people: Numbers of the people to remove.
            items: Numbers of the items that stay; None: all.

        Returns:
            A new model.
        """
        model = EASE(self.ridge, self.max_items, self.min_support)
        least = self.min_support_
        rest = others(data, people, items)
        if least:
            model._learn(rest)
        else:
            model.weights_, model.diagonal_ = without_people(
                self.weights_, self.diagonal_, data, people, items
            )
            model.base_ = np.zeros(rest.n_items, np.float32)
            model._forget_support(self, data, people, items)
        model._settle(least, None)
        return model

    def update(self, before: Dataset, after: Dataset) -> EASE:
        """Return the model that `fit` would give for newer data.

        The weights agree up to rounding, in time proportional to the change. If updating would take
        longer than solving, or if min_support removed weights, the model is solved again with the
        same threshold.

        Args:
            before: The data that this model was fitted on.
            after: The same data with other events of some people; new people and items at the end.

        Returns:
            A new model.
        """
        model = EASE(self.ridge, self.max_items, self.min_support)
        n = after.n_items
        least = self.min_support_
        old = user_item(before)
        new = user_item(after)
        old.resize(new.shape)
        changed = changed_people(before, after)
        if least or n > self.max_items or FEW * len(changed) > n:
            model._learn(after)
            model._settle(least, None)
            return model
        rows = sparse.vstack([old[changed], new[changed]], format="csr")
        weights = self.weights_
        if n > before.n_items:  # the row of an item without events holds only the ridge
            weights = np.zeros((n, n), np.float32)
            weights[: before.n_items, : before.n_items] = self.weights_
        diagonal = np.append(self.diagonal_, np.full(n - before.n_items, 1 / self.ridge))
        model.weights_, model.diagonal_ = changed_rows(
            weights, diagonal, rows, np.repeat([-1.0, 1.0], len(changed))
        )
        model.base_ = np.zeros(n, np.float32)
        model._update_support(self, before, after)
        model._settle(0, None)
        return model

    def terms(self) -> list[ItemItemTerm]:
        return [ItemItemTerm(self.weights_, 1.0)]

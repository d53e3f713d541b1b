"""EASE: the linear autoencoder with a closed form."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve, lapack, solve

from whyrec.core import ArgumentError, Dataset
from whyrec.core.cases import EvaluationCases
from whyrec.core.dataset import changed_people
from whyrec.core.describe import model_repr
from whyrec.core.parallel import ParallelMap
from whyrec.core.settings import check_model_settings
from whyrec.models.linear.min_support import MinSupport, check_min_support
from whyrec.models.linear.support import SupportMixin, count_pairs
from whyrec.models.linear.terms import ItemItemTerm, LinearMixin, blocks_of_people, user_item
from whyrec.models.setting_types import Count, Ridge

__all__ = ["EASE", "ease", "ease_weights", "without_rows"]

FEW = 8  # an inverse of n x n takes about as long as the products of n / FEW people's rows


def ease_weights(
    matrix: sparse.csr_array, ridge: float, each: ParallelMap = map
) -> NDArray[np.float32]:
    """The weights of :func:`ease` alone."""
    return ease(matrix, ridge, each)[0]


def ease(
    matrix: sparse.csr_array, ridge: float, each: ParallelMap = map
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """B = I - P / diag(P) with P = (X^T X + ridge I)^-1, zero on the diagonal, (n, n) float32; and
    diag(P) (n,), with which :func:`without_rows` can take people out of B again.

    matrix: X (n_users, n). It holds one n x n float32 matrix. With few people and many items P
    comes from
    the small matrix instead: P = (I - X^T (X X^T + ridge I)^-1 X) / ridge (Woodbury), the same to
    rounding. each: who multiplies the blocks of people that X^T X is a sum over.
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
    """What :func:`ease` gives once rows (r, n) are added to its matrix (sign (r,) 1) or taken away
    (-1), from its result: new arrays, in the time of two products with them instead of an inverse
    of n x n (Woodbury).

    P' = P - A (S + X A)^-1 A^T with A = P X^T and S = diag(sign), and P is (I - B) diag(P).
    Rounding grows with the share of
    rows changed in turn: after many, fit again.
    """
    x = rows.astype(np.float64)
    scaled = (sparse.diags_array(diagonal) @ x.T).toarray()
    moved = scaled - weights @ scaled.astype(np.float32)  # A, (n, r)
    half = solve(np.diag(sign) + x @ moved, moved.T, assume_a="sym")  # (r, n)
    after = diagonal - np.einsum("ij,ji->i", moved, half)
    out = np.empty_like(weights)
    for start in range(
        0, len(weights), 512
    ):  # in blocks: the whole in 64 bits would be twice the model
        block = slice(start, start + 512)
        out[block] = (weights[block] * diagonal + moved[block] @ half) / after
    np.fill_diagonal(out, 0.0)
    return out, after


def without_rows(
    weights: NDArray[np.float32], diagonal: NDArray[np.float64], rows: sparse.csr_array
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """:func:`changed_rows` where all of them (people, n) are taken away."""
    return changed_rows(weights, diagonal, rows, np.full(rows.shape[0], -1.0))


def _inverse_by_people(matrix: sparse.csr_array, ridge: float) -> NDArray[np.float32]:
    """(X^T X + ridge I)^-1 up to the factor 1 / ridge, which cancels in B."""
    gram = (matrix @ matrix.T).toarray().astype(np.float64)
    gram[np.diag_indices_from(gram)] += ridge
    half = cho_solve(cho_factor(gram, overwrite_a=True), matrix.toarray().astype(np.float64))
    inverse = sparse.csr_array(matrix.T) @ half.astype(np.float32)
    np.negative(inverse, out=inverse)  # in place: it may be a gigabyte
    inverse[np.diag_indices_from(inverse)] += 1.0
    made: NDArray[np.float32] = inverse
    return made


def _product(rows: sparse.csr_array) -> sparse.coo_array:
    """X^T X of some people."""
    return sparse.coo_array(rows.T @ rows)


def _inverse(
    matrix: sparse.csr_array, ridge: float, each: ParallelMap = map
) -> NDArray[np.float32]:
    """(X^T X + ridge I)^-1 in place by Cholesky."""
    n = matrix.shape[1]
    gram = np.zeros((n, n), np.float32, order="F")
    for product in each(_product, (matrix[block] for block in blocks_of_people(matrix.indptr))):
        gram[product.row, product.col] += product.data
    gram[np.diag_indices(n)] += ridge
    factor, info = lapack.spotrf(gram, lower=0, overwrite_a=1)
    if info == 0:
        inverse, info = lapack.spotri(factor, lower=0, overwrite_c=1)
    if info != 0:
        raise ArgumentError(
            "EASE needs a matrix that can be inverted",
            given=f"ridge {ridge}",
            fix="raise the ridge",
        )
    weights = np.ascontiguousarray(
        inverse.T
    )  # a view: the result sits in the lower triangle of the transpose
    for start in range(0, n, 512):  # mirror in blocks, which stay in the processor's cache
        block = slice(start, min(start + 512, n))
        weights[block, block.stop :] = weights[block.stop :, block].T
        square = np.tril(weights[block, block])
        weights[block, block] = square + np.tril(square, -1).T
    return weights


class EASE(SupportMixin, LinearMixin):
    """score(i) = sum over events j of B[item_j, i], the best linear reconstruction of histories
    that may not use an item to explain itself. Source: [steck2019].

    ridge: L2 penalty, in events. min_support: pairs that fewer people chose lose their weight after
    the solve; a number, or several of which validation people choose ("auto": the usual ones).
    Memory: one (n_items, n_items) float32 matrix, and at most half of it for the support. Not good
    for: order of events; catalogues past 30,000 items.
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

    def forget(self, data: Dataset, people: NDArray[Any]) -> EASE:
        """The model that `fit` would give for `data`, on which this one was fitted, without these
        people (numbers): the same weights to rounding, in seconds; where min_support took
        weights out, it is solved again with the same one."""
        made = EASE(self.ridge, self.max_items, self.min_support)
        least = self.min_support_
        if least:
            made._learn(data.select(~np.isin(data.user, people)))
        else:
            made.weights_, made.diagonal_ = without_rows(
                self.weights_, self.diagonal_, user_item(data)[people]
            )
            made.base_ = self.base_
            made._forget_support(self, data, people)
        made._settle(least, None)
        return made

    def update(self, before: Dataset, after: Dataset) -> EASE:
        """The model that `fit` would give for `after`, from this one, which was fitted on `before`:
        the same data with other events of some people, and people and items at the end. The same
        weights to rounding, in the time of what changed; where that would take longer, or
        min_support took weights out, it is solved, with the same min_support."""
        made = EASE(self.ridge, self.max_items, self.min_support)
        n = after.n_items
        least = self.min_support_
        old = user_item(before)
        new = user_item(after)
        old.resize(new.shape)
        changed = changed_people(before, after)
        if least or n > self.max_items or FEW * len(changed) > n:
            made._learn(after)
            made._settle(least, None)
            return made
        rows = sparse.vstack([old[changed], new[changed]], format="csr")
        weights = self.weights_
        if n > before.n_items:  # an item without events: nothing but the ridge
            weights = np.zeros((n, n), np.float32)
            weights[: before.n_items, : before.n_items] = self.weights_
        diagonal = np.append(self.diagonal_, np.full(n - before.n_items, 1 / self.ridge))
        made.weights_, made.diagonal_ = changed_rows(
            weights, diagonal, rows, np.repeat([-1.0, 1.0], len(changed))
        )
        made.base_ = np.zeros(n, np.float32)
        made._update_support(self, before, after)
        made._settle(0, None)
        return made

    def _terms(self) -> list[ItemItemTerm]:
        return [ItemItemTerm(self.weights_, 1.0)]

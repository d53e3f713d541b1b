"""PureSVD: a truncated singular value decomposition of the histories."""

from __future__ import annotations

from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import svds

from whyrec.core import Contributions, Dataset, Queries, Query, check_fitted, check_items
from whyrec.core.describe import model_repr
from whyrec.core.settings import Setting, check_model_settings
from whyrec.models.linear.terms import dot, history_matrix, user_item

__all__ = ["SVD"]


class SVD:
    """score = x V V^T with the `embedding_size` largest factors of X = U S V^T.

    The score is exactly additive: the weight of event j for item i is V[item_j] . V[i]. Source:
    [cremonesi2010]. Not good for: the order of events.

    Args:
        embedding_size: Number of factors, 1 or more.

    Attributes:
        item_factors_: V, (n_items, d); the largest loading of each factor is positive.
        singular_values_: (d,), in descending order.
        user_factors_: U, (n_users, d).
    """

    __repr__ = model_repr

    def __init__(
        self, embedding_size: Annotated[int, Setting(low=1, search=(8, 256), log=True)] = 64
    ) -> None:
        self.embedding_size = embedding_size
        check_model_settings(self)

    def fit(self, data: Dataset, *, seed: int = 0) -> Self:
        """Factorise the matrix of people and items.

        Args:
            data: Training data.
            seed: Seed of the start vector.

        Returns:
            The fitted model itself.
        """
        matrix = user_item(data)
        size = min(self.embedding_size, min(matrix.shape) - 1)
        start = np.random.default_rng(seed).standard_normal(min(matrix.shape)).astype(np.float32)
        if size < 1:  # a single person or item: the factor is known
            norm = np.sqrt(matrix.multiply(matrix).sum()) or 1.0
            factors = [matrix.sum(1)[:, None] / norm, np.array([norm]), matrix.sum(0)[None] / norm]
        else:
            factors = svds(matrix, size, v0=start, solver="arpack")
        u, s, vt = (np.asarray(f, np.float32) for f in factors)
        order = np.argsort(-s, kind="stable")
        top = np.abs(vt).argmax(1)
        sign = np.where(vt[np.arange(len(vt)), top] < 0, -1, 1).astype(np.float32)
        self.singular_values_ = s[order]
        self.item_factors_ = np.ascontiguousarray((vt * sign[:, None])[order].T)
        self.user_factors_ = np.ascontiguousarray((u * sign)[:, order])
        return self

    def score(self, queries: Any) -> NDArray[np.float32]:
        """Score all items.

        Args:
            queries: q histories.

        Returns:
            (q, n_items) float32; 0 for an empty history.
        """
        check_fitted(self)
        n_items = len(self.item_factors_)
        rows = history_matrix(Queries.of(queries, n_items), n_items)
        return np.asarray(dot(rows, self.item_factors_) @ self.item_factors_.T, np.float32)

    def contributions(self, query: Query, item: int) -> Contributions:
        """Return V[item_j] . V[item] for each event j; exact.

        Args:
            query: A history of m events.
            item: Number of the item.

        Returns:
            A base of 0, and (m,) float64 in score units.
        """
        check_fitted(self)
        check_items(len(self.item_factors_), query.items, item)
        factors = self.item_factors_.astype(np.float64)
        return Contributions(0.0, factors[query.items] @ factors[item])

"""ALS and BPR from the library `implicit`, adapted to score histories instead of stored ids."""

from __future__ import annotations

from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from whyrec.core import Dataset, Queries, check_fitted
from whyrec.core.describe import model_repr
from whyrec.core.settings import Setting, check_model_settings
from whyrec.models.linear.terms import history_matrix, user_item
from whyrec.models.setting_types import Factors

__all__ = ["ALS", "BPR"]


class ALS:
    """Weighted matrix factorisation by alternating least squares.

    A history's vector is the exact least-squares solution (Y^T Y + Y^T (C - I) Y + regularization
    I)^-1 Y^T c over the learned item vectors Y. Source: [hu2008]; library implicit.

    The terms of the score sum to it but are not the effects of removal, because the solution
    depends on the whole history; see :mod:`whyrec.explain.als`. Not good for: the order of events.

    Args:
        embedding_size: Dimensions of the vectors, 1 or more.
        regularization: L2 penalty of the vectors, 0 or more.
        alpha: Confidence of an event, above 0; larger values fit chosen items more closely.
        epochs: Sweeps over people and items, 1 or more.

    Attributes:
        item_factors_: Y, (n_items, embedding_size) float32.
    """

    __repr__ = model_repr

    def __init__(
        self,
        embedding_size: Factors = 64,
        regularization: Annotated[float, Setting(low=0, search=(0.01, 100.0), log=True)] = 10.0,
        alpha: Annotated[float, Setting(above=0, search=(1.0, 50.0), log=True)] = 5.0,
        epochs: Annotated[int, Setting(low=1, search=(5, 30))] = 15,
    ) -> None:
        self.embedding_size = embedding_size
        self.regularization = regularization
        self.alpha = alpha
        self.epochs = epochs
        check_model_settings(self)

    def fit(self, data: Dataset, *, seed: int = 0) -> Self:
        """Learn the item vectors.

        Args:
            data: Training data; values are ignored.
            seed: Seed of the initial vectors.

        Returns:
            The fitted model itself.
        """
        from implicit.cpu.als import AlternatingLeastSquares

        with threadpool_limits(1, "blas"):
            model = AlternatingLeastSquares(
                factors=self.embedding_size,
                regularization=self.regularization,
                alpha=self.alpha,
                iterations=self.epochs,
                random_state=seed,
            )
            model.fit(sparse.csr_matrix(user_item(data)), show_progress=False)
        self.item_factors_ = np.ascontiguousarray(model.item_factors, np.float32)
        return self

    def confidence(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Return the confidence of each event, (m,): alpha, because events are binary here."""
        return np.full(len(values), float(self.alpha))

    def user_factors(self, queries: Any) -> NDArray[np.float32]:
        """Return the vector of each history.

        Args:
            queries: q histories.

        Returns:
            (q, embedding_size) float32; zeros for an empty history.
        """
        from implicit.cpu import als

        check_fitted(self)
        batch = Queries.of(queries, len(self.item_factors_))
        rows = history_matrix(batch, len(self.item_factors_)).copy()
        rows.sum_duplicates()  # repeated items count once
        alphas = np.full(rows.nnz, self.alpha, np.float32)
        out = np.zeros((len(batch), self.item_factors_.shape[1]), np.float32)
        items = np.require(self.item_factors_, requirements="W")  # implicit rejects memory maps
        with threadpool_limits(1, "blas"):
            als._als._least_squares(
                items.T @ items,
                rows.indptr.astype(np.int32),
                rows.indices.astype(np.int32),
                alphas,
                out,
                items,
                self.regularization,
                num_threads=0,
            )
        return out

    def score(self, queries: Any) -> NDArray[np.float32]:
        """Score all items.

        Args:
            queries: q histories.

        Returns:
            (q, n_items) float32; 0 for an empty history.
        """
        return self.user_factors(queries) @ self.item_factors_.T


class BPR:
    """Bayesian personalised ranking. Source: [rendle2009]; library implicit.

    The library learns a vector for each training person. For any history, a ridge regression fitted
    on the training people predicts the vector from the sum of its items' vectors (fold-in), so new
    people and counterfactual histories use the same call. Not good for: accuracy, compared with the
    other models here.

    Args:
        embedding_size: Dimensions of the vectors, 1 or more.
        learning_rate: Step size of SGD, above 0.
        regularization: L2 penalty of the vectors, 0 or more.
        epochs: Passes over the events, 1 or more.

    Attributes:
        item_factors_: (n_items, embedding_size + 1) float32; the last column is the item bias.
        fold_in_: Regression from features of a history to its vector.
    """

    __repr__ = model_repr

    def __init__(
        self,
        embedding_size: Factors = 64,
        learning_rate: Annotated[float, Setting(above=0, search=(1e-3, 0.1), log=True)] = 0.02,
        regularization: Annotated[float, Setting(low=0, search=(1e-4, 0.1), log=True)] = 0.01,
        epochs: Annotated[int, Setting(low=1, search=(20, 200))] = 100,
    ) -> None:
        self.embedding_size = embedding_size
        self.learning_rate = learning_rate
        self.regularization = regularization
        self.epochs = epochs
        check_model_settings(self)

    def fit(self, data: Dataset, *, seed: int = 0) -> Self:
        """Learn the vectors and the fold-in.

        Args:
            data: Training data; values are ignored.
            seed: Seed of the initial vectors and of the sampling.

        Returns:
            The fitted model itself.
        """
        from implicit.cpu.bpr import BayesianPersonalizedRanking

        model = BayesianPersonalizedRanking(
            factors=self.embedding_size,
            learning_rate=self.learning_rate,
            regularization=self.regularization,
            iterations=self.epochs,
            random_state=seed,
            num_threads=1,  # with more threads, the result is not reproducible
        )
        matrix = user_item(data)
        model.fit(sparse.csr_matrix(matrix), show_progress=False)
        self.item_factors_ = np.ascontiguousarray(model.item_factors, np.float32)
        sums = self._features(np.asarray(matrix @ self.item_factors_), matrix.sum(1))
        gram = sums.T @ sums + len(sums) * 1e-3 * np.eye(sums.shape[1])
        self.fold_in_ = np.linalg.solve(gram, sums.T @ np.asarray(model.user_factors)).astype(
            np.float32
        )
        return self

    @staticmethod
    def _features(sums: NDArray[Any], sizes: NDArray[Any]) -> NDArray[Any]:
        # The mean, and a sum that grows more slowly with longer histories, as SGD's steps shrink.
        n = np.maximum(np.asarray(sizes).reshape(-1, 1), 1)
        return np.hstack([sums / n, sums / np.sqrt(n), np.ones_like(n, sums.dtype)])

    def score(self, queries: Any) -> NDArray[np.float32]:
        """Score all items.

        Args:
            queries: q histories.

        Returns:
            (q, n_items) float32; the average person's scores for an empty history.
        """
        check_fitted(self)
        batch = Queries.of(queries, len(self.item_factors_))
        rows = history_matrix(batch, len(self.item_factors_))
        users = self._features(np.asarray(rows @ self.item_factors_), batch.sizes) @ self.fold_in_
        return np.asarray(users @ self.item_factors_.T, np.float32)

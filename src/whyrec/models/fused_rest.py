"""The rest of a fused model at a few items, without the large model's scores of all items.

The large model counts in standard deviations of its scores over all items. For a product

    score(i) = h . v(i) + b(i),   variance = h C h + 2 h . c + var(b)

C is the covariance of the item vectors and c theirs with the bias, both of which are computed once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Queries
from whyrec.core.factors import Factors

__all__ = ["Products"]

Floats = NDArray[np.float32]
PIECE = 65_536  # item vectors read at a time


class Products:
    """A large model's standardised scores of any items, up to a constant of the history.

    Args:
        factors: The parts of the product.
    """

    def __init__(self, factors: Factors) -> None:
        self.factors = factors
        n = len(factors.bias)
        bias = factors.bias.astype(np.float64)
        self._variance = float(bias.var())
        d = factors.vectors(np.arange(1)).shape[1]
        total, product, with_bias = np.zeros(d), np.zeros((d, d)), np.zeros(d)
        for start in range(0, n, PIECE):
            at = np.arange(start, min(n, start + PIECE))
            part = factors.vectors(at).astype(np.float64)
            total += part.sum(0)
            product += part.T @ part
            with_bias += part.T @ bias[at]
        mean = total / n
        self._covariance = product / n - np.outer(mean, mean)
        self._with_bias = with_bias / n - mean * bias.mean()

    def hidden(self, queries: Queries) -> Floats:
        """Return the states of q histories divided by their spread, with it as the last column.

        (q, d + 1): the product with (vector, bias) is the standardised score. Zeros for a history
        whose scores are all equal.
        """
        states = self.factors.hidden(queries)
        h = states.astype(np.float64)
        variance = ((h @ self._covariance) * h).sum(1) + 2 * h @ self._with_bias + self._variance
        spread = np.sqrt(np.maximum(variance, 0.0))[:, None]
        scale = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 0)
        return np.concatenate([h * scale, scale], 1).astype(np.float32)

    def at(self, hidden: Floats, items: NDArray[Any]) -> Floats:
        """Return the scores of the same items for each history.

        Args:
            hidden: Rows of :meth:`hidden`, (q, d + 1).
            items: Item numbers, (k,).

        Returns:
            (q, k) float32.
        """
        vectors, bias = self.factors.vectors(items), self.factors.bias[items]
        return np.asarray(hidden[:, :-1] @ vectors.T + hidden[:, -1:] * bias, np.float32)

    def at_own(self, hidden: Floats, items: NDArray[Any]) -> Floats:
        """Return the scores of each history's own items.

        Args:
            hidden: Rows of :meth:`hidden`, (q, d + 1).
            items: Item numbers, (q, k).

        Returns:
            (q, k) float32.
        """
        distinct, place = np.unique(items, return_inverse=True)
        return np.asarray(
            np.take_along_axis(self.at(hidden, distinct), place.reshape(items.shape), 1)
        )

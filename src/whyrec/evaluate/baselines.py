"""Baseline orders of importance that any explainer must beat; none reads the model.

An explainer here is a function (model, query, item) -> an Explanation or m weights.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Dataset, Query

__all__ = ["audiences", "cosine", "jaccard", "most_recent"]

Weights = Callable[[Any, Query, int], NDArray[np.float64]]


def most_recent(model: Any, query: Query, item: int) -> NDArray[np.float64]:
    """Rank later events higher, which is hard to beat on sequence models."""
    return -query.events_ago.astype(np.float64)


def audiences(data: Dataset) -> sparse.csr_array:
    """Return who chose each item, (n_items, n_users) of 0 and 1."""
    found = sparse.csr_array(
        (np.ones(len(data)), (data.item, data.user)), shape=(data.n_items, data.n_users)
    )
    found.sum_duplicates()
    found.data[:] = 1.0
    return found


def cosine(data: Dataset) -> Weights:
    """Weigh events by the cosine between the audiences of their items and the recommended item."""
    return _alike(data, lambda both, a, b: both / np.sqrt(a * b))


def jaccard(data: Dataset) -> Weights:
    """Weigh events by the Jaccard index of the same audiences."""
    return _alike(data, lambda both, a, b: both / (a + b - both))


def _alike(data: Dataset, ratio: Callable[..., NDArray[np.float64]]) -> Weights:
    crowd = audiences(data)
    sizes = np.maximum(np.asarray(crowd.sum(1)).ravel(), 1e-12)

    def weights(model: Any, query: Query, item: int) -> NDArray[np.float64]:
        if len(query):
            both = (crowd[query.items] @ crowd[[item]].T).toarray().ravel()
        else:
            both = np.zeros(0)
        return np.asarray(ratio(both, sizes[query.items], sizes[item]), np.float64)

    return weights

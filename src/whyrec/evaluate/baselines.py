"""Orders of importance that any explainer must beat. None of them reads the model.

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
    """The later, the more important: on models of sequences hard to beat."""
    return -query.events_ago.astype(np.float64)


def audiences(data: Dataset) -> sparse.csr_array:
    """Who chose each item, (n_items, n_users) of 0 and 1."""
    found = sparse.csr_array(
        (np.ones(len(data)), (data.item, data.user)), shape=(data.n_items, data.n_users)
    )
    found.sum_duplicates()
    found.data[:] = 1.0
    return found


def cosine(data: Dataset) -> Weights:
    """How alike the audiences of the event's item and of the recommended one are, by their
    cosine.
    """
    return _alike(data, lambda both, a, b: both / np.sqrt(a * b))


def jaccard(data: Dataset) -> Weights:
    """The same by the Jaccard index."""
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

"""ItemKNN: items are similar if the same people chose them.

The library `implicit` finds the neighbours.
"""

from __future__ import annotations

import functools
import warnings
from typing import Annotated, Self

import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

from whyrec.core import Dataset
from whyrec.core.cases import EvaluationCases
from whyrec.core.describe import model_repr
from whyrec.core.settings import Setting, check_model_settings
from whyrec.models.linear.min_support import MinSupport, check_min_support
from whyrec.models.linear.support import LateSupportMixin, count_at
from whyrec.models.linear.terms import ItemItemTerm, SparseMixin, user_item

__all__ = ["ItemKNN"]

KINDS = ("cosine", "tfidf", "bm25")


class ItemKNN(LateSupportMixin, SparseMixin):
    """score(i) = sum over events j of similarity(item_j, i), over each item's nearest neighbours.

    Source: [sarwar2001]. Not good for: the order of events; items with few events.

    Args:
        neighbours: Neighbours kept per item, 1 or more.
        similarity: "cosine", "tfidf" or "bm25".
        bm25_b: How much "bm25" corrects for the length of histories, 0 to 1.
        min_support: Pairs of items that fewer people chose lose their weight after the neighbours
            are found. A number (0: none), several numbers that validation people choose from, or
            "auto" (1, 2, 3, 5, 10).

    Attributes:
        weights_: Similarities, (n_items, n_items) sparse float32.
        base_: (n_items,) float32, all 0.
        support_: How many people chose both items of each pair; see `support`.
        min_support_: The threshold in force.
    """

    __repr__ = model_repr

    def __init__(
        self,
        neighbours: Annotated[int, Setting(low=1, search=(3, 500), log=True)] = 100,
        similarity: Annotated[str, Setting(choices=KINDS, grid=KINDS)] = "cosine",
        bm25_b: Annotated[float, Setting(low=0, high=1, search=(0.0, 1.0))] = 0.75,
        min_support: MinSupport = "auto",
    ) -> None:
        self.neighbours = neighbours
        self.similarity = similarity
        self.bm25_b = bm25_b
        self.min_support = min_support
        check_model_settings(self)

    def fit(self, data: Dataset, *, seed: int = 0, valid: EvaluationCases | None = None) -> Self:
        """Find the neighbours, then drop those with too little support.

        Args:
            data: Training data.
            seed: Seed of the sample of validation people.
            valid: Validation people who choose `min_support`, if it is not a single number.

        Returns:
            The fitted model itself.

        Raises:
            ArgumentError: If `min_support` is not allowed.
        """
        check_min_support(self.min_support)
        self._learn(data)
        self._settle(self.min_support, valid, seed)
        return self

    def _learn(self, data: Dataset) -> None:
        from implicit import nearest_neighbours as nn
        from implicit.utils import ParameterWarning

        kinds = {
            "cosine": nn.CosineRecommender,
            "tfidf": nn.TFIDFRecommender,
            "bm25": functools.partial(nn.BM25Recommender, B=self.bm25_b),
        }
        with threadpool_limits(1, "blas"), warnings.catch_warnings():
            # It warns about a conversion that it makes itself.
            warnings.simplefilter("ignore", ParameterWarning)
            model = kinds[self.similarity](K=self.neighbours + 1)
            model.fit(sparse.csr_matrix(user_item(data)), show_progress=False)
        weights = sparse.csr_array(model.similarity.T, dtype=np.float32)
        weights.setdiag(0)
        weights.eliminate_zeros()
        weights.sort_indices()
        self.weights_ = weights
        self.base_ = np.zeros(data.n_items, np.float32)
        self.support_, self.support_of_ = count_at(data, sparse.csr_array(weights.T))

    def terms(self) -> list[ItemItemTerm]:
        return [ItemItemTerm(self.weights_, 1.0)]

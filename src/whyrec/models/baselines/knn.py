"""Item-kNN: items are alike where the same people chose both. The library `implicit` finds the
neighbours.
"""

from __future__ import annotations

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
from whyrec.models.linear.support import SupportMixin, count_at
from whyrec.models.linear.terms import ItemItemTerm, SparseMixin, user_item

__all__ = ["ItemKNN"]

KINDS = ("cosine", "tfidf", "bm25")


class ItemKNN(SupportMixin, SparseMixin):
    """score(i) = sum over events j of similarity(item_j, i), over the `neighbours` nearest items.

    similarity: "cosine", "tfidf" or "bm25". min_support: pairs that fewer people chose have no
    weight, once the nearest are known; a number, or several of which validation people choose
    ("auto": the usual ones). Source: [sarwar2001]. Not good
    for: order of events, items with few events.
    """

    __repr__ = model_repr

    def __init__(
        self,
        neighbours: Annotated[int, Setting(low=1, search=(10, 500))] = 100,
        similarity: Annotated[str, Setting(choices=KINDS, grid=KINDS)] = "cosine",
        min_support: MinSupport = "auto",
    ) -> None:
        self.neighbours = neighbours
        self.similarity = similarity
        self.min_support = min_support
        check_model_settings(self)

    def fit(self, data: Dataset, *, seed: int = 0, valid: EvaluationCases | None = None) -> Self:
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
            "bm25": nn.BM25Recommender,
        }
        with threadpool_limits(1, "blas"), warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", ParameterWarning
            )  # about a conversion that it makes itself
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

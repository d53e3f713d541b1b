"""What people come back to: their own use of an item, as an exact reason to recommend it again.

    score(i) += weight * sum over events j with item_j = i of decay^steps(j)

Each use adds its own weight, so that taking one back takes away exactly that. Worth something only
where used items may be recommended again (`Dataset.repeat`): else they are masked.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Dataset, Queries, mask_seen
from whyrec.core.cases import EvaluationCases, ndcg_of_scores
from whyrec.core.describe import model_repr
from whyrec.core.settings import check_model_settings
from whyrec.models.linear.terms import ItemItemTerm, LinearMixin
from whyrec.models.setting_types import Decay

__all__ = ["PersonalPopular", "choose", "own_use"]

WEIGHTS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)
DECAYS = (1.0, 0.99, 0.97, 0.9, 0.7)
TIES = (
    1e-4  # of the score: what everyone chooses only orders what the person's own uses leave equal
)


def own_use(n_items: int, weight: float, decay: float) -> ItemItemTerm:
    """The term of the module, over n_items."""
    return ItemItemTerm(
        sparse.csr_array(sparse.diags_array(np.full(n_items, weight, np.float32))), decay
    )


def choose(
    scores: NDArray[np.float32], cases: EvaluationCases | None, some: Queries, k: int
) -> tuple[float, float]:
    """(weight, decay) with the best NDCG@k on the cases beside the scores (q, n_items) of all other
    parts; weight 0 where own use helps nobody, 0.4 of the scores' spread where there are no
    cases. some: people by whom the spread is measured."""
    n = scores.shape[1]
    if len(scores):
        scale = float(scores.std(axis=1).mean()) or 1.0
    else:
        scale = 1.0
    units = {
        decay: scale / (float(own_use(n, 1.0, decay).scores(some).std()) or 1.0) for decay in DECAYS
    }
    if cases is None:
        return 0.4 * units[1.0], 1.0

    def quality(weight: float, decay: float) -> float:
        if weight:
            total = scores + own_use(n, weight, decay).scores(cases.queries)
        else:
            total = scores
        return float(ndcg_of_scores(mask_seen(total, cases.queries), cases, k).mean())

    tried = [
        (0.0, 1.0),
        *((weight * units[decay], decay) for decay in DECAYS for weight in WEIGHTS),
    ]
    return max(tried, key=lambda one: quality(*one))


class PersonalPopular(LinearMixin):
    """score(i) = sum over the person's own uses of i of decay^steps, ties by how often everyone
    chose i: what somebody used most (decay 1) or last (decay below 1). The bar wherever people come
    back to items [li2023].

    Not good for: finding anything new; data whose used items are masked, where it is `popular`.
    """

    __repr__ = model_repr

    def __init__(self, decay: Decay = 1.0) -> None:
        self.decay = decay
        check_model_settings(self)

    def fit(self, data: Dataset, *, seed: int = 0) -> Self:
        counts = np.log1p(np.bincount(data.item, minlength=data.n_items))
        self.base_ = (TIES * counts / max(1.0, float(counts.max(initial=0)))).astype(np.float32)
        return self

    def _terms(self) -> list[ItemItemTerm]:
        return [own_use(len(self.base_), 1.0, self.decay)]

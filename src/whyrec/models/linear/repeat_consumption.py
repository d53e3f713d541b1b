"""Repeat consumption: a person's own uses of an item as an exact reason to recommend it again.

    score(i) += weight * sum over events j with item_j = i of decay^steps(j)

Each use adds its own weight, so withdrawing one removes exactly that weight. This matters only if
used items may be recommended again (`Dataset.repeat`); otherwise they are masked.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Dataset, Queries
from whyrec.core.cases import EvaluationCases
from whyrec.core.describe import model_repr
from whyrec.core.settings import check_model_settings
from whyrec.models.linear.case_blocks import CaseBlocks
from whyrec.models.linear.terms import ItemItemTerm, LinearMixin
from whyrec.models.setting_types import Decay

__all__ = ["PersonalPopular", "choose", "own_use"]

WEIGHTS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)
DECAYS = (1.0, 0.99, 0.97, 0.9, 0.7)
TIES = 1e-4  # weight of popularity: it only breaks ties


def own_use(n_items: int, weight: float, decay: float) -> ItemItemTerm:
    """Return the repeat term over n_items."""
    return ItemItemTerm(
        sparse.csr_array(sparse.diags_array(np.full(n_items, weight, np.float32))), decay
    )


def choose(
    scores: NDArray[np.float32], cases: EvaluationCases | None, some: Queries, k: int
) -> tuple[float, float]:
    """Return the weight and decay of own use with the best NDCG@k on the cases.

    Args:
        scores: Scores of all other parts, (q, n_items).
        cases: Validation cases. None: the weight is 0.4 of the spread of the scores.
        some: People whose scores measure the spread.
        k: Length of the list.

    Returns:
        (weight, decay); weight 0 if own use helps nobody.
    """
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

    blocks = CaseBlocks(cases, k)

    def quality(weight: float, decay: float) -> float:
        term = own_use(n, weight, decay)
        uses = term.histories(cases.queries) @ term.weights
        return float(blocks.quality(lambda block: scores[block] + uses[block].toarray()).mean())

    tried = [
        (0.0, 1.0),
        *((weight * units[decay], decay) for decay in DECAYS for weight in WEIGHTS),
    ]
    return max(tried, key=lambda one: quality(*one))


class PersonalPopular(LinearMixin):
    """Recommend what a person used most (decay 1) or last (decay below 1).

    score(i) = sum over the person's own uses of i of decay^steps; ties are broken by overall
    popularity. This is the baseline wherever people come back to items. Source: [li2023].

    Not good for: discovering new items; data whose used items are masked, where it equals
    `popular`.

    Args:
        decay: Factor per later event by which a use loses weight, 0 to 1; lower values favour
            recent uses.

    Attributes:
        base_: Small popularity term that breaks ties, (n_items,) float32.
    """

    __repr__ = model_repr

    def __init__(self, decay: Decay = 1.0) -> None:
        self.decay = decay
        check_model_settings(self)

    def fit(self, data: Dataset, *, seed: int = 0) -> Self:
        """Count how often each item was chosen.

        Args:
            data: Training data.
            seed: Ignored; the fit is deterministic.

        Returns:
            The fitted model itself.
        """
        counts = np.log1p(np.bincount(data.item, minlength=data.n_items))
        self.base_ = (TIES * counts / max(1.0, float(counts.max(initial=0)))).astype(np.float32)
        return self

    def terms(self) -> list[ItemItemTerm]:
        return [own_use(len(self.base_), 1.0, self.decay)]

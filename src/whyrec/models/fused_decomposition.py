"""Decomposition of a fused model: exact weights of its glass box and its rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Query
from whyrec.core.decomposition import Ablation, ItemContributions, decompose

__all__ = ["FusedDecomposition"]


class FusedDecomposition:
    """The scores of one history, with the glass box's weights as exact parts.

    The rest is computed by the model and is not the difference to the score, so that a check of the
    sum can fail. The effect of leaving an event out is measured on the whole model, because the
    rest changes too.
    """

    def __init__(self, model: Any, query: Query) -> None:
        self.model = model
        self.query = query
        self.glass = decompose(model.glass_, query)
        self.whole = Ablation(model, query)
        self.scores = self.whole.scores

    def parts(self, items: NDArray[Any]) -> ItemContributions:
        base, weights, *_ = self.glass.parts(items)
        rest = np.array(
            [self.model.contributions(self.query, int(item)).rest for item in items], np.float64
        )
        return ItemContributions(base, weights, rest, True, self.whole.effects(items))

    def without(self, sets: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        return self.whole.without(sets)

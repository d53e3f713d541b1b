"""A fused model taken apart: the exact weights of its glass box, its own rest, and every removal
on the whole model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Query
from whyrec.core.decomposition import Ablation, ItemContributions, decompose

__all__ = ["FusedDecomposition"]


class FusedDecomposition:
    """The glass box's weights are exact parts of the score; the rest is the model's own figure, not
    what is left of the sum, so that the gap can fail. What leaving an event out does is measured on
    the whole model, whose rest moves too."""

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

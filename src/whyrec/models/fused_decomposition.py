"""Decomposition of a fused model: exact weights of its glass box and its rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Queries, Query
from whyrec.core.decomposition import Ablation, ItemContributions, decompose
from whyrec.core.explained import shares_among

__all__ = ["FusedDecomposition"]


class FusedDecomposition:
    """The scores of one history, with the glass box's weights as exact parts.

    The rest is computed by the model and is not the difference to the score, so that a check of the
    sum can fail. What features of a readable part add counts as explained, though it is no event's
    and stands in the rest. The effect of leaving an event out is measured on the whole model,
    because the rest changes too.
    """

    def __init__(self, model: Any, query: Query) -> None:
        self.model = model
        self.query = query
        self.glass = decompose(model.glass_, query)
        self.explained, self.rest = model.explained_and_rest([query])
        self.whole = Ablation(model, query)
        self.scores = self.whole.scores

    def parts(self, items: NDArray[Any]) -> ItemContributions:
        base, weights, rest, *_ = self.glass.parts(items)
        kept = self.model.kept(self.model.share_)
        features = [self.model.feature_reasons(self.query, int(item)) for item in items]
        more = [base + sum(reason.weight for reason in reasons) for base, reasons in features]
        asked = np.asarray(items)[None]
        shares = shares_among(self.explained, self.rest, Queries.of([self.query]), asked)
        return ItemContributions(
            kept * base,
            kept * weights,
            kept * rest + self.rest[0, items] + np.array(more, np.float64),
            True,
            self.whole.effects(items),
            shares[0],
        )

    def without(self, sets: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        return self.whole.without(sets)

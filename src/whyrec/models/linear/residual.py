"""The training task of learned weights on top of the counts; see :mod:`.counted_scores`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from whyrec.models.linear.counted_scores import Residual, blended
from whyrec.models.linear.mix import GRID
from whyrec.models.training.batches import Batch
from whyrec.models.training.losses import sampled_softmax
from whyrec.models.training.objective import NextItem

__all__ = ["ResidualTask"]


class ResidualTask(NextItem):
    """Predict the next item with the counts' scores given; see the module.

    Args:
        residual: What is known already.
        parts: The other arguments of :class:`NextItem`.
    """

    def __init__(self, residual: Residual, *parts: Any, **more: Any) -> None:
        super().__init__(*parts, **more)
        self.residual = residual
        self.numbers = self.seen.cpu().numpy()

    def loss(self, batch: Batch) -> Tensor:
        hidden, wide = self._wide(self.states(self.network, batch))
        truth = self.place[torch.from_numpy(batch.target[batch.real]).to(self.device)]
        drawn = torch.randint(len(self.seen), (min(self.model.negatives, len(self.seen)),))
        known = self.residual.counted.at(
            batch.target_event[batch.real], self.numbers[drawn.numpy()]
        )
        target, others = (torch.from_numpy(x).to(self.device) for x in known)
        strength: Any = self.network.strength
        return sampled_softmax(
            hidden, wide, truth, drawn.to(self.device), (strength * target, strength * others)
        )

    def quality(self, network: Any) -> float | None:
        """Return NDCG@10 on the validation people beside all other parts, at the best share."""
        if self.valid is None or not len(self.valid):
            return None
        with torch.inference_mode():
            score = self.scorer(network)
            spread = float(score(self.residual.some).std()) or 1.0
            learned = score(self.valid.queries) / np.float32(spread)
        qualities = (
            blended(self.residual.scores, learned, share, self.valid)
            for share in GRID["learned"][1:]
        )
        return max(float(quality.mean()) for quality in qualities)

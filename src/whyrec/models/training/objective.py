"""The task that the trained models share: every event of a window predicts the next one, against
all items or a sample.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from whyrec.core import Queries
from whyrec.core.cases import EvaluationCases, ndcg_of_scores
from whyrec.core.ranking import batches, mask_seen
from whyrec.models.training.batches import Batch, windows
from whyrec.models.training.losses import full_softmax, gbce, sampled_softmax, with_bias
from whyrec.models.training.trainer import compute_dtype

__all__ = ["NextItem", "States"]

Scores = Callable[[Queries], NDArray[np.float32]]
FULL_UP_TO = 60_000  # items: beyond this, "auto" samples


class States(Protocol):
    """What a network says of a batch: states after each real event (t, d), item vectors (n, d),
    item bias (n,).
    """

    def __call__(self, network: Any, batch: Batch) -> tuple[Tensor, Tensor, Tensor]: ...


class NextItem:
    """A task of :mod:`whyrec.models.training.trainer`.

    model: settings by their names (length, batch_tokens, event_dropout, loss, negatives); counts
    (n,) events of each item;
    states: see :class:`States`; scorer(network) -> a function of queries that gives (q, n);
    teacher(batch) -> states, vectors and bias of a better model at the same positions, whose
    softmax is `distil` of the target.
    """

    def __init__(
        self,
        model: Any,
        network: nn.Module,
        histories: Queries,
        valid: EvaluationCases | None,
        counts: NDArray[Any],
        seed: int,
        *,
        states: States,
        scorer: Callable[[Any], Scores],
        teacher: Callable[[Batch], tuple[Tensor, Tensor, Tensor]] | None = None,
        distil: float = 0.0,
    ) -> None:
        self.model = model
        self.network = network
        self.histories = histories
        self.valid = valid
        self.seed = seed
        self.states = states
        self.scorer = scorer
        self.teacher = teacher
        self.distil = distil
        self.device = next(network.parameters()).device
        self.dtype = compute_dtype(self.device.type)
        # Items without events are left out of the softmax: never a target, they would only be
        # pushed away.
        seen = np.flatnonzero(counts)
        self.seen = torch.from_numpy(seen).to(self.device)
        place = np.zeros(len(counts), np.int64)
        place[seen] = np.arange(len(seen))
        self.place = torch.from_numpy(place).to(self.device)
        full = model.loss == "full" or (model.loss == "auto" and len(seen) <= FULL_UP_TO)
        if full:
            self.kind = "full"
        elif model.loss == "auto":
            self.kind = "sampled"
        else:
            self.kind = model.loss

    def batches(self, epoch: int) -> list[Batch]:
        m = self.model
        tokens = m.batch_tokens or int(np.clip(len(self.histories.items) / 150, 1024, 8192))
        return windows(
            self.histories,
            length=m.length,
            tokens=tokens,
            event_dropout=m.event_dropout,
            rng=np.random.default_rng([self.seed, epoch]),
        )

    def share(self, batch: Batch, rank: int, size: int) -> tuple[Batch, float]:
        """Every `size`-th row from `rank` on, and their share of the targets; where there are fewer
        rows than workers, the last ones take a row that does not count."""
        if rank < len(batch.items):
            mine = batch[rank::size]
        else:
            mine = batch[:1]
        return mine, mine.real.sum() / batch.real.sum() if rank < len(batch.items) else 0.0

    def loss(self, batch: Batch) -> Tensor:
        hidden, wide = self._wide(self.states(self.network, batch))
        truth = self.place[torch.from_numpy(batch.target[batch.real]).to(self.device)]
        if self.kind == "full":
            return full_softmax(hidden, wide, truth, self.dtype, self._soft(batch))
        drawn = torch.randint(
            len(self.seen), (min(self.model.negatives, len(self.seen)),), device=self.device
        )
        return (sampled_softmax if self.kind == "sampled" else gbce)(hidden, wide, truth, drawn)

    def _wide(self, parts: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        hidden, vectors, bias = parts
        return with_bias(hidden.float(), vectors[self.seen].float(), bias[self.seen])

    def _soft(self, batch: Batch) -> tuple[Tensor, Tensor, float] | None:
        if self.teacher is None or not self.distil:
            return None
        with torch.no_grad():
            return *self._wide(self.teacher(batch)), self.distil

    def quality(self, network: Any) -> float | None:
        """NDCG@10 on the validation people."""
        if self.valid is None or not len(self.valid):
            return None
        with torch.inference_mode():
            scores = self.scorer(network)  # item vectors are made once for all pieces
            found = [
                ndcg_of_scores(mask_seen(scores(part), part), self.valid.take(rows), 10)
                for rows, part in batches(self.valid.queries)
            ]
        return float(np.concatenate(found).mean())

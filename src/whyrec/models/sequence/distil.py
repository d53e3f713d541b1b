"""Distillation: a compressed sequence model learns from the one it was made from.

The codes stay; the codebooks and the network are trained towards the large model's softmax over all
items at each position, and slightly towards the item chosen next [hinton2015]. Because a softmax
does not determine what an event adds to a score, the states are kept close to the large model's as
well; the level of the scores is corrected afterwards (`models/sequence/compact.py`).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from whyrec.core import Dataset
from whyrec.core.cases import hold_out_last
from whyrec.core.ranking import batches
from whyrec.models.sequence.network import Serving
from whyrec.models.training.batches import Batch
from whyrec.models.training.losses import full_softmax
from whyrec.models.training.objective import NextItem
from whyrec.models.training.trainer import Plan, threads_for, train

__all__ = ["relearn"]

DISTIL = 0.9  # weight of the large model's softmax in the target
# Weight of the squared distance of the states relative to their size. 1 preserves more of the
# reasons; the ranking is as good with 0.
STATE = 0.2
Coded = Mapping[str, NDArray[Any]]  # codes (n, m), books (m, 256, d / m), turn (d, d), mean (d,)


class _Table(nn.Module):
    """Vectors (n, d) decoded from codes; only the codebooks are trained."""

    codes: Tensor
    turn: Tensor
    mean: Tensor

    def __init__(self, coded: Coded) -> None:
        super().__init__()
        for name in ("codes", "turn", "mean"):
            self.register_buffer(
                name,
                torch.from_numpy(
                    np.array(coded[name], np.int64 if name == "codes" else np.float32)
                ),
            )
        self.books = nn.Parameter(torch.from_numpy(np.array(coded["books"], np.float32)))

    def forward(self) -> Tensor:
        pieces = self.books[torch.arange(self.codes.shape[1]), self.codes]
        return torch.as_tensor(pieces.flatten(1) @ self.turn.T + self.mean)


class _Coded(nn.Module):
    """Replaces the item tower by coded vectors."""

    def __init__(self, items: Coded, events: Coded, bias: NDArray[Any]) -> None:
        super().__init__()
        self.items = _Table(items)
        self.events = _Table(events)
        self.bias = nn.Parameter(torch.from_numpy(np.array(bias, np.float32)))

    def forward(self) -> tuple[Tensor, Tensor, Tensor]:
        return self.items(), self.events(), self.bias


class _Again(NextItem):
    """The training task: softmax, target and states."""

    def loss(self, batch: Batch) -> Tensor:
        hidden, wide = self._wide(self.states(self.network, batch))
        soft = self._soft(batch)
        assert soft is not None
        truth = self.place[torch.from_numpy(batch.target[batch.real]).to(self.device)]
        apart = ((hidden - soft[0]) ** 2).mean() / (soft[0] ** 2).mean()
        return full_softmax(hidden, wide, truth, self.dtype, soft) + STATE * apart

    def quality(self, network: Any) -> float | None:
        """Return minus the distance from the large model on the held-out histories.

        The distance is the mean divergence of the softmaxes plus that of the states, as in the
        loss. Ranks of the next items would be too noisy with few people.
        """
        if self.valid is None:
            return None
        far = 0.0
        apart = 0.0
        size = 0.0
        with torch.inference_mode():
            towers = [(one, self.model._tower(one)) for one in (self.model._loaded(), network)]
            for _, part in batches(self.valid.queries):
                (goal, items), (hidden, coded) = (
                    self._wide((self.model.hidden(part, one, events), vectors, bias))
                    for one, (vectors, events, bias) in towers
                )
                target, student = (
                    torch.log_softmax(h @ i.T, -1) for h, i in ((goal, items), (hidden, coded))
                )
                far += float((target.exp() * (target - student)).sum())
                apart = apart + float(((hidden - goal) ** 2).sum())
                size = size + float((goal**2).sum())
        return -(far / len(self.valid) + STATE * apart / size)


Learned = tuple[nn.Module, dict[str, NDArray[np.float32]]]


def relearn(
    large: Any,
    items: Coded,
    events: Coded,
    bias: NDArray[Any],
    data: Dataset,
    *,
    epochs: int,
    seed: int = 0,
    learning_rate: float = 2e-3,
    prune: Any = None,
    only_items: bool = False,
) -> Learned:
    """Train the compressed model towards the large one.

    The epoch that is closest to the large model on some people's last events, held out here, is
    kept, or the start if no epoch is closer.

    Args:
        large: The large model.
        items: Codes of items to recommend.
        events: Codes of events.
        bias: Item bias, (n,).
        data: Training data.
        epochs: Number of epochs.
        seed: Seed of the batches.
        learning_rate: Peak learning rate.
        prune: prune(network, losses, share) removes parts of the network: half of them first, the
            other half after an epoch, before the remaining epochs.
        only_items: Whether network and events are frozen; states and most of every reason then
            stay.

    Returns:
        The network in its serving form, and the new arrays item_books, event_books and bias.
    """
    torch.manual_seed(seed)
    network = copy.deepcopy(large._loaded())
    network.tower = _Coded(items, events, bias)
    network.dropout = 0.0  # the large model's softmax regularises enough
    for block in network.blocks:
        block.dropout = 0.0
    if only_items:
        for part in (
            *network.blocks.parameters(),
            *network.norm.parameters(),
            *network.tower.events.parameters(),
        ):
            part.requires_grad_(False)
    rest, valid = hold_out_last(data, min(2000, max(1, data.n_users // 10)), seed)
    task = _Again(
        large,
        network,
        rest.histories,
        valid,
        large.counts_,
        seed,
        states=large.states,
        scorer=large._scorer,
        teacher=large.teach,
        distil=DISTIL,
    )
    with threads_for(large._work(large.batch_tokens or 8192, data.n_items)):
        for share in (0.5, 1.0) if prune else ():
            prune(network, _losses(task), share)
            if share < 1:
                train(task, Plan(1, learning_rate, 0.0, seed, patience=1))
        _nearest(task, Plan(epochs, learning_rate, 0.0, seed, patience=epochs))
    tower = network.eval().tower
    parameters = {
        "item_books": tower.items.books,
        "event_books": tower.events.books,
        "bias": tower.bias,
    }
    return Serving(network), {
        name: np.asarray(value.detach().numpy(), np.float32) for name, value in parameters.items()
    }


def _nearest(task: _Again, plan: Plan) -> None:
    """Train, and return to the start if no epoch came closer to the large model."""
    start = task.quality(task.network)
    weights = copy.deepcopy(task.network.state_dict())
    curve = train(task, plan)
    if start is not None and not max((row["quality"] for row in curve), default=start) > start:
        task.network.load_state_dict(weights)


def _losses(task: _Again, most: int = 12) -> list[Callable[[], Tensor]]:
    """Return the losses of some training batches, to measure what matters in the network."""
    return [partial(task.loss, batch) for batch in list(task.batches(0))[:most]]

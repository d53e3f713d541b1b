"""Data-parallel training: several processes share every batch and take the same step.

    gradient = sum over workers of share(worker) * gradient of the mean loss of its rows

The share is the worker's part of the batch's targets, so this is the gradient of the mean over the
whole batch, as in a single process, up to the order of summation. Without torch's process group,
nothing here has an effect. Every worker holds the whole network and sends its whole gradient at
each step. Not good for: networks of gigabytes.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, distributed, nn

__all__ = ["Group"]


class Group:
    """The process group of this process, which is number `rank` of `size`."""

    def __init__(self) -> None:
        grouped = distributed.is_available() and distributed.is_initialized()
        if grouped:
            self.rank = distributed.get_rank()
            self.size = distributed.get_world_size()
        else:
            self.rank = 0
            self.size = 1

    @property
    def first(self) -> bool:
        """Whether this worker is the one that writes files."""
        return self.rank == 0

    def share(self, task: Any, batch: Any) -> tuple[Any, float]:
        """Return this worker's rows of a batch and their share of its targets."""
        if self.size == 1:
            return batch, 1.0
        share: tuple[Any, float] = task.share(batch, self.rank, self.size)
        return share

    def same(self, network: nn.Module) -> None:
        """Give all workers the first one's weights; initial weights may differ between machines."""
        if self.size > 1:
            for weight in network.state_dict().values():
                distributed.broadcast(weight, 0)

    def add_up(self, network: nn.Module, loss: Tensor) -> float:
        """Sum the losses and, in place, the gradients of all workers; return the loss."""
        if self.size == 1:
            return float(loss)
        gradients = [p.grad for p in network.parameters() if p.grad is not None]
        whole = torch.cat([loss.float().reshape(1), *(one.float().ravel() for one in gradients)])
        distributed.all_reduce(whole)
        parts = whole[1:].split([one.numel() for one in gradients])
        for one, part in zip(gradients, parts, strict=True):
            one.copy_(part.view_as(one))
        return float(whole[0])

    def agreed(self, value: Any) -> Any:
        """Return the first worker's value, for anything that depends on the clock."""
        if self.size == 1:
            return value
        values = [value]
        distributed.broadcast_object_list(values, 0)
        return values[0]

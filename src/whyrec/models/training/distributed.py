"""Several processes that train one network together: each reads a share of every batch, all take
the same step.

    gradient = sum over workers of share(worker) * gradient of the mean loss of its rows

share is a worker's part of the batch's targets, so this is the gradient of the mean over the whole
batch, as one process would have it, but for the order of the sums. Without torch's process group a
process is alone, and all here does nothing.
Every worker holds the whole network and sends all of its gradient at each step: not good for
networks of gigabytes.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, distributed, nn

__all__ = ["Group"]


class Group:
    """The process group that this process is in: `rank` of `size`, the first being 0."""

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
        """This worker's rows of a batch and their share of its targets, by
        `task.share(batch, rank, size)`.
        """
        if self.size == 1:
            return batch, 1.0
        found: tuple[Any, float] = task.share(batch, self.rank, self.size)
        return found

    def same(self, network: nn.Module) -> None:
        """The first worker's weights for all: what they started from may differ where their
        machines do.
        """
        if self.size > 1:
            for weight in network.state_dict().values():
                distributed.broadcast(weight, 0)

    def add_up(self, network: nn.Module, loss: Tensor) -> float:
        """The sum of all workers' losses; the sum of their gradients stands in the parameters
        then.
        """
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
        """The first worker's value: what depends on the clock, or is worked out once."""
        if self.size == 1:
            return value
        told = [value]
        distributed.broadcast_object_list(told, 0)
        return told[0]

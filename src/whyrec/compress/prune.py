"""Structured pruning: remove attention heads, feed-forward units and whole blocks of a network.

The importance of a head is the mean absolute first-order change of the loss if its output were
scaled to zero [michel2019]: the product of its output weights with their gradient. Units likewise
[molchanov2017]. The importance of a block is the increase of the loss without it. All are measured
on training people. Pruning alternates with training [zhu2017]; the result has smaller matrices and
no masks.

Single weights are not pruned: on CPUs without sparse products that neither speeds up a request nor
shrinks a dense file, and the network is a tenth of a small model's bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError

__all__ = ["Pruning", "block_importance", "importance"]

Losses = Sequence[Callable[[], Any]]  # each computes the loss of one batch, with gradients
ROUNDS = 2


@dataclass(frozen=True)
class Pruning:
    """The target size of a network; None keeps all.

    A network is a torch module with `blocks`, each with heads, qkv (three parts side by side), out,
    up (two halves), down, by_steps (heads, ...) and by_gap (..., heads), as in the sequence model.

    Attributes:
        heads: Heads per block.
        units: Feed-forward units per block.
        blocks: Number of blocks.
    """

    heads: int | None = None
    units: int | None = None
    blocks: int | None = None

    def __bool__(self) -> bool:
        return any(one is not None for one in (self.heads, self.units, self.blocks))

    def __call__(self, network: Any, losses: Losses, share: float) -> None:
        """Prune the network in place by `share` of the way; blocks go in the first round."""
        self._check(network)
        if self.blocks is not None:
            while len(network.blocks) > self.blocks:
                del network.blocks[int(np.argmin(block_importance(network, losses)))]
        for block, (heads, units) in zip(network.blocks, importance(network, losses), strict=True):
            _cut(block, _best(heads, self.heads, share), _best(units, self.units, share))

    def _check(self, network: Any) -> None:
        have = {
            "heads": min(b.heads for b in network.blocks),
            "units": min(b.down.in_features for b in network.blocks),
            "blocks": len(network.blocks),
        }
        for name, most in have.items():
            wanted = getattr(self, name)
            if wanted is not None and not wanted >= 1:
                raise ArgumentError(f"{name} left must be from 1 to {most}", given=str(wanted))


def importance(
    network: Any, losses: Losses
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return the importance of heads (heads,) and units (units,) of each block.

    The mean over batches of |weights . gradient| of their outputs.
    """
    found = [(np.zeros(b.heads), np.zeros(b.down.in_features)) for b in network.blocks]
    for loss in losses:
        network.zero_grad()
        loss().backward()
        for block, (heads, units) in zip(network.blocks, found, strict=True):
            out, down = (
                np.asarray((part.weight * part.weight.grad).sum(0).detach().cpu(), np.float64)
                for part in (block.out, block.down)
            )
            heads += np.abs(out.reshape(block.heads, -1).sum(1))
            units += np.abs(down)
    network.zero_grad()
    return [(heads / len(losses), units / len(losses)) for heads, units in found]


def block_importance(network: Any, losses: Losses) -> NDArray[np.float64]:
    """Return the mean loss without each block, (blocks,)."""
    import torch

    found = []
    for at in range(len(network.blocks)):
        whole = network.blocks
        network.blocks = torch.nn.ModuleList([block for n, block in enumerate(whole) if n != at])
        with torch.no_grad():
            found.append(float(np.mean([float(loss()) for loss in losses])))
        network.blocks = whole
    return np.array(found)


def _best(values: NDArray[np.float64], left: int | None, share: float) -> NDArray[np.int64]:
    """Return the sorted positions to keep."""
    if left is None:
        goal = len(values)
    else:
        goal = min(left, len(values))
    stay = round(len(values) - share * (len(values) - goal))
    return np.sort(np.argsort(-values, kind="stable")[:stay])


def _cut(block: Any, heads: NDArray[np.int64], units: NDArray[np.int64]) -> None:
    import torch

    size = block.out.in_features // block.heads
    inner = block.out.in_features
    of_head = torch.from_numpy((heads[:, None] * size + np.arange(size)).ravel())
    unit = torch.from_numpy(units)
    wide = block.down.in_features
    _keep(block.qkv, rows=torch.cat([of_head + part * inner for part in range(3)]))
    _keep(block.out, columns=of_head)
    _keep(block.up, rows=torch.cat([unit, unit + wide]))
    _keep(block.down, columns=unit)
    at = torch.from_numpy(heads)
    block.by_steps = torch.nn.Parameter(block.by_steps.detach()[at].clone())
    block.by_gap = torch.nn.Parameter(block.by_gap.detach()[:, at].clone())
    block.heads = len(heads)


def _keep(layer: Any, *, rows: Any = None, columns: Any = None) -> None:
    """Keep only these outputs or inputs of a linear layer."""
    import torch

    weight = layer.weight.detach()
    if rows is not None:
        weight = weight[rows]
    else:
        weight = weight[:, columns]
    layer.weight = torch.nn.Parameter(weight.clone())
    if rows is not None and layer.bias is not None:
        layer.bias = torch.nn.Parameter(layer.bias.detach()[rows].clone())
    layer.out_features, layer.in_features = weight.shape

"""The network that PrivateSequence trains: transformer blocks over public item vectors."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from whyrec.models.sequence.network import Block, Network

__all__ = ["HistoryNetwork"]


class HistoryNetwork(nn.Module):
    """Maps event vectors (b, l, inside) to the vectors wanted next, (b, l, inside)."""

    def __init__(self, inside: int, width: int, blocks: int, heads: int, length: int) -> None:
        super().__init__()
        self.length = length
        self.into = nn.Linear(inside, width)
        self.out = nn.Linear(width, inside)
        self.blocks = nn.ModuleList(Block(width, heads, length, 0.0) for _ in range(blocks))
        self.norm = nn.LayerNorm(width)
        # Fixed attention horizons: opacus clips only the gradients of layers, not of bare tensors.
        for block in self.blocks:
            block.by_steps.requires_grad_(False)
            block.by_gap.requires_grad_(False)

    def forward(self, events: Tensor, times: Tensor | None = None) -> Tensor:
        """Return the next vectors; `times` (b, l) are Unix seconds, if the data have a clock."""
        back = torch.arange(events.shape[1] - 1, -1, -1)
        between = (back[None, :] - back[:, None]).clamp(0, self.length - 1)
        gaps = None if times is None else Network._gaps(times)
        x = self.into(events)
        for block in self.blocks:
            x = block(x, between, gaps)
        vectors: Tensor = self.out(self.norm(x))
        return vectors

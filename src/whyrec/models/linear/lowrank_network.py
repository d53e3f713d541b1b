"""The network that `lowrank` trains: a causal convolution over keys, one kernel per head.

Shapes: b histories, l events of each, h heads of d numbers, n items, t text dimensions.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from whyrec.models.training.batches import Batch
from whyrec.models.training.trainer import compute_dtype

__all__ = ["LowRankNetwork", "states"]

FARTHEST = 48.0  # initial horizon of the last head, in events
SMALL = 0.02  # initial standard deviation of the vectors on top of counts


class LowRankNetwork(nn.Module):
    """Keys and queries of items, and a kernel over the steps back for each head."""

    side: Tensor
    known: Tensor

    def __init__(
        self,
        side: Tensor,
        counts: Tensor,
        *,
        heads: int,
        dims: int,
        length: int,
        dropout: float,
        item_dropout: float,
        residual: bool = False,
    ) -> None:
        super().__init__()
        n = len(counts)
        width = heads * dims
        self.heads = heads
        self.dropout = dropout
        if side.shape[1]:
            self.item_dropout = item_dropout
        else:
            self.item_dropout = 0.0
        self.register_buffer("side", side, persistent=False)
        self.register_buffer("known", counts > 0, persistent=False)
        self.key, self.query = (
            nn.Parameter(torch.randn(n, width) / math.sqrt(width)) for _ in range(2)
        )
        self.text_key, self.text_query = (
            nn.Parameter(torch.zeros(side.shape[1], width)) for _ in range(2)
        )
        logs = torch.log(counts.float().clamp(min=0.5))
        self.bias = nn.Parameter(logs - logs.mean())
        self.unknown_bias = nn.Parameter(torch.zeros(1))
        horizon = FARTHEST ** torch.linspace(0, 1, heads)[:, None]
        self.strength = nn.Parameter(torch.ones(1), requires_grad=residual)  # of the counts
        self.by_steps = nn.Parameter(torch.exp(-torch.arange(length) / horizon) / horizon.sqrt())

    @torch.no_grad()
    def start_from(self, source: NDArray[np.float32], target: NDArray[np.float32]) -> None:
        """Start every head from factors (n, d) of the transitions."""
        for parameter, factors in ((self.key, source), (self.query, target)):
            if factors.shape[1]:
                parts = parameter.unflatten(1, (self.heads, -1))[:, :, : factors.shape[1]]
                parts.copy_(
                    torch.from_numpy(factors / max(float(factors.std()), 1e-9))[:, None]
                    / math.sqrt(parameter.shape[1])
                )

    @torch.no_grad()
    def start_small(self) -> None:
        """Start near 0, so that at first the other parts of the score stand alone."""
        for parameter in (self.key, self.query, self.text_key, self.text_query):
            nn.init.normal_(parameter, std=SMALL)
        self.bias.zero_()

    @torch.no_grad()
    def forget(self) -> None:
        """Set all keys to 0, so that no event adds anything."""
        self.key.zero_()

    def vectors(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return keys (n, h * d), queries (n, h * d) and bias (n,).

        Items without events are known by their text alone and share one bias.
        """
        known = self.known
        if self.training and self.item_dropout:
            known = known & (torch.rand(len(known), device=known.device) >= self.item_dropout)
        has_events = known[:, None].to(self.key.dtype)
        return (
            has_events * self.key + self.side @ self.text_key,
            has_events * self.query + self.side @ self.text_query,
            torch.where(known, self.bias, self.unknown_bias),
        )

    def forward(self, keys: Tensor) -> Tensor:
        """Return the sums over the events up to each one, (b, l, h * d), of their keys."""
        l = keys.shape[1]
        back = torch.arange(l, device=keys.device)[:, None] - torch.arange(l, device=keys.device)
        kernel = self.by_steps[:, back.clamp(min=0)].masked_fill(back < 0, 0.0)  # (h, l, l)
        by_head = keys.unflatten(-1, (self.heads, -1)).transpose(1, 2)
        out: Tensor = (kernel.to(keys.dtype) @ by_head).transpose(1, 2).flatten(2)
        return out

    @torch.no_grad()
    def arrays(self) -> tuple[NDArray[np.float32], ...]:
        """Return (keys, queries, by_steps, bias) as arrays."""
        keys, queries, bias = self.vectors()
        return tuple(x.float().cpu().numpy().copy() for x in (keys, queries, self.by_steps, bias))


def states(network: LowRankNetwork, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """Return the states of a batch; see :class:`whyrec.models.training.objective.States`."""
    items, real = (torch.from_numpy(x).to(network.key.device) for x in (batch.items, batch.real))
    dtype = compute_dtype(items.device.type)
    keys, queries, bias = network.vectors()
    with torch.autocast(items.device.type, dtype, enabled=dtype != torch.float32):
        sums = network(keys.to(dtype)[items] * real[..., None])
    return (
        F.dropout(sums[real].float(), network.dropout if network.training else 0.0),
        queries,
        bias,
    )

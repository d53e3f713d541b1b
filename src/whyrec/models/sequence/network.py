"""The network of the sequence model: item vectors that lean on text where events are few, and LiGR
blocks.

Shapes: b histories, l events of each, h heads, d width, n items, t text dimensions.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["GAPS", "Block", "ItemTower", "Network", "Serving", "attention_by_hand"]

GAPS = (
    26  # buckets of the time between two events: powers of two of seconds, the last about two years
)
FAR = 60  # steps back after which a head's first bias falls no further


class ItemTower(nn.Module):
    """vector(i) = trust(i) * own(i) + adapter(side(i)), once as something to recommend and once,
    through LayerNorm, as an event of a history.

    side (n, t): whitened text and other modalities side by side, t may be 0. trust(i) = sigmoid(a
    log(1 + events) + c). An
    item without events has none: one learned vector and bias, the same for all such items, stand
    where its own would be, and its text says the rest. In training the own vectors of a random
    share `item_dropout` of the items are left out in the
    same way: the text learns to tell items apart alone, and the stand-in how they compare with
    well-known ones.
    cold_item_boost: an item without events is this many times as likely to be chosen next as
    training made it.
    """

    side: Tensor
    log_counts: Tensor

    def __init__(
        self,
        side: Tensor,
        counts: Tensor,
        width: int,
        dropout: float,
        item_dropout: float,
        cold_item_boost: float = 1.0,
    ) -> None:
        super().__init__()
        self.boost = math.log(cold_item_boost)
        n, t = side.shape
        self.item_dropout = item_dropout if t else 0.0
        self.register_buffer("side", side, persistent=False)
        self.register_buffer("log_counts", torch.log1p(counts.float()), persistent=False)
        self.own, self.own_event = (
            nn.Parameter(torch.randn(n, width) / math.sqrt(width)) for _ in range(2)
        )
        self.bias = nn.Parameter(self._log_share(counts))
        self.trust = nn.Parameter(torch.tensor([1.0, 1.0]))
        self.unknown, self.unknown_event = (nn.Parameter(torch.zeros(width)) for _ in range(2))
        self.unknown_bias = nn.Parameter(torch.zeros(1))
        self.adapter, self.adapter_event = (
            _adapter(t, width, dropout) if t else None for _ in range(2)
        )
        self.norm = nn.LayerNorm(width)

    @staticmethod
    def _log_share(counts: Tensor) -> Tensor:
        """Where the item bias starts: log popularity, 0 for an item in the middle (and for one
        without events).
        """
        logs = torch.log(counts.float().clamp(min=0.5))
        if (counts > 0).any():
            return (logs - logs[counts > 0].mean()).masked_fill(counts == 0, 0.0)
        return logs * 0

    @torch.no_grad()
    def start_from(self, source: NDArray[np.float32], target: NDArray[np.float32]) -> None:
        """Own vectors start from factors (n, d) of what follows what, at the spread of the
        random start.
        """
        d = source.shape[1]
        if not d:
            return
        for own, factors in ((self.own_event, source), (self.own, target)):
            own[:, :d] = (
                torch.from_numpy(factors)
                / max(float(factors.std()), 1e-9)
                / math.sqrt(own.shape[1])
            )

    def forward(self) -> tuple[Tensor, Tensor, Tensor]:
        """(vectors to recommend (n, d), vectors of events (n, d), bias (n,))."""
        trust = torch.sigmoid(self.trust[0] * self.log_counts + self.trust[1]) * (
            self.log_counts > 0
        )
        if self.training and self.item_dropout:
            trust = trust * (torch.rand_like(trust) >= self.item_dropout)
        known = trust > 0
        weight = trust[:, None]
        vectors = torch.where(known[:, None], weight * self.own, self.unknown)
        events = torch.where(known[:, None], weight * self.own_event, self.unknown_event)
        if self.adapter is not None and self.adapter_event is not None:
            vectors = vectors + self.adapter(self.side)
            events = events + self.adapter_event(self.side)
        unknown_bias = self.unknown_bias if self.training else self.unknown_bias + self.boost
        return vectors, self.norm(events), torch.where(known, self.bias, unknown_bias)


def _adapter(inside: int, width: int, dropout: float) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(inside, 2 * width), nn.SiLU(), nn.Dropout(dropout), nn.Linear(2 * width, width)
    )


class Block(nn.Module):
    """A LiGR block [borisyuk2025]: attention and SwiGLU [shazeer2020], each after its own norm
    and behind a sigmoid gate.
    """

    def __init__(self, width: int, heads: int, length: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.dropout = dropout
        self.norm1 = nn.LayerNorm(width)
        self.norm2 = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width)
        self.up = nn.Linear(width, 8 * width)
        self.down = nn.Linear(4 * width, width)
        self.gate1 = nn.Linear(width, width)
        self.gate2 = nn.Linear(width, width)
        # Each head starts with its own horizon [press2022]: the first looks at the last event, the
        # others further back.
        if heads > 1:
            slopes = 2.0 ** (-1.5 * torch.arange(heads))
        else:
            slopes = torch.tensor([0.1])
        self.by_steps = nn.Parameter(-slopes[:, None] * torch.arange(length).clamp(max=FAR))
        self.by_gap = nn.Parameter(torch.zeros(GAPS, heads))

    def forward(
        self, x: Tensor, steps: Tensor, gaps: Tensor | None = None, *, fused: bool = False
    ) -> Tensor:
        """x (b, l, d); steps (l, l) or (b, l, l) between two events; gaps (b, l, l) buckets of
        time between them.
        """
        y = self.norm1(x)
        q, k, v, bias = self._looks(y, steps, gaps)
        if fused:
            seen = F.scaled_dot_product_attention(
                q, k, v, attn_mask=bias.to(q.dtype).expand(len(x), -1, -1, -1)
            )
        else:
            seen = attention_by_hand(q, k, v, bias)
        return self._after(x, y, seen.transpose(1, 2).flatten(2))

    def last(self, x: Tensor, ends: Tensor, steps: Tensor, gaps: Tensor | None = None) -> Tensor:
        """What :meth:`forward` gives at the place `ends` (b,) of each history alone, (b, d): the
        rest of the last block is never read, and is most of its work."""
        rows = torch.arange(x.shape[0], device=x.device)
        places = torch.arange(x.shape[1], device=x.device)
        y = self.norm1(x)
        inner = self.out.in_features  # fewer than the width where heads have been pruned
        q, kv = self.qkv.weight.split([inner, 2 * inner])
        q = F.linear(y[rows, ends], q).unflatten(-1, (self.heads, -1))[:, :, None]
        k, v = (
            part.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for part in F.linear(y, kv).chunk(2, -1)
        )
        bias = self.by_steps[:, steps[ends] if steps.ndim == 2 else steps[rows, ends]].transpose(
            0, 1
        )
        if gaps is not None:
            bias = bias + F.embedding(gaps[rows, ends], self.by_gap).transpose(1, 2)
        bias = bias.masked_fill((places > ends[:, None])[:, None], -torch.inf)[:, :, None]
        return self._after(
            x[rows, ends], y[rows, ends], attention_by_hand(q, k, v, bias).flatten(1)
        )

    def _after(self, x: Tensor, y: Tensor, seen: Tensor) -> Tensor:
        """The block after its attention, place by place."""
        rate = self.dropout if self.training else 0.0
        x = x + torch.sigmoid(self.gate1(y)) * F.dropout(self.out(seen), rate)
        y = self.norm2(x)
        wide, gate = self.up(y).chunk(2, -1)
        return x + torch.sigmoid(self.gate2(y)) * F.dropout(self.down(F.silu(gate) * wide), rate)

    def _looks(
        self, y: Tensor, steps: Tensor, gaps: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Queries, keys, values (b, h, l, d / h) and the bias of the attention; later events are
        out of sight.
        """
        q, k, v = (
            part.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for part in self.qkv(y).chunk(3, -1)
        )
        if steps.ndim == 2:
            bias = self.by_steps[:, steps]
        else:
            bias = self.by_steps[:, steps].transpose(0, 1)
        if gaps is not None:
            bias = bias + F.embedding(gaps, self.by_gap).permute(0, 3, 1, 2)
        later = torch.ones(y.shape[1], y.shape[1], dtype=torch.bool, device=y.device).triu(1)
        return q, k, v, bias.masked_fill(later, -torch.inf)

    def attention(self, x: Tensor, steps: Tensor, gaps: Tensor | None = None) -> Tensor:
        """The attention weights that :meth:`forward` uses, (b, h, l, l); each row sums to 1."""
        q, k, _, bias = self._looks(self.norm1(x), steps, gaps)
        return torch.softmax((q @ k.transpose(-2, -1)).float() / math.sqrt(q.shape[-1]) + bias, -1)


def attention_by_hand(q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
    """softmax(q k^T / sqrt(d) + bias) v, written out: what the fused attention computes. Training
    uses it: on CPUs the fused one has no gradient of the bias and falls back to something
    slower."""
    return (
        torch.softmax((q @ k.transpose(-2, -1)).float() / math.sqrt(q.shape[-1]) + bias, -1).to(
            v.dtype
        )
        @ v
    )


class Network(nn.Module):
    """Item tower, blocks over the history; score(i) = hidden . vector(i) + bias(i)."""

    def __init__(
        self,
        side: Tensor,
        counts: Tensor,
        *,
        width: int,
        blocks: int,
        heads: int,
        length: int,
        dropout: float,
        item_dropout: float,
        cold_item_boost: float = 1.0,
    ) -> None:
        super().__init__()
        self.length = length
        self.dropout = dropout
        self.tower = ItemTower(side, counts, width, dropout, item_dropout, cold_item_boost)
        self.blocks = nn.ModuleList(Block(width, heads, length, dropout) for _ in range(blocks))
        self.norm = nn.LayerNorm(width)

    def forward(
        self,
        events: Tensor,
        *,
        steps: Tensor | None = None,
        times: Tensor | None = None,
        fused: bool = False,
    ) -> Tensor:
        """Hidden states (b, l, d) of histories of event vectors (b, l, d), oldest first, padded at
        the end.

        steps (b, l): how many events lie between each event and now, where they are not all in a
        row; times (b, l) Unix seconds, where the data have a clock. State j has read the events
        0..j.
        """
        x = F.dropout(events, self.dropout if self.training else 0.0)
        between = self._steps(x.shape[1], steps, x.device)
        if times is None:
            gaps = None
        else:
            gaps = self._gaps(times)
        for block in self.blocks:
            x = block(x, between, gaps, fused=fused)
        out: Tensor = self.norm(x)
        return out

    def last(
        self,
        events: Tensor,
        ends: Tensor,
        *,
        steps: Tensor | None = None,
        times: Tensor | None = None,
        fused: bool = True,
    ) -> Tensor:
        """The state at the place `ends` (b,) of each history, (b, d): for scoring; see
        :meth:`forward`.
        """
        between = self._steps(events.shape[1], steps, events.device)
        out: Tensor = Serving(self)(
            events, between, ends, None if times is None else self._gaps(times), fused=fused
        )
        return out

    def _steps(self, l: int, steps: Tensor | None, device: torch.device) -> Tensor:
        """Steps from a later to an earlier event, (l, l) or (b, l, l)."""
        if steps is None:
            back = torch.arange(l - 1, -1, -1, device=device)
        else:
            back = steps
        return (back[..., None, :] - back[..., :, None]).clamp(0, self.length - 1)

    @staticmethod
    def _gaps(times: Tensor) -> Tensor:
        """Bucket of the time between two events, (b, l, l) int64."""
        between = (times[:, :, None] - times[:, None, :]).clamp(min=0).double()
        return torch.log2(1 + between).long().clamp(max=GAPS - 1)


class Serving(nn.Module):
    """What of the network runs at each request, in a form for export: states (b, d) after the
    last events.
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.blocks = network.blocks
        self.norm = network.norm

    def forward(
        self,
        events: Tensor,
        between: Tensor,
        last: Tensor,
        gaps: Tensor | None = None,
        *,
        fused: bool = False,
    ) -> Tensor:
        """events (b, l, d); between (b, l, l) or (l, l) steps; last (b,): the place of each last
        event; gaps (b, l, l).
        """
        x = events
        for block in self.blocks[:-1]:
            x = block(x, between, gaps, fused=fused)
        final = self.blocks[-1]
        assert isinstance(final, Block)
        out: Tensor = self.norm(final.last(x, last, between, gaps))
        return out

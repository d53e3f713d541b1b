"""Losses for next-item prediction: the next item against all items or a sample.

Shapes: t positions of histories, d width, n items, s sampled negatives. `hidden` (t, d + 1) ends in
a 1 and `items` (n, d + 1) in the item bias, so hidden @ items.T is the whole score.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

__all__ = ["full_softmax", "gbce", "sampled_softmax", "with_bias"]


def with_bias(hidden: Tensor, items: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
    """Append the item bias to item vectors as one more dimension, and a 1 to hidden states."""
    return F.pad(hidden, (0, 1), value=1.0), torch.cat([items, bias[:, None]], 1)


class _FullSoftmax(torch.autograd.Function):
    """Cross-entropy over all items, in pieces that stay in the processor's cache.

    The (t, n) scores are never stored as a whole: the forward pass also computes the gradient of
    each piece while its softmax is available.
    """

    @staticmethod
    def forward(
        ctx: Any,
        hidden: Tensor,
        items: Tensor,
        target: Tensor,
        dtype: torch.dtype,
        teacher: tuple[Tensor, Tensor, float] | None,
    ) -> Tensor:
        low = hidden.to(dtype)
        wide = items.to(dtype)
        weight = teacher[2] if teacher else 0.0
        total = torch.zeros((), dtype=torch.float64, device=hidden.device)
        d_hidden = torch.empty_like(low)
        d_items = torch.zeros_like(items, dtype=torch.float32)
        piece = max(64, min(2048, 4_000_000 // len(items)))
        for start in range(0, len(low), piece):
            part = low[start : start + piece]
            truth = target[start : start + piece]
            share = torch.softmax(part @ wide.T, -1)
            row = torch.arange(len(part), device=part.device)
            truth_share = share[row, truth]
            total -= truth_share.float().clamp(min=1e-30).log().sum()
            if teacher:
                soft = torch.softmax(
                    teacher[0][start : start + piece].to(dtype) @ teacher[1].to(dtype).T, -1
                )
                share = torch.sub(share, soft, alpha=weight)
                truth_share = share[row, truth]
            share[row, truth] = truth_share - (1 - weight)
            torch.mm(share, wide, out=d_hidden[start : start + piece])
            d_items += share.T @ part
        ctx.save_for_backward(d_hidden, d_items)
        return (total / len(low)).float()

    @staticmethod
    def backward(ctx: Any, *grad: Tensor) -> tuple[Tensor, Tensor, None, None, None]:
        d_hidden, d_items = ctx.saved_tensors
        scale = grad[0] / len(d_hidden)
        return d_hidden * scale, d_items * scale, None, None, None


def full_softmax(
    hidden: Tensor,
    items: Tensor,
    target: Tensor,
    dtype: torch.dtype = torch.float32,
    teacher: tuple[Tensor, Tensor, float] | None = None,
) -> Tensor:
    """Return the mean of -log softmax(hidden @ items.T)[target] over the t positions.

    Args:
        hidden: (t, d + 1).
        items: (n, d + 1).
        target: Item numbers, (t,).
        dtype: Type of the products.
        teacher: (hidden, items, weight) of another model at the same positions. The gradient is
            then that of cross-entropy against (1 - weight) * target + weight * the teacher's
            softmax [hinton2015]; the value remains that of the target.
    """
    apply: Any = _FullSoftmax.apply  # torch gives it no types
    loss: Tensor = apply(hidden, items, target, dtype, teacher)
    return loss


def _sampled_scores(
    hidden: Tensor, items: Tensor, target: Tensor, negatives: Tensor
) -> tuple[Tensor, Tensor]:
    """Return scores of the target (t,) and of the negatives (t, s), -inf where they coincide."""
    target_scores = (hidden * items[target]).sum(-1)
    others = hidden @ items[negatives].T
    return target_scores, others.masked_fill(negatives[None] == target[:, None], -torch.inf)


def sampled_softmax(
    hidden: Tensor,
    items: Tensor,
    target: Tensor,
    negatives: Tensor,
    known: tuple[Tensor, Tensor] | None = None,
) -> Tensor:
    """Return the softmax loss against s uniform negatives, shared by all positions.

    Each negative stands for n / s items (logQ correction of a uniform draw) [bengio2008], so the
    sum over all items is right in expectation.

    Args:
        hidden: (t, d + 1).
        items: (n, d + 1).
        target: Item numbers, (t,).
        negatives: Item numbers, (s,).
        known: What another part of the score says of the target (t,) and the negatives (t, s); it
            is added, so that only the rest is learned.
    """
    target_scores, others = _sampled_scores(hidden, items, target, negatives)
    if known is not None:
        target_scores = target_scores + known[0]
        others = others + known[1]
    scores = torch.cat([target_scores[:, None], others + math.log(len(items) / len(negatives))], 1)
    return F.cross_entropy(scores.float(), torch.zeros_like(target))


def gbce(
    hidden: Tensor, items: Tensor, target: Tensor, negatives: Tensor, *, t: float = 0.75
) -> Tensor:
    """Return the generalised binary cross-entropy [petrov2023] with calibration t.

    It compares sigmoid(target score)^beta with s negatives and averages over the s + 1; beta = a (t
    (1 - 1/a) + 1/a) with a = s / (n - 1).
    """
    target_scores, others = _sampled_scores(hidden, items, target, negatives)
    a = min(1.0, len(negatives) / max(1, len(items) - 1))
    beta = a * (t * (1 - 1 / a) + 1 / a)
    lost = F.softplus(others.float()).masked_fill(torch.isinf(others), 0.0).sum(1)
    return (beta * F.softplus(-target_scores.float()) + lost).mean() / (len(negatives) + 1)

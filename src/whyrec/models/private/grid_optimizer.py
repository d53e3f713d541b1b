"""Opacus' optimiser of DP-SGD with the noise of :mod:`whyrec.privacy.noise`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from opacus.optimizers import DPOptimizer

from whyrec.privacy.noise import GRID, Generator

__all__ = ["GridOptimizer"]


class GridOptimizer(DPOptimizer):  # type: ignore[misc]
    """Rounds the sum of clipped gradients to a grid and adds discrete Gaussian noise.

    Opacus itself draws from torch, whose seed has 32 bits, or from torchcsprng, which is not
    maintained.

    Args:
        *given: As DPOptimizer takes them.
        random: Random numbers.
        **options: As DPOptimizer takes them.
    """

    def __init__(self, *given: Any, random: Generator, **options: Any) -> None:
        super().__init__(*given, **options)
        self.random = random

    def add_noise(self) -> None:
        sums = torch.cat([p.summed_grad.detach().flatten() for p in self.params])
        step = self.max_grad_norm / GRID
        whole = np.rint(sums.numpy().astype(np.float64) / step).astype(np.int64)
        whole += self.random.gaussian(self.noise_multiplier * GRID, len(whole))
        noisy = torch.from_numpy((whole * step).astype(np.float32))
        sizes = [p.numel() for p in self.params]
        for p, values in zip(self.params, noisy.split(sizes), strict=True):
            p.grad = values.view_as(p).clone()
            p.summed_grad._processed = True

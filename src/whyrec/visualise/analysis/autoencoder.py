"""A sparse autoencoder: vectors as sums of a few out of many directions.

Each direction can then have one meaning:

    z = the k largest of relu(W (x - b)),   x ~ D z + b,   columns of D of length 1

Sources: [makhzani2014] [gao2024]. Directions that are active for no vector are restarted from the
worst explained vectors. It is small, uses torch, and is deterministic by seed on one machine.
Limitations: it needs some hundred vectors or more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, MissingExtra

__all__ = ["Sparse", "learn"]

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Sparse:
    """A fitted autoencoder.

    Attributes:
        into: Encoder, (d, c).
        bias: Encoder bias, (d,).
        out: Decoder, (c, d), with rows of length 1.
        mean: Mean of the vectors, (d,).
        scale: Vectors x are encoded as (x - mean) / scale.
        k: Number of active concepts.
        error: Share of the variance that is not explained.
    """

    into: Floats
    bias: Floats
    out: Floats
    mean: Floats
    scale: float
    k: int
    error: float

    def read(self, vectors: Floats) -> Floats:
        """Activations of each concept before the k largest are selected, (n, c), not negative.

        Args:
            vectors: Vectors, (n, d).

        Returns:
            The activations.
        """
        return np.maximum(self.lean(vectors), np.float32(0.0))

    def lean(self, vectors: Floats) -> Floats:
        """Like :meth:`read` with negative values, (n, c), so that no two items tie in rank tests.

        Args:
            vectors: Vectors, (n, d).

        Returns:
            The values.
        """
        x = (vectors - self.mean) / self.scale
        return np.asarray((x - self.bias) @ self.into, np.float32)

    def active(self, vectors: Floats) -> Floats:
        """Activations with all but the k largest of each row set to 0, (n, c).

        Args:
            vectors: Vectors, (n, d).

        Returns:
            The activations.
        """
        found = self.read(vectors)
        low = np.partition(found, found.shape[1] - self.k, axis=1)[:, -self.k][:, None]
        return np.where(found >= np.maximum(low, 1e-12), found, 0.0).astype(np.float32)


def learn(
    vectors: Floats,
    *,
    concepts: int = 64,
    k: int = 4,
    steps: int = 600,
    seed: int = 0,
    learning_rate: float = 3e-3,
) -> Sparse:
    """Fit a sparse autoencoder.

    Args:
        vectors: Vectors, (n, d).
        concepts: Number of directions c.
        k: Number of active directions for each vector.
        steps: Number of optimisation steps.
        seed: Seed of all random numbers.
        learning_rate: Learning rate of Adam.

    Returns:
        The fitted autoencoder.

    Raises:
        ArgumentError: If there are fewer vectors than concepts.
        MissingExtra: If torch is not installed.
    """
    try:
        import torch
    except ImportError:
        raise MissingExtra("torch", "text") from None
    if len(vectors) < concepts or not 1 <= k <= concepts:
        raise ArgumentError(
            "a sparse autoencoder needs as many vectors as concepts, and k up to that",
            given=f"{len(vectors)} vectors, {concepts} concepts, k = {k}",
        )
    mean = vectors.mean(0)
    scale = float(np.sqrt(((vectors - mean) ** 2).sum(1).mean())) or 1.0
    x = torch.from_numpy(np.asarray((vectors - mean) / scale, np.float32))
    maker = torch.Generator().manual_seed(seed)
    out = torch.nn.functional.normalize(
        x[torch.randperm(len(x), generator=maker)[:concepts]]
        + 0.01 * torch.randn(concepts, x.shape[1], generator=maker)
    )
    into = out.T.clone().requires_grad_()
    bias = torch.zeros(x.shape[1], requires_grad=True)
    out = out.clone().requires_grad_()
    adam = torch.optim.Adam([into, bias, out], lr=learning_rate)
    fired = torch.zeros(concepts)
    for step in range(steps):
        rows = x[torch.randint(len(x), (min(512, len(x)),), generator=maker)]
        best = torch.relu((rows - bias) @ into).topk(k)
        z = torch.zeros(len(rows), concepts).scatter(1, best.indices, best.values)
        left = rows - bias - z @ out
        loss = left.square().sum(1).mean()
        adam.zero_grad()
        loss.backward()
        for group in adam.param_groups:
            group["lr"] = learning_rate * min(1.0, 2 * (1 - step / steps) + 0.02)
        adam.step()
        with torch.no_grad():
            out /= out.norm(dim=1, keepdim=True).clamp(min=1e-9)
            fired = 0.95 * fired + (z > 0).float().mean(0)
            if step % 50 == 49 and step < 0.7 * steps:
                dead = torch.nonzero(fired < 1e-3)[:, 0]
                worst = left[left.norm(dim=1).topk(min(len(dead), len(rows))).indices]
                out[dead[: len(worst)]] = torch.nn.functional.normalize(worst)
                into[:, dead[: len(worst)]] = out[dead[: len(worst)]].T
    into_, bias_, out_ = (np.array(one.detach().numpy(), np.float32) for one in (into, bias, out))
    made = Sparse(into_, bias_, out_, mean.astype(np.float32), scale, k, 0.0)
    rest = np.asarray((vectors - mean) / scale) - made.bias - made.active(vectors) @ made.out
    return replace(made, error=float((rest**2).sum() / max(float((x**2).sum()), 1e-12)))

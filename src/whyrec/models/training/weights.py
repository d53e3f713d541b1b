"""Conversion of a network's weights to one array, for the artefact, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from whyrec.core import BadArtefact

__all__ = ["flat", "unflat"]


def flat(weights: dict[str, Tensor]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Concatenate all weights, float32."""
    return np.concatenate(
        [
            np.zeros(0, np.float32),
            *(w.detach().float().cpu().numpy().ravel() for w in weights.values()),
        ]
    )


def unflat(values: np.ndarray[Any, Any], like: dict[str, Tensor], source: str) -> dict[str, Tensor]:
    """Split an array of :func:`flat` into weights of the shapes of `like`."""
    need = sum(w.numel() for w in like.values())
    if len(values) != need:
        raise BadArtefact(
            f"{source} holds {len(values)} weights, this network has {need}: other settings "
            "or other items. "
            "Fix: use the settings it was trained with."
        )
    out = {}
    start = 0
    for name, w in like.items():
        out[name] = (
            torch.from_numpy(np.array(values[start : start + w.numel()], np.float32))
            .view_as(w)
            .to(w.device)
        )
        start += w.numel()
    return out

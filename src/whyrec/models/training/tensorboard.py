"""TensorBoard output of a fit: item vectors for the projector and histograms of states."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

__all__ = ["SHOWN", "log_activations", "log_vectors", "open_writer"]

SHOWN = 5_000  # items in TensorBoard's projector, which is slow with more


def log_vectors(
    folder: Path, vectors: Tensor, counts: np.ndarray[Any, Any], titles: Sequence[str]
) -> None:
    """Write the vectors of the most frequent items, with their titles, for the projector."""
    rows = np.sort(np.argsort(-counts, kind="stable")[:SHOWN])
    shown = [
        " ".join(titles[row].split()) or "-" for row in rows
    ]  # a line break would start another row
    writer = open_writer(folder)
    with redirect_stdout(sys.stderr):  # it prints a warning when it replaces an earlier run's files
        writer.add_embedding(
            vectors.detach().float().cpu()[torch.from_numpy(rows)], metadata=shown, tag="items"
        )
    writer.close()


def log_activations(folder: Path, layers: Sequence[np.ndarray[Any, Any]]) -> None:
    """Write a histogram of the states before the first layer and after each layer."""
    writer = open_writer(folder)
    for number, states in enumerate(layers):
        writer.add_histogram(
            "activations/" + (f"layer {number}" if number else "events"),
            np.asarray(states).ravel(),
            0,
        )
    writer.close()


def open_writer(folder: Path | None) -> Any:
    if folder is None:
        return None
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        from whyrec.core import MissingExtra

        raise MissingExtra("tensorboard", "text") from None
    return SummaryWriter(str(folder))

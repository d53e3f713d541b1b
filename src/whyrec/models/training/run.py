"""How a training run reports and saves its progress; needs no torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from whyrec.core.early_end import EarlyEnd

__all__ = ["Run", "Status"]


@dataclass(frozen=True)
class Status:
    """Progress of a run, as shown to people and logged."""

    epoch: int
    epochs: float
    step: int
    steps: int
    loss: float
    quality: float | None
    best: float | None
    seconds: float
    seconds_left: float
    learning_rate: float


@dataclass
class Run:
    """How a run reports and saves its progress.

    Attributes:
        progress: Called with the status after each step.
        log: Folder for TensorBoard.
        checkpoint: Folder for checkpoints, from which a later run resumes.
        every: Seconds between checkpoints.
        every_steps: Steps between checkpoints, in place of `every`.
        early_end: Where a request to end with the best state so far arrives.
    """

    progress: Callable[[Status], None] = lambda status: None
    log: Path | None = None
    checkpoint: Path | None = None
    every: float = 60.0
    every_steps: int | None = None
    early_end: EarlyEnd = field(default_factory=EarlyEnd)

"""The parts of a sequence model that run for each request; the item vectors are precomputed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["InferenceParts", "gap_buckets", "steps_between"]


class InferenceParts(NamedTuple):
    """What serving or compressing a sequence model needs.

    n items, d width, b histories of l events.

    Attributes:
        network: Torch module from events (b, l, d), steps between every two events (b, l, l), the
            position of the last event (b,) and, unless `gaps` is 0, time gaps (b, l, l) to states
            (b, d).
        vectors: Items to recommend, (n, d) float32.
        events: Items as events, (n, d) float32.
        bias: Item bias, (n,).
        counts: Events of each item in the fit, (n,).
        hidden: Function from queries to states.
        length: Latest events that are read.
        steps: Number of different steps.
        gaps: Number of buckets of log2(1 + seconds).
    """

    network: Any
    vectors: NDArray[np.float32]
    events: NDArray[np.float32]
    bias: NDArray[np.float32]
    counts: NDArray[np.int32]
    hidden: Callable[[Any], NDArray[np.float32]]
    length: int
    steps: int
    gaps: int


def steps_between(steps: Any, values: int) -> NDArray[np.int64]:
    """Return the steps between every two events, (b, l, l)."""
    return np.asarray(np.clip(steps[:, None, :] - steps[:, :, None], 0, values - 1))


def gap_buckets(times: Any, buckets: int) -> NDArray[np.int64]:
    """Return the bucket of the time between every two events, (b, l, l).

    Computed outside of ONNX, because other logarithms round differently.
    """
    passed = np.maximum(times[:, :, None] - times[:, None, :], 0).astype(np.float64)
    return np.asarray(np.minimum(np.log2(1 + passed).astype(np.int64), buckets - 1))

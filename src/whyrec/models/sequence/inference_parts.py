"""What of a large model answers a request: what is left once all that is computed only once has
been.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["InferenceParts"]


class InferenceParts(NamedTuple):
    """n items, d width, b histories of l events.

    network: a torch module from events (b, l, d), steps between two events (b, l, l), the place of
    each last event (b,) and, unless `gaps` is 0, gaps (b, l, l) to states (b, d). vectors, events
    (n, d) float32 and bias (n,): of the items, to recommend and as events. counts (n,): events of
    each item in the fit. hidden: queries to states. length: events that are read; steps: values
    that steps take; gaps: buckets of log2(1 + seconds)."""

    network: Any
    vectors: NDArray[np.float32]
    events: NDArray[np.float32]
    bias: NDArray[np.float32]
    counts: NDArray[np.int32]
    hidden: Callable[[Any], NDArray[np.float32]]
    length: int
    steps: int
    gaps: int

"""Intervals and paired differences by the bootstrap."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Measurement
from whyrec.core.queries import Float

__all__ = ["Interval", "bootstrap", "paired"]


class Interval(NamedTuple):
    """A mean with its 95% bootstrap interval."""

    mean: float
    low: float
    high: float


def bootstrap(
    measurement: Measurement, *, resamples: int = 1000, seed: int = 0, level: float = 0.95
) -> Interval:
    """The mean over cases with its percentile bootstrap interval [efron1979]; cases are resampled.

    Undefined cases (NaN) are left out. It says how the mean would vary with other people from the
    same crowd; not with another seed of the model.
    """
    values = measurement.values[~np.isnan(measurement.values)]
    if not len(values):
        return Interval(float("nan"), float("nan"), float("nan"))
    means = _resampled_means(values, resamples, seed)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(values.mean()), float(low), float(high))


def paired(a: Measurement, b: Measurement, *, resamples: int = 1000, seed: int = 0) -> Interval:
    """The mean difference a - b over the same cases, with its interval: significant where it
    excludes 0.
    """
    if len(a.values) != len(b.values):
        raise ArgumentError(
            "a paired difference needs the same cases on both sides",
            given=f"{len(a.values)} and {len(b.values)} cases",
        )
    return bootstrap(
        Measurement(f"{a.name} difference", a.values - b.values), resamples=resamples, seed=seed
    )


def _resampled_means(values: Float, resamples: int, seed: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    n = len(values)
    out = np.empty(resamples)
    step = max(1, 4_000_000 // n)  # bounds memory to some 32 MB whatever the number of cases
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        out[start : start + size] = values[rng.integers(0, n, (size, n))].mean(1)
    return out

"""Bootstrap intervals of means and of paired differences."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Measurement
from whyrec.core.queries import Float

__all__ = ["Interval", "bootstrap", "paired"]


class Interval(NamedTuple):
    """A mean with its 95% bootstrap interval.

    Attributes:
        mean: The mean.
        low: Lower end.
        high: Upper end.
    """

    mean: float
    low: float
    high: float


def bootstrap(
    measurement: Measurement, *, resamples: int = 1000, seed: int = 0, level: float = 0.95
) -> Interval:
    """Compute a mean over cases with its percentile bootstrap interval [efron1979].

    Cases are resampled; undefined cases (NaN) are left out. Limits: the interval covers other
    people from the same population, not another seed of the model.

    Args:
        measurement: One value per case.
        resamples: Number of resamples.
        seed: Seed of the resamples.
        level: Level of the interval.

    Returns:
        The mean and its interval; NaN if no case is defined.
    """
    values = measurement.values[~np.isnan(measurement.values)]
    if not len(values):
        return Interval(float("nan"), float("nan"), float("nan"))
    means = _resampled_means(values, resamples, seed)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(values.mean()), float(low), float(high))


def paired(a: Measurement, b: Measurement, *, resamples: int = 1000, seed: int = 0) -> Interval:
    """Compute the mean of a - b over the same cases, with its bootstrap interval.

    The difference is significant if the interval excludes 0.

    Args:
        a: One value per case.
        b: One value for each of the same cases.
        resamples: Number of resamples.
        seed: Seed of the resamples.

    Returns:
        The mean difference and its interval.

    Raises:
        ArgumentError: If the numbers of cases differ.
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
    step = max(1, 4_000_000 // n)  # bounds memory to about 32 MB
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        out[start : start + size] = values[rng.integers(0, n, (size, n))].mean(1)
    return out

"""The noise of one Gaussian release."""

from __future__ import annotations

from math import exp

from scipy.optimize import brentq
from scipy.stats import norm

from whyrec.core import ArgumentError

__all__ = ["gaussian_noise"]


def gaussian_noise(epsilon: float, delta: float) -> float:
    """Return the noise of one Gaussian release of sensitivity 1 that is (epsilon, delta)-private.

    Args:
        epsilon: Privacy loss, above 0.
        delta: Probability of exceeding it, above 0 and below 1.

    Returns:
        The standard deviation, exact [balle2018].

    Raises:
        ArgumentError: If epsilon or delta is out of range.
    """
    if not 0 < epsilon < float("inf") or not 0 < delta < 1:
        raise ArgumentError(
            "epsilon must be above 0, delta between 0 and 1",
            given=f"epsilon {epsilon}, delta {delta}",
        )

    def spent(noise: float) -> float:
        a = 0.5 / noise - epsilon * noise
        b = -0.5 / noise - epsilon * noise
        return float(norm.cdf(a) - exp(epsilon + norm.logcdf(b)) - delta)

    return float(brentq(spent, 1e-3, 1e6, xtol=1e-12))

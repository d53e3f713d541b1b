"""Off-policy evaluation: estimate a policy's reward from the log of another one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError
from whyrec.evaluate.statistics import Interval

__all__ = ["OffPolicy", "estimate"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class OffPolicy:
    """The estimated mean reward per recommendation of a new policy.

    Attributes:
        ips: Inverse propensity estimate.
        snips: Self-normalised estimate.
        dr: Doubly robust estimate, or None.
        effective: Effective sample size of the weights (Kish).
        clipped: Number of rows whose weight was clipped.
    """

    ips: Interval
    snips: Interval
    dr: Interval | None
    effective: float
    clipped: int


def estimate(
    reward: Floats,
    logged: Floats,
    new: Floats,
    *,
    predicted: Floats | None = None,
    expected: Floats | None = None,
    clip: float | None = None,
    resamples: int = 1000,
    seed: int = 0,
) -> OffPolicy:
    """Estimate a new policy from n logged rows by IPS, SNIPS and DR.

    Sources: [horvitz1952] (IPS), [swaminathan2015] (SNIPS), [dudik2011] (DR). Limits: the log's
    policy must have explored, and the rows must be independent.

    Args:
        reward: Observed rewards, (n,).
        logged: Probability with which the serving policy chose the logged item, (n,), in (0, 1].
        new: Probability with which the new policy would choose it, (n,).
        predicted: Predicted reward of the logged item, (n,); for DR.
        expected: Mean predicted reward over the new policy's choices, (n,); for DR.
        clip: Largest weight.
        resamples: Number of bootstrap resamples of rows.
        seed: Seed of the resamples.

    Returns:
        The estimates with 95% intervals.

    Raises:
        ArgumentError: If shapes or probabilities are invalid, only one of predicted and expected is
            given, or the policies share no item.
    """
    columns = {"reward": reward, "logged": logged, "new": new}
    if (predicted is None) != (expected is None):
        raise ArgumentError("dr needs both predicted and expected", given="one of them")
    if predicted is not None and expected is not None:
        columns |= {"predicted": predicted, "expected": expected}
    arrays = {name: np.asarray(values, np.float64) for name, values in columns.items()}
    n = len(arrays["reward"])
    for name, values in arrays.items():
        if values.shape != (n,) or not n or not np.isfinite(values).all():
            raise ArgumentError(
                f"{name} must be {n or 'one or more'} finite numbers", given=f"shape {values.shape}"
            )
    if (arrays["logged"] <= 0).any() or (arrays["logged"] > 1).any() or (arrays["new"] < 0).any():
        raise ArgumentError(
            "chances must lie in 0..1, and those of the log above 0",
            given=f"{arrays['logged'].min():g} at least",
            fix="log the chance of each item that is shown",
        )
    whole = arrays["new"] / arrays["logged"]
    if clip is None:
        weights = whole
    else:
        weights = np.minimum(whole, clip)
    r = arrays["reward"]
    if not weights.any():
        raise ArgumentError(
            "the new policy must choose some of the logged items", given="no row in common"
        )
    rng = np.random.default_rng(seed)
    draws = [rng.integers(0, n, n) for _ in range(resamples)]
    dr = None
    if predicted is not None:
        terms = arrays["expected"] + weights * (r - arrays["predicted"])
        dr = _spread(float(terms.mean()), [terms[d].mean() for d in draws])
    snips = [(weights[d] @ r[d]) / w for d in draws if (w := weights[d].sum()) > 0]
    return OffPolicy(
        _spread(float((weights * r).mean()), [(weights[d] * r[d]).mean() for d in draws]),
        _spread(float(weights @ r / weights.sum()), snips),
        dr,
        float(weights.sum() ** 2 / np.square(weights).sum()),
        int((whole > weights).sum()),
    )


def _spread(mean: float, draws: list[float]) -> Interval:
    low, high = np.quantile(draws, [0.025, 0.975])
    return Interval(mean, float(low), float(high))

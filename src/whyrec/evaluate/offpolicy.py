"""What another policy would have earned, from the log of the one that served, by three
estimators with intervals.
"""

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
    """The value of the new policy by three estimators, mean reward a recommendation; effective: how
    many of the log's rows the weights leave at work (Kish); clipped: rows whose weight was cut."""

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
    """Estimate a new policy from n logged rows. Sources: [horvitz1952] (IPS), [swaminathan2015]
    (SNIPS), [dudik2011] (DR).

    reward (n,): what followed. logged (n,): the chance with which the serving policy chose the
    logged item, above 0. new (n,): the chance that the new policy would choose it. For dr also
    predicted (n,): a model's reward for the logged item, expected (n,): its mean over the new
    policy's choices. Intervals: 95%, rows resampled. Not good for: a log whose policy never
    explored (its chances are 0 or 1), or rows that influence each other.
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
            "the new policy must choose some of what the log shows", given="no row in common"
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

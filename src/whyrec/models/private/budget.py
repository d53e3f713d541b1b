"""What private models spend: the parts of a budget, and how they are described."""

from __future__ import annotations

from math import sqrt
from typing import Any

from whyrec.core import ArgumentError, Dataset
from whyrec.core.catalogue import check_catalogue
from whyrec.models.private.gaussian import gaussian_noise
from whyrec.privacy.noise import Generator

__all__ = ["DELTA", "UNIT", "Budget", "described", "item_release"]

#: The default delta. It does not depend on the number of people, which is not public.
DELTA = 1e-8
#: Two data sets are neighbours if they differ in this.
UNIT = "one person with all events, added or removed"
ITEMS = 0.1  # share of the budget that a release of the items takes


def item_release(epsilon: float, delta: float | None) -> tuple[float, float]:
    """Return noise and delta of a release of the items before the fit."""
    half = (delta or DELTA) / 2
    return gaussian_noise(epsilon, half) / sqrt(ITEMS), half


class Budget:
    """The epsilon and delta of a fit, less what a release of its items has cost.

    Args:
        data: The data of the fit.
        model: Name of the model, for messages.
        epsilon: Privacy loss of the model, with its items.
        delta: Probability of exceeding it; None: DELTA.

    Raises:
        ArgumentError: If the data have no catalogue, or its release cost too much.
    """

    def __init__(self, data: Dataset, model: str, epsilon: float, delta: float | None) -> None:
        check_catalogue(data, model)
        self.epsilon = epsilon
        self.delta = delta or DELTA
        self.on_items: float | None = data.catalogue.get("noise")
        self.delta_of_items: float = data.catalogue.get("delta", 0.0)
        left = self.delta - self.delta_of_items
        if left > 0:
            total = gaussian_noise(epsilon, left)
            # Gaussian releases compose as their noises^-2 add up
            precision = total**-2 - (0.0 if self.on_items is None else self.on_items**-2)
        if left <= 0 or precision <= 0:
            raise ArgumentError(
                "the release of the items must cost less than the whole model",
                given=f"epsilon {epsilon:g} at delta {self.delta:g}, items with noise "
                f"{self.on_items:g} at delta {self.delta_of_items:g}",
                fix="release them with more noise and a smaller delta, or raise epsilon",
            )
        #: Delta left for the noise of all releases together.
        self.delta_of_noise = left
        #: Noise of a single Gaussian release that would spend all that is left.
        self.noise = precision**-0.5

    def releases(self) -> list[dict[str, Any]]:
        """Return the release of the items, if there was one."""
        if self.on_items is None:
            return []
        return [
            {
                "of": "items",
                "sensitivity": 1.0,
                "noise": self.on_items,
                "delta": self.delta_of_items,
            }
        ]


def described(
    budget: Budget, data: Dataset, random: Generator, mechanism: str, **more: Any
) -> dict[str, Any]:
    """Return a model's `privacy_`: what holds for whom, by which noise and on which items."""
    return {
        "epsilon": float(budget.epsilon),
        "delta": float(budget.delta),
        "unit": UNIT,
        "mechanism": mechanism,
        "randomness": "seeded, research only"
        if random.research_only
        else "the operating system's generator",
        "catalogue": data.catalogue["source"],
        **more,
    }

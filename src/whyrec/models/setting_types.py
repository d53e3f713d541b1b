"""Types of the settings that several models share."""

from __future__ import annotations

from typing import Annotated

from whyrec.core.settings import Setting

__all__ = [
    "Count",
    "Decay",
    "Delta",
    "Epsilon",
    "EventDropout",
    "Factors",
    "ItemDropout",
    "LearningRate",
    "Loss",
    "Natural",
    "NotNegative",
    "Positive",
    "Rate",
    "Ridge",
    "Share",
    "SharePopular",
    "TextDims",
]

Count = Annotated[int, Setting(low=1)]
Natural = Annotated[int, Setting(low=0)]
Positive = Annotated[float, Setting(above=0)]
NotNegative = Annotated[float, Setting(low=0)]
Share = Annotated[float, Setting(low=0, high=1)]

#: L2 penalty of a linear model, in events.
Ridge = Annotated[float, Setting(above=0, search=(1.0, 100_000.0), log=True)]
#: Factor by which an event loses weight with each later event.
Decay = Annotated[float, Setting(low=0, high=1, search=(0.3, 1.0))]
#: Dimensions of item vectors.
Factors = Annotated[int, Setting(low=1, grid=(32, 64, 128, 256))]

# For models that are trained in steps.
LearningRate = Annotated[float, Setting(above=0, search=(1e-3, 1e-2), log=True)]
EventDropout = Annotated[float, Setting(low=0, high=1, search=(0.0, 0.5))]
ItemDropout = Annotated[float, Setting(low=0, high=1, search=(0.0, 0.5))]
TextDims = Annotated[int, Setting(low=0, grid=(64, 128, 256))]
Loss = Annotated[str, Setting(choices=("auto", "full", "sampled", "gbce"))]

# For private models. Nothing is searched, because each trial would spend privacy budget.
Epsilon = Annotated[float, Setting(above=0)]
Delta = Annotated[float, Setting(above=0, below=1)]
SharePopular = Annotated[float, Setting(above=0, below=1)]
#: Probability that a person takes part in a step.
Rate = Annotated[float, Setting(above=0, high=1)]

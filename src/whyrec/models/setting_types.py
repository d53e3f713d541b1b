"""The types of settings that several models share."""

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
#: How much less an event counts for each that came after it.
Decay = Annotated[float, Setting(low=0, high=1, search=(0.3, 1.0))]
#: Dimensions of item vectors.
Factors = Annotated[int, Setting(low=1, grid=(32, 64, 128, 256))]

# Of models that train step by step.
LearningRate = Annotated[float, Setting(above=0, search=(1e-3, 1e-2), log=True)]
EventDropout = Annotated[float, Setting(low=0, high=1, search=(0.0, 0.5))]
ItemDropout = Annotated[float, Setting(low=0, high=1, search=(0.0, 0.5))]
TextDims = Annotated[int, Setting(low=0, grid=(64, 128, 256))]
Loss = Annotated[str, Setting(choices=("auto", "full", "sampled", "gbce"))]

# Of private models: nothing is searched, as each trial would spend privacy.
Epsilon = Annotated[float, Setting(above=0)]
Delta = Annotated[float, Setting(above=0, below=1)]
SharePopular = Annotated[float, Setting(above=0, below=1)]

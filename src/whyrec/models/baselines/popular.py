"""Popularity: the same list for everyone, the baseline that every model must beat."""

from __future__ import annotations

from typing import Self

import numpy as np

from whyrec.core import Dataset
from whyrec.core.describe import model_repr
from whyrec.models.linear.terms import ItemItemTerm, LinearMixin

__all__ = ["Popular"]


class Popular(LinearMixin):
    """score(i) = log(1 + number of events of i). Source: [cremonesi2010].

    Not good for: anything personal; it names no reason but popularity.
    """

    not_tuned = "has no settings"

    __repr__ = model_repr

    def fit(self, data: Dataset, *, seed: int = 0) -> Self:
        self.base_ = np.log1p(np.bincount(data.item, minlength=data.n_items)).astype(np.float32)
        return self

    def terms(self) -> list[ItemItemTerm]:
        return []

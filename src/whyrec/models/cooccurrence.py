"""Directed decayed co-occurrence: what people choose soon after an item."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from scipy import sparse

from whyrec.core import Dataset
from whyrec.models.linear import LinearMixin, compact

__all__ = ["Cooccurrence", "per_source", "transitions"]


def transitions(data: Dataset, *, window: int, decay: float) -> sparse.csr_array:
    """T[j, i] = sum over people and gaps g = 1..window of decay^(g - 1) * [i came g events after j];
    (n_items, n_items) float32."""
    events = data.histories
    row, item = events.row, events.items
    total = sparse.csr_array((data.n_items, data.n_items), dtype=np.float32)
    for gap in range(1, min(window, len(row) - 1) + 1):
        same = row[gap:] == row[:-gap]
        source, target = item[:-gap][same], item[gap:][same]
        weight = np.full(len(source), decay ** (gap - 1), np.float32)
        total = total + sparse.csr_array((weight, (source, target)), shape=total.shape)
    total.setdiag(0)
    total.eliminate_zeros()
    total.sort_indices()
    return total


def per_source(counts: sparse.csr_array, data: Dataset, power: float) -> sparse.csr_array:
    """The transitions divided by (number of events of the source item)^power."""
    events = np.maximum(np.bincount(data.item, minlength=data.n_items), 1).astype(np.float32)
    scaled = counts.copy()
    scaled.data *= np.repeat(events**-power, np.diff(counts.indptr)).astype(np.float32)
    return scaled


class Cooccurrence(LinearMixin):
    """score(i) = sum over events j of query_decay^steps(j) * T[item_j, i].

    window of the fit in events; decay per gap in the fit, query_decay per step back in the query; power 1
    makes T a share of the source's events, 0 a plain count. Source: [ludewig2018]. Not good for: people with
    no recent events; items never seen in a sequence.
    """

    def __init__(self, window: int = 10, decay: float = 0.7, query_decay: float = 0.7, power: float = 1.0) -> None:
        self.window = window
        self.decay = decay
        self.query_decay = query_decay
        self.power = power

    def fit(self, data: Dataset, *, seed: int = 0) -> Self:
        counts = transitions(data, window=self.window, decay=self.decay)
        self.weights_ = compact(per_source(counts, data, self.power))
        self.base_ = np.zeros(data.n_items, np.float32)
        return self

    def _terms(self) -> list[Any]:
        return [(self.weights_, self.query_decay)]

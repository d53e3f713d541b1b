"""What follows what: counts by gap, and what they say about the next choice.

    C[j, i] = sum over people and gaps g of weight(g) * [i came g events after j]

The counts become evidence by a logarithm with a prior [petrov2026], or rules by pruning
[ludewig2018]. Both change each pair alone, so a score stays a sum over events.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Dataset
from whyrec.core.parallel import ParallelMap
from whyrec.models.linear.event_pairs import event_pairs
from whyrec.models.linear.terms import blocks_of_people

__all__ = ["GAP_SHAPES", "gap_counts", "gap_weights", "log_evidence", "source_idf", "strongest"]

#: How the weight of a pair falls with its gap.
GAP_SHAPES = ("exponential", "power", "log", "linear")


def gap_weights(window: int, shape: str, rate: float = 1.0) -> list[float]:
    """Return the weights of the gaps 1 to `window`.

    Args:
        window: Largest gap, in events.
        shape: "exponential": rate^(gap - 1); "power": 1 / gap^rate; "log": 1 / log10(gap + 1.7);
            "linear": 1 - 0.1 * gap, at least 0.
        rate: Parameter of the first two shapes.

    Returns:
        `window` weights, 0 or more.
    """
    gaps = range(1, window + 1)
    if shape == "exponential":
        return [rate ** (gap - 1) for gap in gaps]
    if shape == "power":
        return [gap**-rate for gap in gaps]
    if shape == "log":
        return [1 / float(np.log10(gap + 1.7)) for gap in gaps]
    return [max(0.0, 1 - 0.1 * gap) for gap in gaps]


def gap_counts(
    data: Dataset, weights: Sequence[float], each: ParallelMap = map
) -> sparse.csr_array:
    """Count how often each item followed another, by weights of the gap between them.

    People whose events have no order count nothing, nor does an item that follows itself.

    Args:
        data: Training data.
        weights: Weight of the gaps 1, 2, ..., in events; larger gaps count nothing.
        each: `map`-like function that counts the blocks of people; they are summed in order.

    Returns:
        C (n_items, n_items) float32, with sorted indices.
    """
    events = data.ordered_histories
    blocks = (
        (
            events.indptr[block.start : block.stop + 1],
            events.items[events.indptr[block.start] : events.indptr[block.stop]],
        )
        for block in blocks_of_people(events.indptr)
    )
    total = sparse.csr_array((data.n_items, data.n_items), dtype=np.float32)
    for counted in each(partial(_counted, data.n_items, tuple(weights)), blocks):
        total = total + counted if total.nnz else counted
    if total.diagonal().any():
        total.setdiag(0)
    total.eliminate_zeros()
    return total


def _counted(
    n_items: int, weights: Sequence[float], block: tuple[NDArray[Any], NDArray[Any]]
) -> sparse.csr_array:
    """Return the counts of a block of people, whose items are ordered oldest first."""
    indptr, items = block
    return event_pairs(indptr - indptr[0], items, n_items, weights)


def log_evidence(counts: sparse.csr_array, n_items: int, tau: float) -> sparse.csr_array:
    """Return log(1 + C n_items / tau): how far the counts raise an item above a uniform prior.

    It is the logarithm of (C[j, i] + tau / n_items) / (C[j, .] + tau), the probability of i after j
    under a prior of `tau` events, without what is equal for all items i.

    Args:
        counts: C, (n_items, n_items).
        n_items: Number of items in the catalogue.
        tau: Weight of the prior, in events, above 0. Small values make any pair count almost as
            much as a frequent one; large values leave the counts themselves.

    Returns:
        (n_items, n_items) float32, 0 where C is.
    """
    evidence = counts.astype(np.float32)
    evidence.data = np.log1p(evidence.data * np.float32(n_items / tau))
    return evidence


def source_idf(data: Dataset) -> NDArray[np.float32]:
    """Return log(people / events) of each item, scaled from 0 (most frequent) to 1 (rarest).

    Items without events have 1, and all have 1 if they are equally frequent.
    """
    events = np.maximum(np.bincount(data.item, minlength=data.n_items), 1)
    rarity = np.log(max(data.n_users, 1) / events)
    low, high = rarity.min(initial=np.inf), rarity.max(initial=-np.inf)
    if high <= low:
        return np.ones(data.n_items, np.float32)
    return np.asarray((rarity - low) / (high - low), np.float32)


def strongest(weights: sparse.csr_array, most: int) -> sparse.csr_array:
    """Keep the `most` largest weights of each row, of equal ones those of the first columns.

    Args:
        weights: (n, n), with sorted indices.
        most: Entries to keep in a row; 0 keeps all.

    Returns:
        (n, n), with sorted indices.
    """
    sizes = np.diff(weights.indptr)
    if not most or sizes.max(initial=0) <= most:
        return weights
    row = np.repeat(np.arange(len(sizes)), sizes)
    order = np.lexsort((weights.indices, -weights.data, row))  # each row in its own range
    place = np.arange(weights.nnz) - np.repeat(weights.indptr[:-1], sizes)
    kept = np.sort(order[place < most])
    indptr = np.concatenate([[0], np.cumsum(np.minimum(sizes, most))])
    return sparse.csr_array(
        (weights.data[kept], weights.indices[kept], indptr), shape=weights.shape
    )

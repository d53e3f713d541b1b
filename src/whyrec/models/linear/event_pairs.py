"""Sums over pairs of events of the same person, in linear time: pairs are grouped, never sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from scipy import sparse

from whyrec.core.dataset import grouped
from whyrec.core.queries import Int

__all__ = ["event_pairs"]

PAIRS = 500_000  # pairs held at once; larger blocks leave the cache


def event_pairs(
    indptr: Int,
    items: Int,
    n_items: int,
    weights: Sequence[float] | None = None,
    stored: Callable[[sparse.csr_array], sparse.csr_array] = lambda block: block,
) -> sparse.csr_array:
    """Sum over pairs of events of a person.

    Args:
        indptr: Where the events of each person begin, (people + 1,).
        items: The item of each event, oldest first.
        n_items: Number of items in the catalogue.
        weights: Weight of pairs with the gaps 1, 2, ...; larger gaps count nothing. None: every
            pair counts 1, and so does each event with itself.
        stored: How a block of columns is stored, such as in a smaller type.

    Returns:
        (n_items, n_items) with sorted indices, float32 unless `stored` says otherwise; the row is
        the earlier item, the column the later one.
    """
    if not n_items:
        return sparse.csr_array((0, 0), dtype=np.float32)
    blocks = [stored(block) for block in _blocks(indptr, items, n_items, weights)]
    return sparse.csr_array(sparse.hstack(blocks, format="csr")) if blocks[1:] else blocks[0]


def _blocks(
    indptr: Int, items: Int, n_items: int, weights: Sequence[float] | None
) -> Iterator[sparse.csr_array]:
    """Yield the sums for one block of later items after the other."""
    order, starts = grouped(items, n_items)
    back = (np.arange(len(items)) - np.repeat(indptr[:-1], np.diff(indptr))).astype(np.int32)[order]
    # How many events each event is paired with, and the first of them: itself or the one before.
    reach = back + np.int32(1) if weights is None else np.minimum(back, np.int32(len(weights)))
    first = order if weights is None else order - np.int32(1)
    pairs = np.append(0, np.cumsum(reach, dtype=np.int64))[starts]  # before each later item
    start = 0
    while start < n_items:
        reached = np.searchsorted(pairs, pairs[start] + max(PAIRS, n_items), side="right")
        stop = max(int(reached) - 1, start + 1)
        events = slice(starts[start], starts[stop])
        counts = reach[events]
        before = np.cumsum(counts, dtype=np.int32) - counts
        number = np.arange(pairs[stop] - pairs[start], dtype=np.int32)
        earlier = items[np.repeat(first[events] + before, counts) - number]
        if weights is None:
            values = np.ones(len(number), np.float32)
        else:
            values = np.asarray(weights, np.float32)[number - np.repeat(before, counts)]
        later = sparse.csr_array(
            (values, earlier, (pairs[start : stop + 1] - pairs[start]).astype(np.int32)),
            shape=(stop - start, n_items),
        )
        block = sparse.csr_array(later.T)  # groups the pairs of each earlier item
        block.sum_duplicates()
        yield block
        start = stop

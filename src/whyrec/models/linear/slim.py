"""SLIM over neighbours: EASE for catalogues whose n_items squared weights do not fit in memory.

    score(i) = sum over events j of event_decay^steps(j) * B[item_j, i]
    B[S, i] = (G[S, S] + ridge I)^-1 G[S, i]        G = X^T X, S the `neighbours` items most
                                                    similar to i

A separate small ridge regression reconstructs each item from its neighbours. This is SLIM
[ning2011] with items selected beforehand and without the L1 term, or the sparse approximation of
[steckmarkov2019]. With all items as neighbours, the weights are the ridge regressions of each item
on all others, as in EASE. A weight does not depend on the other events.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lapack

from whyrec.core import Dataset
from whyrec.core.cases import EvaluationCases
from whyrec.core.dataset import grouped
from whyrec.core.describe import model_repr
from whyrec.core.settings import Setting, check_model_settings
from whyrec.models.linear.min_support import MinSupport, check_min_support
from whyrec.models.linear.support import (
    MOST as MOST_PEOPLE,
    READ,
    LateSupportMixin,
    count_at,
    how_counted,
    work_at,
)
from whyrec.models.linear.terms import ItemItemTerm, SparseMixin
from whyrec.models.setting_types import Count, Positive

__all__ = ["SLIM"]

PRODUCTS = 30_000_000  # pairs of events multiplied at once: about 500 MB
MOST = 10_000  # neighbours: a block of as many squared is solved for each item


class SLIM(LateSupportMixin, SparseMixin):
    """Sparse item-to-item weights, one ridge regression per item over its nearest neighbours.

    See the module for the equations. Sources: [ning2011], [steckmarkov2019].

    Memory: `memory_gb` and about 30 bytes per event during the fit, 14 bytes per weight afterwards.
    Not good for: items with a handful of events; so many events per item that `memory_gb` leaves
    few of their pairs (raise it, or use `ease` below 30,000 items).

    Args:
        neighbours: Items that predict each item, 1 to 10,000.
        ridge: L2 penalty, in events, above 0; larger values shrink the weights towards 0.
        event_decay: Factor per later event by which an event loses weight, 0 to 1. 1 ignores the
            order; lower values favour recent events.
        max_history: Only this many of a person's latest events are counted, because the number of
            pairs grows with the square.
        memory_gb: Memory for the pairs of items held by the fit, in GB, above 0. If there are more
            pairs, each item keeps the most similar ones; a missing pair counts as often as chance
            would give (n_i n_j / people).
        min_support: Pairs of items that fewer people chose lose their weight after the solve. A
            number (0: none), several numbers that validation people choose from, or "auto" (1, 2,
            3, 5, 10).

    Attributes:
        weights_: B, (n_items, n_items) sparse float32, at most `neighbours` per column.
        base_: (n_items,) float32, all 0.
        support_: How many people chose both items of each pair; see `support`.
        min_support_: The threshold in force.
    """

    __repr__ = model_repr

    def __init__(
        self,
        neighbours: Annotated[int, Setting(low=1, high=MOST, search=(20, 500), log=True)] = 100,
        ridge: Annotated[float, Setting(above=0, search=(1.0, 1_000.0), log=True)] = 50.0,
        event_decay: Annotated[float, Setting(low=0, high=1, search=(0.7, 1.0))] = 1.0,
        max_history: Count = 2_000,
        memory_gb: Positive = 4.0,
        min_support: MinSupport = "auto",
    ) -> None:
        self.neighbours = neighbours
        self.ridge = ridge
        self.event_decay = event_decay
        self.max_history = max_history
        self.memory_gb = memory_gb
        self.min_support = min_support
        check_model_settings(self)

    def fit(self, data: Dataset, *, seed: int = 0, valid: EvaluationCases | None = None) -> Self:
        """Solve one regression per item, then drop weights with too little support.

        Args:
            data: Training data.
            seed: Seed of the sample of validation people.
            valid: Validation people who choose `min_support`, if it is not a single number.

        Returns:
            The fitted model itself.

        Raises:
            ArgumentError: If `min_support` is not allowed.
        """
        check_min_support(self.min_support)
        most = max(self.neighbours + 1, int(self.memory_gb * 2**30 / 8 / data.n_items))
        matrix = recent(data, self.max_history)
        self.weights_, self.support_ = regressions(
            co_counts(matrix, most), data.n_users, self.neighbours, self.ridge
        )
        self.base_ = np.zeros(data.n_items, np.float32)
        if (data.histories.sizes > self.max_history).any():
            cut = self.max_history
        else:
            cut = 0
        self.support_of_ = how_counted(data, pairs="weighted", latest=cut)
        if cut and work_at(data, self.support_) <= READ:  # count all events after all
            self.support_, self.support_of_ = count_at(data, self.support_)
        self._settle(self.min_support, valid, seed)
        return self

    def terms(self) -> list[ItemItemTerm]:
        return [ItemItemTerm(self.weights_, self.event_decay)]


def recent(data: Dataset, most: int) -> sparse.csr_array:
    """Return X (n_users, n_items) with a 1 for each item among a person's `most` latest events."""
    order, starts = grouped(data.user, data.n_users)
    item = data.item[order]
    sizes = np.diff(starts)
    del order
    for person in np.flatnonzero(sizes > most):
        start = starts[person]
        stop = starts[person + 1]
        item[start : stop - most] = item[stop - 1]  # a repeat counts once
    matrix = sparse.csr_array(
        (np.ones(len(item), np.float32), item, starts), shape=(data.n_users, data.n_items)
    )
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    return matrix


def co_counts(matrix: sparse.csr_array, most: int) -> sparse.csr_array:
    """Return G (n, n) float32 with only the `most` most similar entries of each row.

    Similarity: how many people chose both items, divided by the root of how many chose the other
    one. The diagonal always comes first.
    """
    n = matrix.shape[1]
    by_item = sparse.csr_array(matrix.T)
    rooted = np.sqrt(np.diff(by_item.indptr)).astype(np.float32)
    room = n * min(most, n)  # pages that are never written take no memory
    indices = np.empty(room, np.int32)
    values = np.empty(room, np.float32)
    indptr = np.zeros(n + 1, np.int64)
    for rows in _blocks(by_item, np.diff(matrix.indptr)):
        product = by_item[rows.start : rows.stop] @ matrix
        likeness = product.data / rooted[product.indices]
        for item, start, stop in zip(rows, product.indptr, product.indptr[1:], strict=False):
            best = start + _largest(likeness[start:stop], most)
            part = slice(indptr[item], indptr[item] + len(best))
            indices[part] = product.indices[best]
            values[part] = product.data[best]
            indptr[item + 1] = part.stop
    return sparse.csr_array((values[: indptr[-1]], indices[: indptr[-1]], indptr), shape=(n, n))


def _blocks(by_item: sparse.csr_array, sizes: NDArray[Any]) -> Iterator[range]:
    """Yield ranges of items whose rows of G have at most about PRODUCTS entries together."""
    n = by_item.shape[0]
    most = np.cumsum(np.minimum(by_item @ sizes.astype(np.float32), n), dtype=np.float64)
    start = 0
    while start < n:
        before = most[start - 1] if start else 0.0
        stop = max(start + 1, int(np.searchsorted(most, before + PRODUCTS)))
        yield range(start, min(stop, n))
        start = stop


def _largest(values: NDArray[Any], most: int) -> NDArray[np.int64]:
    """Return the positions of the `most` largest values, in no particular order."""
    if len(values) <= most:
        return np.arange(len(values))
    return np.argpartition(values, len(values) - most)[-most:]


def regressions(
    pairs: sparse.csr_array, people: int, neighbours: int, ridge: float
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Solve one small positive definite system per item.

    Args:
        pairs: G (n, n); its rows hold the diagonal.
        people: Number of people.
        neighbours: Items that predict each item.
        ridge: L2 penalty.

    Returns:
        B (n, n) float32, and how many people chose both items of each weight (n, n) uint16, whose
        row is the predicted item.
    """
    n = pairs.shape[0]
    counts = pairs.diagonal()
    rooted = np.sqrt(counts)
    place = np.full(n, -1, np.int16)  # a small type, because access is random
    indices = np.empty(n * min(neighbours, n), np.int32)
    values = np.empty(n * min(neighbours, n), np.float32)
    both = np.empty(len(indices), np.uint16)
    indptr = np.zeros(n + 1, np.int64)
    for item in range(n):
        row = slice(pairs.indptr[item], pairs.indptr[item + 1])
        others = pairs.indices[row]
        together = pairs.data[row]
        best = _largest(np.where(others == item, -1.0, together / rooted[others]), neighbours + 1)
        best = best[others[best] != item][-neighbours:]
        near = others[best]
        part = slice(indptr[item], indptr[item] + len(near))
        if len(near):
            indices[part], values[part] = (
                near,
                _solved(_block(pairs, near, counts, place, people), together[best], ridge),
            )
            both[part] = np.minimum(together[best], MOST_PEOPLE)
        indptr[item + 1] = part.stop
    weights = sparse.csr_array(
        sparse.csc_array((values[: indptr[-1]], indices[: indptr[-1]], indptr), shape=(n, n))
    )
    support = sparse.csr_array((both[: indptr[-1]], indices[: indptr[-1]], indptr), shape=(n, n))
    support.sort_indices()
    return weights, support


def _block(
    pairs: sparse.csr_array,
    near: NDArray[Any],
    counts: NDArray[Any],
    place: NDArray[Any],
    people: int,
) -> NDArray[np.float64]:
    """Return G[near, near], with missing pairs filled in by what chance would give.

    `place` (n,) is scratch space: all -1 before and after the call.
    """
    block = np.outer(counts[near], counts[near]) / people
    place[near] = np.arange(len(near))
    # Row by row: scipy's own indexing takes three times as long for so few rows.
    parts = [slice(pairs.indptr[item], pairs.indptr[item + 1]) for item in near]
    column = place[np.concatenate([pairs.indices[part] for part in parts])]
    present = np.flatnonzero(column >= 0)
    source = np.repeat(np.arange(len(near)), [part.stop - part.start for part in parts])[present]
    target = column[present]
    block[source, target] = block[target, source] = np.concatenate(
        [pairs.data[part] for part in parts]
    )[present]
    place[near] = -1
    return block


def _solved(block: NDArray[np.float64], right: NDArray[Any], ridge: float) -> NDArray[np.float64]:
    """Return (block + ridge I)^-1 right."""
    diagonal = block.diagonal().copy()
    while True:
        np.fill_diagonal(block, diagonal + ridge)
        _, solution, info = lapack.dposv(block, right)
        if not info:
            return np.asarray(solution)
        ridge *= 2.0  # missing pairs can make the block indefinite

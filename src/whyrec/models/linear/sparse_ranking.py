"""NDCG@k of many validation people at once, for scores of which most are 0.

A score is an entry of a matrix plus a number of the item. Of a sparse matrix only the entries are
read; how many of the other items are ahead follows from the sorted numbers of all items.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Queries
from whyrec.core.cases import EvaluationCases
from whyrec.models.linear.terms import ItemItemTerm, Matrix

__all__ = ["RankedCases"]

ROWS = 64  # dense rows compared at once, so that they stay in the cache
WORK = 20_000_000  # cells of the scores that are compared at most
FEWEST = 200  # rows that are ranked in any case
DENSE = 0.3  # share of the cells above which scores are held dense


class RankedCases:
    """Ranks the true items of a sample of cases among all items; equal scores count against them.

    Each of several true items in a case is ranked on its own. Most people of sparse data have no
    event that leads to their true item, and are alike for every way of counting: only a few of them
    are ranked, and stand for the others.

    Attributes:
        queries: One row for each true item.
        stands_for: How many true items each row stands for.
    """

    def __init__(
        self, cases: EvaluationCases, counts: sparse.csr_array, k: int, seed: int = 0
    ) -> None:
        n_items = counts.shape[0]
        case = np.repeat(np.arange(len(cases)), np.diff(cases.indptr))
        rows, self.stands_for = _sample(cases.queries[case], cases.items, counts, seed)
        self.queries = cases.queries[case[rows]]
        self.items = cases.items[rows]
        self.k = k
        self.closed = None if cases.candidates is None else ~cases.candidates
        rows = self.queries.avoided_row
        items = self.queries.avoided
        if not self.queries.repeat:
            rows = np.concatenate([rows, self.queries.row])
            items = np.concatenate([items, self.queries.items])
        self.masked = sparse.csr_array(
            (np.full(len(rows), -np.inf, np.float32), (rows, items)),
            shape=(len(self.queries), n_items),
        )

    def scores(self, term: ItemItemTerm) -> Matrix:
        """Return the scores of a term, (rows, n_items) float32, sparse if most are 0.

        Items that are not recommended have -inf.
        """
        found = term.histories(self.queries) @ term.weights
        if sparse.issparse(found) and found.nnz < DENSE * np.prod(found.shape):
            return sparse.csr_array(found + self.masked)
        scores = np.asarray(found.toarray() if sparse.issparse(found) else found)
        scores[_rows(self.masked), self.masked.indices] = -np.inf
        return scores

    def quality(self, masked: Matrix, base: NDArray[np.float32]) -> float:
        """Return the mean NDCG@k of masked scores plus the number of each item (n_items,)."""
        if self.closed is not None:
            base = np.where(self.closed, np.float32(-np.inf), base)
        if sparse.issparse(masked):
            place = self._sparse(masked, base)
        else:
            place = self._dense(masked, base)
        gains = np.where(place <= self.k, 1 / np.log2(1 + place), 0.0)
        return float(np.average(gains, weights=self.stands_for))

    def _dense(self, masked: NDArray[np.float32], base: NDArray[np.float32]) -> NDArray[np.int64]:
        place = np.zeros(len(masked), np.int64)
        for start in range(0, len(masked), ROWS):
            scores = masked[start : start + ROWS] + base
            own = np.take_along_axis(scores, self.items[start : start + ROWS, None], 1)
            place[start : start + ROWS] = (scores >= own).sum(1)
        return place

    def _sparse(self, masked: sparse.csr_array, base: NDArray[np.float32]) -> NDArray[np.int64]:
        n = len(self.items)
        row = _rows(masked)
        at = masked.indices
        numbers = base[at]
        true = at == self.items[row]
        own = base[self.items]
        own[row[true]] += masked.data[true]
        reached = own[row]
        stored = np.bincount(row[masked.data + numbers >= reached], minlength=n)
        counted = np.bincount(row[numbers >= reached], minlength=n)
        every = len(base) - np.searchsorted(np.sort(base), own, side="left")
        return np.asarray(stored + every - counted, np.int64)


def _sample(
    queries: Queries, items: NDArray[Any], counts: sparse.csr_array, seed: int
) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Return the rows to rank and how many each stands for.

    Of the rows from which an event leads to the true item, as many are taken as WORK allows.
    """
    leads = np.asarray(counts[queries.items.copy(), items[queries.row]]).ravel() > 0
    reached = np.bincount(queries.row[leads], minlength=len(queries)) > 0
    entries = np.bincount(
        queries.row, np.diff(counts.indptr)[queries.items], minlength=len(queries)
    )
    order = np.random.default_rng(seed).permutation(len(queries))
    taken = []
    for rows, work in ((order[reached[order]], WORK), (order[~reached[order]], WORK // 10)):
        cost = np.cumsum(np.minimum(3 * entries[rows], counts.shape[0]))  # an entry: three cells
        taken.append((rows[: max(FEWEST, int(np.searchsorted(cost, work)))], len(rows)))
    return (
        np.concatenate([rows for rows, _ in taken]),
        np.concatenate([np.full(len(rows), of / max(1, len(rows))) for rows, of in taken]),
    )


def _rows(matrix: sparse.csr_array) -> NDArray[np.int32]:
    """Return the row of every entry."""
    sizes = np.diff(matrix.indptr)
    return np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)

"""Fast exact decomposition of sums of item-to-item weights.

A history is a handful of matrix rows; leaving an event out subtracts its row.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Query
from whyrec.core.decomposition import ItemContributions

__all__ = ["LinearDecomposition", "SparseRows"]

Floats = NDArray[np.float32]
AT_ONCE = 16  # score rows held at a time
ITEMS = 1000  # rows of dense weights held in float64 at a time
NOWHERE = np.zeros(0, np.int32)


class SparseRows:
    """The rows of a sparse matrix that a history adds up, concatenated.

    The row of event at[n] is columns[ends[n-1]:ends[n]]. `items` (m,) are the items of the events,
    `faded` (m,) the weight of each event.
    """

    def __init__(self, weights: Any, items: NDArray[Any], faded: Floats) -> None:
        self.at = np.flatnonzero(faded)
        starts = weights.indptr[items[self.at]]
        ends = weights.indptr[items[self.at] + 1]
        spans = [(0, 0), *zip(starts.tolist(), ends.tolist(), strict=True)]
        self.ends = np.cumsum(ends - starts)
        self.columns = np.concatenate([weights.indices[a:b] for a, b in spans])
        # float64 like the sums they are added to: casting in each sum takes ten times as long.
        self.values = np.concatenate([weights.data[a:b] for a, b in spans]).astype(np.float64)
        self.values *= np.repeat(faded[self.at], ends - starts)

    def add_to(self, sums: NDArray[np.float64]) -> None:
        """Add all rows to sums (n_items,)."""
        np.add.at(sums, self.columns, self.values)

    @property
    def lowered(self) -> tuple[NDArray[Any], NDArray[np.float64]]:
        """The (columns, values) of all negative entries: where an event lowers an item."""
        below = self.values < 0
        return self.columns[below], self.values[below]

    @functools.cached_property
    def bounds(self) -> dict[int, tuple[int, int]]:
        """Start and end of the row of each event that counts."""
        ends = self.ends.tolist()
        return dict(zip(self.at.tolist(), zip([0, *ends], ends, strict=False), strict=True))

    def row(self, position: int) -> list[tuple[NDArray[Any], NDArray[np.float64]]]:
        """Return (columns, values) of one event; an empty list if it counts nothing."""
        bounds = self.bounds.get(position)
        if bounds is None:
            return []
        return [(self.columns[bounds[0] : bounds[1]], self.values[bounds[0] : bounds[1]])]

    def add_parts(self, total: NDArray[np.float64], place: NDArray[np.int32]) -> None:
        """Add the contributions to some items to total (m, k).

        `place` (n_items,) gives the column of each item in `total`, -1 for other items.
        """
        columns = place[self.columns]
        hit = np.flatnonzero(columns >= 0)
        rows = self.at[np.searchsorted(self.ends, hit, side="right")]
        np.add.at(total, (rows, columns[hit]), self.values[hit])


class LinearDecomposition:
    """The scores of one history as base + sparse rows + dense rows + low-rank products.

    `dense` holds pairs of weights (n, n) and event weights (m,); `learned` holds pairs of event
    keys (m, d) and item vectors (n, d). Sums are computed in float64 and rounded once, so a history
    without an event and a longer one from which the event was subtracted have the same float32
    scores (except for low-rank products, which are float32).
    """

    def __init__(
        self,
        query: Query,
        base: Floats,
        rows: Sequence[SparseRows],
        dense: Sequence[tuple[Floats, Floats]],
        learned: Sequence[tuple[Floats, Floats]],
        *,
        score: bool = True,
    ) -> None:
        self.query = query
        self.base = base
        self.rows = rows
        self.dense = dense
        self.learned = learned
        if score:
            self.scores = self._scores()
        else:
            self.scores = base

    def _scores(self) -> Floats:
        self.sums = self.base.astype(np.float64)
        for events, vectors in self.learned:
            self.sums += vectors @ events.sum(0, dtype=np.float64)
        for rows in self.rows:
            rows.add_to(self.sums)
        for weights, faded in self.dense:
            items, place = np.unique(self.query.items, return_inverse=True)
            of_item = np.bincount(place, faded, len(items))
            for some in range(0, len(items), ITEMS):  # bounds the copy of the weights
                part = slice(some, some + ITEMS)
                self.sums += of_item[part] @ weights[items[part]].astype(np.float64)
        return self.sums.astype(np.float32)

    def parts(self, items: NDArray[Any]) -> ItemContributions:
        total = np.zeros((len(self.query), len(items)))
        if self.rows:
            place = np.full(len(self.base), -1, np.int32)
            place[items] = np.arange(len(items))
            for rows in self.rows:
                rows.add_parts(total, place)
        for weights, faded in self.dense:
            total += faded[:, None].astype(np.float64) * weights[np.ix_(self.query.items, items)]
        for events, vectors in self.learned:
            total += events.astype(np.float64) @ vectors[items].astype(np.float64).T
        return ItemContributions(
            self.base[items].astype(np.float64), total, np.zeros(len(items)), True
        )

    def patched(
        self,
        masked: Floats,
        closed: NDArray[Any],
        sets: Sequence[Sequence[int]],
        added: Floats | None = None,
    ) -> Iterator[Floats]:
        """Yield the masked scores without each set of events.

        Sparse rows are subtracted in place and restored; dense and low-rank terms are recomputed
        for all items.
        """
        if self.dense or self.learned:
            for start in range(0, len(sets), AT_ONCE):
                left = self.without(sets[start : start + AT_ONCE])
                if added is not None:
                    left += added
                left[:, closed] = -np.inf
                yield from left
            return
        work = masked.copy()
        sums = self.sums.copy()  # `without` may be asked while a row is in use
        for one in sets:
            touched = self._touched(one)
            columns = np.concatenate([NOWHERE, *(part for part, _ in touched)])
            before = sums[columns]
            shown = work[columns]
            for part, values in touched:
                sums[part] -= values
            left = sums[columns].astype(np.float32)
            if added is not None:
                left += added[columns]
            left[shown == -np.inf] = -np.inf
            work[columns] = left
            yield work
            work[columns] = shown
            sums[columns] = before

    def raised(self, masked: Floats, added: Floats | None = None) -> Floats | None:
        if self.dense or self.learned:
            return None
        lowered = [rows.lowered for rows in self.rows]
        columns = np.concatenate([NOWHERE, *(part for part, _ in lowered)])
        before = self.sums[columns]
        for part, values in lowered:
            np.subtract.at(self.sums, part, values)
        high = self.sums[columns].astype(np.float32)
        if added is not None:
            high += added[columns]
        self.sums[columns] = before
        shown: Floats = high[np.isfinite(masked[columns])]
        return shown

    def _touched(self, positions: Sequence[int]) -> list[tuple[NDArray[Any], NDArray[np.float64]]]:
        """Return the sparse rows of some events as (columns, values)."""
        return [part for rows in self.rows for p in positions for part in rows.row(p)]

    def without(self, sets: Sequence[Sequence[int]]) -> Floats:
        left = np.tile(self.sums, (len(sets), 1))
        for row, one in zip(left, sets, strict=True):
            for columns, values in self._touched(one):
                row[columns] -= values
        for weights, faded in self.dense:
            for row, one in zip(left, map(list, sets), strict=True):
                row -= faded[one].astype(np.float64) @ weights[self.query.items[one]].astype(
                    np.float64
                )
        for events, vectors in self.learned:
            left -= np.stack([events[list(one)].sum(0) for one in sets]) @ vectors.T
        return left.astype(np.float32)

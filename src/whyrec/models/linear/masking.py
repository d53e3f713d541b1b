"""Remove the weights of pairs of items that few people chose, block by block of rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.models.linear.terms import Matrix

__all__ = ["by_source", "masked"]

ROWS = 512  # rows that are masked at once: a full mask would take a quarter of the weights


class _Mirrored:
    """Counts of all pairs, of which one triangle is stored; sliced by rows, (rows, n) uint16."""

    def __init__(self, triangle: sparse.csr_array) -> None:
        self.triangle = triangle
        self.other = sparse.csr_array(triangle.T)

    def __getitem__(self, rows: slice) -> NDArray[np.uint16]:
        return np.asarray(np.maximum(self.triangle[rows].toarray(), self.other[rows].toarray()))


def by_source(support: Matrix, how: dict[str, Any]) -> Matrix | _Mirrored:
    """Return all counts, to be read in slices of rows: the items that weights come from."""
    if isinstance(support, np.ndarray):
        return support
    if how["pairs"] == "all":
        return _Mirrored(support)
    return sparse.csr_array(support.T)


def masked(
    weights: Matrix, support: Matrix | _Mirrored, least: int, *, in_place: bool = False
) -> Matrix:
    """Return the weights without pairs that fewer than `least` people chose.

    Args:
        weights: (n, n).
        support: Counts of people, (n, n).
        least: Number of people.
        in_place: Whether `weights` may be used up: its memory is then that of the result.
    """
    n = weights.shape[0]
    if isinstance(weights, np.ndarray):
        out = weights if in_place and weights.flags.writeable else weights.copy()
        for start in range(0, n, ROWS):
            out[start : start + ROWS][_rows(support, start) < least] = 0.0
        return out
    own = in_place and weights.data.flags.writeable and weights.indices.flags.writeable
    values = weights.data if own else np.empty_like(weights.data)
    columns = weights.indices if own else np.empty_like(weights.indices)
    bounds = weights.indptr
    indptr = np.zeros_like(bounds)
    end = 0
    for start in range(0, n, ROWS):
        sizes = np.diff(bounds[start : start + ROWS + 1])
        row = np.repeat(np.arange(len(sizes)), sizes)
        block = slice(bounds[start], bounds[start] + len(row))
        enough = _rows(support, start) >= least
        kept = enough[row, weights.indices[block]] & (weights.data[block] != 0)
        part = slice(end, end := end + int(np.count_nonzero(kept)))
        values[part] = weights.data[block][kept]  # never ahead of what is still to be read
        columns[part] = weights.indices[block][kept]
        indptr[start + 1 : start + 1 + len(sizes)] = np.bincount(row[kept], minlength=len(sizes))
    shortened = (_shortened(values, end), _shortened(columns, end), np.cumsum(indptr))
    return sparse.csr_array(shortened, shape=weights.shape)


def _shortened(array: NDArray[Any], size: int) -> NDArray[Any]:
    """Return the first values; the memory of the others is freed."""
    if array.flags.owndata:
        array.resize(size, refcheck=False)
        return array
    return array[:size].copy()


def _rows(support: Matrix | _Mirrored, start: int) -> NDArray[np.uint16]:
    part = support[start : start + ROWS]
    return np.asarray(part if isinstance(part, np.ndarray) else part.toarray())

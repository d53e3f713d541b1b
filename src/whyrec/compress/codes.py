"""Product quantisation: store a table of vectors in a few bytes per row and score from the codes.

A vector is rotated and cut into m pieces, and each piece is replaced by the nearest of 256 centres
[jegou2011]: m bytes per row. A score is then a sum of m table entries [petrov2024]. The codes
minimise the error of scores rather than of vectors: `hidden` gives the directions in which vectors
are used, `weights` the rows that are used most.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, MissingExtra

__all__ = ["Codes", "encode"]

Floats = NDArray[np.float32]
CENTRES = 256


@dataclass(frozen=True)
class Codes:
    """A coded table.

    Attributes:
        codes: (n, m) uint8.
        books: Centres, (m, 256, d / m) float16.
        turn: Maps concatenated pieces back to vectors, (d, d) float16.
        mean: (d,) float16.
    """

    codes: NDArray[np.uint8]
    books: NDArray[np.float16]
    turn: NDArray[np.float16]
    mean: NDArray[np.float16]

    @property
    def nbytes(self) -> int:
        """Bytes of all four arrays."""
        return sum(array.nbytes for array in (self.codes, self.books, self.turn, self.mean))

    def rows(self, items: NDArray[np.integer]) -> Floats:
        """Return the approximate vectors of these rows, (..., d)."""
        pieces = self.books[np.arange(self.codes.shape[1]), self.codes[items]].astype(np.float32)
        turned = pieces.reshape(*items.shape, -1) @ self.turn.T.astype(np.float32)
        return np.asarray(turned + self.mean.astype(np.float32))

    def of(self, vectors: Floats) -> NDArray[np.uint8]:
        """Encode further vectors (k, d) with the existing centres, (k, m)."""
        turn = self.turn.astype(np.float64)
        pieces = np.linalg.solve(turn, (vectors - self.mean.astype(np.float64)).T).T
        pieces = pieces.reshape(len(vectors), len(self.books), -1)
        books = self.books.astype(np.float64)
        far = ((pieces[:, :, None] - books[None]) ** 2).sum(-1)
        # A book with fewer than 256 centres ends in zeros that no code refers to.
        far[:, np.arange(CENTRES) > self.codes.max(0)[:, None]] = np.inf
        return np.asarray(far.argmin(-1), np.uint8)

    def scores(self, hidden: Floats) -> Floats:
        """Multiply hidden (q, d) with every vector, (q, n), by adding m table entries per row."""
        m, _, s = self.books.shape
        turned = (hidden @ self.turn.astype(np.float32)).reshape(len(hidden), m, s)
        tables = np.einsum("qms,mcs->mqc", turned, self.books.astype(np.float32))
        out = np.repeat((hidden @ self.mean.astype(np.float32))[:, None], len(self.codes), 1)
        for table, column in zip(tables, self.codes.T, strict=True):
            out += table[:, column]
        return out


def encode(
    vectors: Floats,
    m: int,
    *,
    hidden: Floats | None = None,
    weights: NDArray[np.floating] | None = None,
    seed: int = 0,
) -> Codes:
    """Encode a table of vectors.

    Limits: for tables of less than a few thousand rows the centres would be larger than the table.

    Args:
        vectors: The table, (n, d).
        m: Bytes per row, a divisor of d.
        hidden: States with which the vectors will be multiplied, (q, d). Default: all directions
            count equally.
        weights: Importance of each row, (n,).
        seed: Seed of the clustering.

    Returns:
        The coded table.

    Raises:
        ArgumentError: If d is not a multiple of m.
        MissingExtra: If scikit-learn is not installed.
    """
    n, d = vectors.shape
    if not 1 <= m <= d or d % m:
        raise ArgumentError(
            "the bytes of a row must divide its numbers", given=f"{m} bytes for {d} numbers"
        )
    if weights is None:
        counts = np.ones(n)
    else:
        counts = np.asarray(weights, np.float64)
    onto, back = _metric(hidden, d)
    seen = vectors.astype(np.float64) @ onto
    mean = counts @ seen / counts.sum()
    turn = _spread((seen - mean) * np.sqrt(counts / counts.sum())[:, None], m)
    codes, books = _books(((seen - mean) @ turn).astype(np.float32), m, counts, seed)
    return Codes(
        codes,
        books.astype(np.float16),
        (back @ turn).astype(np.float16),
        (mean @ back).astype(np.float16),
    )


def _metric(hidden: Floats | None, d: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (map, inverse), symmetric: lengths after the map measure changes of scores."""
    if hidden is None or not len(hidden):
        return np.eye(d), np.eye(d)
    values, axes = np.linalg.eigh(hidden.T.astype(np.float64) @ hidden / len(hidden))
    size = np.sqrt(np.maximum(values, 1e-6 * values.max()))
    return (axes * size) @ axes.T, (axes / size) @ axes.T


def _spread(rows: NDArray[np.float64], m: int) -> NDArray[np.float64]:
    """Return principal axes (d, d), assigned to the m pieces with equal variance each [ge2013]."""
    values, axes = np.linalg.eigh(rows.T @ rows)
    logs = np.log(np.maximum(values, 1e-12 * values.max(initial=1e-300)))
    room = len(values) // m
    told = np.zeros(m)
    pieces: list[list[int]] = [[] for _ in range(m)]
    for axis in np.argsort(-values):
        at = min((p for p in range(m) if len(pieces[p]) < room), key=lambda p: told[p])
        pieces[at].append(int(axis))
        told[at] += logs[axis] - logs.min() + 1.0
    return np.asarray(axes[:, [axis for piece in pieces for axis in piece]])


def _books(
    rows: Floats, m: int, weights: NDArray[np.float64], seed: int
) -> tuple[NDArray[np.uint8], Floats]:
    try:
        from sklearn.cluster import MiniBatchKMeans
    except ImportError:
        raise MissingExtra("scikit-learn", "compress") from None
    n, d = rows.shape
    codes = np.zeros((n, m), np.uint8)
    books = np.zeros((m, CENTRES, d // m), np.float32)
    for at in range(m):
        piece = rows[:, at * d // m : (at + 1) * d // m]
        k = min(CENTRES, len(np.unique(piece, axis=0)))
        found = MiniBatchKMeans(
            k, random_state=seed, n_init=1, batch_size=4096, max_iter=60, reassignment_ratio=0.0
        ).fit(piece, sample_weight=weights)
        codes[:, at] = found.labels_
        books[at, :k] = found.cluster_centers_
    return codes, books

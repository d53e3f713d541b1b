"""Product codes: a table of vectors in a few bytes a row, and scores read from them without the
vectors.

A vector is turned, cut into m pieces, and each piece is replaced by the nearest of 256 [jegou2011]:
m bytes a row. A score is then a sum of m numbers that are looked up [petrov2024]. What counts is
not how far a vector moves but how far scores do: `hidden` says in which directions the vectors are
looked at, and `weights` which rows are looked at most.
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
    """codes (n, m) uint8; books (m, 256, d / m) float16; turn (d, d) float16, from pieces side by
    side back to vectors; mean (d,) float16."""

    codes: NDArray[np.uint8]
    books: NDArray[np.float16]
    turn: NDArray[np.float16]
    mean: NDArray[np.float16]

    @property
    def nbytes(self) -> int:
        """Bytes of all four arrays."""
        return sum(array.nbytes for array in (self.codes, self.books, self.turn, self.mean))

    def rows(self, items: NDArray[np.integer]) -> Floats:
        """The vectors of these rows, (..., d)."""
        pieces = self.books[np.arange(self.codes.shape[1]), self.codes[items]].astype(np.float32)
        turned = pieces.reshape(*items.shape, -1) @ self.turn.T.astype(np.float32)
        return np.asarray(turned + self.mean.astype(np.float32))

    def of(self, vectors: Floats) -> NDArray[np.uint8]:
        """The codes (k, m) of further vectors (k, d): the nearest of each book, which do not
        move.
        """
        turn = self.turn.astype(np.float64)
        pieces = np.linalg.solve(turn, (vectors - self.mean.astype(np.float64)).T).T
        pieces = pieces.reshape(len(vectors), len(self.books), -1)
        books = self.books.astype(np.float64)
        far = ((pieces[:, :, None] - books[None]) ** 2).sum(-1)
        # A book of fewer pieces than 256 ends in zeros that no code names.
        far[:, np.arange(CENTRES) > self.codes.max(0)[:, None]] = np.inf
        return np.asarray(far.argmin(-1), np.uint8)

    def scores(self, hidden: Floats) -> Floats:
        """hidden (q, d) times every vector, (q, n): m looked-up numbers a row, added."""
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
    """The codes of a table (n, d) in m bytes a row. hidden (q, d): states the vectors will be
    multiplied with (default: all directions count alike); weights (n,): how much each row counts.
    Raises ArgumentError where d is no multiple of m.

    Not good for: tables of fewer rows than some thousands, whose books would be larger than the
    table.
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
    """(map, inverse), both symmetric: lengths behind the map are how much scores move."""
    if hidden is None or not len(hidden):
        return np.eye(d), np.eye(d)
    values, axes = np.linalg.eigh(hidden.T.astype(np.float64) @ hidden / len(hidden))
    size = np.sqrt(np.maximum(values, 1e-6 * values.max()))
    return (axes * size) @ axes.T, (axes / size) @ axes.T


def _spread(rows: NDArray[np.float64], m: int) -> NDArray[np.float64]:
    """Principal axes (d, d), dealt to the m pieces so that each piece has about the same to tell
    [ge2013].
    """
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

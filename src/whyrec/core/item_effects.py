"""A model's items as vectors: what choosing each one does to all others, compressed.

    effect[i, j] = score of j after choosing i alone - score of j after choosing nothing

Every model has such a matrix: for EASE and the additive models it is their weights, for the
sequence model the product of its states and item vectors. Its truncated SVD (randomised, asking for
rows again rather than holding them, [halko2011]) gives each item what it does to others (U S) and
what others do to it (V S), side by side. Two items are near where choosing the one or the other
recommends the same, and where the same recommends them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core.capabilities import Scorer
from whyrec.core.errors import ArgumentError
from whyrec.core.queries import Queries, Query

__all__ = ["ItemEmbedding", "effects", "embed_items"]

RANK = 48
OVER = 16
AT_ONCE = 512
Floats = NDArray[np.float32]


class ItemEmbedding(NamedTuple):
    """items (k,) numbers of the model; vectors (k, d) of length 1; kept: share of the effects'
    squares in them.
    """

    items: NDArray[np.integer[Any]]
    vectors: Floats
    kept: float


def effects(model: Scorer, items: NDArray[Any]) -> Floats:
    """What choosing each of `items` alone adds to the score of every item, (k, n_items)."""
    k = len(items)
    nothing = np.zeros(k, np.int64)
    alone = Queries(
        np.arange(k + 1), np.asarray(items), np.ones(k), nothing, nothing, np.full(k, -1)
    )
    found = np.array(model.score(alone), np.float32)
    found -= np.asarray(model.score([Query(np.zeros(0, np.int32))]), np.float32)
    return found


def embed_items(
    model: Scorer, items: NDArray[np.integer[Any]], name: str = "a model"
) -> ItemEmbedding:
    """The vectors of these items of a model. Raises ArgumentError where choosing one changes
    nothing (a popularity model).
    """
    if len(items) < 3:
        raise ArgumentError("a map needs three items or more", given=f"{len(items)} items")

    def rows() -> Iterator[tuple[slice, Floats]]:
        for start in range(0, len(items), AT_ONCE):
            part = effects(model, items[start : start + AT_ONCE])[:, items]
            at = np.arange(len(part))
            part[at, start + at] = 0.0  # what an item does to itself says nothing of others
            yield slice(start, start + len(part)), part

    u, s, v, kept = _svd(rows, len(items))
    if not s.size or not s[0] > 0:
        raise ArgumentError(
            "a map of items needs a model whose scores depend on what was chosen",
            given=f"{name}, where choosing an item moves no other",
            fix="take a model such as additive, ease or sequence",
        )
    both = np.concatenate([u * s, v * s], 1).astype(np.float32)
    length = np.linalg.norm(both, axis=1, keepdims=True)
    return ItemEmbedding(items, both / np.maximum(length, 1e-12), kept)


def _svd(
    rows: Callable[[], Iterator[tuple[slice, Floats]]], n: int
) -> tuple[Floats, Floats, Floats, float]:
    """(u (n, r), s (r,), v (n, r), share of the squares kept) by a random range and a power
    step; reads `rows` thrice.
    """
    rank = min(RANK, n - 1)
    width = min(n, rank + OVER)
    probe = np.random.default_rng(0).standard_normal((n, width)).astype(np.float32)
    back = np.zeros((n, width), np.float32)
    total = 0.0
    for part, block in rows():
        back += block.T @ (block @ probe)  # one power step at once: E' E probe
        total += float(np.square(block, dtype=np.float64).sum())
    right = np.linalg.qr(back)[0]
    left = np.zeros((n, width), np.float32)
    for part, block in rows():
        left[part] = block @ right
    left = np.linalg.qr(left)[0]
    small = np.zeros((width, n), np.float32)
    for part, block in rows():
        small += left[part].T @ block
    # Of the small matrix the SVD comes from its rows' products: far fewer numbers than its columns.
    squares, u = np.linalg.eigh(small.astype(np.float64) @ small.T.astype(np.float64))
    s = np.sqrt(np.maximum(squares[::-1][:rank], 0.0))
    u = u[:, ::-1][:, :rank].astype(np.float32)
    v = small.T @ u / np.maximum(s, 1e-12).astype(np.float32)
    kept = float(np.square(s).sum() / total) if total > 0 else 0.0
    return left @ u, s.astype(np.float32), v, min(1.0, kept)

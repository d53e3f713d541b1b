"""Embed items by the effect of choosing each one on the scores of all others.

    effect[i, j] = score of j after choosing i alone - score of j after choosing nothing

Every model has such a matrix: for EASE and the additive models it is their weights, for the
sequence model the product of its states and item vectors. A truncated randomised SVD [halko2011],
which recomputes rows instead of storing them, gives each item its effect on others (U S) and the
effect of others on it (V S), side by side. Two items are close if choosing either recommends the
same items, and the same items recommend them.
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
    """Embedded items.

    Attributes:
        items: Item numbers, (k,).
        vectors: Unit vectors, (k, d).
        kept: Share of the squared effects that they represent.
    """

    items: NDArray[np.integer[Any]]
    vectors: Floats
    kept: float


def effects(model: Scorer, items: NDArray[Any]) -> Floats:
    """Return what choosing each item alone adds to the score of every item, (k, n_items)."""
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
    """Embed these items of a model.

    Args:
        model: Any scorer.
        items: Numbers of the items, at least 3.
        name: Name of the model in messages.

    Returns:
        The vectors.

    Raises:
        ArgumentError: If choosing an item changes nothing, as in a popularity model.
    """
    if len(items) < 3:
        raise ArgumentError("a map needs three items or more", given=f"{len(items)} items")

    def rows() -> Iterator[tuple[slice, Floats]]:
        for start in range(0, len(items), AT_ONCE):
            part = effects(model, items[start : start + AT_ONCE])[:, items]
            at = np.arange(len(part))
            part[at, start + at] = 0.0  # ignore the effect of an item on itself
            yield slice(start, start + len(part)), part

    u, s, v, kept = _svd(rows, len(items))
    if not s.size or not s[0] > 0:
        raise ArgumentError(
            "a map of items needs a model whose scores depend on what was chosen",
            given=f"{name}, where choosing an item changes no other score",
            fix="take a model such as additive, ease or sequence",
        )
    both = np.concatenate([u * s, v * s], 1).astype(np.float32)
    length = np.linalg.norm(both, axis=1, keepdims=True)
    return ItemEmbedding(items, both / np.maximum(length, 1e-12), kept)


def _svd(
    rows: Callable[[], Iterator[tuple[slice, Floats]]], n: int
) -> tuple[Floats, Floats, Floats, float]:
    """Return (u (n, r), s (r,), v (n, r), share kept); reads `rows` three times."""
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
    # The SVD of the small matrix follows from the products of its rows, which are few.
    squares, u = np.linalg.eigh(small.astype(np.float64) @ small.T.astype(np.float64))
    s = np.sqrt(np.maximum(squares[::-1][:rank], 0.0))
    u = u[:, ::-1][:, :rank].astype(np.float32)
    v = small.T @ u / np.maximum(s, 1e-12).astype(np.float32)
    kept = float(np.square(s).sum() / total) if total > 0 else 0.0
    return left @ u, s.astype(np.float32), v, min(1.0, kept)

"""A model's items as vectors: what choosing each one does to all others, compressed.

    effect[i, j] = score of j after choosing i alone - score of j after choosing nothing

Every model has such a matrix: for EASE and the additive models it is their weights, for the sequence model the product of
its states and item vectors. Its truncated SVD (randomised, asking for rows again rather than holding them, [halko2011])
gives each item what it does to others (U S) and what others do to it (V S), side by side. Two items are near where
choosing the one or the other recommends the same, and where the same recommends them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import BadArgument, MissingExtra, Queries, Query
from whyrec.serve.live import Live

__all__ = ["MOST", "Space", "effects", "flat", "nearest", "refined", "space_of"]

MOST = 20_000  # items of a map: the most chosen ones
RANK, OVER, AT_ONCE = 48, 16, 512
Floats = NDArray[np.float32]


class Space(NamedTuple):
    """items (k,) numbers of the model; vectors (k, d) of length 1; kept: share of the effects' squares in them."""

    items: NDArray[np.int64]
    vectors: Floats
    kept: float


def effects(live: Live, items: NDArray[Any]) -> Floats:
    """What choosing each of `items` alone adds to the score of every item, (k, n_items)."""
    k = len(items)
    nothing = np.zeros(k)
    alone = Queries(np.arange(k + 1), np.asarray(items), np.ones(k), nothing, nothing, np.full(k, -1))
    found = np.array(live.model.score(alone), np.float32)
    found -= live.model.score([Query([])])
    return found


def mapped(live: Live) -> NDArray[np.int64]:
    """The items of a map: offered, the most chosen first if they are more than :data:`MOST`; in their order."""
    items = np.flatnonzero(live.available)
    order = np.argsort(-live.popularity[items], kind="stable")[:MOST]
    return np.sort(items[order])


def space_of(live: Live) -> Space:
    """The vectors of a model's items. Raises BadArgument where choosing an item changes nothing (a popularity model)."""
    items = mapped(live)
    if len(items) < 3:
        raise BadArgument("a map needs three items or more", given=f"{len(items)} items")

    def rows() -> Iterator[tuple[slice, Floats]]:
        for start in range(0, len(items), AT_ONCE):
            part = effects(live, items[start : start + AT_ONCE])[:, items]
            at = np.arange(len(part))
            part[at, start + at] = 0.0  # what an item does to itself says nothing of others
            yield slice(start, start + len(part)), part

    u, s, v, kept = _svd(rows, len(items))
    if not s.size or not s[0] > 0:
        raise BadArgument(
            "a map of items needs a model whose scores depend on what was chosen",
            given=f"{live.name}, where choosing an item moves no other",
            fix="promote a model such as additive, ease or sequence",
        )
    both = np.concatenate([u * s, v * s], 1).astype(np.float32)
    length = np.linalg.norm(both, axis=1, keepdims=True)
    return Space(items, both / np.maximum(length, 1e-12), kept)


def _svd(rows: Callable[[], Iterator[tuple[slice, Floats]]], n: int) -> tuple[Floats, Floats, Floats, float]:
    """(u (n, r), s (r,), v (n, r), share of the squares kept) by a random range and a power step; reads `rows` thrice."""
    rank = min(RANK, n - 1)
    width = min(n, rank + OVER)
    probe = np.random.default_rng(0).standard_normal((n, width)).astype(np.float32)
    back, total = np.zeros((n, width), np.float32), 0.0
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


def flat(vectors: Floats) -> Floats:
    """The plane of the largest variance (PCA), (k, 2), each axis from -1 to 1; the same each time."""
    centred = vectors - vectors.mean(0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    places = centred @ axes[:, ::-1][:, :2]
    places *= np.where(places[np.abs(places).argmax(0), [0, 1]] < 0, -1.0, 1.0)  # the sign of an axis is chance: fix it
    return _square(places)


def refined(vectors: Floats, start: Floats) -> Floats:
    """A map that keeps neighbours together (t-SNE), begun from `start`, (k, 2). Needs scikit-learn."""
    try:
        from sklearn.manifold import TSNE
    except ImportError:
        raise MissingExtra("scikit-learn", "fuse") from None
    first = (start / max(float(start[:, 0].std()), 1e-9) * 1e-4).astype(np.float32)
    near = max(2.0, min(30.0, (len(vectors) - 1) / 3))
    made = TSNE(perplexity=near, init=first, learning_rate="auto", random_state=0, n_jobs=1).fit_transform(vectors)
    return _square(made)


def _square(places: NDArray[Any]) -> Floats:
    low, high = places.min(0), places.max(0)
    return np.asarray(2 * (places - low) / np.maximum(high - low, 1e-12) - 1, np.float32)


def nearest(vectors: Floats, at: int, n: int) -> tuple[NDArray[np.int64], Floats]:
    """The n rows most like row `at` by cosine in all dimensions, and the cosines."""
    likeness = vectors @ vectors[at]
    likeness[at] = -np.inf
    order = np.argsort(-likeness, kind="stable")[: min(n, len(vectors) - 1)]
    return order, likeness[order]

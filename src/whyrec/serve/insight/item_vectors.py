"""Item vectors (:mod:`whyrec.core.item_effects`), their projection to a plane, and neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import MissingExtra, item_effects
from whyrec.core.item_effects import ItemEmbedding
from whyrec.serve.recommend.snapshot import ServingSnapshot

__all__ = ["MOST", "ItemEmbedding", "effects", "embed_items", "flat", "nearest", "refined"]

MOST = 20_000  # items of a map: the most chosen ones
Floats = NDArray[np.float32]


def effects(live: ServingSnapshot, items: NDArray[Any]) -> Floats:
    """What choosing each of `items` alone adds to the score of every item, (k, n_items)."""
    return item_effects.effects(live.model, items)


def mapped(live: ServingSnapshot) -> NDArray[np.int64]:
    """The items of a map in their order: those on offer, at most the :data:`MOST` most chosen."""
    items = np.flatnonzero(live.available)
    order = np.argsort(-live.popularity[items], kind="stable")[:MOST]
    return np.sort(items[order])


def embed_items(live: ServingSnapshot) -> ItemEmbedding:
    """The vectors of a model's items.

    Raises ArgumentError if choosing an item changes nothing (a popularity model).
    """
    return item_effects.embed_items(live.model, mapped(live), live.name)


def flat(vectors: Floats) -> Floats:
    """The plane of the largest variance (PCA), (k, 2), each axis from -1 to 1; deterministic."""
    centred = vectors - vectors.mean(0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    places = centred @ axes[:, ::-1][:, :2]
    places *= np.where(
        places[np.abs(places).argmax(0), [0, 1]] < 0, -1.0, 1.0
    )  # the sign of an axis is arbitrary: fix it
    return _square(places)


def refined(vectors: Floats, start: Floats) -> Floats:
    """A t-SNE map, which keeps neighbours together, started from `start`, (k, 2).

    Needs scikit-learn.
    """
    try:
        from sklearn.manifold import TSNE
    except ImportError:
        raise MissingExtra("scikit-learn", "fuse") from None
    first = (start / max(float(start[:, 0].std()), 1e-9) * 1e-4).astype(np.float32)
    near = max(2.0, min(30.0, (len(vectors) - 1) / 3))
    made = TSNE(
        perplexity=near, init=first, learning_rate="auto", random_state=0, n_jobs=1
    ).fit_transform(vectors)
    return _square(made)


def _square(places: NDArray[Any]) -> Floats:
    low = places.min(0)
    high = places.max(0)
    return np.asarray(2 * (places - low) / np.maximum(high - low, 1e-12) - 1, np.float32)


def nearest(vectors: Floats, at: int, n: int) -> tuple[NDArray[np.int64], Floats]:
    """The n rows with the largest cosine to row `at` in all dimensions, and the cosines."""
    likeness = vectors @ vectors[at]
    likeness[at] = -np.inf
    order = np.argsort(-likeness, kind="stable")[: min(n, len(vectors) - 1)]
    return order, likeness[order]

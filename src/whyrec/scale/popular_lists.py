"""Lists of people without events: the items that most people chose, whatever the model."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Queries
from whyrec.core.ranking import mask_avoided, top_k

__all__ = ["without_events"]


def without_events(
    lists: tuple[NDArray[Any], ...], asked: Queries, popularity: NDArray[np.float32] | None
) -> tuple[NDArray[Any], ...]:
    """Rank the lists of empty histories by popularity, in place.

    The model's own scores of an empty history may prefer rare items, as a popularity below 0 does.

    Args:
        lists: Items (q, k), scores, base, events, weights and others of each item.
        asked: q histories.
        popularity: What ranks the items, (n_items,); None changes nothing.

    Returns:
        The same lists.
    """
    items, scores, base, *_, others = lists
    empty = np.flatnonzero(asked.sizes == 0)
    if popularity is not None and len(empty):
        popular = np.tile(popularity, (len(empty), 1))
        items[empty], scores[empty] = top_k(mask_avoided(popular, asked[empty]), items.shape[1])
        base[empty] = scores[empty]
        others[empty] = 0
    return lists

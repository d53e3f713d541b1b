"""Deletion: what really happens to the score when each event is left out, for any model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Explanation, Model, Queries, Query, mask_seen, top_k
from whyrec.core.ranking import batches
from whyrec.explain.exact import event_reasons

__all__ = ["deletion"]


def deletion(model: Model, query: Query, item: int, *, margin: bool = False, rivals: int = 10) -> Explanation:
    """Leave-one-out: weight_j = score(all) - score(all but j), in one batch of m queries.

    margin: explain the score minus the mean score of the `rivals` next items of the list instead, which
    is what keeps the item its place. The weights need not add up; `gap` says what they leave unsaid, and
    base is the score of an empty history. Not good for: events that only act together.
    """
    m = len(query)
    reduced = Queries.of([query, query.only([]), *(query.without([p]) for p in range(m))])
    scores = np.concatenate([model.score(part) for _, part in batches(reduced)]).astype(np.float64)
    value = scores[:, item]
    if margin:
        value = value - scores[:, _next_items(scores[:1], query, item, rivals)].mean(1)
    name = "deletion (leave-one-out, margin)" if margin else "deletion (leave-one-out)"
    return Explanation(item, value[0], value[1], event_reasons(value[0] - value[2:]), 0.0, name, additive=False)


def _next_items(scores: NDArray[np.float64], query: Query, item: int, rivals: int) -> NDArray[np.int32]:
    """The best unseen items other than `item`."""
    masked = mask_seen(scores, Queries.of(query))
    masked[0, item] = -np.inf
    items, best = top_k(masked, min(rivals, masked.shape[1]))
    return np.asarray(items[np.isfinite(best)], np.int32)

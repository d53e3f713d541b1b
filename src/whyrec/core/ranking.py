"""From scores to ranked lists, in one place: seen items masked unless they may come again, ties
broken by item number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from whyrec.core.capabilities import BestItems, Scorer
from whyrec.core.errors import ArgumentError
from whyrec.core.explanation import Slate
from whyrec.core.queries import Int, Queries, Query

__all__ = ["batches", "best", "mask_avoided", "mask_seen", "rank_of", "ranks", "recommend", "top_k"]

BLOCK = 512  # columns of which the best is looked at first, where there are many


def mask_seen(scores: NDArray[np.floating[Any]], queries: Queries) -> NDArray[np.float32]:
    """A copy of `scores` (q, n_items) with -inf at each query's own items, unless these may come
    again (`repeat`), and at what it avoids, always."""
    masked = np.array(scores, np.float32)
    if not queries.repeat:
        masked[queries.row, queries.items] = -np.inf
    return mask_avoided(masked, queries)


def mask_avoided(scores: NDArray[np.float32], queries: Queries) -> NDArray[np.float32]:
    """`scores` (q, n_items) itself, with -inf at what each query avoids."""
    scores[queries.avoided_row, queries.avoided] = -np.inf
    return scores


def top_k(scores: NDArray[np.float32], k: int) -> tuple[Int, NDArray[np.float32]]:
    """The k best columns of each row: (items (q, k) int32, scores (q, k)), best first.

    Equal scores are ordered by item number, so that a list is the same on each run.

    >>> top_k(np.array([[1., 3., 3., 2.]], np.float32), 2)[0].tolist()
    [[1, 2]]
    """
    if k < 1:
        raise ArgumentError("k must be 1 or more", given=str(k))
    q, n = scores.shape
    k = min(k, n)
    if n // BLOCK >= 2 * k and (found := _by_blocks(scores, k)) is not None:
        return found
    if k < n:
        # argpartition may split a group of ties at the edge anyhow: take all that reach the k-th
        # score.
        edge = np.partition(scores, n - k, axis=1)[:, n - k, None]
        reach = scores >= edge
        if np.count_nonzero(reach) > q * k:
            ties = scores == edge
            reach &= ~ties | (np.cumsum(ties, axis=1) <= k - (scores > edge).sum(1, keepdims=True))
        items = (np.flatnonzero(reach) % n).reshape(
            q, k
        )  # not nonzero: it would write rows too, and takes twice the time
    else:
        items = np.broadcast_to(np.arange(n), (q, n))
    best = np.take_along_axis(scores, items, 1)
    order = np.argsort(-best, axis=1, kind="stable")
    return np.take_along_axis(items, order, 1).astype(np.int32), np.take_along_axis(best, order, 1)


def _by_blocks(scores: NDArray[np.float32], k: int) -> tuple[Int, NDArray[np.float32]] | None:
    """:func:`top_k` from the best of each BLOCK columns, found in one quick pass: at least k items
    reach the k-th best of these, so the k best do. None where ties or -inf let many more reach
    it."""
    q, n = scores.shape
    tops = scores[:, : n // BLOCK * BLOCK].reshape(q, n // BLOCK, BLOCK).max(2)
    reach = scores >= np.partition(tops, n // BLOCK - k, axis=1)[:, n // BLOCK - k, None]
    if np.count_nonzero(reach) > 4 * k * q:
        return None
    row, item = np.divmod(np.flatnonzero(reach), n)
    best = scores[row, item]
    order = np.lexsort((-best, row))  # stable: equal scores by item number
    take = order[np.searchsorted(row, np.arange(q))[:, None] + np.arange(k)]
    return item[take].astype(np.int32), best[take]


def best(model: Scorer, queries: Queries, k: int) -> tuple[Int, NDArray[np.float32]]:
    """The k best unseen items and their scores (q, k), best first; -inf where fewer are left. A
    model that can find them without scoring every item does (`best`)."""
    if isinstance(model, BestItems):
        return model.best(queries, k)
    return top_k(mask_seen(model.score(queries), queries), k)


def ranks(scores: NDArray[np.float32], items: ArrayLike) -> Int:
    """The rank of one item per row among all columns: 1 for the best, ties by item number; (q,)
    int64.
    """
    own = np.take_along_axis(scores, np.asarray(items)[:, None], 1)
    before = np.arange(scores.shape[1]) < np.asarray(items)[:, None]
    return np.asarray(1 + (scores > own).sum(1) + ((scores == own) & before).sum(1), np.int64)


def rank_of(model: Scorer, query: Query, item: int) -> int | None:
    """The rank of `item` among the items that may be recommended, or None where it is avoided, or
    has been seen and may not come again."""
    if item in query.avoided or (not query.repeat and item in query.items):
        return None
    queries = Queries.of(query)
    return int(ranks(mask_seen(model.score(queries), queries), np.array([item]))[0])


def batches(queries: Queries, size: int = 512) -> Iterator[tuple[Int, Queries]]:
    """The rows of `queries` in pieces of `size`, so that scores of all items fit in memory."""
    for start in range(0, len(queries), size):
        rows = np.arange(start, min(start + size, len(queries)))
        yield rows, queries[rows]


def recommend(
    model: Scorer,
    queries: Queries | Sequence[Query] | Query,
    k: int = 10,
    *,
    seen: bool = False,
    exclude: Sequence[int] = (),
) -> list[Slate]:
    """The k best items of each query. Seen items are left out unless `seen`, or the query says that
    items may come again (`repeat`); what a query avoids and `exclude` always are.

    A slate is shorter than k where fewer items are left.
    """
    out = []
    for _, part in batches(Queries.of(queries)):
        if seen or exclude:
            scores = model.score(part)
            scores = (
                mask_avoided(np.array(scores, np.float32), part)
                if seen
                else mask_seen(scores, part)
            )
            scores[:, list(exclude)] = -np.inf
            lists = top_k(scores, k)
        else:
            lists = best(model, part, k)
        for items, found in zip(*lists, strict=True):
            real = np.isfinite(found)
            out.append(Slate(items[real], found[real]))
    return out

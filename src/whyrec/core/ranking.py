"""Turn scores into ranked lists: mask seen items, break ties by item number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from whyrec.core.capabilities import BestItems, Scorer
from whyrec.core.errors import ArgumentError
from whyrec.core.explanation import Slate
from whyrec.core.queries import Int, Queries, Query, check_items

__all__ = ["batches", "best", "mask_avoided", "mask_seen", "rank_of", "ranks", "recommend", "top_k"]

BLOCK = 512  # columns per block in the fast path for many items


def mask_seen(scores: NDArray[np.floating[Any]], queries: Queries) -> NDArray[np.float32]:
    """Copy scores with -inf for seen and avoided items.

    Args:
        scores: Scores, (q, n_items).
        queries: The histories. Seen items are not masked if `repeat` is set.

    Returns:
        The masked copy, (q, n_items).
    """
    masked = np.array(scores, np.float32)
    check_items(masked.shape[1], queries.items)
    if not queries.repeat:
        masked[queries.row, queries.items] = -np.inf
    return mask_avoided(masked, queries)


def mask_avoided(scores: NDArray[np.float32], queries: Queries) -> NDArray[np.float32]:
    """Set the scores of avoided items to -inf, in place.

    Args:
        scores: Scores, (q, n_items).
        queries: The histories.

    Returns:
        The same array.
    """
    check_items(scores.shape[1], queries.avoided)
    scores[queries.avoided_row, queries.avoided] = -np.inf
    return scores


def top_k(scores: NDArray[np.float32], k: int) -> tuple[Int, NDArray[np.float32]]:
    """Find the k best columns of each row; equal scores are ordered by item number.

    Args:
        scores: Scores, (q, n_items).
        k: Number of items.

    Returns:
        (items (q, k) int32, scores (q, k)), best first.

    Raises:
        ArgumentError: If k is less than 1.

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
        # argpartition may split ties at the edge arbitrarily, so take all that reach the k-th
        # score.
        edge = np.partition(scores, n - k, axis=1)[:, n - k, None]
        reach = scores >= edge
        if np.count_nonzero(reach) > q * k:
            ties = scores == edge
            reach &= ~ties | (np.cumsum(ties, axis=1) <= k - (scores > edge).sum(1, keepdims=True))
        items = (np.flatnonzero(reach) % n).reshape(
            q, k
        )  # nonzero would also write rows and takes twice the time
    else:
        items = np.broadcast_to(np.arange(n), (q, n))
    best = np.take_along_axis(scores, items, 1)
    order = np.argsort(-best, axis=1, kind="stable")
    return np.take_along_axis(items, order, 1).astype(np.int32), np.take_along_axis(best, order, 1)


def _by_blocks(scores: NDArray[np.float32], k: int) -> tuple[Int, NDArray[np.float32]] | None:
    """Run :func:`top_k` on the columns that reach the k-th best block maximum.

    At least k items reach it, so the k best do. None if ties or -inf let many more reach it.
    """
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
    """Return the k best unseen items and their scores (q, k), best first; -inf if fewer are left.

    Uses the model's own `best` if it has one.
    """
    if isinstance(model, BestItems):
        return model.best(queries, k)
    return top_k(mask_seen(model.score(queries), queries), k)


def ranks(scores: NDArray[np.float32], items: ArrayLike) -> Int:
    """Rank one item per row among all columns; 1 is the best, ties by item number.

    Args:
        scores: Scores, (q, n_items).
        items: One item per row, (q,).

    Returns:
        Ranks, (q,) int64.
    """
    check_items(scores.shape[1], items)
    items = np.asarray(items)[:, None]
    own = np.take_along_axis(scores, items, 1)
    place = 1 + _row_counts(scores > own)
    level = 1 + _row_counts(scores >= own) - place
    tied = np.flatnonzero(level > 1)
    before = np.arange(scores.shape[1]) < items[tied]
    place[tied] += _row_counts((scores[tied] == own[tied]) & before)
    return place


def _row_counts(mask: NDArray[np.bool_]) -> Int:
    """Count the true values of each row; several times as fast as a sum."""
    return np.array([np.count_nonzero(row) for row in mask], np.int64)


def rank_of(model: Scorer, query: Query, item: int) -> int | None:
    """Rank an item among the items that may be recommended.

    Args:
        model: Any scorer.
        query: The history.
        item: Number of the item.

    Returns:
        The rank, or None if the item is avoided, or seen without `repeat`.
    """
    if item in query.avoided or (not query.repeat and item in query.items):
        return None
    queries = Queries.of(query)
    return int(ranks(mask_seen(model.score(queries), queries), np.array([item]))[0])


def batches(queries: Queries, size: int = 512) -> Iterator[tuple[Int, Queries]]:
    """Cut queries into pieces, so that scores of all items fit in memory.

    Args:
        queries: Histories.
        size: Rows per piece.

    Yields:
        (rows, their queries).
    """
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
    """Recommend the k best items of each query.

    Args:
        model: Any scorer.
        queries: Histories.
        k: Length of the lists.
        seen: Also list seen items, which otherwise only `repeat` allows.
        exclude: Numbers of items that are never listed, like avoided ones.

    Returns:
        One slate per query, shorter than k if fewer items are left.
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
            check_items(scores.shape[1], exclude)
            scores[:, list(exclude)] = -np.inf
            lists = top_k(scores, k)
        else:
            lists = best(model, part, k)
        for items, found in zip(*lists, strict=True):
            real = np.isfinite(found)
            out.append(Slate(items[real], found[real]))
    return out

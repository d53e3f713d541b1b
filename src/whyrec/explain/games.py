"""Treat a history as a game of its events: value many subsets of it at a time."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Queries, Query, Scorer, mask_seen, subsets, top_k
from whyrec.core.capabilities import ItemScores
from whyrec.core.settings import Setting

__all__ = ["Count", "Game", "ItemNumber", "Seed", "leads", "next_items"]

RIVALS = 10
CELLS = 8_000_000  # scores in memory at a time

# Options that several explainers share.
Count = Annotated[int, Setting(low=1)]
Seed = Annotated[int, Setting(low=0)]
ItemNumber = Annotated[int, Setting(low=0)]


class Game:
    """Maps subsets keep (s, m) bool to values (s,) float64: the item's score or its margin.

    The margin is the score minus the mean score of the `rivals` next items of the full list, or
    minus the score of `against`. A model with `score_items` scores only these items.
    """

    def __init__(
        self,
        model: Scorer,
        query: Query,
        item: int,
        *,
        margin: bool = False,
        rivals: int = RIVALS,
        against: int | None = None,
    ) -> None:
        self.model = model
        self.query = query
        self.item = int(item)
        self.m = len(query)
        row = np.asarray(model.score([query]))[0].astype(np.float64)
        self.score = float(row[item])
        self.n_items = len(row)
        if margin:
            others = next_items(row[None], query, item, rivals)
        else:
            others = np.zeros(0, np.int32)
        if against is None:
            self.others = others
        else:
            self.others = np.array([against], np.int32)
        self.full = self.score - (float(row[self.others].mean()) if len(self.others) else 0.0)

    def __call__(self, keep: Any) -> NDArray[np.float64]:
        keep = np.asarray(keep, bool)
        if isinstance(self.model, ItemScores):
            some = self.model.score_items
        else:
            some = None
        wanted = np.concatenate([[self.item], self.others]).astype(np.int64)
        step = max(1, CELLS // (max(1, self.m) * 16 if some else self.n_items))
        parts = [np.zeros(0)]
        for start in range(0, len(keep), step):
            batch = subsets(self.query, keep[start : start + step])
            scores = (
                some(batch, np.tile(wanted, (len(batch), 1)))
                if some
                else np.asarray(self.model.score(batch))[:, wanted]
            ).astype(np.float64)
            parts.append(scores[:, 0] - (scores[:, 1:].mean(1) if len(self.others) else 0.0))
        return np.concatenate(parts)

    def empty(self) -> float:
        """Compute the value without any event."""
        return float(self(np.zeros((1, self.m), bool))[0])

    def without_each(self) -> NDArray[np.float64]:
        """Compute the value with each event left out, (m,)."""
        return self(~np.eye(self.m, dtype=bool))


def leads(
    model: Scorer, query: Query, item: int, keep: NDArray[np.bool_], rivals: int = RIVALS
) -> NDArray[np.float64]:
    """Compute the item's lead and score for each subset, (2, s).

    The lead is over the mean of the items that are then its best `rivals`, none of them in the full
    history. Unlike a margin against fixed items, it sees which items replace the item.
    """
    out = [np.zeros((2, 0))]
    step = 64
    keep = np.asarray(keep, bool)
    for start in range(0, len(keep), step):
        scores = np.array(model.score(subsets(query, keep[start : start + step])), np.float32)
        own = scores[:, item].astype(np.float64)
        scores[:, np.append(query.items, item)] = -np.inf
        k = min(rivals, max(1, int(np.isfinite(scores[0]).sum())))
        best = np.partition(scores, scores.shape[1] - k, axis=1)[:, -k:].astype(np.float64)
        there = np.isfinite(best)
        mean = np.where(there, best, 0.0).sum(1) / np.maximum(there.sum(1), 1)
        out.append(np.stack([own - mean, own]))
    return np.concatenate(out, 1)


def next_items(
    scores: NDArray[np.float64], query: Query, item: int, rivals: int = RIVALS
) -> NDArray[np.int32]:
    """Return the best unseen items other than `item`; scores (1, n_items)."""
    masked = mask_seen(scores.astype(np.float32), Queries.of([query]))
    masked[0, item] = -np.inf
    items, best = top_k(masked, min(rivals, masked.shape[1]))
    return np.asarray(items[np.isfinite(best)], np.int32)

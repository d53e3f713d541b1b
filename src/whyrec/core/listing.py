"""One history as it was ranked, and what a removal does to its list: measured in one place, for every surface.

A removal leaves events out of the history, together, and ranks again with the same rules: what may not be listed stays out,
so does what was removed, and equal scores stand in order of item number.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from whyrec.core.decomposition import Decomposition, WithReasons
from whyrec.core.explanation import Reason, Removal
from whyrec.core.ranking import top_k
from whyrec.core.types import Query

__all__ = ["DRAWS", "Listing", "place_of"]

DRAWS = 5  # draws of as many random events that a removal is compared with
AT_ONCE = 16  # removals whose scores of all items are held at a time


def place_of(masked: NDArray[np.float32], item: int, own: float) -> int:
    """The place that a score of `own` gives `item`: 1 for the best, ties by item number. masked (n_items,): the scores, -inf
    where an item may not be listed.

    >>> place_of(np.array([1.0, 3.0, 3.0], np.float32), 2, 3.0)
    2
    """
    return 1 + int(np.count_nonzero(masked > own)) + int(np.count_nonzero(masked[:item] == own))


class Listing:
    """A decomposition with what may be listed: allowed (n_items,) bool; listed: how many items the person is shown."""

    def __init__(self, decomposition: Decomposition, allowed: NDArray[np.bool_], listed: int) -> None:
        self.decomposition, self.allowed, self.listed = decomposition, allowed, int(listed)
        self.closed = np.flatnonzero(~allowed)
        self.masked = decomposition.scores.copy()
        self.masked[self.closed] = -np.inf

    @property
    def query(self) -> Query:
        return self.decomposition.query

    @functools.cached_property
    def rival(self) -> int | None:
        """The best item that is not shown: what a listed item has to lead to stay in the list. None where all are shown."""
        if self.listed >= len(self.masked):
            return None
        items, scores = top_k(self.masked[None], self.listed + 1)
        return int(items[0, -1]) if np.isfinite(scores[0, -1]) else None

    def place(self, item: int) -> int:
        """The item's place, counting it in where it may not be listed."""
        return place_of(self.masked, item, float(self.decomposition.scores[item]))

    def best(self, k: int | None = None) -> list[int]:
        """The items of the list, best first: the `listed` ones, or k; fewer where fewer may be listed."""
        wanted = min(self.listed if k is None else k, len(self.masked))
        if wanted < 1:
            return []
        items, scores = top_k(self.masked[None], wanted)
        return [int(item) for item in items[0][np.isfinite(scores[0])]]

    def move(self, item: int, positions: Sequence[int]) -> tuple[int, int, NDArray[np.float32]]:
        """(the item's place, its place once these events are left out, the masked scores then (n_items,))."""
        scores = self.decomposition.without([positions])
        own = float(scores[0, item])
        [masked] = self._closed(scores, [positions])
        return self.place(item), place_of(masked, item, own), masked

    def removals(self, items: Sequence[int], named: Sequence[Sequence[int]]) -> list[Removal | None]:
        """What leaving out the events `named` for each item does to it; None where nothing is named, and where it is the whole
        history: an empty history is answered by another list, which proves nothing of a reason."""
        m = len(self.query)
        able = {at: tuple(sorted(one)) for at, one in enumerate(named) if 0 < len(set(one)) < m}
        before = {at: self.place(items[at]) for at in able}
        after = self._places({at: [one] for at, one in able.items()}, items)
        out = {at for at in able if before[at] <= self.listed < after[at][0]}
        random = self._places({at: self.draws(len(able[at])) for at in out}, items)
        return [Removal(able[at], before[at], after[at][0], self.listed, tuple(random.get(at, ()))) if at in able else None
                for at in range(len(items))]

    def without_reasons(self, item: int, reasons: Sequence[Reason], events: int) -> Removal | None:
        """What taking away reasons that are no events does to an item, against `events` random ones; None where it cannot be
        done."""
        assert isinstance(self.decomposition, WithReasons)
        found = self.decomposition.without_reasons(item, reasons)
        if found is None or len(found[0]) == len(self.query) > 0:
            return None
        gone, scores = found
        before, [masked] = self.place(item), self._closed(scores[None].copy(), [gone])
        after, random = place_of(masked, item, float(scores[item])), list[int]()
        if before <= self.listed < after and 0 < events < len(self.query):
            random = self._places({0: self.draws(events)}, [item])[0]
        return Removal(gone, before, after, self.listed, tuple(random))

    def draws(self, size: int) -> list[tuple[int, ...]]:
        """Sets of `size` random positions, the same for the same history."""
        rng = np.random.default_rng([len(self.query), size])
        return [tuple(sorted(rng.choice(len(self.query), size, replace=False).tolist())) for _ in range(DRAWS)]

    def _places(self, wanted: Mapping[int, Sequence[tuple[int, ...]]], items: Sequence[int]) -> dict[int, list[int]]:
        """The place of items[at] after each set of wanted[at]."""
        asked: dict[tuple[int, ...], list[int]] = {}
        for at, sets in wanted.items():
            for one in sets:
                asked.setdefault(one, []).append(at)
        found: dict[tuple[tuple[int, ...], int], int] = {}
        every = list(asked)
        for start in range(0, len(every), AT_ONCE):
            some = every[start:start + AT_ONCE]
            left = self.decomposition.without(some)
            own = {(one, at): float(left[row, items[at]]) for row, one in enumerate(some) for at in asked[one]}
            masked = self._closed(left, some)
            for row, one in enumerate(some):
                for at in asked[one]:
                    found[one, at] = place_of(masked[row], int(items[at]), own[one, at])
        return {at: [found[one, at] for one in sets] for at, sets in wanted.items()}

    def _closed(self, left: NDArray[np.float32], sets: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """The scores with -inf for what may not be listed; changed in place."""
        left[:, self.closed] = -np.inf
        if self.query.repeat:  # elsewhere what was removed has been chosen, so it is out already
            for row, one in zip(left, sets, strict=True):
                row[self.query.items[list(one)]] = -np.inf
        return left



"""One history as it was ranked, and what a removal does to its list: measured in one place, for
every surface.

A removal leaves events out of the history, together, and ranks again with the same rules: what may
not be listed stays out, so does what was removed, and equal scores stand in order of item number.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core.decomposition import Decomposition, Patched, patched
from whyrec.core.explanation import Reason, Removal, beyond
from whyrec.core.queries import Query
from whyrec.core.ranking import top_k

__all__ = ["DRAWS", "Listing", "place_of"]

DRAWS = 5  # draws of as many random events that a removal is compared with
SUMS = 20  # the same for sums, where a draw costs little
TIE = 1e-6  # how far apart scores may be and still count as equal: sums round
AT_ONCE = 16  # removals whose scores of all items are held at a time


def place_of(masked: NDArray[np.float32], item: int, own: float) -> int:
    """The place that a score of `own` gives `item`: 1 for the best, ties by item number. masked
    (n_items,): the scores, -inf where an item may not be listed.

    >>> place_of(np.array([1.0, 3.0, 3.0], np.float32), 2, 3.0)
    2
    """
    mine = np.float32(own)
    return (
        1
        + int(np.count_nonzero(masked[:item] >= mine))
        + int(np.count_nonzero(masked[item + 1 :] > mine))
    )


@functools.lru_cache(maxsize=4096)
def random_sets(m: int, size: int, draws: int) -> tuple[tuple[int, ...], ...]:
    """Sets of `size` random positions of m, the same each time."""
    rng = np.random.default_rng([m, size])
    return tuple(tuple(sorted(rng.choice(m, size, replace=False).tolist())) for _ in range(draws))


@functools.lru_cache(maxsize=4096)
def _drawn(m: int, size: int) -> NDArray[np.float64]:
    """The draws of sums as rows (SUMS, m) of 0 and 1."""
    rows = np.zeros((SUMS, m))
    for row, one in zip(rows, random_sets(m, size, SUMS), strict=True):
        row[list(one)] = 1.0
    return rows


class Listing:
    """A decomposition with what may be listed: allowed (n_items,) bool; listed: how many items
    the person is shown.
    """

    def __init__(
        self, decomposition: Decomposition, allowed: NDArray[np.bool_], listed: int
    ) -> None:
        self.decomposition = decomposition
        self.allowed = allowed
        self.listed = int(listed)
        self.closed = np.flatnonzero(~allowed)
        self.masked = decomposition.scores.copy()
        self.masked[self.closed] = -np.inf
        self._order: list[int] = []  # the best items, as far as they have been asked for

    @property
    def query(self) -> Query:
        return self.decomposition.query

    @property
    def _sums(self) -> Patched | None:
        """The decomposition where events can be left out of scores as they stand: not where items
        come again, since what was removed is then closed too.
        """
        return None if self.query.repeat else patched(self.decomposition)

    def best(self, k: int | None = None) -> list[int]:
        """The items of the list, best first: the `listed` ones, or k; fewer where fewer may be
        listed.
        """
        wanted = self.listed if k is None else k
        if len(self._order) < min(wanted, len(self.masked) - len(self.closed)):
            items, scores = top_k(self.masked[None], min(wanted + 1, len(self.masked)))
            self._order = items[0][np.isfinite(scores[0])].tolist()
        return self._order[: max(0, wanted)]

    @property
    def rival(self) -> int | None:
        """The best item that is not shown: what a listed item has to lead to stay in the list.
        None where all are shown.
        """
        order = self.best(self.listed + 1)
        return order[self.listed] if len(order) > self.listed else None

    def place(self, item: int) -> int:
        """The item's place, counting it in where it may not be listed."""
        if item in self._order:
            return self._order.index(item) + 1
        return place_of(self.masked, item, float(self.decomposition.scores[item]))

    def move(self, item: int, positions: Sequence[int]) -> tuple[int, int, NDArray[np.float32]]:
        """(the item's place, its place once these events are left out, the masked scores then
        (n_items,)).
        """
        scores = self.decomposition.without([positions])
        own = float(scores[0, item])
        [masked] = self._closed(scores, [positions])
        return self.place(item), place_of(masked, item, own), masked

    def removals(
        self,
        items: Sequence[int],
        named: Sequence[Sequence[int]],
        weights: NDArray[np.float64] | None = None,
    ) -> list[Removal | None]:
        """What leaving out the events `named` for each item does to it; None where nothing is
        named, and where it is the whole history: an empty history is answered by another list,
        which proves nothing of a reason. weights (m, items): of the events, where they are at hand
        and add up: they save draws of random events."""
        m = len(self.query)
        able = {at: tuple(sorted(one)) for at, one in enumerate(named) if 0 < len(set(one)) < m}
        before = {at: self.place(int(items[at])) for at in able}
        after = self._places({at: [one] for at, one in able.items()}, items)
        out = {at: len(able[at]) for at in able if before[at] <= self.listed < after[at][0]}
        random = self._random(out, items, {at: after[at][0] for at in out}, weights)
        return [
            Removal(able[at], before[at], after[at][0], self.listed, tuple(random.get(at, ())))
            if at in able
            else None
            for at in range(len(items))
        ]

    def without_reasons(self, item: int, reasons: Sequence[Reason], events: int) -> Removal | None:
        """What taking away reasons that are no events does to an item, against `events` random
        ones; None where it cannot be done."""
        view: Any = self.decomposition
        found = view.without_reasons(item, reasons)
        if found is None or len(found[0]) == len(self.query) > 0:
            return None
        gone, scores = found
        before, [masked] = self.place(item), self._closed(scores[None].copy(), [gone])
        after = place_of(masked, item, float(scores[item]))
        random = list[int]()
        if before <= self.listed < after and 0 < events < len(self.query):
            random = self._places({0: self.draws(events)}, [item])[0]
        return Removal(gone, before, after, self.listed, tuple(random))

    def draws(self, size: int) -> tuple[tuple[int, ...], ...]:
        """Sets of `size` random positions, the same for histories of the same length."""
        return random_sets(len(self.query), size, DRAWS if self._sums is None else SUMS)

    def _places(
        self, wanted: Mapping[int, Sequence[tuple[int, ...]]], items: Sequence[int]
    ) -> dict[int, list[int]]:
        """The place of items[at] after each set of wanted[at]."""
        asked: dict[tuple[int, ...], list[int]] = {}
        for at, sets in wanted.items():
            for one in sets:
                asked.setdefault(one, []).append(at)
        found: dict[tuple[tuple[int, ...], int], int] = {}
        for one, masked in zip(asked, self._without(list(asked)), strict=True):
            for at in asked[one]:
                item = int(items[at])
                found[one, at] = place_of(masked, item, self._own(masked, item, one))
        return {at: [found[one, at] for one in sets] for at, sets in wanted.items()}

    def _random(
        self,
        sizes: Mapping[int, int],
        items: Sequence[int],
        after: Mapping[int, int],
        weights: NDArray[np.float64] | None,
    ) -> dict[int, list[int]]:
        """The place of each item after its draws of random events; of sums a bound that it cannot
        pass, where that is enough to tell that it stays clearly before the place `after`."""
        bounds = self._bounds(sizes, items, weights)
        unsure = {
            at: self.draws(size)
            for at, size in sizes.items()
            if at not in bounds or not beyond(after[at], bounds[at])
        }
        return bounds | self._places(unsure, items)

    def _bounds(
        self,
        sizes: Mapping[int, int],
        items: Sequence[int],
        weights: NDArray[np.float64] | None,
    ) -> dict[int, list[int]]:
        """For a sum the last place that each item can have after each of its draws: no other item
        rises above what it has without all events that lower it. Empty for other models. weights
        (m, items): of the events.
        """
        sums = self._sums
        if (
            not sizes
            or weights is None
            or sums is None
            or (high := sums.raised(self.masked)) is None
        ):
            return {}
        taken = np.array([_drawn(len(self.query), n) @ weights[:, at] for at, n in sizes.items()])
        kept = self.masked[[items[at] for at in sizes]].astype(np.float64)[:, None] - taken
        kept = (kept - TIE * np.maximum(1.0, np.abs(kept))).astype(np.float32)
        # An item that can rise stands here twice, once more than is due: it is a bound.
        near = np.concatenate([self.masked[self.masked >= kept.min()], high])
        near.sort()
        places = 1 + len(near) - np.searchsorted(near, kept.ravel(), side="left")
        return dict(zip(sizes, places.reshape(kept.shape).tolist(), strict=True))

    def _own(self, masked: NDArray[np.float32], item: int, gone: Sequence[int]) -> float:
        """The score of an item after a removal, also where it may not be listed."""
        own = masked[item]
        return float(own if np.isfinite(own) else self.decomposition.without([gone])[0, item])

    def _without(self, sets: Sequence[tuple[int, ...]]) -> Iterator[NDArray[np.float32]]:
        """The masked scores after each removal; a row is good until the next is asked for."""
        if (sums := self._sums) is not None:
            yield from sums.patched(self.masked, self.closed, sets)
            return
        for start in range(0, len(sets), AT_ONCE):
            some = sets[start : start + AT_ONCE]
            yield from self._closed(self.decomposition.without(some), some)

    def _closed(
        self, left: NDArray[np.float32], sets: Sequence[Sequence[int]]
    ) -> NDArray[np.float32]:
        """The scores with -inf for what may not be listed; changed in place."""
        left[:, self.closed] = -np.inf
        if self.query.repeat:  # elsewhere what was removed has been chosen, so it is out already
            for row, one in zip(left, sets, strict=True):
                row[self.query.items[list(one)]] = -np.inf
        return left

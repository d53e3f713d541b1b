"""The ranked list of one history, and the effect of removals on it.

A removal leaves events out together and ranks again by the same rules: items that may not be listed
stay out, and so do removed items; equal scores are ordered by item number.

    score(item) = the model's score + sum over terms of the item's weight

Terms are what an operator, a request or a person adds to a model's scores, such as a promotion. A
removal of events leaves them as they are; a term is removed by its name.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core.decomposition import Decomposition, FindsPlaces, Patched, patched
from whyrec.core.explanation import Reason, Removal, beyond
from whyrec.core.queries import Query
from whyrec.core.ranking import top_k

__all__ = ["DRAWS", "Listing", "place_of", "summed"]

DRAWS = 5  # random draws that a removal is compared with
SUMS = 20  # the same for additive models, whose draws are cheap
TIE = 1e-6  # scores within this distance count as equal, because sums round
AT_ONCE = 16  # removals scored at a time


def place_of(masked: NDArray[np.float32], item: int, own: float) -> int:
    """Return the place of an item with the score `own`: 1 for the best, ties by item number.

    `masked` (n_items,): scores, -inf for items that may not be listed.

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
    """Draw sets of `size` random positions of m; equal for equal arguments."""
    rng = np.random.default_rng([m, size])
    return tuple(tuple(sorted(rng.choice(m, size, replace=False).tolist())) for _ in range(draws))


@functools.lru_cache(maxsize=4096)
def _drawn(m: int, size: int) -> NDArray[np.float64]:
    """Return the draws for additive models as rows (SUMS, m) of 0 and 1."""
    rows = np.zeros((SUMS, m))
    for row, one in zip(rows, random_sets(m, size, SUMS), strict=True):
        row[list(one)] = 1.0
    return rows


def summed(terms: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32] | None:
    """Sum the weights (n_items,) of terms in float64; None without terms."""
    if not terms:
        return None
    return np.asarray(np.sum([*terms.values()], axis=0, dtype=np.float64), np.float32)


class Listing:
    """The ranked list of a decomposition.

    Args:
        decomposition: The history with its scores.
        allowed: Which items may be listed, (n_items,) bool.
        listed: Number of items that the person is shown.
        terms: Weight of each item in each term that is added to the scores, (n_items,) by name.
    """

    def __init__(
        self,
        decomposition: Decomposition,
        allowed: NDArray[np.bool_],
        listed: int,
        terms: Mapping[str, NDArray[np.float32]] | None = None,
    ) -> None:
        self.decomposition = decomposition
        self.allowed = allowed
        self.listed = int(listed)
        self.terms = dict(terms or {})
        self.added = summed(self.terms)
        self.closed = np.flatnonzero(~allowed)
        if self.added is None:
            self.scores = decomposition.scores
        else:
            self.scores = decomposition.scores + self.added
        self.masked = self.scores.copy()
        self.masked[self.closed] = -np.inf
        self._order: list[int] = []  # cache of the best items
        self._without_term: dict[str, Listing] = {}

    @property
    def query(self) -> Query:
        """The history."""
        return self.decomposition.query

    @property
    def _sums(self) -> Patched | None:
        """The decomposition if it can be patched; not for repeats, which close removed items."""
        return None if self.query.repeat else patched(self.decomposition)

    def best(self, k: int | None = None) -> list[int]:
        """Return the items of the list, best first.

        Args:
            k: Number of items. Default: `listed`.

        Returns:
            Item numbers, fewer if fewer may be listed.
        """
        wanted = self.listed if k is None else k
        if len(self._order) < min(wanted, len(self.masked) - len(self.closed)):
            items, scores = top_k(self.masked[None], min(wanted + 1, len(self.masked)))
            self._order = items[0][np.isfinite(scores[0])].tolist()
        return self._order[: max(0, wanted)]

    @property
    def rival(self) -> int | None:
        """The best item that is not shown, over which listed items lead; None if all are shown."""
        order = self.best(self.listed + 1)
        return order[self.listed] if len(order) > self.listed else None

    def place(self, item: int) -> int:
        """Return the item's place, as if it may be listed.

        Args:
            item: Number of the item.

        Returns:
            The place, from 1.
        """
        if item in self._order:
            return self._order.index(item) + 1
        return place_of(self.masked, item, float(self.scores[item]))

    def place_without(self, item: int, term: str) -> int:
        """Return the item's place without one of the terms; all others stay as they are.

        Args:
            item: Number of the item.
            term: Name of the term.

        Returns:
            The place, from 1.
        """
        if term not in self._without_term:
            rest = {name: weights for name, weights in self.terms.items() if name != term}
            self._without_term[term] = Listing(self.decomposition, self.allowed, self.listed, rest)
        return self._without_term[term].place(item)

    def move(self, item: int, positions: Sequence[int]) -> tuple[int, int, NDArray[np.float32]]:
        """Measure the item's place without some events.

        Args:
            item: Number of the item.
            positions: Positions of the events.

        Returns:
            (place before, place after, masked scores after (n_items,)).
        """
        scores = self._left([positions])
        own = float(scores[0, item])
        [masked] = self._closed(scores, [positions])
        return self.place(item), place_of(masked, item, own), masked

    def removals(
        self,
        items: Sequence[int],
        named: Sequence[Sequence[int]],
        weights: NDArray[np.float64] | None = None,
    ) -> list[Removal | None]:
        """Remove the named events of each item and measure the effect.

        Args:
            items: Numbers of the items.
            named: Positions of the named events of each item.
            weights: Additive weights of the events, (m, items), which save random draws.

        Returns:
            One removal per item; None if nothing or the whole history is named, because an empty
                history gets another list, which proves nothing about a reason.
        """
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
        """Remove reasons that are not events and measure the effect.

        Args:
            item: Number of the item.
            reasons: The reasons.
            events: Number of random events to compare with.

        Returns:
            The removal, or None if it is impossible.
        """
        view: Any = self.decomposition
        found = view.without_reasons(item, reasons)
        if found is None or len(found[0]) == len(self.query) > 0:
            return None
        gone, scores = found
        if self.added is not None:
            scores = scores + self.added
        before, [masked] = self.place(item), self._closed(scores[None].copy(), [gone])
        after = place_of(masked, item, float(scores[item]))
        random = list[int]()
        if before <= self.listed < after and 0 < events < len(self.query):
            random = self._places({0: self.draws(events)}, [item])[0]
        return Removal(gone, before, after, self.listed, tuple(random))

    def draws(self, size: int) -> tuple[tuple[int, ...], ...]:
        """Draw sets of random positions, equal for histories of equal length.

        Args:
            size: Number of positions per set.

        Returns:
            The sets.
        """
        return random_sets(len(self.query), size, DRAWS if self._sums is None else SUMS)

    def _places(
        self, wanted: Mapping[int, Sequence[tuple[int, ...]]], items: Sequence[int]
    ) -> dict[int, list[int]]:
        """Return the place of items[at] after each set of wanted[at]."""
        asked: dict[tuple[int, ...], list[int]] = {}
        for at, sets in wanted.items():
            for one in sets:
                asked.setdefault(one, []).append(at)
        removals = [(one, [int(items[at]) for at in some]) for one, some in asked.items()]
        found = {
            (one, at): place
            for (one, some), places in zip(asked.items(), self._ranked(removals), strict=True)
            for at, place in zip(some, places, strict=True)
        }
        return {at: [found[one, at] for one in sets] for at, sets in wanted.items()}

    def _ranked(self, removals: Sequence[tuple[tuple[int, ...], list[int]]]) -> Iterator[list[int]]:
        """Yield the places of the items after each removal."""
        if issubclass(type(self.decomposition), FindsPlaces):
            yield from self.decomposition.places(self.allowed, removals)  # type: ignore[attr-defined]
            return
        left = self._without([one for one, _ in removals])
        for (one, items), masked in zip(removals, left, strict=True):
            yield [place_of(masked, item, self._own(masked, item, one)) for item in items]

    def _random(
        self,
        sizes: Mapping[int, int],
        items: Sequence[int],
        after: Mapping[int, int],
        weights: NDArray[np.float64] | None,
    ) -> dict[int, list[int]]:
        """Return the place of each item after its random draws.

        For additive models a bound is used if it shows that the item stays clearly before `after`.
        """
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
        """Bound the last place of each item after each draw, for additive models; otherwise empty.

        No other item rises above its score without all events that lower it.
        """
        sums = self._sums
        if (
            not sizes
            or weights is None
            or sums is None
            or (high := sums.raised(self.masked, self.added)) is None
        ):
            return {}
        taken = np.array([_drawn(len(self.query), n) @ weights[:, at] for at, n in sizes.items()])
        kept = self.masked[[items[at] for at in sizes]].astype(np.float64)[:, None] - taken
        kept = (kept - TIE * np.maximum(1.0, np.abs(kept))).astype(np.float32)
        # An item that can rise is counted twice, which keeps this a bound.
        near = np.concatenate([self.masked[self.masked >= kept.min()], high])
        near.sort()
        places = 1 + len(near) - np.searchsorted(near, kept.ravel(), side="left")
        return dict(zip(sizes, places.reshape(kept.shape).tolist(), strict=True))

    def _own(self, masked: NDArray[np.float32], item: int, gone: Sequence[int]) -> float:
        """Return the score of an item after a removal, even if it may not be listed."""
        own = masked[item]
        return float(own if np.isfinite(own) else self._left([gone])[0, item])

    def _left(self, sets: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Return all scores without each set of events, (sets, n_items)."""
        scores = self.decomposition.without(sets)
        return scores if self.added is None else scores + self.added

    def _without(self, sets: Sequence[tuple[int, ...]]) -> Iterator[NDArray[np.float32]]:
        """Yield the masked scores after each removal; a row is valid until the next one."""
        if (sums := self._sums) is not None:
            yield from sums.patched(self.masked, self.closed, sets, self.added)
            return
        for start in range(0, len(sets), AT_ONCE):
            some = sets[start : start + AT_ONCE]
            yield from self._closed(self._left(some), some)

    def _closed(
        self, left: NDArray[np.float32], sets: Sequence[Sequence[int]]
    ) -> NDArray[np.float32]:
        """Set the scores of items that may not be listed to -inf, in place."""
        left[:, self.closed] = -np.inf
        if self.query.repeat:  # without repeats, removed items are closed already
            for row, one in zip(left, sets, strict=True):
                row[self.query.items[list(one)]] = -np.inf
        return left

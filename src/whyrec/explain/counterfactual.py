"""Counterfactuals: the smallest set of choices whose removal takes an item out of the first k.

A choice is an item of the history with all its events, which are removed together. For an additive
model the effect of a set is the sum of its events' effects, so sets can be searched without
scoring. A set of size s lowers the item against a rival by at most the s largest margins
w_j(item) - w_j(rival); if fewer than k rivals can pass the item that way, no set of size s works.
Sizes are tried from that bound upwards, so the first set found is proved smallest. The result is
always executed on the model, and the measured list attached. Related: [ghazimatin2020], [tan2021].
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import (
    Additive,
    Listing,
    Queries,
    Query,
    Reason,
    Scorer,
    Slate,
    decompose,
    mask_seen,
    ranks,
)
from whyrec.core.capabilities import ContributionMatrix, rest_moves
from whyrec.core.decomposition import Constant, groups_of
from whyrec.explain.deletion import deletion
from whyrec.explain.tested import merged

__all__ = [
    "Counterfactual",
    "Removed",
    "counterfactual",
    "listing_of",
    "remove_and_rescore",
]


TIE = 1e-7


@dataclass(frozen=True)
class Removed:
    """The measured effect of removing the events at `positions`.

    Attributes:
        positions: Positions of the removed events.
        rank_before: Place of the item before.
        rank_after: Place of the item after.
        score_before: Score of the item before.
        score_after: Score of the item after.
        after: The list after the removal.
    """

    positions: tuple[int, ...]
    rank_before: int
    rank_after: int
    score_before: float
    score_after: float
    after: Slate


@dataclass(frozen=True)
class Counterfactual(Removed):
    """The result of a search for the smallest removal.

    Attributes:
        found: Whether the item left the first k.
        minimal: Whether the search proved that no smaller set works.
        checked: Number of sets tried.
    """

    found: bool = False
    minimal: bool = False
    checked: int = 0


def remove_and_rescore(
    model: Scorer, query: Query, item: int, positions: Iterable[int], k: int = 10
) -> Removed:
    """Score the history without some events and measure where the item goes.

    Args:
        model: Any scorer.
        query: The history.
        item: Number of the item.
        positions: Positions of the events to remove. Their items stay out of the list.
        k: Length of the list.

    Returns:
        The places, scores and list that were measured.
    """
    gone = tuple(sorted(int(p) for p in positions))
    listing = listing_of(model, query, k)
    before, after, masked = listing.move(item, gone)
    left = Listing(Constant(masked), np.isfinite(masked), k)
    own = float(listing.decomposition.scores[item])
    now = float(listing.decomposition.without([gone])[0, item])
    best = left.best()
    return Removed(gone, before, after, own, now, Slate(best, masked[best]))


def listing_of(model: Scorer, query: Query, k: int = 10) -> Listing:
    """Build the model's own list for a history.

    Seen items are left out, unless the query allows repeats, and so are avoided items.
    """
    view = decompose(model, query)
    allowed = np.ones(len(view.scores), bool)
    allowed[query.avoided] = False
    if not query.repeat:
        allowed[query.items] = False
    return Listing(view, allowed, k)


def counterfactual(
    model: Scorer, query: Query, item: int, k: int = 10, *, budget: int = 20_000
) -> Counterfactual:
    """Find the smallest set of chosen items whose removal takes the item out of the first k.

    All events of an item are removed together. Additive models are searched exactly within
    `budget`; beyond it, greedily with pruning. Other models, and additive models whose rest depends
    on the history, are searched greedily by leave-one-out and then pruned by putting each item
    back. Every result is executed on the model.

    Args:
        model: Any scorer.
        query: The history to explain.
        item: Number of the recommended item.
        k: Length of the list that the item must leave.
        budget: Largest number of sets that the exact search checks.

    Returns:
        The set, whether it was found and proved smallest, and the measured result.
    """
    if isinstance(model, Additive) and not rest_moves(model):
        margins = _Margins(model, query, item, k)
        chosen, minimal, checked = _additive_search(margins, budget)
        positions = None if chosen is None else margins.positions(chosen)
    else:
        positions, minimal, checked = _greedy_by_scoring(model, query, item, k)
    measured = remove_and_rescore(model, query, item, positions or (), k)
    if positions and measured.rank_after <= k:  # float32 rounding broke a near tie the other way
        positions, minimal, more = _greedy_by_scoring(model, query, item, k)
        measured = remove_and_rescore(model, query, item, positions or (), k)
        checked = checked + more
    found = positions is not None and measured.rank_after > k
    return Counterfactual(**vars(measured), found=found, minimal=minimal and found, checked=checked)


class _Margins:
    """What each choice adds to the item beyond each rival, and the item's lead over each rival."""

    def __init__(self, model: Any, query: Query, item: int, k: int) -> None:
        base, weights = _matrix(model, query)
        rival = np.ones(len(base), bool)
        if not query.repeat:
            rival[query.items] = False
        rival[query.avoided] = False
        rival[item] = False
        self.wins_ties = np.flatnonzero(rival) < item  # equal scores are ordered by item number
        self.groups = groups_of(query.items)  # the positions of each chosen item
        if len(self.groups) < len(query):
            weights = np.stack([weights[list(one)].sum(0) for one in self.groups])
        self.margin = weights[:, [item]] - weights[:, rival]  # (m, rivals)
        self.lead = base[item] - base[rival] + self.margin.sum(0)  # (rivals,)
        self.m = len(self.groups)
        self.k = k

    def positions(self, chosen: Iterable[int]) -> tuple[int, ...]:
        """Return the positions of all events of some choices."""
        return tuple(sorted(p for one in chosen for p in self.groups[one]))

    def out(self, removed: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Say whether k rivals pass the item, for rows of removed margins (sets, rivals)."""
        left = self.lead - removed
        # Scores that are equal up to the rounding of a sum count as a tie.
        passes = (left < -TIE) | (self.wins_ties & (left <= TIE))
        return np.asarray(passes.sum(-1) >= self.k)

    def bound(self) -> int | None:
        """Return the smallest size that is not ruled out, or None if no removal works."""
        best = np.cumsum(
            np.sort(np.maximum(self.margin, 0.0), 0)[::-1], 0
        )  # the most that s events can remove
        for size in range(self.m + 1):
            if size:
                taken = best[size - 1]
            else:
                taken = np.zeros_like(self.lead)
            if self.out(taken):
                return size
        return None


def _matrix(model: Any, query: Query) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if isinstance(model, ContributionMatrix):
        return model.contribution_matrix(query)
    n = model.score([query]).shape[1]
    columns = [model.contributions(query, item) for item in range(n)]
    return (
        np.array([c.base + c.rest for c in columns]),
        np.stack([c.weights for c in columns], 1).reshape(len(query), n),
    )


def _additive_search(margins: _Margins, budget: int) -> tuple[tuple[int, ...] | None, bool, int]:
    """Search the sets by size; returns (positions or None, proved smallest, sets tried)."""
    if margins.out(np.zeros_like(margins.lead)):
        return (), True, 0  # the item is not among the first k
    size = margins.bound()
    if size is None:
        return None, False, 0
    best = _greedy(margins)
    checked = 0
    while best is None or size < len(best):
        sets = math.comb(margins.m, size)
        if checked + sets > budget:
            return best, False, checked
        found = _of_size(margins, size)
        checked += sets
        if found is not None:
            return found, True, checked
        size += 1
        if best is None and size > margins.m:
            return None, True, checked
    return best, True, checked


def _of_size(margins: _Margins, size: int) -> tuple[int, ...] | None:
    """Return the set of this size that lowers the item most and works, or None."""
    best = None
    depth = -np.inf
    combos = itertools.combinations(range(margins.m), size)
    step = max(1, 4_000_000 // max(1, margins.margin.shape[1] * size))
    while piece := list(itertools.islice(combos, step)):
        removed = margins.margin[np.array(piece)].sum(1)
        for at in np.flatnonzero(margins.out(removed)):
            fall = float(removed[at].sum())
            if fall > depth:
                best = piece[at]
                depth = fall
    return best


def _greedy(margins: _Margins) -> tuple[int, ...] | None:
    """Remove the events that most help the nearest rivals until k pass, then prune."""
    chosen: list[int] = []
    removed = np.zeros_like(margins.lead)
    while not margins.out(removed):
        if len(chosen) == margins.m:
            return None
        near = np.argsort(margins.lead - removed, kind="stable")[: margins.k]
        gain = margins.margin[:, near].sum(1)
        gain[chosen] = -np.inf
        chosen.append(int(gain.argmax()))
        removed = margins.margin[chosen].sum(0)
    return _prune(chosen, lambda kept: bool(margins.out(margins.margin[kept].sum(0))))


def _prune(chosen: Sequence[int], works: Any) -> tuple[int, ...]:
    """Put back each event that is not needed, the last removed first."""
    kept = list(chosen)
    for position in list(reversed(chosen)):
        fewer = [p for p in kept if p != position]
        if fewer and works(fewer):
            kept = fewer
    return tuple(sorted(kept))


def _greedy_by_scoring(
    model: Scorer, query: Query, item: int, k: int
) -> tuple[tuple[int, ...] | None, bool, int]:
    """Search greedily by scoring; returns (positions or None, proved smallest, sets tried)."""

    def work(sets: Sequence[Sequence[int]]) -> NDArray[np.bool_]:
        scores = mask_seen(
            model.score([query.without(one) for one in sets]), Queries.of([query] * len(sets))
        )
        return np.asarray(ranks(scores, np.full(len(sets), item)) > k)

    groups = [reason.refs for reason in _by_item(deletion(model, query, item).reasons, query)]

    def events(some: Iterable[int]) -> list[int]:
        return [p for one in some for p in groups[one]]

    alone = work([(), *groups[:50]])
    if alone[0]:
        return (), True, 0
    if alone.any():
        return groups[int(alone.argmax()) - 1], True, len(groups)
    for start in range(
        2, len(groups) + 1, 8
    ):  # several sizes per batch: a batch costs little more than one set
        sizes = range(start, min(start + 8, len(groups) + 1))
        found = work([events(range(size)) for size in sizes])
        if found.any():
            size = sizes[int(found.argmax())]
            kept = _prune(range(size), lambda fewer: bool(work([events(fewer)])[0]))
            return tuple(sorted(events(kept))), False, len(groups) + size
    return None, False, 2 * len(groups)


def _by_item(reasons: Sequence[Reason], query: Query) -> list[Reason]:
    """Merge the reasons of an item's events, the strongest first."""
    return sorted(merged(reasons, query), key=lambda reason: -reason.weight)

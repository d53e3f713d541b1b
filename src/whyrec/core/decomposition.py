"""Decompositions of scores, from which all reasons, removals and lists are computed.

    score(item) = base(item) + sum over events of weight(event, item) + rest(item) + gap

Base, weights and rest come from the model's parts, the score from the model's own scoring, so the
gap is measured. A model offers its fastest exact form by ``decompose(query)``; :func:`decompose`
finds a general one for all others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from whyrec.core.capabilities import Additive, Readable
from whyrec.core.explanation import ADDS_UP, Reason
from whyrec.core.queries import Float, Queries, Query

__all__ = [
    "Ablation",
    "Constant",
    "Decomposable",
    "Decomposition",
    "FindsPlaces",
    "ItemContributions",
    "Patched",
    "ReadableDecomposition",
    "RemovesReasons",
    "Summation",
    "WithReasons",
    "adds_up",
    "decompose",
    "groups_of",
    "patched",
    "with_reasons",
]

# If a model is not additive, this many of the latest items are left out one by one.
ABLATED = 50


class ItemContributions(NamedTuple):
    """The parts of the scores of k items, in units of the score.

    Attributes:
        base: (k,).
        weights: (m, k) float64. If not additive, the loss when the event's item is left out.
        rest: (k,).
        additive: Whether the weights are parts of the score.
        effects: Measured losses without each event, (m, k), NaN if unknown; None: the weights.
        shares: Explained share of each item, (k,), if there is a rest
            (:mod:`whyrec.core.explained`).
    """

    base: NDArray[np.float64]
    weights: NDArray[np.float64]
    rest: NDArray[np.float64]
    additive: bool
    effects: NDArray[np.float64] | None = None
    shares: NDArray[np.float64] | None = None

    @property
    def explained_shares(self) -> NDArray[np.float64]:
        """Explained share of each item, (k,): without `shares`, 1 for a sum and otherwise 0."""
        if self.shares is not None:
            return self.shares
        return np.asarray((self.rest == 0) & self.additive, np.float64)

    @property
    def removal_effects(self) -> NDArray[np.float64]:
        """Loss of score when each event is left out, (m, k)."""
        return self.weights if self.effects is None else self.effects

    def gaps(self, scores: Any) -> NDArray[np.float64]:
        """Compute score - base - weights - rest of each item.

        Args:
            scores: Scores of the items, (k,).

        Returns:
            Gaps, (k,); 0 if not additive.
        """
        if not self.additive:
            return np.zeros(len(self.base))
        return np.asarray(
            np.asarray(scores, np.float64) - self.base - self.weights.sum(0) - self.rest
        )


def adds_up(gap: float, score: float) -> bool:
    """Say whether a gap is within rounding.

    >>> adds_up(1e-6, 2.0), adds_up(0.01, 2.0)
    (True, False)
    """
    return abs(gap) <= ADDS_UP * max(1.0, abs(score))


@runtime_checkable
class Decomposition(Protocol):
    """One history with its scores (n_items,) float32; made once per answer."""

    query: Query
    scores: NDArray[np.float32]

    def parts(self, items: NDArray[Any]) -> ItemContributions:
        """Return the parts of the scores of some items.

        Args:
            items: Numbers of the items, (k,).

        Returns:
            The parts.
        """
        ...

    def without(self, sets: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Score all items without some events.

        Args:
            sets: Positions of the events to leave out together, for each set.

        Returns:
            Scores, (sets, n_items).
        """
        ...


@runtime_checkable
class Patched(Protocol):
    """An additive decomposition that can remove events from scores without copying all items."""

    def patched(
        self,
        masked: NDArray[np.float32],
        closed: NDArray[Any],
        sets: Sequence[Sequence[int]],
        added: NDArray[np.float32] | None = None,
    ) -> Iterator[NDArray[np.float32]]:
        """Yield `masked` (n_items,), -inf at the items `closed`, without each set of events.

        Each row is read-only and valid until the next one. `added` (n_items,) is part of `masked`
        and stays.
        """
        ...

    def raised(
        self, masked: NDArray[np.float32], added: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32] | None:
        """Return the scores of open items without all events that lower them.

        An item may occur several times. None if it may be any item. `added` is as in `patched`.
        """
        ...


@runtime_checkable
class FindsPlaces(Protocol):
    """A decomposition that can rank a few items after a removal without scoring all."""

    def places(
        self, open_items: NDArray[np.bool_], asked: Sequence[tuple[Sequence[int], Sequence[int]]]
    ) -> Iterator[list[int]]:
        """Yield the places of some items after each removal, from 1, ties by item number.

        Args:
            open_items: Which items may be listed, (n_items,).
            asked: Positions of the events to leave out together, and the items, for each removal.
        """
        ...


@runtime_checkable
class RemovesReasons(Protocol):
    """A decomposition that can remove its reasons."""

    def reasons(self, item: int) -> tuple[float, tuple[Reason, ...]]:
        """Return (base, reasons) of an item, largest weight first; they sum to the score."""
        ...

    def without_reasons(
        self, item: int, reasons: Sequence[Reason]
    ) -> tuple[tuple[int, ...], NDArray[np.float32]] | None:
        """Remove some reasons of an item together.

        Returns (positions of removed events, scores (n_items,)), or None if that is impossible.
        """
        ...


@runtime_checkable
class WithReasons(RemovesReasons, Protocol):
    """A decomposition with reasons other than events; `method` names its explanations."""

    method: str


def patched(view: Any) -> Patched | None:
    """Return the decomposition if it can be patched; Python caches a test of its class."""
    return view if issubclass(type(view), Patched) else None


def with_reasons(view: Any) -> WithReasons | None:
    """Return the decomposition if it has reasons other than events."""
    return view if issubclass(type(view), RemovesReasons) else None


@runtime_checkable
class Decomposable(Protocol):
    """A model that offers its fastest exact decomposition."""

    def decompose(self, query: Query) -> Decomposition:
        """Decompose the scores of one history.

        Args:
            query: The history.

        Returns:
            The decomposition.
        """


def decompose(model: Any, query: Query) -> Decomposition:
    """Decompose the scores of one history in the fastest form that the model offers.

    Args:
        model: Any scorer.
        query: The history.

    Returns:
        The decomposition.
    """
    if issubclass(type(model), Decomposable):  # Python caches the result for a class
        made: Decomposition = model.decompose(query)
        return made
    if issubclass(type(model), Readable):
        return ReadableDecomposition(model, query)
    additive = issubclass(type(model), Additive)
    return Summation(model, query) if additive else Ablation(model, query)


def groups_of(items: Any) -> list[tuple[int, ...]]:
    """Group the positions of a history by item, in order of each item's last use.

    >>> groups_of([7, 3, 7, 5])
    [(1,), (0, 2), (3,)]
    """
    found: dict[int, list[int]] = {}
    for position, item in enumerate(np.asarray(items).tolist()):
        found.setdefault(item, []).append(position)
    return sorted(map(tuple, found.values()), key=lambda group: group[-1])


class Constant:
    """Scores (n_items,) that are equal for everybody, such as popularity.

    `chosen` (n_items,) counts the choices of each item, if the scores come from them.
    """

    def __init__(self, scores: NDArray[np.float32], chosen: Float | None = None) -> None:
        self.query = Query(np.zeros(0, np.int32))
        self.scores = scores
        self.chosen = chosen

    def parts(self, items: NDArray[Any]) -> ItemContributions:
        none = np.zeros(len(items))
        return ItemContributions(
            self.scores[items].astype(np.float64), np.zeros((0, len(items))), none, True
        )

    def without(self, sets: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        return np.tile(self.scores, (len(sets), 1))


class Summation:
    """The decomposition of any additive model by its contributions."""

    def __init__(self, model: Any, query: Query) -> None:
        self.model = model
        self.query = query
        self.scores = np.asarray(model.score([query])[0], np.float32)

    def parts(self, items: NDArray[Any]) -> ItemContributions:
        found = [self.model.contributions(self.query, int(item)) for item in items]
        weights = (
            np.stack([c.weights for c in found], 1) if found else np.zeros((len(self.query), 0))
        )
        base = np.array([c.base for c in found])
        rest = np.array([c.rest for c in found])
        return ItemContributions(base, np.asarray(weights, np.float64), rest, True)

    def without(self, sets: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        return _rescored(self.model, self.query, sets)


class Ablation:
    """The decomposition of other models: the latest items are left out in turn, with all uses.

    The base is the score of an empty history; the weight of an item is at its last use.
    """

    def __init__(self, model: Any, query: Query) -> None:
        self.model = model
        self.query = query
        groups = groups_of(query.items)
        self.groups = groups[-ABLATED:]
        self.unmeasured = [p for group in groups[:-ABLATED] for p in group]
        reduced = [query, query.only([]), *(query.without(group) for group in self.groups)]
        self.table = np.asarray(model.score(Queries.of(reduced)), np.float32)
        self.scores = self.table[0]

    def effects(self, items: NDArray[Any]) -> NDArray[np.float64]:
        """Return the loss when each item is left out, (m, k), NaN if it was not measured."""
        columns = self.table[:, items].astype(np.float64)
        out = np.zeros((len(self.query), len(items)))
        out[self.unmeasured] = np.nan
        out[[group[-1] for group in self.groups]] = columns[0] - columns[2:]
        return out

    def parts(self, items: NDArray[Any]) -> ItemContributions:
        effects = self.effects(items)
        base = self.table[1, items].astype(np.float64)
        weights = np.nan_to_num(effects)
        rest = self.scores[items].astype(np.float64) - base - weights.sum(0)
        return ItemContributions(base, weights, rest, False, effects)

    def without(self, sets: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        known = {group: 2 + at for at, group in enumerate(self.groups)}
        new = [one for one in map(tuple, sets) if tuple(sorted(one)) not in known]
        fresh = iter(_rescored(self.model, self.query, new) if new else ())
        return np.stack(
            [
                self.table[known[key]] if (key := tuple(sorted(one))) in known else next(fresh)
                for one in sets
            ]
        )


class ReadableDecomposition:
    """The decomposition of a model whose reasons are not events; events can still be left out."""

    method = "features"

    def __init__(self, model: Any, query: Query) -> None:
        self.model = model
        self.query = query
        self.scores = np.asarray(model.score([query])[0], np.float32)

    def parts(self, items: NDArray[Any]) -> ItemContributions:
        """Return parts whose base is the whole sum of reasons, because no event has a part."""
        found = [self.reasons(int(item)) for item in items]
        base = [one[0] + sum(reason.weight for reason in one[1]) for one in found]
        return ItemContributions(
            np.array(base, np.float64),
            np.zeros((len(self.query), len(items))),
            np.zeros(len(items)),
            True,
        )

    def without(self, sets: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        return _rescored(self.model, self.query, sets)

    def reasons(self, item: int) -> tuple[float, tuple[Reason, ...]]:
        base, reasons = self.model.reasons(self.query, item)
        return float(base), tuple(sorted(reasons, key=lambda reason: -reason.weight))

    def without_reasons(self, item: int, reasons: Sequence[Reason]) -> None:
        """Return None, because a feature of an item cannot be removed."""


def _rescored(model: Any, query: Query, sets: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    scores: Float = model.score(Queries.of([query.without(one) for one in sets]))
    return np.asarray(scores, np.float32)

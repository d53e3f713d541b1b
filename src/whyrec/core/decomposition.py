"""How a score is made up: the one view of a model that every reason, removal and list is computed
from.

    score(item) = base(item) + sum over events of weight(event, item) + rest(item) + gap

Base, weights and rest come from the model's parts, the score from the model's own scoring: the gap
between them is measured, never assumed. A model offers its quickest exact form by
``decompose(query)``; :func:`decompose` finds a general one for all others.
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

# items of a history that are left out one by one where a model does not add up: the latest ones
ABLATED = 50


class ItemContributions(NamedTuple):
    """What makes up the scores of k items.

    base, rest (k,) and weights (m, k) float64 in units of the score. additive: the weights are
    parts of the score; else each is what leaving out the event's item takes away, and they need not
    add up. effects (m, k): what leaving out does take away, NaN where that was not measured; None
    where the weights say it.
    """

    base: NDArray[np.float64]
    weights: NDArray[np.float64]
    rest: NDArray[np.float64]
    additive: bool
    effects: NDArray[np.float64] | None = None

    @property
    def removal_effects(self) -> NDArray[np.float64]:
        """What leaving each event out takes away, (m, k)."""
        return self.weights if self.effects is None else self.effects

    def gaps(self, scores: Any) -> NDArray[np.float64]:
        """score - base - weights - rest of each item, (k,); 0 where the weights are not meant to
        add up.
        """
        if not self.additive:
            return np.zeros(len(self.base))
        return np.asarray(
            np.asarray(scores, np.float64) - self.base - self.weights.sum(0) - self.rest
        )


def adds_up(gap: float, score: float) -> bool:
    """Whether a gap is within what rounding explains.

    >>> adds_up(1e-6, 2.0), adds_up(0.01, 2.0)
    (True, False)
    """
    return abs(gap) <= ADDS_UP * max(1.0, abs(score))


@runtime_checkable
class Decomposition(Protocol):
    """One history with its scores (n_items,) float32; made once for each answer."""

    query: Query
    scores: NDArray[np.float32]

    def parts(self, items: NDArray[Any]) -> ItemContributions:
        """What makes up the scores of these items (k,)."""
        ...

    def without(self, sets: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """The scores of all items once the events at the positions of each set are left out
        together, (sets, n_items).
        """
        ...


@runtime_checkable
class Patched(Protocol):
    """An additive decomposition that can leave events out of scores where they stand, without a
    copy of all items for each."""

    def patched(
        self,
        masked: NDArray[np.float32],
        closed: NDArray[Any],
        sets: Sequence[Sequence[int]],
    ) -> Iterator[NDArray[np.float32]]:
        """`masked` (n_items,), which is the scores with -inf at the item numbers `closed`, as it is
        without each set: a row is good until the next is asked for, and no row may be written
        to."""
        ...

    def raised(self, masked: NDArray[np.float32]) -> NDArray[np.float32] | None:
        """What each item that some events lower, and that `masked` does not close, would score
        without all of those: an item may be there several times. None where it may be any item.
        """
        ...


@runtime_checkable
class RemovesReasons(Protocol):
    """A decomposition that can take its reasons away."""

    def reasons(self, item: int) -> tuple[float, tuple[Reason, ...]]:
        """(base, reasons), which sum to the score of the item; the largest weight first."""
        ...

    def without_reasons(
        self, item: int, reasons: Sequence[Reason]
    ) -> tuple[tuple[int, ...], NDArray[np.float32]] | None:
        """(the events that were left out, the scores (n_items,)) once these reasons of the item are
        taken away together; None where that cannot be done."""
        ...


@runtime_checkable
class WithReasons(RemovesReasons, Protocol):
    """A decomposition whose reasons are not (only) events: paths, features, rules. method: how its
    explanations are called."""

    method: str


def patched(view: Any) -> Patched | None:
    """The decomposition where it can be patched, else None. Asked for each answer, so of its class:
    Python remembers that, which makes it some fifty times as quick."""
    return view if issubclass(type(view), Patched) else None


def with_reasons(view: Any) -> WithReasons | None:
    """The decomposition where its reasons are not events alone, else None; asked like
    :func:`patched`.
    """
    return view if issubclass(type(view), RemovesReasons) else None


@runtime_checkable
class Decomposable(Protocol):
    """A model that knows its quickest exact decomposition."""

    def decompose(self, query: Query) -> Decomposition: ...


def decompose(model: Any, query: Query) -> Decomposition:
    """The decomposition of the scores of one history, in the quickest form the model allows."""
    if issubclass(type(model), Decomposable):  # for each answer: of a class Python remembers it
        made: Decomposition = model.decompose(query)
        return made
    if issubclass(type(model), Readable):
        return ReadableDecomposition(model, query)
    additive = issubclass(type(model), Additive)
    return Summation(model, query) if additive else Ablation(model, query)


def groups_of(items: Any) -> list[tuple[int, ...]]:
    """The positions of each item of a history: uses of one item are one reason. In order of each
    item's last use.

    >>> groups_of([7, 3, 7, 5])
    [(1,), (0, 2), (3,)]
    """
    found: dict[int, list[int]] = {}
    for position, item in enumerate(np.asarray(items).tolist()):
        found.setdefault(item, []).append(position)
    return sorted(map(tuple, found.values()), key=lambda group: group[-1])


class Constant:
    """Scores (n_items,) that are the same for everybody, such as popularity: there is nothing to
    leave out. chosen (n_items,): how often each item was chosen, where the scores come from
    that."""

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
    """Any additive model, by its own contributions."""

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
    """A model that does not add up: the latest items of the history left out in turn, once for all
    items of the catalogue.

    base: the score of an empty history. An item that was used several times is left out with all
    its uses; its weight stands at the last one.
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
        """What leaving each item of the history out takes away (m, k), NaN for those before the
        latest.
        """
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
    """A model that is a sum of readable reasons other than events: they are its parts. Events
    can still be left out.
    """

    method = "features"

    def __init__(self, model: Any, query: Query) -> None:
        self.model = model
        self.query = query
        self.scores = np.asarray(model.score([query])[0], np.float32)

    def parts(self, items: NDArray[Any]) -> ItemContributions:
        """No event has a part: base holds all that the reasons add up to."""
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
        """A feature of an item cannot be taken away."""


def _rescored(model: Any, query: Query, sets: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    scores: Float = model.score(Queries.of([query.without(one) for one in sets]))
    return np.asarray(scores, np.float32)

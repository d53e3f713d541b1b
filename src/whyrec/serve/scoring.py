"""Scores of one history over the whole catalogue, their parts, and what deletion does to them, in the fastest exact form.

For models that are sums of item-to-item weights a history is a handful of rows of a matrix: they are added where they stand,
and taking an event out takes its row away. Any other model is asked through its own `score`; what its reasons do is then
measured by leaving each event out, all in one batch. A large catalogue may be asked through an index (:func:`near`): what
removal does is then still worked out over all items. Of a fused model the reasons are the glass box's, exact; what leaving
an event out does is measured on the whole model, whose rest moves too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Additive, Queries, Query, Reason
from whyrec.models.linear import Heads, LinearMixin, Table, event_weights
from whyrec.scale.neighbours import Neighbours

__all__ = ["Near", "Parts", "Scored", "Walks", "scored"]

LEFT_OUT = 50  # events that are left out one by one where a model does not add up: the latest ones


class Parts(NamedTuple):
    """score = base + weights.sum(0) + rest, for k items: base, rest (k,) and weights (m, k) float64.
    additive: the weights are parts of the score; else they are what leaving the event out takes away. effects (m, k): what
    leaving the event out does take away, NaN where that was not measured; None where the weights say it."""

    base: NDArray[np.float64]
    weights: NDArray[np.float64]
    rest: NDArray[np.float64]
    additive: bool
    effects: NDArray[np.float64] | None = None

    @property
    def taken(self) -> NDArray[np.float64]:
        """What leaving each event out takes away, (m, k)."""
        return self.weights if self.effects is None else self.effects


class Scored(Protocol):
    """A history with its scores (n_items,) float32; made once for each answer."""

    scores: NDArray[np.float32]

    def parts(self, items: NDArray[Any]) -> Parts: ...

    def without(self, positions: Sequence[int], masked: NDArray[np.float32]) -> NDArray[np.float32]:
        """`masked`, which is the scores with -inf in places, as it is with the event at each of p positions left out,
        (p, n_items): a row each."""
        ...


def scored(model: Any, query: Query) -> Scored:
    """The fastest form for this model, of all items."""
    if isinstance(model, LinearMixin):
        return _Rows(model, query)
    if hasattr(model, "cut"):
        return Walks(model, query)
    if getattr(model, "rest_moves", False):
        return _Mixed(model, query)
    return _Sums(model, query) if isinstance(model, Additive) else _LeftOut(model, query)


class _Rows:
    """Sums of rows of item-to-item matrices, and of learned keys."""

    def __init__(self, model: LinearMixin, query: Query) -> None:
        self.query, self.base = query, model.base_
        terms = model._terms()
        self.learned = [(term.events(query).astype(np.float32), term.queries) for term in terms if isinstance(term, Heads)]
        self.rows: list[_Sparse] = []
        self.dense: list[tuple[NDArray[np.float32], NDArray[np.float32]]] = []
        for term in terms:
            if not isinstance(term, Table):
                continue
            weights, faded = term.weights, event_weights(query.steps, term.decay)
            if sparse.issparse(weights):
                self.rows.append(_Sparse(weights, query.items, faded))
            elif len(faded):
                self.dense.append((weights, faded))
        self.scores = self._scores()

    def _scores(self) -> NDArray[np.float32]:
        scores = self.base.copy()
        for events, vectors in self.learned:
            scores += vectors @ events.sum(0)
        for rows in self.rows:
            rows.add_to(scores)
        for weights, faded in self.dense:
            scores += faded @ weights[self.query.items]
        return scores

    def parts(self, items: NDArray[Any]) -> Parts:
        total = np.zeros((len(self.query), len(items)))
        for rows in self.rows:
            rows.add_parts(total, items, len(self.base))
        for weights, faded in self.dense:
            total += faded[:, None].astype(np.float64) * weights[np.ix_(self.query.items, items)]
        for events, vectors in self.learned:
            total += events.astype(np.float64) @ vectors[items].astype(np.float64).T
        base = self.base[items].astype(np.float64)
        return Parts(base, total, np.zeros(len(items)), True)

    def without(self, positions: Sequence[int], masked: NDArray[np.float32]) -> NDArray[np.float32]:
        left, taken = np.tile(masked, (len(positions), 1)), list(positions)
        for rows in self.rows:
            for row, position in zip(left, taken, strict=True):
                rows.take_from(row, position)
        for weights, faded in self.dense:
            left -= faded[taken, None] * weights[self.query.items[taken]]
        for events, vectors in self.learned:
            left -= events[taken] @ vectors.T  # all at once: the vectors are read once
        return left


class Near(_Rows):
    """A model of one learned term, asked through its index: scores are exact of the `wanted` items that the index finds
    (`found`), and -inf of all others. allowed (n_items,): which items may be listed."""

    def __init__(self, model: LinearMixin, query: Query, index: Neighbours, wanted: int, allowed: NDArray[np.bool_]) -> None:
        self.index, self.wanted, self.allowed = index, wanted, allowed
        super().__init__(model, query)

    @property
    def told(self) -> dict[str, int]:
        """What the answer says."""
        return {"scored": len(self.found), "of": len(self.base)}

    def _scores(self) -> NDArray[np.float32]:
        self.person = self.learned[0][0].sum(0)
        self.found = self.index.near(self.person[None], self.wanted)[0]
        scores = np.full(len(self.base), -np.inf, np.float32)
        scores[self.found] = self.index.score(self.person, self.found)
        return scores

    def without(self, positions: Sequence[int], masked: NDArray[np.float32]) -> NDArray[np.float32]:
        """Over all items: an item may fall further than the index was asked."""
        events, vectors = self.learned[0]
        left = (self.person - events[list(positions)]) @ vectors.T
        left += self.base
        left[:, ~self.allowed] = -np.inf
        return left


class _Sparse:
    """The rows of a sparse matrix that a history adds up, end to end: that of event at[n] in columns[ends[n-1]:ends[n]]."""

    def __init__(self, weights: Any, items: NDArray[Any], faded: NDArray[np.float32]) -> None:
        self.at = np.flatnonzero(faded)
        starts, ends = weights.indptr[items[self.at]], weights.indptr[items[self.at] + 1]
        spans = [(0, 0), *zip(starts.tolist(), ends.tolist(), strict=True)]
        self.ends = np.cumsum(ends - starts)
        self.columns = np.concatenate([weights.indices[a:b] for a, b in spans])
        self.values = np.concatenate([weights.data[a:b] for a, b in spans]) * np.repeat(faded[self.at], ends - starts)

    def add_to(self, scores: NDArray[np.float32]) -> None:
        np.add.at(scores, self.columns, self.values)

    def take_from(self, scores: NDArray[np.float32], position: int) -> None:
        n = int(np.searchsorted(self.at, position))
        if n < len(self.at) and self.at[n] == position:
            a, b = int(self.ends[n - 1]) if n else 0, int(self.ends[n])
            scores[self.columns[a:b]] -= self.values[a:b]

    def add_parts(self, total: NDArray[np.float64], items: NDArray[Any], n_items: int) -> None:
        """Add what each row says of `items` to total (m, k)."""
        place = np.full(n_items, -1, np.int32)
        place[items] = np.arange(len(items))
        found = place[self.columns]
        hit = np.flatnonzero(found >= 0)
        rows = self.at[np.searchsorted(self.ends, hit, side="right")]
        np.add.at(total, (rows, found[hit]), self.values[hit].astype(np.float64))


class _Sums:
    """Any other additive model, through its own contributions."""

    def __init__(self, model: Any, query: Query) -> None:
        self.model, self.query = model, query
        self.scores = np.asarray(model.score([query])[0], np.float32)

    def parts(self, items: NDArray[Any]) -> Parts:
        found = [self.model.contributions(self.query, int(item)) for item in items]
        weights = np.stack([c.weights for c in found], 1) if found else np.zeros((len(self.query), 0))
        base, rest = np.array([c.base for c in found]), np.array([c.rest for c in found])
        return Parts(base, weights.astype(np.float64), rest, True)

    def without(self, positions: Sequence[int], masked: NDArray[np.float32]) -> NDArray[np.float32]:
        left = self.model.score([self.query.without([position]) for position in positions])
        return np.where(np.isfinite(masked), left, masked)


class Walks:
    """A graph model, whose parts are paths. What friends add stays, whatever event is left out."""

    def __init__(self, model: Any, query: Query) -> None:
        self.model, self.query = model, query
        self.scores = np.asarray(model.score([query])[0], np.float32)
        self.friends = np.zeros_like(self.scores)
        if query.user is not None:
            self.friends = self.scores - model.score([query.without([])])[0]  # without anybody who asks
        self._told: dict[int, tuple[float, tuple[Reason, ...], list[Any]]] = {}
        self._left: dict[int, NDArray[np.float32]] = {}

    def told(self, item: int) -> tuple[float, tuple[Reason, ...], list[Any]]:
        """(base, reasons, routes) of an item: see :class:`whyrec.models.graph.Graph`."""
        if item not in self._told:
            routes = self.model.routes(self.query, item)
            self._told[item] = (*self.model.reasons(self.query, item, routes), routes)
        return self._told[item]

    def parts(self, items: NDArray[Any]) -> Parts:
        base, rest, weights = np.zeros(len(items)), np.zeros(len(items)), np.zeros((len(self.query), len(items)))
        for at, item in enumerate(items.tolist()):
            base[at], reasons, routes = self.told(item)
            rest[at] = sum(reason.weight for reason in reasons if reason.kind == "friend")
            for position, *_, weight in routes:
                weights[position, at] += weight
            for reason in reasons:
                if reason.kind == "event":
                    weights[reason.refs[0], at] += reason.weight
        return Parts(base, weights, rest, True)

    def without(self, positions: Sequence[int], masked: NDArray[np.float32]) -> NDArray[np.float32]:
        for position in positions:
            if position not in self._left:  # many items of a list rest on the same event
                self._left[position] = self.model.score([self.query.without([position])])[0] + self.friends
        return np.where(np.isfinite(masked), np.stack([self._left[position] for position in positions]), masked)

    def unfollowed(self, masked: NDArray[np.float32]) -> NDArray[np.float32]:
        """`masked` as it is without what friends chose."""
        return masked - self.friends


class _Mixed:
    """A fused model: exact weights of its glass box, and every event left out in turn on the whole model."""

    def __init__(self, model: Any, query: Query) -> None:
        self.glass, self.whole = scored(model.glass_, query), _LeftOut(model, query)
        self.scores = self.whole.scores

    def parts(self, items: NDArray[Any]) -> Parts:
        base, weights, *_ = self.glass.parts(items)
        rest = self.scores[items].astype(np.float64) - base - weights.sum(0)
        return Parts(base, weights, rest, True, self.whole.effects(items))

    def without(self, positions: Sequence[int], masked: NDArray[np.float32]) -> NDArray[np.float32]:
        return self.whole.without(positions, masked)


class _LeftOut:
    """A model that does not add up: the latest events left out in turn, once for all items."""

    def __init__(self, model: Any, query: Query) -> None:
        self.query = query
        self.first = max(0, len(query) - LEFT_OUT)
        reduced = [query, query.only([]), *(query.without([p]) for p in range(self.first, len(query)))]
        self.table = np.asarray(model.score(Queries.of(reduced)), np.float32)
        self.scores = self.table[0]

    def effects(self, items: NDArray[Any]) -> NDArray[np.float64]:
        """What leaving each event out takes away (m, k), NaN for those before the latest."""
        columns = self.table[:, items].astype(np.float64)
        return np.concatenate([np.full((self.first, len(items)), np.nan), columns[0] - columns[2:]])

    def parts(self, items: NDArray[Any]) -> Parts:
        effects, columns = self.effects(items), self.table[:2, items].astype(np.float64)
        weights = np.nan_to_num(effects)
        return Parts(columns[1], weights, columns[0] - columns[1] - weights.sum(0), False, effects)

    def without(self, positions: Sequence[int], masked: NDArray[np.float32]) -> NDArray[np.float32]:
        rows = [2 + position - self.first if position >= self.first else 0 for position in positions]
        return np.where(np.isfinite(masked), self.table[rows], masked)

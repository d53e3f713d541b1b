"""Scores of one history over the whole catalogue, their parts, and what deletion does to them, in the fastest exact form.

For models that are sums of item-to-item weights a history is a handful of rows of a matrix: they are added where they stand,
and taking an event out takes its row away. Any other model is asked through its own `score`; its reasons are then measured
by leaving each event out, all in one batch.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Additive, Queries, Query
from whyrec.models.linear import Heads, LinearMixin, Matrix, Table, event_weights

__all__ = ["Parts", "Scored", "scored"]

LEFT_OUT = 50  # events that are left out one by one where a model does not add up: the latest ones


class Parts(NamedTuple):
    """score = base + weights.sum(0) + rest, for k items: base, rest (k,) and weights (m, k) float64.
    additive: the weights are parts of the score; else they are what leaving the event out takes away."""

    base: NDArray[np.float64]
    weights: NDArray[np.float64]
    rest: NDArray[np.float64]
    additive: bool


class Scored(Protocol):
    """A history with its scores (n_items,) float32; made once for each answer."""

    scores: NDArray[np.float32]

    def parts(self, items: NDArray[Any]) -> Parts: ...

    def without(self, position: int, masked: NDArray[np.float32]) -> NDArray[np.float32]:
        """`masked`, which is the scores with -inf in places, as it is with the event at `position` left out."""
        ...


def scored(model: Any, query: Query) -> Scored:
    """The fastest form for this model."""
    if isinstance(model, LinearMixin):
        return _Rows(model, query)
    return _Sums(model, query) if isinstance(model, Additive) else _LeftOut(model, query)


class _Rows:
    """Sums of rows of item-to-item matrices, and of learned keys."""

    def __init__(self, model: LinearMixin, query: Query) -> None:
        self.query, self.base = query, model.base_
        terms = model._terms()
        self.terms = [(term.weights, event_weights(query.steps, term.decay)) for term in terms if isinstance(term, Table)]
        self.learned = [(term.events(query).astype(np.float32), term.queries) for term in terms if isinstance(term, Heads)]
        self.scores = self.base.copy()
        for events, vectors in self.learned:
            self.scores += vectors @ events.sum(0)
        for weights, faded in self.terms:
            if sparse.issparse(weights):
                for at in np.flatnonzero(faded):
                    self._add(self.scores, weights, int(query.items[at]), faded[at])
            elif len(faded):
                self.scores += faded @ weights[query.items]

    def _add(self, scores: NDArray[np.float32], weights: Matrix, item: int, times: np.float32) -> None:
        if sparse.issparse(weights):
            a, b = weights.indptr[item], weights.indptr[item + 1]
            scores[weights.indices[a:b]] += times * weights.data[a:b]
        else:
            scores += times * weights[item]

    def parts(self, items: NDArray[Any]) -> Parts:
        total = np.zeros((len(self.query), len(items)))
        for weights, faded in self.terms:
            if sparse.issparse(weights):
                for at in np.flatnonzero(faded):
                    total[at] += float(faded[at]) * _row_at(weights, int(self.query.items[at]), items)
            elif len(faded):
                total += faded[:, None].astype(np.float64) * weights[np.ix_(self.query.items, items)]
        for events, vectors in self.learned:
            total += events.astype(np.float64) @ vectors[items].astype(np.float64).T
        base = self.base[items].astype(np.float64)
        return Parts(base, total, np.zeros(len(items)), True)

    def without(self, position: int, masked: NDArray[np.float32]) -> NDArray[np.float32]:
        left = masked.copy()
        for weights, faded in self.terms:
            if faded[position]:
                self._add(left, weights, int(self.query.items[position]), -faded[position])
        for events, vectors in self.learned:
            left -= vectors @ events[position]
        return left


def _row_at(weights: Any, row: int, columns: NDArray[Any]) -> NDArray[np.float64]:
    """weights[row, columns] of a matrix with sorted indices, (k,) float64."""
    a, b = weights.indptr[row], weights.indptr[row + 1]
    there = weights.indices[a:b]
    if a == b:
        return np.zeros(len(columns))
    at = np.minimum(np.searchsorted(there, columns), b - a - 1)
    return np.where(there[at] == columns, weights.data[a:b][at], 0.0).astype(np.float64)


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

    def without(self, position: int, masked: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.where(np.isfinite(masked), self.model.score([self.query.without([position])])[0], masked)


class _LeftOut:
    """A model that does not add up: every event left out in turn, once for all items."""

    def __init__(self, model: Any, query: Query) -> None:
        self.query = query
        self.first = max(0, len(query) - LEFT_OUT)
        reduced = [query, query.only([]), *(query.without([p]) for p in range(self.first, len(query)))]
        self.table = np.asarray(model.score(Queries.of(reduced)), np.float32)
        self.scores = self.table[0]

    def parts(self, items: NDArray[Any]) -> Parts:
        columns = self.table[:, items].astype(np.float64)
        weights = np.zeros((len(self.query), len(items)))
        weights[self.first :] = columns[0] - columns[2:]
        return Parts(columns[1], weights, columns[0] - columns[1] - weights.sum(0), False)

    def without(self, position: int, masked: NDArray[np.float32]) -> NDArray[np.float32]:
        row = self.table[2 + position - self.first] if position >= self.first else self.scores
        return np.where(np.isfinite(masked), row, masked)

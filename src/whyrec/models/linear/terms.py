"""Shared parts of the additive models: histories as weighted rows, scores as sums of weights.

    score(i) = base(i) + sum over terms and events j of weight(item(j), i, steps(j))

No weight depends on the other events, so contribution = leave-one-out effect = Shapley value. This
does not hold for models whose item weights change with the rest of the history (ALS, transformers).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Contributions, Dataset, Queries, Query, check_fitted, check_items
from whyrec.core.ranking import mask_seen, top_k
from whyrec.models.linear.decomposition import LinearDecomposition, SparseRows

__all__ = [
    "ItemItemTerm",
    "LinearMixin",
    "LowRankTerm",
    "Matrix",
    "SparseMixin",
    "blocks_of_people",
    "compact",
    "dot",
    "event_weights",
    "history_matrix",
    "user_item",
    "weighted_histories",
]

Matrix: TypeAlias = NDArray[np.float32] | sparse.csr_array


BLOCK = 250_000  # events counted at once
ROWS = 256  # rows of a sparse product that are held at once
LONG = 256  # events of a history that are summed in float32; longer ones are summed in float64
FADED = 1e-4  # smaller event weights are set to 0, which keeps long histories fast


def event_weights(
    steps: NDArray[Any], decay: float, slow: float = 1.0, tail: float = 0.0
) -> NDArray[np.float32]:
    """Return the weight of every event, 0 below FADED: decay^steps, or the sum of two speeds.

    Args:
        steps: Later events in the history, (events,).
        decay: Factor per later event.
        slow: Factor per later event of the slower part.
        tail: Share of the slower part in the weight of the latest event, 0 to 1: the weight is
            (1 - tail) * decay^steps + tail * slow^steps.

    Returns:
        (events,) float32.
    """
    ago = np.asarray(steps, np.float32)
    weights = np.power(np.float32(decay), ago)
    if tail:
        weights *= np.float32(1 - tail)
        weights += np.float32(tail) * np.power(np.float32(slow), ago)
    weights[weights < FADED] = 0.0
    return weights


def history_matrix(queries: Queries, n_items: int, decay: float = 1.0) -> sparse.csr_array:
    """Return histories as a sparse matrix (q, n_items) of event weights; repeated items add up."""
    return weighted_histories(queries, n_items, event_weights(queries.events_ago, decay))


def weighted_histories(
    queries: Queries, n_items: int, weights: NDArray[np.float32]
) -> sparse.csr_array:
    """Return histories as a sparse matrix (q, n_items) of these weights of their events."""
    rows = sparse.csr_array(
        (weights, queries.items.copy(), queries.indptr.copy()), shape=(len(queries), n_items)
    )
    if not weights.all():
        rows.eliminate_zeros()
    return rows


def user_item(data: Dataset, *, binary: bool = True) -> sparse.csr_array:
    """Return events as a matrix (n_users, n_items) float32: 1 per chosen item, or summed values."""
    if binary:
        ones = np.ones(len(data), np.float32)
    else:
        ones = data.value
    matrix = sparse.csr_array((ones, (data.user, data.item)), shape=(data.n_users, data.n_items))
    matrix.sum_duplicates()
    if binary:
        matrix.data[:] = 1.0
    return matrix


def blocks_of_people(indptr: NDArray[Any]) -> list[slice]:
    """Split people into runs with at least BLOCK events each.

    Args:
        indptr: Where the events of each person begin, (people + 1,).

    Returns:
        Slices over people.
    """
    people = len(indptr) - 1
    cuts = np.unique(np.append(np.searchsorted(indptr, np.arange(0, indptr[-1], BLOCK)), people))
    return [slice(int(a), int(b)) for a, b in pairwise(cuts)]


def compact(weights: sparse.csr_array) -> Matrix:
    """Return the weights dense if more than a tenth is filled, which is then smaller and faster."""
    result: Matrix = weights.toarray() if weights.nnz > 0.1 * np.prod(weights.shape) else weights
    return result


def dot(rows: sparse.csr_array, weights: Matrix) -> NDArray[np.float32]:
    """Return rows @ weights as a dense float32 matrix, for dense or sparse weights.

    Parts of LONG entries are added in float64, so that long histories have exact sums too.
    """
    out = _product(rows, weights)
    for at in np.flatnonzero(long_rows(rows)):
        start, end = rows.indptr[at], rows.indptr[at + 1]
        bounds = np.append(np.arange(start, end, LONG), end) - start
        entries = (rows.data[start:end], rows.indices[start:end], bounds)
        parts = sparse.csr_array(entries, shape=(len(bounds) - 1, rows.shape[1]))
        out[at] = _product(parts, weights).sum(0, dtype=np.float64)
    return out


def long_rows(rows: sparse.csr_array) -> NDArray[np.bool_]:
    """Mark the rows with too many entries for a sum in float32, (q,)."""
    return np.asarray(np.diff(rows.indptr) > LONG)


def _product(rows: sparse.csr_array, weights: Matrix) -> NDArray[np.float32]:
    if not sparse.issparse(weights):
        return np.asarray(rows @ weights, np.float32)
    out = np.empty((rows.shape[0], weights.shape[1]), np.float32)
    for start in range(0, len(out), ROWS):  # in blocks: a filled sparse product is twice as large
        block = slice(start, start + ROWS)
        out[block] = (rows[block] @ weights).toarray()
    return out


def rows_of(weights: Matrix, items: NDArray[Any]) -> NDArray[np.float64]:
    """Return weights[items] as a dense float64 matrix (m, n_items)."""
    rows = weights[items]
    return np.asarray(rows.toarray() if sparse.issparse(rows) else rows, np.float64)


def column_at(
    weights: Matrix, items: NDArray[Any], item: int | NDArray[Any]
) -> NDArray[np.float64]:
    """Return weights[items, item], (m,) float64; `item` is one number or one per row."""
    if sparse.issparse(weights):  # select the rows first: a look-up by pairs may scan the matrix
        weights = weights[items]
        items = np.arange(len(items))
    column = weights[items, np.broadcast_to(item, len(items))]
    return np.asarray(column.toarray() if sparse.issparse(column) else column, np.float64).ravel()


@dataclass(frozen=True)
class ItemItemTerm:
    """A term in which each event adds (its own weight) * weights[item of the event, i].

    `weights` are (n, n), dense or sparse. The weight of an event is decay^steps or, with a `tail`,
    the sum of two speeds; see :func:`event_weights`.
    """

    weights: Matrix
    decay: float
    slow: float = 1.0
    tail: float = 0.0

    @property
    def rate(self) -> float | None:
        """The factor per later event; None if no single one says how events fade."""
        return None if self.tail else self.decay

    def event_weights(self, steps: NDArray[Any]) -> NDArray[np.float32]:
        """Return the weight of each event by its number of later events, (events,) float32."""
        return event_weights(steps, self.decay, self.slow, self.tail)

    def histories(self, batch: Queries) -> sparse.csr_array:
        """Return the weights of the events as a sparse matrix (q, n) float32."""
        return weighted_histories(
            batch, self.weights.shape[0], self.event_weights(batch.events_ago)
        )

    def scores(self, batch: Queries) -> NDArray[np.float32]:
        """Return the scores (q, n) float32."""
        return dot(self.histories(batch), self.weights)

    def contributions_to(self, query: Query, item: int) -> NDArray[np.float64]:
        """Return what each event adds to one item, (m,)."""
        return self.event_weights(query.events_ago) * column_at(self.weights, query.items, item)

    def contributions_each(self, batch: Queries, items: NDArray[Any]) -> NDArray[np.float64]:
        """Return what each event adds to the items (q, k) of its own query: (events, k)."""
        k = items.shape[1]
        weights = self.weights
        rows = batch.items
        if sparse.issparse(weights):  # a look-up by pairs may scan the whole matrix
            weights = weights[rows]
            rows = np.arange(len(rows))
        columns = column_at(weights, np.repeat(rows, k), items[batch.row].ravel())
        return self.event_weights(batch.events_ago)[:, None] * columns.reshape(-1, k)

    def contribution_matrix(self, query: Query) -> NDArray[np.float64]:
        """Return what each event adds to each item, (m, n)."""
        return self.event_weights(query.events_ago)[:, None] * rows_of(self.weights, query.items)


@dataclass(frozen=True)
class LowRankTerm:
    """A term of low rank with several heads.

    Each event adds the sum over heads h of
    position_weights[h, steps] * keys[item of the event, h] . queries[i, h].
    One vector per person (:meth:`people`) scores every item by a product, so a nearest-neighbour
    index can serve the term.

    Attributes:
        keys: (n, h * d) float32; the d columns of each head are adjacent.
        queries: (n, h * d) float32, as `keys`.
        position_weights: (h, length); events further back add nothing.
    """

    keys: NDArray[np.float32]
    queries: NDArray[np.float32]
    position_weights: NDArray[np.float32]

    def _weights(self, steps: NDArray[Any]) -> NDArray[np.float32]:
        """Return the weight of each event by head, (h, events) float32."""
        length = self.position_weights.shape[1]
        return np.where(
            steps < length, self.position_weights[:, np.minimum(steps, length - 1)], np.float32(0.0)
        )

    def people(self, batch: Queries) -> NDArray[np.float32]:
        """Return the sum of the weighted keys of each history's events, (q, h * d) float32."""
        items, place = np.unique(batch.items, return_inverse=True)  # only these rows are read
        shape = (len(batch), len(items))
        heads = np.split(self.keys[items], len(self.position_weights), axis=1)
        return np.concatenate(
            [
                dot(sparse.csr_array((weights, place, batch.indptr.copy()), shape=shape), keys)
                for weights, keys in zip(self._weights(batch.events_ago), heads, strict=True)
            ],
            axis=1,
        )

    def scores(self, batch: Queries) -> NDArray[np.float32]:
        """Return the scores (q, n) float32."""
        return self.people(batch) @ self.queries.T

    def events(self, query: Query) -> NDArray[np.float64]:
        """Return the weighted keys of the events, (m, h * d)."""
        return self._faded(query.items, self._weights(query.events_ago).T.astype(np.float64))

    def _faded(self, items: NDArray[Any], weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the keys of items times the weights of their heads (m, h): (m, h * d)."""
        heads = self.keys[items].reshape(
            *weights.shape, self.keys.shape[1] // len(self.position_weights)
        )
        return np.asarray((heads * weights[:, :, None]).reshape(len(items), self.keys.shape[1]))

    def contributions_to(self, query: Query, item: int) -> NDArray[np.float64]:
        """Return what each event adds to one item, (m,)."""
        return np.asarray(self.events(query) @ self.queries[item].astype(np.float64))

    def contributions_each(self, batch: Queries, items: NDArray[Any]) -> NDArray[np.float64]:
        """Return what each event adds to the items (q, k) of its own query: (events, k)."""
        weights = self._weights(batch.events_ago).T.astype(np.float64)
        out = np.empty((len(batch.items), items.shape[1]))
        for events, some in zip(map(slice, batch.indptr, batch.indptr[1:]), items, strict=False):
            out[events] = self._faded(batch.items[events], weights[events]) @ self.queries[
                some
            ].T.astype(np.float64)
        return out

    def contribution_matrix(self, query: Query) -> NDArray[np.float64]:
        """Return what each event adds to each item, (m, n)."""
        return np.asarray(self.events(query) @ self.queries.T.astype(np.float64))


class LinearMixin:
    """Scores and exact contributions for a model that is a sum of terms.

    A subclass defines `terms()`, a list of :class:`ItemItemTerm` and :class:`LowRankTerm`, and
    `base_` (n_items,) float32, the score for an empty history. The mixin has no state of its own.
    """

    base_: NDArray[np.float32]

    def terms(self) -> Sequence[ItemItemTerm | LowRankTerm]:
        raise NotImplementedError

    @property
    def product(self) -> LowRankTerm | None:
        """The term that makes up the whole score beside the base, if a single low-rank one does."""
        terms = self.terms()
        if len(terms) == 1 and isinstance(terms[0], LowRankTerm):
            return terms[0]
        return None

    def score(self, queries: Any) -> NDArray[np.float32]:
        """Score all items.

        Args:
            queries: q histories.

        Returns:
            (q, n_items) float32; the base for an empty history.

        Raises:
            NotFitted: If the model is not fitted.
        """
        check_fitted(self)
        batch = Queries.of(queries, len(self.base_))
        terms = self.terms()
        # Add to the first term's scores instead of allocating another array for the base.
        if terms:
            out = terms[0].scores(batch)
        else:
            out = np.zeros((len(batch), len(self.base_)), np.float32)
        out += self.base_
        for term in terms[1:]:
            out += term.scores(batch)
        return out

    def decompose(self, query: Query, *, score: bool = True) -> LinearDecomposition:
        """Return the scores of one history with their parts, in the fastest exact form.

        Args:
            query: One history.
            score: Whether to compute the scores.

        Returns:
            The decomposition.
        """
        check_fitted(self)
        check_items(len(self.base_), query.items, query.avoided)
        rows: list[SparseRows] = []
        dense: list[tuple[NDArray[np.float32], NDArray[np.float32]]] = []
        learned: list[tuple[NDArray[np.float32], NDArray[np.float32]]] = []
        for term in self.terms():
            if isinstance(term, LowRankTerm):
                learned.append((term.events(query).astype(np.float32), term.queries))
                continue
            faded = term.event_weights(query.events_ago)
            if sparse.issparse(term.weights):
                rows.append(SparseRows(term.weights, query.items, faded))
            elif len(faded):
                dense.append((term.weights, faded))
        return LinearDecomposition(query, self.base_, rows, dense, learned, score=score)

    def contributions(self, query: Query, item: int) -> Contributions:
        """Return what each event adds to the score of an item; exact.

        Args:
            query: A history of m events.
            item: Number of the item.

        Returns:
            The base, and (m,) float64 in score units.
        """
        check_fitted(self)
        check_items(len(self.base_), query.items, item)
        return Contributions(
            float(self.base_[item]),
            sum((t.contributions_to(query, item) for t in self.terms()), np.zeros(len(query))),
        )

    def contributions_to(
        self, query: Query, items: NDArray[Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what each event adds to several items.

        Args:
            query: A history of m events.
            items: Item numbers, (k,).

        Returns:
            Base (k,) and contributions (m, k), both float64.
        """
        base, weights = self.contributions_each(Queries.of(query), np.asarray(items)[None])
        return base[0], weights

    def contributions_each(
        self, queries: Any, items: NDArray[Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what each event of a batch adds to the items of its own query.

        Args:
            queries: q histories.
            items: k item numbers per query, (q, k).

        Returns:
            Base (q, k) and contributions (events, k), both float64.
        """
        check_fitted(self)
        batch = Queries.of(queries, len(self.base_))
        check_items(len(self.base_), items)
        weights = sum(
            (term.contributions_each(batch, items) for term in self.terms()),
            np.zeros((len(batch.items), items.shape[1])),
        )
        return self.base_[items].astype(np.float64), weights

    def contribution_matrix(self, query: Query) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the base (n_items,) and what each event adds to each item (m, n_items)."""
        check_fitted(self)
        check_items(len(self.base_), query.items)
        total = np.zeros((len(query), len(self.base_)))
        for term in self.terms():
            total += term.contribution_matrix(query)
        return self.base_.astype(np.float64), total


class SparseMixin(LinearMixin):
    """Finds the best items without scoring all, for a single sparse term and a base of 0."""

    def best(self, queries: Any, k: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the k best unseen items and their scores.

        Only items to which some event adds are examined. A person with fewer than k such items
        above 0, or with a long history, is scored in full.

        Args:
            queries: q histories.
            k: Length of the list.

        Returns:
            Items and scores, (q, k) each, as :func:`top_k` gives them from all scores.
        """
        check_fitted(self)
        batch, (term,) = Queries.of(queries, len(self.base_)), self.terms()
        assert isinstance(term, ItemItemTerm)
        k = min(k, len(self.base_))
        items = np.empty((len(batch), k), np.int32)
        scores = np.empty((len(batch), k), np.float32)
        histories = term.histories(batch)
        long = long_rows(histories)
        total = histories @ term.weights
        for row in range(len(batch)):
            part = slice(total.indptr[row], total.indptr[row + 1])
            if batch.repeat:
                seen = batch.items[:0]
            else:
                seen = batch.items[batch.indptr[row] : batch.indptr[row + 1]]
            seen = np.append(
                seen, batch.avoided[batch.avoided_indptr[row] : batch.avoided_indptr[row + 1]]
            )
            new = np.flatnonzero((total.data[part] > 0) & ~np.isin(total.indices[part], seen))
            if len(new) < k or long[row]:
                one = batch[[row]]
                items[row], scores[row] = (
                    whole[0] for whole in top_k(mask_seen(self.score(one), one), k)
                )
                continue
            candidates = total.indices[part][new]
            sums = total.data[part][new]
            reach = np.flatnonzero(sums >= np.partition(sums, len(sums) - k)[-k])  # with ties
            order = reach[np.lexsort((candidates[reach], -sums[reach]))[:k]]
            items[row] = candidates[order]
            scores[row] = sums[order]
        return items, scores

"""What the additive models share: a history as a weighted row, and a sum of item-to-item weights.

    score(i) = base(i) + sum over terms and events j of weight(item(j), i, steps(j))

No weight depends on the other events, so contribution = leave-one-out = Shapley value. Not for
models whose item weights change with the rest of the history (ALS, transformers).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Contributions, Dataset, Queries, Query, check_fitted
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
]

Matrix: TypeAlias = NDArray[np.float32] | sparse.csr_array


# events that are counted at once: what is counted depends on the blocks, never on who counts them
BLOCK = 250_000
FADED = (
    1e-4  # an event whose weight has decayed below this counts nothing: long histories stay fast
)


def event_weights(steps: NDArray[Any], decay: float) -> NDArray[np.float32]:
    """decay^steps for every event, 0 once it is below FADED; (events,) float32."""
    weights = np.power(np.float32(decay), np.asarray(steps, np.float32))
    weights[weights < FADED] = 0.0
    return weights


def history_matrix(queries: Queries, n_items: int, decay: float = 1.0) -> sparse.csr_array:
    """The histories as a sparse matrix (q, n_items) of event weights; a repeated item adds up."""
    weights = event_weights(queries.events_ago, decay)
    rows = sparse.csr_array(
        (weights, queries.items.copy(), queries.indptr.copy()), shape=(len(queries), n_items)
    )
    if decay < 1.0:
        rows.eliminate_zeros()
    return rows


def user_item(data: Dataset, *, binary: bool = True) -> sparse.csr_array:
    """Events as a matrix (n_users, n_items) float32: 1 where an event exists, or summed values."""
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
    """Runs of people with BLOCK events or somewhat more each; indptr (people + 1,): where each
    one's events begin.
    """
    people = len(indptr) - 1
    cuts = np.unique(np.append(np.searchsorted(indptr, np.arange(0, indptr[-1], BLOCK)), people))
    return [slice(int(a), int(b)) for a, b in pairwise(cuts)]


def compact(weights: sparse.csr_array) -> Matrix:
    """Dense where more than a tenth is filled: then it is both smaller to multiply and quicker."""
    made: Matrix = weights.toarray() if weights.nnz > 0.1 * np.prod(weights.shape) else weights
    return made


def dot(rows: sparse.csr_array, weights: Matrix) -> NDArray[np.float32]:
    """rows @ weights as a dense float32 matrix, whichever form the weights have."""
    out = rows @ weights
    return np.asarray(out.toarray() if sparse.issparse(out) else out, np.float32)


def rows_of(weights: Matrix, items: NDArray[Any]) -> NDArray[np.float64]:
    """weights[items] as a dense float64 matrix (m, n_items)."""
    rows = weights[items]
    return np.asarray(rows.toarray() if sparse.issparse(rows) else rows, np.float64)


def column_at(
    weights: Matrix, items: NDArray[Any], item: int | NDArray[Any]
) -> NDArray[np.float64]:
    """weights[items, item], (m,) float64, without making the rest of the rows; item: one, or one
    each.
    """
    if sparse.issparse(
        weights
    ):  # the rows first: a look-up by pairs may check the order of all that a matrix holds
        weights = weights[items]
        items = np.arange(len(items))
    found = weights[
        items, np.broadcast_to(item, len(items))
    ]  # the paired form: sparse weights are looked up in C
    return np.asarray(found.toarray() if sparse.issparse(found) else found, np.float64).ravel()


@dataclass(frozen=True)
class ItemItemTerm:
    """A term: each event adds decay^steps * weights[item of the event, i]; weights (n, n), dense
    or sparse.
    """

    weights: Matrix
    decay: float

    def scores(self, batch: Queries) -> NDArray[np.float32]:
        """(q, n) float32."""
        return dot(history_matrix(batch, self.weights.shape[0], self.decay), self.weights)

    def contributions_to(self, query: Query, item: int) -> NDArray[np.float64]:
        """What each event adds to one item, (m,)."""
        return event_weights(query.events_ago, self.decay) * column_at(
            self.weights, query.items, item
        )

    def contributions_each(self, batch: Queries, items: NDArray[Any]) -> NDArray[np.float64]:
        """What each event adds to each of its own person's items (q, k): (events, k)."""
        k = items.shape[1]
        weights = self.weights
        rows = batch.items
        if sparse.issparse(
            weights
        ):  # to look a pair up takes as long as the table is; so in the rows that count
            weights = weights[rows]
            rows = np.arange(len(rows))
        found = column_at(weights, np.repeat(rows, k), items[batch.row].ravel())
        return event_weights(batch.events_ago, self.decay)[:, None] * found.reshape(-1, k)

    def contribution_matrix(self, query: Query) -> NDArray[np.float64]:
        """What each event adds to each item, (m, n)."""
        return event_weights(query.events_ago, self.decay)[:, None] * rows_of(
            self.weights, query.items
        )


@dataclass(frozen=True)
class LowRankTerm:
    """A term of low rank: each event adds sum over heads h of position_weights[h, steps] *
    keys[item of the event, h] . queries[i, h].

    keys, queries (n, h * d) float32, a head's d columns side by side; position_weights (h, length):
    events further back add nothing. One vector a person (:meth:`people`) scores every item by a
    product: a nearest-neighbour index can serve it.
    """

    keys: NDArray[np.float32]
    queries: NDArray[np.float32]
    position_weights: NDArray[np.float32]

    def _weights(self, steps: NDArray[Any]) -> NDArray[np.float32]:
        """(h, events) float32."""
        length = self.position_weights.shape[1]
        return np.where(
            steps < length, self.position_weights[:, np.minimum(steps, length - 1)], np.float32(0.0)
        )

    def people(self, batch: Queries) -> NDArray[np.float32]:
        """(q, h * d) float32: the sum of the events' weighted keys."""
        items, place = np.unique(
            batch.items, return_inverse=True
        )  # of a large catalogue only these rows are touched
        shape = (len(batch), len(items))
        heads = np.split(self.keys[items], len(self.position_weights), axis=1)
        return np.concatenate(
            [
                sparse.csr_array((weights, place, batch.indptr.copy()), shape=shape) @ keys
                for weights, keys in zip(self._weights(batch.events_ago), heads, strict=True)
            ],
            axis=1,
        )

    def scores(self, batch: Queries) -> NDArray[np.float32]:
        """(q, n) float32."""
        return self.people(batch) @ self.queries.T

    def events(self, query: Query) -> NDArray[np.float64]:
        """Weighted keys of the events, (m, h * d); with the queries of items they give every
        weight.
        """
        return self._faded(query.items, self._weights(query.events_ago).T.astype(np.float64))

    def _faded(self, items: NDArray[Any], weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """The keys of items times their heads' weights (m, h): (m, h * d)."""
        heads = self.keys[items].reshape(
            *weights.shape, self.keys.shape[1] // len(self.position_weights)
        )
        return np.asarray((heads * weights[:, :, None]).reshape(len(items), self.keys.shape[1]))

    def contributions_to(self, query: Query, item: int) -> NDArray[np.float64]:
        """What each event adds to one item, (m,)."""
        return np.asarray(self.events(query) @ self.queries[item].astype(np.float64))

    def contributions_each(self, batch: Queries, items: NDArray[Any]) -> NDArray[np.float64]:
        """What each event adds to each of its own person's items (q, k): (events, k)."""
        weights = self._weights(batch.events_ago).T.astype(np.float64)
        out = np.empty((len(batch.items), items.shape[1]))
        for own, some in zip(map(slice, batch.indptr, batch.indptr[1:]), items, strict=False):
            out[own] = self._faded(batch.items[own], weights[own]) @ self.queries[some].T.astype(
                np.float64
            )
        return out

    def contribution_matrix(self, query: Query) -> NDArray[np.float64]:
        """What each event adds to each item, (m, n)."""
        return np.asarray(self.events(query) @ self.queries.T.astype(np.float64))


class LinearMixin:
    """Scores and exact contributions for a model that names its terms.

    `terms()` gives a list of :class:`ItemItemTerm` and :class:`LowRankTerm`; `base_` (n_items,)
    float32 is what everyone gets. The mixin holds no state of its own.
    """

    base_: NDArray[np.float32]

    def terms(self) -> Sequence[ItemItemTerm | LowRankTerm]:
        raise NotImplementedError

    @property
    def product(self) -> LowRankTerm | None:
        """The term that is all of the score beside the base, where one vector a person gives it;
        else None.
        """
        terms = self.terms()
        if len(terms) == 1 and isinstance(terms[0], LowRankTerm):
            return terms[0]
        return None

    def score(self, queries: Any) -> NDArray[np.float32]:
        """(q, n_items) float32: base for an empty history."""
        check_fitted(self)
        batch = Queries.of(queries)
        terms = self.terms()
        # The first term's table is added to: a table of the base alone would be filled for nothing.
        if terms:
            out = terms[0].scores(batch)
        else:
            out = np.zeros((len(batch), len(self.base_)), np.float32)
        out += self.base_
        for term in terms[1:]:
            out += term.scores(batch)
        return out

    def decompose(self, query: Query, *, score: bool = True) -> LinearDecomposition:
        """The scores of one history with their parts, in the quickest exact form; score: whether
        to work the scores out.
        """
        check_fitted(self)
        rows: list[SparseRows] = []
        dense: list[tuple[NDArray[np.float32], NDArray[np.float32]]] = []
        learned: list[tuple[NDArray[np.float32], NDArray[np.float32]]] = []
        for term in self.terms():
            if isinstance(term, LowRankTerm):
                learned.append((term.events(query).astype(np.float32), term.queries))
                continue
            faded = event_weights(query.events_ago, term.decay)
            if sparse.issparse(term.weights):
                rows.append(SparseRows(term.weights, query.items, faded))
            elif len(faded):
                dense.append((term.weights, faded))
        return LinearDecomposition(query, self.base_, rows, dense, learned, score=score)

    def contributions(self, query: Query, item: int) -> Contributions:
        """What each event adds to the score of `item`: exact, (m,) float64 in score units."""
        check_fitted(self)
        return Contributions(
            float(self.base_[item]),
            sum((t.contributions_to(query, item) for t in self.terms()), np.zeros(len(query))),
        )

    def contributions_to(
        self, query: Query, items: NDArray[Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The same for several items at once: (base (k,), what each event adds to each (m, k)),
        both float64.
        """
        base, weights = self.contributions_each(Queries.of(query), np.asarray(items)[None])
        return base[0], weights

    def contributions_each(
        self, queries: Any, items: NDArray[Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The same for a batch, with k items of its own for each query, items (q, k): (base (q, k),
        what each event of the batch adds to each item of its query (events, k)), both float64."""
        check_fitted(self)
        batch = Queries.of(queries)
        weights = sum(
            (term.contributions_each(batch, items) for term in self.terms()),
            np.zeros((len(batch.items), items.shape[1])),
        )
        return self.base_[items].astype(np.float64), weights

    def contribution_matrix(self, query: Query) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(base (n_items,), what each event adds to each item (m, n_items)), both float64."""
        check_fitted(self)
        total = np.zeros((len(query), len(self.base_)))
        for term in self.terms():
            total += term.contribution_matrix(query)
        return self.base_.astype(np.float64), total

    def magnitudes(self, queries: Any) -> NDArray[np.float32]:
        """|base| + sum of the sizes of the events' contributions, (q, n_items) float32: all that
        is explained.
        """
        base = np.abs(self.base_)
        return np.stack(
            [
                base + np.abs(sum(term.contribution_matrix(query) for term in self.terms())).sum(0)
                if len(query)
                else base
                for query in Queries.of(queries)
            ]
        ).astype(np.float32)


class SparseMixin(LinearMixin):
    """For a model whose one term is a sparse :class:`ItemItemTerm` and whose base is 0: the best
    items without a score for each.
    """

    def best(self, queries: Any, k: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The k best unseen items and their scores, (q, k) each, as :func:`top_k` gives them from
        all scores. Only items that some event adds to are looked at; a person with fewer than k
        of them above 0 is scored in full."""
        check_fitted(self)
        batch, (term,) = Queries.of(queries), self.terms()
        assert isinstance(term, ItemItemTerm)
        k = min(k, len(self.base_))
        items = np.empty((len(batch), k), np.int32)
        scores = np.empty((len(batch), k), np.float32)
        total = history_matrix(batch, len(self.base_), term.decay) @ term.weights
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
            if len(new) < k:
                one = batch[[row]]
                items[row], scores[row] = (
                    whole[0] for whole in top_k(mask_seen(self.score(one), one), k)
                )
                continue
            found = total.indices[part][new]
            sums = total.data[part][new]
            reach = np.flatnonzero(
                sums >= np.partition(sums, len(sums) - k)[-k]
            )  # ties at the edge too
            order = reach[np.lexsort((found[reach], -sums[reach]))[:k]]
            items[row] = found[order]
            scores[row] = sums[order]
        return items, scores

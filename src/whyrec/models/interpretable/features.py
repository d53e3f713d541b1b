"""Readable features: what a person would say of an item and a history, as numbers.

Each feature has a name ("categories", "same:director", "near:price", ...) and a sentence in two
languages (:mod:`whyrec.models.interpretable.feature_phrases`). Everything is counted from the
events handed in, so whoever trains on the features holds the events to be predicted out of them.
What the data cannot give (no price, no clock, no friends) is left out, and :attr:`Features.absent`
says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Dataset, Queries, top_k
from whyrec.models.interpretable import counting
from whyrec.models.interpretable.feature_columns import (
    MEANS,
    clock_of,
    friends_of,
    hour_of,
    mean_rows,
    moments_of,
    names_of,
    rating_of,
    standard,
    vectors_of,
    weekday_of,
)

__all__ = ["Features", "features_of", "keep"]

DECAY = 0.85  # an event's weight falls by this with each later event
# the same where the latest events matter most: what is chosen after them, what a large model ties
# to them
SOON = 0.5
LONG = 0.8  # where the recent events count as a whole
DIMS = 128  # of the vectors behind "after"
NEIGHBOURS = 200  # strengths kept for each item
DECIMALS = 4  # features are rounded: a threshold must not be crossed by the rounding of a sum
ROOM = 4_000_000  # numbers of one (queries, items) table: bounds memory

Matrix: TypeAlias = sparse.csr_array


@dataclass(frozen=True, eq=False)
class Features:
    """The features of some training events, ready to be asked for any history and items.

    names: the f columns; absent: {feature: why the data cannot give it}. The arrays are what they
    are computed from (n items, all float32): onehot (n, a) with spans {feature: [first, last
    column]}; numbers (n, numeric columns) in standard deviations from the mean, NaN where unknown;
    counts and rating (n,); cochosen, follows (n, n); words (n, w); vectors (n, d) of length 1;
    events (events,) int64, item * span + time, sorted, with trend {start, span, window}; friends
    (n_users, n), how many friends chose each item; before, after (n, d) and tied, ties (n, k),
    whose products say how an item follows another in the data, and is tied to it by a large model.
    unit (2,): what makes cochosen and follows comparable. moments (n, 31): how much more often than
    usual, in doublings, each item is chosen at each hour of the day (UTC) and on each day of the
    week from Monday; (n, 0) where not wanted.
    """

    names: Sequence[str]
    absent: Mapping[str, str]
    onehot: Matrix
    spans: Mapping[str, Sequence[int]]
    numbers: NDArray[np.float32]
    counts: NDArray[np.float32]
    rating: NDArray[np.float32]
    cochosen: Matrix
    follows: Matrix
    words: Matrix
    vectors: NDArray[np.float32]
    events: NDArray[np.int64]
    trend: Mapping[str, int]
    friends: Matrix
    before: NDArray[np.float32]
    after: NDArray[np.float32]
    tied: NDArray[np.float32]
    ties: NDArray[np.float32]
    unit: NDArray[np.float32]
    moments: NDArray[np.float32] | None = None  # None: a model of an earlier version

    @classmethod
    def of(
        cls,
        data: Dataset,
        *,
        vectors: NDArray[Any] | None = None,
        friends: bool = False,
        time_features: bool = False,
        ties: tuple[NDArray[Any], NDArray[Any]] | None = None,
        without: Sequence[str] = (),
    ) -> Features:
        """Count everything on `data`. vectors (n_items, d): what a text encoder made of the items
        (default: those of the item table). friends: count what the person's friends chose, which
        needs the query's user. time_features: hour and weekday of asking count too. ties: two
        (n_items, k) whose product is how a large model ties items, see
        :func:`whyrec.models.interpretable.surrogate.item_ties`.
        without: features to leave out, by name or by the part of it before the colon."""
        absent = dict.fromkeys(without, "left out as asked")
        ordered = data.order != "none"
        if not ordered:
            absent |= dict.fromkeys(("latest", "follows", "after"), "the data have no order")
        table = data.item_table
        n = data.n_items
        onehot, spans = names_of(data, absent)
        numbers = {
            name: standard(values)
            for name, values in table.numeric.items()
            if not {"near", f"near:{name}"} & set(without)
        }
        if not table.numeric:
            absent["near"] = "the items have no numbers, such as a price"
        mean = MEANS[data.values]  # what the mean of an item's values is
        rating = rating_of(data, absent)
        events, trend = clock_of(data, absent)
        words = counting.word_vectors(table, data.items)
        if not words.nnz:
            absent["words"] = "the items have no titles or texts with words in common"
        text = vectors_of(data, vectors, absent)
        circle = friends_of(data, friends, absent)
        moments = moments_of(data, time_features, absent)
        follows = sparse.csr_array((n, n), dtype=np.float32)
        before = after = np.zeros((n, 0), np.float32)
        if ordered:
            before, after = counting.surroundings(data, DIMS)
            follows = counting.followers(data, NEIGHBOURS)
        if ordered and not before.shape[1]:
            absent["after"] = "too few items were chosen one after the other"
        tied = towards = np.zeros((n, 0), np.float32)
        if ties is not None:
            tied, towards = ties
        names = [*spans, *(f"near:{name}" for name in numbers), "popularity"]
        if trend:
            names.append("trend")
        if len(rating):
            names.append(mean)
        names.append("cochosen")
        if ordered:
            names += ["latest", "follows"]
        if before.shape[1]:
            names.append("after")
        if tied.shape[1]:
            names += ["model", "whole"]
        if words.nnz:
            names.append("words")
        if text.shape[1]:
            names.append("text")
        if circle.shape[0]:
            names.append("friends")
        if moments.shape[1]:
            names += ["hour", "weekday"]
        chosen = [name for name in names if not _left_out(name, mean, without)]
        made = cls(
            chosen,
            absent,
            onehot,
            spans,
            np.array(list(numbers.values()), np.float32).reshape(-1, n).T,
            np.bincount(data.item, minlength=n).astype(np.float32),
            rating,
            counting.cochosen(data, NEIGHBOURS),
            follows,
            words,
            text,
            events,
            trend,
            circle,
            before,
            after,
            tied,
            towards,
            np.ones(2, np.float32),
            moments,
        )
        return made._with_unit(data)

    def _with_unit(self, data: Dataset) -> Features:
        people = np.flatnonzero(data.histories.sizes)
        some = data.histories[people[:: max(1, len(people) // 256)]]
        rows = counting.history_weights(some, len(self.counts), DECAY)
        spread = [
            float((rows @ matrix).toarray().std()) for matrix in (self.cochosen, self.follows)
        ]
        state = {field.name: getattr(self, field.name) for field in fields(self)}
        return Features(
            **state | {"unit": np.array([1.0 / (s or 1.0) for s in spread], np.float32)}
        )

    def candidates(self, queries: Queries, n: int) -> NDArray[np.int64]:
        """The n items worth judging for each query, (q, at most n), best first: co-chosen with, or
        often next after, the last items, else the most popular; items of the history come last."""
        out = []
        for part in self._pieces(queries):
            rows = counting.history_weights(part, len(self.counts), DECAY)
            scores = (rows @ self.cochosen).toarray() * self.unit[0] + (
                rows @ self.follows
            ).toarray() * self.unit[1]
            scores += 1e-3 * np.log1p(self.counts)
            scores[part.row, part.items] = -1.0
            out.append(top_k(np.round(scores, DECIMALS).astype(np.float32), n)[0])
        if out:
            return np.concatenate(out).astype(np.int64)
        return np.zeros((0, min(n, len(self.counts))), np.int64)

    def values(self, queries: Queries, items: NDArray[Any]) -> NDArray[np.float32]:
        """The features of each query's items (q, c), as (q, c, f) float32, rounded to four
        decimals.
        """
        out, start = np.empty((*items.shape, len(self.names)), np.float32), 0
        for part in self._pieces(queries):
            rows = slice(start, start + len(part))
            start += len(part)
            of = _Asked(self, part, items[rows])
            for column, name in enumerate(self.names):
                out[rows, :, column] = of.column(name)
        return np.asarray(np.round(out, DECIMALS), np.float32)

    def _pieces(self, queries: Queries) -> list[Queries]:
        size = max(1, ROOM // max(1, len(self.counts)))
        return [queries[start : start + size] for start in range(0, len(queries), size)]


def _left_out(name: str, mean: str, without: Sequence[str]) -> bool:
    """Whether a feature is not wanted: by its name, or by the part of it before the colon."""
    if name == mean and "rating" in without:
        return True
    return name in without or name.partition(":")[0] in without


class _Asked:
    """A piece of queries with their items: one method a kind of feature, each (q, c)."""

    def __init__(self, features: Features, queries: Queries, items: NDArray[Any]) -> None:
        self.of = features
        self.queries = queries
        self.items = items
        self.rows = counting.history_weights(queries, len(features.counts), DECAY)
        self.shares = mean_rows(self.rows)
        self.soon = mean_rows(counting.history_weights(queries, len(features.counts), SOON))
        last = queries.indptr[1:][queries.sizes > 0] - 1
        at = np.concatenate([[0], np.cumsum(queries.sizes > 0)])
        self.last = sparse.csr_array(
            (np.ones(len(last), np.float32), queries.items[last], at), shape=self.rows.shape
        )

    def column(self, name: str) -> NDArray[Any]:
        stem = name.partition(":")[0]
        make: Mapping[str, Callable[[], NDArray[Any]]] = {
            "categories": lambda: self._shared(name),
            "same": lambda: self._shared(name),
            "near": lambda: self._near(name),
            "popularity": lambda: np.log10(1 + self.of.counts)[self.items],
            "trend": self._trend,
            **dict.fromkeys(MEANS.values(), lambda: self.of.rating[self.items]),
            "cochosen": lambda: self._take(self.rows @ self.of.cochosen),
            "latest": lambda: self._take(self.last @ self.of.cochosen),
            "follows": lambda: self._take(self.rows @ self.of.follows),
            "after": lambda: self._take(_standing((self.soon @ self.of.before) @ self.of.after.T)),
            "whole": lambda: self._take(_standing((self._long() @ self.of.tied) @ self.of.ties.T)),
            "model": lambda: self._take(_standing((self.soon @ self.of.tied) @ self.of.ties.T)),
            "words": lambda: self._take((self.shares @ self.of.words) @ self.of.words.T),
            "text": lambda: self._take((self.shares @ self.of.vectors) @ self.of.vectors.T),
            "friends": self._friends,
            "hour": lambda: self._moment(hour_of(self.queries.now)),
            "weekday": lambda: self._moment(weekday_of(self.queries.now)),
        }
        return make[stem]()

    def _long(self) -> Matrix:
        return mean_rows(counting.history_weights(self.queries, len(self.of.counts), LONG))

    def _take(self, of_all: Any) -> NDArray[Any]:
        """From a table of all items (q, n) those asked for."""
        if sparse.issparse(of_all):
            dense = of_all.toarray()
        else:
            dense = np.asarray(of_all)
        return np.take_along_axis(dense, self.items, 1)

    def _shared(self, name: str) -> NDArray[Any]:
        """Mean over the item's names of the share of the history's weight that has the name."""
        first, last = self.of.spans[name]
        has = self.of.onehot[:, first:last]
        many = np.maximum(np.asarray(has.sum(1)).ravel(), 1.0)
        return np.asarray(self._take((self.shares @ has) @ has.T) / many[self.items])

    def _near(self, name: str) -> NDArray[Any]:
        """|number - usual number| in standard deviations; 1 where the item's is unknown, the
        mean where the usual one is.
        """
        numbers = self.of.numbers[
            :, [n for n in self.of.names if n.startswith("near:")].index(name)
        ]
        known = np.isfinite(numbers)
        weight = self.rows @ known.astype(np.float32)
        usual = np.divide(
            self.rows @ np.where(known, numbers, 0).astype(np.float32),
            weight,
            out=np.zeros(len(weight), np.float32),
            where=weight > 0,
        )
        apart = np.abs(numbers[self.items] - usual[:, None])
        return np.where(known[self.items], apart, 1.0)

    def _trend(self) -> NDArray[Any]:
        """log10(1 + events of the item in the window before now)."""
        trend = self.of.trend
        items = self.items.astype(np.int64)
        now = np.clip(self.queries.now - trend["start"], 0, trend["span"] - 1)[:, None]
        low = np.maximum(now - trend["window"], 0)
        found = np.searchsorted(self.of.events, items * trend["span"] + now) - np.searchsorted(
            self.of.events, items * trend["span"] + low
        )
        return np.asarray(np.log10(1.0 + found))

    def _moment(self, columns: NDArray[Any]) -> NDArray[Any]:
        assert self.of.moments is not None
        return np.asarray(self.of.moments[self.items, columns[:, None]])

    def _friends(self) -> NDArray[Any]:
        """log10(1 + friends who chose the item); 0 where the query names nobody."""
        user = self.queries.user
        known = (user >= 0) & (user < self.of.friends.shape[0])
        rows = self.of.friends[np.where(known, user, 0)].toarray() * known[:, None]
        return np.log10(1.0 + np.take_along_axis(rows, self.items, 1))


def _standing(of_all: NDArray[Any]) -> NDArray[Any]:
    """How far each item stands above the mean of all, in standard deviations of the row; 0 where
    a row is even.
    """
    apart = of_all - of_all.mean(1, keepdims=True)
    spread = apart.std(1, keepdims=True)
    return np.asarray(np.divide(apart, spread, out=np.zeros_like(apart), where=spread > 1e-9))


# --- what the data give ---------------------------------------------------------------------------


# --- kept inside a model --------------------------------------------------------------------------


def keep(model: object, features: Features) -> None:
    """Store the features in a model as attributes of plain arrays and JSON, which is what an
    artefact can hold.
    """
    for field in fields(features):
        value = getattr(features, field.name)
        if isinstance(value, Mapping):
            plain = {k: list(v) if isinstance(v, (list, tuple)) else v for k, v in value.items()}
        else:
            plain = value
        setattr(model, f"{field.name}_", plain)


def features_of(model: object) -> Features:
    """What :func:`keep` stored."""
    kept = {
        field.name: f"{field.name}_"
        for field in fields(Features)
        if f"{field.name}_" in vars(model)
    }
    return Features(**{name: getattr(model, attribute) for name, attribute in kept.items()})

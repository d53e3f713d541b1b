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

__all__ = ["Features", "features_of", "keep"]

DECAY = 0.85  # an event's weight falls by this with each later event
# the same where the latest events matter most: what is chosen after them, what a large model ties
# to them
SOON = 0.5
LONG = 0.8  # where the recent events count as a whole
DIMS = 128  # of the vectors behind "after"
NEIGHBOURS = 200  # strengths kept for each item
TREND_DAYS = 30
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
        moment: bool = False,
        ties: tuple[NDArray[Any], NDArray[Any]] | None = None,
        without: Sequence[str] = (),
    ) -> Features:
        """Count everything on `data`. vectors (n_items, d): what a text encoder made of the items
        (default: those of the item table). friends: count what the person's friends chose, which
        needs the query's user. moment: hour and weekday of asking count too. ties: two (n_items, k)
        whose product is how a large model ties items, see
        :func:`whyrec.models.interpretable.surrogate.item_ties`.
        without: features to leave out, by name or by the part of it before the colon."""
        absent = dict.fromkeys(without, "left out as asked")
        ordered = data.order != "none"
        if not ordered:
            absent |= dict.fromkeys(("latest", "follows", "after"), "the data have no order")
        table, n = data.item_table, data.n_items
        onehot, spans = _names_of(data, absent)
        numbers = {
            name: _standard(values)
            for name, values in table.numeric.items()
            if not {"near", f"near:{name}"} & set(without)
        }
        if not table.numeric:
            absent["near"] = "the items have no numbers, such as a price"
        mean = MEANS[data.values]  # what the mean of an item's values is
        rating = _rating(data, absent)
        events, trend = _clock(data, absent)
        words = counting.word_vectors(table, data.items)
        if not words.nnz:
            absent["words"] = "the items have no titles or texts with words in common"
        text = _vectors(data, vectors, absent)
        circle = _friends(data, friends, absent)
        moments = _moments(data, moment, absent)
        before, after = (
            counting.surroundings(data, DIMS) if ordered else (np.zeros((n, 0), np.float32),) * 2
        )
        follows = (
            counting.followers(data, NEIGHBOURS)
            if ordered
            else sparse.csr_array((n, n), dtype=np.float32)
        )
        if ordered and not before.shape[1]:
            absent["after"] = "too few items were chosen one after the other"
        tied, towards = ties if ties is not None else (np.zeros((n, 0), np.float32),) * 2
        names = [
            *spans,
            *(f"near:{name}" for name in numbers),
            "popularity",
            *(["trend"] if trend else []),
            *([mean] if len(rating) else []),
            "cochosen",
            *(["latest", "follows"] if ordered else []),
            *(["after"] if before.shape[1] else []),
            *(["model", "whole"] if tied.shape[1] else []),
            *(["words"] if words.nnz else []),
            *(["text"] if text.shape[1] else []),
            *(["friends"] if circle.shape[0] else []),
            *(["hour", "weekday"] if moments.shape[1] else []),
        ]
        chosen = [
            name
            for name in names
            if name not in without
            and name.partition(":")[0] not in without
            and not (name == mean and "rating" in without)
        ]
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
        return (
            np.concatenate(out).astype(np.int64)
            if out
            else np.zeros((0, min(n, len(self.counts))), np.int64)
        )

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


class _Asked:
    """A piece of queries with their items: one method a kind of feature, each (q, c)."""

    def __init__(self, features: Features, queries: Queries, items: NDArray[Any]) -> None:
        self.of, self.queries, self.items = features, queries, items
        self.rows = counting.history_weights(queries, len(features.counts), DECAY)
        self.shares = _mean(self.rows)
        self.soon = _mean(counting.history_weights(queries, len(features.counts), SOON))
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
            "hour": lambda: self._moment(_hour(self.queries.now)),
            "weekday": lambda: self._moment(_weekday(self.queries.now)),
        }
        return make[stem]()

    def _long(self) -> Matrix:
        return _mean(counting.history_weights(self.queries, len(self.of.counts), LONG))

    def _take(self, of_all: Any) -> NDArray[Any]:
        """From a table of all items (q, n) those asked for."""
        dense = of_all.toarray() if sparse.issparse(of_all) else np.asarray(of_all)
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
        trend, items = self.of.trend, self.items.astype(np.int64)
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


def _mean(rows: Matrix) -> Matrix:
    """Rows that sum to 1; empty rows stay empty."""
    total = np.asarray(rows.sum(1)).ravel()
    scale = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0).astype(np.float32)
    return sparse.csr_array(sparse.diags_array(scale) @ rows)


# --- what the data give ---------------------------------------------------------------------------


def _names_of(data: Dataset, absent: dict[str, str]) -> tuple[Matrix, dict[str, list[int]]]:
    """Categories and named fields as one matrix, with the columns of each."""
    groups = {"categories": data.item_table.categories} | {
        f"same:{k}": v for k, v in data.item_table.fields.items()
    }
    made, spans, at = [sparse.csr_array((data.n_items, 0), dtype=np.float32)], {}, 0
    for name, lists in groups.items():
        one = counting.one_hot(lists)
        if not one.nnz:
            absent[name] = "no two items have such a name in common"
            continue
        spans[name] = [at, at + one.shape[1]]
        at += one.shape[1]
        made.append(one)
    return sparse.csr_array(sparse.hstack(made, format="csr")), spans


def _standard(values: NDArray[Any]) -> NDArray[np.float32]:
    """Standardised; of numbers that spread over powers of ten, such as prices, the logarithm is
    taken first.
    """
    known = values[np.isfinite(values)]
    if len(known) and known.min() > 0 and known.max() > 20 * np.median(known):
        values, known = np.log(values), np.log(known)
    spread = float(known.std()) if len(known) else 1.0
    return ((values - (known.mean() if len(known) else 0.0)) / (spread or 1.0)).astype(np.float32)


MEANS = {"rating": "rating", "count": "uses", "": "value"}


def _rating(data: Dataset, absent: dict[str, str]) -> NDArray[np.float32]:
    """Mean value of each item, drawn towards the mean of all by ten events."""
    if not len(data) or data.value.std() < 1e-6:
        absent["rating"] = "all events have the same value"
        return np.zeros(0, np.float32)
    sums = np.bincount(data.item, data.value, minlength=data.n_items)
    counts = np.bincount(data.item, minlength=data.n_items)
    return np.asarray((sums + 10 * data.value.mean()) / (counts + 10), np.float32)


def _clock(data: Dataset, absent: dict[str, str]) -> tuple[NDArray[np.int64], dict[str, int]]:
    known = data.time != 0  # 0: when is unknown
    times, items = data.time[known], data.item[known].astype(np.int64)
    if not data.clock or not len(times) or times[-1] == times[0]:
        absent["trend"] = "the data have no clock"
        return np.zeros(0, np.int64), {}
    start, span = int(times[0]), int(times[-1] - times[0]) + 1
    keys = np.sort(items * span + (times - start))
    return keys, {
        "start": start,
        "span": span,
        "window": max(1, min(TREND_DAYS * 86_400, span // 10)),
    }


def _hour(times: NDArray[Any]) -> NDArray[np.int64]:
    return np.asarray(times // 3600 % 24, np.int64)


def _weekday(times: NDArray[Any]) -> NDArray[np.int64]:
    return np.asarray(
        24 + (times // 86_400 + 3) % 7, np.int64
    )  # the first of January 1970 was a Thursday


def _moments(data: Dataset, wanted: bool, absent: dict[str, str]) -> NDArray[np.float32]:
    """log2 of how often each item is chosen at each hour (with half of the hours beside it) and on
    each weekday, over what its events and the hour's or weekday's share of all events would
    give; drawn towards 0 by 20 events."""
    if not wanted or not data.clock or not data.time.any():
        absent["hour"] = absent["weekday"] = "the data have no clock" if wanted else "not asked for"
        return np.zeros((data.n_items, 0), np.float32)
    made, known = [], data.time != 0  # 0: when is unknown
    for columns, first, last in (
        (_hour(data.time[known]), 0, 24),
        (_weekday(data.time[known]), 24, 31),
    ):
        counts = np.zeros((data.n_items, last - first))
        np.add.at(counts, (data.item[known], columns - first), 1.0)
        if last == 24:
            counts = counts / 2 + (np.roll(counts, 1, 1) + np.roll(counts, -1, 1)) / 4
        share = np.maximum(counts.sum(0) / counts.sum(), 1e-9)
        made.append(np.log2((counts + 20 * share) / ((counts.sum(1, keepdims=True) + 20) * share)))
    return np.concatenate(made, 1).astype(np.float32)


def _vectors(
    data: Dataset, given: NDArray[Any] | None, absent: dict[str, str]
) -> NDArray[np.float32]:
    parts = [given] if given is not None else list(data.item_table.vectors.values())
    if not parts:
        absent["text"] = "the item table has no vectors of a text encoder"
        return np.zeros((data.n_items, 0), np.float32)
    units = [part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-9) for part in parts]
    return np.asarray(np.hstack(units) / np.sqrt(len(units)), np.float32)


def _friends(data: Dataset, wanted: bool, absent: dict[str, str]) -> Matrix:
    if not wanted or not len(data.friends):
        absent["friends"] = "not asked for" if len(data.friends) else "the data name no friends"
        return sparse.csr_array((0, data.n_items), dtype=np.float32)
    pairs = np.unique(np.concatenate([data.friends, data.friends[:, ::-1]]), axis=0)
    circle = sparse.csr_array(
        (np.ones(len(pairs), np.float32), pairs.T), shape=(data.n_users, data.n_users)
    )
    events = sparse.csr_array(
        (np.ones(len(data), np.float32), (data.user, data.item)), shape=(data.n_users, data.n_items)
    )
    events.sum_duplicates()
    events.data[:] = 1.0
    return sparse.csr_array(circle @ events, dtype=np.float32)


# --- kept inside a model --------------------------------------------------------------------------


def keep(model: object, features: Features) -> None:
    """Store the features in a model as attributes of plain arrays and JSON, which is what an
    artefact can hold.
    """
    for field in fields(features):
        value = getattr(features, field.name)
        plain = (
            {k: list(v) if isinstance(v, (list, tuple)) else v for k, v in value.items()}
            if isinstance(value, Mapping)
            else value
        )
        setattr(model, f"{field.name}_", plain)


def features_of(model: object) -> Features:
    """What :func:`keep` stored."""
    kept = {
        field.name: f"{field.name}_"
        for field in fields(Features)
        if f"{field.name}_" in vars(model)
    }
    return Features(**{name: getattr(model, attribute) for name, attribute in kept.items()})

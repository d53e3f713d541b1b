"""What the interpretable recommenders share: candidates, examples to learn from, scores and
reasons.

The best few hundred items by a cheap mix (chosen by the same people, chosen next, popular) are
judged by the interpretable model; all others rank below them by popularity. It learns from what
people chose next, against other candidates of theirs; the features are counted without the events
to be predicted.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from whyrec.core import (
    DataError,
    Dataset,
    MissingExtra,
    Queries,
    Query,
    Reason,
    batches,
    check_fitted,
)
from whyrec.core.cases import EvaluationCases, hold_out_last
from whyrec.models.interpretable.feature_phrases import Words, joined, said
from whyrec.models.interpretable.features import Features, features_of, keep

__all__ = ["Ranker", "Statement", "examples", "held_out", "library"]

BATCH = 128  # queries judged at a time


class Statement(NamedTuple):
    """One thing that a model has learned, in both languages. weight: what it adds to the score, or
    the score of a leaf;
    support: share of the examples it is about; precision: share of these that were chosen next
    (both None where it is about all); ref: its number in the model, for :meth:`matches`."""

    words: Words
    weight: float
    support: float | None
    precision: float | None
    ref: int


def library(name: str) -> Any:
    """An optional library's module, imported when a model learns; scoring needs numpy alone."""
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        raise MissingExtra(
            {"sklearn": "scikit-learn", "interpret": "interpret-core"}[name.partition(".")[0]],
            "fuse",
        ) from None


class Ranker(ABC):
    """Scores, reasons and fit for a model that learns from rows of features.

    The model has the settings candidates, people, negatives, friends and time_features, the methods
    below that are abstract here, words(reason) where it has kinds of reasons of its own,
    statements() -> what it has learned, strongest first, and matches(ref, x) -> (pairs,) bool,
    which rows one is about.
    """

    candidates: int
    people: int
    negatives: int
    friends: bool
    time_features: bool
    tie = 0.0  # of equal values the more popular item goes first, by at most this much
    names_: Sequence[str]
    counts_: NDArray[Any]

    @abstractmethod
    def learn(
        self,
        names: Sequence[str],
        x: NDArray[np.float32],
        y: NDArray[Any],
        *,
        chosen: bool = True,
        seed: int = 0,
    ) -> None:
        """Learn from rows of features (pairs, f) which were chosen (pairs,), or numbers."""

    @abstractmethod
    def value(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        """(pairs,) float64."""

    @abstractmethod
    def lowest(self) -> float:
        """No value is below it."""

    @abstractmethod
    def terms(self, x: NDArray[np.float32]) -> tuple[float, tuple[Reason, ...]]:
        """(base, reasons) of one row (f,): they sum to its value."""

    def words(self, reason: Reason) -> Words:
        """What a reason of one of the model's own kinds says."""
        raise NotImplementedError

    def fit(self, data: Dataset, *, seed: int = 0, valid: EvaluationCases | None = None) -> Self:
        """Learn which candidate is chosen next: on `valid` where given, else on people's last
        events, which are held out of the features and counted again afterwards. Raises DataError
        where nobody has three events."""
        if valid is None:
            rest, cases = held_out(data, self.people, seed)
        else:
            rest = data
            cases = valid.sample(self.people, seed)
        features = Features.of(rest, friends=self.friends, time_features=self.time_features)
        x, y = examples(features, cases, self.candidates, self.negatives, seed)
        if len(np.unique(y)) < 2:
            raise DataError(
                "an interpretable model needs candidates that were chosen and others that were not",
                given=f"{int(y.sum())} chosen of {len(y)}",
                fix="give more people and items",
            )
        self.learn(features.names, x, y, chosen=True, seed=seed)
        if valid is not None:
            whole = features
        else:
            whole = Features.of(data, friends=self.friends, time_features=self.time_features)
        keep(self, whole if list(whole.names) == list(features.names) else features)
        return self

    def score(self, queries: Any) -> NDArray[np.float32]:
        """(q, n_items) float32: log odds of being chosen next for candidates, less than any of
        these for other items.
        """
        features = self._features()
        batch = Queries.of(queries)
        out = np.tile((self.lowest() - 2 + self._popular()).astype(np.float32), (len(batch), 1))
        for rows, part in batches(batch, BATCH):
            items, new = self._judged(features, part)
            found = np.where(
                new, self._values(features, part, items), np.take_along_axis(out[rows], items, 1)
            )
            out[rows[:, None], items] = found
        return out

    def score_items(self, queries: Any, items: NDArray[Any]) -> NDArray[np.float32]:
        """Scores of each query's `items` (q, c) as if all were candidates, (q, c) float32."""
        features = self._features()
        batch = Queries.of(queries)
        parts = [self._values(features, part, items[rows]) for rows, part in batches(batch, BATCH)]
        if parts:
            return np.concatenate(parts).astype(np.float32)
        return np.zeros(items.shape, np.float32)

    def reasons(self, query: Query, item: int) -> tuple[float, tuple[Reason, ...]]:
        """(base, reasons), which sum to the score of `item`: exact. An item that was not judged
        has its popularity alone.
        """
        features = self._features()
        batch = Queries.of(query)
        popular = float(self._popular()[item])
        items, new = self._judged(features, batch)
        if item not in items[0][new[0]]:
            return self.lowest() - 2, (Reason("popularity", (), popular),)
        base, found = self.terms(features.values(batch, np.array([[item]]))[0, 0])
        if self.tie:
            found = (*found, Reason("popularity", (), self.tie * popular))
        return base, tuple(sorted(found, key=lambda reason: -abs(reason.weight)))

    def phrase(self, reason: Reason, query: Query, item: int) -> Words:
        """What the reason says, in English and in Chinese, with this item's own numbers."""
        features = self._features()
        if reason.kind not in ("feature", "popularity"):
            return self.words(reason)
        if reason.kind == "popularity":
            return said("popularity", float(np.log10(1 + features.counts[item])))
        row = features.values(Queries.of(query), np.array([[item]]))[0, 0]
        return joined([said(features.names[column], float(row[column])) for column in reason.refs])

    def _features(self) -> Features:
        check_fitted(self)
        return features_of(self)

    def _popular(self) -> NDArray[np.float64]:
        """Popularity from 0 to 1, (n_items,)."""
        counts = np.log1p(np.asarray(self.counts_, np.float64))
        return np.asarray(counts / (counts.max(initial=0.0) or 1.0))

    def _judged(
        self, features: Features, queries: Queries
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """The candidates (q, c), and which of them the history does not hold."""
        items = features.candidates(queries, self.candidates)
        n = len(features.counts)
        row = np.arange(len(items))[:, None]
        return items, ~np.isin(row * n + items, queries.row * n + queries.items)

    def _values(
        self, features: Features, queries: Queries, items: NDArray[Any]
    ) -> NDArray[np.float64]:
        x = features.values(queries, items)
        value = self.value(x.reshape(-1, x.shape[-1])).reshape(items.shape)
        return np.asarray(value + self.tie * self._popular()[items], np.float64)


def held_out(data: Dataset, people: int, seed: int) -> tuple[Dataset, EvaluationCases]:
    """The data without the last event of up to `people` people (of 3 events or more), and these
    as cases.
    """
    rest, cases = hold_out_last(data, people, seed)
    if cases is None:
        raise DataError(
            "an interpretable model learns from people's last events: some people need three "
            "events or more, the "
            "last a new item",
            given=f"{data.n_users} people, {len(data)} events",
            fix="give more data",
        )
    return rest, cases


def examples(
    features: Features, cases: EvaluationCases, candidates: int, negatives: int, seed: int
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Rows of features (pairs, f) and whether the item was chosen (pairs,): each case's first true
    item, and `negatives` of its other candidates, drawn evenly. Cases whose true item is no
    candidate teach nothing about candidates: left out."""
    rng = np.random.default_rng(seed)
    rows = []
    chosen = []
    for at, part in batches(cases.queries, BATCH):
        items = features.candidates(part, candidates)
        truth = cases.items[cases.indptr[at]]
        known = (items == truth[:, None]).any(1)
        draw = rng.random(items.shape)
        n = len(features.counts)
        seen = np.isin(np.arange(len(items))[:, None] * n + items, part.row * n + part.items)
        draw[(items == truth[:, None]) | seen] = 2.0  # neither the truth nor what the person has
        order = np.argsort(draw, axis=1, kind="stable")[:, :negatives]
        pairs = np.hstack([truth[:, None], np.take_along_axis(items, order, 1)])
        use = np.hstack(
            [known[:, None], known[:, None] & (np.take_along_axis(draw, order, 1) < 2.0)]
        )
        rows.append(features.values(part, pairs)[use])
        chosen.append((use & (np.arange(pairs.shape[1]) == 0))[use].astype(np.int64))
    return np.concatenate(rows), np.concatenate(chosen)

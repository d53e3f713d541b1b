"""Shared parts of the interpretable recommenders: candidates, examples, scores and reasons.

The interpretable model scores a few hundred candidates, which a simple mix selects (chosen by the
same people, chosen next, popular); all other items rank below them by popularity. The model learns
what people chose next among their candidates. Features are counted without the events to be
predicted.
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
    check_items,
)
from whyrec.core.cases import EvaluationCases, hold_out_last
from whyrec.models.interpretable.feature_phrases import Words, joined, said
from whyrec.models.interpretable.features import Features, features_of, keep

__all__ = ["Ranker", "Statement", "examples", "held_out", "library"]

BATCH = 128  # queries scored at a time


class Statement(NamedTuple):
    """One thing that a model has learned, in both languages.

    Attributes:
        words: The statement in English and in Chinese.
        weight: What it adds to the score, or the score of a leaf.
        support: Share of the examples that it applies to; None: all.
        precision: Share of these that were chosen next; None if it applies to all.
        ref: Its number in the model, for :meth:`matches`.
    """

    words: Words
    weight: float
    support: float | None
    precision: float | None
    ref: int


def library(name: str) -> Any:
    """Import an optional library, which only learning needs."""
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        raise MissingExtra(
            {"sklearn": "scikit-learn", "interpret": "interpret-core"}[name.partition(".")[0]],
            "fuse",
        ) from None


class Ranker(ABC):
    """Base class of the models that learn from rows of features.

    A subclass has the settings `candidates`, `people`, `negatives`, `friends` and `time_features`,
    the abstract methods below, and `words(reason)` if it has its own kinds of reasons. It also has
    `statements()`, which returns what it has learned with the strongest first, and `matches(ref,
    x)`, which returns the rows (pairs,) that a statement applies to.
    """

    candidates: int
    people: int
    negatives: int
    friends: bool
    time_features: bool
    tie = 0.0  # largest amount that popularity adds to break ties
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
        """Learn from rows of features (pairs, f) which were chosen, or numbers (pairs,)."""

    @abstractmethod
    def value(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the value of each row, (pairs,) float64."""

    @abstractmethod
    def lowest(self) -> float:
        """Return a lower bound of all values."""

    @abstractmethod
    def terms(self, x: NDArray[np.float32]) -> tuple[float, tuple[Reason, ...]]:
        """Return (base, reasons) of one row (f,), which sum to its value."""

    def words(self, reason: Reason) -> Words:
        """Phrase a reason of one of the model's own kinds."""
        raise NotImplementedError

    def fit(self, data: Dataset, *, seed: int = 0) -> Self:
        """Learn which candidate is chosen next, from the last events of some people.

        These are held out of the features while it learns, and counted again afterwards. No
        validation people are needed.

        Args:
            data: Training data.
            seed: Seed of the examples and of the model.

        Returns:
            The fitted model itself.

        Raises:
            DataError: If nobody has three events.
        """
        rest, cases = held_out(data, self.people, seed)
        features = Features.of(rest, friends=self.friends, time_features=self.time_features)
        x, y = examples(features, cases, self.candidates, self.negatives, seed)
        if len(np.unique(y)) < 2:
            raise DataError(
                "an interpretable model needs candidates that were chosen and others that were not",
                given=f"{int(y.sum())} chosen of {len(y)}",
                fix="give more people and items",
            )
        self.learn(features.names, x, y, chosen=True, seed=seed)
        whole = Features.of(data, friends=self.friends, time_features=self.time_features)
        keep(self, whole if list(whole.names) == list(features.names) else features)
        return self

    def score(self, queries: Any) -> NDArray[np.float32]:
        """Score all items.

        Args:
            queries: q histories.

        Returns:
            (q, n_items) float32: for candidates the log odds of being chosen next, and lower values
            for all other items.
        """
        features = self._features()
        batch = Queries.of(queries, len(self.counts_))
        out = np.tile((self.lowest() - 2 + self._popular()).astype(np.float32), (len(batch), 1))
        for rows, part in batches(batch, BATCH):
            items, new = self._judged(features, part)
            values = np.where(
                new, self._values(features, part, items), np.take_along_axis(out[rows], items, 1)
            )
            out[rows[:, None], items] = values
        return out

    def judge_items(self, queries: Any, items: NDArray[Any]) -> NDArray[np.float32]:
        """Score items as if all were candidates, unlike :meth:`score`.

        Args:
            queries: q histories.
            items: c item numbers per query, (q, c).

        Returns:
            (q, c) float32.
        """
        features = self._features()
        batch = Queries.of(queries, len(self.counts_))
        check_items(len(self.counts_), items)
        parts = [self._values(features, part, items[rows]) for rows, part in batches(batch, BATCH)]
        if parts:
            return np.concatenate(parts).astype(np.float32)
        return np.zeros(items.shape, np.float32)

    def reasons(self, query: Query, item: int) -> tuple[float, tuple[Reason, ...]]:
        """Return the reasons of an item; exact.

        Args:
            query: One history.
            item: Number of the item.

        Returns:
            (base, reasons), which sum to the score. An item that is no candidate has only its
            popularity as base.
        """
        features = self._features()
        batch = Queries.of(query, len(self.counts_))
        check_items(len(self.counts_), item)
        popular = float(self._popular()[item])
        items, new = self._judged(features, batch)
        if item not in items[0][new[0]]:
            return self.lowest() - 2, (Reason("popularity", (), popular),)
        base, reasons = self.terms(features.values(batch, np.array([[item]]))[0, 0])
        if self.tie:
            reasons = (*reasons, Reason("popularity", (), self.tie * popular))
        return base, tuple(sorted(reasons, key=lambda reason: -abs(reason.weight)))

    def phrase(self, reason: Reason, query: Query, item: int) -> Words:
        """Phrase a reason with this item's values, in English and in Chinese.

        Args:
            reason: One of the reasons of the item.
            query: One history.
            item: Number of the item.

        Returns:
            (English, Chinese).
        """
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
        """Return popularity from 0 to 1, (n_items,)."""
        counts = np.log1p(np.asarray(self.counts_, np.float64))
        return np.asarray(counts / (counts.max(initial=0.0) or 1.0))

    def _judged(
        self, features: Features, queries: Queries
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the candidates (q, c), and which of them are not in the history."""
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
    """Hold out the last event of up to `people` people with 3 events or more, as cases."""
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
    """Return training rows (pairs, f) and whether the item was chosen (pairs,).

    Each case gives its first true item and `negatives` of its other candidates, drawn uniformly.
    Cases whose true item is not a candidate are left out, because they teach nothing about
    candidates.
    """
    rng = np.random.default_rng(seed)
    rows = []
    chosen = []
    for numbers, part in batches(cases.queries, BATCH):
        items = features.candidates(part, candidates)
        truth = cases.items[cases.indptr[numbers]]
        usable = (items == truth[:, None]).any(1)
        draw = rng.random(items.shape)
        n = len(features.counts)
        seen = np.isin(np.arange(len(items))[:, None] * n + items, part.row * n + part.items)
        draw[(items == truth[:, None]) | seen] = 2.0  # exclude the true item and seen items
        order = np.argsort(draw, axis=1, kind="stable")[:, :negatives]
        pairs = np.hstack([truth[:, None], np.take_along_axis(items, order, 1)])
        use = np.hstack(
            [usable[:, None], usable[:, None] & (np.take_along_axis(draw, order, 1) < 2.0)]
        )
        rows.append(features.values(part, pairs)[use])
        chosen.append((use & (np.arange(pairs.shape[1]) == 0))[use].astype(np.int64))
    return np.concatenate(rows), np.concatenate(chosen)

"""An explainable boosting machine over readable features: one curve a feature, a few surfaces
for pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Reason
from whyrec.core.describe import model_repr
from whyrec.core.moved import renamed
from whyrec.core.settings import Setting, check_model_settings
from whyrec.models.interpretable.feature_phrases import TEXTS, condition, short
from whyrec.models.interpretable.feature_ranker import Ranker, Statement, library
from whyrec.models.setting_types import Count

__all__ = ["EBM"]


@renamed(moment="time_features")
class EBM(Ranker):
    """score = intercept + sum over features of f_c(x_c) + sum over a few pairs of f_cd(x_c, x_d).
    Source: [nori2019]; library interpret.

    Log odds that an item is chosen next; each part is a table over bins of the feature, so that its
    weight is read off exactly. interactions: pairs; bins: of each feature; bags: machines averaged;
    rounds: of boosting at most; the other settings as in
    :class:`whyrec.models.interpretable.tree.TreeRanker`. Not good
    for: effects of three features at once; curves where few examples are, which are rough.

    Learned: terms_, one a part: {"features", "cuts" [[first, last] in cuts_, one a feature],
    "shape", "scores" [first, last] in scores_}; intercept_; spread_ (parts,), the mean size of each
    part's weight on the examples; peaks_, where each part of one feature weighs most, for
    :meth:`statements`; chosen_, the share of the examples that were chosen.
    """

    __repr__ = model_repr

    def __init__(
        self,
        interactions: Annotated[int, Setting(low=0, search=(0, 20))] = 5,
        bins: Annotated[int, Setting(low=1, grid=(32, 64, 128, 256))] = 64,
        bags: Count = 2,
        rounds: Count = 2_000,
        learning_rate: Annotated[float, Setting(above=0, search=(0.01, 0.1), log=True)] = 0.04,
        candidates: Count = 300,
        people: Count = 4_000,
        negatives: Count = 30,
        friends: bool = False,
        time_features: bool = False,
    ) -> None:
        self.interactions = interactions
        self.bins = bins
        self.bags = bags
        self.rounds = rounds
        self.learning_rate = learning_rate
        self.candidates = candidates
        self.people = people
        self.negatives = negatives
        self.friends = friends
        self.time_features = time_features
        check_model_settings(self)

    def learn(
        self,
        names: Sequence[str],
        x: NDArray[np.float32],
        y: NDArray[Any],
        *,
        chosen: bool = True,
        seed: int = 0,
        weights: NDArray[Any] | None = None,
    ) -> None:
        """Boost on rows of features: to tell chosen items, or (chosen=False) to predict numbers."""
        glassbox = library("interpret.glassbox")
        if chosen:
            kind = glassbox.ExplainableBoostingClassifier
        else:
            kind = glassbox.ExplainableBoostingRegressor
        most = len(names) * (len(names) - 1) // 2
        machine = kind(
            feature_names=list(names),
            feature_types=["continuous"] * len(names),
            max_bins=self.bins,
            interactions=min(self.interactions, most),
            outer_bags=self.bags,
            max_rounds=self.rounds,
            learning_rate=self.learning_rate,
            random_state=seed,
            n_jobs=1,
        ).fit(x, y, sample_weight=weights)
        self.terms_: list[dict[str, Any]] = []
        cuts: list[Any] = []
        scores: list[Any] = []
        for features, table in zip(machine.term_features_, machine.term_scores_, strict=True):
            # interpret keeps cuts of each feature for each order of terms; the last kept serves all
            # higher ones.
            own = [
                machine.bins_[f][min(len(features), len(machine.bins_[f])) - 1] for f in features
            ]
            self.terms_.append(
                {
                    "features": [int(f) for f in features],
                    "shape": list(table.shape),
                    "cuts": [_append(cuts, one) for one in own],
                    "scores": _append(scores, table.ravel()),
                }
            )
        self.cuts_, self.scores_ = (
            np.concatenate(cuts).astype(np.float64),
            np.concatenate(scores).astype(np.float64),
        )
        self.intercept_ = float(np.ravel(machine.intercept_)[0])
        self.spread_ = np.abs(self._parts(x)).mean(0)
        self.peaks_ = [
            self._peak(part, x, y)
            for part, term in enumerate(self.terms_)
            if len(term["features"]) == 1
        ]
        self.chosen_ = float(np.mean(y))

    def value(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        """(pairs,) float64: intercept and all parts."""
        return np.asarray(self.intercept_ + self._parts(x).sum(1))

    def lowest(self) -> float:
        return self.intercept_ + sum(
            float(self.scores_[slice(*term["scores"])].min()) for term in self.terms_
        )

    def terms(self, x: NDArray[np.float32]) -> tuple[float, tuple[Reason, ...]]:
        """The intercept, and a reason of kind "feature" for each part: refs are the numbers of
        its features.
        """
        weights = self._parts(x[None])[0]
        return self.intercept_, tuple(
            Reason("feature", tuple(term["features"]), float(weight))
            for term, weight in zip(self.terms_, weights, strict=True)
        )

    def curve(self, part: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(cuts (b - 1,), weights (b,)) of a part of one feature: the weight below the first
        cut, between cuts, above.
        """
        term = self.terms_[part]
        return self.cuts_[slice(*term["cuts"][0])], self.scores_[slice(*term["scores"])][1:-1]

    def feature_words(self, name: str) -> tuple[str, str]:
        """A feature's name in English and Chinese."""
        return short(name)

    def statements(self) -> list[Statement]:
        """Where each feature weighs most, the most influential feature first."""
        names = self.names_
        found = []
        for peak in sorted(self.peaks_, key=lambda peak: -self.spread_[peak["part"]]):
            name = names[self.terms_[peak["part"]]["features"][0]]
            where = condition(name, peak["low"], peak["high"])
            words = TEXTS.pair("peak", condition=where, least=peak["least"])
            found.append(
                Statement(words, peak["weight"], peak["support"], peak["precision"], peak["part"])
            )
        return found

    def matches(self, ref: int, x: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which rows lie where the part `ref` weighs most, (pairs,)."""
        [peak] = [peak for peak in self.peaks_ if peak["part"] == ref]
        value = x[:, self.terms_[ref]["features"][0]].astype(np.float64)
        low, high = (
            other if peak[end] is None else peak[end]
            for end, other in (("low", -np.inf), ("high", np.inf))
        )
        return np.asarray((value >= low) & (value < high))

    def _peak(self, part: int, x: NDArray[np.float32], y: NDArray[Any]) -> dict[str, Any]:
        """The bins around the highest weight that have at least half of the rise to it: their ends
        (None: open), mean weight, share of the examples, and share of these that were chosen;
        the lowest weight of all bins."""
        cuts, weights = self.curve(part)
        enough = weights >= (weights.max() + weights.min()) / 2
        first = last = int(weights.argmax())
        while first > 0 and enough[first - 1]:
            first -= 1
        while last < len(weights) - 1 and enough[last + 1]:
            last += 1
        at = np.searchsorted(
            cuts, x[:, self.terms_[part]["features"][0]].astype(np.float64), side="right"
        )
        there = (at >= first) & (at <= last)
        return {
            "part": part,
            "low": float(cuts[first - 1]) if first else None,
            "high": float(cuts[last]) if last < len(cuts) else None,
            "weight": float(weights[at[there]].mean()) if there.any() else float(weights.max()),
            "support": float(there.mean()),
            "least": float(weights.min()),
            "precision": float(y[there].mean()) if there.any() else 0.0,
        }

    def _parts(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        """The weight of each part for each row, (pairs, parts)."""
        out = np.empty((len(x), len(self.terms_)))
        for column, term in enumerate(self.terms_):
            # The first bin of interpret's tables is for missing values, the last for unknown ones.
            at = tuple(
                1
                + np.searchsorted(
                    self.cuts_[slice(*cuts)], x[:, feature].astype(np.float64), side="right"
                )
                for feature, cuts in zip(term["features"], term["cuts"], strict=True)
            )
            out[:, column] = self.scores_[slice(*term["scores"])].reshape(term["shape"])[at]
        return out


def _append(parts: list[NDArray[Any]], new: NDArray[Any]) -> list[int]:
    """Add `new` to the parts of one long array; where it stands there."""
    first = sum(map(len, parts))
    parts.append(np.asarray(new, np.float64))
    return [first, first + len(new)]

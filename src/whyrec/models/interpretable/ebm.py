"""An explainable boosting machine over readable features."""

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
    """An explainable boosting machine: a curve per feature, and surfaces for some pairs.

    score = intercept + sum over features of f_c(x_c) + sum over a few pairs of f_cd(x_c, x_d), as
    log odds that an item is chosen next. Each part is a table over bins of the feature, so its
    weight is exact. Source: [nori2019]; library interpret.

    Not good for: effects of three features at once; ranges with few examples, where the curves are
    rough.

    Args:
        interactions: Pairs of features, 0 or more.
        bins: Bins per feature; more give finer, noisier curves.
        bags: Machines that are averaged.
        rounds: Largest number of boosting rounds.
        learning_rate: Step of each round, above 0.
        candidates: Items that are scored for each history; all others rank below them.
        people: People whose next choices are the examples, at most.
        negatives: Other candidates drawn per example.
        friends: Whether to use what friends chose; needs the query's user.
        time_features: Whether to use the hour and weekday of the request (UTC).

    Attributes:
        terms_: One row per part: its features, where its cuts lie in cuts_, its shape, and where
            its table lies in scores_.
        intercept_: The constant of the score.
        spread_: Mean absolute weight of each part on the examples, (parts,).
        peaks_: Where each part of one feature has its largest weight.
        chosen_: Share of the examples that were chosen.
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
        """Boost on rows of features.

        Args:
            names: Names of the f features.
            x: Rows of features, (pairs, f).
            y: Whether each row was chosen, or numbers.
            chosen: Whether `y` says what was chosen; False: it is a number to predict.
            seed: Seed of the bags.
            weights: Weights of the rows, (pairs,).
        """
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
            # interpret stores cuts per order of terms; the last ones serve all higher orders.
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
        """Return the intercept plus all parts, (pairs,) float64."""
        return np.asarray(self.intercept_ + self._parts(x).sum(1))

    def lowest(self) -> float:
        return self.intercept_ + sum(
            float(self.scores_[slice(*term["scores"])].min()) for term in self.terms_
        )

    def terms(self, x: NDArray[np.float32]) -> tuple[float, tuple[Reason, ...]]:
        """Return the intercept, and a reason of kind "feature" for each part."""
        weights = self._parts(x[None])[0]
        return self.intercept_, tuple(
            Reason("feature", tuple(term["features"]), float(weight))
            for term, weight in zip(self.terms_, weights, strict=True)
        )

    def curve(self, part: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the curve of a part of one feature.

        Args:
            part: Number of the part.

        Returns:
            Cuts (b - 1,) and weights (b,): below the first cut, between the cuts, and above the
            last.
        """
        term = self.terms_[part]
        return self.cuts_[slice(*term["cuts"][0])], self.scores_[slice(*term["scores"])][1:-1]

    def feature_words(self, name: str) -> tuple[str, str]:
        """Return a feature's name in English and in Chinese."""
        return short(name)

    def statements(self) -> list[Statement]:
        """Return where each feature has its largest weight, the most influential feature first."""
        names = self.names_
        statements = []
        for peak in sorted(self.peaks_, key=lambda peak: -self.spread_[peak["part"]]):
            name = names[self.terms_[peak["part"]]["features"][0]]
            where = condition(name, peak["low"], peak["high"])
            words = TEXTS.pair("peak", condition=where, least=peak["least"])
            statements.append(
                Statement(words, peak["weight"], peak["support"], peak["precision"], peak["part"])
            )
        return statements

    def matches(self, ref: int, x: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return which rows lie where the part `ref` has its largest weight, (pairs,) bool."""
        [peak] = [peak for peak in self.peaks_ if peak["part"] == ref]
        value = x[:, self.terms_[ref]["features"][0]].astype(np.float64)
        low, high = (
            other if peak[end] is None else peak[end]
            for end, other in (("low", -np.inf), ("high", np.inf))
        )
        return np.asarray((value >= low) & (value < high))

    def _peak(self, part: int, x: NDArray[np.float32], y: NDArray[Any]) -> dict[str, Any]:
        """Describe the bins around the highest weight that have at least half of the rise to it."""
        cuts, weights = self.curve(part)
        enough = weights >= (weights.max() + weights.min()) / 2
        first = last = int(weights.argmax())
        while first > 0 and enough[first - 1]:
            first -= 1
        while last < len(weights) - 1 and enough[last + 1]:
            last += 1
        bins = np.searchsorted(
            cuts, x[:, self.terms_[part]["features"][0]].astype(np.float64), side="right"
        )
        there = (bins >= first) & (bins <= last)
        return {
            "part": part,
            "low": float(cuts[first - 1]) if first else None,
            "high": float(cuts[last]) if last < len(cuts) else None,
            "weight": float(weights[bins[there]].mean()) if there.any() else float(weights.max()),
            "support": float(there.mean()),
            "least": float(weights.min()),
            "precision": float(y[there].mean()) if there.any() else 0.0,
        }

    def _parts(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the weight of each part for each row, (pairs, parts)."""
        out = np.empty((len(x), len(self.terms_)))
        for column, term in enumerate(self.terms_):
            # The first bin of interpret's tables holds missing values, the last unknown ones.
            bins = tuple(
                1
                + np.searchsorted(
                    self.cuts_[slice(*cuts)], x[:, feature].astype(np.float64), side="right"
                )
                for feature, cuts in zip(term["features"], term["cuts"], strict=True)
            )
            out[:, column] = self.scores_[slice(*term["scores"])].reshape(term["shape"])[bins]
        return out


def _append(parts: list[NDArray[Any]], new: NDArray[Any]) -> list[int]:
    """Append `new` to the parts of one long array and return its start and end."""
    first = sum(map(len, parts))
    parts.append(np.asarray(new, np.float64))
    return [first, first + len(new)]

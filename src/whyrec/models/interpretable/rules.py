"""RuleFit: a few weighted rules over readable features."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Reason
from whyrec.core.describe import model_repr
from whyrec.core.moved import renamed
from whyrec.core.settings import Setting, check_model_settings
from whyrec.models.interpretable.feature_phrases import TEXTS, Words, conditions, short
from whyrec.models.interpretable.feature_ranker import Ranker, Statement, library
from whyrec.models.setting_types import Count

__all__ = ["RuleRanker"]

Condition = tuple[int, bool, float]  # feature, above, threshold
TRIM = 0.025  # linear terms clip values beyond these quantiles
RIDGE = 1e-3  # penalty of the final weights, per example, in units of each column's spread


@renamed(moment="time_features")
class RuleRanker(Ranker):
    """A sum of weighted rules and linear terms over readable features.

    score = intercept + sum over rules that hold of their weight + sum over features of slope *
    value. Small boosted trees propose rules, one for each path to a node. The lasso selects at most
    `max_rules` rules and linear terms, which are then weighted again without its shrinkage.
    Sources: [friedman2008], [meinshausen2007]; library scikit-learn.

    Not good for: reading one rule alone, because rules overlap and their weights belong together.

    Args:
        max_rules: Rules and linear terms at most, 1 or more.
        trees: Trees that propose rules.
        depth: Depth of these trees: the largest number of conditions in a rule.
        linear: Whether features may also count in proportion to their value.
        candidates: Items that are scored for each history; all others rank below them.
        people: People whose next choices are the examples, at most.
        negatives: Other candidates drawn per example.
        friends: Whether to use what friends chose; needs the query's user.
        time_features: Whether to use the hour and weekday of the request (UTC).

    Attributes:
        rules_: Conditions [[feature, above, threshold], ...] of each rule.
        weight_: Weight of each rule, (rules,).
        slope_: Slope of each feature, (f,), with low_, high_ and mean_ of its values.
        intercept_: The constant of the score.
        support_: Share of the examples for which each rule holds, (rules,).
        precision_: Share of these that were chosen (or mean of the numbers), (rules,); chosen_ is
            the share among all examples.
    """

    __repr__ = model_repr

    def __init__(
        self,
        max_rules: Annotated[int, Setting(low=1, search=(10, 60))] = 25,
        trees: Annotated[int, Setting(low=1, search=(20, 100))] = 40,
        depth: Annotated[int, Setting(low=1, search=(2, 5))] = 3,
        linear: Annotated[bool, Setting(grid=(True, False))] = True,
        candidates: Count = 300,
        people: Count = 4_000,
        negatives: Count = 30,
        friends: bool = False,
        time_features: bool = False,
    ) -> None:
        self.max_rules = max_rules
        self.trees = trees
        self.depth = depth
        self.linear = linear
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
        """Propose, select and weight rules on rows of features.

        Args:
            names: Names of the f features.
            x: Rows of features, (pairs, f).
            y: Whether each row was chosen, or numbers.
            chosen: Whether `y` says what was chosen; False: it is a number to predict.
            seed: Seed of the trees.
            weights: Weights of the rows, (pairs,).
        """
        ensemble = library("sklearn.ensemble")
        if chosen:
            kind = ensemble.GradientBoostingClassifier
        else:
            kind = ensemble.GradientBoostingRegressor
        boosted = kind(
            n_estimators=self.trees,
            max_depth=self.depth,
            subsample=0.5,
            learning_rate=0.1,
            min_samples_leaf=max(1, min(50, len(y) // 10)),
            random_state=seed,
        ).fit(x, y, weights)
        proposed = _proposals([tree.tree_ for tree in boosted.estimators_.ravel()])
        self.low_, self.high_ = np.quantile(x, [TRIM, 1 - TRIM], axis=0).astype(np.float64)
        self.mean_ = np.clip(x, self.low_, self.high_).mean(0).astype(np.float64)
        table = np.hstack([_holds(proposed, x), self._linear(x)])
        columns = _choose(table, y, self.max_rules, weights)
        self.rules_ = [
            [[int(f), bool(above), float(t)] for f, above, t in proposed[k]]
            for k in columns
            if k < len(proposed)
        ]
        coefficients, self.intercept_ = _weigh(table[:, columns], y, chosen, weights)
        all_weights = np.zeros(table.shape[1])
        all_weights[columns] = coefficients
        self.weight_, self.slope_ = (
            all_weights[[k for k in columns if k < len(proposed)]],
            all_weights[len(proposed) :],
        )
        holds = _holds(self.rules_, x)
        self.support_ = holds.mean(0)
        self.precision_ = (holds.T @ y) / np.maximum(holds.sum(0), 1)
        self.chosen_ = float(np.mean(y))

    def value(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the intercept plus rules that hold plus linear terms, (pairs,) float64."""
        return (
            self.intercept_ + _holds(self.rules_, x) @ self.weight_ + self._linear(x) @ self.slope_
        )

    def lowest(self) -> float:
        ends = np.stack([self.low_ - self.mean_, self.high_ - self.mean_]) * self.slope_
        return float(self.intercept_ + np.minimum(self.weight_, 0).sum() + ends.min(0).sum())

    def terms(self, x: NDArray[np.float32]) -> tuple[float, tuple[Reason, ...]]:
        """Return the intercept, and a reason per rule that holds and per linear term.

        The kind is "rule" or "feature"; refs holds the number of the rule or feature.
        """
        true = np.flatnonzero(_holds(self.rules_, x[None])[0])
        rules = [Reason("rule", (int(rule),), float(self.weight_[rule])) for rule in true]
        parts = self._linear(x[None])[0] * self.slope_
        linear = [
            Reason("feature", (int(f),), float(parts[f])) for f in np.flatnonzero(self.slope_)
        ]
        return self.intercept_, (*rules, *linear)

    def words(self, reason: Reason) -> Words:
        return self.rule(reason.refs[0])

    def rule(self, number: int) -> Words:
        """Return the joined conditions of a rule."""
        names = self.names_
        return conditions(
            names, [(int(f), bool(above), float(t)) for f, above, t in self.rules_[number]]
        )

    def statements(self) -> list[Statement]:
        """Return the rules and linear terms, by the largest weight or range of contributions."""
        statements = [
            Statement(
                self.rule(at),
                float(self.weight_[at]),
                float(self.support_[at]),
                float(self.precision_[at]),
                at,
            )
            for at in range(len(self.rules_))
        ]
        names = self.names_
        for feature in np.flatnonzero(self.slope_):
            words = TEXTS.pair("whole-range", name=short(names[int(feature)]))
            reach = float(self.slope_[feature] * (self.high_ - self.low_)[feature])
            statements.append(Statement(words, reach, None, None, len(self.rules_) + int(feature)))
        return sorted(statements, key=lambda one: -abs(one.weight))

    def matches(self, ref: int, x: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return for which rows the rule `ref` holds, (pairs,) bool.

        A linear term holds if the value is in the upper half of its range.
        """
        if ref < len(self.rules_):
            return _holds([self.rules_[ref]], x)[:, 0] > 0
        feature = ref - len(self.rules_)
        return np.asarray(x[:, feature] > (self.low_ + self.high_)[feature] / 2)

    def _linear(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        centred = np.clip(x, self.low_, self.high_).astype(np.float64) - self.mean_
        return centred if self.linear else np.zeros_like(centred)


def _proposals(trees: Sequence[Any]) -> list[tuple[Condition, ...]]:
    """Return the conditions on the path to each node, each path once.

    Two conditions on the same side of a feature become one.
    """
    proposals: dict[tuple[Condition, ...], None] = {}
    for tree in trees:
        stack: list[tuple[int, dict[tuple[int, bool], float]]] = [(0, {})]
        while stack:
            node, way = stack.pop()
            if len(way) > 1 or any(
                above for _, above in way
            ):  # a single condition x <= t is the complement of x > t: one of them is enough
                proposals[tuple(sorted((f, above, t) for (f, above), t in way.items()))] = None
            if tree.children_left[node] < 0:
                continue
            feature = int(tree.feature[node])
            threshold = float(tree.threshold[node])
            low = max(way.get((feature, True), threshold), threshold)
            high = min(way.get((feature, False), threshold), threshold)
            stack.append((tree.children_left[node], way | {(feature, False): high}))
            stack.append((tree.children_right[node], way | {(feature, True): low}))
    return list(proposals)


def _holds(rules: Sequence[Sequence[Any]], x: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return 1 where all conditions of a rule hold, (pairs, rules)."""
    out = np.ones((len(x), len(rules)))
    for column, parts in enumerate(rules):
        for feature, above, threshold in parts:
            if above:
                out[:, column] *= x[:, feature] > threshold
            else:
                out[:, column] *= x[:, feature] <= threshold
    return out


def _choose(
    table: NDArray[np.float64], y: NDArray[Any], most: int, weights: NDArray[Any] | None
) -> NDArray[np.int64]:
    """Return the columns that the lasso keeps at the smallest penalty with at most `most`."""
    linear_model = library("sklearn.linear_model")
    if weights is None:
        w = np.ones(len(y))
    else:
        w = weights
    centred = (table - np.average(table, 0, w)) * np.sqrt(w)[:, None]
    spread = np.sqrt((centred**2).mean(0))
    usable = np.flatnonzero(spread > 1e-6)
    scaled = centred[:, usable] / spread[usable]
    target = (y - np.average(y, weights=w)) * np.sqrt(w)
    largest = float(np.abs(scaled.T @ target).max(initial=0.0)) / len(y) or 1.0
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # it may not converge, but only the choice of columns matters
        _, path, _ = linear_model.lasso_path(
            scaled, target, alphas=largest * np.geomspace(1.0, 1e-3, 60), precompute=True
        )
    sizes = (path != 0).sum(0)
    best = int(
        np.flatnonzero(sizes <= most).max(initial=0)
    )  # at the largest penalty, no column is kept
    return np.asarray(usable[path[:, best] != 0], np.int64)


def _weigh(
    table: NDArray[np.float64], y: NDArray[Any], chosen: bool, weights: NDArray[Any] | None
) -> tuple[NDArray[np.float64], float]:
    """Return (weights, intercept) of the selected columns, almost without a penalty."""
    linear_model = library("sklearn.linear_model")
    if table.shape[1] == 0 or (chosen and len(np.unique(y)) < 2):
        mean = float(np.mean(y))
        return np.zeros(table.shape[1]), float(
            np.log((mean + 1e-3) / (1 - mean + 1e-3))
        ) if chosen else mean
    if chosen:
        model = linear_model.LogisticRegression(C=1 / (RIDGE * len(y)), max_iter=2_000)
    else:
        model = linear_model.Ridge(alpha=RIDGE * len(y))
    middle, spread = (
        table.mean(0),
        np.maximum(table.std(0), 1e-9),
    )  # the penalty then means the same for each column
    model.fit((table - middle) / spread, y, weights)
    fitted = np.ravel(model.coef_).astype(np.float64) / spread
    return fitted, float(np.ravel(model.intercept_)[0] - middle @ fitted)

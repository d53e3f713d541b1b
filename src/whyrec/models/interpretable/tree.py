"""A decision tree over readable features: a list of questions that a person can follow."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Reason
from whyrec.core.describe import model_repr
from whyrec.core.moved import renamed
from whyrec.core.settings import Setting, check_model_settings
from whyrec.models.interpretable.feature_phrases import Words, conditions
from whyrec.models.interpretable.feature_ranker import Ranker, Statement, library
from whyrec.models.setting_types import Count

__all__ = ["TreeRanker"]


@renamed(moment="time_features")
class TreeRanker(Ranker):
    """score = value of the root + what each question on the way to the leaf changes. Source:
    [breiman1984]; scikit-learn.

    A node's value is the log odds that an item which comes there is chosen next. max_depth:
    questions on the way to a leaf; min_samples: examples in each leaf; candidates: items judged for
    each history; people: whose next choices are
    learned from, negatives: other candidates drawn beside each; friends: use what friends chose
    (needs the query's user, which removing an event drops); time_features: hour and weekday of
    asking (UTC) count. Items of one leaf are ordered by popularity (`tie`).
    Not good for: fine orders within a list, as a leaf holds many items; the boosting machine does
    better there.

    Learned: split_ (nodes,) feature of the question or -1 at a leaf; threshold_ (nodes,), left_
    where <=, right_ where above; value_ (nodes,) log odds; support_ (nodes,) share of the examples;
    precision_ (nodes,) share of these that were chosen, chosen_ of all.
    """

    tie = 0.01

    __repr__ = model_repr

    def __init__(
        self,
        max_depth: Annotated[int, Setting(low=1, search=(2, 10))] = 5,
        min_samples: Annotated[int, Setting(low=1, search=(10, 500), log=True)] = 50,
        candidates: Count = 300,
        people: Count = 4_000,
        negatives: Count = 30,
        friends: bool = False,
        time_features: bool = False,
    ) -> None:
        self.max_depth = max_depth
        self.min_samples = min_samples
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
        """Grow the tree on rows of features: to tell chosen items, or (chosen=False) to predict
        numbers.
        """
        trees = library("sklearn.tree")
        if chosen:
            kind = trees.DecisionTreeClassifier
        else:
            kind = trees.DecisionTreeRegressor
        least = max(1, min(self.min_samples, len(y) // 4))
        tree = (
            kind(max_depth=self.max_depth, min_samples_leaf=least, random_state=seed)
            .fit(x, y, weights)
            .tree_
        )
        self.split_ = np.where(tree.children_left < 0, -1, tree.feature).astype(np.int32)
        self.threshold_ = tree.threshold.astype(np.float64)
        self.left_, self.right_ = (
            tree.children_left.astype(np.int32),
            tree.children_right.astype(np.int32),
        )
        self.support_ = tree.n_node_samples / tree.n_node_samples[0]
        if not chosen or tree.value.shape[2] == 2:
            mean = tree.value[:, 0, -1]
        else:
            mean = np.full(len(self.split_), y[0], float)
        self.precision_, self.chosen_ = mean.astype(np.float64), float(mean[0])
        n = tree.n_node_samples
        if chosen:
            self.value_ = np.log((mean * n + 0.5) / ((1 - mean) * n + 0.5))
        else:
            self.value_ = self.precision_

    def value(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        """(pairs,) float64: the value of each row's leaf."""
        return np.asarray(self.value_[self._path(x)[-1]], np.float64)

    def lowest(self) -> float:
        return float(self.value_.min())

    def terms(self, x: NDArray[np.float32]) -> tuple[float, tuple[Reason, ...]]:
        """The root's value, and a reason of kind "path" for each question: refs are (node, node
        it led to).
        """
        path = np.unique(
            np.array(self._path(x[None]))[:, 0]
        )  # children have higher numbers than their parents
        return float(self.value_[0]), tuple(
            Reason("path", (above, below), float(self.value_[below] - self.value_[above]))
            for above, below in pairwise(path.tolist())
        )

    def words(self, reason: Reason) -> Words:
        node, to = reason.refs
        return conditions(self._names(), [self._question(node, above=to == self.right_[node])])

    def branches(self) -> dict[str, Any]:
        """The tree as nested dictionaries, to be drawn: {value, support, precision, and of a
        question text (en, zh), yes (where the feature is above), no}."""

        def made(node: int) -> dict[str, Any]:
            own: dict[str, Any] = {
                "value": float(self.value_[node]),
                "support": float(self.support_[node]),
                "precision": float(self.precision_[node]),
            }
            if self.split_[node] < 0:
                return own
            return own | {
                "text": conditions(self._names(), [self._question(node, above=True)]),
                "yes": made(int(self.right_[node])),
                "no": made(int(self.left_[node])),
            }

        return made(0)

    def statements(self) -> list[Statement]:
        """Each leaf with the questions on its way, the highest value first."""
        found: list[Statement] = []

        def walk(node: int, way: tuple[tuple[int, bool, float], ...]) -> None:
            if self.split_[node] < 0:
                found.append(
                    Statement(
                        conditions(self._names(), way),
                        float(self.value_[node]),
                        float(self.support_[node]),
                        float(self.precision_[node]),
                        node,
                    )
                )
                return
            for child, above in ((self.left_[node], False), (self.right_[node], True)):
                walk(int(child), (*way, self._question(node, above=above)))

        walk(0, ())
        return sorted(found, key=lambda one: -one.weight)

    def matches(self, ref: int, x: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which rows come to the leaf `ref`, (pairs,)."""
        return np.asarray(self._path(x)[-1] == ref)

    def _names(self) -> Sequence[str]:
        names = self.names_
        return names

    def _question(self, node: int, *, above: bool) -> tuple[int, bool, float]:
        """The condition under which an item goes on to the right (above) or to the left of a
        node.
        """
        return int(self.split_[node]), above, float(self.threshold_[node])

    def _path(self, x: NDArray[np.float32]) -> list[NDArray[np.int64]]:
        """The node of each row at each depth, to the leaf."""
        at = np.zeros(len(x), np.int64)
        row = np.arange(len(x))
        path = [at]
        while (self.split_[at] >= 0).any():
            left = x[row, np.maximum(self.split_[at], 0)] <= self.threshold_[at]
            at = np.where(self.split_[at] < 0, at, np.where(left, self.left_[at], self.right_[at]))
            path.append(at)
        return path

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
    """A decision tree: the score is the root's value plus the change at each question.

    A node's value is the log odds that an item which reaches it is chosen next. Popularity orders
    the items of a leaf. Source: [breiman1984]; library scikit-learn.

    Not good for: fine orders within a list, because a leaf holds many items; the EBM does better
    there.

    Args:
        max_depth: Questions on the way to a leaf, 1 or more.
        min_samples: Examples per leaf, at least; larger values give smaller trees.
        candidates: Items that are scored for each history; all others rank below them.
        people: People whose next choices are the examples, at most.
        negatives: Other candidates drawn per example.
        friends: Whether to use what friends chose; needs the query's user, which is dropped when an
            event is removed.
        time_features: Whether to use the hour and weekday of the request (UTC).

    Attributes:
        split_: Feature of each node's question, -1 at a leaf, (nodes,).
        threshold_: Threshold of the question; left_ and right_ are the nodes at or below it and
            above it.
        value_: Log odds of each node, (nodes,).
        support_: Share of the examples that reach each node, (nodes,).
        precision_: Share of these that were chosen, (nodes,); chosen_ is the share among all
            examples.
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
        """Grow the tree on rows of features.

        Args:
            names: Names of the f features.
            x: Rows of features, (pairs, f).
            y: Whether each row was chosen, or numbers.
            chosen: Whether `y` says what was chosen; False: it is a number to predict.
            seed: Seed of the tree.
            weights: Weights of the rows, (pairs,).
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
        """Return the value of each row's leaf, (pairs,) float64."""
        return np.asarray(self.value_[self._path(x)[-1]], np.float64)

    def lowest(self) -> float:
        return float(self.value_.min())

    def terms(self, x: NDArray[np.float32]) -> tuple[float, tuple[Reason, ...]]:
        """Return the root's value, and a reason of kind "path" per question.

        refs holds the node of the question and the node that it led to.
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
        """Return the tree as nested dictionaries, for drawing.

        Returns:
            {value, support, precision}, and for a question also its text (en, zh) and the branches
            yes (above the threshold) and no.
        """

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
        """Return each leaf with the questions on its path, the highest value first."""
        statements: list[Statement] = []

        def walk(node: int, way: tuple[tuple[int, bool, float], ...]) -> None:
            if self.split_[node] < 0:
                statements.append(
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
        return sorted(statements, key=lambda one: -one.weight)

    def matches(self, ref: int, x: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return which rows reach the leaf `ref`, (pairs,) bool."""
        return np.asarray(self._path(x)[-1] == ref)

    def _names(self) -> Sequence[str]:
        names = self.names_
        return names

    def _question(self, node: int, *, above: bool) -> tuple[int, bool, float]:
        """Return the condition for going right (above) or left at a node."""
        return int(self.split_[node]), above, float(self.threshold_[node])

    def _path(self, x: NDArray[np.float32]) -> list[NDArray[np.int64]]:
        """Return the node of each row at each depth, down to the leaf."""
        node = np.zeros(len(x), np.int64)
        row = np.arange(len(x))
        path = [node]
        while (self.split_[node] >= 0).any():
            left = x[row, np.maximum(self.split_[node], 0)] <= self.threshold_[node]
            node = np.where(
                self.split_[node] < 0, node, np.where(left, self.left_[node], self.right_[node])
            )
            path.append(node)
        return path

"""The graph model: the score is a sum over typed paths, so every path is an exact reason.

    score(i) = popularity * log(1 + n_i)
             + sum over events j, path types t, entities e that lead from item_j to i by t:
                   (sum over d of w[t, d] * DECAYS[d]^steps(j)) * strength_t(item_j, e, i)
             + w_friends * sum over friends f who chose i:
                   1 / sqrt(friends of the person * choices of f)
             + w_base_model * (score of another additive model, if there is one)

Path types: each relation of the links (person - item - director - item), "people" (person - item -
other people - item) and "then" (what people chose soon afterwards). If the data have no order,
"then" and all decay are left out. The strength of an entity is what sharing it proves
(:func:`whyrec.models.graph.links.proof`) over the square root of the number of items that share it.
All weights are non-negative and learned to rank the validation people's next items high
(:func:`whyrec.models.linear.weight_learning.learn`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import (
    Additive,
    ArgumentError,
    Contributions,
    Dataset,
    Queries,
    Query,
    check_fitted,
    check_items,
    is_fitted,
)
from whyrec.core.capabilities import rest_moves
from whyrec.core.cases import EvaluationCases, hold_out_last
from whyrec.core.composite import build_component, fit_arguments
from whyrec.core.describe import model_repr
from whyrec.core.moved import renamed
from whyrec.core.queries import Int
from whyrec.core.settings import Setting, check_model_settings
from whyrec.core.support import Supported
from whyrec.core.verbs import is_work
from whyrec.models.graph.links import hops, nearest, proof, scaled, together
from whyrec.models.graph.path_decomposition import PathDecomposition
from whyrec.models.graph.path_phrases import allows
from whyrec.models.graph.path_reasons import PEOPLE, THEN, PathReasons, Route, digest
from whyrec.models.graph.walks import DECAYS, Walk, scores_by_type
from whyrec.models.linear.cooccurrence import people_after, per_source, transitions
from whyrec.models.linear.min_support import MinSupport, check_min_support
from whyrec.models.linear.support import SupportMixin, count_at
from whyrec.models.linear.terms import user_item
from whyrec.models.linear.weight_learning import learn, share
from whyrec.models.setting_types import Count

__all__ = ["ALLOW", "PathRecommender", "Route"]

WINDOW = 20  # events within which an item was chosen "soon after" another
ALLOW = "named_to_friends"  # field of the user table: whether friends may read their name


@renamed(
    beside="base_model",
    beside_="base_model_",
    beside_weight_="base_model_weight_",
    then="successors",
)
class PathRecommender(PathReasons, SupportMixin):
    """Recommend along typed paths: links of a graph, other people's choices, and friends.

    See the module for the equation. Source of the co-choice paths: [christoffel2015].

    With friends, the model stores their choices: fit it again when a person is erased. Not good
    for: links that say nothing about taste (their weights become 0); the last per cent of accuracy
    without another model beside it.

    Args:
        people: Whether paths lead through other people's choices.
        successors: Whether paths lead to what people chose soon afterwards.
        neighbours: Strongest of these paths kept per item, 1 or more.
        friends: Whether friends' choices count, if the data name friends.
        base_model: Another additive model that is added: a name of the catalogue,
            {"model": name, setting: value, ...} or a model.
        tune_on: Largest number of validation people who teach the weights.
        min_support: Pairs of items that fewer people chose do not count for paths through people
            and order. A number (0: none), several numbers that validation people choose from, or
            "auto" (1, 2, 3, 5, 10).

    Attributes:
        links_: Which items have which link, (n_items, c) sparse; strength_, type_ and entity_ (c,)
            describe the columns.
        relations_: Names of the relations.
        fade_: Weights by path type and decay, (types, 3).
        people_: Strength of paths through people, (n_items, n_items); then_ of paths through order.
        after_: How many people chose one item soon after the other.
        support_: How many people chose both items of each pair.
        base_: Popularity term, (n_items,).
        friends_: (n_users, n_users), with chosen_ (n_users, n_items), who_ and friend_weight_.
        base_model_: The fitted additional model; base_model_weight_ is its weight.
        without_order_: What was left out because the data have no order.
    """

    without_order_: list[str] = []
    work_ = True  # missing in folders of version 0.1, like the next one
    values_ = ""
    people_: Any  # missing if the setting is off
    then_: Any  # missing if the setting is off or the data have no order
    both_: Any = None  # only in folders of an earlier version
    after_: Any = None
    who_: NDArray[np.int64] | None = None
    friend_weight_ = 0.0

    __repr__ = model_repr

    def __init__(
        self,
        people: bool = True,
        successors: bool = True,
        neighbours: Annotated[int, Setting(low=1, search=(50, 500))] = 200,
        friends: bool = True,
        base_model: Any = None,
        tune_on: Count = 1_500,
        min_support: MinSupport = "auto",
    ) -> None:
        self.people = people
        self.successors = successors
        self.neighbours = neighbours
        self.friends = friends
        self.base_model = base_model
        self.tune_on = tune_on
        self.min_support = min_support
        check_model_settings(self)

    # --- fit --------------------------------------------------------------------------------------

    def fit(self, data: Dataset, *, seed: int = 0, valid: EvaluationCases | None = None) -> Self:
        """Count the paths, then learn their weights on validation people.

        Args:
            data: Training data.
            seed: Seed of all samples and of the additional model.
            valid: Validation people. Default: some people's last events, held out of the counts
                while the weights are learned.

        Returns:
            The fitted model itself.

        Raises:
            ArgumentError: If `base_model` is not an additive model.
        """
        check_min_support(self.min_support)
        rest = data
        cases = valid
        if valid is None:
            rest, cases = hold_out_last(data, min(self.tune_on, max(1, data.n_users // 2)), seed)
        self._count(rest, seed)
        self._ready = None
        self.friend_weight_ = self.base_model_weight_ = 0.0
        if self.base_model is not None:
            self.base_model_ = self.part("base_model_")
            if not is_fitted(self.base_model_):
                self.base_model_.fit(rest, **fit_arguments(self.base_model_, seed=seed))
            if not isinstance(self.base_model_, Additive) or rest_moves(self.base_model_):
                raise ArgumentError(
                    "base_model must be an additive model", given=type(self.base_model_).__name__
                )
        self._weigh(cases, seed)
        self.base_ = (self.popularity_ * np.log1p(self.counts_)).astype(np.float32)
        self._settle(self.min_support, cases, seed)
        if valid is None and cases is not None:
            self._count(data, seed)
            self._drop(self.min_support_)
        self.base_ = (self.popularity_ * np.log1p(self.counts_)).astype(np.float32)
        self._ready = None
        return self

    def part(self, name: str, config: Any = None) -> Any:
        """Create the unfitted model of a learned attribute; `config`: its settings, if known."""
        return build_component(getattr(self, name.rstrip("_")), "graph", config)

    def _count(self, data: Dataset, seed: int) -> None:
        """Count everything but the weights."""
        chosen = user_item(data)
        self.counts_ = np.bincount(data.item, minlength=data.n_items).astype(np.float32)
        self.relations_ = []
        empty = sparse.csr_array((data.n_items, 0), dtype=np.float32)
        self.links_, self.type_, self.entity_ = empty, np.zeros(0, np.int32), np.zeros(0, np.int32)
        self.strength_ = np.zeros(0, np.float32)
        if data.links is not None:
            incidence = hops(data.links)
            self.links_ = incidence.items
            self.type_ = incidence.relation
            self.entity_ = incidence.entity
            self.relations_ = list(incidence.relations)
            sharing = np.bincount(incidence.items.indices, minlength=incidence.items.shape[1])
            self.strength_ = (
                proof(chosen, incidence.items, seed=seed) / np.sqrt(np.maximum(sharing, 1))
            ).astype(np.float32)
            self.entities_ = list(data.links.entities)
        for name in ("people_", "then_", "after_"):  # they may stem from an earlier fit
            vars(self).pop(name, None)
        if self.people:
            self.people_ = together(chosen, self.counts_, self.neighbours)
        if data.order == "none":
            self.without_order_ = [THEN, "decay"]
        else:
            self.without_order_ = []
        if self.successors and not self.without_order_:
            self.then_ = nearest(
                per_source(transitions(data, window=WINDOW, decay=0.7), data, 1.0), self.neighbours
            )
            self.after_ = people_after(data, WINDOW, self.then_)
        tables = [table.T for table in self._weights().values()]
        none = sparse.csr_array((data.n_items,) * 2, dtype=np.float32)
        self.support_, self.support_of_ = count_at(data, sum(tables, none))
        self.values_, self.work_ = data.values, is_work(data.verb, data.domain)
        self.titles_ = list(data.item_table.title)
        self._count_friends(data, chosen)

    def _count_friends(self, data: Dataset, chosen: sparse.csr_array) -> None:
        self.known_ = bool(self.friends and len(data.friends))
        if not self.known_:
            return
        one, two = data.friends.T
        circle = sparse.csr_array(
            (np.ones(len(one), np.float32), (one, two)), shape=(data.n_users,) * 2
        )
        circle.sum_duplicates()
        circle.data[:] = 1.0
        self.friends_ = scaled(circle)
        self.chosen_ = scaled(chosen)
        allow = data.user_table.fields.get(ALLOW, ("",) * data.n_users)
        self.named_ = [
            label if allows(said_so) else ""
            for label, said_so in zip(data.users, allow, strict=True)
        ]
        self.who_ = np.array([digest(label) for label in data.users], np.int64)

    def _weigh(self, cases: EvaluationCases | None, seed: int) -> None:
        """Learn the weights that rank the cases' next items high; without cases, equal weights."""
        self.fade_ = np.zeros((len(self._types()), len(DECAYS)), np.float32)
        self.popularity_ = 0.0
        if cases is None:
            self.fade_[:, 0] = 1.0
            return
        cases = cases.sample(self.tune_on, seed)
        decays = 1 if self.without_order_ else len(DECAYS)
        scorers: list[Callable[[Queries], NDArray[np.float32]]] = [
            functools.partial(scores_by_type, walk, kind - kinds[0], at)
            for walk, kinds in self._walks(whole=True)
            for kind in kinds
            for at in range(decays)
        ]
        scorers.append(lambda part: np.tile(np.log1p(self.counts_), (len(part), 1)))
        if self.known_:
            scorers.append(self._by_friends)
        if self.base_model is not None:
            scorers.append(lambda part: self.base_model_.score(part))
        weights = learn(scorers, cases, seed=seed)
        if self.base_model is not None:
            weights[:-1] *= share(scorers, weights, cases)
        paths, more = np.split(weights, [len(self.fade_) * decays])
        self.fade_[:, :decays] = paths.reshape(-1, decays)
        self.popularity_, *rest = map(float, more)
        if self.known_:
            self.friend_weight_ = rest.pop(0)
        else:
            self.friend_weight_ = 0.0
        if self.base_model is not None:
            self.base_model_weight_ = rest.pop(0)
        else:
            self.base_model_weight_ = 0.0

    # --- score ------------------------------------------------------------------------------------

    def _types(self) -> list[str]:
        types = list(self.relations_)
        if self.people:
            types.append(PEOPLE)
        if self.successors and not self.without_order_:
            types.append(THEN)
        return types

    def _walks(self, *, whole: bool = False) -> list[tuple[Walk, list[int]]]:
        """Return the terms with the numbers of their types; `whole` includes those of weight 0."""
        names = self._types()
        walks = []
        if self.relations_:
            kinds = list(range(len(self.relations_)))
            left = self.links_.copy()
            left.data = self.strength_[left.indices]
            walks.append(
                (Walk(left, sparse.csr_array(self._back().T), self.fade_[kinds], self.type_), kinds)
            )
        for name in names[len(self.relations_) :]:
            kind = [names.index(name)]
            if name == PEOPLE:
                table = self.people_
            else:
                table = self.then_
            walks.append(
                (Walk(table, None, self.fade_[kind], np.zeros(table.shape[1], np.int32)), kind)
            )
        return [(walk, kinds) for walk, kinds in walks if whole or walk.fade.any()]

    def _back(self) -> sparse.csr_array:
        """The links by which a path may arrive, (n_items, c); :meth:`cut` removes some."""
        if not self._cut:
            return self.links_
        back = self.links_.copy()
        for item, column in self._cut:
            row = slice(back.indptr[item], back.indptr[item + 1])
            back.data[row] *= back.indices[row] != column
        return back

    def _used(self) -> list[tuple[Walk, list[int]]]:
        """Return the walks with a weight; computed once."""
        check_fitted(self)
        if self._ready is None:
            self._ready = self._walks()
        return self._ready

    @property
    def rest_moves(self) -> bool:
        """Whether friends count; their part depends on who asks, which ablations do not say."""
        return bool(self.friend_weight_)

    def score(self, queries: Any) -> NDArray[np.float32]:
        """Score all items.

        Args:
            queries: q histories.

        Returns:
            (q, n_items) float32.
        """
        walks = self._used()
        batch = Queries.of(queries, len(self.base_))
        out = np.tile(self.base_, (len(batch), 1))
        for walk, _ in walks:
            out += walk.scores(batch)
        if self.friend_weight_:
            out += np.float32(self.friend_weight_) * self._by_friends(batch)
        if self.base_model_weight_:
            out += np.float32(self.base_model_weight_) * self.base_model_.score(batch)
        return out

    def _by_friends(self, batch: Queries) -> NDArray[np.float32]:
        """Return the friends' part of the scores, (q, n); 0 if the query names nobody."""
        in_range = (batch.user >= 0) & (batch.user < self.friends_.shape[0])
        sums = (self.friends_[np.where(in_range, batch.user, 0)] @ self.chosen_).toarray()
        return np.asarray(sums * in_range[:, None], np.float32)

    def decompose(self, query: Query) -> PathDecomposition:
        """Return the scores of one history with their paths."""
        return PathDecomposition(self, query)

    def contributions(self, query: Query, item: int) -> Contributions:
        """Return what each event adds to the score of an item.

        Args:
            query: A history of m events.
            item: Number of the item.

        Returns:
            The base, (m,) float64 in score units, and the friends' part as the rest.
        """
        walks = self._used()
        check_items(len(self.base_), query.items, item)
        weights = sum(
            (walk.contributions_to(query, item) for walk, _ in walks), np.zeros(len(query))
        )
        base = float(self.base_[item])
        if self.base_model_weight_:
            more = self.base_model_.contributions(query, item)
            base = base + self.base_model_weight_ * more.base
            weights = weights + self.base_model_weight_ * more.weights
        return Contributions(
            base, weights, sum(reason.weight for reason in self._friend_reasons(query, item))
        )

    def contribution_matrix(self, query: Query) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what each event adds to each item, without the friends' part.

        Args:
            query: A history of m events.

        Returns:
            Base (n_items,) and contributions (m, n_items), both float64.
        """
        walks = self._used()
        check_items(len(self.base_), query.items)
        base = self.base_.astype(np.float64)
        total = sum(
            (walk.contribution_matrix(query) for walk, _ in walks),
            np.zeros((len(query), len(base))),
        )
        if self.base_model_weight_:
            more, table = self.base_model_.contribution_matrix(query)
            return base + self.base_model_weight_ * more, total + self.base_model_weight_ * table
        return base, total

    def support(self, items: Any, item: int | Int) -> Int:
        """Return how many people chose both items; see :class:`whyrec.core.Supported`."""
        counts = super().support(items, item)
        asked = np.asarray(items, np.int64)
        if not self.support_of_["pairs"] and self.both_ is not None:
            stored = np.asarray(
                self.both_[asked, np.broadcast_to(item, asked.shape)], np.int64
            ).ravel()
            counts = np.where(stored > 0, stored, counts)
        if self.base_model_weight_ and isinstance(self.base_model_, Supported):
            counts = np.maximum(counts, self.base_model_.support(asked, item))
        return counts

"""The graph model: a score is a sum over typed paths from a person to an item, so that every path
is an exact reason.

    score(i) = popularity * log(1 + n_i)
             + sum over events j, path types t, things e that lead from item_j to i by t:
                   (sum over d of w[t, d] * DECAYS[d]^steps(j)) * strength_t(item_j, e, i)
             + w_friends * sum over friends f who chose i: 1 / sqrt(friends of the person * choices
             of f) + w_beside * (the score of another additive model, where one stands beside)

Path types: each relation of the links (person - item - director - item), "people" (person - item -
other people - item) and "then" (what people chose soon afterwards; left out, with all fading, where
the data have no order). Strength of an entity: what sharing it proves
(:func:`whyrec.models.graph.links.proof`) over the square root of how many items share it. All
weights are 0 or more; they put the validation people's next items high
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
ALLOW = "named_to_friends"  # of the table of people: whether friends may read their name


@renamed(
    beside="base_model",
    beside_="base_model_",
    beside_weight_="base_model_weight_",
    then="successors",
)
class PathRecommender(PathReasons, SupportMixin):
    """Sums of typed paths; see the module. Source of the co-choice paths: [christoffel2015].

    people, successors: whether other people's choices and their order are paths too; neighbours: of
    each item, kept of these;
    friends: whether what friends chose counts, where the data name friends; base_model: another
    additive model whose score and reasons are added, a name of the catalogue, {"model": name,
    setting: value} or a model; tune_on: how many validation people teach the weights; min_support:
    of paths through people and order, those of pairs that fewer people chose do not count; a
    number, or several of which validation people choose ("auto": the usual ones).

    Learned: links_ (n_items, c), strength_ and type_ (c,), entity_ (c,), relations_, fade_ (types,
    3), people_ and then_ (n_items, n_items), after_ (how many people chose one soon after the
    other), support_, base_, friends_ (n_users, n_users), chosen_ (n_users, n_items), who_,
    friend_weight_, base_model_, base_model_weight_, without_order_ (what the data had no order
    for). With friends it holds their choices: fit it again when a person is erased. Not good for:
    links that say nothing of taste (their weights become 0); the last per cent of accuracy without
    a model beside.
    """

    without_order_: list[str] = []
    work_ = True  # folders of version 0.1 say neither this
    values_ = ""  # nor this
    people_: Any  # not there where the setting of its name is off
    then_: Any  # likewise, or where the data have no order
    both_: Any = None  # of folders of an earlier version
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
        """Count the paths, then learn their weights on `valid` (else on some people's last events,
        held out of the counts while the weights are learned)."""
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
            if not is_fitted(self.base_model_):  # else on data without the validation events
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
        """An unfitted model for the learned attribute of that name; config: its settings, where
        they are known.
        """
        return build_component(getattr(self, name.rstrip("_")), "graph", config)

    def _count(self, data: Dataset, seed: int) -> None:
        """Everything but the weights."""
        chosen = user_item(data)
        self.counts_ = np.bincount(data.item, minlength=data.n_items).astype(np.float32)
        self.relations_ = []
        empty = sparse.csr_array((data.n_items, 0), dtype=np.float32)
        self.links_, self.type_, self.entity_ = empty, np.zeros(0, np.int32), np.zeros(0, np.int32)
        self.strength_ = np.zeros(0, np.float32)
        if data.links is not None:
            found = hops(data.links)
            self.links_ = found.items
            self.type_ = found.relation
            self.entity_ = found.entity
            self.relations_ = list(found.relations)
            sharing = np.bincount(found.items.indices, minlength=found.items.shape[1])
            self.strength_ = (
                proof(chosen, found.items, seed=seed) / np.sqrt(np.maximum(sharing, 1))
            ).astype(np.float32)
            self.entities_ = list(data.links.entities)
        for name in ("people_", "then_", "after_"):  # of an earlier fit, on other data
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
        """The weights that put the cases' next items high; equal ones where there are no cases."""
        self.fade_ = np.zeros((len(self._types()), len(DECAYS)), np.float32)
        self.popularity_ = 0.0
        if cases is None:
            self.fade_[:, 0] = 1.0
            return
        cases = cases.sample(self.tune_on, seed)
        decays = (
            1 if self.without_order_ else len(DECAYS)
        )  # without an order nothing is older than anything else
        made: list[Callable[[Queries], NDArray[np.float32]]] = [
            functools.partial(scores_by_type, walk, kind - kinds[0], at)
            for walk, kinds in self._walks(whole=True)
            for kind in kinds
            for at in range(decays)
        ]
        made.append(lambda part: np.tile(np.log1p(self.counts_), (len(part), 1)))
        if self.known_:
            made.append(self._by_friends)
        if self.base_model is not None:
            made.append(lambda part: self.base_model_.score(part))
        found = learn(made, cases, seed=seed)
        if self.base_model is not None:
            found[:-1] *= share(made, found, cases)
        paths, more = np.split(found, [len(self.fade_) * decays])
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
        """The terms with the numbers of their types; whole: those of weight 0 too."""
        names = self._types()
        made = []
        if self.relations_:
            kinds = list(range(len(self.relations_)))
            left = self.links_.copy()
            left.data = self.strength_[left.indices]
            made.append(
                (Walk(left, sparse.csr_array(self._back().T), self.fade_[kinds], self.type_), kinds)
            )
        for name in names[len(self.relations_) :]:
            kind = [names.index(name)]
            if name == PEOPLE:
                table = self.people_
            else:
                table = self.then_
            made.append(
                (Walk(table, None, self.fade_[kind], np.zeros(table.shape[1], np.int32)), kind)
            )
        return [(walk, kinds) for walk, kinds in made if whole or walk.fade.any()]

    def _back(self) -> sparse.csr_array:
        """(n_items, c): the links by which a path may arrive; :meth:`cut` takes some away."""
        if not self._cut:
            return self.links_
        back = self.links_.copy()
        for item, column in self._cut:
            row = slice(back.indptr[item], back.indptr[item + 1])
            back.data[row] *= back.indices[row] != column
        return back

    def _used(self) -> list[tuple[Walk, list[int]]]:
        """The walks that weigh something, made once."""
        check_fitted(self)
        if self._ready is None:
            self._ready = self._walks()
        return self._ready

    @property
    def rest_moves(self) -> bool:
        """What friends add hangs on who asks, and no query that lacks events says who."""
        return bool(self.friend_weight_)

    def score(self, queries: Any) -> NDArray[np.float32]:
        """(q, n_items) float32."""
        batch = Queries.of(queries)
        walks = self._used()
        out = np.tile(self.base_, (len(batch), 1))
        for walk, _ in walks:
            out += walk.scores(batch)
        if self.friend_weight_:
            out += np.float32(self.friend_weight_) * self._by_friends(batch)
        if self.base_model_weight_:
            out += np.float32(self.base_model_weight_) * self.base_model_.score(batch)
        return out

    def _by_friends(self, batch: Queries) -> NDArray[np.float32]:
        """(q, n) float32: 0 where the query names nobody."""
        known = (batch.user >= 0) & (batch.user < self.friends_.shape[0])
        found = (self.friends_[np.where(known, batch.user, 0)] @ self.chosen_).toarray()
        return np.asarray(found * known[:, None], np.float32)

    def decompose(self, query: Query) -> PathDecomposition:
        """The scores of one history with their paths."""
        return PathDecomposition(self, query)

    def contributions(self, query: Query, item: int) -> Contributions:
        """What each event adds to the score of `item`, (m,) float64 in score units; what friends
        add is the rest.
        """
        weights = sum(
            (walk.contributions_to(query, item) for walk, _ in self._used()), np.zeros(len(query))
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
        """(base (n_items,), what each event adds to each item (m, n_items)), both float64;
        without what friends add.
        """
        walks = self._used()
        base = self.base_.astype(np.float64)
        total = sum(
            (walk.contribution_matrix(query) for walk, _ in walks),
            np.zeros((len(query), len(base))),
        )
        if self.base_model_weight_:
            more, table = self.base_model_.contribution_matrix(query)
            return base + self.base_model_weight_ * more, total + self.base_model_weight_ * table
        return base, total

    def magnitudes(self, queries: Any) -> NDArray[np.float32]:
        """|base| + sum of the sizes of the events' contributions, (q, n_items) float32."""
        made = [self.contribution_matrix(query) for query in Queries.of(queries)]
        return np.stack([np.abs(base) + np.abs(table).sum(0) for base, table in made]).astype(
            np.float32
        )

    def support(self, items: Any, item: int | Int) -> Int:
        """How many people chose both; of a folder of an earlier version what it kept of them."""
        found = super().support(items, item)
        asked = np.asarray(items, np.int64)
        if not self.support_of_["pairs"] and self.both_ is not None:
            kept = np.asarray(
                self.both_[asked, np.broadcast_to(item, asked.shape)], np.int64
            ).ravel()
            found = np.where(kept > 0, kept, found)
        if self.base_model_weight_ and isinstance(self.base_model_, Supported):
            found = np.maximum(found, self.base_model_.support(asked, item))
        return found

"""The glass box: a recommender whose every reason is exact.

    score(i) = popularity * log(1 + n_i)
             + sum over events j of  a * event_decay^steps(j) * B[item_j, i]      (chosen by the same people)
                                   + b * query_decay^steps(j) * T[item_j, i]      (chosen soon afterwards)

B is EASE, T directed transitions; each is divided by the spread of its scores, so that a and b compare.
The few numbers (decays, power, a : b, popularity) are those that rank the validation people's next items
best. No weight depends on the other events: contribution = leave-one-out = Shapley value.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import BadArgument, Dataset, Unknown
from whyrec.core.cases import Cases, ndcg_of_scores
from whyrec.models.cooccurrence import per_source, transitions
from whyrec.models.ease import ease_weights
from whyrec.models.linear import LinearMixin, Matrix, compact, dot, history_matrix, user_item

__all__ = ["Additive", "Mix", "hold_out_last"]


@dataclass(frozen=True)
class Mix:
    """The few numbers that are fitted on validation people; `power` and `decay` shape T itself."""

    event_decay: float = 0.85
    decay: float = 0.7
    query_decay: float = 0.7
    power: float = 1.0
    share: float = 0.5  # of the transitions, against EASE
    popularity: float = 0.0


# Searched in this order: the shape of the transitions decides how much of them is worth having.
GRID: dict[str, tuple[float, ...]] = {
    "power": (0.25, 0.5, 0.75, 1.0),
    "decay": (0.6, 0.7, 0.8, 0.9),
    "query_decay": (0.95, 0.9, 0.8, 0.7, 0.6),
    "event_decay": (1.0, 0.98, 0.95, 0.9, 0.85, 0.8, 0.7),
    "share": (0.0, 0.15, 0.3, 0.4, 0.5, 0.6, 0.7, 0.85),
    "popularity": (0.0, 0.05, 0.1, 0.2),
}


class Additive(LinearMixin):
    """EASE + directed transitions + popularity; see the module. Sources: [steck2019], [ludewig2018].

    ridge of EASE in events (several: the best on validation people is kept); window of the transitions in
    events; above max_dense items EASE covers the most frequent ones only; tune_on: how many validation people
    choose the numbers, by NDCG@k; mix: the numbers, where they are known already (no search).
    Memory: three dense float32 matrices of min(n_items, max_dense) squared in the fit, one afterwards.
    Not good for: people with no events (popularity alone), items with no events.

    Learned: ease_ and transitions_ (n_items, n_items), already multiplied by a and b; base_ (n_items,);
    mix_ and ridge_, the chosen numbers.
    """

    def __init__(self, ridge: float | Sequence[float] = (50.0, 200.0, 1000.0), window: int = 20,
                 max_dense: int = 20_000, tune_on: int = 4_000, k: int = 10,
                 mix: Mapping[str, float] | None = None) -> None:
        self.ridge = ridge
        self.window = window
        self.max_dense = max_dense
        self.tune_on = tune_on
        self.k = k
        self.mix = mix

    def fit(self, data: Dataset, *, seed: int = 0, valid: Cases | None = None) -> Self:
        """Learn the parts on `data`, the mix on `valid` (else on people's last events, held out of the
        first fit and given back to the last)."""
        ridges = self.ridge if isinstance(self.ridge, Sequence) else (self.ridge,)
        parts, ridge, mix = _Parts(self, data), ridges[len(ridges) // 2], _mix(self.mix)
        if self.mix is None and valid is not None:
            ridge, mix = _search(parts, ridges, valid.sample(self.tune_on, seed), self.k)
        elif self.mix is None:
            rest, cases = hold_out_last(data, self.tune_on, seed)
            if cases is not None:
                ridge, mix = _search(_Parts(self, rest), ridges, cases, self.k)
        ease, transitions_ = parts.ease(ridge), parts.transitions(mix.decay, mix.power)
        a, b = parts.unit(ease, mix.event_decay), parts.unit(transitions_, mix.query_decay)
        ease *= np.float32((1 - mix.share) * a)  # in place: the dense matrix may be a gigabyte
        self.ease_, self.transitions_ = ease, transitions_ * np.float32(mix.share * b)
        self.base_ = (mix.popularity * parts.log_counts).astype(np.float32)
        self.mix_, self.ridge_ = asdict(mix), float(ridge)
        return self

    def _terms(self) -> list[Any]:
        return [(self.ease_, self.mix_["event_decay"]),
                (self.transitions_, self.mix_["query_decay"])]


def _mix(given: Mapping[str, float] | None) -> Mix:
    if given is not None and not isinstance(given, Mapping):
        raise BadArgument("mix must name its numbers, as in share = 0.5", given=repr(given))
    for name, value in (given or {}).items():
        if name not in GRID:
            raise Unknown("number of mix", name, GRID)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < float("inf"):
            raise BadArgument(f"{name} of mix must be a number, 0 or more", given=repr(value))
    return Mix(**dict(given or {}))


def hold_out_last(data: Dataset, n: int, seed: int) -> tuple[Dataset, Cases | None]:
    """The data without the last event of up to n people (of 3 events or more), and these as cases."""
    events = data.histories
    able = np.flatnonzero(events.sizes >= 3)
    people = np.sort(np.random.default_rng(seed).permutation(able)[:n])
    last = events.indptr[people + 1] - 1
    held = np.zeros(len(data), bool)
    held[np.argsort(data.user, kind="stable")[last]] = True
    rest = data.select(~held)
    before = rest.histories[people]
    new = [at for at, item in enumerate(events.items[last]) if item not in before[at].items]
    if not new:
        return data, None
    return rest, Cases(before[np.array(new)], np.arange(len(new) + 1), events.items[last][new])


class _Parts:
    """The two item-to-item matrices of some data, and the unit that makes their scores comparable."""

    def __init__(self, model: Additive, data: Dataset) -> None:
        self.model, self.data = model, data
        self.matrix = user_item(data)
        counts = np.bincount(data.item, minlength=data.n_items)
        self.log_counts = np.log1p(counts)
        self.dense = np.sort(np.argsort(-counts, kind="stable")[:model.max_dense])
        people = np.flatnonzero(data.histories.sizes)
        self.some = data.histories[people[:: max(1, len(people) // 256)]]
        self.counts = functools.cache(functools.partial(transitions, data, window=model.window))

    def ease(self, ridge: float) -> Matrix:
        """EASE's weights (n_items, n_items); sparse, and of the frequent items only, where too many."""
        n = self.data.n_items
        if len(self.dense) == n:
            return ease_weights(self.matrix, ridge)
        weights = ease_weights(sparse.csr_array(self.matrix[:, self.dense]), ridge)
        weights[np.abs(weights) < 1e-3] = 0.0  # such weights move no list of ten and would not fit in memory
        small = sparse.coo_array(weights)
        return sparse.csr_array((small.data, (self.dense[small.row], self.dense[small.col])), shape=(n, n))

    def transitions(self, decay: float, power: float) -> Matrix:
        return compact(per_source(self.counts(decay=decay), self.data, power))

    def unit(self, weights: Matrix, decay: float) -> float:
        """1 / the standard deviation of the part's scores over a sample of people."""
        scores = dot(history_matrix(self.some, self.data.n_items, decay), weights)
        return 1.0 / (float(scores.std()) or 1.0)


def _search(parts: _Parts, ridges: Sequence[float], cases: Cases, k: int) -> tuple[float, Mix]:
    """The ridge and the mix with the best NDCG@k on the cases, by coordinate search: the mix at the
    middle ridge, the ridge at that mix, the mix again near where it was."""
    at = ridges[len(ridges) // 2]
    trial = _Trial(parts, parts.ease(at), cases, k)
    mix, quality = _climb(trial, Mix(), width=None)
    for ridge in (r for r in ridges if r != at):
        other = _Trial(parts, parts.ease(ridge), cases, k)
        if (found := other.quality(mix)) > quality:
            trial, at, quality = other, ridge, found
        del other  # a dense matrix: no more than two at a time
    mix, _ = _climb(trial, mix, width=1)
    return at, mix


def _climb(trial: _Trial, mix: Mix, *, width: int | None) -> tuple[Mix, float]:
    """Each number in turn takes its best value on the grid, within `width` places of where it is."""
    quality = trial.quality(mix)
    for name, values in GRID.items():
        at = values.index(getattr(mix, name))
        near = values if width is None else values[max(0, at - width):at + width + 1]
        for value in near:
            other = replace(mix, **{name: value})
            if other != mix and (found := trial.quality(other)) > quality:
                mix, quality = other, found
    return mix, quality


class _Trial:
    """NDCG@k of a mix on the cases. The last scores of each part are kept: a trial changes one number."""

    def __init__(self, parts: _Parts, ease: Matrix, cases: Cases, k: int) -> None:
        self.parts, self.ease, self.cases, self.k = parts, ease, cases, k
        self.last: dict[str, tuple[object, NDArray[np.float32]]] = {}

    def scores(self, part: str, weights: Callable[[], Matrix], decay: float, *shape: float) -> NDArray[np.float32]:
        if self.last.get(part, (None,))[0] != (decay, *shape):
            self.last.pop(part, None)  # before the new ones are made: they may be large
            made, rows = weights(), history_matrix(self.cases.queries, self.parts.data.n_items, decay)
            self.last[part] = (decay, *shape), dot(rows, made) * np.float32(self.parts.unit(made, decay))
        return self.last[part][1]

    def quality(self, mix: Mix) -> float:
        scores = (1 - mix.share) * self.scores("ease", lambda: self.ease, mix.event_decay)
        scores += mix.share * self.scores("transitions", lambda: self.parts.transitions(mix.decay, mix.power),
                                          mix.query_decay, mix.decay, mix.power)
        scores += (mix.popularity * self.parts.log_counts).astype(np.float32)
        scores[self.cases.queries.row, self.cases.queries.items] = -np.inf
        return float(ndcg_of_scores(scores, self.cases, self.k).mean())

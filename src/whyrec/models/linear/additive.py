"""The glass box: a recommender whose every reason is exact.

    score(i) = popularity * log(1 + n_i) + c * bias(i)
             + sum over events j of  a * event_decay^steps(j) * B[item_j, i]      (chosen by the
             same people)
                                   + b * query_decay^steps(j) * T[item_j, i]      (chosen soon
                                   afterwards) + c * L[item_j, i, steps(j)]
                                   (learned: see lowrank) + e * K[item_j, i]
                                   (alike in a modality: see kernels) + g * again_decay^steps(j) *
                                   [item_j = i]      (used before: see again)

B is EASE, T directed transitions, L learned weights of low rank, from the data alone or from a
large model too; each is divided by the spread of its scores, so that a, b and c compare. Where the
data have no order, T counts who chose both, and there is neither fading nor L (without_order_). The
few numbers (decays, power, a : b : c, popularity) are those that rank the validation people's next
items best. No weight depends on the other events: contribution = leave-one-out = Shapley value.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import BadArgument, Dataset, Query, Unknown, artefact, check_fitted, mask_seen
from whyrec.core.cases import Cases, hold_out_last, ndcg_of_scores
from whyrec.core.describe import model_repr
from whyrec.core.parallel import Each
from whyrec.models.linear import repeat_consumption as uses
from whyrec.models.linear.cooccurrence import followed, per_source
from whyrec.models.linear.ease import ease, ease_weights, without_rows
from whyrec.models.linear.kernels import Kernel, choose, kernel_names, kernel_vectors
from whyrec.models.linear.lowrank import LowRank
from whyrec.models.linear.mix import GRID, PARTS, TOGETHER, Mix, lacking, mix_of, part_names
from whyrec.models.linear.support import (
    MinSupport,
    SupportMixin,
    check_min_support,
    count_pairs,
    judged,
)
from whyrec.models.linear.terms import Heads, LinearMixin, Matrix, Table, compact, user_item

if TYPE_CHECKING:
    from whyrec.models.training.trainer import Run

__all__ = ["Additive", "Mix"]


class Additive(SupportMixin, LinearMixin):
    """EASE + directed transitions + learned weights + popularity; see the module. Sources:
    [steck2019], [ludewig2018].

    parts: "ease", "transitions", "learned" (default: all; learned where the extra [text] is
    installed); ridge of EASE in events (several: the best on validation people is kept); window of
    the transitions in events; above max_dense items EASE covers the most frequent ones only;
    learned: settings of the model `lowrank`; tune_on: how many validation people choose the
    numbers, by NDCG@k; mix: the numbers, where they are known already (no search). kernels:
    likeness in which modalities (vectors of the item table, "text" or "links"; default: all
    vectors), or {name: weight} in units of the parts' spread.
    again: whether own use of an item speaks for it, where the data say that items may come again;
    chosen last. min_support: pairs that fewer people chose have no weight in EASE and transitions
    (learned weights stay); a number, or several of which validation people choose ("auto": the
    usual ones).
    Memory: three dense float32 matrices of min(n_items, max_dense) squared in the fit, one
    afterwards.
    Not good for: people with no events (popularity alone); items with no events, unless the learned
    part reads their text.

    Learned: ease_ and transitions_ (n_items, n_items), keys_ and queries_ (n_items, h * d) and gap_
    (h, length), already multiplied by a, b and c; base_ (n_items,); mix_ and ridge_, the chosen
    numbers; where the data have no order, together_ in the place of transitions_ and
    without_order_, what was left out; stages_, the curve of training.
    """

    kernels_: list[dict[str, Any]] = []  # as in folders of an earlier version
    again_: list[float] = []
    without_order_: list[str] = []
    ease_: Matrix
    transitions_: Matrix
    together_: Matrix

    __repr__ = model_repr

    def __init__(
        self,
        parts: Sequence[str] | None = None,
        ridge: float | Sequence[float] = (50.0, 200.0, 1000.0),
        window: int = 20,
        max_dense: int = 20_000,
        learned: Mapping[str, Any] | None = None,
        tune_on: int = 4_000,
        k: int = 10,
        mix: Mapping[str, float] | None = None,
        kernels: Sequence[str] | Mapping[str, float] | None = None,
        again: bool = True,
        min_support: MinSupport = "auto",
    ) -> None:
        self.parts = parts
        self.ridge = ridge
        self.window = window
        self.max_dense = max_dense
        self.learned = learned
        self.tune_on = tune_on
        self.k = k
        self.mix = mix
        self.kernels = kernels
        self.again = again
        self.min_support = min_support

    def fit(
        self,
        data: Dataset,
        *,
        seed: int = 0,
        valid: Cases | None = None,
        run: Run | None = None,
        teacher: Any = None,
        each: Each = map,
    ) -> Self:
        """Learn the parts on `data`, the mix on `valid` (else on people's last events, held out of
        the first fit and given back to the last). teacher: see :class:`LowRank`; each: who
        counts the blocks of people."""
        check_min_support(self.min_support)
        ridges = self.ridge if isinstance(self.ridge, Sequence) else (self.ridge,)
        parts, ridge, mix = (
            _Parts(self, data, each),
            ridges[len(ridges) // 2],
            mix_of(self.mix, data.order),
        )
        self.without_order_ = lacking(self.parts) if data.order == "none" else []
        learned = functools.partial(_learn, self, seed=seed, run=run, teacher=teacher)
        kernels = [
            Kernel(name, kernel_vectors(data, name))
            for name in kernel_names(self.kernels, data.item_table)
        ]
        rest, cases, least = data, None, self.min_support
        costs: list[dict[str, Any]] = []
        if self.mix is None and valid is not None:
            low = learned(data, valid)
            cases = valid.sample(self.tune_on, seed)
            ridge, mix = _search(parts, ridges, cases, self.k, low)
        elif self.mix is None:
            rest, cases = hold_out_last(data, self.tune_on, seed)
            low = None if cases is None else learned(rest, cases)
            if cases is not None:
                held = _Parts(self, rest, each)
                ridge, mix = _search(held, ridges, cases, self.k, low)
                self.again_ = _weigh(self, kernels, held, ridge, mix, low, cases)
                if not isinstance(self.min_support, int):
                    least, costs = judged(
                        _trial(self, kernels, held, ridge, mix, low),
                        rest,
                        least,
                        cases,
                        seed,
                        self.k,
                    )
                del held  # it keeps every count that was tried
            if low is not None and mix.learned:
                low = learned(
                    data, None, epochs=max(low.curve_, key=lambda row: row["quality"])["epoch"]
                )
        else:
            low = learned(data, valid) if mix.learned else None
        if rest is data:
            self.again_ = _weigh(self, kernels, parts, ridge, mix, low, cases)
        self._keep(parts, ridge, mix, low)
        self._keep_kernels(kernels)
        self.support_, self.support_of_ = count_pairs(data)
        self._settle(least, valid, seed, self.k)
        self.support_costs_ = costs or self.support_costs_
        return self

    def _keep_kernels(self, kernels: Sequence[Kernel]) -> None:
        self.kernels_ = [
            {
                "name": one.name,
                "dims": one.vectors.shape[1],
                "weight": one.weight,
                "decay": one.decay,
            }
            for one in kernels
        ]
        if kernels:
            self.kernel_vectors_ = np.concatenate([one.vectors for one in kernels], axis=1)

    def _kernels(self) -> list[Kernel]:
        if not (rows := self.kernels_):
            return []
        parts = np.split(
            self.kernel_vectors_, np.cumsum([row["dims"] for row in rows])[:-1], axis=1
        )
        return [
            Kernel(row["name"], part, row["weight"], row["decay"])
            for row, part in zip(rows, parts, strict=True)
        ]

    def part_contributions(self, query: Query, item: int) -> dict[str, NDArray[np.float64]]:
        """What each event adds to the score of `item` by each part and modality, (m,) each:
        their sum is `contributions`.
        """
        check_fitted(self)
        names = [
            *self.used_,
            *(one["name"] for one in self.kernels_),
            *self._own_uses(),
        ]
        return {name: term.at(query, item) for name, term in zip(names, self._terms(), strict=True)}

    def forget(self, data: Dataset, people: NDArray[Any]) -> Additive:
        """The model that `fit` would give for `data`, on which this one was fitted, without these
        people (numbers), with
        the numbers of the mix it has: the same to rounding, in seconds. Raises BadArgument where a
        part was learned, or EASE
        covers the frequent items only: what these hold of a person only a new fit takes away."""
        if "learned" in self.used_ or ("ease" in self.used_ and sparse.issparse(self.ease_)):
            raise BadArgument(
                "people can be taken out of counted parts over all items",
                given=", ".join(self.used_),
                fix='fit again without them, or fit with parts = ["ease", "transitions"]',
            )
        made = Additive(**artefact.model_config(self))
        parts = _Parts(made, data.select(~np.isin(data.user, people)))
        if "ease" in self.used_ and not self.min_support_:
            plain = self.ease_ / np.float32(self.ease_unit_)
            parts.solved = without_rows(plain, self.ease_diagonal_, user_item(data)[people])
        made.without_order_ = self.without_order_
        made._keep(parts, self.ridge_, Mix(**self.mix_), None)
        made._keep_kernels(self._kernels())
        made.again_ = self.again_
        made._forget_support(self, data, people)
        made._settle(self.min_support_, None)
        return made

    def _own_uses(self) -> dict[str, Table]:
        """The term of own use by its name; none where it weighs nothing, or the model is of an
        earlier version.
        """
        weight, decay = self.again_ or (0.0, 1.0)
        return {"again": uses.own_use(len(self.base_), weight, decay)} if weight else {}

    def _keep(self, parts: _Parts, ridge: float, mix: Mix, low: LowRank | None) -> None:
        """The parts that count, each multiplied by its share and its unit."""
        shares = parts.shares(mix)
        self.used_ = [name for name, share in shares.items() if share]
        self.base_ = (mix.popularity * parts.log_counts).astype(np.float32)
        self.stages_: list[dict[str, Any]] = []
        if "ease" in self.used_:
            self.ease_, self.ease_diagonal_ = parts.ease_parts(ridge)
            self.ease_unit_ = float(
                np.float32(shares["ease"] * parts.unit(Table(self.ease_, mix.event_decay)))
            )
            self.ease_ *= np.float32(self.ease_unit_)  # in place: large
        for name in {"transitions", TOGETHER} & set(self.used_):
            weights = parts.transitions(mix)
            weights = weights * np.float32(
                shares[name] * parts.unit(Table(weights, mix.query_decay))
            )
            setattr(self, f"{name}_", weights)
        if "learned" in self.used_ and low is not None:
            unit = np.float32(shares["learned"] * parts.unit(low.term))
            self.keys_, self.queries_, self.gap_ = low.keys_, low.queries_ * unit, low.gap_
            self.base_ += unit * low.base_
            self.stages_ = [{"stage": "learned weights", "curve": low.curve_}]
        self.mix_, self.ridge_ = asdict(mix), float(ridge)

    def _terms(self) -> list[Table | Heads]:
        made: dict[str, Callable[[], Table | Heads]] = {
            "ease": lambda: Table(self.ease_, self.mix_["event_decay"]),
            "transitions": lambda: Table(self.transitions_, self.mix_["query_decay"]),
            TOGETHER: lambda: Table(self.together_, self.mix_["query_decay"]),
            "learned": lambda: Heads(self.keys_, self.queries_, self.gap_),
        }
        return (
            [made[name]() for name in self.used_]
            + [one.term for one in self._kernels()]
            + [*self._own_uses().values()]
        )


def _weigh(
    model: Additive,
    kernels: Sequence[Kernel],
    parts: _Parts,
    ridge: float,
    mix: Mix,
    low: LowRank | None,
    cases: Cases | None,
) -> list[float]:
    """Give each modality its weight beside the other parts, fitted on `parts`; then [weight, decay]
    of own use, [] where items do not come again."""
    again = model.again and parts.data.repeat
    if not kernels and not again:
        return []
    trial = _trial(model, [], parts, ridge, mix, low)
    given = model.kernels if isinstance(model.kernels, Mapping) else None
    asked = parts.some[:0] if cases is None else cases.queries
    scores, cases = trial.score(asked), None if model.mix is not None else cases
    if kernels:
        choose(kernels, given, scores, parts.some, cases, model.k)
        scores = scores + sum((one.term.scores(asked) for one in kernels), np.float32(0.0))
    return [*uses.choose(scores, cases, parts.some, model.k)] if again else []


def _trial(
    model: Additive,
    kernels: Sequence[Kernel],
    parts: _Parts,
    ridge: float,
    mix: Mix,
    low: LowRank | None,
) -> Additive:
    """The model as it would be with these parts."""
    made = Additive(**artefact.model_config(model))
    made._keep(parts, ridge, mix, low)
    made._keep_kernels(kernels)
    made.again_ = model.again_
    return made


def _learn(
    model: Additive,
    data: Dataset,
    valid: Cases | None,
    *,
    seed: int,
    run: Run | None,
    teacher: Any,
    epochs: int | None = None,
) -> LowRank | None:
    """The learned part, fitted; None where the model has none."""
    if "learned" not in part_names(model.parts, data.order):
        return None
    settings = dict(model.learned or {})
    known = artefact.model_arguments(LowRank)
    for name in settings:
        if name not in known:
            raise Unknown("setting of learned", name, known)
    if epochs is not None:
        settings["epochs"] = epochs
    return LowRank(**settings).fit(data, seed=seed, valid=valid, run=run, teacher=teacher)


class _Parts:
    """The two item-to-item matrices of some data, and the unit that makes their scores
    comparable.
    """

    def __init__(self, model: Additive, data: Dataset, each: Each = map) -> None:
        self.model, self.data, self.names, self.each = (
            model,
            data,
            part_names(model.parts, data.order),
            each,
        )
        self.matrix = user_item(data)
        counts = np.bincount(data.item, minlength=data.n_items)
        self.log_counts = np.log1p(counts)
        self.dense = np.sort(np.argsort(-counts, kind="stable")[: model.max_dense])
        people = np.flatnonzero(data.histories.sizes)
        self.some = data.histories[people[:: max(1, len(people) // 256)]]
        self.counts = functools.cache(
            functools.partial(followed, data, window=model.window, each=each)
        )
        self.solved: tuple[NDArray[np.float32], NDArray[np.float64]] | None = (
            None  # EASE, where it is known already
        )

    def ease(self, ridge: float) -> Matrix:
        """EASE's weights (n_items, n_items); sparse, and of the frequent items only, where too
        many.
        """
        return self.ease_parts(ridge)[0]

    def ease_parts(self, ridge: float) -> tuple[Matrix, NDArray[np.float64]]:
        """The same, and what taking people out needs (nothing where items were left out)."""
        n = self.data.n_items
        if self.solved is not None:
            return self.solved
        if len(self.dense) == n:
            return ease(self.matrix, ridge, self.each)
        weights = ease_weights(sparse.csr_array(self.matrix[:, self.dense]), ridge, self.each)
        weights[np.abs(weights) < 1e-3] = (
            0.0  # such weights move no list of ten and would not fit in memory
        )
        small = sparse.coo_array(weights)
        whole = sparse.csr_array(
            (small.data, (self.dense[small.row], self.dense[small.col])), shape=(n, n)
        )
        return whole, np.zeros(0)

    def transitions(self, mix: Mix) -> Matrix:
        """What follows what by the mix; where the data have no order, what is chosen with what."""
        target = mix.target if self.data.order == "none" else 0.0
        return compact(per_source(self.counts(decay=mix.decay), self.data, mix.power, target))

    def unit(self, term: Table | Heads) -> float:
        """1 / the standard deviation of the term's scores over a sample of people."""
        return 1.0 / (float(term.scores(self.some).std()) or 1.0)

    def shares(self, mix: Mix) -> dict[str, float]:
        """How much of each part the mix takes; of the parts that are there they sum to 1."""
        wanted = {
            "ease": (1 - mix.learned) * (1 - mix.share),
            "transitions": (1 - mix.learned) * mix.share,
            "learned": mix.learned,
            TOGETHER: mix.share,
        }
        there = {name: wanted[name] for name in (*PARTS, TOGETHER) if name in self.names}
        total = sum(there.values())
        return {name: share / total if total else 1 / len(there) for name, share in there.items()}

    def grid(self) -> dict[str, tuple[float, ...]]:
        """The numbers that are worth a search: those of parts that are there."""
        of = {
            "power": "transitions",
            "decay": "transitions",
            "query_decay": "transitions",
            "event_decay": "ease",
        }
        names = [
            name
            for name in GRID
            if of.get(name, name) in (*self.names, "popularity", "share", "learned", "target")
        ]
        names.remove("target")
        if self.data.order == "none":
            names = (
                ["power", "target", "share", "popularity"]
                if TOGETHER in self.names
                else ["popularity"]
            )
        if "ease" not in self.names or not {"transitions", TOGETHER} & set(self.names):
            names = [name for name in names if name != "share"]
        if "learned" not in self.names or len(self.names) == 1:
            names = [name for name in names if name != "learned"]
        return {name: GRID[name] for name in names}


def _search(
    parts: _Parts, ridges: Sequence[float], cases: Cases, k: int, low: LowRank | None
) -> tuple[float, Mix]:
    """The ridge and the mix with the best NDCG@k on the cases, by coordinate search: the mix at the
    middle ridge, the ridge at that mix, the mix again near where it was."""
    at = ridges[len(ridges) // 2]
    trial = _Trial(parts, at, cases, k, low)
    mix, quality = _climb(trial, mix_of(None, parts.data.order), width=None)
    for ridge in (r for r in ridges if r != at and "ease" in parts.names):
        other = _Trial(parts, ridge, cases, k, low)
        if (found := other.quality(mix)) > quality:
            trial, at, quality = other, ridge, found
        del other  # a dense matrix: no more than two at a time
    mix, _ = _climb(trial, mix, width=1)
    return at, mix


def _climb(trial: _Trial, mix: Mix, *, width: int | None) -> tuple[Mix, float]:
    """Each number in turn takes its best value on the grid, within `width` places of where it
    is.
    """
    quality = trial.quality(mix)
    for name, values in trial.parts.grid().items():
        at = values.index(getattr(mix, name))
        near = values if width is None else values[max(0, at - width) : at + width + 1]
        for value in near:
            other = replace(mix, **{name: value})
            if other != mix and (found := trial.quality(other)) > quality:
                mix, quality = other, found
    return mix, quality


class _Trial:
    """NDCG@k of a mix on the cases. The last scores of each part are kept: a trial changes one
    number.
    """

    def __init__(
        self, parts: _Parts, ridge: float, cases: Cases, k: int, low: LowRank | None
    ) -> None:
        self.parts, self.cases, self.k, self.low = parts, cases, k, low
        self.ease = parts.ease(ridge) if "ease" in parts.names else None
        self.last: dict[str, tuple[object, NDArray[np.float32]]] = {}

    def scores(self, part: str, mix: Mix) -> NDArray[np.float32]:
        shape = {"ease": (mix.event_decay,), "learned": ()}.get(
            part, (mix.query_decay, mix.decay, mix.power, mix.target)
        )
        if self.last.get(part, (None,))[0] != shape:
            self.last.pop(part, None)  # before the new ones are made: they may be large
            term = self._term(part, mix)
            scores = term.scores(self.cases.queries)
            if part == "learned" and self.low is not None:
                scores += self.low.base_
            self.last[part] = shape, scores * np.float32(self.parts.unit(term))
        return self.last[part][1]

    def _term(self, part: str, mix: Mix) -> Table | Heads:
        if part == "learned":
            assert self.low is not None
            return self.low.term
        weights = self.ease if part == "ease" else self.parts.transitions(mix)
        assert weights is not None
        return Table(weights, mix.event_decay if part == "ease" else mix.query_decay)

    def quality(self, mix: Mix) -> float:
        base = (mix.popularity * self.parts.log_counts).astype(np.float32)
        scores = np.tile(base, (len(self.cases), 1))
        for part, share in self.parts.shares(mix).items():
            if share:
                scores += np.float32(share) * self.scores(part, mix)
        return float(
            ndcg_of_scores(mask_seen(scores, self.cases.queries), self.cases, self.k).mean()
        )

"""The additive model, or glass box: a recommender whose every reason is exact.

    score(i) = popularity * log(1 + n_i) + c * bias(i) + sum over events j of
        a * event_decay^steps(j) * B[item_j, i]     EASE: chosen by the same people
      + b * query_decay^steps(j) * T[item_j, i]     transitions: chosen soon afterwards
      + c * L[item_j, i, steps(j)]                  learned weights, see lowrank
      + e * K[item_j, i]                            similar in a modality, see kernels
      + g * again_decay^steps(j) * [item_j = i]     used before, see repeat_consumption

T is log(1 + evidence * C), C counting what came soon after what [petrov2026], or a power of the
counts, whichever validation people prefer. They choose the other numbers, too: decays, a : b : c,
the weight of popularity, which may be below 0. Each part is divided by the spread of its scores,
which makes the weights comparable. L is trained on top of the counts (counted_scores), where there
are enough events per item for that to pay (budget). If the data have no order, T counts who chose
both items, and there is neither decay nor L (without_order_). No weight depends on the other
events, so contribution = leave-one-out effect = Shapley value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import ArgumentError, Dataset, Query, artefact, check_fitted
from whyrec.core.cases import EvaluationCases, hold_out_last
from whyrec.core.describe import model_repr
from whyrec.core.moved import renamed
from whyrec.core.parallel import ParallelMap
from whyrec.core.settings import Setting, check_model_settings
from whyrec.models.item_content.text_encoder import has_encoder
from whyrec.models.linear import repeat_consumption as uses
from whyrec.models.linear.additive_fit import Chosen, Training, choose_weights
from whyrec.models.linear.budget import Budget
from whyrec.models.linear.counted_parts import CountedParts
from whyrec.models.linear.ease import without_people
from whyrec.models.linear.kernels import Kernel, kernel_names
from whyrec.models.linear.min_support import MinSupport, check_min_support
from whyrec.models.linear.mix import TOGETHER, Mix, lacking, mix_of, part_names
from whyrec.models.linear.support import SupportMixin, count_pairs, judged
from whyrec.models.linear.terms import ItemItemTerm, LinearMixin, LowRankTerm, Matrix
from whyrec.models.setting_types import Count, Ridge
from whyrec.privacy.erasure import others

if TYPE_CHECKING:
    from whyrec.models.training.run import Run

__all__ = ["AdditiveRecommender", "Mix"]


@renamed(
    again="repeat_term",
    gap_="position_weights_",
    kernels="similarity_terms",
    parts="components",
)
class AdditiveRecommender(SupportMixin, LinearMixin):
    """EASE + directed transitions + learned weights + popularity, each an exact reason.

    See the module for the equation. Sources: [steck2019], [ludewig2018].

    Memory: one float32 matrix of the items that EASE covers, squared, during the fit, and three of
    the scores of the people who choose; afterwards that matrix, sparse if EASE covers only frequent
    items. Not good for: people without events, who score the base, which lowers what many
    chose if the weight of popularity is below 0 (whyrec lists what most people chose for them);
    items without events, unless their words, vectors or text are known.

    Args:
        components: Some of "ease", "transitions" and "learned". Default: all; learned only if the
            extra [text] is installed.
        ridge: L2 penalty of EASE, in events, above 0. If several are given, validation people
            choose.
        window: Events after an item that count as transitions, 1 or more.
        max_dense: In larger catalogues EASE covers at most this many of the most frequent items;
            `budget` may allow fewer.
        learned: Settings of the model `lowrank`, by name.
        tune_on: Largest number of validation people who choose the numbers.
        k: Length of the list whose NDCG@k they maximise.
        mix: The numbers of the mix, by name; no search takes place.
        similarity_terms: Modalities whose similarity counts: vectors of the item table, "words",
            "text" or "links". Default: all vectors, or the words if there are none, with the budget
            "best" also the text. A mapping
            {name: weight} sets the weights, in units of the spread of the other parts.
        repeat_term: Whether own uses of an item speak for it, if items may be recommended again.
        min_support: Pairs of items that fewer people chose have no weight in EASE and transitions;
            learned weights stay. A number (0: none), several numbers that validation people choose
            from, or "auto" (1, 2, 3, 5, 10).
        budget: What the fit may cost: "auto" (what pays), "best", or processor seconds, as in 60,
            "90s" or "10m". 0: counts alone; nothing is chosen or learned. The counts are made even
            if the budget is too small for them.

    Attributes:
        ease_: (n_items, n_items), already multiplied by a.
        transitions_: (n_items, n_items), already multiplied by b.
        together_: Takes the place of transitions_ if the data have no order.
        keys_: Learned part, (n_items, h * d), with queries_ of the same shape and
            position_weights_ (h, length); already multiplied by c.
        base_: What everyone gets, (n_items,) float32: the score of an empty history.
        mix_: The chosen numbers; ridge_ holds the chosen ridge.
        without_order_: What was left out because the data have no order.
        stages_: Training curve of the learned part.
        spending: With a budget in seconds, what the fit spent and what it left out; not saved.
    """

    kernels_: list[dict[str, Any]] = []  # missing in folders of an earlier version
    again_: list[float] = []
    without_order_: list[str] = []
    spending: dict[str, Any] | None = None
    ease_: Matrix
    transitions_: Matrix
    together_: Matrix

    __repr__ = model_repr

    def __init__(
        self,
        components: Sequence[str] | None = None,
        ridge: Ridge | Sequence[Ridge] = (50.0, 200.0, 1000.0),
        window: Annotated[int, Setting(low=1, search=(5, 50))] = 20,
        max_dense: Count = 20_000,
        learned: Mapping[str, Any] | None = None,
        tune_on: Count = 4_000,
        k: Count = 10,
        mix: Mapping[str, float] | None = None,
        similarity_terms: Sequence[str] | Mapping[str, float] | None = None,
        repeat_term: bool = True,
        min_support: MinSupport = "auto",
        budget: str | float = "auto",
    ) -> None:
        self.components = components
        self.ridge = ridge
        self.window = window
        self.max_dense = max_dense
        self.learned = learned
        self.tune_on = tune_on
        self.k = k
        self.mix = mix
        self.similarity_terms = similarity_terms
        self.repeat_term = repeat_term
        self.min_support = min_support
        self.budget = budget
        Budget.of(budget)
        check_model_settings(self)

    def fit(
        self,
        data: Dataset,
        *,
        seed: int = 0,
        valid: EvaluationCases | None = None,
        run: Run | None = None,
        teacher: Any = None,
        each: ParallelMap = map,
    ) -> Self:
        """Fit the parts on `data` and choose the mix on validation people.

        Args:
            data: Training data.
            seed: Seed of the learned part and of all samples of people.
            valid: Validation people. Default: people's last events, held out while the mix is
                chosen and included in the final fit.
            run: Progress, logs and checkpoints of the learned part.
            teacher: Fitted sequence model that the learned part imitates; see :class:`LowRank`.
            each: `map`-like function that processes the blocks of people.

        Returns:
            The fitted model itself.

        Raises:
            ArgumentError: If a setting does not fit the data.
            UnknownNameError: If a part, a modality or a number of the mix does not exist.
        """
        check_min_support(self.min_support)
        budget = Budget.of(self.budget)
        given = self.ridge if isinstance(self.ridge, Sequence) else (self.ridge,)
        dense = budget.dense(data, self.max_dense)
        if data.order == "none":
            self.without_order_ = lacking(self.components)
        else:
            self.without_order_ = []
        ridges = budget.ridges(data, given, min(dense, data.n_items))
        names = kernel_names(
            self.similarity_terms, data.item_table, text=budget.kind == "best" and has_encoder()
        )
        # The people who choose: the validation people or, without any, people's last events.
        rest = data
        cases = None
        if self.mix is None and budget.allows("mix"):
            people = budget.people(data, self.tune_on)
            if valid is not None:
                cases = valid.sample(people, seed)
            else:
                rest, cases = hold_out_last(data, people, seed)
        held = self._counted(rest, dense, each)
        chosen = choose_weights(
            rest,
            held,
            Chosen(ridges[0], mix_of(self.mix, data.order)),
            cases,
            Training(self.learned or {}, budget, seed, run, teacher),
            ridges=ridges,
            names=names,
            terms=self.similarity_terms,
            repeat_term=self.repeat_term,
            k=self.k,
        )
        least = self.min_support
        costs: list[dict[str, Any]] = []
        if not isinstance(least, int) and not budget.allows("min_support"):
            least = 0
        if rest is not data:
            trial = None
            if not isinstance(least, int):
                trial = AdditiveRecommender(**artefact.model_config(self))
                trial._keep(held, chosen)
            del held  # it caches every matrix of counts that was tried
            if trial and cases and not isinstance(least, int):
                least, costs = judged(trial, rest, least, cases, seed, self.k)
            del trial
            held = self._counted(data, dense, each)
        self._keep(held, chosen)
        del held
        self.support_, self.support_of_ = count_pairs(data)
        self._settle(least, valid, seed, self.k)
        self.support_costs_ = costs or self.support_costs_
        self.spending = budget.note()
        return self

    def _counted(self, data: Dataset, dense: int, each: ParallelMap = map) -> CountedParts:
        """Return the counted parts of the data."""
        names = part_names(self.components, data.order)
        if not dense and len(names) > 1:
            names = tuple(name for name in names if name != "ease")
        return CountedParts(data, names, window=self.window, max_dense=dense, each=each)

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
        rows = self.kernels_
        if not rows:
            return []
        parts = np.split(
            self.kernel_vectors_, np.cumsum([row["dims"] for row in rows])[:-1], axis=1
        )
        return [
            Kernel(row["name"], part, row["weight"], row["decay"])
            for row, part in zip(rows, parts, strict=True)
        ]

    def take_weights(self, other: AdditiveRecommender) -> Self:
        """Take the weights of modalities and of own use, which are not part of `mix`.

        Args:
            other: A fitted model with the same settings.

        Returns:
            The model itself.
        """
        self._keep_kernels(other._kernels())
        self.again_ = other.again_
        return self

    def part_contributions(self, query: Query, item: int) -> dict[str, NDArray[np.float64]]:
        """Return what each event adds to the score of `item`, by part and modality.

        Args:
            query: A history of m events.
            item: Number of the item.

        Returns:
            {part: (m,) float64}, in score units; their sum is `contributions`.
        """
        check_fitted(self)
        names = [
            *self.used_,
            *(one["name"] for one in self.kernels_),
            *self._own_uses(),
        ]
        return {
            name: term.contributions_to(query, item)
            for name, term in zip(names, self.terms(), strict=True)
        }

    def forget(
        self, data: Dataset, people: NDArray[Any], *, items: NDArray[Any] | None = None
    ) -> AdditiveRecommender:
        """Return the model that `fit` would give without some people, with the same mix.

        The weights agree up to rounding and take seconds.

        Args:
            data: The data that this model was fitted on.
            people: Numbers of the people to remove.
            items: Numbers of the items that stay; None: all.

        Returns:
            A new model.

        Raises:
            ArgumentError: If the model has a learned part: only a new fit can remove people from
                it.
        """
        if "learned" in self.used_:
            raise ArgumentError(
                "people can be taken out of counted parts",
                given=", ".join(self.used_),
                fix='fit again without them, or fit with components = ["ease", "transitions"]',
            )
        model = AdditiveRecommender(**artefact.model_config(self))
        rest = others(data, people, items)
        parts = model._counted(rest, Budget.of(self.budget).dense(rest, self.max_dense))
        whole = "ease" in self.used_ and not sparse.issparse(self.ease_)
        if whole and not self.min_support_:
            plain = self.ease_ / np.float32(self.ease_unit_)
            solved = without_people(plain, self.ease_diagonal_, data, people, items)
            parts.solved = (self.ridge_, *solved)
        model.without_order_ = self.without_order_
        kernels = self._kernels()
        if items is not None:
            kernels = [replace(one, vectors=one.vectors[items]) for one in kernels]
        model._keep(parts, Chosen(self.ridge_, Mix(**self.mix_), kernels, self.again_))
        model._forget_support(self, data, people, items)
        model._settle(self.min_support_, None)
        return model

    def _own_uses(self) -> dict[str, ItemItemTerm]:
        """Return the repeat term by its name; empty if it has no weight."""
        weight, decay = self.again_ or (0.0, 1.0)
        if weight:
            return {"again": uses.own_use(len(self.base_), weight, decay)}
        return {}

    def _keep(self, parts: CountedParts, chosen: Chosen) -> None:
        """Store the parts that count, each multiplied by its share and its unit.

        EASE is changed in place, and `parts` no longer has it.
        """
        mix, low = chosen.mix, chosen.low
        shares = parts.shares(mix)
        if low is None:
            shares.pop("learned", None)
        self.used_ = [name for name, share in shares.items() if share]
        self.base_ = (mix.popularity * parts.log_counts).astype(np.float32)
        self.stages_: list[dict[str, Any]] = []
        if "ease" in self.used_:
            ease, self.ease_diagonal_ = parts.ease_parts(chosen.ridge)
            size = shares["ease"] * parts.unit(ItemItemTerm(ease, mix.event_decay))
            self.ease_unit_ = float(np.float32(size))
            ease *= np.float32(self.ease_unit_)  # in place: it may be large
            self.ease_ = ease
        for name in {"transitions", TOGETHER} & set(self.used_):
            weights = parts.transitions(mix)
            weights *= np.float32(shares[name] * parts.unit(ItemItemTerm(weights, mix.query_decay)))
            setattr(self, f"{name}_", weights)
        if "learned" in self.used_ and low is not None:
            unit = np.float32(shares["learned"] * parts.unit(low.term))
            self.keys_ = low.keys_
            self.queries_ = low.queries_ * unit
            self.position_weights_ = low.position_weights_
            self.base_ += unit * low.base_
            self.stages_ = [{"stage": "learned weights", "curve": low.curve_}]
        self.mix_, self.ridge_ = asdict(mix), float(chosen.ridge)
        self.again_ = chosen.again
        self._keep_kernels(chosen.kernels)

    def terms(self) -> list[ItemItemTerm | LowRankTerm]:
        factories: dict[str, Callable[[], ItemItemTerm | LowRankTerm]] = {
            "ease": lambda: ItemItemTerm(self.ease_, self.mix_["event_decay"]),
            "transitions": lambda: ItemItemTerm(self.transitions_, self.mix_["query_decay"]),
            TOGETHER: lambda: ItemItemTerm(self.together_, self.mix_["query_decay"]),
            "learned": lambda: LowRankTerm(self.keys_, self.queries_, self.position_weights_),
        }
        return (
            [factories[name]() for name in self.used_]
            + [one.term for one in self._kernels()]
            + [*self._own_uses().values()]
        )

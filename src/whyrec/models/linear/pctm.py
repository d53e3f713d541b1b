"""PCTM: the log evidence of transitions, summed over the events of a history.

    score(i) = sum over events j of w(steps(j)) * log(1 + C[item_j, i] n_items / tau)
             + popularity * log(1 + n_i)

    w(s) = (1 - tail) (1 - query_decay) query_decay^s + tail (1 - slow) slow^s

C counts how often i came after j, by weights of the gap. The logarithm is taken of each pair alone,
so an event adds the same whatever the other events are. The weights of a long history sum to 1,
which gives `popularity` the same meaning for all decays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Annotated, Any, Self

import numpy as np

from whyrec.core import Dataset
from whyrec.core.cases import EvaluationCases, hold_out_last
from whyrec.core.describe import model_repr
from whyrec.core.parallel import ParallelMap
from whyrec.core.settings import Setting, check_model_settings
from whyrec.models.linear.evidence import log_evidence
from whyrec.models.linear.min_support import MinSupport, check_min_support
from whyrec.models.linear.pctm_search import Form, counted, log_frequency, search_form, speeds
from whyrec.models.linear.recount import RecountMixin
from whyrec.models.linear.support import count_pairs
from whyrec.models.linear.terms import ItemItemTerm, compact
from whyrec.models.setting_types import Count

__all__ = ["PCTM"]

SHAPES = ("power", "exponential")
Shape = Annotated[str, Setting(choices=SHAPES, grid=SHAPES)]
Rate = Annotated[float, Setting(low=0, search=(0.3, 1.0))]
Tau = Annotated[float, Setting(above=0, search=(30.0, 50_000.0), log=True)]
Fading = Annotated[float, Setting(low=0, below=1, search=(0.3, 0.9))]
Tail = Annotated[float, Setting(low=0, high=1, search=(0.0, 0.5))]
Popularity = Annotated[float, Setting(low=-2, high=2, search=(-0.6, 0.6))]

# What validation people choose from: the middle holds where nobody can choose.
TAUS = (50, 90, 150, 270, 500, 900, 1_500, 2_700, 5_000, 9_000, 15_000, 27_000, 50_000)
FADINGS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
TAILS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
ABOVE = (0.02, 0.04, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6)
POPULARITIES = (*(-one for one in reversed(ABOVE)), 0.0, *ABOVE)


class PCTM(RecountMixin):
    """Recommend what the counts of transitions speak for, on a logarithmic scale.

    See the module for the equation. Of a setting with several values, validation people choose one;
    where nobody can, the middle one holds. If the data have no order, C counts who chose both items
    and nothing decays; without_order_ records this. Source: [petrov2026].

    Not good for: people without events, who get rare items if `popularity` is below 0; items never
    seen in a sequence.

    Args:
        window: Events after an item that count as transitions, 1 or more.
        gap_shape: How a pair loses weight with its gap: "power" is 1 / gap^gap_rate, "exponential"
            is gap_rate^(gap - 1).
        gap_rate: Parameter of this shape, or several; 0 or more.
        tau: Weight of the uniform prior, in events, or several; above 0. Large values leave the
            counts themselves; small ones make any pair count almost as much as a frequent one.
        query_decay: Factor per later event in the history, or several; 0 or more and below 1.
        slow: Factor per later event of the slower part, 0 or more and below 1.
        tail: Share of the slower part in the weight of a long history, or several; 0 to 1.
        popularity: Weight of the logarithm of an item's events, or several; below 0 favours rare
            items.
        tune_on: Largest number of validation people; fewer choose if their scores are too many.
        k: Length of the list whose NDCG@k they maximise.
        min_support: Pairs of items that fewer people chose have no weight. A number (0: none),
            several numbers that validation people choose from, or "auto" (1, 2, 3, 5, 10).

    Attributes:
        weights_: The log evidence times the weight of the latest event, (n_items, n_items) float32,
            dense or sparse.
        base_: The popularity term, (n_items,) float32. Items without events have the lowest.
        form_: The numbers in force, by name.
        support_: How many people chose both items of each pair; see `support`.
        min_support_: The threshold in force.
        without_order_: What was left out because the data have no order.
    """

    __repr__ = model_repr

    def __init__(
        self,
        window: Annotated[int, Setting(low=1, search=(5, 30))] = 20,
        gap_shape: Shape = "power",
        gap_rate: Rate | Sequence[Rate] = (0.5, 0.75, 1.0),
        tau: Tau | Sequence[Tau] = TAUS,
        query_decay: Fading | Sequence[Fading] = FADINGS,
        slow: Annotated[float, Setting(low=0, below=1, search=(0.9, 0.995))] = 0.98,
        tail: Tail | Sequence[Tail] = TAILS,
        popularity: Popularity | Sequence[Popularity] = POPULARITIES,
        tune_on: Count = 30_000,
        k: Count = 10,
        min_support: MinSupport = 0,
    ) -> None:
        self.window = window
        self.gap_shape = gap_shape
        self.gap_rate = gap_rate
        self.tau = tau
        self.query_decay = query_decay
        self.slow = slow
        self.tail = tail
        self.popularity = popularity
        self.tune_on = tune_on
        self.k = k
        self.min_support = min_support
        check_model_settings(self)

    def fit(
        self,
        data: Dataset,
        *,
        seed: int = 0,
        valid: EvaluationCases | None = None,
        each: ParallelMap = map,
    ) -> Self:
        """Choose the numbers, count the transitions, then drop those with too little support.

        Args:
            data: Training data.
            seed: Seed of the samples of validation people.
            valid: Validation people. Default: people's last events, held out while the numbers are
                chosen and included in the final fit. `min_support` is chosen only on people given.
            each: `map`-like function that counts the blocks of people.

        Returns:
            The fitted model itself.

        Raises:
            ArgumentError: If `min_support` is not allowed.
        """
        check_min_support(self.min_support)
        grid = {one.name: several(getattr(self, one.name)) for one in fields(Form)}
        rest = data
        cases = valid
        if cases is not None:
            cases = cases.sample(self.tune_on, seed)
        elif any(len(values) > 1 for values in grid.values()):
            rest, cases = hold_out_last(data, self.tune_on, seed)
        form = search_form(grid, rest, cases, window=self.window, k=self.k, seed=seed, each=each)
        self.form_ = asdict(form)
        self._learn(data, each)
        self.support_, self.support_of_ = count_pairs(data)
        self._settle(self.min_support, valid, seed, self.k)
        return self

    def _learn(self, data: Dataset, each: ParallelMap = map) -> None:
        form = Form(**self.form_)
        self.without_order_ = ["direction", "decay"] if data.order == "none" else []
        unit, self.tail_ = speeds(form, data)
        evidence = log_evidence(counted(data, form.gap, self.window, each), data.n_items, form.tau)
        evidence.data *= np.float32(unit)
        self.weights_ = compact(evidence)
        self.base_ = np.float32(form.popularity) * log_frequency(data)
        chosen = np.bincount(data.item, minlength=data.n_items) > 0
        self.base_[~chosen] = self.base_[chosen].min(initial=0.0)

    def _like(self, old: Self) -> None:
        self.form_ = old.form_

    def terms(self) -> list[ItemItemTerm]:
        return [
            ItemItemTerm(self.weights_, self.form_["query_decay"], self.form_["slow"], self.tail_)
        ]


def several(given: Any) -> list[Any]:
    """Return a setting's values in ascending order."""
    return sorted(set(np.atleast_1d(given).tolist()))

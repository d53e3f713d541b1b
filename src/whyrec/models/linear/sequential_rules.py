"""Sequential rules: "whoever chose j will choose i", weighed by how soon i came after j.

    score(i) = sum over the latest events j of v(steps(j)) * R[item_j, i]

R counts how often i came at most `steps` events after j, by weights of the gap. Each item keeps
only its strongest rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Dataset
from whyrec.core.cases import EvaluationCases
from whyrec.core.describe import model_repr
from whyrec.core.parallel import ParallelMap
from whyrec.core.settings import Setting, check_model_settings
from whyrec.models.linear.cooccurrence import chosen_together
from whyrec.models.linear.evidence import gap_counts, gap_weights, source_idf, strongest
from whyrec.models.linear.min_support import MinSupport, check_min_support
from whyrec.models.linear.recount import RecountMixin
from whyrec.models.linear.support import count_pairs
from whyrec.models.linear.terms import ItemItemTerm, SparseMixin

__all__ = ["LatestTerm", "SequentialRules"]

SHAPES = {
    "same": ("power", 0.0),
    "linear": ("linear", 1.0),
    "log": ("log", 1.0),
    "div": ("power", 1.0),
    "quadratic": ("power", 2.0),
}
Weighting = Annotated[str, Setting(choices=tuple(SHAPES), grid=tuple(SHAPES))]


@dataclass(frozen=True)
class LatestTerm(ItemItemTerm):
    """A term in which only the latest events count, by weights of their places.

    Attributes:
        places: Weights of the latest event, the one before it, and so on.
    """

    places: tuple[float, ...] = (1.0,)

    @property
    def rate(self) -> None:
        return None

    def event_weights(self, steps: NDArray[Any]) -> NDArray[np.float32]:
        table = np.array([*self.places, 0.0], np.float32)
        return np.asarray(table[np.minimum(steps, len(self.places))], np.float32)


class SequentialRules(RecountMixin, SparseMixin):
    """Recommend by rules "i soon after j" from the latest events of the history.

    See the module for the equation. If the data have no order, R counts who chose both items and
    every event counts alike; without_order_ records this. Source: [ludewig2018].

    Not good for: people without recent events; items never seen in a sequence.

    Args:
        steps: Events after an item that make a rule, 1 or more.
        weighting: How a rule loses weight with the gap: "same" (not at all), "linear"
            (1 - 0.1 gap), "log" (1 / log10(gap + 1.7)), "div" (1 / gap) or "quadratic" (1 / gap^2).
        pruning: Rules that each item keeps; 0 keeps all.
        idf: Whether rules from rare items weigh more than those from frequent ones.
        last: Latest events of the history that count, 1 or more.
        last_weighting: How an event loses weight with its place in the history; as `weighting`.
        min_support: Pairs of items that fewer people chose have no weight. A number (0: none),
            several numbers that validation people choose from, or "auto" (1, 2, 3, 5, 10).

    Attributes:
        weights_: R, (n_items, n_items) sparse float32.
        base_: (n_items,) float32, all 0.
        support_: How many people chose both items of each pair; see `support`.
        min_support_: The threshold in force.
        without_order_: What was left out because the data have no order.
    """

    without_order_: list[str] = []

    __repr__ = model_repr

    def __init__(
        self,
        steps: Annotated[int, Setting(low=1, search=(1, 30))] = 10,
        weighting: Weighting = "div",
        pruning: Annotated[int, Setting(low=0, grid=(0, 20, 50, 100, 200))] = 100,
        idf: Annotated[bool, Setting(grid=(False, True))] = False,
        last: Annotated[int, Setting(low=1, search=(1, 20))] = 10,
        last_weighting: Weighting = "quadratic",
        min_support: MinSupport = 0,
    ) -> None:
        self.steps = steps
        self.weighting = weighting
        self.pruning = pruning
        self.idf = idf
        self.last = last
        self.last_weighting = last_weighting
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
        """Count the rules, then drop those with too little support.

        Args:
            data: Training data.
            seed: Seed of the sample of validation people.
            valid: Validation people who choose `min_support`, if it is not a single number.
            each: `map`-like function that counts the blocks of people.

        Returns:
            The fitted model itself.

        Raises:
            ArgumentError: If `min_support` is not allowed.
        """
        check_min_support(self.min_support)
        self._learn(data, each)
        self.support_, self.support_of_ = count_pairs(data)
        self._settle(self.min_support, valid, seed)
        return self

    def _learn(self, data: Dataset, each: ParallelMap = map) -> None:
        if data.order == "none":
            self.without_order_ = ["direction", "decay"]
            rules = chosen_together(data)
        else:
            self.without_order_ = []
            rules = gap_counts(data, gap_weights(self.steps, *SHAPES[self.weighting]), each)
        if self.idf:
            rules = sparse.csr_array(sparse.diags_array(source_idf(data)) @ rules)
            rules.eliminate_zeros()
            rules.sort_indices()
        self.weights_ = strongest(rules, self.pruning)
        self.base_ = np.zeros(data.n_items, np.float32)

    def terms(self) -> list[ItemItemTerm]:
        if self.without_order_:
            return [ItemItemTerm(self.weights_, 1.0)]
        places = gap_weights(self.last, *SHAPES[self.last_weighting])
        return [LatestTerm(self.weights_, 0.0, places=tuple(places))]

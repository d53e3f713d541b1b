"""Directed co-occurrence with decay: what people choose soon after an item.

If the data have no order, it counts what they choose together.
"""

from __future__ import annotations

from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds

from whyrec.core import Dataset, artefact
from whyrec.core.cases import EvaluationCases
from whyrec.core.dataset import changed_people
from whyrec.core.describe import model_repr
from whyrec.core.parallel import ParallelMap
from whyrec.core.settings import Setting, check_model_settings
from whyrec.models.linear.evidence import gap_counts, gap_weights
from whyrec.models.linear.min_support import MinSupport, check_min_support
from whyrec.models.linear.support import LateSupportMixin, count_pairs
from whyrec.models.linear.terms import (
    ItemItemTerm,
    LinearMixin,
    blocks_of_people,
    compact,
    user_item,
)
from whyrec.models.setting_types import Decay

__all__ = [
    "Cooccurrence",
    "chosen_together",
    "followed",
    "item_factors",
    "people_after",
    "per_source",
    "transitions",
]


def transitions(
    data: Dataset, *, window: int, decay: float, each: ParallelMap = map
) -> sparse.csr_array:
    """Count how often and how soon each item followed another.

    T[j, i] = sum over people and gaps g = 1..window of decay^(g - 1) * [i came g events after j].
    People whose events have no order count nothing.

    Args:
        data: Training data.
        window: Largest gap, in events.
        decay: Factor per step of the gap, 0 to 1.
        each: `map`-like function that counts the blocks of people; they are summed in order.

    Returns:
        T (n_items, n_items) float32.
    """
    return gap_counts(data, gap_weights(window, "exponential", decay), each)


def chosen_together(data: Dataset) -> sparse.csr_array:
    """Count how many people chose both j and i, in any order.

    Each person counts 1 / (number of their choices - 1), so the pairs of one item sum to 1 per
    person.

    Args:
        data: Training data.

    Returns:
        C (n_items, n_items) float32.
    """
    chosen = user_item(data)
    sizes = np.maximum(np.asarray(chosen.sum(1)).ravel() - 1, 1)
    total = sparse.csr_array(chosen.T @ (sparse.diags_array(1 / sizes) @ chosen), dtype=np.float32)
    total.setdiag(0)
    total.eliminate_zeros()
    total.sort_indices()
    return total


def followed(
    data: Dataset, *, window: int, decay: float, each: ParallelMap = map
) -> sparse.csr_array:
    """Return the transitions, or co-occurrences if the data have no order."""
    if data.order == "none":
        return chosen_together(data)
    return transitions(data, window=window, decay=decay, each=each)


def people_after(data: Dataset, window: int, pairs: sparse.csr_array) -> sparse.csr_array:
    """Count how many different people chose i within `window` events after j.

    People whose events have no order count nothing.

    Args:
        data: Training data.
        window: Largest gap, in events.
        pairs: (n_items, n_items); only the pairs [j, i] that it holds are counted.

    Returns:
        (n_items, n_items) uint16.
    """
    events = data.ordered_histories
    n = data.n_items
    wanted = sparse.csr_array(
        (np.ones(pairs.nnz, np.int64), pairs.indices.copy(), pairs.indptr.copy()), shape=pairs.shape
    )
    total = sparse.csr_array((n, n), dtype=np.int64)
    for block in blocks_of_people(events.indptr):
        part = slice(events.indptr[block.start], events.indptr[block.stop])
        row = events.row[part] - block.start
        item = events.items[part].astype(np.int64)
        pairs_of_people = [np.zeros(0, np.int64)]
        for gap in range(1, min(window, len(row) - 1) + 1):
            same = row[gap:] == row[:-gap]
            pairs_of_people.append((row[gap:] * n + item[:-gap])[same] * n + item[gap:][same])
        pair = np.unique(np.concatenate(pairs_of_people)) % (n * n)
        total = (
            total
            + sparse.csr_array((np.ones(len(pair), np.int64), (pair // n, pair % n)), shape=(n, n))
            * wanted
        )
    counts = sparse.csr_array(total)
    counts.data = np.minimum(counts.data, 65_535)
    return counts.astype(np.uint16)


def per_source(
    counts: sparse.csr_array, data: Dataset, power: float, target: float = 0.0
) -> sparse.csr_array:
    """Divide the transitions by the source's events^power and the target's events^target."""
    events = np.maximum(np.bincount(data.item, minlength=data.n_items), 1).astype(np.float32)
    scaled = counts.copy()
    scaled.data *= np.repeat(events**-power, np.diff(counts.indptr)).astype(np.float32)
    if target:
        scaled.data *= (events**-target)[counts.indices]
    return scaled


DENSE = 1_000  # items up to which a dense decomposition replaces a deficient sparse one
LACKING = 1e-6  # relative size below which a singular value counts as 0


def item_factors(data: Dataset, dims: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Factorise the transitions into item vectors as predecessors and as successors.

    They are the leading singular vectors of log(1 + T[j, i] n / (T[j, .] T[., i])): how much more
    often i follows j than by chance.

    Args:
        data: Training data.
        dims: Number of dimensions.

    Returns:
        Predecessor and successor vectors, (n_items, dims) each.
    """
    counts = transitions(data, window=8, decay=0.7).astype(np.float64)
    dims = min(dims, data.n_items - 1)
    if counts.nnz < max(1, dims):
        return (np.zeros((data.n_items, 0), np.float32),) * 2  # too few transitions
    # At least 1, because rare pairs prove little.
    before, after = (
        np.maximum(counts.sum(1), 1.0),
        np.maximum(counts.sum(0), 1.0),
    )
    row = np.repeat(np.arange(data.n_items), np.diff(counts.indptr))
    counts.data = np.log1p(counts.data * counts.sum() / (before[row] * after[counts.indices]))
    u, s, v = svds(counts, k=dims, v0=np.ones(data.n_items))
    # If there are fewer directions than requested, ARPACK fills the rest at random.
    if s.min() < LACKING * s.max() and data.n_items <= DENSE:
        u, s, v = (
            part[..., :dims] if axis < 2 else part[:dims]
            for axis, part in enumerate(np.linalg.svd(counts.toarray()))
        )
    return (u * np.sqrt(s)).astype(np.float32), (v.T * np.sqrt(s)).astype(np.float32)


class Cooccurrence(LateSupportMixin, LinearMixin):
    """Recommend what people chose soon after the items of the history.

    score(i) = sum over events j of query_decay^steps(j) * T[item_j, i]. If the data have no order,
    T counts who chose both items and nothing decays; without_order_ records this. Source:
    [ludewig2018].

    Not good for: people without recent events; items never seen in a sequence.

    Args:
        window: Events after an item that count as transitions, 1 or more.
        decay: Factor per event of the gap in the fit, 0 to 1; lower values favour immediate
            successors.
        query_decay: Factor per later event in the history, 0 to 1; lower values favour recent
            events.
        power: 1 makes T a share of the source item's events, 0 a plain count; 0 or more.
        min_support: Pairs of items that fewer people chose have no weight. A number (0: none),
            several numbers that validation people choose from, or "auto" (1, 2, 3, 5, 10).

    Attributes:
        weights_: T, (n_items, n_items) float32, dense or sparse.
        base_: (n_items,) float32, all 0.
        support_: How many people chose both items of each pair; see `support`.
        min_support_: The threshold in force.
        without_order_: What was left out because the data have no order.
    """

    without_order_: list[str] = []  # missing in folders of version 0.1

    __repr__ = model_repr

    def __init__(
        self,
        window: Annotated[int, Setting(low=1, search=(1, 20))] = 10,
        decay: Decay = 0.7,
        query_decay: Decay = 0.7,
        power: Annotated[float, Setting(low=0, search=(0.0, 1.0))] = 1.0,
        min_support: MinSupport = "auto",
    ) -> None:
        self.window = window
        self.decay = decay
        self.query_decay = query_decay
        self.power = power
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
        """Count the transitions, then drop those with too little support.

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
        self._settle(self.min_support, valid, seed)
        return self

    def _learn(self, data: Dataset, each: ParallelMap = map) -> None:
        if data.order == "none":
            self.without_order_ = ["direction", "decay"]
        else:
            self.without_order_ = []
        counts = followed(data, window=self.window, decay=self.decay, each=each)
        self.weights_ = compact(per_source(counts, data, self.power))
        self.base_ = np.zeros(data.n_items, np.float32)
        self.support_, self.support_of_ = count_pairs(data)

    def update(self, before: Dataset, after: Dataset) -> Cooccurrence:
        """Return the model that `fit` would give for newer data, with the same min_support.

        The weights agree up to rounding. Only the changed people are counted, unless min_support
        removed weights or the data have no order.

        Args:
            before: The data that this model was fitted on.
            after: The same data with other events of some people; new people and items at the end.

        Returns:
            A new model.
        """
        model = Cooccurrence(**artefact.model_config(self))
        least = self.min_support_
        if (
            "none" in (before.order, after.order)
            or least > 1
            or (least and self.support_of_["latest"])
        ):
            model._learn(after)
            model._settle(least, None)
            return model
        model.without_order_ = []
        n = after.n_items
        changed = changed_people(before, after)
        # Undo the division by the source's events.
        counts = per_source(sparse.csr_array(self.weights_), before, -self.power)
        counts -= transitions(
            before.of_people(changed[changed < before.n_users]),
            window=self.window,
            decay=self.decay,
        )
        counts.resize(n, n)
        counts += transitions(after.of_people(changed), window=self.window, decay=self.decay)
        # Anything smaller than the smallest possible count is a rounding error.
        counts.data[counts.data < 0.5 * self.decay ** (self.window - 1)] = 0.0
        counts.eliminate_zeros()
        model.weights_, model.base_ = (
            compact(per_source(counts, after, self.power)),
            np.zeros(n, np.float32),
        )
        model._update_support(self, before, after)
        model._settle(least, None)
        return model

    def terms(self) -> list[ItemItemTerm]:
        return [ItemItemTerm(self.weights_, 1.0 if self.without_order_ else self.query_decay)]

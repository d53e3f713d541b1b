"""Directed decayed co-occurrence: what people choose soon after an item; without an order, what
they choose together.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Self

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
from whyrec.models.linear.min_support import MinSupport, check_min_support
from whyrec.models.linear.support import SupportMixin, count_pairs
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
    """T[j, i] = sum over people and gaps g = 1..window of decay^(g - 1) * [i came g events after
    j]; (n_items, n_items) float32. each: who counts the blocks of people; their sum is in 64 bits,
    in their order. People whose events have no order among them count nothing."""
    events = data.ordered_histories
    blocks = (
        (
            events.indptr[block.start : block.stop + 1],
            events.items[events.indptr[block.start] : events.indptr[block.stop]],
        )
        for block in blocks_of_people(events.indptr)
    )
    total = sparse.csr_array((data.n_items, data.n_items), dtype=np.float64)
    for counted in each(partial(_counted, data.n_items, window, decay), blocks):
        total = total + counted
    total = total.astype(np.float32)
    total.setdiag(0)
    total.eliminate_zeros()
    total.sort_indices()
    return total


def chosen_together(data: Dataset) -> sparse.csr_array:
    """C[j, i] = how many people chose both j and i, in whatever order, each counted by 1 / (their
    choices - 1), so that all that one item leads a person to sums to 1; (n_items, n_items)
    float32."""
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
    """The transitions; where the data have no order, what was chosen together."""
    if data.order == "none":
        return chosen_together(data)
    return transitions(data, window=window, decay=decay, each=each)


def _counted(
    n_items: int, window: int, decay: float, block: tuple[NDArray[Any], NDArray[Any]]
) -> sparse.csr_array:
    """The sums of a block of people: where each one's items begin and end, items oldest first."""
    indptr, item = block
    row = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    total = sparse.csr_array((n_items, n_items), dtype=np.float32)
    for gap in range(1, min(window, len(row) - 1) + 1):
        same = row[gap:] == row[:-gap]
        source = item[:-gap][same]
        target = item[gap:][same]
        weight = np.full(len(source), decay ** (gap - 1), np.float32)
        total = total + sparse.csr_array((weight, (source, target)), shape=total.shape)
    return total


def people_after(data: Dataset, window: int, pairs: sparse.csr_array) -> sparse.csr_array:
    """How many different people chose i within `window` events after j, for the pairs [j, i] that
    `pairs` (n_items, n_items) holds; csr uint16. As in transitions, people whose events have no
    order count nothing."""
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
        found = [np.zeros(0, np.int64)]
        for gap in range(1, min(window, len(row) - 1) + 1):
            same = row[gap:] == row[:-gap]
            found.append((row[gap:] * n + item[:-gap])[same] * n + item[gap:][same])
        pair = np.unique(np.concatenate(found)) % (n * n)
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
    """The transitions divided by (number of events of the source item)^power * (that of the
    target item)^target.
    """
    events = np.maximum(np.bincount(data.item, minlength=data.n_items), 1).astype(np.float32)
    scaled = counts.copy()
    scaled.data *= np.repeat(events**-power, np.diff(counts.indptr)).astype(np.float32)
    if target:
        scaled.data *= (events**-target)[counts.indices]
    return scaled


DENSE, LACKING = (
    1_000,
    1e-6,
)  # items up to which factors may come from the whole matrix; size of one that is none


def item_factors(data: Dataset, dims: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Vectors of items as what came before and as what came after, (n_items, dims) each: the
    leading singular vectors of log(1 + T[j, i] n / (T[j, .] T[., i])), how much more often i
    follows j than by chance."""
    counts = transitions(data, window=8, decay=0.7).astype(np.float64)
    dims = min(dims, data.n_items - 1)
    if counts.nnz < max(1, dims):
        return (np.zeros((data.n_items, 0), np.float32),) * 2  # too little to tell: no direction
    before, after = (
        np.maximum(counts.sum(1), 1.0),
        np.maximum(counts.sum(0), 1.0),
    )  # 1: rare pairs prove little
    row = np.repeat(np.arange(data.n_items), np.diff(counts.indptr))
    counts.data = np.log1p(counts.data * counts.sum() / (before[row] * after[counts.indices]))
    u, s, v = svds(counts, k=dims, v0=np.ones(data.n_items))
    if (
        s.min() < LACKING * s.max() and data.n_items <= DENSE
    ):  # fewer directions than asked for: ARPACK drew the rest
        u, s, v = (
            part[..., :dims] if at < 2 else part[:dims]
            for at, part in enumerate(np.linalg.svd(counts.toarray()))
        )
    return (u * np.sqrt(s)).astype(np.float32), (v.T * np.sqrt(s)).astype(np.float32)


class Cooccurrence(SupportMixin, LinearMixin):
    """score(i) = sum over events j of query_decay^steps(j) * T[item_j, i].

    window of the fit in events; decay per gap in the fit, query_decay per step back in the query;
    power 1 makes T a share of the source's events, 0 a plain count. min_support: pairs that fewer
    people chose have no weight; a number, or several of which validation people choose ("auto": the
    usual ones). Source: [ludewig2018]. Not good for: people with no recent events; items never seen
    in a sequence. Where the data have no order, T counts who chose both, nothing fades, and
    without_order_ says so.
    """

    without_order_: list[str] = []  # folders of version 0.1 do not say

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
        """The model that `fit` would give for `after`, from this one, which was fitted on `before`:
        the same data with other events of some people, and people and items at the end. The same
        weights to rounding; only these people are
        counted, unless min_support took weights out, or there is no order: then all are.
        min_support stays what it was."""
        made = Cooccurrence(**artefact.model_config(self))
        least = self.min_support_
        if (
            "none" in (before.order, after.order)
            or least > 1
            or (least and self.support_of_["latest"])
        ):
            made._learn(after)
            made._settle(least, None)
            return made
        made.without_order_ = []
        n = after.n_items
        changed = changed_people(before, after)
        counts = per_source(
            sparse.csr_array(self.weights_), before, -self.power
        )  # as they were before they were divided
        counts -= transitions(
            before.of_people(changed[changed < before.n_users]),
            window=self.window,
            decay=self.decay,
        )
        counts.resize(n, n)
        counts += transitions(after.of_people(changed), window=self.window, decay=self.decay)
        counts.data[counts.data < 0.5 * self.decay ** (self.window - 1)] = (
            0.0  # less than any count: rounding
        )
        counts.eliminate_zeros()
        made.weights_, made.base_ = (
            compact(per_source(counts, after, self.power)),
            np.zeros(n, np.float32),
        )
        made._update_support(self, before, after)
        made._settle(least, None)
        return made

    def terms(self) -> list[ItemItemTerm]:
        return [ItemItemTerm(self.weights_, 1.0 if self.without_order_ else self.query_decay)]

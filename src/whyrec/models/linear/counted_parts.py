"""The parts of the additive model that are counted: EASE, transitions, and the unit of each."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Dataset
from whyrec.core.parallel import ParallelMap
from whyrec.models.linear.cooccurrence import followed, per_source
from whyrec.models.linear.ease import ease, ease_weights
from whyrec.models.linear.mix import GRID, PARTS, TOGETHER, Mix
from whyrec.models.linear.terms import ItemItemTerm, LowRankTerm, Matrix, compact, user_item

__all__ = ["CountedParts"]


class CountedParts:
    """The two item-to-item matrices of some data, and the unit that makes their scores
    comparable.
    """

    def __init__(
        self,
        data: Dataset,
        names: Sequence[str],
        *,
        window: int,
        max_dense: int,
        each: ParallelMap = map,
    ) -> None:
        self.data = data
        self.names = names
        self.each = each
        self.matrix = user_item(data)
        counts = np.bincount(data.item, minlength=data.n_items)
        self.log_counts = np.log1p(counts)
        self.dense = np.sort(np.argsort(-counts, kind="stable")[:max_dense])
        people = np.flatnonzero(data.histories.sizes)
        self.some = data.histories[people[:: max(1, len(people) // 256)]]
        self.counts = functools.cache(functools.partial(followed, data, window=window, each=each))
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
        if self.data.order == "none":
            target = mix.target
        else:
            target = 0.0
        return compact(per_source(self.counts(decay=mix.decay), self.data, mix.power, target))

    def unit(self, term: ItemItemTerm | LowRankTerm) -> float:
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
            if TOGETHER in self.names:
                names = ["power", "target", "share", "popularity"]
            else:
                names = ["popularity"]
        if "ease" not in self.names or not {"transitions", TOGETHER} & set(self.names):
            names = [name for name in names if name != "share"]
        if "learned" not in self.names or len(self.names) == 1:
            names = [name for name in names if name != "learned"]
        return {name: GRID[name] for name in names}

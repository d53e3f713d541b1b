"""The counted parts of the additive model: EASE, transitions, and the unit of each."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Dataset, Queries
from whyrec.core.parallel import ParallelMap
from whyrec.core.stages import stage
from whyrec.models.linear.cooccurrence import followed, per_source
from whyrec.models.linear.ease import ease
from whyrec.models.linear.evidence import gap_counts, gap_weights, log_evidence
from whyrec.models.linear.mix import GRID, PARTS, TOGETHER, Mix
from whyrec.models.linear.terms import (
    ItemItemTerm,
    LowRankTerm,
    Matrix,
    compact,
    user_item,
    weighted_histories,
)

__all__ = ["CountedParts"]

LEAST = 1e-3  # smaller weights of EASE do not change a list of ten
ROWS = 512


class CountedParts:
    """The two item-to-item matrices of a dataset, and the unit that makes scores comparable."""

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
        counts = np.bincount(data.item, minlength=data.n_items)
        self.log_counts = np.log1p(counts)
        self.dense = np.sort(np.argsort(-counts, kind="stable")[:max_dense])
        people = np.flatnonzero(data.histories.sizes)
        self.some = data.histories[people[:: max(1, len(people) // 256)]]
        self.window = window
        self.counts = functools.cache(
            functools.partial(stage("counting")(followed), data, window=window, each=each)
        )
        self.gap_counts = functools.cache(self._gap_counts)
        # EASE by its ridge, as solved last or known already.
        self.solved: tuple[float, NDArray[np.float32], NDArray[np.float64]] | None = None

    @functools.cached_property
    def matrix(self) -> sparse.csr_array:
        """Who chose what, (n_users, n_items)."""
        return user_item(self.data)

    def ease_term(self, ridge: float, decay: float) -> ItemItemTerm | _AmongItems:
        """Return EASE as a term that scores; in large catalogues, over frequent items only."""
        term = ItemItemTerm(self._solved(ridge)[0], decay)
        n = self.data.n_items
        return term if len(term.weights) == n else _AmongItems(term, self.dense, n)

    def ease_parts(self, ridge: float) -> tuple[Matrix, NDArray[np.float64]]:
        """Return EASE's weights (n_items, n_items) and the diagonal for `forget`.

        If items were left out, the weights are sparse and the diagonal is empty. What was solved is
        handed over: a second call solves again.
        """
        weights, diagonal = self._solved(ridge)
        self.solved = None
        if len(weights) == self.data.n_items:
            return weights, diagonal
        return _spread_out(weights, self.dense, self.data.n_items), np.zeros(0)

    def _solved(self, ridge: float) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """Return EASE's weights between the items that it covers, and the diagonal."""
        if self.solved is None or self.solved[0] != ridge:
            self.solved = None  # free the old weights first: they may be large
            self.solved = (ridge, *self._solve(ridge))
        return self.solved[1:]

    def _solve(self, ridge: float) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        if len(self.dense) == self.data.n_items:
            return ease(self.matrix, ridge, self.each)
        weights, diagonal = ease(self.matrix[:, self.dense], ridge, self.each)
        for _, block in _blocks(weights):  # in blocks: a mask of all would be a quarter as large
            block[np.abs(block) < LEAST] = 0.0
        return weights, diagonal

    def gaps(self, mix: Mix) -> list[float]:
        """Return the weight of each gap in the counts that become evidence."""
        return gap_weights(self.window, "power", mix.gap_power)

    @stage("counting")
    def _gap_counts(self, gap_power: float) -> sparse.csr_array:
        weights = gap_weights(self.window, "power", gap_power)
        return gap_counts(self.data, weights, self.each)

    def transitions(self, mix: Mix) -> Matrix:
        """Return the transitions by the mix; without an order, the co-occurrences."""
        if self.data.order == "none":
            target = mix.target
        elif mix.evidence:
            counts = self.gap_counts(mix.gap_power)
            return compact(
                log_evidence(counts, self.data.n_items, self.data.n_items / mix.evidence)
            )
        else:
            target = 0.0
        return compact(per_source(self.counts(decay=mix.decay), self.data, mix.power, target))

    def unit(self, term: ItemItemTerm | LowRankTerm | _AmongItems) -> float:
        """Return 1 / the standard deviation of the term's scores over a sample of people."""
        if isinstance(term, ItemItemTerm) and sparse.issparse(term.weights):
            scores = (term.histories(self.some) @ term.weights).data.astype(np.float64)
            cells = max(1, len(self.some) * self.data.n_items)
            spread = np.sqrt(max(0.0, scores @ scores - scores.sum() ** 2 / cells) / cells)
        else:
            spread = term.scores(self.some).std()
        return 1.0 / (float(spread) or 1.0)

    def shares(self, mix: Mix) -> dict[str, float]:
        """Return the share of each available part in the mix; they sum to 1."""
        wanted = {
            "ease": (1 - mix.learned) * (1 - mix.share),
            "transitions": (1 - mix.learned) * mix.share,
            "learned": mix.learned,
            TOGETHER: mix.share,
        }
        there = {name: wanted[name] for name in (*PARTS, TOGETHER) if name in self.names}
        total = sum(there.values())
        return {name: share / total if total else 1 / len(there) for name, share in there.items()}

    def grid(self, mix: Mix) -> dict[str, tuple[float, ...]]:
        """Return the numbers to search: those that concern available parts and the mix's form."""
        names: list[str] = []
        if TOGETHER in self.names:
            names += ["power", "target"]
        if "transitions" in self.names:
            names += ["evidence", "gap_power"] if mix.evidence else ["power", "decay"]
            names += ["query_decay"]
        if "ease" in self.names and self.data.order != "none":
            names += ["event_decay"]
        if "ease" in self.names and {"transitions", TOGETHER} & set(self.names):
            names += ["share"]
        grid = {name: GRID[name] for name in [*names, "popularity"]}
        if "evidence" in grid:
            grid["evidence"] = tuple(one for one in grid["evidence"] if one)
        return grid


@dataclass(frozen=True)
class _AmongItems:
    """A term with dense weights between some of the items.

    While the mix is searched, it scores several times as fast as the sparse weights of all items,
    of which a large part may be filled.
    """

    term: ItemItemTerm
    items: NDArray[np.intp]
    n_items: int

    def scores(self, batch: Queries) -> NDArray[np.float32]:
        """Return the scores (q, n_items) float32."""
        weights = self.term.event_weights(batch.events_ago)
        rows = weighted_histories(batch, self.n_items, weights)[:, self.items]
        out = np.zeros((len(batch), self.n_items), np.float32)
        for start in range(0, len(out), ROWS):
            out[start : start + ROWS, self.items] = rows[start : start + ROWS] @ self.term.weights
        return out


def _spread_out(
    weights: NDArray[np.float32], items: NDArray[np.intp], n_items: int
) -> sparse.csr_array:
    """Return weights between some items as a sparse matrix of all."""
    sizes = np.zeros(n_items, np.int64)
    for start, block in _blocks(weights):
        sizes[items[start : start + ROWS]] = np.count_nonzero(block, axis=1)
    indptr = np.append(0, np.cumsum(sizes))
    values = np.empty(indptr[-1], np.float32)
    columns = np.empty(indptr[-1], np.int32)
    end = 0
    for _, block in _blocks(weights):
        row, column = np.nonzero(block)
        part = slice(end, end := end + len(row))
        values[part] = block[row, column]
        columns[part] = items[column]
    if indptr[-1] <= np.iinfo(np.int32).max:
        indptr = indptr.astype(np.int32)  # otherwise the columns would become int64, too
    return sparse.csr_array((values, columns, indptr), shape=(n_items, n_items))


def _blocks(weights: NDArray[np.float32]) -> Iterator[tuple[int, NDArray[np.float32]]]:
    for start in range(0, len(weights), ROWS):
        yield start, weights[start : start + ROWS]

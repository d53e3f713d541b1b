"""The numbers of PCTM and their search, by NDCG@k on validation cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Dataset
from whyrec.core.cases import EvaluationCases
from whyrec.core.parallel import ParallelMap
from whyrec.models.linear.cooccurrence import chosen_together
from whyrec.models.linear.evidence import gap_counts, gap_weights, log_evidence
from whyrec.models.linear.last_values import LastValues
from whyrec.models.linear.sparse_ranking import RankedCases
from whyrec.models.linear.terms import ItemItemTerm, Matrix, compact

__all__ = ["Form", "counted", "log_frequency", "search_form", "speeds"]


@dataclass(frozen=True)
class Form:
    """The numbers of PCTM that validation people choose, and those that are given with them."""

    gap_shape: str
    gap_rate: float
    tau: float
    query_decay: float
    slow: float
    tail: float
    popularity: float

    @property
    def gap(self) -> tuple[str, float]:
        return self.gap_shape, self.gap_rate


def speeds(form: Form, data: Dataset) -> tuple[float, float]:
    """Return the weight of the latest event and the share of the slower part in it.

    The weights of a long history sum to 1; without an order, those of a history of mean length.
    """
    if data.order == "none":
        return 1 / max(1.0, float(data.histories.sizes.mean())), 0.0
    fast = (1 - form.tail) * (1 - form.query_decay)
    slow = form.tail * (1 - form.slow)
    return fast + slow, slow / (fast + slow)


def counted(
    data: Dataset, gap: tuple[str, float], window: int, each: ParallelMap = map
) -> sparse.csr_array:
    """Return the transitions by weights of the gap; without an order, the co-occurrences."""
    if data.order == "none":
        return chosen_together(data)
    return gap_counts(data, gap_weights(window, *gap), each)


def log_frequency(data: Dataset) -> NDArray[np.float32]:
    """Return log(1 + events) of each item."""
    return np.log1p(np.bincount(data.item, minlength=data.n_items)).astype(np.float32)


def search_form(
    grid: Mapping[str, Sequence[Any]],
    data: Dataset,
    cases: EvaluationCases | None,
    *,
    window: int,
    k: int,
    seed: int = 0,
    each: ParallelMap = map,
) -> Form:
    """Return the numbers with the best NDCG@k on the cases.

    Coordinate search: first every second value of each number, then the neighbours of the best. The
    popularity is searched within, near its last value, for each value of the others.

    Args:
        grid: The values of each number of :class:`Form` in ascending order.
        data: Training data without what the cases hold.
        cases: Validation people; None takes the middle of the values.
        window: Largest gap, in events.
        k: Length of the list.
        seed: Seed of the sample of people.
        each: `map`-like function that counts the blocks of people.

    Returns:
        The chosen numbers.
    """
    grid = dict(grid)
    if data.order == "none":
        grid |= {"gap_rate": grid["gap_rate"][:1], "query_decay": (1.0,), "tail": (0.0,)}
    best = Form(**{name: values[len(values) // 2] for name, values in grid.items()})
    if cases is None or not len(cases) or all(len(values) == 1 for values in grid.values()):
        return best
    trial = _Trial(data, cases, best, grid["popularity"], window=window, k=k, seed=seed, each=each)
    # The slower part comes late, since it makes a trial slow where histories are long.
    best = trial.best([replace(best, tail=grid["tail"][0])])
    for name in ("tau", "gap_rate", "query_decay", "tail"):
        best = trial.best([best, *(replace(best, **{name: one}) for one in grid[name][::2])])
    for name in ("tail", "query_decay", "gap_rate", "tau"):
        at = grid[name].index(getattr(best, name))
        near = grid[name][max(0, at - 1) : at + 2]
        best = trial.best([best, *(replace(best, **{name: one}) for one in near)])
    return best


class _Trial:
    """NDCG@k of forms; it keeps the last scores of each speed, as a trial changes one number."""

    def __init__(
        self,
        data: Dataset,
        cases: EvaluationCases,
        first: Form,
        popularity: Sequence[float],
        *,
        window: int,
        k: int,
        seed: int,
        each: ParallelMap,
    ) -> None:
        self.data = data
        self.window = window
        self.popularity = popularity
        self.each = each
        self.log_frequency = log_frequency(data)
        self.last = LastValues()
        self.tried: dict[Form, float] = {}
        self.ranked = RankedCases(cases, self._counts(first), k, seed)

    def best(self, forms: Sequence[Form]) -> Form:
        """Return the best of the forms, each with the best popularity near its own."""
        return max(map(self._climbed, forms), key=lambda one: one[0])[1]

    def _climbed(self, form: Form) -> tuple[float, Form]:
        quality = self._quality(form)
        for step in (-1, 1):
            at = self.popularity.index(form.popularity)
            while 0 <= (at := at + step) < len(self.popularity):
                other = replace(form, popularity=self.popularity[at])
                if (other_quality := self._quality(other)) <= quality:
                    break
                form = other
                quality = other_quality
        return quality, form

    def _quality(self, form: Form) -> float:
        if form not in self.tried:
            key = (form.gap, form.tau, form.query_decay, form.tail)
            scores, unit = self.last.once("scores", key, lambda: self._scores(form))
            base = np.float32(form.popularity / unit) * self.log_frequency
            self.tried[form] = self.ranked.quality(scores, base)
        return self.tried[form]

    def _scores(self, form: Form) -> tuple[Matrix, float]:
        """Return the scores of a form in some unit, and that unit."""
        unit, tail = speeds(form, self.data)
        if not tail:
            return self._part("fast", form, form.query_decay), unit
        slow = self._part("slow", form, form.slow)
        if tail == 1:
            return slow, unit
        fast = self._part("fast", form, form.query_decay)
        return fast + np.float32(tail / (1 - tail)) * slow, unit * (1 - tail)

    def _part(self, name: str, form: Form, decay: float) -> Matrix:
        """Return the scores of one speed, without its weight."""
        weights = self.last.once("evidence", (form.gap, form.tau), lambda: self._evidence(form))
        return self.last.once(
            name,
            (form.gap, form.tau, decay),
            lambda: self.ranked.scores(ItemItemTerm(weights, decay)),
        )

    def _evidence(self, form: Form) -> Matrix:
        return compact(log_evidence(self._counts(form), self.data.n_items, form.tau))

    def _counts(self, form: Form) -> sparse.csr_array:
        return self.last.once(
            "counts", form.gap, lambda: counted(self.data, form.gap, self.window, self.each)
        )

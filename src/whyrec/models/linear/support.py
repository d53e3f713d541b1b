"""Support: how many people are behind an item-to-item weight, and the effect of `min_support`.

    support(j, i) = number of different people in the training data who chose both j and i

The counts are stored as a matrix of small integers beside the weights. `min_support` removes the
weights of pairs that fewer people chose; :mod:`whyrec.models.linear.min_support` chooses it.
"""

from __future__ import annotations

import copy
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Dataset, Scorer, check_fitted
from whyrec.core.cases import EvaluationCases
from whyrec.core.dataset import changed_people
from whyrec.core.queries import Int
from whyrec.core.stages import stage
from whyrec.core.support import FEWEST, UNKNOWN
from whyrec.models.linear.event_pairs import event_pairs
from whyrec.models.linear.masking import by_source, masked
from whyrec.models.linear.min_support import MinSupport, check_min_support, choose, costs
from whyrec.models.linear.terms import Matrix, user_item
from whyrec.privacy.erasure import others

__all__ = [
    "READ",
    "SupportMixin",
    "count_at",
    "count_pairs",
    "hidden",
    "how_counted",
    "judged",
    "work_at",
]

MOST = 65_535  # largest count that is stored; larger ones are capped
PRODUCTS = 1_000_000_000  # largest number of pairs of events that are counted: about ten seconds
READ = 1_000_000_000  # largest number of values that an exact count of given pairs may read
SURE = 20  # if events were left out of the count, smaller counts are unreliable
JUDGES = 100  # with fewer validation people, nothing is chosen
TUNE_ON = 4_000  # validation people sampled at most

COUNTS = ("after_", "both_")  # further counts of people, kept by the graph model


# --- counting -------------------------------------------------------------------------------------


@stage("counting people behind pairs")
def count_pairs(data: Dataset, most: int = PRODUCTS) -> tuple[Matrix, dict[str, Any]]:
    """Count how many people chose both items, for all pairs.

    Args:
        data: Training data.
        most: If people's histories have more pairs of events than this, only each person's latest
            events are counted, and the counts are lower bounds.

    Returns:
        Counts (n_items, n_items) uint16 with each item's own people on the diagonal (the upper
        triangle if that is smaller), and how they were counted; see :class:`SupportMixin`.
    """
    matrix = user_item(data)
    sizes = np.diff(matrix.indptr).astype(np.int64)
    latest = 0
    if (sizes**2).sum() > most:
        latest = _latest(sizes, most)
        matrix = _of_latest(data, latest)
    counts = event_pairs(matrix.indptr, matrix.indices, data.n_items, stored=_small)
    if latest:
        people = np.bincount(user_item(data).indices, minlength=data.n_items)
        counts.setdiag(np.minimum(people, MOST))
    return _packed(counts), how_counted(data, latest=latest)


def count_at(data: Dataset, pairs: sparse.csr_array) -> tuple[sparse.csr_array, dict[str, Any]]:
    """Count only the pairs that have a weight in `pairs`, and each item's own people.

    Args:
        data: Training data.
        pairs: (n_items, n_items); the row is the item that a weight leads to.

    Returns:
        As :func:`count_pairs`.
    """
    n = data.n_items
    columns = sparse.csc_array(user_item(data))
    wanted = sparse.csr_array(abs(pairs) + sparse.eye_array(n, dtype=np.float32), dtype=np.float32)
    row = np.repeat(np.arange(n), np.diff(wanted.indptr))
    both = np.zeros(wanted.nnz, np.uint16)
    for start in range(0, wanted.nnz, 100_000):
        part = slice(start, start + 100_000)
        common = columns[:, row[part]].multiply(columns[:, wanted.indices[part]]).sum(0)
        both[part] = np.minimum(np.asarray(common).ravel(), MOST)
    counts = sparse.csr_array(
        (both, wanted.indices.copy(), wanted.indptr.copy()), shape=wanted.shape
    )
    counts.sort_indices()
    return counts, how_counted(data, pairs="weighted")


def work_at(data: Dataset, pairs: sparse.csr_array) -> int:
    """Estimate how many numbers :func:`count_at` reads."""
    people = np.diff(sparse.csc_array(user_item(data)).indptr)
    return int(people[pairs.indices].sum() + (np.diff(pairs.indptr) * people).sum())


def how_counted(data: Dataset, *, pairs: str = "all", latest: int = 0) -> dict[str, Any]:
    """Return the `support_of_` of counts of `data`; see :class:`SupportMixin`."""
    return {
        "people": int((data.histories.sizes > 0).sum()),
        "pairs": pairs,
        "latest": latest,
        "hidden": 0,
    }


def _latest(sizes: Int, most: int) -> int:
    """Return the largest number of latest events per person with at most `most` pairs."""
    low = 1
    high = int(sizes.max(initial=1))
    while low < high:
        middle = (low + high + 1) // 2
        if (np.minimum(sizes, middle) ** 2).sum() <= most:
            low = middle
            high = high
        else:
            low = low
            high = middle - 1
    return low


def _of_latest(data: Dataset, latest: int) -> sparse.csr_array:
    """Return :func:`user_item` of each person's latest events only."""
    events = data.histories
    back = np.repeat(events.indptr[1:], events.sizes) - np.arange(len(events.items))
    recent = np.flatnonzero(back <= latest)
    matrix = sparse.csr_array(
        (np.ones(len(recent), np.float32), (events.row[recent], events.items[recent])),
        shape=(data.n_users, data.n_items),
    )
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    return matrix


def _small(counts: Any) -> sparse.csr_array:
    counts = sparse.csr_array(counts)
    if counts.dtype == np.uint16:
        return counts
    data = np.clip(counts.data, 0, MOST).astype(np.uint16)
    return sparse.csr_array(
        (data, counts.indices.astype(np.int32), counts.indptr), shape=counts.shape
    )


def _packed(triangle: Any) -> Matrix:
    """Return counts as a sparse triangle or as a full matrix, whichever is smaller."""
    triangle = _small(triangle)
    triangle.eliminate_zeros()
    triangle.sort_indices()
    if 3 * triangle.nnz <= np.prod(triangle.shape):
        return triangle
    half = triangle.toarray()
    return np.maximum(half, half.T)


def _triangle(support: Matrix) -> sparse.csr_array:
    """Return the upper triangle of counts of all pairs, as int64."""
    return sparse.csr_array(sparse.triu(sparse.csr_array(support), format="csr"), dtype=np.int64)


def _changed(before: Dataset, after: Dataset, support: Matrix) -> Matrix:
    """Update the counts of `before` to those of `after` from the people who changed."""
    n = after.n_items
    people = changed_people(before, after)
    counts = _triangle(support)
    counts.resize(n, n)
    for part, sign in (
        (before.of_people(people[people < before.n_users]), -1),
        (after.of_people(people), 1),
    ):
        product = _own_pairs(user_item(part))
        product.resize(n, n)
        counts = counts + sign * product
    return _packed(counts)


def _own_pairs(matrix: sparse.csr_array) -> sparse.csr_array:
    rows = matrix.astype(np.int64)
    return sparse.csr_array(sparse.triu(rows.T @ rows, format="csr"))


# --- a model with counts --------------------------------------------------------------------------


class SupportMixin:
    """Mixin for models that know how many people are behind their weights.

    A folder of an earlier version has none of the attributes: the support is then unknown.

    Attributes:
        counted: Names of the attributes with such weights, (n_items, n_items) each.
        support_: (n_items, n_items) uint16; the row is the item that a weight leads to. Only a
            triangle may be stored if all pairs are counted.
        support_of_: How it was counted. "people": how many; "pairs": "all", or "weighted" for pairs
            with a weight; "latest": latest events counted per person (0: all; otherwise counts are
            lower bounds); "hidden": counts below this number are not stored (0: all are).
        min_support_: Support that pairs need to have a weight.
        support_costs_: Accuracy that each tried threshold costs.
    """

    counted: tuple[str, ...] = (
        "weights_",
        "ease_",
        "transitions_",
        "together_",
        "people_",
        "then_",
    )
    support_: Matrix
    support_of_: dict[str, Any] = {"pairs": "", "latest": 0, "hidden": 0}
    min_support_: int = 0
    support_costs_: list[dict[str, Any]] = []
    _ready: Any = None  # cache of values computed from the weights

    def support(self, items: Any, item: int | Int) -> Int:
        """Return how many people chose each of `items` together with `item`.

        Args:
            items: Item numbers, (m,).
            item: One item number, or one for each of `items`.

        Returns:
            (m,) integers; -1 if unknown. See :class:`whyrec.core.Supported`.
        """
        check_fitted(self)
        asked = np.asarray(items, np.int64)
        if not self.support_of_["pairs"]:
            return np.full(len(asked), UNKNOWN)
        how = self.support_of_
        counts = _at(
            self.support_, asked, np.broadcast_to(item, asked.shape), how["pairs"] == "all"
        )
        if how["latest"]:
            counts[(counts < SURE) & (asked != item)] = UNKNOWN
        elif how["pairs"] != "all" and not how["hidden"]:
            counts[counts == 0] = UNKNOWN
        return counts

    def at_support(self, least: int) -> Self:
        """Return a copy in which pairs chosen by fewer than `least` people have no weight.

        Args:
            least: Number of people; 0 leaves the weights as they are.

        Returns:
            A new model.
        """
        return next(self.at_rising_support([least]))

    def at_rising_support(self, tried: Sequence[int], *, consumed: bool = False) -> Iterator[Self]:
        """Yield what :meth:`at_support` returns for each of the ascending thresholds.

        A copy holds until the next one is taken, which takes the memory of its dense weights.

        Args:
            tried: Thresholds, in ascending order.
            consumed: Whether the weights of this model may be used up.
        """
        across = by_source(self.support_, self.support_of_) if max(tried) > 0 else None
        sources = self._weights()
        spent = set(sources) if consumed else set()  # those that may be changed
        for least in tried:
            model = copy.copy(self)
            model._ready = None
            model.min_support_ = max(least, self.min_support_)
            if across is not None and least > 0:
                for name, weights in sources.items():
                    setattr(model, name, masked(weights, across, least, in_place=name in spent))
                    if name in spent or isinstance(weights, np.ndarray):
                        sources[name] = getattr(model, name)
                        spent.add(name)
            yield model
            del model

    def _settle(
        self, given: MinSupport, cases: EvaluationCases | None, seed: int = 0, k: int = 10
    ) -> None:
        """Apply `min_support`; if it is not a single number, the cases choose it."""
        self._drop(self._least(given, cases, seed, k))

    def _least(
        self,
        given: MinSupport,
        cases: EvaluationCases | None,
        seed: int,
        k: int,
        *,
        consumed: bool = False,
    ) -> int:
        """Return the threshold, chosen on the cases if it is not a single number.

        `consumed`: the weights are not needed any more.
        """
        tried = check_min_support(given)
        self.min_support_ = 0
        self.support_costs_ = []
        if isinstance(given, int):
            return given
        if not self._weights() or cases is None or len(cases) < JUDGES:
            return 0
        self.support_costs_ = costs(self, cases.sample(TUNE_ON, seed), tried, k, consumed=consumed)
        return choose(self.support_costs_)

    def _drop(self, least: int) -> None:
        """Remove the weights of pairs that fewer people chose, in place."""
        if least > 0:
            across = by_source(self.support_, self.support_of_)
            for name, weights in self._weights().items():
                setattr(self, name, masked(weights, across, least, in_place=True))
        self._ready = None
        self.min_support_ = max(least, self.min_support_)

    def _weights(self) -> dict[str, Matrix]:
        """Return the weights named in `counted` that this model has learned."""
        learned = vars(self)
        return {name: learned[name] for name in self.counted if learned.get(name) is not None}

    def _update_support(self, old: SupportMixin, before: Dataset, after: Dataset) -> None:
        """Compute the counts for `after` from those of `old` for `before`."""
        how = old.support_of_
        if how["pairs"] == "all" and not how["latest"] and not how["hidden"]:
            self.support_, self.support_of_ = (
                _changed(before, after, old.support_),
                how_counted(after),
            )
        else:
            self.support_, self.support_of_ = count_pairs(after)

    def _forget_support(
        self,
        old: SupportMixin,
        data: Dataset,
        people: NDArray[Any],
        items: NDArray[Any] | None = None,
    ) -> None:
        """Compute the counts without these people of `data`, of these items (None: all)."""
        rest = others(data, people, items)
        how = old.support_of_
        if items is None and how["pairs"] == "all" and not how["latest"] and not how["hidden"]:
            gone = _own_pairs(user_item(data)[np.unique(people)])
            self.support_, self.support_of_ = (
                _packed(_triangle(old.support_) - gone),
                how_counted(rest),
            )
        else:
            self.support_, self.support_of_ = count_pairs(rest)


class LateSupportMixin(SupportMixin):
    """SupportMixin for models whose fit needs validation people for `min_support` alone."""

    min_support: MinSupport

    def settle_support(self, cases: EvaluationCases, *, seed: int = 0) -> None:
        """Choose `min_support` after a fit without validation people; once.

        Args:
            cases: Validation cases.
            seed: Seed of the sample of cases.
        """
        self._settle(self.min_support, cases, seed)


def _at(support: Matrix, items: Int, item: Int, triangle: bool) -> NDArray[np.int64]:
    """Return the counts of `items` with `item` by a search in each row."""
    if isinstance(support, np.ndarray):
        return np.asarray(support[item, items], np.int64)
    if triangle:
        rows = np.minimum(items, item)
        columns = np.maximum(items, item)
    else:
        rows = item
        columns = items
    starts = support.indptr[rows]
    ends = support.indptr[rows + 1]
    numbers = memoryview(support.indices)
    counts = np.zeros(len(items), np.int64)
    for number, (start, end, column) in enumerate(
        zip(starts.tolist(), ends.tolist(), columns.tolist(), strict=True)
    ):
        place = bisect_left(numbers, column, start, end)
        if place < end and numbers[place] == column:
            counts[number] = support.data[place]
    return counts


def hidden(model: Any, k: int = FEWEST) -> Any:
    """Return a copy of the model, and of models within it, without any count below k.

    Such a model may be shared in a folder without histories. A pair below k reads as 0 people, like
    a pair that nobody chose.
    """
    clone = copy.copy(model)
    for name, value in vars(model).items():
        if name.endswith("_") and not name.startswith("_") and isinstance(value, Scorer):
            setattr(clone, name, hidden(value, k))
    if isinstance(clone, SupportMixin) and clone.support_of_["pairs"]:
        whole = clone.support_of_["pairs"] == "all"
        counts = _above(_triangle(clone.support_) if whole else clone.support_, k)
        if whole:
            clone.support_ = _packed(counts)
        else:
            clone.support_ = counts
        clone.support_of_ = clone.support_of_ | {"hidden": max(k, clone.support_of_["hidden"])}
    for name in COUNTS:
        # Other models use these names differently, and a class default is no count.
        if isinstance(clone, SupportMixin) and vars(clone).get(name) is not None:
            setattr(clone, name, _above(vars(clone)[name], k))
    return clone


def _above(counts: sparse.csr_array, k: int) -> sparse.csr_array:
    """Return the counts of k or more."""
    result = sparse.csr_array(counts, copy=True)
    result.data = np.where(result.data < k, 0, result.data).astype(result.dtype)
    result.eliminate_zeros()
    return result


def judged(
    trial: Any, data: Dataset, given: MinSupport, cases: EvaluationCases, seed: int, k: int
) -> tuple[int, list[dict[str, Any]]]:
    """Choose min_support for a model whose weights were counted on `data`.

    Args:
        trial: The model; its counts are replaced, its weights used up.
        data: The data that its weights were counted on.
        given: The setting `min_support`.
        cases: Validation cases.
        seed: Seed of the sample of cases.
        k: Length of the list.

    Returns:
        (min_support, what each tried value costs).
    """
    trial.support_, trial.support_of_ = count_pairs(data)
    return trial._least(given, cases, seed, k, consumed=True), trial.support_costs_

"""On how many people an item-to-item weight rests: counted with the fit, kept with the model; and
what `min_support` does.

    support(j, i) = number of different people of the fitted data who chose both j and i

It is kept as a matrix of small integers beside the weights. `min_support` takes the weights of
pairs that fewer people chose out of the model; :mod:`whyrec.models.linear.min_support` chooses it.
"""

from __future__ import annotations

import copy
from bisect import bisect_left
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Dataset, Scorer, check_fitted
from whyrec.core.cases import EvaluationCases
from whyrec.core.dataset import changed_people
from whyrec.core.queries import Int
from whyrec.core.support import FEWEST, UNKNOWN
from whyrec.models.linear.min_support import MinSupport, check_min_support, choose, costs
from whyrec.models.linear.terms import Matrix, user_item

__all__ = [
    "READ",
    "SupportMixin",
    "by_source",
    "count_at",
    "count_pairs",
    "hidden",
    "how_counted",
    "judged",
    "masked",
    "work_at",
]

MOST = 65_535  # a count above stays there: a lower bound
PRODUCTS = 1_000_000_000  # pairs of one person's events that are counted at most: some ten seconds
READ = 1_000_000_000  # numbers that an exact count of given pairs may read
CELLS = 30_000_000  # of a block of the counts: some 300 MB
SURE = (
    20  # where events were left out of the counting, a smaller number may be far from the real one
)
JUDGES = 100  # fewer validation people choose nothing
TUNE_ON = 4_000  # more than these are sampled

COUNTS = (
    "after_",
    "both_",
)  # further numbers of people that a model may keep of pairs: of the graph


# --- counting -------------------------------------------------------------------------------------


def count_pairs(data: Dataset, most: int = PRODUCTS) -> tuple[Matrix, dict[str, Any]]:
    """How many people chose both of two items, (n_items, n_items) uint16, each item's own people on
    the diagonal: its upper triangle, or all of it where that is smaller; and how they were counted
    (see :class:`SupportMixin`). Where people's pairs of events are more than `most`, only each
    person's latest events are counted: then they are lower bounds."""
    matrix = user_item(data)
    n = data.n_items
    latest = 0
    sizes = np.diff(matrix.indptr).astype(np.int64)
    own = np.bincount(matrix.indices, minlength=n)
    if (sizes**2).sum() > most:
        latest = _latest(sizes, most)
        matrix = _of_latest(data, latest)
    by_item = sparse.csr_array(matrix.T)
    rows = max(1, CELLS // n)
    blocks = [
        _small(sparse.triu(by_item[start : start + rows] @ matrix, start + 1))
        for start in range(0, n, rows)
    ]
    counts = sparse.vstack(
        [*blocks, sparse.csr_array((0, n), dtype=np.uint16)], format="csr", dtype=np.uint16
    )
    return _packed(
        counts + sparse.diags_array(np.minimum(own, MOST), dtype=np.uint16)
    ), how_counted(data, latest=latest)


def count_at(data: Dataset, pairs: sparse.csr_array) -> tuple[sparse.csr_array, dict[str, Any]]:
    """The same for the pairs that a matrix of weights holds alone (row: the item that a weight
    leads to), and each item's own people."""
    n = data.n_items
    columns = sparse.csc_array(user_item(data))
    wanted = sparse.csr_array(abs(pairs) + sparse.eye_array(n, dtype=np.float32), dtype=np.float32)
    row = np.repeat(np.arange(n), np.diff(wanted.indptr))
    both = np.zeros(wanted.nnz, np.uint16)
    for start in range(0, wanted.nnz, 100_000):
        at = slice(start, start + 100_000)
        found = columns[:, row[at]].multiply(columns[:, wanted.indices[at]]).sum(0)
        both[at] = np.minimum(np.asarray(found).ravel(), MOST)
    counts = sparse.csr_array(
        (both, wanted.indices.copy(), wanted.indptr.copy()), shape=wanted.shape
    )
    counts.sort_indices()
    return counts, how_counted(data, pairs="weighted")


def work_at(data: Dataset, pairs: sparse.csr_array) -> int:
    """About how many numbers :func:`count_at` reads: the people of both items of each pair."""
    own = np.diff(sparse.csc_array(user_item(data)).indptr)
    return int(own[pairs.indices].sum() + (np.diff(pairs.indptr) * own).sum())


def how_counted(data: Dataset, *, pairs: str = "all", latest: int = 0) -> dict[str, Any]:
    """The `support_of_` of counts of `data`; see :class:`SupportMixin`."""
    return {
        "people": int((data.histories.sizes > 0).sum()),
        "pairs": pairs,
        "latest": latest,
        "hidden": 0,
    }


def _latest(sizes: Int, most: int) -> int:
    """The largest number of events of each person whose pairs are `most` or fewer."""
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
    """:func:`user_item` of each person's latest events alone."""
    events = data.histories
    back = np.repeat(events.indptr[1:], events.sizes) - np.arange(len(events.items))
    kept = np.flatnonzero(back <= latest)
    matrix = sparse.csr_array(
        (np.ones(len(kept), np.float32), (events.row[kept], events.items[kept])),
        shape=(data.n_users, data.n_items),
    )
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    return matrix


def _small(counts: Any) -> sparse.csr_array:
    counts = sparse.csr_array(counts)
    data = np.clip(counts.data, 0, MOST).astype(np.uint16)
    return sparse.csr_array(
        (data, counts.indices.astype(np.int32), counts.indptr), shape=counts.shape
    )


def _packed(triangle: Any) -> Matrix:
    """A triangle of counts as it is, 6 bytes a pair, or as a whole matrix, 2 bytes a pair and
    direction.
    """
    triangle = _small(triangle)
    triangle.eliminate_zeros()
    triangle.sort_indices()
    if 3 * triangle.nnz <= np.prod(triangle.shape):
        return triangle
    half = triangle.toarray()
    return np.maximum(half, half.T)


def _triangle(support: Matrix) -> sparse.csr_array:
    """The upper triangle of counts of all pairs, with room for sums."""
    return sparse.csr_array(sparse.triu(sparse.csr_array(support), format="csr"), dtype=np.int64)


def _changed(before: Dataset, after: Dataset, support: Matrix) -> Matrix:
    """The counts of `after` from those of `before`, the same data with other events of some people,
    and people and items at the end."""
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
    """For a model that keeps how many people are behind its weights.

    counted: attributes that hold such weights where the model has them, (n_items, n_items).
    support_ (n_items, n_items) uint16, row: the item that a weight leads to; a triangle of it where
    all pairs are there.
    support_of_: people, how many were counted; "pairs", "all" or "weighted" (those with a weight
    alone); "latest", 0, or how many events of each person were counted (then the counts are lower
    bounds); "hidden", 0, or the number below which no count is kept. min_support_: what pairs need;
    support_costs_: what each value tried cost.
    A folder of an earlier version has none of these: nothing is known, and nothing was taken away.
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
    _ready: Any = None  # what a model works out once from its weights

    def support(self, items: Any, item: int | Int) -> Int:
        """How many people chose both, of each of `items` with `item`, one or one for each; see
        :class:`whyrec.core.Supported`."""
        check_fitted(self)
        asked = np.asarray(items, np.int64)
        if not self.support_of_["pairs"]:
            return np.full(len(asked), UNKNOWN)
        how = self.support_of_
        found = _at(self.support_, asked, np.broadcast_to(item, asked.shape), how["pairs"] == "all")
        if how["latest"]:
            found[(found < SURE) & (asked != item)] = UNKNOWN
        elif how["pairs"] != "all" and not how["hidden"]:
            found[found == 0] = UNKNOWN
        return found

    def at_support(self, least: int) -> Self:
        """A copy in which pairs that fewer than `least` people chose have no weight (0: the copy
        as it is).
        """
        made = copy.copy(self)
        made._ready = None
        made.min_support_ = max(least, self.min_support_)
        if least > 0:
            across = by_source(self.support_, self.support_of_)
            for name, weights in self._weights().items():
                setattr(made, name, masked(weights, across, least))
        return made

    def _settle(
        self, given: MinSupport, cases: EvaluationCases | None, seed: int = 0, k: int = 10
    ) -> None:
        """Take out what `min_support` as it was given asks for; "auto" chooses on the cases."""
        tried = check_min_support(given)
        self.min_support_ = 0
        self.support_costs_ = []
        if isinstance(given, int):
            least = given
        elif not self._weights() or cases is None or len(cases) < JUDGES:
            least = 0
        else:
            self.support_costs_ = costs(self, cases.sample(TUNE_ON, seed), tried, k)
            least = choose(self.support_costs_)
        self._drop(least)

    def _drop(self, least: int) -> None:
        made = self.at_support(least)
        self.min_support_ = made.min_support_
        for name, weights in made._weights().items():
            setattr(self, name, weights)

    def _weights(self) -> dict[str, Matrix]:
        """Those of `counted` that were learned: a default of the class is none."""
        own = vars(self)
        return {name: own[name] for name in self.counted if own.get(name) is not None}

    def _update_support(self, old: SupportMixin, before: Dataset, after: Dataset) -> None:
        """The counts for `after` from those that `old` has for `before`; counted anew where they
        are not whole.
        """
        how = old.support_of_
        if how["pairs"] == "all" and not how["latest"] and not how["hidden"]:
            self.support_, self.support_of_ = (
                _changed(before, after, old.support_),
                how_counted(after),
            )
        else:
            self.support_, self.support_of_ = count_pairs(after)

    def _forget_support(self, old: SupportMixin, data: Dataset, people: NDArray[Any]) -> None:
        """The counts without these people of `data`."""
        rest = data.select(~np.isin(data.user, people))
        how = old.support_of_
        if how["pairs"] == "all" and not how["latest"] and not how["hidden"]:
            gone = _own_pairs(user_item(data)[np.unique(people)])
            self.support_, self.support_of_ = (
                _packed(_triangle(old.support_) - gone),
                how_counted(rest),
            )
        else:
            self.support_, self.support_of_ = count_pairs(rest)


def _at(support: Matrix, items: Int, item: Int, triangle: bool) -> NDArray[np.int64]:
    """The counts of `items` with `item`; a search in each row, without making or checking
    anything of the whole.
    """
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
    found = np.zeros(len(items), np.int64)
    for at, (start, end, column) in enumerate(
        zip(starts.tolist(), ends.tolist(), columns.tolist(), strict=True)
    ):
        place = bisect_left(numbers, column, start, end)
        if place < end and numbers[place] == column:
            found[at] = support.data[place]
    return found


def by_source(support: Matrix, how: dict[str, Any]) -> Matrix:
    """All counts, row: the item that a weight comes from."""
    if isinstance(support, np.ndarray):
        return support
    across = sparse.csr_array(support.T)
    if how["pairs"] == "all":
        return sparse.csr_array(support.maximum(across))
    return across


def masked(weights: Matrix, support: Matrix, least: int) -> Matrix:
    """The weights without those of pairs that fewer than `least` people chose, in the form they
    have; a copy.
    """
    n = weights.shape[0]
    out = weights.copy()
    if not isinstance(out, np.ndarray):
        row = np.repeat(np.arange(n), np.diff(out.indptr))
        for start in range(0, n, 512):
            part = slice(out.indptr[start], out.indptr[min(start + 512, n)])
            few = _rows(support, start, start + 512) < least
            out.data[part][few[row[part] - start, out.indices[part]]] = 0.0
        out.eliminate_zeros()
        return out
    for start in range(0, n, 512):  # in blocks: the whole in bool would be a quarter of the weights
        out[start : start + 512][_rows(support, start, start + 512) < least] = 0.0
    return out


def _rows(support: Matrix, start: int, stop: int) -> NDArray[np.uint16]:
    part = support[start:stop]
    return np.asarray(part if isinstance(part, np.ndarray) else part.toarray())


def hidden(model: Any, k: int = FEWEST) -> Any:
    """The model, and models within it, without any count below k: what may leave with a folder that
    holds no histories. A pair below k reads as 0 people, like one that nobody chose."""
    made = copy.copy(model)
    for name, value in vars(model).items():
        if name.endswith("_") and not name.startswith("_") and isinstance(value, Scorer):
            setattr(made, name, hidden(value, k))
    if isinstance(made, SupportMixin) and made.support_of_["pairs"]:
        whole = made.support_of_["pairs"] == "all"
        counts = _above(_triangle(made.support_) if whole else made.support_, k)
        if whole:
            made.support_ = _packed(counts)
        else:
            made.support_ = counts
        made.support_of_ = made.support_of_ | {"hidden": max(k, made.support_of_["hidden"])}
    for name in COUNTS:
        # other models call other things by these names, and a default of the class is no count
        if isinstance(made, SupportMixin) and vars(made).get(name) is not None:
            setattr(made, name, _above(vars(made)[name], k))
    return made


def _above(counts: sparse.csr_array, k: int) -> sparse.csr_array:
    """The counts that are k or more."""
    made = sparse.csr_array(counts, copy=True)
    made.data = np.where(made.data < k, 0, made.data).astype(made.dtype)
    made.eliminate_zeros()
    return made


def judged(
    trial: Any, data: Dataset, given: MinSupport, cases: EvaluationCases, seed: int, k: int
) -> tuple[int, list[dict[str, Any]]]:
    """(min_support, what each value costs) as the cases choose by a model whose weights were
    counted on `data`.
    """
    trial.support_, trial.support_of_ = count_pairs(data)
    trial._settle(given, cases, seed, k)
    return trial.min_support_, trial.support_costs_


# --- choosing min_support -------------------------------------------------------------------------

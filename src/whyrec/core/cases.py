"""Evaluation cases (histories with the items chosen next) and splits into train, valid and test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from whyrec.core.capabilities import Scorer
from whyrec.core.dataset import Dataset
from whyrec.core.errors import ArgumentError
from whyrec.core.moved import moved, renamed
from whyrec.core.queries import Int, Queries, frozen
from whyrec.core.ranking import batches, mask_seen, ranks, top_k

__all__ = [
    "EvaluationCases",
    "Split",
    "dcg_weights",
    "hits",
    "hold_out_last",
    "ndcg",
    "ndcg_of_scores",
    "ranked",
]


@renamed(among="candidates")
@dataclass(frozen=True, eq=False)
class EvaluationCases:
    """q queries and their relevant items.

    Attributes:
        queries: The histories.
        indptr: Row r's relevant items are items[indptr[r]:indptr[r + 1]], at least one.
        items: Relevant items, unseen in their query unless it allows repeats.
        among: The only items that may be recommended, (n_items,) bool; None allows all.
    """

    queries: Queries
    indptr: Int
    items: Int
    candidates: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "indptr", frozen(self.indptr, np.int64, "EvaluationCases.indptr"))
        object.__setattr__(self, "items", frozen(self.items, np.int32, "EvaluationCases.items"))
        p = self.indptr
        if (
            len(p) != len(self.queries) + 1
            or p[0] != 0
            or p[-1] != len(self.items)
            or (np.diff(p) < 1).any()
        ):
            raise ArgumentError(
                "EvaluationCases need one true item or more for each query",
                given=(
                    f"{len(self.queries)} queries, {len(p) - 1} truths, {len(self.items)} items"
                ),
            )

    def __len__(self) -> int:
        return len(self.queries)

    def take(self, rows: Int) -> EvaluationCases:
        """Return the cases `rows`, in that order."""
        truth = [self.items[self.indptr[r] : self.indptr[r + 1]] for r in rows]
        return EvaluationCases(
            self.queries[rows],
            np.cumsum([0, *map(len, truth)]),
            np.concatenate(truth),
            self.candidates,
        )

    def allowed(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Set the scores (q, n_items) of items that may not be recommended to -inf, in place."""
        if self.candidates is not None:
            scores[:, ~self.candidates] = -np.inf
        return scores

    def sample(self, n: int, seed: int = 0) -> EvaluationCases:
        """Return at most n cases, drawn without replacement, in their order."""
        if n >= len(self):
            return self
        return self.take(np.sort(np.random.default_rng(seed).choice(len(self), n, replace=False)))


@dataclass(frozen=True, eq=False)
class Split:
    """A protocol applied to data: fit on `train`, tune on `valid`, report on `test`."""

    protocol: str
    train: Dataset
    valid: EvaluationCases
    test: EvaluationCases
    notes: str = ""
    steps: tuple[str, ...] = field(default=())


def hold_out_last(data: Dataset, n: int, seed: int) -> tuple[Dataset, EvaluationCases | None]:
    """Hold out the last event of up to n people with at least 3 events.

    Returns (the other data, the cases or None). If the data have no order, a random event is held
    out.
    """
    events = data.histories
    able = np.flatnonzero(events.sizes >= 3)
    rng = np.random.default_rng(seed)
    people = np.sort(rng.permutation(able)[:n])
    last = events.indptr[people + 1] - 1
    if data.order == "none":
        last = last - rng.integers(0, events.sizes[people])
    held = np.zeros(len(data), bool)
    held[np.argsort(data.user, kind="stable")[last]] = True
    rest = data.select(~held)
    before = rest.histories[people]
    items = events.items[last]
    known = np.bincount(before.row[before.items == items[before.row]], minlength=len(people)) > 0
    new = np.flatnonzero(data.repeat | ~known)
    if not len(new):
        return data, None
    return rest, EvaluationCases(before[new], np.arange(len(new) + 1), items[new])


def hits(ranked: Int, cases: EvaluationCases) -> NDArray[np.bool_]:
    """Mark the places of the ranked items (q, k) that hold a relevant item; (q, k) bool."""
    n = int(max(ranked.max(initial=0), cases.items.max(initial=0))) + 1
    row = np.repeat(np.arange(len(cases)), np.diff(cases.indptr))
    return np.isin(np.arange(len(ranked))[:, None] * n + ranked, row * n + cases.items)


def dcg_weights(k: int) -> NDArray[np.float64]:
    """Return 1 / log2(1 + place) for places 1..k [jarvelin2002]."""
    return 1.0 / np.log2(np.arange(2, k + 2))


def ndcg(found: NDArray[np.bool_], cases: EvaluationCases) -> NDArray[np.float64]:
    """Compute NDCG per case over the places of `found` (q, k), relative to the best list."""
    weights = dcg_weights(found.shape[1])
    best = np.cumsum(weights)[np.minimum(np.diff(cases.indptr), found.shape[1]) - 1]
    return np.asarray(found @ weights / best, np.float64)


def ndcg_of_scores(
    masked: NDArray[np.float32], cases: EvaluationCases, k: int
) -> NDArray[np.float64]:
    """Compute NDCG@k per case from scores (q, n_items) masked by :func:`mask_seen`."""
    masked = cases.allowed(masked)
    if len(cases.items) == len(cases):  # with one relevant item each, its rank suffices
        place = ranks(masked, cases.items)
        return np.where(place <= k, 1.0 / np.log2(1.0 + place), 0.0)
    return ndcg(hits(top_k(masked, k)[0], cases), cases)


def ranked(model: Scorer, cases: EvaluationCases, k: int) -> Int:
    """Return the k best items of every case by full ranking, (q, k) int32."""
    parts = [
        top_k(cases.allowed(mask_seen(model.score(part), part)), k)[0]
        for _, part in batches(cases.queries)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, k), np.int32)


if not TYPE_CHECKING:
    __getattr__ = moved(__name__, {"Cases": f"{__name__}:EvaluationCases"})

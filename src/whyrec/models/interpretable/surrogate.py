"""An interpretable model taught to score as a large one does, and how faithful it is: measured,
never claimed.

The student sees readable features; its target is the teacher's score, standardised over a person's
candidates. Fidelity is measured on people and candidates that it was not taught on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from whyrec.core import ArgumentError, Dataset, Measurement, Model, Queries, Query, batches, top_k
from whyrec.core.capabilities import ItemScores
from whyrec.models.fused import standard
from whyrec.models.interpretable.features import Features, features_of, keep

__all__ = [
    "One",
    "candidate_sets",
    "fidelity",
    "imitate",
    "item_ties",
    "people_apart",
    "standardised",
]

HEAD = 50  # of each person's candidates, the teacher's best so many are all learned from
MIX = (
    0.3,
    0.4,
)  # of the candidates: the most popular, those tied to the history; the others are random


def candidate_sets(
    features: Features, queries: Queries, n: int = 1_000, *, seed: int = 0
) -> NDArray[np.int64]:
    """For each query n items it does not hold (fewer where the catalogue is small), (q, n): three
    tenths the most popular, four tenths the most tied to its last items, the others drawn evenly at
    random. The teacher has no part in it: its own best would be easier to tell from chance, and
    harder from each other."""
    n_items = len(features.counts)
    n = min(n, int(n_items - queries.sizes.max(initial=0)))
    if n < 1:
        raise ArgumentError(
            "candidate sets need items that each history does not hold", given=f"{n_items} items"
        )
    popular = np.argsort(-features.counts, kind="stable")
    rng = np.random.default_rng(seed)
    tied = features.candidates(queries, int(MIX[1] * n) + 1)
    out = np.empty((len(queries), n), np.int64)
    for row in range(len(queries)):
        free = np.ones(n_items, bool)
        free[queries.items[queries.indptr[row] : queries.indptr[row + 1]]] = False
        at = 0
        for order, until in (
            (popular, int(MIX[0] * n)),
            (tied[row], int(sum(MIX) * n)),
            (rng.permutation(n_items), n),
        ):
            chosen = order[free[order]][: until - at]
            free[chosen] = False
            out[row, at : at + len(chosen)] = chosen
            at += len(chosen)
    return out


def item_ties(
    teacher: Model, n_items: int, *, rank: int = 128, seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How a large model ties items, as two (n_items, rank) whose product is nearly its standardised
    scores of all items
    for a history of one item alone: a randomised singular value decomposition [halko2011], two
    passes of scoring.

    Exact where the model's scores are products of vectors no longer than rank. Not good for: what
    the model makes of two events together."""
    rank = min(rank, n_items)
    random = np.random.default_rng(seed).standard_normal((n_items, rank + 8)).astype(np.float32)
    pieces = [np.arange(start, min(start + 512, n_items)) for start in range(0, n_items, 512)]

    def answers(items: NDArray[Any]) -> NDArray[np.float32]:
        made: NDArray[np.float32] = standard(
            np.asarray(teacher.score([Query([int(item)]) for item in items]), np.float32)
        )
        return made

    basis, _ = np.linalg.qr(np.concatenate([answers(items) @ random for items in pieces]))
    inside = sum(basis[items].T @ answers(items) for items in pieces)
    u, s, v = np.linalg.svd(inside, full_matrices=False)
    return (basis @ u[:, :rank] * s[:rank]).astype(np.float32), v[:rank].T.astype(np.float32)


def standardised(model: Any, queries: Queries, items: NDArray[Any]) -> NDArray[np.float64]:
    """The model's scores of each query's items (q, c), mean 0 and deviation 1 in each row."""
    if isinstance(model, ItemScores):
        found = np.asarray(model.score_items(queries, items), np.float64)
    else:
        found = np.concatenate(
            [
                np.take_along_axis(model.score(part), items[rows], 1)
                for rows, part in batches(queries, 256)
            ]
        ).astype(np.float64)
    made: NDArray[np.float64] = standard(found)
    return made


def imitate(
    student: Any,
    teacher: Model,
    features: Features,
    queries: Queries,
    *,
    candidates: int = 1_000,
    drawn: int = 100,
    seed: int = 0,
) -> Any:
    """Teach an interpretable model (TreeRanker, RuleRanker, EBM or One) the teacher's standardised
    scores; returns the student.

    queries: real histories to learn from. Of each one's candidates the teacher's best HEAD are
    learned from and `drawn` of the others, which count for all they were drawn from. Afterwards the
    student scores and explains as any model does.
    Not good for: what no readable feature tells; :func:`fidelity` measures how much that is.
    """
    rng = np.random.default_rng(seed)
    items = candidate_sets(features, queries, candidates, seed=seed)
    target = standardised(teacher, queries, items)
    head = min(HEAD, items.shape[1])
    order = np.argsort(-target, axis=1, kind="stable")
    rest = np.sort(rng.permuted(order[:, head:], axis=1)[:, :drawn], axis=1)
    use = np.hstack([order[:, :head], rest])
    weight = np.ones(use.shape)
    weight[:, head:] = (items.shape[1] - head) / max(1, rest.shape[1])
    x = features.values(queries, np.take_along_axis(items, use, 1))
    student.learn(
        features.names,
        x.reshape(-1, x.shape[-1]),
        np.take_along_axis(target, use, 1).ravel(),
        chosen=False,
        seed=seed,
        weights=weight.ravel() / weight.mean(),
    )
    keep(student, features)
    return student


def fidelity(
    student: Any, teacher: Model, queries: Queries, items: NDArray[Any], *, k: int = 10
) -> dict[str, Measurement]:
    """How the student's scores of `items` (q, c) follow the teacher's, one value a person:

    r2: 1 - squared error / variance, both standardised over the items, the student with the best
    slope for a person (which makes it the squared correlation), 0 to 1; tau: Kendall's tau-b
    [kendall1938] of the two orders, -1 to 1; overlap@k: share of the teacher's first k among the
    student's.
    """
    taught = standardised(teacher, queries, items)
    own = standardised(student, queries, items)
    r2 = ((taught * own).mean(1)) ** 2
    tau = np.array([kendalltau(a, b).statistic for a, b in zip(taught, own, strict=True)])
    k = min(k, items.shape[1])
    both = (top_k(taught.astype(np.float32), k)[0], top_k(own.astype(np.float32), k)[0])
    overlap = np.array([len(np.intersect1d(a, b)) / k for a, b in zip(*both, strict=True)])
    return {
        "r2": Measurement("r2", r2),
        "tau": Measurement("tau", np.nan_to_num(tau)),
        f"overlap@{k}": Measurement(f"overlap@{k}", overlap),
    }


class One:
    """A trivial student, to compare with: one feature alone, the higher the better."""

    def __init__(self, feature: str) -> None:
        self.feature = feature

    def learn(
        self, names: Sequence[str], x: NDArray[np.float32], y: NDArray[Any], **_: Any
    ) -> None:
        if self.feature not in names:
            raise ArgumentError(
                "the feature must be one that the data give",
                given=self.feature,
                fix=", ".join(names),
            )

    def score_items(self, queries: Queries, items: NDArray[Any]) -> NDArray[np.float32]:
        features = features_of(self)
        return features.values(queries, items)[..., list(features.names).index(self.feature)]


def people_apart(data: Dataset, learn: int, measure: int, seed: int) -> tuple[Queries, Queries]:
    """Histories of different people of two events or more: up to `learn` to teach on, up to
    `measure` to measure on.
    """
    able = np.random.default_rng(seed).permutation(np.flatnonzero(data.histories.sizes >= 2))
    measured = np.sort(able[:measure])
    taught = np.sort(able[measure : measure + learn])
    return data.histories[taught], data.histories[measured]

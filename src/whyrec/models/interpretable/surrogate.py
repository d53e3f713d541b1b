"""Surrogates: interpretable models trained to score like a large one, and their fidelity.

The student sees readable features; its target is the teacher's score, standardised over a person's
candidates. Fidelity is measured on people and candidates that it was not trained on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

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

HEAD = 50  # the teacher's best candidates of each person, which are all used
MIX = (
    0.3,
    0.4,
)  # shares of the candidates: the most popular, those tied to the history; the rest is random


def candidate_sets(
    features: Features, queries: Queries, n: int = 1_000, *, seed: int = 0
) -> NDArray[np.int64]:
    """Draw n unseen items for each query, independently of the teacher.

    Three tenths are the most popular items, four tenths those most strongly tied to the last items,
    and the rest is random. The teacher's own best items would be easier to tell from random ones
    and harder from each other.

    Args:
        features: Features of the training data.
        queries: q histories.
        n: Items per query; fewer in a small catalogue.
        seed: Seed of the random part.

    Returns:
        Item numbers, (q, n).

    Raises:
        ArgumentError: If some history holds all items.
    """
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
        place = 0
        for order, until in (
            (popular, int(MIX[0] * n)),
            (tied[row], int(sum(MIX) * n)),
            (rng.permutation(n_items), n),
        ):
            chosen = order[free[order]][: until - place]
            free[chosen] = False
            out[row, place : place + len(chosen)] = chosen
            place += len(chosen)
    return out


def item_ties(
    teacher: Model, n_items: int, *, rank: int = 128, seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return two arrays (n_items, rank) whose product is how a large model relates items.

    The product approximates its standardised scores of all items for histories of a single item, by
    a randomised singular value decomposition [halko2011] with two passes of scoring. It is exact if
    the scores are products of vectors no longer than `rank`. Not good for: what the model makes of
    two events together.

    Args:
        teacher: The fitted large model.
        n_items: Number of items.
        rank: Number of dimensions.
        seed: Seed of the random projection.
    """
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


@runtime_checkable
class Student(Protocol):
    """A model that judges any items as candidates; others it ranks below all candidates."""

    def judge_items(self, queries: Queries, items: NDArray[Any]) -> NDArray[np.float32]:
        """Return the score of each query's own items (q, c) as candidates, (q, c) float32."""


def standardised(model: Any, queries: Queries, items: NDArray[Any]) -> NDArray[np.float64]:
    """Return a model's scores of each query's items (q, c), with mean 0 and deviation 1 per row.

    A student judges every item as if it were a candidate.
    """
    if isinstance(model, Student):
        found = np.asarray(model.judge_items(queries, items), np.float64)
    elif isinstance(model, ItemScores):
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
    """Train an interpretable model to reproduce the teacher's standardised scores.

    The teacher's best HEAD candidates of each history are always used; `drawn` others stand for all
    the rest. The student then scores and explains like any model. Not good for: what no readable
    feature expresses; :func:`fidelity` measures how much that is.

    Args:
        student: Unfitted TreeRanker, RuleRanker, EBM or One.
        teacher: The fitted large model.
        features: Features of the training data.
        queries: Real histories to learn from.
        candidates: Candidates per history.
        drawn: Candidates drawn beyond the teacher's best.
        seed: Seed of the draws.

    Returns:
        The student.
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
    """Measure how closely the student's scores follow the teacher's, one value per person.

    Args:
        student: The trained student.
        teacher: The fitted large model.
        queries: q histories.
        items: c item numbers per query, (q, c).
        k: Length of the lists that are compared.

    Returns:
        r2: squared correlation of the two scores, 0 to 1; tau: Kendall's tau-b of the two orders
        [kendall1938], -1 to 1; overlap@k: share of the teacher's top k in the student's.
    """
    teacher_scores = standardised(teacher, queries, items)
    student_scores = standardised(student, queries, items)
    r2 = ((teacher_scores * student_scores).mean(1)) ** 2
    tau = np.array(
        [kendalltau(a, b).statistic for a, b in zip(teacher_scores, student_scores, strict=True)]
    )
    k = min(k, items.shape[1])
    both = (
        top_k(teacher_scores.astype(np.float32), k)[0],
        top_k(student_scores.astype(np.float32), k)[0],
    )
    overlap = np.array([len(np.intersect1d(a, b)) / k for a, b in zip(*both, strict=True)])
    return {
        "r2": Measurement("r2", r2),
        "tau": Measurement("tau", np.nan_to_num(tau)),
        f"overlap@{k}": Measurement(f"overlap@{k}", overlap),
    }


class One:
    """A trivial student for comparison: ranks by a single feature, the higher the better."""

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

    def judge_items(self, queries: Queries, items: NDArray[Any]) -> NDArray[np.float32]:
        features = features_of(self)
        return features.values(queries, items)[..., list(features.names).index(self.feature)]


def people_apart(data: Dataset, learn: int, measure: int, seed: int) -> tuple[Queries, Queries]:
    """Return histories of disjoint people, up to `learn` to train on and `measure` to test on."""
    able = np.random.default_rng(seed).permutation(np.flatnonzero(data.histories.sizes >= 2))
    measured = np.sort(able[:measure])
    taught = np.sort(able[measure : measure + learn])
    return data.histories[taught], data.histories[measured]

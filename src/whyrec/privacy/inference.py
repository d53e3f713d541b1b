"""What lists give away: an attribute of the person who gets them, and the model that makes them.

`attribute` asks how well a yes or no of a person (a gender, say) can be told from their
recommendations, beside what their
own history tells: lists that follow tastes tell what tastes tell. `extraction` rebuilds a model
from its answers about
single items: where a score is a sum over events, that many questions are the whole of it. Neither
is mended by differential
privacy of the training: the first is about the history that is asked with, the second about the
model.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import ArgumentError, Queries, mask_seen, top_k
from whyrec.core.item_effects import effects
from whyrec.privacy.attack import Attack, _judged, auc

__all__ = ["attribute", "extraction"]

FOLDS = 5
FEWEST = 20
RIDGES = (0.1, 1.0, 10.0)


def attribute(
    items: sparse.csr_array, yes: NDArray[np.bool_], *, name: str = "attribute", seed: int = 0
) -> Attack:
    """How well `yes` (q,) is told from which items each person has, rows of `items` (q, n_items)
    0/1: their list, or their history. Ridge regression on rows of length 1, each person judged by
    one that has not seen them (five folds); the strength of the ridge is the best of three
    within the training folds. Needs 20 people of either kind."""
    if min(int(yes.sum()), int((~yes).sum())) < FEWEST:
        raise ArgumentError(
            f"attribute inference needs {FEWEST} people of either kind",
            given=f"{int(yes.sum())} and {int((~yes).sum())}",
        )
    length = np.sqrt(np.maximum(np.asarray(items.sum(1), np.float64).ravel(), 1.0))
    rows = sparse.csr_array(sparse.diags_array(1 / length) @ items)
    kernel = np.asarray((rows @ rows.T).todense(), np.float64)
    rng = np.random.default_rng(seed)
    fold = np.empty(len(yes), np.int64)
    for side in (
        yes,
        ~yes,
    ):  # as many of either kind in each fold: else what a fold lacks leans the others against it
        fold[side] = rng.permutation(int(side.sum())) % FOLDS
    told = np.zeros(len(yes))
    for one in range(FOLDS):
        out = fold == one
        judge = fold == (one + 1) % FOLDS
        found = [_inner(kernel, yes, ~out & ~judge, judge, ridge) for ridge in RIDGES]
        told[out] = _predicted(kernel, yes, ~out, out, RIDGES[int(np.argmax(found))])
    return _judged(name, told, yes, float("nan"), np.arange(len(yes)))


def _predicted(
    kernel: NDArray[np.float64],
    yes: NDArray[np.bool_],
    train: NDArray[np.bool_],
    test: NDArray[np.bool_],
    ridge: float,
) -> NDArray[np.float64]:
    mean = float(yes[train].mean())
    inner = kernel[np.ix_(train, train)] + ridge * np.eye(int(train.sum()))
    return np.asarray(kernel[np.ix_(test, train)] @ np.linalg.solve(inner, yes[train] - mean))


def _inner(
    kernel: NDArray[np.float64],
    yes: NDArray[np.bool_],
    train: NDArray[np.bool_],
    test: NDArray[np.bool_],
    ridge: float,
) -> float:
    if not 0 < yes[test].sum() < test.sum():
        return 0.0
    return auc(_predicted(kernel, yes, train, test, ridge), yes[test])


def extraction(
    model: Any, queries: Queries, popularity: NDArray[np.integer[Any]], asked: int, *, k: int = 10
) -> NDArray[np.float64]:
    """(q,) share of each list that a copy gives too. The copy asks the model for the scores after
    nothing, and after each of the `asked` most popular items alone; it adds up what they said."""
    if not 0 <= asked <= len(popularity):
        raise ArgumentError(f"asked must be from 0 to {len(popularity)}", given=str(asked))
    known = np.argsort(-np.asarray(popularity), kind="stable")[:asked]
    table = np.zeros((len(popularity), len(popularity)), np.float32)
    for start in range(0, asked, 512):
        table[known[start : start + 512]] = effects(model, known[start : start + 512])
    empty = np.asarray(
        model.score(Queries.of([queries[0].without(range(len(queries[0])))])), np.float32
    )[0]
    copy = np.stack([empty + table[query.items].sum(0) for query in queries])
    lists = [
        top_k(mask_seen(np.array(scores, np.float32), queries), k)[0]
        for scores in (model.score(queries), copy)
    ]
    return np.array([len(np.intersect1d(a, b)) / k for a, b in zip(*lists, strict=True)])

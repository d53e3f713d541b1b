"""Attacks on lists: infer an attribute of the person, or copy the model.

`attribute` measures how well a yes-or-no attribute (such as gender) can be inferred from
recommendations, compared with the person's own history: lists that follow tastes reveal what tastes
reveal. `extraction` rebuilds a model from its answers about single items; a model whose score is a
sum over events is fully determined by them. Limits: differentially private training prevents
neither, because the first concerns the history in the request and the second the model.
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
    """Measure how well an attribute can be inferred from the items of each person.

    Ridge regression on rows of length 1; each person is judged by a model that has not seen them
    (five folds), with the best of three ridge strengths within the training folds.

    Args:
        items: Items of each list or history, (q, n_items) 0/1.
        yes: The attribute, (q,); at least 20 people of either kind.
        name: Name of the attribute.
        seed: Seed of the folds.

    Returns:
        The result.

    Raises:
        ArgumentError: If there are too few people of either kind.
    """
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
    ):  # stratified folds, so that no fold biases the others
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
    """Measure how well a copy from single-item answers reproduces the model's lists.

    The copy asks for the scores after an empty history and after each of the `asked` most popular
    items alone, and adds them up.

    Args:
        model: The model to copy.
        queries: Histories, (q).
        popularity: Popularity of the items, (n_items,).
        asked: Number of items to ask about.
        k: Length of the lists.

    Returns:
        Share of each list that the copy reproduces, (q,).

    Raises:
        ArgumentError: If `asked` is out of range.
    """
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

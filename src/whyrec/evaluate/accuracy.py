"""Accuracy by full ranking: every item that may be listed is a candidate [krichene2020]."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Measurement, Scorer
from whyrec.core.cases import EvaluationCases, hits, ndcg, ranked
from whyrec.core.queries import Int

__all__ = ["METRICS", "accuracy", "measure"]

METRICS = (
    "ndcg@10",
    "hr@10",
    "mrr@10",
    "recall@20",
    "recall@50",
    "ndcg@100",
    "coverage@10",
    "novelty@10",
    "popularity_lift@10",
)


def accuracy(
    model: Scorer, cases: EvaluationCases, counts: Int, *, metrics: Sequence[str] = METRICS
) -> dict[str, Measurement]:
    """Rank all items for each case and compute the metrics.

    Args:
        model: Any scorer.
        cases: Histories and the items to find.
        counts: Training events per item, (n_items,).
        metrics: Names such as "ndcg@10"; see :func:`measure`.

    Returns:
        {metric: one value per case}.

    Raises:
        ArgumentError: If a metric is unknown.
    """
    depth = max(_cutoff(name) for name in metrics)
    return measure(ranked(model, cases, depth), cases, counts, metrics=metrics)


def measure(
    lists: Int, cases: EvaluationCases, counts: Int, *, metrics: Sequence[str] = METRICS
) -> dict[str, Measurement]:
    """Compute the metrics of ranked lists.

    - ndcg: relative to the best possible list [jarvelin2002].
    - hr: 1 if a relevant item is in the first k.
    - mrr: 1 / place of the first relevant item within k, otherwise 0.
    - recall: relevant items found / min(k, relevant items) [liang2018].
    - novelty: mean surprise, -log2 of the item's share of training events [vargas2011].
    - coverage: share of the catalogue that is shown to anybody; one figure, not one per case.
    - popularity_lift: mean training count of the shown items relative to the person's own items.

    Args:
        lists: Ranked items, best first, (q, k) int32.
        cases: Histories and the items to find.
        counts: Training events per item, (n_items,).
        metrics: Names with cutoffs, such as "ndcg@10".

    Returns:
        {metric: one value per case}.

    Raises:
        ArgumentError: If a metric is unknown.
    """
    found = hits(lists, cases)
    out = {}
    for name in metrics:
        kind = name.split("@")[0]
        k = _cutoff(name)
        if kind not in _KINDS:
            raise ArgumentError(
                f"a metric must be one of {', '.join(_KINDS)} with @k", given=repr(name)
            )
        values = _KINDS[kind](found[:, :k], lists[:, :k], cases, counts)
        out[name] = Measurement(name, values, higher_is_better=kind != "popularity_lift")
    return out


def _cutoff(name: str) -> int:
    _, _, k = name.partition("@")
    if not k.isdigit() or int(k) < 1:
        raise ArgumentError("a metric is written name@k, like ndcg@10", given=repr(name))
    return int(k)


Found = NDArray[np.bool_]


def _ndcg(found: Found, lists: Int, cases: EvaluationCases, counts: Int) -> NDArray[np.float64]:
    return ndcg(found, cases)


def _hr(found: Found, lists: Int, cases: EvaluationCases, counts: Int) -> NDArray[np.float64]:
    return found.any(1).astype(float)


def _mrr(found: Found, lists: Int, cases: EvaluationCases, counts: Int) -> NDArray[np.float64]:
    return np.where(found.any(1), 1.0 / (1 + found.argmax(1)), 0.0)


def _recall(found: Found, lists: Int, cases: EvaluationCases, counts: Int) -> NDArray[np.float64]:
    return np.asarray(found.sum(1) / np.minimum(np.diff(cases.indptr), found.shape[1]))


def _coverage(found: Found, lists: Int, cases: EvaluationCases, counts: Int) -> NDArray[np.float64]:
    return np.array([len(np.unique(lists)) / len(counts)])


def _novelty(found: Found, lists: Int, cases: EvaluationCases, counts: Int) -> NDArray[np.float64]:
    # An item without events counts as half an event, which keeps its surprise finite.
    share = np.maximum(counts, 0.5) / max(1, int(np.sum(counts)))
    return np.asarray(-np.log2(share)[lists].mean(1))


def _popularity_lift(
    found: Found, lists: Int, cases: EvaluationCases, counts: Int
) -> NDArray[np.float64]:
    queries = cases.queries
    own = np.bincount(queries.row, counts[queries.items], minlength=len(cases))
    own = np.divide(own, queries.sizes, out=np.full(len(cases), np.nan), where=queries.sizes > 0)
    lift = np.full(len(cases), np.nan)
    np.divide(counts[lists].mean(1), own, out=lift, where=own > 0)
    return lift


_KINDS = {
    "ndcg": _ndcg,
    "hr": _hr,
    "mrr": _mrr,
    "recall": _recall,
    "coverage": _coverage,
    "novelty": _novelty,
    "popularity_lift": _popularity_lift,
}

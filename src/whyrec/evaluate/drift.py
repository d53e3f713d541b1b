"""Compare the lists, reasons and scores of a model with those of its predecessor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Measurement, Queries, Scorer, mask_seen, top_k
from whyrec.core.ranking import batches
from whyrec.evaluate.quality import effects_of

__all__ = ["drift"]


def drift(
    before: Scorer, after: Scorer, queries: Queries, k: int = 10, *, events: int = 50
) -> dict[str, Measurement]:
    """Measure per query how far a model differs from another one.

    Args:
        before: The earlier model.
        after: The later model.
        queries: Histories.
        k: Length of the lists.
        events: Number of latest events that are left out in turn.

    Returns:
        "overlap@k": share of the items that both lists hold. "same_top_reason": 1 if removing the
            same event costs the earlier list's first item most in both models. "reason_rank":
            Spearman's correlation of these costs; NaN below 3 events. "score_error": norm of the
            difference of the centred scores relative to that of the scores. Measures of reasons are
            NaN for queries of at most one event.
    """
    rows: list[list[float]] = []
    for _, part in batches(queries, 256):
        one = before.score(part)
        two = after.score(part)
        lists = [top_k(mask_seen(scores, part), k)[0] for scores in (one, two)]
        errors = _error(one, two)
        for at, query in enumerate(part):
            shared = len(np.intersect1d(lists[0][at], lists[1][at])) / k
            costs = [
                effects_of(model, query, int(lists[0][at, 0]), events) for model in (before, after)
            ]
            rows.append([shared, *_agreement(*costs), errors[at]])
    table = np.array(rows, np.float64).reshape(-1, 4)
    better = {
        f"overlap@{k}": True,
        "same_top_reason": True,
        "reason_rank": True,
        "score_error": False,
    }
    return {
        name: Measurement(name, table[:, at], higher_is_better=better[name])
        for at, name in enumerate(better)
    }


def _error(one: NDArray[np.float32], two: NDArray[np.float32]) -> NDArray[np.float64]:
    centred = [scores - scores.mean(1, keepdims=True, dtype=np.float64) for scores in (one, two)]
    size = np.linalg.norm(centred[0], axis=1)
    return np.asarray(
        np.linalg.norm(centred[0] - centred[1], axis=1) / np.where(size > 0, size, 1.0)
    )


def _agreement(one: NDArray[np.float64], two: NDArray[np.float64]) -> tuple[float, float]:
    if len(one) < 2:
        return np.nan, np.nan
    same = float(one.argmax() == two.argmax())
    if len(one) < 3:
        return same, np.nan
    a, b = (
        np.argsort(np.argsort(costs, kind="stable"), kind="stable").astype(float)
        for costs in (one, two)
    )
    return same, float(np.corrcoef(a, b)[0, 1])

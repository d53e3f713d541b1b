"""The choice of min_support on validation people: the largest number that costs no accuracy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Queries, batches, mask_seen
from whyrec.core.cases import EvaluationCases, ndcg_of_scores

__all__ = ["TRIED", "MinSupport", "check_min_support", "choose", "costs"]

TRIED = (1, 2, 3, 5, 10)  # by "auto"
# share of the accuracy that min_support may cost on average, even where the interval would allow
# more
LOSS = 0.01
WIDTH = 1.96  # standard errors of a 95% interval

MinSupport = int | str | Sequence[int]


def check_min_support(given: Any) -> list[int]:
    """The values to try, in their order; those of "auto" where one number is given. Raises
    ArgumentError for other things.
    """
    several = isinstance(given, Sequence) and not isinstance(given, str)
    found = list(given) if several else [given]
    if given == "auto":
        return list(TRIED)
    if found and all(
        isinstance(one, int | np.integer) and not isinstance(one, bool) and one >= 0
        for one in found
    ):
        if several:
            return sorted({int(one) for one in found})
        return list(TRIED)
    raise ArgumentError(
        'min_support must be a number of people, 0 or more, several to choose from, or "auto"',
        given=repr(given),
    )


def costs(
    model: Any, cases: EvaluationCases, tried: Sequence[int], k: int = 10
) -> list[dict[str, Any]]:
    """What each min_support costs in accuracy on the cases, against none: NDCG@k, and by how much
    it is lower, with a 95% interval of that difference over the same people."""
    plain = _quality(model.score, cases, k)
    rows = []
    for least in tried:
        found = _quality(model.at_support(least).score, cases, k)
        lost = plain - found
        error = WIDTH * float(lost.std()) / len(lost) ** 0.5
        mean = float(lost.mean())
        rows.append(
            {
                "min_support": int(least),
                f"ndcg@{k}": float(found.mean()),
                "cost": mean,
                "low": mean - error,
                "high": mean + error,
                "share": mean / max(float(plain.mean()), 1e-12),
                "people": len(lost),
            }
        )
    return rows


def choose(rows: Sequence[dict[str, Any]]) -> int:
    """The largest min_support such that neither it nor a smaller one costs anything: the interval
    of its cost reaches 0, and the cost is at most LOSS of the accuracy. 0 where not even the
    first is so."""
    least = 0
    for row in rows:
        if row["low"] > 0 or row["share"] > LOSS:
            break
        least = int(row["min_support"])
    return least


def _quality(
    score: Callable[[Queries], NDArray[np.float32]], cases: EvaluationCases, k: int
) -> NDArray[np.float64]:
    return np.concatenate(
        [
            ndcg_of_scores(mask_seen(score(part), part), cases.take(rows), k)
            for rows, part in batches(cases.queries)
        ]
    )

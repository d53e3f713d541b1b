"""Choose `min_support` on validation people: the largest threshold that costs no accuracy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Queries, batches, mask_seen
from whyrec.core.cases import EvaluationCases, ndcg_of_scores
from whyrec.core.stages import stage

__all__ = ["TRIED", "MinSupport", "check_min_support", "choose", "costs"]

TRIED = (1, 2, 3, 5, 10)  # values of "auto"
# Largest share of the accuracy that min_support may cost on average.
LOSS = 0.01
WIDTH = 1.96  # standard errors of a 95% interval

MinSupport = int | str | Sequence[int]


def check_min_support(given: Any) -> list[int]:
    """Return the values to try, in ascending order; those of "auto" if one number is given.

    Raises:
        ArgumentError: If the setting is neither a number, several numbers nor "auto".
    """
    several = isinstance(given, Sequence) and not isinstance(given, str)
    values = list(given) if several else [given]
    if given == "auto":
        return list(TRIED)
    if values and all(
        isinstance(one, int | np.integer) and not isinstance(one, bool) and one >= 0
        for one in values
    ):
        if several:
            return sorted({int(one) for one in values})
        return list(TRIED)
    raise ArgumentError(
        'min_support must be a number of people, 0 or more, several to choose from, or "auto"',
        given=repr(given),
    )


@stage("choosing min_support")
def costs(
    model: Any,
    cases: EvaluationCases,
    tried: Sequence[int],
    k: int = 10,
    *,
    consumed: bool = False,
) -> list[dict[str, Any]]:
    """Measure how much accuracy each threshold costs.

    Args:
        model: A fitted model with `at_rising_support`.
        cases: Validation cases.
        tried: Thresholds to measure, in ascending order.
        k: Length of the list.
        consumed: Whether the weights of the model may be used up.

    Returns:
        One row per threshold: NDCG@k, the mean loss against no threshold, and its 95% interval over
        the same people.
    """
    plain = _quality(model.score, cases, k)
    rows = []
    trials = model.at_rising_support(tried, consumed=consumed)
    for least in tried:
        trial = next(trials)
        quality = _quality(trial.score, cases, k)
        del trial  # before the next one is made: it may be large
        lost = plain - quality
        error = WIDTH * float(lost.std()) / len(lost) ** 0.5
        mean = float(lost.mean())
        rows.append(
            {
                "min_support": int(least),
                f"ndcg@{k}": float(quality.mean()),
                "cost": mean,
                "low": mean - error,
                "high": mean + error,
                "share": mean / max(float(plain.mean()), 1e-12),
                "people": len(lost),
            }
        )
    return rows


def choose(rows: Sequence[dict[str, Any]]) -> int:
    """Return the largest threshold such that neither it nor a smaller one costs accuracy.

    A threshold costs nothing if the interval of its loss includes 0 and the loss is at most LOSS of
    the accuracy. The result is 0 if already the first threshold costs something.
    """
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

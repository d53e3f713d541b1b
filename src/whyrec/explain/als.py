"""ALS explained twice: the parts that add up to the score, and the true effect of removal.

With item vectors Y, weights c_j of the events and A = Y^T Y + sum_j (c_j - 1) y_j y_j^T + reg I,
the history's vector is A^-1 sum_j c_j y_j. So the score of i is a sum of c_j y_i^T A^-1 y_j
[hu2008]; but A holds the whole history, so taking event j away changes every part. Its true effect
comes from the rank-one downdate of A [sherman1950].
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Explanation, Query
from whyrec.core.capabilities import LeastSquares
from whyrec.explain.exact import event_reasons

__all__ = ["decomposition", "leave_one_out"]


def decomposition(model: LeastSquares, query: Query, item: int) -> Explanation:
    """The parts c_j y_i^T A^-1 y_j: they add up to the score, but are NOT the effect of removal."""
    _, to_item, chosen, weights, events = _solve(model, query, item)
    parts = weights * (chosen @ to_item)
    reasons = event_reasons(_per_event(parts, events, len(query)))
    return Explanation(
        item,
        _score(model, query, item),
        0.0,
        reasons,
        0.0,
        "als decomposition (adds up; not the effect of removal)",
        additive=True,
    )


def leave_one_out(model: LeastSquares, query: Query, item: int) -> Explanation:
    """score(all) - score(all but j), exact by Sherman-Morrison; the weights do not add up to the
    score.

    An item chosen twice is one choice to the model: removing one of the two events changes nothing.
    """
    inverse, to_item, chosen, weights, events = _solve(model, query, item)
    total = weights @ chosen  # sum of c_j y_j
    solved = chosen @ inverse  # A^-1 y_j for each chosen item
    own = (solved * chosen).sum(1)  # y_j^T A^-1 y_j
    score = float(to_item @ total)
    # With event j gone, A' = A - (c_j - 1) y_j y_j^T and total' = total - c_j y_j.
    left = solved @ total - weights * own  # y_j^T A^-1 total'
    after = (
        score
        - weights * (chosen @ to_item)
        + (weights - 1) * (chosen @ to_item) * left / (1 - (weights - 1) * own)
    )
    drop = np.where(np.bincount(events, minlength=len(chosen)) > 1, 0.0, score - after)
    return Explanation(
        item,
        _score(model, query, item),
        0.0,
        event_reasons(drop[events]),
        0.0,
        "als leave-one-out (exact removal; does not add up)",
        additive=False,
    )


def _solve(model: LeastSquares, query: Query, item: int) -> tuple[NDArray[Any], ...]:
    """A^-1 (d, d), A^-1 y_i (d,), the chosen items' vectors (c, d), their weights (c,), and for
    each event the number of its chosen item (m,)."""
    if not isinstance(model, LeastSquares):
        raise ArgumentError(
            "this explains models solved by least squares, like als",
            given=type(model).__name__,
            fix="use the method deletion",
        )
    factors = model.item_factors_.astype(np.float64)
    items, first, events = np.unique(query.items, return_index=True, return_inverse=True)
    chosen = factors[items]
    weights = np.asarray(model.confidence(query.values[first]), np.float64)
    system = factors.T @ factors + chosen.T @ (chosen * (weights - 1)[:, None])
    inverse = np.linalg.inv(system + model.regularization * np.eye(factors.shape[1]))
    return inverse, inverse @ factors[item], chosen, weights, events


def _per_event(parts: NDArray[np.float64], events: NDArray[Any], m: int) -> NDArray[np.float64]:
    """A chosen item's part, shared equally among the events that chose it."""
    return (parts / np.bincount(events, minlength=len(parts)))[events] if m else np.zeros(0)


def _score(model: Any, query: Query, item: int) -> float:
    return float(model.score([query])[0, item])

"""Two explanations of ALS: parts that add up to the score, and the exact effect of removal.

With item vectors Y, event weights c_j and A = Y^T Y + sum_j (c_j - 1) y_j y_j^T + reg I, the user
vector is A^-1 sum_j c_j y_j. The score of item i is therefore a sum of parts c_j y_i^T A^-1 y_j
[hu2008]. A depends on the whole history, so removing event j changes every part. The exact effect
of a removal follows from the rank-one downdate of A [sherman1950].
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Explanation, Query
from whyrec.core.capabilities import LeastSquares
from whyrec.core.explainers import explainer
from whyrec.explain.exact import event_reasons

__all__ = ["decomposition", "leave_one_out"]


@explainer(needs=LeastSquares, requires="this explains models solved by least squares, like als")
def decomposition(model: LeastSquares, query: Query, item: int) -> Explanation:
    """Split an ALS score into one part per event; the parts are NOT the effects of removal.

    The part of event j is c_j y_i^T A^-1 y_j. The parts add up to the score [hu2008].

    Args:
        model: A model solved by least squares, such as `als`.
        query: The history to explain.
        item: Number of the recommended item.

    Returns:
        An additive explanation with one reason per event. Uses of the same item share its part
            equally.

    Raises:
        ArgumentError: If the model is not solved by least squares.
    """
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
        explained_share=0.0,  # the parts of a model that is no sum
    )


@explainer(needs=LeastSquares, requires="this explains models solved by least squares, like als")
def leave_one_out(model: LeastSquares, query: Query, item: int) -> Explanation:
    """Compute the exact effect of removing each event from an ALS history.

    The weight of event j is score(all) - score(all but j), computed by Sherman-Morrison
    [sherman1950]. The weights do not add up to the score. An item chosen twice counts once in the
    model, so removing one of the two events changes nothing.

    Args:
        model: A model solved by least squares, such as `als`.
        query: The history to explain.
        item: Number of the recommended item.

    Returns:
        An explanation that is not additive, with one reason per event.

    Raises:
        ArgumentError: If the model is not solved by least squares.
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
    """Solve the model's least-squares system for one history.

    Returns A^-1 (d, d), A^-1 y_i (d,), the vectors (c, d) and weights (c,) of the chosen items, and
    the index of each event's item among them (m,).
    """
    factors = model.item_factors_.astype(np.float64)
    items, first, events = np.unique(query.items, return_index=True, return_inverse=True)
    chosen = factors[items]
    weights = np.asarray(model.confidence(query.values[first]), np.float64)
    system = factors.T @ factors + chosen.T @ (chosen * (weights - 1)[:, None])
    inverse = np.linalg.inv(system + model.regularization * np.eye(factors.shape[1]))
    return inverse, inverse @ factors[item], chosen, weights, events


def _per_event(parts: NDArray[np.float64], events: NDArray[Any], m: int) -> NDArray[np.float64]:
    """Share the part of each chosen item equally among the events that chose it."""
    return (parts / np.bincount(events, minlength=len(parts)))[events] if m else np.zeros(0)


def _score(model: Any, query: Query, item: int) -> float:
    return float(model.score([query])[0, item])

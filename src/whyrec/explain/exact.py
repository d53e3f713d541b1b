"""Exact reasons: what each event, or each readable feature, adds to the score of a model that is
a sum.
"""

from __future__ import annotations

from collections.abc import Iterable

from whyrec.core import Additive, ArgumentError, Explanation, Query, Readable, Reason
from whyrec.core.capabilities import FeatureReasons

__all__ = ["event_reasons", "exact", "exact_with_features", "features"]


def exact(model: Additive, query: Query, item: int, *, score: float | None = None) -> Explanation:
    """score = base + sum of weights + rest: one reason an event, exact by construction.

    Removing an event removes exactly its weight, so this is leave-one-out, the Shapley value
    [shapley1953] and integrated gradients [sundararajan2017] at once. score: the one that was
    served, where there is one: it is then not computed again, and an explanation that does not add
    up to it cannot be made. Raises ArgumentError there, and for a model without contributions.
    """
    if not isinstance(model, Additive):
        raise ArgumentError(
            "exact reasons need an additive model",
            given=type(model).__name__,
            fix="use the method deletion",
        )
    base, weights, rest = model.contributions(query, item)
    if score is None:
        score = float(model.score([query])[0, item])
    return Explanation(item, score, base, event_reasons(weights), rest, "exact", additive=True)


def features(
    model: Readable, query: Query, item: int, *, score: float | None = None
) -> Explanation:
    """score = base + sum of the weights of features, rules or questions: read off the model, so
    exact by construction.

    A reason says how the model judged the item, not what an event did: what removing events does is
    measured by :mod:`whyrec.explain.counterfactual`. score: as for :func:`exact`. Raises
    ArgumentError for a model without such reasons.
    """
    if not isinstance(model, Readable):
        raise ArgumentError(
            "reasons by features need an interpretable model",
            given=type(model).__name__,
            fix="use the method auto",
        )
    base, reasons = model.reasons(query, item)
    if score is None:
        score = float(model.score([query])[0, item])
    return Explanation(item, score, base, reasons, 0.0, "features", additive=True)


def exact_with_features(
    model: Additive, query: Query, item: int, *, score: float | None = None
) -> Explanation:
    """Events and features together: the reasons of :func:`exact`, and of its rest those that a
    readable model within can name (`feature_reasons`). What then remains is the rest. Raises
    ArgumentError for a model without either."""
    if not isinstance(model, FeatureReasons):
        raise ArgumentError(
            "events and features together need a fused model",
            given=type(model).__name__,
            fix="use the method auto",
        )
    base, weights, rest = model.contributions(query, item)
    more, found = model.feature_reasons(query, item)
    if score is None:
        score = float(model.score([query])[0, item])
    left = rest - more - sum(reason.weight for reason in found)
    return Explanation(
        item,
        score,
        base + more,
        event_reasons(weights) + tuple(found),
        left,
        "exact with features",
        additive=True,
    )


def event_reasons(weights: Iterable[float]) -> tuple[Reason, ...]:
    """One reason for each event, largest weight first, ties in order of the history."""
    numbers = [float(w) for w in weights]
    order = sorted(range(len(numbers)), key=lambda position: (-numbers[position], position))
    return tuple(Reason("event", (position,), numbers[position]) for position in order)

"""Exact reasons: the contribution of each event or feature to the score of an additive model."""

from __future__ import annotations

from collections.abc import Iterable

from whyrec.core import Additive, Explanation, Query, Readable, Reason
from whyrec.core.capabilities import FeatureReasons
from whyrec.core.explained import explained_share
from whyrec.core.explainers import explainer

__all__ = ["event_reasons", "exact", "exact_with_features", "features", "of_contributions"]


@explainer(needs=Additive, requires="exact reasons need an additive model")
def exact(model: Additive, query: Query, item: int, *, score: float | None = None) -> Explanation:
    """Read the exact contribution of each event off an additive model.

    score = base + sum of weights + rest. Removing an event removes exactly its weight, so the
    weights equal leave-one-out, the Shapley value [shapley1953] and integrated gradients
    [sundararajan2017].

    Args:
        model: An additive model.
        query: The history to explain.
        item: Number of the recommended item.
        score: The score that was served. It is not computed again, and the explanation must add up
            to it.

    Returns:
        An additive explanation with one reason per event.

    Raises:
        ArgumentError: If the model is not additive, or the parts do not add up to `score`.
    """
    return of_contributions(model, query, item, "exact", score)


def of_contributions(
    model: Additive, query: Query, item: int, method: str, score: float | None = None
) -> Explanation:
    """Explain an item by the contributions of an additive model.

    Args:
        model: An additive model.
        query: The history to explain.
        item: Number of the recommended item.
        method: What the explanation is called.
        score: The score that was served; None: it is computed.

    Returns:
        An additive explanation with one reason per event.
    """
    base, weights, rest = model.contributions(query, item)
    if score is None:
        score = float(model.score([query])[0, item])
    return Explanation(
        item,
        score,
        base,
        event_reasons(weights),
        rest,
        method,
        additive=True,
        explained_share=explained_share(model, query, item, rest),
    )


@explainer(
    needs=Readable,
    requires="reasons by features need an interpretable model",
    instead="use the method auto",
)
def features(
    model: Readable, query: Query, item: int, *, score: float | None = None
) -> Explanation:
    """Read the exact contribution of each feature, rule or question off an interpretable model.

    score = base + sum of weights. A reason states how the model judged the item, not what an event
    did; :mod:`whyrec.explain.counterfactual` measures the effect of removing events.

    Args:
        model: A model that gives its own reasons.
        query: The history to explain.
        item: Number of the recommended item.
        score: The score that was served; see :func:`exact`.

    Returns:
        An additive explanation with one reason per feature, rule or question.

    Raises:
        ArgumentError: If the model gives no such reasons.
    """
    base, reasons = model.reasons(query, item)
    if score is None:
        score = float(model.score([query])[0, item])
    return Explanation(item, score, base, reasons, 0.0, "features", additive=True)


@explainer(
    needs=FeatureReasons,
    requires="events and features together need a fused model",
    instead="use the method auto",
)
def exact_with_features(
    model: FeatureReasons, query: Query, item: int, *, score: float | None = None
) -> Explanation:
    """Explain a fused model by events and features together.

    The reasons are those of :func:`exact` and, from its rest, those that a readable component of
    the model names (`feature_reasons`). What remains is the rest.

    Args:
        model: A fused model with contributions and feature reasons.
        query: The history to explain.
        item: Number of the recommended item.
        score: The score that was served; see :func:`exact`.

    Returns:
        An additive explanation with reasons of both kinds.

    Raises:
        ArgumentError: If the model does not give both kinds of reasons.
    """
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
        explained_share=explained_share(model, query, item),
    )


def event_reasons(weights: Iterable[float]) -> tuple[Reason, ...]:
    """Make one reason per event, largest weight first, ties in the order of the history.

    Args:
        weights: The weight of each event, in the order of the history.

    Returns:
        The sorted reasons.
    """
    numbers = [float(w) for w in weights]
    order = sorted(range(len(numbers)), key=lambda position: (-numbers[position], position))
    return tuple(Reason("event", (position,), numbers[position]) for position in order)

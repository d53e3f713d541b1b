"""Attention rollout: which events the model attends to.

Attention is not cause; the name of the method states this in every explanation.
"""

from __future__ import annotations

import numpy as np

from whyrec.core import Attentive, Explanation, Query
from whyrec.core.explainers import explainer
from whyrec.explain.exact import event_reasons

__all__ = ["attention_rollout"]


@explainer(
    needs=Attentive,
    requires="attention rollout needs a model with attention",
    flaw="not cause: its first event moved the score no more than a random one (make "
    "bench-faithful, amazon-games)",
)
def attention_rollout(model: Attentive, query: Query, item: int) -> Explanation:
    """Measure how much of the last state's attention reaches each event through all layers.

    Attention rollout [abnar2020] averages the heads, adds half of an identity to each layer (the
    residual connection) and multiplies the layers.

    Args:
        model: A model that returns its attention.
        query: The history to explain.
        item: Number of the recommended item. The weights are the same for every item.

    Returns:
        An explanation whose weights are shares that sum to 1, not units of the score. Events that
            the model does not read get 0.

    Raises:
        ArgumentError: If the model has no attention.
    """
    score = float(model.score([query])[0, item])
    name = "attention rollout (attention, not cause)"
    if not len(query):
        return Explanation(item, score, score, (), 0.0, name, additive=False)
    maps = np.asarray(model.attention(query), np.float64)
    flow = np.eye(maps.shape[-1])
    for layer in maps.mean(1):
        mixed = 0.5 * layer + 0.5 * np.eye(len(layer))
        flow = (mixed / mixed.sum(1, keepdims=True)) @ flow
    share = np.zeros(len(query))
    share[len(query) - len(flow) :] = flow[-1]
    return Explanation(item, score, 0.0, event_reasons(share), 0.0, name, additive=False)

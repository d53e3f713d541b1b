"""Attention rollout: where the model looked. Attention is not cause, and the method's name says
so every time.
"""

from __future__ import annotations

import numpy as np

from whyrec.core import ArgumentError, Attentive, Explanation, Query
from whyrec.explain.exact import event_reasons

__all__ = ["attention_rollout"]


def attention_rollout(model: Attentive, query: Query, item: int) -> Explanation:
    """How much of the last state's attention reaches each event through all layers [abnar2020]:
    heads averaged, half of each layer passed straight on, the layers multiplied. Weights are shares
    that sum to 1, not units of the score, and are the same for every item. Events a model does not
    read get 0.
    """
    if not isinstance(model, Attentive):
        raise ArgumentError(
            "attention rollout needs a model with attention",
            given=type(model).__name__,
            fix="use the method deletion",
        )
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

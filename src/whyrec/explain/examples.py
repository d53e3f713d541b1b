"""Explain by examples: what people with similar histories who chose the item have in common.

A group never has fewer than k people.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from scipy import sparse

from whyrec.core import Dataset, Explanation, Query, Scorer
from whyrec.core.explainers import explainer
from whyrec.core.settings import Setting
from whyrec.explain.exact import event_reasons

__all__ = ["examples"]

LEAST = 20
Group = Annotated[int, Setting(low=LEAST, unit="people")]


@explainer(needs=Scorer, flaw="never reads the model")
def examples(
    model: Scorer, query: Query, item: int, *, data: Dataset, k: Group = LEAST
) -> Explanation:
    """Compare the history with those of similar people who chose the item.

    Among the people who chose the item, the most similar histories by cosine are taken (100 or a
    tenth of them). The weight of an event is the share of this group that chose the event's item
    minus the share in general. k-anonymous [sweeney2002]: an event is shown only if at least 20
    people of the group share it, and nothing is shown if fewer than k people chose the item.
    Limits: the weights do not read the model, so they say who is similar, not why the model ranked
    the item.

    Args:
        model: Any scorer; used for the score alone.
        query: The history to explain.
        item: Number of the recommended item.
        data: The events of all people.
        k: Smallest group, 20 or more.

    Returns:
        An explanation whose weights are differences of shares, not units of the score. The name of
            the method states the size of the group.

    Raises:
        ArgumentError: If k is less than 20.
    """
    score = float(np.asarray(model.score([query]))[0, item])
    crowd = sparse.csr_array(
        (np.ones(len(data), np.float32), (data.user, data.item)), shape=(data.n_users, data.n_items)
    )
    crowd.data[:] = np.minimum(crowd.data, 1.0)
    chose = np.unique(data.user[data.item == item])
    chose = chose[chose != (-1 if query.user is None else query.user)]  # exclude the person
    if len(chose) < k or not len(query):
        return Explanation(
            item, score, score, (), 0.0, f"examples (fewer than {k} people)", additive=False
        )
    rows = crowd[chose]
    items = np.unique(query.items)
    both = np.asarray(rows[:, items].sum(1)).ravel()
    alike = both / np.sqrt(np.maximum(np.asarray(rows.sum(1)).ravel(), 1) * len(items))
    group = rows[np.argsort(-alike, kind="stable")[: max(100, len(chose) // 10)]]
    have = np.asarray((group[:, query.items] > 0).sum(0)).ravel()
    general = np.asarray((crowd[:, query.items] > 0).mean(0)).ravel()
    told = np.where(have >= LEAST, have / group.shape[0] - general, 0.0)
    reasons = tuple(r for r in event_reasons(told) if r.weight != 0.0)
    name = f"examples ({group.shape[0]} people with like histories; shares, not score)"
    return Explanation(item, score, score, reasons, 0.0, name, additive=False)

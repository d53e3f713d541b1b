"""Examples: what people with like histories, who chose the item, have in common with this one;
never fewer than k of them."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from whyrec.core import ArgumentError, Dataset, Explanation, Query, Scorer
from whyrec.explain.exact import event_reasons

__all__ = ["examples"]

LEAST = 20


def examples(
    model: Scorer, query: Query, item: int, *, data: Dataset, k: int = LEAST
) -> Explanation:
    """Of the people who chose `item` those whose histories are most like this one (by cosine; 100
    or a tenth of them): how many more of them chose each event's item than people in general did.

    Weights are differences of shares, not units of the score, and do not read the model: they say
    who is like this, not why the model ranked. k-anonymous [sweeney2002]: k is 20 or more, a shared
    event is told only where 20 of them have it, and where fewer than k people chose the item
    nothing is told. The group's size stands in the method's name.
    """
    if k < LEAST:
        raise ArgumentError(
            f"examples need groups of {LEAST} people or more, so that nobody is recognised",
            given=str(k),
        )
    score = float(np.asarray(model.score([query]))[0, item])
    crowd = sparse.csr_array(
        (np.ones(len(data), np.float32), (data.user, data.item)), shape=(data.n_users, data.n_items)
    )
    crowd.data[:] = np.minimum(crowd.data, 1.0)
    chose = np.unique(data.user[data.item == item])
    chose = chose[
        chose != (-1 if query.user is None else query.user)
    ]  # a person is no example of their own
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

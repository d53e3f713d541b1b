"""Randomised response: events changed by their owner before they leave, so that nobody who gets
them can tell a true one.

Every (person, item) pair is a bit. A chosen item is told with chance 1/2, another with chance 1 /
(1 + e^epsilon), so each told bit is epsilon-private on its own, without any trust in who collects
it [wang2017]. The unit is one pair, not one
person: a person with m events has up to m times epsilon. Not good for: few people, as most of what
is told is made up.
"""

from __future__ import annotations

from dataclasses import replace
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import ArgumentError, Dataset

__all__ = ["counts", "perturb"]


def perturb(data: Dataset, epsilon: float, *, rng: np.random.Generator | None = None) -> Dataset:
    """The data as their owners would tell them: pairs without values, times or order. rng: for
    tests; by default the operating system's randomness."""
    rng = rng or np.random.default_rng()
    lie = _lie(epsilon)
    chosen = sparse.csr_array(
        (np.ones(len(data), bool), (data.user, data.item)), shape=(data.n_users, data.n_items)
    )
    chosen.sum_duplicates()
    rows = np.split(chosen.indices, chosen.indptr[1:-1])
    told = [_told(own, data.n_items, lie, rng) for own in rows[: data.n_users]]
    user = np.repeat(np.arange(data.n_users), [len(row) for row in told])
    if told:
        item = np.concatenate(told)
    else:
        item = np.zeros(0, np.int64)
    return replace(
        data,
        user=user,
        item=item,
        value=np.ones(len(item)),
        time=np.zeros(len(item), np.int64),
        clock=False,
        order="none",
    )


def _told(own: NDArray[Any], n_items: int, lie: float, rng: np.random.Generator) -> NDArray[Any]:
    """What one person tells, in random order, since an order would tell more."""
    others = np.setdiff1d(np.arange(n_items), own, assume_unique=True)
    made_up = rng.choice(others, rng.binomial(len(others), lie), replace=False)
    return np.asarray(rng.permutation(np.concatenate([own[rng.random(len(own)) < 0.5], made_up])))


def counts(told: Dataset, epsilon: float) -> NDArray[np.float64]:
    """How many people chose each item, estimated without bias from what :func:`perturb` gave;
    (n_items,), may be below 0.
    """
    lie = _lie(epsilon)
    return np.asarray(
        (np.bincount(told.item, minlength=told.n_items) - told.n_users * lie) / (0.5 - lie)
    )


def _lie(epsilon: float) -> float:
    """The chance that an item not chosen is told."""
    if not 0 < epsilon < float("inf"):
        raise ArgumentError("epsilon must be above 0", given=str(epsilon))
    return 1 / (1 + exp(epsilon))

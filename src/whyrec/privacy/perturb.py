"""Randomised response: people perturb their own events before sharing them.

Every (person, item) pair is a bit. A chosen item is reported with probability 1/2, another with
probability 1 / (1 + e^epsilon), so each reported bit is epsilon-private without trust in the
collector [wang2017]. The unit is one pair, not one person: a person with m events has up to m times
epsilon. Limits: with few people, most reports are made up.
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
    """Perturb everyone's events.

    Args:
        data: The true data.
        epsilon: Privacy of each pair, above 0.
        rng: Random generator for tests. Default: randomness of the operating system.

    Returns:
        Reported pairs, without values, times or order.

    Raises:
        ArgumentError: If epsilon is not positive.
    """
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
    """Draw one person's report, in random order, because an order would reveal more."""
    others = np.setdiff1d(np.arange(n_items), own, assume_unique=True)
    made_up = rng.choice(others, rng.binomial(len(others), lie), replace=False)
    return np.asarray(rng.permutation(np.concatenate([own[rng.random(len(own)) < 0.5], made_up])))


def counts(told: Dataset, epsilon: float) -> NDArray[np.float64]:
    """Estimate without bias how many people chose each item.

    Args:
        told: Reports of :func:`perturb`.
        epsilon: The epsilon that was used.

    Returns:
        Estimates, (n_items,), possibly negative.
    """
    lie = _lie(epsilon)
    return np.asarray(
        (np.bincount(told.item, minlength=told.n_items) - told.n_users * lie) / (0.5 - lie)
    )


def _lie(epsilon: float) -> float:
    """Return the probability that an item is reported although it was not chosen."""
    if not 0 < epsilon < float("inf"):
        raise ArgumentError("epsilon must be above 0", given=str(epsilon))
    return 1 / (1 + exp(epsilon))

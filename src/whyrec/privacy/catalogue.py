"""Release the labels of the items under differential privacy, for data without a catalogue.

Everybody spreads a weight of length 1 equally over their items, at most MOST of them. The weights
are summed by item, Gaussian noise is added, and the items above a threshold are released
[gopi2020]. An item that only one person has chosen stays below it, except with probability delta.
Limits: rare items are lost; titles and other columns of events are not released, because anyone may
have written them.
"""

from __future__ import annotations

from itertools import pairwise
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from whyrec.core import ArgumentError, Dataset, ItemTable
from whyrec.core.catalogue import with_catalogue
from whyrec.core.dataset import grouped
from whyrec.privacy.noise import GRID, Generator, System

__all__ = ["MOST", "release_items", "threshold"]

MOST = 100  # items of one person that count


def release_items(
    data: Dataset, noise: float, delta: float, *, random: Generator | None = None
) -> Dataset:
    """Restrict the data to items that can be named in public.

    Args:
        data: The data as they are: a core of people and items would be a function of everybody's
            events, and outside the promise.
        noise: Standard deviation of the noise, in units of one person's whole influence.
        delta: Probability that the label of an item of one person alone is released.
        random: Random numbers. Default: the operating system's.

    Returns:
        The data on the released items, in the order of their labels. `catalogue` holds the cost,
        which the fit of a private model counts.

    Raises:
        ArgumentError: If nothing is released.
    """
    random = random or System()
    least = threshold(noise, delta)
    weights = _weights(data, random) + random.gaussian(noise * GRID, data.n_items)
    released = np.flatnonzero(weights > least * GRID)
    if not len(released):
        raise ArgumentError(
            "some items must have been chosen by enough people to be released",
            given=f"none above the threshold of {least:.0f} people",
            fix="give a table of all items (--catalogue FILE), or a larger epsilon",
        )
    labels = [data.items[int(one)] for one in released]
    cost = {"source": "release", "noise": float(noise), "delta": float(delta), "threshold": least}
    return with_catalogue(data, labels, ItemTable(tuple(labels)), cost)


def threshold(noise: float, delta: float) -> float:
    """Return the weight that no item of one person alone exceeds, except with probability delta.

    Args:
        noise: Standard deviation of the noise.
        delta: The probability, above 0 and below 1.

    Returns:
        The threshold, in people who chose nothing else.
    """
    alone = np.arange(1, MOST + 1)  # items that only this person has chosen
    # each weighs at most 1 / sqrt(alone); the largest of their noises decides
    largest = -norm.ppf(-np.expm1(np.log1p(-delta) / alone))
    return float((1 / np.sqrt(alone) + noise * largest).max())


def _weights(data: Dataset, random: Generator) -> NDArray[np.int64]:
    """Return the summed weights in steps of the grid, rounded down by person, (n_items,)."""
    pairs = np.unique(data.user.astype(np.int64) * data.n_items + data.item)
    user = pairs // data.n_items
    item = pairs % data.n_items
    _, starts = grouped(user, data.n_users)
    total = np.zeros(data.n_items, np.int64)
    for start, end in pairwise(starts):
        own = item[start:end]
        if len(own) > MOST:
            own = own[random.order(len(own))[:MOST]]
        if len(own):
            total[own] += int(GRID / sqrt(len(own)) * (1 - 2**-48))
    return total

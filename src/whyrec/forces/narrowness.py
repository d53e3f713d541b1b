"""How narrow a list is: how much of it comes from the events that are most alike.

Of m events, a cluster is one event with the events most like it by their tags, together at most
m / 5 (rounded up); events that share no tag with it do not belong to it. The narrowness of a list
is the greatest share that one cluster has in the positive contributions of all events to the listed
items. If every event contributed the same, it would be the cluster's share of the events.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Decomposition
from whyrec.forces.facts import ItemFacts

__all__ = ["LISTED", "Narrowness", "effective_number", "narrowness", "narrowness_of"]

LISTED = 10  # best items whose reasons are counted, whatever the length of the list
PARTS = 5  # a cluster is one of so many parts of the history


class Narrowness(NamedTuple):
    """The dominating cluster of a list.

    Attributes:
        share: Its share of the positive contributions, 0 to 1.
        even: Its share of the events.
        cluster: Positions of its events.
    """

    share: float
    even: float
    cluster: tuple[int, ...]


def narrowness(contributions: NDArray[Any], alike: NDArray[Any]) -> Narrowness | None:
    """Find the cluster of events with the greatest share.

    Args:
        contributions: Contributions of the events to the listed items, (m, items).
        alike: How alike two events are, (m, m), 0 to 1.

    Returns:
        The cluster; None with fewer than two events, without positive contributions, or if no two
            events are alike.

    >>> found = narrowness(np.array([[3.0], [1.0], [0.0]]), np.ones((3, 3)))
    >>> found.share, found.cluster
    (0.75, (0,))
    """
    amounts = np.maximum(contributions, 0).sum(1)
    m, whole = len(amounts), float(amounts.sum())
    if m < 2 or whole <= 0 or not np.any(alike[~np.eye(m, dtype=bool)] > 0):
        return None
    size = math.ceil(m / PARTS)
    nearest = alike.astype(np.float64)
    np.fill_diagonal(nearest, 2.0)  # an event belongs to its own cluster
    sizes = np.minimum((nearest > 0).sum(1), size)
    clusters = [
        np.lexsort((-amounts, -row))[:most] for row, most in zip(nearest, sizes, strict=True)
    ]
    best = max(clusters, key=lambda cluster: float(amounts[cluster].sum()))
    return Narrowness(
        float(amounts[best].sum()) / whole, len(best) / m, tuple(sorted(map(int, best.tolist())))
    )


def narrowness_of(
    decomposition: Decomposition, facts: ItemFacts, listed: Sequence[int]
) -> Narrowness | None:
    """The same for listed items of a history whose events are items of the catalogue."""
    if len(decomposition.query) < 2 or not listed:
        return None
    weights = decomposition.parts(np.asarray(listed, np.int32)).weights
    rows = facts.likeness[decomposition.query.items]
    return narrowness(weights, (rows @ rows.T).toarray())


def effective_number(tags: Sequence[Sequence[str]]) -> float:
    """How many categories some items spread over: exp of the entropy of their tags.

    Each item counts once, shared out over its tags; items without tags do not count.

    >>> round(effective_number([["a"], ["b"], ["c", "d"]]), 2)
    3.78
    """
    shares: dict[str, float] = {}
    known = [set(row) for row in tags if row]
    for row in known:
        for tag in row:
            shares[tag] = shares.get(tag, 0.0) + 1 / len(row) / len(known)
    return math.exp(-sum(share * math.log(share) for share in shares.values())) if shares else 0.0

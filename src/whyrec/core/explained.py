"""The explained share: how far exact reasons, and not the model's rest, decide an item's place.

    score(i) = explained(i) + rest(i)
    lead(i)  = distance of explained(i) from that of the middle candidate
    whole(i) = the same of the score: lead(i) + distance of rest(i) from the middle rest
    share(i) = the smaller of lead / whole and whole / lead, 0 if their signs differ

The candidates are the items that the explained part alone ranks first. A share of 0.8 says: reasons
alone would put the item on the same side of the middle, at 0.8 to 1.25 times the distance. It is 1
for a sum, and 0 for a model whose explained part treats all items alike. Nothing that is added to
all items, and no unit of the scores, can move it. See docs/decisions/0026-explained-share.md.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core.capabilities import Additive, PartlyExplained, PathModel, Readable
from whyrec.core.queries import Queries, Query
from whyrec.core.ranking import mask_seen, top_k

__all__ = [
    "CANDIDATES",
    "Candidates",
    "bounded",
    "candidates",
    "explained_share",
    "explained_shares",
    "shares_among",
    "shares_of",
]

CANDIDATES = 100  # the middle one of so many is what an item's place is measured from
MARGIN = 1e-6  # the bound is tighter by so much, as float32 rounds

Floats = NDArray[np.floating[Any]]


class Candidates(NamedTuple):
    """The unseen items that the explained part ranks first, of each history.

    Attributes:
        items: Item numbers, (q, c).
        unseen: Whether each of them may be listed, (q, c); all of them if none may.
    """

    items: NDArray[np.integer[Any]]
    unseen: NDArray[np.bool_]

    def middle(self, values: Floats) -> NDArray[Any]:
        """Find the median of each row over the candidates, the lower one of two.

        A median of 0 stays 0 under a clip that turns no sign.

        Args:
            values: One part of the scores, (q, n_items).

        Returns:
            (q, 1).
        """
        among = np.take_along_axis(values, self.items, 1)
        ordered = np.sort(np.where(self.unseen, among, np.inf), axis=1)
        place = (self.unseen.sum(1, keepdims=True) - 1) // 2
        return np.asarray(np.take_along_axis(ordered, place, 1), values.dtype)

    def alike(self, values: Floats) -> NDArray[np.bool_]:
        """Say whether all candidates have the same value, (q, 1)."""
        same = np.take_along_axis(values, self.items, 1) == self.middle(values)
        return np.asarray((same | ~self.unseen).all(1, keepdims=True))


def candidates(explained: Floats, queries: Queries) -> Candidates:
    """Find the candidates; the rest has no say in them.

    Args:
        explained: The explained part of the scores, (q, n_items).
        queries: The q histories.

    Returns:
        The candidates.
    """
    items, scores = top_k(mask_seen(explained, queries), CANDIDATES)
    unseen = np.isfinite(scores)
    return Candidates(items, unseen | ~unseen.any(1, keepdims=True))


def shares_of(explained: Floats, rest: Floats) -> NDArray[np.float64]:
    """Compute the explained share of items from both parts, centred on the middle candidate.

    Args:
        explained: What exact reasons add to each item.
        rest: What the rest adds to it, of the same shape.

    Returns:
        Shares from 0 to 1; 1 where the rest adds nothing.

    >>> shares_of(np.array([3.0, 3.0, 4.0, -3.0, 0.0]), np.array([0.0, 1.0, -1.0, 4.0, 2.0]))
    array([1.  , 0.75, 0.75, 0.  , 0.  ])
    """
    lead = np.asarray(explained, np.float64)
    whole = lead + np.asarray(rest, np.float64)
    more = np.maximum(np.abs(lead), np.abs(whole))
    less = np.where(np.sign(lead) == np.sign(whole), np.minimum(np.abs(lead), np.abs(whole)), 0.0)
    return np.divide(less, more, out=np.ones_like(more), where=more > 0)


def shares_among(
    explained: Floats, rest: Floats, queries: Queries, items: NDArray[Any]
) -> NDArray[np.float64]:
    """Compute the explained share of some items from both parts of all scores.

    Args:
        explained: What exact reasons add to each item, (q, n_items).
        rest: What the rest adds to it, (q, n_items).
        queries: The q histories.
        items: k item numbers per history, (q, k).

    Returns:
        Shares, (q, k). If the reasons treat all candidates alike and the rest does not, not even
            an item in the middle is explained.
    """
    among = candidates(explained, queries)
    own, other = (
        np.take_along_axis(part, items, 1).astype(np.float64) - among.middle(part)
        for part in (explained, rest)
    )
    silent = among.alike(explained) & ~among.alike(rest)
    return np.where(silent & (own == 0), 0.0, shares_of(own, other))


def bounded(explained: Floats, rest: Floats, least: float) -> NDArray[Any]:
    """Clip the rest so that the explained share of every item is `least` or more.

    Args:
        explained: What exact reasons add to each item, centred on the middle candidate.
        rest: What the rest would add to it, centred in the same way.
        least: The smallest share, above 0 and at most 1.

    Returns:
        The rest, with the same signs and so with the same middle: what reasons and rest add is
            between `least` and 1 / `least` times what the reasons add.
    """
    against = np.abs(explained) * np.asarray((1 - least) * (1 - MARGIN), explained.dtype)
    along = against / np.asarray(least, explained.dtype)
    up = explained >= 0
    return np.clip(rest, -np.where(up, against, along), np.where(up, along, against))


def explained_shares(
    model: Any, queries: Any, items: Any, rests: Any = None
) -> NDArray[np.float64]:
    """Compute the explained share of items, as far as the model states its parts.

    Args:
        model: Any scorer.
        queries: q histories.
        items: k item numbers per history, (q, k).
        rests: What an additive model says of their rests, (q, k), if it was asked already.

    Returns:
        (q, k): 1 for a sum of reasons, 0 for a model that states no exact reasons, between them
            for one with a rest (:class:`whyrec.core.capabilities.PartlyExplained`). If an additive
            model has a rest that it does not state, 0 where the rest is not 0.
    """
    batch = Queries.of(queries)
    asked = np.asarray(items)
    if isinstance(model, PartlyExplained):
        return shares_among(*model.explained_and_rest(batch), batch, asked)
    if isinstance(model, Readable | PathModel):
        return np.ones(asked.shape)
    if not isinstance(model, Additive):
        return np.zeros(asked.shape)
    if rests is None:
        rests = [
            [model.contributions(query, int(item)).rest for item in row]
            for query, row in zip(batch, asked, strict=True)
        ]
    return np.asarray(np.array(rests).reshape(asked.shape) == 0, np.float64)


def explained_share(model: Any, query: Query, item: int, rest: float | None = None) -> float:
    """Compute the explained share of one item, as :func:`explained_shares` does."""
    known = None if rest is None else [[rest]]
    return float(explained_shares(model, [query], [[item]], known)[0, 0])

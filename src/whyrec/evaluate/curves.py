"""Faithfulness metrics: remove events in an order of importance and score the item each time.

The item is ranked among the items that are not in the full history, so removed items are not
offered again. Definitions: [barkan2024]. Each metric has two forms:

    tenths      the order is cut into ten parts (numpy.array_split), added up: 0, 1, ..., 10 parts;
                mean over the 11 points
    few         exactly 1, 2, 3, 4, 5 events (all, if there are fewer); mean over the 5 points

    pos@K       the most important removed: 1 if the item still ranks <= K     lower is better
    neg@K       the least important removed: the same                          higher is better
    del         output for the item, the most important removed                lower is better
    ins         output for the item, only the most important kept              higher is better
    cdcg        1 / log2(1 + rank), the most important removed                 lower is better

Points 0 and 10 of the tenths do not depend on the order: pos@K is at least 1/11 if the item is
first.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Explanation, Queries, Query, Scorer, subsets

__all__ = ["FEW", "HIGHER", "KS", "METRICS", "Scored", "curves", "order_of", "points"]

KS = (1, 5, 10, 20, 50, 100)
FEW = 5
BASIC = (*(f"pos@{k}" for k in KS), *(f"neg@{k}" for k in KS), "del", "ins", "cdcg")
FIRST = ("drop", "rank", "no_longer_first")  # for removing only the first event
METRICS = (*BASIC, *(f"{name}.few" for name in BASIC), *FIRST)
HIGHER = {name for name in METRICS if name.startswith(("neg", "ins"))} | set(FIRST)
OUTPUTS = ("score", "softmax", "sigmoid")
CELLS = 8_000_000  # scores in memory at a time


def order_of(
    found: Explanation | Sequence[float] | NDArray[Any], m: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Order all m positions by importance, most important first.

    For an explanation, the order of its reasons; the events of a set stay together, and unnamed
    events come between the supporting and the opposing reasons. Equal weights are shuffled, so that
    the order of the history has no influence.

    Args:
        found: An explanation, or m weights.
        m: Number of events.
        rng: Shuffles ties.

    Returns:
        The positions, (m,).

    Raises:
        ArgumentError: If the number of weights is not m.
    """
    if not isinstance(found, Explanation):
        weights = np.asarray(found, np.float64)
        if weights.shape != (m,):
            raise ArgumentError(
                f"an explainer must give an Explanation or {m} weights",
                given=f"shape {weights.shape}",
            )
        return np.lexsort((rng.random(m), -weights))
    named = [
        (p, reason.weight)
        for reason in found.reasons
        if reason.kind == "event"
        for p in reason.refs
    ]
    left = rng.permutation(np.setdiff1d(np.arange(m), [p for p, _ in named]))
    if len(left):
        named = (
            [one for one in named if one[1] > 0]
            + [(int(p), 0.0) for p in left]
            + [one for one in named if one[1] <= 0]
        )
    if named:
        runs = np.cumsum([0, *(a[1] != b[1] for a, b in itertools.pairwise(named))])
    else:
        runs = np.zeros(0)
    return np.array([p for p, _ in named], np.int64)[np.lexsort((rng.random(len(named)), runs))]


def points(m: int) -> NDArray[np.int64]:
    """Return how many events are removed at the 11 points of the tenths."""
    return np.cumsum([0, *map(len, np.array_split(np.arange(m), 10))])


class Scored:
    """Sets of kept events, each scored once: the item's rank, output and raw score."""

    def __init__(
        self, model: Scorer, query: Query, item: int, keep: NDArray[np.bool_], output: str = "score"
    ) -> None:
        if output not in OUTPUTS:
            raise ArgumentError(f"output must be one of {', '.join(OUTPUTS)}", given=repr(output))
        self.unique, self.place = np.unique(keep, axis=0, return_inverse=True)
        parts = []
        size = 64
        at = 0
        while at < len(self.unique):
            scores = model.score(subsets(query, self.unique[at : at + size]))
            parts.append(_measured(scores, query, item, output))
            at += len(scores)
            size = max(1, CELLS // scores.shape[1])
        self.rank, self.out, self.raw = (
            column[self.place.reshape(-1)] for column in np.concatenate(parts, 1)
        )

    @property
    def evaluations(self) -> int:
        """Number of distinct sets that were scored."""
        return len(self.unique)


def _measured(scores: Any, query: Query, item: int, output: str) -> NDArray[np.float64]:
    """Return (rank, output, raw score) of the item in each row, (3, s); ties by item number."""
    own = scores[:, item].astype(np.float64)
    out = own
    if output == "softmax":
        high = scores.max(1, keepdims=True)
        out = np.exp(own - high[:, 0]) / np.exp((scores - high).astype(np.float64)).sum(1)
    elif output == "sigmoid":
        out = 1 / (1 + np.exp(-own))
    before = (scores > scores[:, [item]]) | (
        (scores == scores[:, [item]]) & (np.arange(scores.shape[1]) < item)
    )
    before[:, np.unique(query.items)] = False
    return np.stack([1.0 + before.sum(1), out, own])


def curves(
    model: Scorer,
    query: Query,
    item: int,
    orders: Iterable[NDArray[np.int64]],
    *,
    output: str = "score",
) -> tuple[list[dict[str, float]], NDArray[np.float64]]:
    """Compute every metric of one case for each order of its events.

    All sets of all orders are scored in one batch, equal ones once.

    Args:
        model: Any scorer.
        query: The history.
        item: Number of the item.
        orders: Orders of the events, most important first, (m,) each.
        output: What del and ins read: "score", "softmax" or "sigmoid".

    Returns:
        (metrics of each order, ranks at the tenths (orders, 11)).
    """
    orders = [np.asarray(order) for order in orders]
    m = len(query)
    ranks = []
    cuts = points(m)
    few = np.minimum(np.arange(1, FEW + 1), m)
    gone = [*cuts, *few, min(1, m)]  # numbers of most important events to remove
    kept = [
        *cuts,
        *few,
        *(m - cuts),
        *(m - few),
    ]  # numbers of most important events to keep alone
    keep = []
    for order in orders:
        place = np.empty(m, np.int64)
        place[order] = np.arange(m)
        keep += [place >= count for count in gone] + [place < count for count in kept]
    scored = Scored(model, query, item, np.array(keep, bool).reshape(-1, m), output)
    spread = _spread(model, query)
    each = len(gone) + len(kept)
    rows = []
    for at in range(len(orders)):
        part = slice(at * each, (at + 1) * each)
        rank = scored.rank[part]
        out = scored.out[part]
        raw = scored.raw[part]
        rows.append(
            _metrics(rank, out)
            | {
                "drop": (raw[0] - raw[16]) / spread,
                "rank": rank[16],
                "no_longer_first": float(rank[16] > 1),
            }
        )
        ranks.append(rank[:11])
    return rows, np.array(ranks).reshape(len(orders), 11)


def _metrics(rank: NDArray[np.float64], out: NDArray[np.float64]) -> dict[str, float]:
    """Compute the metrics from ranks and outputs in the order of :func:`curves`.

    11 + 5 + 1 sets removed, 11 + 5 kept, 11 + 5 with the least important removed.
    """
    pos = slice(0, 11)
    pos_few = slice(11, 16)
    ins = slice(17, 28)
    ins_few = slice(28, 33)
    neg = slice(33, 44)
    neg_few = slice(44, 49)
    found: dict[str, float] = {}
    for end, a, b, c in (("", pos, neg, ins), (".few", pos_few, neg_few, ins_few)):
        found |= {f"pos@{k}{end}": float((rank[a] <= k).mean()) for k in KS}
        found |= {f"neg@{k}{end}": float((rank[b] <= k).mean()) for k in KS}
        found |= {
            f"del{end}": float(out[a].mean()),
            f"ins{end}": float(out[c].mean()),
            f"cdcg{end}": float((1 / np.log2(1 + rank[a])).mean()),
        }
    return found


def _spread(model: Scorer, query: Query) -> float:
    """Return the standard deviation of the scores of unseen items."""
    scores = np.delete(model.score(Queries.of(query))[0].astype(np.float64), np.unique(query.items))
    return float(scores.std()) or 1.0

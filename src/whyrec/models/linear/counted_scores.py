"""Learned weights for what the counts cannot say: trained on top of the counts' own scores.

At each position of the histories the counts already score all items. The network learns only what
is missing, so it needs few epochs, few dimensions and a sample of the items. The counts of a
position leave out what the position itself added to them; otherwise they would explain every event
of the training data, and nothing would be left to learn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Queries, mask_seen
from whyrec.core.cases import EvaluationCases, ndcg_of_scores
from whyrec.models.linear.mix import GRID
from whyrec.models.linear.terms import FADED, compact, event_weights

__all__ = ["CountedScores", "Residual", "blended", "sure_share"]

REACH = 16  # latest events that the counts of a position read


@dataclass(frozen=True)
class Residual:
    """What the learned part is trained on top of.

    Attributes:
        counted: The counts' scores of every position of the training data.
        side: What is known of each item, (n_items, t) float32; t may be 0.
        scores: Scores of all other parts for the validation people, (q, n_items), in units of
            their spread.
        some: People whose scores measure the spread of the learned part.
        key: What the scores come from; a checkpoint of another one is not resumed.
    """

    counted: CountedScores
    side: NDArray[np.float32]
    scores: NDArray[np.float32]
    some: Queries
    key: str = ""


class CountedScores:
    """Scores by log evidence at every position of the training data, without the position itself.

    Args:
        histories: The histories of the training data, in order.
        counts: Counts by gap, (n_items, n_items).
        gaps: Weight of each gap in the counts.
        scale: The evidence of a count is log(1 + scale * count).
        decay: Factor by which an event loses weight with each later event.
        base: What every position scores, (n_items,).
    """

    def __init__(
        self,
        histories: Queries,
        counts: sparse.csr_array,
        gaps: Sequence[float],
        *,
        scale: float,
        decay: float,
        base: NDArray[np.float32],
    ) -> None:
        n = counts.shape[0]
        items = histories.items.astype(np.int64)
        place = np.arange(len(items)) - histories.indptr[histories.row]
        evidence = counts.copy()
        evidence.data = np.log1p(evidence.data * np.float32(scale))
        weights = event_weights(np.arange(REACH), decay)
        keys = np.repeat(np.arange(n, dtype=np.int64) * n, np.diff(counts.indptr)) + counts.indices
        self.base = base
        self.decay = decay
        self.target = base[items].astype(np.float32)
        rows, columns, values = [], [], []
        for back, weight in enumerate(weights):
            if weight < FADED:
                break
            at = np.flatnonzero(place > back)
            source = items[at - 1 - back]
            rows.append(at)
            columns.append(source)
            values.append(np.full(len(at), weight, np.float32))
            # What other people say: this pair itself added its own gap's weight.
            own = gaps[back] if back < len(gaps) else 0.0
            others = np.maximum(_looked_up(counts, keys, source * n + items[at]) - own, 0.0)
            self.target[at] += weight * np.log1p(others * np.float32(scale))
        self.histories = sparse.csr_array(
            (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
            shape=(len(items), n),
        )
        dense = compact(evidence)
        self.weights = dense if isinstance(dense, np.ndarray) else sparse.csc_array(dense)

    def at(
        self, events: NDArray[Any], items: NDArray[Any]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the scores of positions: of the event there (t,), and of `items` (t, s)."""
        others = self.histories[events] @ self.weights[:, items]
        filled = others.toarray() if sparse.issparse(others) else others
        return self.target[events], np.asarray(filled, np.float32) + self.base[items]


def _looked_up(
    counts: sparse.csr_array, keys: NDArray[np.int64], wanted: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return the counts at `wanted`, row * n + column each; 0 where there is none."""
    if not len(keys):
        return np.zeros(len(wanted), np.float32)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, counts.data[place], np.float32(0.0))


def blended(
    scores: NDArray[np.float32],
    learned: NDArray[np.float32],
    share: float,
    cases: EvaluationCases,
    k: int = 10,
) -> NDArray[np.float64]:
    """Return NDCG@k of (1 - share) * scores + share * learned, one number per case."""
    total = learned * np.float32(share)
    total += np.float32(1 - share) * scores
    return ndcg_of_scores(mask_seen(total, cases.queries), cases, k)


def sure_share(
    scores: NDArray[np.float32],
    learned: NDArray[np.float32],
    cases: EvaluationCases,
    k: int = 10,
) -> float:
    """Return the share of the learned part: the smallest that is as good as the best one.

    As good means: by less than a standard error of the difference, over the same people, below it.
    That is also asked of no learned part at all, so that chance does not choose one.
    """
    found = {share: blended(scores, learned, share, cases, k) for share in GRID["learned"]}
    best = max(found.values(), key=lambda quality: float(quality.mean()))
    for share, quality in found.items():
        lost = best - quality
        if lost.mean() <= lost.std() / np.sqrt(len(lost)):
            return share
    raise AssertionError("the best share is as good as itself")

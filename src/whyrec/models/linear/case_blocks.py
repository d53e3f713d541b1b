"""NDCG@k of the same validation people for many scores, block by block of people.

A search scores the same people again and again. A block of rows stays in the cache while it is
summed, masked and ranked, and no further matrix of all scores is needed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from whyrec.core import batches
from whyrec.core.cases import EvaluationCases, ndcg_of_scores

__all__ = ["CaseBlocks"]

ROWS = 64


class CaseBlocks:
    """Validation cases, cut into blocks once.

    Args:
        cases: Validation cases.
        k: Length of the list.
    """

    def __init__(self, cases: EvaluationCases, k: int) -> None:
        self.k = k
        self.blocks = []
        for rows, queries in batches(cases.queries, ROWS):
            row, items = queries.avoided_row, queries.avoided
            if not queries.repeat:
                row, items = np.append(row, queries.row), np.append(items, queries.items)
            block = slice(int(rows[0]), int(rows[-1]) + 1)
            self.blocks.append((block, (row, items), cases.take(rows)))

    def quality(self, scores: Callable[[slice], NDArray[np.float32]]) -> NDArray[np.float64]:
        """Return NDCG@k of each case.

        Args:
            scores: Returns the scores of a block of cases (rows, n_items), which may be changed.
        """
        found = np.zeros(sum(len(cases) for _, _, cases in self.blocks))
        for block, masked, cases in self.blocks:
            rows = scores(block)
            rows[masked] = -np.inf
            found[block] = ndcg_of_scores(rows, cases, self.k)
        return found

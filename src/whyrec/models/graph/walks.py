"""The terms of the graph model: walks from the items of a history to the items that may be
recommended.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Queries, Query
from whyrec.models.linear.terms import event_weights, history_matrix

__all__ = ["DECAYS", "Walk", "scores_by_type"]

DECAYS = (
    1.0,
    0.9,
    0.6,
)  # a mixture of these, with weights of 0 or more, is how a path type fades with the events' age


@dataclass(frozen=True)
class Walk:
    """A term: each event adds fade(steps) * (left[item of the event] @ right[:, i]); right None:
    left is (n, n). fade (types, d), type of each column of left (0 where there is one type)."""

    left: sparse.csr_array
    right: sparse.csr_array | None
    fade: NDArray[np.float32]
    type: NDArray[np.int32]

    def scores(self, batch: Queries) -> NDArray[np.float32]:
        """(q, n) float32."""
        out: Any = 0.0
        for at, decay in enumerate(DECAYS):
            weights = self.fade[self.type, at]
            if weights.any():
                rows = history_matrix(batch, self.left.shape[0], decay) @ self.left
                rows.data *= weights[rows.indices]
                out = out + rows
        if isinstance(out, float):
            return np.zeros((len(batch), self.left.shape[0]), np.float32)
        return np.asarray((out if self.right is None else out @ self.right).toarray(), np.float32)

    def contribution_matrix(self, query: Query) -> NDArray[np.float64]:
        """What each event adds to each item, (m, n)."""
        steps = self._aged(query, self.left[query.items].astype(np.float64))
        return np.asarray(
            (steps if self.right is None else steps @ self.right).toarray(), np.float64
        )

    def contributions_to(self, query: Query, item: int) -> NDArray[np.float64]:
        """What each event adds to one item, (m,)."""
        return np.asarray(self.through(query, item).sum(1)).ravel()

    def through(self, query: Query, item: int) -> sparse.csr_array:
        """What each event adds to one item through each column, (m, c)."""
        left = self.left[query.items].astype(np.float64)
        if self.right is None:
            only = sparse.csr_array(([1.0], ([item], [item])), shape=(left.shape[1],) * 2)
        else:
            only = sparse.diags_array(self.right[:, [item]].toarray().ravel().astype(np.float64))
        return sparse.csr_array(self._aged(query, sparse.csr_array(left @ only)))

    def _aged(self, query: Query, rows: sparse.csr_array) -> sparse.csr_array:
        fading = np.stack([event_weights(query.events_ago, decay) for decay in DECAYS], 1).astype(
            np.float64
        )
        event = np.repeat(np.arange(len(query)), np.diff(rows.indptr))
        rows.data = rows.data * np.einsum(
            "id,id->i", fading[event], self.fade[self.type[rows.indices]].astype(np.float64)
        )
        return rows


def scores_by_type(walk: Walk, kind: int, at: int, batch: Queries) -> NDArray[np.float32]:
    """Scores (q, n) by weight 1 on one type and one decay alone."""
    fade = np.zeros_like(walk.fade)
    fade[kind, at] = 1.0
    if walk.right is None:
        return replace(walk, fade=fade).scores(batch)
    columns = np.flatnonzero(walk.type == kind)  # only these are touched
    left = sparse.csr_array(walk.left[:, columns])
    right = sparse.csr_array(walk.right[columns])
    return Walk(left, right, fade, walk.type[columns]).scores(batch)

"""Decompositions that only the service needs: through an index, by shared tags, and after a
removal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Decomposition, ItemContributions, Query
from whyrec.core.decomposition import patched
from whyrec.models.linear.decomposition import LinearDecomposition
from whyrec.models.linear.terms import LinearMixin
from whyrec.scale.neighbours import Neighbours
from whyrec.serve.recommend.snapshot import ServingSnapshot

__all__ = ["IndexedDecomposition", "Rescored", "SharedTags", "rescored"]

Scores = NDArray[np.float32]


class IndexedDecomposition(LinearDecomposition):
    """A model of one learned term, asked through its index: scores are exact of the `wanted` items
    that the index finds (`found`), and -inf of all others."""

    def __init__(self, model: LinearMixin, query: Query, index: Neighbours, wanted: int) -> None:
        self.index = index
        self.wanted = wanted
        whole = model.decompose(query, score=False)
        super().__init__(query, whole.base, whole.rows, whole.dense, whole.learned)

    @property
    def told(self) -> dict[str, int]:
        """What the answer says."""
        return {"scored": len(self.found), "of": len(self.base)}

    def _scores(self) -> Scores:
        self.person = self.learned[0][0].sum(0)
        self.found = self.index.near(self.person[None], self.wanted)[0]
        scores = np.full(len(self.base), -np.inf, np.float32)
        scores[self.found] = self.index.score(self.person, self.found)
        return scores

    def without(self, sets: Sequence[Sequence[int]]) -> Scores:
        """Over all items: an item may fall further than the index was asked."""
        events, vectors = self.learned[0]
        left = np.stack([self.person - events[list(one)].sum(0) for one in sets]) @ vectors.T
        return np.asarray(left + self.base, np.float32)


class SharedTags:
    """Content: an item's score is the rarity of the tags it shares with each step, summed; exact in
    its parts.

    query: the steps, whose items may be none of the model's: they have numbers of their own; tags:
    of each step.
    """

    def __init__(self, live: ServingSnapshot, query: Query, tags: Sequence[Sequence[str]]) -> None:
        self.live = live
        self.query = query
        self.tags = tags
        self.table = np.stack([live.by_tag.shared(row) for row in tags])
        self.scores = self.table.sum(0, dtype=np.float32)

    def parts(self, items: NDArray[Any]) -> ItemContributions:
        none = np.zeros(len(items))
        return ItemContributions(none, self.table[:, items].astype(np.float64), none, True)

    def without(self, sets: Sequence[Sequence[int]]) -> Scores:
        return np.stack(
            [self.scores - self.table[list(one)].sum(0, dtype=np.float32) for one in sets]
        )

    def best_tags(self) -> dict[int, str]:
        """The rarest tag of each step that the catalogue knows."""
        by = self.live.by_tag
        return {
            at: max(
                (tag for tag in row if tag in by.numbers),
                key=lambda tag: (by.rarity[by.numbers[tag]], tag),
            )
            for at, row in enumerate(self.tags)
            if any(tag in by.numbers for tag in row)
        }


class Rescored:
    """A decomposition with the scores that a removal from a longer history gave: what a reason says
    its removal does and what a what-if shows are then the same numbers."""

    def __init__(self, inner: Decomposition, scores: Scores) -> None:
        self.inner = inner
        self.query = inner.query
        self.scores = scores

    def parts(self, items: NDArray[Any]) -> ItemContributions:
        return self.inner.parts(items)

    def without(self, sets: Sequence[Sequence[int]]) -> Scores:
        return self.inner.without(sets)


class RescoredSum(Rescored):
    """The same for a sum, which leaves events out of scores where they stand."""

    inner: Any

    def patched(
        self, masked: Scores, closed: NDArray[Any], sets: Sequence[Sequence[int]]
    ) -> Iterator[Scores]:
        yield from self.inner.patched(masked, closed, sets)

    def raised(self, masked: Scores) -> Scores | None:
        raised: Scores | None = self.inner.raised(masked)
        return raised


def rescored(inner: Decomposition, scores: Scores) -> Rescored:
    """A decomposition with other scores, with the powers that it has."""
    return Rescored(inner, scores) if patched(inner) is None else RescoredSum(inner, scores)

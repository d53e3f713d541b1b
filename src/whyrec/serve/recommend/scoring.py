"""Decompositions that only the service needs: by index, by shared tags, and after a removal."""

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
    """A model with one learned term, scored through its index.

    The scores of the `wanted` items that the index finds (`found`) are exact; all others are -inf.
    """

    def __init__(self, model: LinearMixin, query: Query, index: Neighbours, wanted: int) -> None:
        self.index = index
        self.wanted = wanted
        whole = model.decompose(query, score=False)
        super().__init__(query, whole.base, whole.rows, whole.dense, whole.learned)

    @property
    def told(self) -> dict[str, int]:
        """The figures that the answer reports."""
        return {"scored": len(self.found), "of": len(self.base)}

    def _scores(self) -> Scores:
        self.person = self.learned[0][0].sum(0)
        self.found = self.index.near(self.person[None], self.wanted)[0]
        scores = np.full(len(self.base), -np.inf, np.float32)
        scores[self.found] = self.index.score(self.person, self.found)
        return scores

    def without(self, sets: Sequence[Sequence[int]]) -> Scores:
        """Scores of all items, because an item may fall further than the index searched."""
        events, vectors = self.learned[0]
        left = np.stack([self.person - events[list(one)].sum(0) for one in sets]) @ vectors.T
        return np.asarray(left + self.base, np.float32)


class SharedTags:
    """Content scores: the summed rarity of the tags that an item shares with each event.

    The parts are exact. `query` holds the events, whose items may be unknown to the model and then
    have numbers of their own; `tags` are those of each event.
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
        """The rarest tag of each event that the catalogue knows."""
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
    """A decomposition with scores after a removal from a longer history.

    So the effect that a reason states and the result of a what-if are the same numbers.
    """

    def __init__(self, inner: Decomposition, scores: Scores) -> None:
        self.inner = inner
        self.query = inner.query
        self.scores = scores

    def parts(self, items: NDArray[Any]) -> ItemContributions:
        return self.inner.parts(items)

    def without(self, sets: Sequence[Sequence[int]]) -> Scores:
        return self.inner.without(sets)


class RescoredSum(Rescored):
    """The same for a sum, which removes events from scores in place."""

    inner: Any

    def patched(
        self,
        masked: Scores,
        closed: NDArray[Any],
        sets: Sequence[Sequence[int]],
        added: Scores | None = None,
    ) -> Iterator[Scores]:
        yield from self.inner.patched(masked, closed, sets, added)

    def raised(self, masked: Scores, added: Scores | None = None) -> Scores | None:
        raised: Scores | None = self.inner.raised(masked, added)
        return raised


def rescored(inner: Decomposition, scores: Scores) -> Rescored:
    """A decomposition with other scores and the same powers."""
    return Rescored(inner, scores) if patched(inner) is None else RescoredSum(inner, scores)

"""Search for the mix of the additive model and the ridge of EASE, by NDCG@k on validation cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from whyrec.core import mask_seen
from whyrec.core.cases import EvaluationCases, ndcg_of_scores
from whyrec.core.stages import stage
from whyrec.models.linear.counted_parts import CountedParts
from whyrec.models.linear.lowrank import LowRank
from whyrec.models.linear.mix import Mix, mix_of
from whyrec.models.linear.terms import ItemItemTerm, LowRankTerm

__all__ = ["search_mix"]


@stage("choosing the mix")
def search_mix(
    parts: CountedParts,
    ridges: Sequence[float],
    cases: EvaluationCases,
    k: int,
    low: LowRank | None,
) -> tuple[float, Mix]:
    """Return the ridge and the mix with the best NDCG@k on the cases.

    Coordinate search: first the mix at the middle ridge, then the ridge, then the mix again near
    its previous values.
    """
    best_ridge = ridges[len(ridges) // 2]
    trial = _Trial(parts, best_ridge, cases, k, low)
    mix, quality = _climb(trial, mix_of(None, parts.data.order), width=None)
    for ridge in (r for r in ridges if r != best_ridge and "ease" in parts.names):
        other = _Trial(parts, ridge, cases, k, low)
        other_quality = other.quality(mix)
        if other_quality > quality:
            trial = other
            best_ridge = ridge
            quality = other_quality
        del other  # keep at most two dense matrices at a time
    mix, _ = _climb(trial, mix, width=1)
    return best_ridge, mix


def _climb(trial: _Trial, mix: Mix, *, width: int | None) -> tuple[Mix, float]:
    """Set each number in turn to its best grid value within `width` places of the current one."""
    quality = trial.quality(mix)
    for name, values in trial.parts.grid().items():
        place = values.index(getattr(mix, name))
        if width is None:
            near = values
        else:
            near = values[max(0, place - width) : place + width + 1]
        for value in near:
            other = replace(mix, **{name: value})
            if other != mix and (other_quality := trial.quality(other)) > quality:
                mix = other
                quality = other_quality
    return mix, quality


class _Trial:
    """Computes NDCG@k of a mix; caches each part's last scores, as a trial changes one number."""

    def __init__(
        self, parts: CountedParts, ridge: float, cases: EvaluationCases, k: int, low: LowRank | None
    ) -> None:
        self.parts = parts
        self.cases = cases
        self.k = k
        self.low = low
        if "ease" in parts.names:
            self.ease = parts.ease(ridge)
        else:
            self.ease = None
        self.last: dict[str, tuple[object, NDArray[np.float32]]] = {}

    def scores(self, part: str, mix: Mix) -> NDArray[np.float32]:
        shape = {"ease": (mix.event_decay,), "learned": ()}.get(
            part, (mix.query_decay, mix.decay, mix.power, mix.target)
        )
        if self.last.get(part, (None,))[0] != shape:
            self.last.pop(part, None)  # free the old scores first: they may be large
            term = self._term(part, mix)
            scores = term.scores(self.cases.queries)
            if part == "learned" and self.low is not None:
                scores += self.low.base_
            self.last[part] = shape, scores * np.float32(self.parts.unit(term))
        return self.last[part][1]

    def _term(self, part: str, mix: Mix) -> ItemItemTerm | LowRankTerm:
        if part == "learned":
            assert self.low is not None
            return self.low.term
        if part == "ease":
            weights = self.ease
        else:
            weights = self.parts.transitions(mix)
        assert weights is not None
        return ItemItemTerm(weights, mix.event_decay if part == "ease" else mix.query_decay)

    def quality(self, mix: Mix) -> float:
        base = (mix.popularity * self.parts.log_counts).astype(np.float32)
        scores = np.tile(base, (len(self.cases), 1))
        for part, share in self.parts.shares(mix).items():
            if share:
                scores += np.float32(share) * self.scores(part, mix)
        return float(
            ndcg_of_scores(mask_seen(scores, self.cases.queries), self.cases, self.k).mean()
        )

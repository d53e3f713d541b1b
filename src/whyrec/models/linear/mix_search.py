"""Search for the mix of the additive model and the ridge of EASE, by NDCG@k on validation cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from whyrec.core.cases import EvaluationCases
from whyrec.core.stages import stage
from whyrec.models.linear.budget import Budget
from whyrec.models.linear.case_blocks import CaseBlocks
from whyrec.models.linear.counted_parts import CountedParts
from whyrec.models.linear.last_values import LastValues
from whyrec.models.linear.mix import EVIDENCE, TOGETHER, Mix, mix_of
from whyrec.models.linear.terms import ItemItemTerm

__all__ = ["search_mix"]

# Where the search for each form of the transitions starts: it cannot walk from one to the other.
FORMS = (Mix(share=1.0, evidence=EVIDENCE), Mix(share=1.0))


def search_mix(
    parts: CountedParts,
    ridges: Sequence[float],
    cases: EvaluationCases,
    k: int,
    budget: Budget | None = None,
) -> tuple[float, Mix, NDArray[np.float32]]:
    """Return the ridge and the mix with the best NDCG@k on the cases.

    Coordinate search: first each form of the transitions alone, then the better one beside EASE at
    the first ridge, then the other ridges, then the mix again near its previous values.

    Args:
        parts: The counted parts.
        ridges: Ridges of EASE, the one to start from first.
        cases: Validation cases.
        k: Length of the list.
        budget: What the search may cost.

    Returns:
        (ridge, mix, scores of the cases by that mix).
    """
    with stage("choosing the mix") as update:
        found = _search(_Trial(parts, cases, k, budget or Budget("auto"), update), ridges)
    if not parts.shares(found[1]).get("ease"):
        parts.solved = None  # it may be large
    return found


def _search(trial: _Trial, ridges: Sequence[float]) -> tuple[float, Mix, NDArray[np.float32]]:
    parts = trial.parts
    mix = mix_of(None, parts.data.order)
    if "transitions" in parts.names:
        found = [_climb(trial, FORMS[0], ("share", "event_decay"))]
        if trial.goes_on():
            found.append(_climb(trial, FORMS[1], ("share", "event_decay")))
        mix, _ = max(found, key=lambda one: one[1])
        # Free the counts of the other form: they may be large.
        (parts.counts if mix.evidence else parts.gap_counts).cache_clear()
    if "ease" not in parts.names:
        mix, _ = _climb(trial, mix, width=1)
        return ridges[0], mix, trial.total(mix)
    best = ridges[0]
    counted = {"transitions", TOGETHER} & set(parts.names)
    solving = trial.budget.solving(len(parts.dense))
    if counted and not trial.budget.allows("ease", solving):
        mix = replace(mix, share=1.0)
        return best, mix, trial.total(mix)
    trial.use_ridge(best)
    if mix.share == 1.0:
        mix = replace(mix, share=Mix.share)  # so that EASE counts while its decay is chosen
    shape = ("evidence", "gap_power", "power", "decay", "query_decay", "target")
    mix, quality = _climb(trial, mix, shape if "transitions" in parts.names else ())
    for ridge in ridges[1:]:
        if not trial.goes_on():
            break
        trial.use_ridge(ridge)
        if (other := trial.quality(mix)) > quality:
            best, quality = ridge, other
    trial.use_ridge(best)
    mix, _ = _climb(trial, mix, width=1)
    return best, mix, trial.total(mix)


def _climb(
    trial: _Trial, mix: Mix, fixed: Sequence[str] = (), width: int | None = None
) -> tuple[Mix, float]:
    """Set each number in turn to its best grid value within `width` places of the current one."""
    quality = trial.quality(mix)
    for name, values in trial.parts.grid(mix).items():
        if name in fixed:
            continue
        place = values.index(getattr(mix, name))
        if width is None:
            near = values
        else:
            near = values[max(0, place - width) : place + width + 1]
        for value in near:
            other = replace(mix, **{name: value})
            if not trial.goes_on():
                return mix, quality
            if other != mix and (other_quality := trial.quality(other)) > quality:
                mix = other
                quality = other_quality
    return mix, quality


class _Trial:
    """Computes NDCG@k of a mix; caches each part's last scores, as a trial changes one number."""

    def __init__(
        self,
        parts: CountedParts,
        cases: EvaluationCases,
        k: int,
        budget: Budget,
        update: Callable[..., None],
    ) -> None:
        self.parts = parts
        self.cases = cases
        self.k = k
        self.blocks = CaseBlocks(cases, k)
        self.budget = budget
        self.update = update
        # About as many trials as the search makes.
        self.expected = sum(len(one) for form in FORMS for one in parts.grid(form).values())
        self.last = LastValues()
        self.known: dict[object, float] = {}
        self.ridge: float | None = None

    def goes_on(self) -> bool:
        """Whether there is time for another trial."""
        return self.budget.allows("mix")

    def use_ridge(self, ridge: float) -> None:
        """Use EASE at this ridge."""
        if ridge != self.ridge:
            self.ridge = ridge
            self.last.drop("ease")

    def scores(self, part: str, mix: Mix) -> NDArray[np.float32]:
        """Return the scores of the cases by one part, in units of its spread, (q, n_items)."""
        shape: tuple[float, ...] = (mix.event_decay,)
        if part != "ease":
            form = (mix.evidence, mix.gap_power) if mix.evidence else (mix.decay, mix.power)
            shape = (mix.query_decay, mix.target, *form)
        found: NDArray[np.float32] = self.last.once(part, shape, lambda: self._scores(part, mix))
        return found

    def _scores(self, part: str, mix: Mix) -> NDArray[np.float32]:
        if part == "ease":
            assert self.ridge is not None
            term = self.parts.ease_term(self.ridge, mix.event_decay)
        else:
            term = ItemItemTerm(self.parts.transitions(mix), mix.query_decay)
        scores = term.scores(self.cases.queries)
        scores *= np.float32(self.parts.unit(term))
        return scores

    def total(self, mix: Mix) -> NDArray[np.float32]:
        """Return the scores of the cases, (q, n_items)."""
        return self._sum(mix)(slice(0, len(self.cases)))

    def _sum(self, mix: Mix) -> Callable[[slice], NDArray[np.float32]]:
        """Return the function that scores a block of cases."""
        base = (mix.popularity * self.parts.log_counts).astype(np.float32)
        parts = [
            (np.float32(share), self.scores(part, mix))
            for part, share in self.parts.shares(mix).items()
            if share
        ]

        def scores(block: slice) -> NDArray[np.float32]:
            total = np.tile(base, (block.stop - block.start, 1))
            for share, part in parts:
                total += share * part[block]
            return total

        return scores

    def quality(self, mix: Mix) -> float:
        key = (self.ridge, mix)
        if key not in self.known:
            self.known[key] = float(self.blocks.quality(self._sum(mix)).mean())
            self.update(
                min(0.99, len(self.known) / self.expected),
                f"choosing the mix: NDCG@{self.k} {max(self.known.values()):.4f} so far",
            )
        return self.known[key]

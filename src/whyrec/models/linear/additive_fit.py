"""How the additive model chooses the weights of its parts, and learns the last of them.

In this order, each part on top of those before it: the mix of EASE and transitions with the
popularity, the modalities, own uses, learned weights. Validation people choose; without any, a
given mix or the defaults stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Dataset, UnknownNameError, artefact
from whyrec.core.cases import EvaluationCases
from whyrec.core.stages import stage
from whyrec.models.linear import repeat_consumption as uses
from whyrec.models.linear.budget import Budget
from whyrec.models.linear.counted_parts import CountedParts
from whyrec.models.linear.counted_scores import CountedScores, Residual, sure_share
from whyrec.models.linear.kernels import TEXT, WORDS, Kernel, choose, kernel_vectors
from whyrec.models.linear.lowrank import LowRank
from whyrec.models.linear.mix import EVIDENCE, Mix
from whyrec.models.linear.mix_search import search_mix
from whyrec.models.linear.terms import ItemItemTerm

if TYPE_CHECKING:
    from whyrec.models.training.run import Run

__all__ = ["Chosen", "Training", "choose_weights", "residual_of"]


@dataclass
class Chosen:
    """The parts of the model and their weights.

    Attributes:
        ridge: Ridge of EASE.
        mix: The numbers of the mix.
        kernels: The modalities, with their weights.
        again: [weight, decay] of own uses; [] without repeats.
        low: The learned part; None if it has no weight.
    """

    ridge: float
    mix: Mix
    kernels: list[Kernel] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    low: LowRank | None = None


@dataclass(frozen=True)
class Training:
    """How the learned part is trained.

    Attributes:
        settings: Settings of the model `lowrank` that were given, by name.
        budget: What it may cost.
        seed: Seed of its start and its batches.
        run: Progress, logs and checkpoints.
        teacher: A fitted sequence model that it imitates, or None.
    """

    settings: Mapping[str, Any]
    budget: Budget
    seed: int
    run: Run | None
    teacher: Any


def choose_weights(
    data: Dataset,
    parts: CountedParts,
    start: Chosen,
    cases: EvaluationCases | None,
    training: Training,
    *,
    ridges: Sequence[float],
    names: Sequence[str],
    terms: Sequence[str] | Mapping[str, float] | None,
    repeat_term: bool,
    k: int,
) -> Chosen:
    """Choose the weight of every part by NDCG@k on the cases.

    Args:
        data: The data of the parts.
        parts: The counted parts.
        start: The mix, without modalities; it stays if there are no cases.
        cases: Validation cases, or None.
        training: How the learned part is trained.
        ridges: Ridges of EASE to try, the one to start from first.
        names: The modalities that may count.
        terms: The modalities that were asked for, perhaps with their weights. Words that nobody
            asked for count only if validation people choose their weight.
        repeat_term: Whether own uses may count.
        k: Length of the list.

    Returns:
        The choice.
    """
    chosen, budget = start, training.budget
    if cases is None:
        scores = np.zeros((0, data.n_items), np.float32)
    else:
        ridge, mix, scores = search_mix(parts, ridges, cases, k, budget)
        chosen = replace(start, ridge=ridge, mix=mix)
    own = repeat_term and data.repeat
    judges = cases
    if (names or own) and not budget.allows("similarity"):
        judges = None
    if judges is None and terms is None:
        names = [name for name in names if name not in (TEXT, WORDS)]
    if names:
        kernels = [Kernel(name, kernel_vectors(data, name)) for name in names]
        given = terms if isinstance(terms, Mapping) else None
        choose(kernels, given, scores, parts.some, judges, k)
        chosen.kernels = [one for one in kernels if one.weight]
    if cases is not None:
        for one in chosen.kernels:
            scores += one.term.scores(cases.queries)
    if own:
        weight, decay = uses.choose(scores, judges, parts.some, k)
        chosen.again = [weight, decay]
        if cases is not None and weight:
            scores += uses.own_use(data.n_items, weight, decay).scores(cases.queries)
    return _learn(data, parts, chosen, cases, scores, training, k)


@stage("learning weights")
def _learn(
    data: Dataset,
    parts: CountedParts,
    chosen: Chosen,
    cases: EvaluationCases | None,
    scores: NDArray[np.float32],
    training: Training,
    k: int,
) -> Chosen:
    """Train the learned part and choose its share, by which the other parts become smaller."""
    if "learned" not in parts.names:
        return chosen
    asked = bool(training.settings) or training.teacher is not None or parts.names == ("learned",)
    settings = training.budget.learned(data)
    if settings is None and asked:
        settings = {}
    if settings is None or (cases is None and not chosen.mix.learned):
        return chosen
    alone = len(parts.names) == 1
    sampled = training.settings.get("loss", "sampled") == "sampled"
    residual = None
    if alone or training.teacher is not None or not sampled:
        settings = {}
    elif training.budget.on_counts(data) and "transitions" in parts.names:
        data = training.budget.learned_from(data, training.seed)
        residual = residual_of(data, parts, chosen, scores)
    if cases is not None:
        settings["tune_on"] = len(cases)
    low = _low_rank(training.settings, settings).fit(
        data,
        seed=training.seed,
        valid=cases,
        run=training.run,
        teacher=training.teacher,
        residual=residual,
        cpu_seconds=training.budget.for_learning,
    )
    if cases is None or alone:
        return replace(chosen, low=low)
    learned = low.score(cases.queries) * np.float32(parts.unit(low.term))
    share = sure_share(scores, learned, cases, k)
    if not share:
        return chosen
    rest = 1 - share
    return Chosen(
        chosen.ridge,
        replace(chosen.mix, learned=share, popularity=rest * chosen.mix.popularity),
        [replace(one, weight=rest * one.weight) for one in chosen.kernels],
        [rest * chosen.again[0], chosen.again[1]] if chosen.again else [],
        low,
    )


def residual_of(
    data: Dataset, parts: CountedParts, chosen: Chosen, scores: NDArray[np.float32]
) -> Residual:
    """Return what the learned part is trained on top of."""
    mix = chosen.mix
    if not mix.evidence:
        mix = replace(mix, evidence=EVIDENCE)
    unit = parts.unit(ItemItemTerm(parts.transitions(mix), mix.query_decay))
    counted = CountedScores(
        data.ordered_histories,
        parts.gap_counts(mix.gap_power),
        parts.gaps(mix),
        scale=mix.evidence,
        decay=mix.query_decay,
        base=(mix.popularity / unit * parts.log_counts).astype(np.float32),
    )
    known = [one.vectors for one in chosen.kernels] or [np.zeros((data.n_items, 0), np.float32)]
    names = [one.name for one in chosen.kernels]
    key = f"{parts.window}, {mix}, {chosen.ridge}, {names}, {len(scores)}"
    return Residual(counted, np.concatenate(known, axis=1), scores, parts.some, key)


def _low_rank(given: Mapping[str, Any], settings: Mapping[str, Any]) -> LowRank:
    """Return the learned part with these settings; those that are `given` come first."""
    allowed = artefact.model_arguments(LowRank)
    for name in given:
        if name not in allowed:
            raise UnknownNameError("setting of learned", name, allowed)
    return LowRank(**{**settings, **given})

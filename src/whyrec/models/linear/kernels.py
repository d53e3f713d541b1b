"""Similarity in one modality (text, pictures, sound, graph) as an exact part of the additive model.

    score(i) += weight * sum over events j of decay^steps(j) * cosine(v[item_j], v[i])

v are the item's vectors in the modality, whitened on the catalogue and centred. An item without a
vector has a row of zeros: it neither gives nor receives weight. Because the other vectors are
centred, this is no disadvantage. The score is the sum over events and modalities, so leaving a
modality out removes exactly its part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Dataset, ItemTable, Queries, UnknownNameError
from whyrec.core.cache import cache_folder
from whyrec.core.cases import EvaluationCases
from whyrec.core.stages import stage
from whyrec.models.item_content.item_texts import item_texts
from whyrec.models.item_content.rotate import link_vectors
from whyrec.models.item_content.text_encoder import Whitening, encode
from whyrec.models.item_content.word_vectors import has_words, word_vectors
from whyrec.models.linear.case_blocks import CaseBlocks
from whyrec.models.linear.terms import LowRankTerm

__all__ = ["TEXT", "WORDS", "Kernel", "choose", "kernel_names", "kernel_vectors"]

TEXT = "text"
WORDS = "words"
LINKS = "links"
DIMS = 64  # dimensions kept of a modality
LENGTH = 200  # events further back add nothing
# Standard errors by which a separate weight must be better than the common one.
SURE = 2.6  # several weights are tried for each modality
WEIGHTS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
DECAYS = (1.0, 0.95, 0.8)
Floats = NDArray[np.float32]


@dataclass
class Kernel:
    """One modality with its item vectors (n_items, d), its weight in score units, and its decay.

    A vector has length 1, or 0 if it is unknown.
    """

    name: str
    vectors: Floats
    weight: float = 0.0
    decay: float = 1.0

    @property
    def term(self) -> LowRankTerm:
        """The kernel as a term of the score."""
        # The weight is in these few numbers: a copy of all vectors would cost each request more.
        fading = np.power(np.float32(self.decay), np.arange(LENGTH, dtype=np.float32))
        return LowRankTerm(self.vectors, self.vectors, (np.float32(self.weight) * fading)[None])


def kernel_names(
    given: Sequence[str] | Mapping[str, float] | None, table: ItemTable, *, text: bool = False
) -> list[str]:
    """Return the requested modalities; default: all vectors of the item table, or its words.

    Args:
        given: The requested modalities.
        table: The item table.
        text: Whether the text encoder may read the items too by default.

    Raises:
        UnknownNameError: If the item table has no such modality.
    """
    if given is None:
        if table.vectors or not has_words(table):
            return [*table.vectors]
        return [WORDS, TEXT] if text else [WORDS]
    if isinstance(given, str):
        names = [given]
    else:
        names = list(given)
    for name in names:
        if name not in (TEXT, WORDS, LINKS, *table.vectors):
            raise UnknownNameError("modality", name, [*table.vectors, TEXT, WORDS, LINKS])
    return names


@stage("item vectors")
def kernel_vectors(data: Dataset, name: str) -> Floats:
    """Return the vectors of a modality (n_items, d), whitened, centred and of length 1.

    If the table has no vectors of that name, `words` are counted, the packaged encoder reads
    `text`, and `links` are embedded from the graph.

    Raises:
        ArgumentError: If the data have no graph for `links`, or a vector is not finite.
    """
    table = data.item_table
    if name == WORDS and name not in table.vectors:
        return word_vectors(table)
    if name in table.vectors:
        raw = np.asarray(table.vectors[name], np.float32)
    elif name == LINKS:
        if data.links is None:
            raise ArgumentError(
                "the modality links needs a graph", given="data without one", fix="give --graph"
            )
        raw = link_vectors(data.links)
    else:
        texts = item_texts(table, labels=data.items)
        raw = np.asarray(encode(texts, cache=cache_folder() / "text"), np.float32)
    if not np.isfinite(raw).all():
        raise ArgumentError(
            f"the vectors {name!r} must be finite",
            given="NaN or infinity",
            fix="write rows of zeros where nothing is known",
        )
    vectors = Whitening.fit(raw, DIMS)(raw)
    return np.asarray(
        vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), np.float32
    )


@stage("weighting similarity")
def choose(
    kernels: Sequence[Kernel],
    given: Mapping[str, float] | None,
    scores: Floats,
    some: Queries,
    cases: EvaluationCases | None,
    k: int,
) -> None:
    """Set the weight and decay of each kernel.

    `given` weights are used as they are. Otherwise the values with the best NDCG@k on the cases are
    chosen, added to the scores (q, n_items) of all other parts; without cases the weight is 0.4.
    Weights are in units of the spread. All kernels are first weighted together and then one by one,
    because a single kernel would at first stand in for the others.
    """
    if cases is None or given is not None:
        for one in kernels:
            one.weight = (given or {}).get(one.name, 0.4) * _unit(one, some)
        return
    blocks = CaseBlocks(cases, k)
    may = slice(None) if cases.candidates is None else cases.candidates
    scale = float(np.mean([row[may].std() for row in scores])) or 1.0  # the grid is relative to it
    best = blocks.quality(lambda block: scores[block].copy())
    chosen = (0.0, DECAYS[0])
    for decay in DECAYS:
        spread = {one.name: _spread(one, decay, some, cases) for one in kernels}
        for weight in (one * scale for one in WEIGHTS):
            quality = blocks.quality(_weighted(scores, spread, dict.fromkeys(spread, weight)))
            if quality.mean() > best.mean():
                best = quality
                chosen = (weight, decay)
        del spread  # before the next one is made: it may be large
    weights = dict.fromkeys((one.name for one in kernels), chosen[0])
    spread = {one.name: _spread(one, chosen[1], some, cases) for one in kernels}
    for one in kernels:
        at = weights[one.name]
        for weight in (0.0, at / 2, at * 1.5):
            trial = weights | {one.name: weight}
            if _surely(quality := blocks.quality(_weighted(scores, spread, trial)), best):
                best = quality
                weights = trial
    for one in kernels:
        one.decay = chosen[1]
        one.weight = weights[one.name] * _unit(one, some)


def _weighted(
    scores: Floats, spread: Mapping[str, Floats], weights: Mapping[str, float]
) -> Callable[[slice], Floats]:
    """Return the function that scores a block of cases, with the kernels at these weights."""

    def total(block: slice) -> Floats:
        kernels = sum(np.float32(weight) * spread[name][block] for name, weight in weights.items())
        return scores[block] + kernels

    return total


def _surely(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Return whether `one` is better than `other` by more than chance, on the same cases."""
    gain = one - other
    return bool(gain.mean() > SURE * gain.std() / np.sqrt(len(gain)))


def _spread(one: Kernel, decay: float, some: Queries, cases: EvaluationCases) -> Floats:
    """Return the kernel's scores of the cases (q, n_items), in units of their spread."""
    one.decay = decay
    unit = _unit(one, some)
    return one.term.scores(cases.queries) * np.float32(unit)


def _unit(one: Kernel, some: Queries) -> float:
    """Return 1 / the spread of the kernel's scores over a sample of people, at weight 1."""
    one.weight = 1.0
    return 1.0 / (float(one.term.scores(some).std()) or 1.0)

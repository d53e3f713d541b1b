"""Capabilities of models: one small protocol for each thing that one part asks of a model.

A caller tests ``isinstance(model, Capability)``; a model has a capability if it has its members,
without a base class. The test takes about 20 microseconds on Python 3.11, so the service runs it
once per snapshot. Decompositions: :mod:`whyrec.core.decomposition`; counts of people:
:mod:`whyrec.core.support`. Shapes: m events in a history, q queries, k items.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from whyrec.core.explanation import Reason
from whyrec.core.queries import Float, Queries, Query

__all__ = [
    "Additive",
    "AsksQuestions",
    "Attentive",
    "BestItems",
    "ContributionMatrix",
    "Contributions",
    "ContributionsEach",
    "Differentiable",
    "DrawsFeatures",
    "FeatureReasons",
    "FollowsFriends",
    "HiddenStates",
    "ItemScores",
    "ItemVectors",
    "LayerStates",
    "LeastSquares",
    "Modalities",
    "Model",
    "MovingRest",
    "NamesFeatures",
    "NamesOutput",
    "NeutralEvents",
    "PartlyExplained",
    "PathModel",
    "PersonVectors",
    "Phrases",
    "PredictsRatings",
    "Readable",
    "Relearnable",
    "Routes",
    "Scorer",
    "Servable",
    "Statements",
    "Teacher",
    "Textual",
    "TrainedInEpochs",
    "rest_moves",
]


class Contributions(NamedTuple):
    """The parts of one item's score: score = base + weights.sum() + rest.

    Attributes:
        base: The score without events.
        weights: What each event adds, (m,) float64, in units of the score.
        rest: What depends on no single event.
    """

    base: float
    weights: Float
    rest: float = 0.0


@runtime_checkable
class Scorer(Protocol):
    """Scores histories; lists and most measures need nothing else."""

    def score(self, queries: Queries | Sequence[Query]) -> NDArray[np.float32]:
        """Score all items for each history.

        Args:
            queries: Histories (q).

        Returns:
            Scores, (q, n_items) float32, finite for an empty history too.
        """


@runtime_checkable
class Model(Scorer, Protocol):
    """Learns from events and scores histories."""

    def fit(self, data: Any, *, seed: int = 0) -> Self:
        """Learn from a data set.

        Args:
            data: A core Dataset.
            seed: Random seed; equal seeds give equal models.

        Returns:
            The model itself.
        """


@runtime_checkable
class Additive(Scorer, Protocol):
    """A model whose score is a sum over events: removing an event removes exactly its weight.

    If the rest of `contributions` is not 0 and changes with the history, the model declares it by
    an attribute rest_moves = True.
    """

    def contributions(self, query: Query, item: int) -> Contributions:
        """Split the score of one item.

        Args:
            query: A history of m events.
            item: Number of the item.

        Returns:
            Base, weights and rest, which sum to the score.
        """


@runtime_checkable
class Phrases(Protocol):
    """States reasons other than events in words."""

    def phrase(self, reason: Reason, query: Query, item: int) -> tuple[str, str]:
        """State a reason with this item's own numbers.

        Args:
            reason: A reason of the model.
            query: The history.
            item: Number of the item.

        Returns:
            (English, Chinese).
        """


@runtime_checkable
class Readable(Scorer, Phrases, Protocol):
    """A model whose score is a sum of reasons other than events, which it can state in words."""

    def reasons(self, query: Query, item: int) -> tuple[float, tuple[Reason, ...]]:
        """Split the score of one item into reasons.

        Args:
            query: The history.
            item: Number of the item.

        Returns:
            (base, reasons), which sum to the score.
        """


@runtime_checkable
class Differentiable(Scorer, Protocol):
    """A model that scores from event embeddings (torch); see also :class:`NeutralEvents`."""

    def embed(self, query: Query) -> Any:
        """Embed the events of a history.

        Args:
            query: A history of m events.

        Returns:
            Embeddings, (m, d).
        """

    def score_embedded(self, embedded: Any, query: Query, items: Any = None) -> Any:
        """Score embedded histories, with gradients.

        Args:
            embedded: Embeddings, (m, d) or (b, m, d).
            query: The history, for all but its embeddings.
            items: Numbers of the items to score, (c,). Default: all.

        Returns:
            Scores, (c,) or (b, c).
        """


@runtime_checkable
class Textual(Scorer, Protocol):
    """A model that reads item texts (torch)."""

    @property
    def reads_text(self) -> bool:
        """Whether it was fitted to read texts."""

    def text_of(self, data: Any, item: int) -> str:
        """Return the text that the model reads for an item.

        Args:
            data: The data set.
            item: Number of the item.

        Returns:
            The text.
        """

    def tokens(self, text: str) -> tuple[list[str], Any]:
        """Split a text into t tokens.

        Args:
            text: The text.

        Returns:
            (tokens, their embeddings (t, h)).
        """

    def neutral_tokens(self, text: str) -> Any:
        """Return the embeddings that stand for no word.

        Args:
            text: A text of t tokens.

        Returns:
            Embeddings, (t, h).
        """

    def score_tokens(self, embedded: Any, text: str, query: Query, item: int) -> Any:
        """Score an item with replaced embeddings of its text, with gradients.

        Args:
            embedded: Embeddings of the tokens, (t, h) or (b, t, h).
            text: The text.
            query: The history.
            item: Number of the item.

        Returns:
            A scalar, or (b,).
        """


@runtime_checkable
class Attentive(Scorer, Protocol):
    """A model with attention maps; attention is not cause."""

    def attention(self, query: Query) -> NDArray[np.float32]:
        """Return the attention maps of a history.

        Args:
            query: A history of m events.

        Returns:
            Attention, (layers, heads, m, m).
        """


@runtime_checkable
class ItemScores(Protocol):
    """Scores a few items without scoring all."""

    def score_items(self, queries: Any, items: NDArray[Any]) -> NDArray[np.float32]:
        """Score each query's own items (q, k) as `score` does; returns (q, k) float32."""


@runtime_checkable
class BestItems(Protocol):
    """Finds the best unseen items without scoring all."""

    def best(self, queries: Any, k: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return (items, scores), (q, k) each; equal to :func:`whyrec.core.top_k` of all scores."""


@runtime_checkable
class NamesOutput(Protocol):
    """States what its scores are: "score", or "softmax" if they are logits."""

    output: str


@runtime_checkable
class PredictsRatings(Protocol):
    """States whether its scores are ratings; if so, it learns from the lowest ratings too."""

    predicts_ratings: bool


@runtime_checkable
class MovingRest(Protocol):
    """An additive model that states whether the rest of its contributions follows the history."""

    rest_moves: bool


def rest_moves(model: object) -> bool:
    """Say whether a model's rest depends on the history; its weights are then not exact effects."""
    return isinstance(model, MovingRest) and model.rest_moves


@runtime_checkable
class ContributionMatrix(Protocol):
    """An additive model that computes all items at once."""

    def contribution_matrix(self, query: Query) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (base (n_items,), weights (m, n_items)), in units of the score."""


@runtime_checkable
class ContributionsEach(Protocol):
    """An additive model that computes the contributions of a whole batch at once."""

    def contributions_each(
        self, queries: Any, items: NDArray[Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (base (q, k), what each event adds to its own query's items (events, k))."""


@runtime_checkable
class PartlyExplained(Scorer, Protocol):
    """A model whose score is a sum of exact reasons plus a rest of another kind."""

    def explained_and_rest(self, queries: Any) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return what exact reasons add to each item and what the rest adds, (q, n_items) each.

        Together they are the score. Whatever the model subtracts from its reasons is subtracted
        from the first, so that the rest is nothing but the rest's own.
        """


@runtime_checkable
class PersonVectors(Protocol):
    """May need only one vector per person: a score is its product with the item's vector."""

    @property
    def product(self) -> Any | None:
        """The term that is the whole score apart from the base, or None."""


@runtime_checkable
class Modalities(Protocol):
    """An additive model that weighs events by modalities; kernels_ has a row for each of them."""

    kernels_: Sequence[Mapping[str, Any]]

    def part_contributions(self, query: Query, item: int) -> dict[str, NDArray[np.float64]]:
        """Return what each event adds to the item by each part, (m,) each."""


@runtime_checkable
class FeatureReasons(Additive, Protocol):
    """A sum over events plus a readable component, whose weight is weight_."""

    weight_: float

    def feature_reasons(self, query: Query, item: int) -> tuple[float, tuple[Reason, ...]]:
        """Return (base, reasons) of the readable component, in units of the whole score."""


@runtime_checkable
class LeastSquares(Protocol):
    """Solves each history by least squares, with item_factors_ (n_items, d) and regularization."""

    item_factors_: NDArray[np.float32]
    regularization: float

    def confidence(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Return how much each event counts, (m,)."""


@runtime_checkable
class PathModel(Scorer, Protocol):
    """A sum of paths through a graph, each of which can be cut."""

    def reasons(self, query: Query, item: int) -> tuple[float, tuple[Reason, ...]]:
        """Return (base, paths), which sum to the score of the item."""

    def cut(self, item: int, reason: Reason) -> Self:
        """Return the model with the link of this path cut, for this item."""


@runtime_checkable
class Routes(Scorer, Protocol):
    """Lists the paths that lead to an item."""

    def routes(self, query: Query, item: int) -> Sequence[tuple[int, int, int, float]]:
        """Return (position of the event, column of the link or -1, type, weight), by weight."""

    def through(self, column: int, kind: int) -> tuple[str, str]:
        """Name what such a path leads through, in English and in Chinese."""


@runtime_checkable
class FollowsFriends(Protocol):
    """Uses the choices of friends, with the weight friend_weight_ (0: not at all)."""

    friend_weight_: float

    def number(self, label: str) -> int | None:
        """Return the number of the person with this label; None if their friends add nothing."""


@runtime_checkable
class Statements(Readable, Protocol):
    """A readable model that states in words what it has learned."""

    def statements(self) -> Sequence[Any]:
        """Return what it learned, strongest first: words (en, zh), weight, support, precision."""


@runtime_checkable
class AsksQuestions(Protocol):
    """A tree of questions."""

    def branches(self) -> dict[str, Any]:
        """Return the root: value, support and precision; questions also have text, yes and no."""


@runtime_checkable
class DrawsFeatures(Protocol):
    """A sum of curves over features.

    names_: features; terms_: features of each part; spread_ (parts,): how far it moves scores.
    """

    names_: Sequence[str]
    terms_: Sequence[Mapping[str, Any]]
    spread_: NDArray[np.float64]

    def curve(self, part: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (values of the feature, what they add)."""


@runtime_checkable
class NamesFeatures(Protocol):
    """Has words for its features."""

    def feature_words(self, name: str) -> tuple[str, str]:
        """Return the feature's name in English and in Chinese."""


@runtime_checkable
class NeutralEvents(Differentiable, Protocol):
    """A differentiable model that defines which embeddings stand for no event."""

    def neutral(self, query: Query) -> Any:
        """Return the neutral embeddings, (m, d), in the form of `embed`."""


@runtime_checkable
class ItemVectors(Protocol):
    """Exposes the vectors of its items."""

    def item_vectors(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return (vectors as events, vectors as recommended items), (n_items, d) each."""


@runtime_checkable
class HiddenStates(Protocol):
    """Exposes its state after each history."""

    def hidden(self, queries: Any) -> Any:
        """Return the states, (q, d)."""


@runtime_checkable
class LayerStates(Scorer, Protocol):
    """Exposes the states of its layers."""

    def layers(self, query: Query) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return (states (layers + 1, m, d), scores read off each (layers + 1, n_items))."""


@runtime_checkable
class TrainedInEpochs(Protocol):
    """Was trained in epochs; stages_ has one row per stage, with its curve."""

    stages_: Sequence[Mapping[str, Any]]


@runtime_checkable
class Teacher(Protocol):
    """A network for distillation; counts_ (n_items,) are its own training counts."""

    counts_: NDArray[Any]

    def teach(self, batch: Any) -> tuple[Any, Any, Any]:
        """Return (states, item vectors, bias) at the positions of a training batch."""


@runtime_checkable
class Servable(Protocol):
    """A large model that can hand over the parts that run for each request."""

    def served(self) -> Any:
        """Return the parts that run for each request."""


@runtime_checkable
class Relearnable(Servable, Protocol):
    """A servable model that can train a compressed form of itself."""

    def relearn(self, items: Any, events: Any, bias: Any, data: Any, **how: Any) -> Any:
        """Return (the network that runs for each request, {name: array} of what changed)."""

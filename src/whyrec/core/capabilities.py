"""What one part may ask of a model: one small protocol for each power.

A part asks with ``isinstance(model, Power)``; a model declares a power by having its members, and
needs no base class. What a decomposition can do stands in :mod:`whyrec.core.decomposition`, who
counts people in :mod:`whyrec.core.support`. On Python 3.11 such a question takes some 20
microseconds: what is asked for every answer of the service is asked once for each snapshot. Shapes:
m events in a history, q queries, k items.
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
    "Extendable",
    "FeatureReasons",
    "FollowsFriends",
    "HiddenStates",
    "ItemScores",
    "ItemVectors",
    "LayerStates",
    "LeastSquares",
    "Magnitudes",
    "Modalities",
    "Model",
    "MovingRest",
    "NamesFeatures",
    "NamesOutput",
    "NeutralEvents",
    "PathModel",
    "PredictsRatings",
    "Private",
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


# --- what every explainer knows ------------------------------------------------------------------


class Contributions(NamedTuple):
    """What each event of a query adds to one item's score: score = base + weights.sum() + rest."""

    base: float
    weights: Float  # (m,) float64, in units of the score
    rest: float = 0.0


@runtime_checkable
class Scorer(Protocol):
    """Scores histories: all that a list, and most measures, ask of a model."""

    def score(self, queries: Queries | Sequence[Query]) -> NDArray[np.float32]:
        """(q, n_items) float32, finite for an empty history too."""
        ...


@runtime_checkable
class Model(Scorer, Protocol):
    """Learns from events and scores histories. `fit` takes a core Dataset."""

    def fit(self, data: Any, *, seed: int = 0) -> Self: ...


@runtime_checkable
class Additive(Scorer, Protocol):
    """A model whose score is a sum over events: removing an event removes exactly its weight. Where
    the rest of `contributions` is not 0 and changes with the history, the model says so by an
    attribute rest_moves = True."""

    def contributions(self, query: Query, item: int) -> Contributions: ...


@runtime_checkable
class Readable(Scorer, Protocol):
    """A model whose score is a sum of reasons other than events (features, rules, questions),
    each of which it can say.
    """

    def reasons(self, query: Query, item: int) -> tuple[float, tuple[Reason, ...]]:
        """(base, reasons): they sum to the score of `item`."""
        ...

    def phrase(self, reason: Reason, query: Query, item: int) -> tuple[str, str]:
        """The reason with this item's own numbers, in English and in Chinese."""
        ...


@runtime_checkable
class Differentiable(Scorer, Protocol):
    """A model that scores from event embeddings (torch): embed -> (m, d); score_embedded of (m, d)
    or of a batch (b, m, d) -> scores of `items` (default all), (c,) or (b, c), with gradients.
    Where a zero vector means something to it (many networks normalise), `neutral(query)` -> (m,
    d) gives what stands for nothing."""

    def embed(self, query: Query) -> Any: ...

    def score_embedded(self, embedded: Any, query: Query, items: Any = None) -> Any: ...


@runtime_checkable
class Textual(Scorer, Protocol):
    """A model that reads item texts (torch): the text of an item, the tokens of a text, their
    embeddings (t, h), and the score of `item` with its text's embeddings so replaced, (t, h) or
    (b, t, h) -> scalar or (b,), with gradients."""

    @property
    def reads_text(self) -> bool:
        """Whether it was fitted to read texts."""
        ...

    def text_of(self, data: Any, item: int) -> str: ...

    def tokens(self, text: str) -> tuple[list[str], Any]: ...

    def neutral_tokens(self, text: str) -> Any:
        """(t, h): what stands for no word."""
        ...

    def score_tokens(self, embedded: Any, text: str, query: Query, item: int) -> Any: ...


@runtime_checkable
class Attentive(Scorer, Protocol):
    """A model with attention maps: (layers, heads, m, m). Attention is not cause."""

    def attention(self, query: Query) -> NDArray[np.float32]: ...


# --- scores ---------------------------------------------------------------------------------------


@runtime_checkable
class ItemScores(Protocol):
    """Scores a few items without scoring all."""

    def score_items(self, queries: Any, items: NDArray[Any]) -> NDArray[np.float32]:
        """Scores of each query's items (q, k), (q, k) float32."""
        ...


@runtime_checkable
class BestItems(Protocol):
    """Finds the best unseen items without scoring all."""

    def best(self, queries: Any, k: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """(items, scores), (q, k) each, as :func:`whyrec.core.top_k` gives them from all scores."""
        ...


@runtime_checkable
class NamesOutput(Protocol):
    """Says what its scores are: "score", or "softmax" where they are the logits of one."""

    output: str


@runtime_checkable
class PredictsRatings(Protocol):
    """Says whether its scores are ratings: it then learns from the lowest ratings too."""

    predicts_ratings: bool


# --- sums over events -----------------------------------------------------------------------------


@runtime_checkable
class MovingRest(Protocol):
    """An additive model that says whether the rest of its contributions moves with the history."""

    rest_moves: bool


def rest_moves(model: object) -> bool:
    """Whether a model's rest changes with the history, so that removing an event takes more or less
    than its weight."""
    return isinstance(model, MovingRest) and model.rest_moves


@runtime_checkable
class ContributionMatrix(Protocol):
    """An additive model that gives all items at once."""

    def contribution_matrix(self, query: Query) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(base (n_items,), weights (m, n_items)), in units of the score."""
        ...


@runtime_checkable
class ContributionsEach(Protocol):
    """An additive model that gives the contributions of a whole batch at once."""

    def contributions_each(
        self, queries: Any, items: NDArray[Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(base (q, k), what each event adds to each of its own query's items (events, k))."""
        ...


@runtime_checkable
class Magnitudes(Model, Protocol):
    """An additive model that tells the size of its parts."""

    def magnitudes(self, queries: Any) -> NDArray[np.float32]:
        """|base| + the sizes of all contributions, (q, n_items) float32."""
        ...


@runtime_checkable
class Modalities(Protocol):
    """An additive model whose events weigh by several senses: names, looks, sounds.

    kernels_: a row for each sense, with its name; empty where there is none.
    """

    kernels_: Sequence[Mapping[str, Any]]

    def part_contributions(self, query: Query, item: int) -> dict[str, NDArray[np.float64]]:
        """What each event adds to the item by each part, (m,) each."""
        ...


@runtime_checkable
class FeatureReasons(Additive, Protocol):
    """A sum of events beside a readable model within. weight_: how much the readable one counts."""

    weight_: float

    def feature_reasons(self, query: Query, item: int) -> tuple[float, tuple[Reason, ...]]:
        """(base, reasons) of the readable model, in units of the whole score."""
        ...


@runtime_checkable
class LeastSquares(Protocol):
    """Solves each history anew by least squares: item_factors_ (n_items, d), regularization."""

    item_factors_: NDArray[np.float32]
    regularization: float

    def confidence(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """How much each event counts, (m,)."""
        ...


# --- sums of other reasons ------------------------------------------------------------------------


@runtime_checkable
class PathModel(Scorer, Protocol):
    """A sum of paths through a graph, each of which can be cut."""

    def reasons(self, query: Query, item: int) -> tuple[float, tuple[Reason, ...]]:
        """(base, paths), which sum to the score of the item."""
        ...

    def cut(self, item: int, reason: Reason) -> Self:
        """The model with the link of this path cut, for this item."""
        ...


@runtime_checkable
class Routes(Scorer, Protocol):
    """Tells the paths that lead to an item."""

    def routes(self, query: Query, item: int) -> Sequence[tuple[int, int, int, float]]:
        """(position of the event, column of the link or -1, type, weight), strongest first."""
        ...

    def through(self, column: int, kind: int) -> tuple[str, str]:
        """What such a path leads through, in English and in Chinese."""
        ...


@runtime_checkable
class FollowsFriends(Protocol):
    """Lets what friends chose count. friend_weight_: how much; 0 where it does not."""

    friend_weight_: float

    def number(self, label: str) -> int | None:
        """The number of the person with this label; None where their friends add nothing."""
        ...


@runtime_checkable
class Statements(Readable, Protocol):
    """A readable model that says in words what it has learned."""

    def statements(self) -> Sequence[Any]:
        """What it has learned, the strongest first: words (en, zh), weight, support, precision."""
        ...


@runtime_checkable
class AsksQuestions(Protocol):
    """A tree of questions."""

    def branches(self) -> dict[str, Any]:
        """The root: value, support, precision, and of a question its text and the branches yes and
        no."""
        ...


@runtime_checkable
class DrawsFeatures(Protocol):
    """A sum of curves over features. names_: the features; terms_: the features of each part;
    spread_ (parts,): how far each part moves the score.
    """

    names_: Sequence[str]
    terms_: Sequence[Mapping[str, Any]]
    spread_: NDArray[np.float64]

    def curve(self, part: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(values of the feature, what they add)."""
        ...


@runtime_checkable
class NamesFeatures(Protocol):
    """Has words for its features."""

    def feature_words(self, name: str) -> tuple[str, str]:
        """The feature in English and in Chinese."""
        ...


# --- networks -------------------------------------------------------------------------------------


@runtime_checkable
class NeutralEvents(Differentiable, Protocol):
    """A differentiable model to which a zero vector is an event: it says what stands for none."""

    def neutral(self, query: Query) -> Any:
        """(m, d): what stands for nothing, in the form of `embed`."""
        ...


@runtime_checkable
class ItemVectors(Protocol):
    """Shows the vectors of its items."""

    def item_vectors(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(as events, as what is recommended), (n_items, d) each."""
        ...


@runtime_checkable
class HiddenStates(Protocol):
    """Shows its state after each history."""

    def hidden(self, queries: Any) -> Any:
        """(q, d)."""
        ...


@runtime_checkable
class LayerStates(Scorer, Protocol):
    """Shows what each of its layers makes of a history."""

    def layers(self, query: Query) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(states before the first layer and after each (layers + 1, m, d), the scores that could
        be read there (layers + 1, n_items))."""
        ...


@runtime_checkable
class TrainedInEpochs(Protocol):
    """Was trained in epochs. stages_: a row for each stage, with its curve."""

    stages_: Sequence[Mapping[str, Any]]


@runtime_checkable
class Teacher(Protocol):
    """A network that another may be trained towards. counts_ (n_items,): of its own training."""

    counts_: NDArray[Any]

    def teach(self, batch: Any) -> tuple[Any, Any, Any]:
        """(states, item vectors, bias) at the positions of a training batch."""
        ...


@runtime_checkable
class Servable(Protocol):
    """A large model that can hand over what runs for each request."""

    def served(self) -> Any: ...


@runtime_checkable
class Relearnable(Servable, Protocol):
    """A servable model that can teach a compressed form of itself."""

    def relearn(self, items: Any, events: Any, bias: Any, data: Any, **how: Any) -> Any:
        """(the network that runs for each request, {name: array} of what has moved)."""
        ...


# --- life of a model ------------------------------------------------------------------------------


@runtime_checkable
class Extendable(Protocol):
    """Takes in items after the fit."""

    def extend(self, table: Any, labels: list[str]) -> Self:
        """The model with these items (an item table, a label each) behind its own."""
        ...


@runtime_checkable
class Private(Protocol):
    """Was fitted with differential privacy. privacy_: epsilon, delta, unit, mechanism, steps."""

    privacy_: Mapping[str, Any]

"""What one part may ask of a model: the protocols that models meet, one a power.

Shapes are in each docstring: m events in a history, q queries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from whyrec.core.explanation import Reason
from whyrec.core.queries import Float, Queries, Query

__all__ = [
    "Additive",
    "Attentive",
    "Contributions",
    "Differentiable",
    "Model",
    "Readable",
    "Textual",
]


class Contributions(NamedTuple):
    """What each event of a query adds to one item's score: score = base + weights.sum() + rest."""

    base: float
    weights: Float  # (m,) float64, in units of the score
    rest: float = 0.0


@runtime_checkable
class Model(Protocol):
    """Learns from events and scores histories. `fit` takes a core Dataset."""

    def fit(self, data: Any, *, seed: int = 0) -> Self: ...

    def score(self, queries: Queries | Sequence[Query]) -> NDArray[np.float32]:
        """(q, n_items) float32, finite for an empty history too."""
        ...


@runtime_checkable
class Additive(Protocol):
    """A model whose score is a sum over events: removing an event removes exactly its weight. Where
    the rest of `contributions` is not 0 and changes with the history, the model says so by an
    attribute rest_moves = True."""

    def contributions(self, query: Query, item: int) -> Contributions: ...


@runtime_checkable
class Readable(Protocol):
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
class Differentiable(Protocol):
    """A model that scores from event embeddings (torch): embed -> (m, d); score_embedded of (m, d)
    or of a batch (b, m, d) -> scores of `items` (default all), (c,) or (b, c), with gradients.
    Where a zero vector means something to it (many networks normalise), `neutral(query)` -> (m,
    d) gives what stands for nothing."""

    def embed(self, query: Query) -> Any: ...

    def score_embedded(self, embedded: Any, query: Query, items: Any = None) -> Any: ...


@runtime_checkable
class Textual(Protocol):
    """A model that reads item texts (torch): the tokens of a text, their embeddings (t, h), and the
    score of `item` with its text's embeddings so replaced, (t, h) or (b, t, h) -> scalar or
    (b,), with gradients."""

    def tokens(self, text: str) -> tuple[list[str], Any]: ...

    def score_tokens(self, embedded: Any, text: str, query: Query, item: int) -> Any: ...


@runtime_checkable
class Attentive(Protocol):
    """A model with attention maps: (layers, heads, m, m). Attention is not cause."""

    def attention(self, query: Query) -> NDArray[np.float32]: ...

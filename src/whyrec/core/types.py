"""The values that flow between all parts, and the protocols they meet in.

Every value is frozen and checked once, at construction; its arrays are read-only copies. Shapes are
in each docstring: m events in a history, q queries, k places in a slate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from whyrec.core import html
from whyrec.core.errors import BadArgument
from whyrec.core.queries import Float, Int, Queries, Query, frozen

__all__ = [
    "Additive",
    "Attentive",
    "Contributions",
    "Differentiable",
    "Float",
    "Int",
    "Measurement",
    "Model",
    "Queries",
    "Query",
    "Scorer",
    "Slate",
    "Textual",
    "frozen",
]


@dataclass(frozen=True, eq=False, init=False)
class Slate:
    """A ranked list: items (k,) int32 without repeats; scores (k,) float32, finite, never
    rising.
    """

    items: Int
    scores: Float
    _repr_html_ = html.slate

    def __init__(self, items: ArrayLike, scores: ArrayLike) -> None:
        items = frozen(items, np.int32, "Slate.items")
        scores = frozen(scores, np.float32, "Slate.scores")
        if len(items) != len(scores):
            raise BadArgument(
                "a Slate needs one score per item", given=f"{len(items)} and {len(scores)}"
            )
        if len(np.unique(items)) != len(items):
            raise BadArgument("a Slate holds no item twice", given=str(items.tolist()))
        if not np.isfinite(scores).all():
            raise BadArgument("a Slate's scores must be finite", given=str(scores.tolist()))
        if (np.diff(scores) > 0).any():
            raise BadArgument("a Slate's scores never rise", given=str(scores.tolist()))
        for name, array in (("items", items), ("scores", scores)):
            object.__setattr__(self, name, array)

    def __len__(self) -> int:
        return len(self.items)

    def rank(self, item: int) -> int | None:
        """The place of `item`, 1 for the first, or None where it is not in the slate."""
        at = np.flatnonzero(self.items == item)
        return int(at[0]) + 1 if len(at) else None


@dataclass(frozen=True, eq=False)
class Measurement:
    """A measure with its value for every case, so that any two can be paired and bootstrapped:
    values (cases,) float64, NaN where the measure is undefined for that case."""

    name: str
    values: Float
    higher_is_better: bool = True
    notes: Mapping[str, Any] = field(default_factory=dict)
    _repr_html_ = html.measurement

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", frozen(self.values, np.float64, "Measurement.values"))
        object.__setattr__(self, "notes", dict(self.notes))

    @property
    def mean(self) -> float:
        """Mean over the cases where the measure is defined; NaN where there are none."""
        defined = self.values[~np.isnan(self.values)]
        return float(defined.mean()) if len(defined) else float("nan")


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

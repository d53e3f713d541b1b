"""The values that flow between all parts, and the protocols they meet in.

Every value is frozen and checked once, at construction; its arrays are read-only copies. Shapes are in each docstring:
m events in a history, q queries, k places in a slate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from whyrec.core import html
from whyrec.core.errors import BadArgument
from whyrec.core.queries import Float, Int, Queries, Query, frozen

__all__ = ["Additive", "Attentive", "Contributions", "Cost", "Differentiable", "Explanation", "Float", "Int",
           "Measurement", "Model", "Queries", "Query", "Readable", "Reason", "Slate", "Textual", "frozen"]

REASON_KINDS = ("event", "feature", "token", "path", "rule", "friend", "popularity", "addition")
ADDS_UP = 1e-4  # relative tolerance of an additive explanation, in units of max(1, |score|)


@dataclass(frozen=True, eq=False)
class Slate:
    """A ranked list: items (k,) int32 without repeats; scores (k,) float32, finite, never rising."""

    items: Int
    scores: Float
    _repr_html_ = html.slate

    def __post_init__(self) -> None:
        items = frozen(self.items, np.int32, "Slate.items")
        scores = frozen(self.scores, np.float32, "Slate.scores")
        if len(items) != len(scores):
            raise BadArgument("a Slate needs one score per item", given=f"{len(items)} and {len(scores)}")
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


@dataclass(frozen=True)
class Reason:
    """One named cause of a score. refs: for "event" positions in the query; for "feature", "token", "path", "friend" numbers
    in the model's own list (a rule found by an explainer: positions); for "addition" item numbers; weight in score units.
    A reason of several events is a set, removed together."""

    kind: str
    refs: tuple[int, ...]
    weight: float

    def __post_init__(self) -> None:
        if self.kind not in REASON_KINDS:
            raise BadArgument(f"a reason's kind must be one of {', '.join(REASON_KINDS)}", given=repr(self.kind))
        if not np.isfinite(self.weight):
            raise BadArgument("a reason's weight must be finite", given=repr(self.weight))
        object.__setattr__(self, "refs", tuple(int(r) for r in self.refs))
        object.__setattr__(self, "weight", float(self.weight))


class Cost(NamedTuple):
    """What an explanation took: rows that the model scored, and milliseconds."""

    evaluations: int
    ms: float


@dataclass(frozen=True)
class Explanation:
    """Why `item` got `score`: score = base + sum of reasons + rest, up to `gap`.

    additive says that the reasons add up; such a value that does not add up cannot be made.
    interval: (low, high) of the first reason's weight where the method estimates it, intervals: of every reason's. after:
    the slate that was really measured once the first reasons were removed. method names how it was computed. against: the
    item that a contrast compares with. cost: measured by the caller, no part of what is said. The first reason counts most.
    """

    item: int
    score: float
    base: float
    reasons: tuple[Reason, ...]
    rest: float
    method: str
    additive: bool
    interval: tuple[float, float] | None = None
    after: Slate | None = None
    intervals: tuple[tuple[float, float], ...] = ()
    against: int | None = None
    cost: Cost | None = field(default=None, compare=False)
    _repr_html_ = html.explanation

    def __post_init__(self) -> None:
        object.__setattr__(self, "item", int(self.item))
        object.__setattr__(self, "reasons", tuple(self.reasons))
        if self.intervals and len(self.intervals) != len(self.reasons):
            raise BadArgument("an explanation needs one interval a reason, or none",
                              given=f"{len(self.intervals)} for {len(self.reasons)} reasons")
        if self.intervals and self.interval is None:
            object.__setattr__(self, "interval", self.intervals[0])
        for name in ("score", "base", "rest"):
            if not np.isfinite(getattr(self, name)):
                raise BadArgument(f"an explanation's {name} must be finite", given=repr(getattr(self, name)))
            object.__setattr__(self, name, float(getattr(self, name)))
        if self.additive and abs(self.gap) > ADDS_UP * max(1.0, abs(self.score)):
            raise BadArgument(
                "an additive explanation must add up to its score",
                given=f"score {self.score:.6g} but base {self.base:.6g} "
                      f"+ reasons {sum(r.weight for r in self.reasons):.6g} "
                      f"+ rest {self.rest:.6g} (gap {self.gap:.3g})",
                fix="compute the weights from the model that was scored, or pass additive=False")

    @property
    def gap(self) -> float:
        """score - base - reasons - rest: what the explanation leaves unsaid, in score units."""
        return self.score - self.base - sum(r.weight for r in self.reasons) - self.rest

    @property
    def explained_share(self) -> float:
        """Share of the score's moving parts that exact reasons account for, 0 to 1:
        (|base| + sum |weights|) / (the same + |rest|); 0 where the reasons do not add up. (Where they do,
        the gap is rounding.)"""
        if not self.additive:
            return 0.0
        named = abs(self.base) + sum(abs(r.weight) for r in self.reasons)
        total = named + abs(self.rest)
        return 1.0 if total == 0 else named / total


@dataclass(frozen=True, eq=False)
class Measurement:
    """A measure with its value for every case, so that any two can be paired and bootstrapped: values (cases,) float64,
    NaN where the measure is undefined for that case."""

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
class Model(Protocol):
    """Learns from events and scores histories. `fit` takes a core Dataset."""

    def fit(self, data: Any, *, seed: int = 0) -> Self: ...

    def score(self, queries: Queries | Sequence[Query]) -> NDArray[np.float32]:
        """(q, n_items) float32, finite for an empty history too."""
        ...


@runtime_checkable
class Additive(Protocol):
    """A model whose score is a sum over events: removing an event removes exactly its weight. Where the rest of
    `contributions` is not 0 and changes with the history, the model says so by an attribute rest_moves = True."""

    def contributions(self, query: Query, item: int) -> Contributions: ...


@runtime_checkable
class Readable(Protocol):
    """A model whose score is a sum of reasons other than events (features, rules, questions), each of which it can say."""

    def reasons(self, query: Query, item: int) -> tuple[float, tuple[Reason, ...]]:
        """(base, reasons): they sum to the score of `item`."""
        ...

    def phrase(self, reason: Reason, query: Query, item: int) -> tuple[str, str]:
        """The reason with this item's own numbers, in English and in Chinese."""
        ...


@runtime_checkable
class Differentiable(Protocol):
    """A model that scores from event embeddings (torch): embed -> (m, d); score_embedded of (m, d) or of a batch (b, m, d)
    -> scores of `items` (default all), (c,) or (b, c), with gradients. Where a zero vector means something to it
    (many networks normalise), `neutral(query)` -> (m, d) gives what stands for nothing."""

    def embed(self, query: Query) -> Any: ...

    def score_embedded(self, embedded: Any, query: Query, items: Any = None) -> Any: ...


@runtime_checkable
class Textual(Protocol):
    """A model that reads item texts (torch): the tokens of a text, their embeddings (t, h), and the score of `item` with
    its text's embeddings so replaced, (t, h) or (b, t, h) -> scalar or (b,), with gradients."""

    def tokens(self, text: str) -> tuple[list[str], Any]: ...

    def score_tokens(self, embedded: Any, text: str, query: Query, item: int) -> Any: ...


@runtime_checkable
class Attentive(Protocol):
    """A model with attention maps: (layers, heads, m, m). Attention is not cause."""

    def attention(self, query: Query) -> NDArray[np.float32]: ...

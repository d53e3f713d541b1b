"""Ranked lists, measurements, reasons, removals and explanations.

Every value is immutable and validated at construction; its arrays are read-only copies. A slate has
k places.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from whyrec import frames
from whyrec.core import notebook_repr
from whyrec.core.describe import slate_text
from whyrec.core.errors import ArgumentError
from whyrec.core.queries import Float, Int, frozen

__all__ = [
    "ADDS_UP",
    "REASON_KINDS",
    "Cost",
    "Explanation",
    "Measurement",
    "Reason",
    "Removal",
    "Slate",
    "beyond",
]

REASON_KINDS = (
    "event",
    "feature",
    "token",
    "path",
    "rule",
    "friend",
    "popularity",
    "addition",
    "anchor",
)
ADDS_UP = 1e-4  # relative tolerance of an additive explanation, in units of max(1, |score|)


@dataclass(frozen=True, eq=False, init=False)
class Slate:
    """A ranked list.

    Attributes:
        items: Item numbers without repeats, (k,) int32.
        scores: Finite, non-increasing scores, (k,) float32.
        labels: Labels of the items, or empty.
        titles: Titles of the items, or empty.

    >>> print(Slate([4, 2], [2.0, 1.5], titles=["Solaris", "Ran"]))
    1  Solaris  2.0000
    2  Ran      1.5000
    """

    items: Int
    scores: Float
    labels: tuple[str, ...] = field(repr=False)
    titles: tuple[str, ...] = field(repr=False)
    _repr_html_ = notebook_repr.slate

    def __init__(
        self,
        items: ArrayLike,
        scores: ArrayLike,
        labels: Sequence[str] = (),
        titles: Sequence[str] = (),
    ) -> None:
        items = frozen(items, np.int32, "Slate.items")
        scores = frozen(scores, np.float32, "Slate.scores")
        if len(items) != len(scores):
            raise ArgumentError(
                "a Slate needs one score per item", given=f"{len(items)} and {len(scores)}"
            )
        if len(np.unique(items)) != len(items):
            raise ArgumentError("a Slate holds no item twice", given=str(items.tolist()))
        if not np.isfinite(scores).all():
            raise ArgumentError("a Slate's scores must be finite", given=str(scores.tolist()))
        if (np.diff(scores) > 0).any():
            raise ArgumentError("a Slate's scores never rise", given=str(scores.tolist()))
        for name, texts in (("labels", labels), ("titles", titles)):
            if len(texts) not in (0, len(items)):
                raise ArgumentError(
                    f"a Slate needs one of its {name} per item, or none",
                    given=f"{len(texts)} for {len(items)} items",
                )
            object.__setattr__(self, name, tuple(map(str, texts)))
        for name, array in (("items", items), ("scores", scores)):
            object.__setattr__(self, name, array)

    def __len__(self) -> int:
        return len(self.items)

    def __str__(self) -> str:
        """Return rank, title and score of each item, one per line."""
        return slate_text(self)

    def _columns(self) -> dict[str, list[Any]]:
        """Return the columns of the frame."""
        known: dict[str, list[Any]] = {"rank": list(range(1, len(self) + 1))}
        known["item"] = list(self.labels) if self.labels else self.items.tolist()
        if self.titles:
            known["title"] = list(self.titles)
        return known | {"score": self.scores.tolist()}

    def to_polars(self) -> frames.PolarsFrame:
        """Convert the list to a polars frame.

        Returns:
            One row per item: rank, item (label, or number if unknown), title if known, score.
        """
        return frames.polars_frame(self._columns())

    def to_pandas(self) -> frames.PandasFrame:
        """Convert the list to a pandas frame, like :meth:`to_polars`.

        Returns:
            One row per item.
        """
        return frames.pandas_frame(self._columns())

    def rank(self, item: int) -> int | None:
        """Return the place of an item.

        Args:
            item: Number of the item.

        Returns:
            The place, from 1, or None if the item is not in the list.
        """
        at = np.flatnonzero(self.items == item)
        return int(at[0]) + 1 if len(at) else None


@dataclass(frozen=True)
class Removal:
    """The measured effect of removing the named reasons together and ranking again.

    Attributes:
        positions: Positions of the removed events.
        rank_before: Place of the item among the allowed items, from 1.
        rank_after: Its place after the removal.
        listed: Length of the list that was shown.
        random: For each draw of as many random events, the last place that the item can take
            without them. Empty if the item stayed in the list, so that no comparison was needed.
    """

    positions: tuple[int, ...]
    rank_before: int
    rank_after: int
    listed: int
    random: tuple[int, ...] = ()

    @property
    def fell(self) -> bool:
        """Whether the item lost its place."""
        return self.rank_after > self.rank_before

    @functools.cached_property
    def proved(self) -> bool:
        """Whether "because" may be said.

        The item leaves the shown list and falls clearly further than without random events.
        """
        left = self.rank_before <= self.listed < self.rank_after
        return left and beyond(self.rank_after, self.random)


def beyond(place: int, random: Sequence[float]) -> bool:
    """Say whether a place exceeds the mean random place by more than two standard errors.

    >>> beyond(16, [12, 14]), beyond(14, [12, 14]), beyond(16, []), beyond(16, [12])
    (True, False, False, True)
    """
    draws = len(random)
    if not draws:
        return False
    total = sum(random)
    spread = (sum([one * one for one in random]) - total * total / draws) / max(1, draws - 1)
    return place > total / draws + 2 * math.sqrt(max(0.0, spread) / draws)


@dataclass(frozen=True)
class Reason:
    """One named cause of a score.

    Attributes:
        kind: One of REASON_KINDS.
        refs: Positions in the query for "event" and "anchor"; numbers in the model's own list for
            "feature", "token", "path", "rule" and "friend"; item numbers for "addition". Several
            events form a set that is removed together.
        weight: In units of the score.
    """

    kind: str
    refs: tuple[int, ...]
    weight: float

    def __post_init__(self) -> None:
        if self.kind not in REASON_KINDS:
            raise ArgumentError(
                f"a reason's kind must be one of {', '.join(REASON_KINDS)}", given=repr(self.kind)
            )
        if not math.isfinite(self.weight):
            raise ArgumentError("a reason's weight must be finite", given=repr(self.weight))
        object.__setattr__(self, "refs", tuple(map(int, self.refs)))
        object.__setattr__(self, "weight", float(self.weight))


def _refs(reason: Reason) -> str:
    """Describe a reason by its kind and numbers."""
    return f"{reason.kind} {', '.join(map(str, reason.refs))}".strip()


class Cost(NamedTuple):
    """What an explanation took.

    Attributes:
        evaluations: Rows that the model scored.
        ms: Milliseconds.
    """

    evaluations: int
    ms: float


@dataclass(frozen=True)
class Explanation:
    """Why an item got its score: score = base + sum of reasons + rest + terms, up to `gap`.

    Explanations that are shown are tested (:mod:`whyrec.explain.tested`).

    Attributes:
        item: Number of the item.
        score: Its score.
        base: The score without reasons.
        reasons: The reasons, most important first.
        rest: The model's own remainder.
        method: How the explanation was computed.
        additive: Whether the reasons add up to the score; this is enforced.
        interval: (low, high) of the first reason's weight, if estimated.
        after: The list re-ranked without the top reasons (measured).
        intervals: (low, high) of every reason's weight, if estimated.
        against: The item that a contrast compares with.
        cost: Evaluations and time, set by the caller; ignored in comparisons.
        named: The number of leading reasons that are stated.
        others: Sum of all reasons that are not listed.
        rank: Place of the item.
        listed: Length of the list that is shown.
        explained_share: How far exact reasons decide the item's place, 0 to 1; see
            :mod:`whyrec.core.explained`. Default: 1 if the reasons add up without a rest, else 0.
        lead_share: Share of the named reasons in the item's lead over the first item not shown.
        support: Number of people behind each named reason; -1 if unknown.
        terms: Sum of what operator, request and person add to the model's own score; see
            :class:`whyrec.core.Listing`.
        removal: Effect of removing the named reasons together.
        label: Label of the item, if known.
        title: Title of the item, if known.
        causes: Text of each reason, if known.
        text: Sentences of :mod:`whyrec.explain.words` by language ("en", "zh"), if known.
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
    named: int = 0
    others: float = 0.0
    rank: int | None = None
    listed: int = 0
    lead_share: float | None = None
    explained_share: float = math.nan  # set in __post_init__
    support: tuple[int, ...] = ()
    terms: float = 0.0
    removal: Removal | None = None
    label: str = field(default="", compare=False, repr=False)
    title: str = field(default="", compare=False, repr=False)
    causes: tuple[str, ...] = field(default=(), compare=False, repr=False)
    text: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    _repr_html_ = notebook_repr.explanation

    def __post_init__(self) -> None:
        object.__setattr__(self, "item", int(self.item))
        object.__setattr__(self, "reasons", tuple(self.reasons))
        if self.intervals and len(self.intervals) != len(self.reasons):
            raise ArgumentError(
                "an explanation needs one interval a reason, or none",
                given=f"{len(self.intervals)} for {len(self.reasons)} reasons",
            )
        if self.intervals and self.interval is None:
            object.__setattr__(self, "interval", self.intervals[0])
        for name in ("score", "base", "rest"):
            if not math.isfinite(getattr(self, name)):
                raise ArgumentError(
                    f"an explanation's {name} must be finite", given=repr(getattr(self, name))
                )
            object.__setattr__(self, name, float(getattr(self, name)))
        if math.isnan(self.explained_share):
            object.__setattr__(self, "explained_share", float(self.additive and self.rest == 0))
        if not 0 <= self.explained_share <= 1:
            raise ArgumentError(
                "an explanation's explained_share must be from 0 to 1",
                given=repr(self.explained_share),
            )
        if self.additive and abs(self.gap) > ADDS_UP * max(1.0, abs(self.score)):
            raise ArgumentError(
                "an additive explanation must add up to its score",
                given=f"score {self.score:.6g} but base {self.base:.6g} "
                f"+ reasons {sum(r.weight for r in self.reasons) + self.others:.6g} "
                f"+ rest {self.rest:.6g} + terms {self.terms:.6g} (gap {self.gap:.3g})",
                fix="compute the weights from the model that was scored, or pass additive=False",
            )

    def __str__(self) -> str:
        """Return the English sentences if known, otherwise the values."""
        return self.text.get("en") or repr(self)

    def _columns(self) -> dict[str, list[Any]]:
        """Return the columns of the frame."""
        places = range(len(self.reasons))
        known = len(self.causes) == len(self.reasons)
        return {
            "reason": list(self.causes) if known else [_refs(one) for one in self.reasons],
            "kind": [one.kind for one in self.reasons],
            "weight": [one.weight for one in self.reasons],
            "named": [place < self.named for place in places],
        }

    def to_polars(self) -> frames.PolarsFrame:
        """Convert the reasons to a polars frame.

        Returns:
            One row per reason: reason, kind, weight, and whether the sentences name it.
        """
        return frames.polars_frame(self._columns())

    def to_pandas(self) -> frames.PandasFrame:
        """Convert the reasons to a pandas frame, like :meth:`to_polars`.

        Returns:
            One row per reason.
        """
        return frames.pandas_frame(self._columns())

    @property
    def gap(self) -> float:
        """What is left unexplained: score less all parts, in units of the score."""
        named = sum([reason.weight for reason in self.reasons])
        return self.score - self.base - named - self.others - self.rest - self.terms

    @property
    def tested(self) -> bool:
        """Whether the named reasons were removed and the list was ranked again."""
        return self.rank is not None

    @functools.cached_property
    def share(self) -> int | None:
        """Share of the named reasons in the signed score, in whole percent.

        None if the reasons do not add up, nothing is named, or the figure is outside 1 to 100.
        """
        named = sum([reason.weight for reason in self.reasons[: self.named]])
        if not self.additive or not self.named or self.score <= 0 or named <= 0:
            return None
        percent = round(100 * named / self.score)
        return percent if 1 <= percent <= 100 else None


@dataclass(frozen=True, eq=False)
class Measurement:
    """A measure with one value per case, so that any two can be paired and bootstrapped.

    Attributes:
        name: Name of the measure.
        values: Values, (cases,) float64; NaN if undefined.
        higher_is_better: Whether higher values are better.
        notes: Further information.
    """

    name: str
    values: Float
    higher_is_better: bool = True
    notes: Mapping[str, Any] = field(default_factory=dict)
    _repr_html_ = notebook_repr.measurement

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", frozen(self.values, np.float64, "Measurement.values"))
        object.__setattr__(self, "notes", dict(self.notes))

    @property
    def mean(self) -> float:
        """Mean over the defined cases; NaN if there are none."""
        defined = self.values[~np.isnan(self.values)]
        return float(defined.mean()) if len(defined) else float("nan")

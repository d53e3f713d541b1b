"""Why an item got its score: reasons, what taking them away did, and the explanation that holds
both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np

from whyrec.core import notebook_repr
from whyrec.core.capabilities import Scorer
from whyrec.core.errors import BadArgument
from whyrec.core.explanation import Slate
from whyrec.core.queries import Query

__all__ = ["ADDS_UP", "REASON_KINDS", "Cost", "Explanation", "Readable", "Reason", "Removal"]

REASON_KINDS = ("event", "feature", "token", "path", "rule", "friend", "popularity", "addition")
ADDS_UP = 1e-4  # relative tolerance of an additive explanation, in units of max(1, |score|)


@dataclass(frozen=True)
class Removal:
    """A removal that was executed: the named events (or reasons that are no events) were taken away
    together, and the list was ranked again.

    positions: of the events in the history. rank_before, rank_after: the item's place, 1 for the
    best, among the items that may be listed. listed: the length of the list that was shown. random:
    the last place that the item can have after as many random events are left out, one number for
    each draw (its very place, unless that bound is enough); empty where the item stayed in the
    list, so that no comparison was needed.
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

    @property
    def proved(self) -> bool:
        """Whether "because" may be said: the item leaves the list that was shown, and falls further
        than random events make it fall on average."""
        left = self.rank_before <= self.listed < self.rank_after
        return (
            left and len(self.random) > 0 and self.rank_after > sum(self.random) / len(self.random)
        )


@dataclass(frozen=True)
class Reason:
    """One named cause of a score. refs: for "event" positions in the query; for "feature", "token",
    "path", "friend" numbers in the model's own list (a rule found by an explainer: positions); for
    "addition" item numbers; weight in score units. A reason of several events is a set, removed
    together."""

    kind: str
    refs: tuple[int, ...]
    weight: float

    def __post_init__(self) -> None:
        if self.kind not in REASON_KINDS:
            raise BadArgument(
                f"a reason's kind must be one of {', '.join(REASON_KINDS)}", given=repr(self.kind)
            )
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
    interval: (low, high) of the first reason's weight where the method estimates it, intervals: of
    every reason's. after: the slate that was really measured once the first reasons were removed.
    method names how it was computed. against: the item that a contrast compares with. cost:
    measured by the caller, no part of what is said. The first reason counts most.

    What a surface shows is tested (:mod:`whyrec.explain.tested`): the first `named` reasons are
    those that are told, `others` is what all reasons that are not listed add up to and
    `others_size` the sum of their sizes, rank the item's place, listed the length of the list that
    is shown, lead_share the part of the item's lead over the first item that is not shown which the
    named reasons make, support how many people each named reason rests on (-1 where that is not
    known), removal what taking the named ones away together did.
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
    others_size: float = 0.0
    rank: int | None = None
    listed: int = 0
    lead_share: float | None = None
    support: tuple[int, ...] = ()
    removal: Removal | None = None
    _repr_html_ = notebook_repr.explanation

    def __post_init__(self) -> None:
        object.__setattr__(self, "item", int(self.item))
        object.__setattr__(self, "reasons", tuple(self.reasons))
        if self.intervals and len(self.intervals) != len(self.reasons):
            raise BadArgument(
                "an explanation needs one interval a reason, or none",
                given=f"{len(self.intervals)} for {len(self.reasons)} reasons",
            )
        if self.intervals and self.interval is None:
            object.__setattr__(self, "interval", self.intervals[0])
        for name in ("score", "base", "rest"):
            if not np.isfinite(getattr(self, name)):
                raise BadArgument(
                    f"an explanation's {name} must be finite", given=repr(getattr(self, name))
                )
            object.__setattr__(self, name, float(getattr(self, name)))
        if self.additive and abs(self.gap) > ADDS_UP * max(1.0, abs(self.score)):
            raise BadArgument(
                "an additive explanation must add up to its score",
                given=f"score {self.score:.6g} but base {self.base:.6g} "
                f"+ reasons {sum(r.weight for r in self.reasons) + self.others:.6g} "
                f"+ rest {self.rest:.6g} (gap {self.gap:.3g})",
                fix="compute the weights from the model that was scored, or pass additive=False",
            )

    @property
    def gap(self) -> float:
        """score - base - reasons - rest: what the explanation leaves unsaid, in score units."""
        return (
            self.score - self.base - sum(r.weight for r in self.reasons) - self.others - self.rest
        )

    @property
    def tested(self) -> bool:
        """Whether the named reasons were taken away and the list was ranked again."""
        return self.rank is not None

    @property
    def share(self) -> int | None:
        """Whole percent of the score that the named reasons make, signed as the score is; None
        where the reasons do not add up, nothing is named, or the figure is no share (below 1 or
        above 100)."""
        named = sum(reason.weight for reason in self.reasons[: self.named])
        if not self.additive or not self.named or self.score <= 0 or named <= 0:
            return None
        percent = round(100 * named / self.score)
        return percent if 1 <= percent <= 100 else None

    @property
    def explained_share(self) -> float:
        """Share of the score's moving parts that exact reasons account for, 0 to 1:
        (|base| + sum |weights|) / (the same + |rest|); 0 where the reasons do not add up. (Where
        they do, the gap is rounding.)"""
        if not self.additive:
            return 0.0
        named = abs(self.base) + sum(abs(r.weight) for r in self.reasons) + self.others_size
        total = named + abs(self.rest)
        return 1.0 if total == 0 else named / total


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

"""The reference for checking a sentence: one history, the model and the counts.

It shares no code with the writer of the sentences: scores come from ``model.score`` on the
shortened history, places and people who chose two items are counted here.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Additive, ArgumentError, Dataset, Queries, Query, Readable, Reason
from whyrec.core.capabilities import rest_moves
from whyrec.explain.phrases import LANGUAGES
from whyrec.explain.verification.counts import Counts

__all__ = ["Place", "World", "verbs_of", "world_of"]

TIE = 1e-5  # relative to the spread of the scores: closer scores may swap places by rounding
HELD = 128  # size of the cache of shortened histories
LATEST = 50  # items left out one by one if a model is not additive
EXECUTED = 20  # random draws that a "because" is compared with
DOUBTFUL = 200  # draws if the first ones are inconclusive


class Place(NamedTuple):
    """A place, and the lowest and highest place within rounding."""

    place: int
    low: int
    high: int

    def may_be(self, said: int) -> bool:
        """Say whether a stated place is within rounding."""
        return self.low <= said <= self.high


@dataclass(eq=False)
class World:
    """Everything that the claims about one list depend on.

    Attributes:
        query: The history that was scored.
        listed: Length of the list.
        allowed: Which items may be listed, (n_items,).
        titles: Titles by item number.
        labels: Labels by item number.
        event_ids: By position; None for events without an id.
        clock: False, True (UTC) or a zone.
        verb: Verb for what the person did, by language.
        counts: Counts of the data, if known.
        popular: Counts behind popularity, (n_items,), if known.
        constant: The scores of everybody, if no history was used.
        what_if: Maps (the removal's JSON, the item's label) to (place before, place after), or
            None.
        values: Meaning of the events' values; see Dataset.
        drawn: Whether a place of the list was drawn at random.
        terms: What is added to the model's scores, (n_items,) by name; it stays when events go.
    """

    model: Any
    query: Query
    listed: int
    allowed: NDArray[np.bool_]
    titles: Sequence[str]
    labels: Sequence[str]
    event_ids: Sequence[str | None] = ()
    clock: bool | tzinfo = True
    verb: Mapping[str, str] = field(default_factory=dict)
    counts: Counts | None = None
    popular: NDArray[Any] | None = None
    constant: NDArray[np.float32] | None = None
    tags: Callable[[str], Sequence[str]] | None = None
    tag_steps: Sequence[str] = ()
    what_if: Callable[[Mapping[str, Any], str], tuple[int, int] | None] | None = None
    values: str = ""
    drawn: bool = False
    seed: int = 0
    terms: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._scores: dict[tuple[tuple[int, ...], bool], NDArray[np.float32]] = {}
        self.added = sum(self.terms.values(), np.zeros(len(self.allowed), np.float32))

    @functools.cached_property
    def numbers(self) -> dict[str, int]:
        """Item numbers by label."""
        return {label: number for number, label in enumerate(self.labels)}

    @functools.cached_property
    def groups(self) -> dict[int, tuple[int, ...]]:
        """The positions of each item of the history."""
        found: dict[int, list[int]] = {}
        for position, item in enumerate(self.query.items.tolist()):
            found.setdefault(item, []).append(position)
        return {item: tuple(positions) for item, positions in found.items()}

    # --- scores and places ------------------------------------------------------------------------

    def scores(self, gone: Sequence[int] = (), *, alone: bool = False) -> NDArray[np.float32]:
        """Score all items without these events; `alone` also without the people followed."""
        return self.many([gone], alone=alone)[0]

    def many(
        self, sets: Sequence[Sequence[int]], *, alone: bool = False
    ) -> list[NDArray[np.float32]]:
        """Score all items for many sets of removed events."""
        if self.constant is not None:
            return [self.constant + self.added] * len(sets)
        keys = [(tuple(sorted(set(map(int, one)))), alone) for one in sets]
        new = [key for key in dict.fromkeys(keys) if key not in self._scores]
        if new:
            shortened = [self._without(gone, alone) for gone, _ in new]
            for key, row in zip(
                new, np.asarray(self.model.score(Queries.of(shortened)), np.float32), strict=True
            ):
                self._scores[key] = row + self.added
        found = [self._scores[key] for key in keys]
        while len(self._scores) > HELD:
            self._scores.pop(next(iter(self._scores)))
        return found

    def _without(self, gone: Sequence[int], alone: bool) -> Query:
        if not gone and not alone:
            return self.query
        return replace(self.query.without(gone), user=None if alone else self.query.user)

    def place(self, item: int, gone: Sequence[int] = ()) -> Place:
        """Return the item's place without these events, whose items are not offered."""
        return self.place_in(self.scores(gone), item, gone)

    def place_in(
        self,
        scores: NDArray[np.float32],
        item: int,
        gone: Sequence[int] = (),
        own: float | None = None,
    ) -> Place:
        """Return the item's place by these scores; `own` replaces its score."""
        if own is None:
            own = float(scores[item])
        masked = np.where(self.allowed, scores, -np.inf)
        masked[self.query.items[list(gone)]] = -np.inf
        masked[item] = -np.inf
        finite = masked[np.isfinite(masked)]
        if len(finite):
            spread = float(finite.max() - finite.min())
        else:
            spread = 0.0
        slack = TIE * max(spread, 1e-3 * abs(own))
        higher = np.count_nonzero(masked > own) + np.count_nonzero(masked[:item] == own)
        return Place(
            1 + int(higher),
            1 + int(np.count_nonzero(masked > own + slack)),
            1 + int(np.count_nonzero(masked >= own - slack)),
        )

    def random_fall(self, item: int, size: int, after: float) -> tuple[bool, float]:
        """Compare with random events: (whether they lower the item to `after`, mean place)."""
        mean, error = self._random(item, size, EXECUTED)
        if mean >= after > mean - 2 * error:  # inconclusive
            mean, error = self._random(item, size, DOUBTFUL)
        return mean >= after, mean

    def _random(self, item: int, size: int, draws: int) -> tuple[float, float]:
        rng = np.random.default_rng([self.seed, 20_260, len(self.query), size])
        sets = [rng.choice(len(self.query), size, replace=False).tolist() for _ in range(draws)]
        places = np.array(
            [
                self.place_in(row, item, gone).place
                for start in range(0, draws, EXECUTED)
                for row, gone in zip(
                    self.many(sets[start : start + EXECUTED]),
                    sets[start : start + EXECUTED],
                    strict=True,
                )
            ],
            float,
        )
        return float(places.mean()), float(places.std(ddof=1) / np.sqrt(len(places)))

    # --- parts ------------------------------------------------------------------------------------

    @property
    def by_phrases(self) -> bool:
        """Whether the reasons are the model's own phrases: paths, features, rules."""
        return self.constant is None and isinstance(self.model, Readable)

    @property
    def additive(self) -> bool:
        """Whether the scores are sums of parts."""
        return self.constant is not None or isinstance(self.model, Additive) or self.by_phrases

    @property
    def moves(self) -> bool:
        """Whether a weight differs from the effect of leaving the event out."""
        return not self.additive or rest_moves(self.model)

    @functools.cached_property
    def empty(self) -> NDArray[np.float32]:
        """The scores of an empty history, without followed people."""
        return self.scores(range(len(self.query)), alone=True)

    def base(self, item: int) -> float:
        """Return the score that everybody gets from the model."""
        return float(self.empty[item] - self.added[item])

    @functools.lru_cache(maxsize=256)  # noqa: B019 - lives as long as one list
    def weights(self, item: int) -> dict[int, float]:
        """Return what each item of the history adds to the score of `item`.

        By contributions if the model is additive, otherwise by leaving out the latest items.
        """
        if self.constant is not None:
            return {}
        if isinstance(self.model, Additive) and not self.by_phrases:
            each = np.asarray(self.model.contributions(self.query, item).weights, np.float64)
            return {
                one: float(each[list(positions)].sum()) for one, positions in self.groups.items()
            }
        return self.effects(item)

    def weight_of(self, item: int, positions: tuple[int, ...]) -> float:
        """Return what the events at these positions alone add to the score of `item`."""
        if isinstance(self.model, Additive) and not self.by_phrases:
            each = np.asarray(self.model.contributions(self.query, item).weights, np.float64)
            return float(each[list(positions)].sum())
        return float(self.scores()[item] - self.scores(positions)[item])

    @functools.lru_cache(maxsize=256)  # noqa: B019 - lives as long as one list
    def effects(self, item: int) -> dict[int, float]:
        """Return the loss of score when each item of the history is left out."""
        if isinstance(self.model, Additive) and not self.moves and not self.by_phrases:
            return self.weights(item)
        latest = sorted(self.groups.items(), key=lambda row: row[1][-1])[-LATEST:]
        own = float(self.scores()[item])
        return {one: own - float(self._left_out(positions)[item]) for one, positions in latest}

    def _left_out(self, positions: tuple[int, ...]) -> NDArray[np.float32]:
        return self._alone[positions]

    @functools.cached_property
    def _alone(self) -> dict[tuple[int, ...], NDArray[np.float32]]:
        latest = sorted(self.groups.values(), key=lambda row: row[-1])[-LATEST:]
        rows = self.model.score(Queries.of([self._without(one, False) for one in latest]))
        return dict(zip(latest, np.asarray(rows, np.float32) + self.added, strict=True))

    def rest(self, item: int) -> float | None:
        """Return the model's own rest, if it states one."""
        if self.constant is not None or self.by_phrases:
            return 0.0
        if isinstance(self.model, Additive):
            return float(self.model.contributions(self.query, item).rest)
        return None

    @functools.lru_cache(maxsize=64)  # noqa: B019 - lives as long as one list
    def reasons(self, item: int) -> tuple[float, tuple[Reason, ...]]:
        """Return (base, reasons) of a model with phrases, heaviest first."""
        base, found = self.model.reasons(self.query, item)
        return float(base), tuple(sorted(found, key=lambda reason: -reason.weight))

    def rival(self) -> int | None:
        """Return the best allowed item that is not listed."""
        masked = np.where(self.allowed, self.scores(), -np.inf)
        order = np.argsort(-masked, kind="stable")
        if self.listed >= len(order) or not np.isfinite(masked[order[self.listed]]):
            return None
        return int(order[self.listed])

    # --- dates ------------------------------------------------------------------------------------

    def day(self, position: int) -> date | None:
        """Return the day of an event; None if unknown."""
        moment = int(self.query.times[position])
        if self.clock is False or moment == 0:
            return None
        try:
            return datetime.fromtimestamp(moment, UTC if self.clock is True else self.clock).date()
        except (OverflowError, ValueError, OSError):
            return None


def world_of(
    model: Any, data: Dataset, query: Query, listed: int, *, counts: Counts, **more: Any
) -> World:
    """Build the world of a history of a data set, for a list of `listed` items.

    Chosen items are not listed, unless repeats are allowed.
    """
    if listed < 1:
        raise ArgumentError("a list holds at least one item", given=str(listed))
    allowed = np.ones(data.n_items, bool)
    if not query.repeat:
        allowed[query.items] = False
    allowed[query.avoided] = False
    return World(
        model,
        query,
        listed,
        allowed,
        data.item_table.title,
        data.items,
        clock=data.clock,
        verb=verbs_of(data),
        counts=counts,
        popular=counts.events,
        values=data.values,
        **more,
    )


def verbs_of(data: Dataset, verb: str = "") -> dict[str, str]:
    """Return the verb for what people did by language; `verb` overrides that of the data."""
    return {
        lang: language.verb(verb or data.verb, data.domain).past
        for lang, language in LANGUAGES.items()
    }

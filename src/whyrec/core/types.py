"""The values that flow between all parts, and the protocols they meet in.

Every value is frozen and checked once, at construction; its arrays are read-only copies. Shapes are in each docstring:
m events in a history, q queries, k places in a slate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from whyrec.core import html
from whyrec.core.errors import BadArgument

if TYPE_CHECKING:
    from whyrec.core.explanation import Reason

__all__ = ["Additive", "Attentive", "Contributions", "Differentiable", "Float", "Int", "Measurement", "Model", "Queries",
           "Query", "Readable", "Slate", "Textual"]

Int = NDArray[np.integer[Any]]
Float = NDArray[np.floating[Any]]


def frozen(values: Any, dtype: Any, name: str) -> NDArray[Any]:
    """A read-only one-dimensional copy of `values` as `dtype`; refuses a cast that changes a value."""
    given = np.asarray(values)
    if isinstance(values, np.memmap) and values.ndim == 1 and values.dtype == dtype and not values.flags.writeable:
        return given  # a copy would bring the file into memory
    if given.ndim != 1:
        raise BadArgument(f"{name} must be one-dimensional", given=f"shape {given.shape}")
    array = given.astype(dtype)
    if array.size and np.issubdtype(array.dtype, np.integer) and not np.array_equal(array, given):
        bad = int(np.flatnonzero(array != given)[0])
        raise BadArgument(f"{name} must hold whole numbers in {array.dtype}", given=f"{given[bad]!r} at {bad}")
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class Query:
    """One history to recommend for. A query carries events, never only a person's id: a stored
    person, a new visitor, a session and a counterfactual are then the same call.

    items (m,) int32 item numbers, oldest first; values (m,) float32, 1 where absent; times (m,)
    int64 Unix seconds (or positions, where the data have no clock); now int64, the moment of asking
    (default: the last event's time); user, the person's number, or None; steps (m,) int32, how many
    events lie between each event and now, 0 for the latest. Steps stay what they were in the full history
    when other events are removed: else removing one event would move the weight of all before it.
    repeat: whether what the person has already used may be recommended again.

    >>> q = Query([3, 1, 4], user=7).without([1])
    >>> q.items.tolist(), q.steps.tolist(), q.user
    ([3, 4], [2, 0], None)
    """

    items: Int
    values: Float = None  # type: ignore[assignment]
    times: Int = None  # type: ignore[assignment]
    now: int = None  # type: ignore[assignment]
    user: int | None = None
    steps: Int = None  # type: ignore[assignment]
    repeat: bool = False

    def __post_init__(self) -> None:
        items = frozen(self.items, np.int32, "Query.items")
        m = len(items)
        values = frozen(np.ones(m) if self.values is None else self.values, np.float32, "Query.values")
        times = frozen(np.arange(m) if self.times is None else self.times, np.int64, "Query.times")
        steps = frozen(np.arange(m)[::-1] if self.steps is None else self.steps, np.int32, "Query.steps")
        if not m == len(values) == len(times) == len(steps):
            raise BadArgument("a Query needs as many values, times and steps as items",
                              given=f"{m} items, {len(values)} values, {len(times)} times, {len(steps)} steps")
        if m and (steps[-1] < 0 or (np.diff(steps) > 0).any()):
            raise BadArgument("a Query's steps back must be 0 or more and never rise", given=str(steps.tolist()))
        if m and items.min() < 0:
            raise BadArgument("item numbers must be 0 or more", given=str(items.min()))
        if not np.isfinite(values).all():
            raise BadArgument("event values must be finite numbers", given=str(values[~np.isfinite(values)][0]))
        if m > 1 and (np.diff(times) < 0).any():
            raise BadArgument("a Query's events must be oldest first", given="times that fall",
                              fix="sort the events by time, keeping the order of ties")
        for name, array in (("items", items), ("values", values), ("times", times), ("steps", steps)):
            object.__setattr__(self, name, array)
        object.__setattr__(self, "now", int((times[-1] if m else 0) if self.now is None else self.now))

    def __len__(self) -> int:
        return len(self.items)

    def without(self, positions: Iterable[int]) -> Query:
        """The same query with the events at `positions` removed, and the user dropped: a stored user
        vector would leak what was removed. `now` and `steps` stay, so that no gap moves."""
        gone = np.asarray(list(positions), dtype=np.int64)
        if gone.size and (gone.min() < 0 or gone.max() >= len(self)):
            raise BadArgument(f"positions must lie in 0..{len(self) - 1}", given=str(gone.tolist()))
        keep = np.setdiff1d(np.arange(len(self)), gone)
        return Query(self.items[keep], self.values[keep], self.times[keep], self.now, None, self.steps[keep], self.repeat)

    def only(self, positions: Iterable[int]) -> Query:
        """The same query with only the events at `positions` kept (in their order), and no user."""
        return self.without(np.setdiff1d(np.arange(len(self)), np.asarray(list(positions), dtype=np.int64)))


@dataclass(frozen=True, eq=False)
class Queries(Sequence[Query]):
    """A batch of q queries as one compressed table, so that bulk scoring builds no object per person.

    indptr (q + 1,) int64; items, values, times, steps (events,) as in :class:`Query`; now (q,) int64; user (q,) int32, -1
    where unknown; steps are counted from each row's end unless given; repeat: of all rows. Row r holds events
    indptr[r]:indptr[r + 1].
    """

    indptr: Int
    items: Int
    values: Float
    times: Int
    now: Int
    user: Int
    steps: Int = None  # type: ignore[assignment]
    repeat: bool = False

    def __post_init__(self) -> None:
        for name, dtype in (("indptr", np.int64), ("items", np.int32), ("values", np.float32),
                            ("times", np.int64), ("now", np.int64), ("user", np.int32)):
            object.__setattr__(self, name, frozen(getattr(self, name), dtype, f"Queries.{name}"))
        p, n = self.indptr, len(self.items)
        if not len(p) or p[0] != 0 or p[-1] != n or (np.diff(p) < 0).any():
            raise BadArgument(f"Queries.indptr must rise from 0 to the number of events, {n}", given=f"{p[:1]}..{p[-1:]}")
        if not len(self.values) == len(self.times) == n or not len(self.now) == len(self.user) == len(p) - 1:
            raise BadArgument("Queries need equal lengths of events and of rows", given=(
                f"{n} items, {len(self.values)} values, {len(self.times)} times; "
                f"{len(p) - 1} rows, {len(self.now)} now, {len(self.user)} user"))
        steps = np.repeat(p[1:], np.diff(p)) - 1 - np.arange(n) if self.steps is None else self.steps
        object.__setattr__(self, "steps", frozen(steps, np.int32, "Queries.steps"))
        if len(self.steps) != n or (n and self.steps.min() < 0):
            raise BadArgument("Queries need one step back of 0 or more per event", given=f"{len(self.steps)} for {n}")

    @classmethod
    def of(cls, queries: Queries | Sequence[Query] | Query) -> Queries:
        """Any of the accepted forms as one batch; a batch is returned as it is."""
        if isinstance(queries, Queries):
            return queries
        rows = [queries] if isinstance(queries, Query) else list(queries)
        if not all(isinstance(row, Query) for row in rows):
            raise BadArgument("a model scores Query values", given=type(next(
                row for row in rows if not isinstance(row, Query))).__name__)
        if len({row.repeat for row in rows}) > 1:
            raise BadArgument("queries of one batch must agree whether items may come again", given="both repeat and not")
        empty = np.zeros(0)

        def joined(name: str, dtype: Any) -> NDArray[Any]:
            return np.concatenate([empty.astype(dtype), *(getattr(row, name) for row in rows)])

        return cls(np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64), joined("items", np.int32),
                   joined("values", np.float32), joined("times", np.int64), np.array([row.now for row in rows], np.int64),
                   np.array([-1 if row.user is None else row.user for row in rows], np.int32), joined("steps", np.int32),
                   bool(rows) and rows[0].repeat)

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def __getitem__(self, row: Any) -> Any:
        """One row as a Query, or a slice or array of rows as Queries."""
        if isinstance(row, (int, np.integer)):
            r = range(len(self))[int(row)]
            a, b = self.indptr[r], self.indptr[r + 1]
            user = int(self.user[r])
            return Query(self.items[a:b], self.values[a:b], self.times[a:b], int(self.now[r]),
                         user if user >= 0 else None, self.steps[a:b], self.repeat)
        rows = np.arange(len(self))[row]
        sizes = np.diff(self.indptr)[rows]
        indptr = np.concatenate([[0], np.cumsum(sizes)])
        take = np.arange(indptr[-1]) + np.repeat(self.indptr[rows] - indptr[:-1], sizes)
        return Queries(indptr, self.items[take], self.values[take], self.times[take],
                       self.now[rows], self.user[rows], self.steps[take], self.repeat)

    def __iter__(self) -> Iterator[Query]:
        return (self[r] for r in range(len(self)))

    @property
    def sizes(self) -> Int:
        """Events per row, (q,) int64."""
        return np.diff(self.indptr)

    @property
    def row(self) -> Int:
        """The row of every event, (events,) int64."""
        return np.repeat(np.arange(len(self)), self.sizes)


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

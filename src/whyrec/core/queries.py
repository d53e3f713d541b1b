"""Histories to recommend for: one (`Query`), or a batch as one table (`Queries`).

Both are immutable and validated at construction; their arrays are read-only copies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from whyrec.core.errors import ArgumentError
from whyrec.core.moved import renamed

__all__ = ["Float", "Int", "Queries", "Query", "check_items", "frozen"]

Int = NDArray[np.integer[Any]]
Float = NDArray[np.floating[Any]]


def frozen(values: Any, dtype: Any, name: str) -> NDArray[Any]:
    """Return a read-only one-dimensional copy as `dtype`; ArgumentError if a value would change."""
    given = np.asarray(values)
    if (
        isinstance(values, np.memmap)
        and values.ndim == 1
        and values.dtype == dtype
        and not values.flags.writeable
    ):
        return given  # a copy would bring the file into memory
    if given.ndim != 1:
        raise ArgumentError(f"{name} must be one-dimensional", given=f"shape {given.shape}")
    array = given.astype(dtype)
    if array.size and np.issubdtype(array.dtype, np.integer) and not np.array_equal(array, given):
        bad = int(np.flatnonzero(array != given)[0])
        raise ArgumentError(
            f"{name} must hold whole numbers in {array.dtype}", given=f"{given[bad]!r} at {bad}"
        )
    array.setflags(write=False)
    return array


def check_items(n_items: int, *numbers: ArrayLike) -> None:
    """Raise ArgumentError for an item number that a model does not know.

    Args:
        n_items: Number of items of the model.
        *numbers: Item numbers.

    Raises:
        ArgumentError: Names the first number that is not in 0..n_items - 1.

    >>> check_items(3, [0, 2], 5)
    Traceback (most recent call last):
    ...
    whyrec.core.errors.ArgumentError: item numbers must lie in 0..2; got 5. Fix: give histories and items of the data that the model was fitted on.
    """  # noqa: E501
    for some in map(np.asarray, numbers):
        if some.size and not (some.min() >= 0 and some.max() < n_items):
            raise ArgumentError(
                f"item numbers must lie in 0..{n_items - 1}",
                given=str(some[(some < 0) | (some >= n_items)].flat[0]),
                fix="give histories and items of the data that the model was fitted on",
            )


@renamed(steps="events_ago")
@dataclass(frozen=True, eq=False, init=False)
class Query:
    """One history to recommend for.

    A query carries events, not only a person's id, so a stored person, a new visitor, a session and
    a counterfactual use the same call.

    Attributes:
        items: Item numbers, oldest first, (m,) int32.
        values: Values of the events, (m,) float32. Default: 1.
        times: Unix seconds, 0 if unknown, or positions without a clock, (m,) int64.
        now: Time of the request. Default: the last event's time.
        user: Number of the person, or None.
        events_ago: Number of later events, (m,) int32. They stay as in the full history when other
            events are removed; otherwise a removal would change the weight of all earlier events.
        repeat: Whether used items may be recommended again.
        avoided: Items that are never offered, even with `repeat`, (a,) int32: refused, returned or
            rated lowest. Removing events does not change them.

    >>> q = Query([3, 1, 4], user=7).without([1])
    >>> q.items.tolist(), q.events_ago.tolist(), q.user
    ([3, 4], [2, 0], None)
    """

    items: Int
    values: Float
    times: Int
    now: int
    user: int | None
    events_ago: Int
    repeat: bool
    avoided: Int

    def __init__(
        self,
        items: ArrayLike,
        values: ArrayLike | None = None,
        times: ArrayLike | None = None,
        now: int | None = None,
        user: int | None = None,
        events_ago: ArrayLike | None = None,
        repeat: bool = False,
        avoided: ArrayLike | None = None,
    ) -> None:
        items = frozen(items, np.int32, "Query.items")
        m = len(items)
        values = frozen(np.ones(m) if values is None else values, np.float32, "Query.values")
        times = frozen(np.zeros(m) if times is None else times, np.int64, "Query.times")
        if events_ago is None:
            events_ago = np.arange(m)[::-1]
        events_ago = frozen(events_ago, np.int32, "Query.events_ago")
        if not m == len(values) == len(times) == len(events_ago):
            raise ArgumentError(
                "a Query needs as many values, times and events_ago as items",
                given=(
                    f"{m} items, {len(values)} values, {len(times)} times, "
                    f"{len(events_ago)} events_ago"
                ),
            )
        if m and (events_ago[-1] < 0 or (np.diff(events_ago) > 0).any()):
            raise ArgumentError(
                "a Query's steps back must be 0 or more and never rise",
                given=str(events_ago.tolist()),
            )
        avoided = _avoided(avoided, "Query.avoided")
        if min(items.min(initial=0), avoided.min(initial=0)) < 0:
            raise ArgumentError(
                "item numbers must be 0 or more", given=str(min([*items, *avoided]))
            )
        if not np.isfinite(values).all():
            raise ArgumentError(
                "event values must be finite numbers", given=str(values[~np.isfinite(values)][0])
            )
        if m > 1 and (np.diff(times) < 0).any():
            raise ArgumentError(
                "a Query's events must be oldest first",
                given="times that fall",
                fix="sort the events by time, keeping the order of ties",
            )
        for name, value in (
            ("items", items),
            ("values", values),
            ("times", times),
            ("now", int((times[-1] if m else 0) if now is None else now)),
            ("user", user),
            ("events_ago", events_ago),
            ("repeat", repeat),
            ("avoided", avoided),
        ):
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.items)

    def without(self, positions: Iterable[int]) -> Query:
        """Remove events and the user, whose stored vector would leak what was removed.

        `now` and `events_ago` stay, so that no gap changes.

        Args:
            positions: Positions of the events to remove.

        Returns:
            The shortened query.

        Raises:
            ArgumentError: If a position is out of range.
        """
        gone = np.asarray(list(positions), dtype=np.int64)
        if gone.size and (gone.min() < 0 or gone.max() >= len(self)):
            raise ArgumentError(
                f"positions must lie in 0..{len(self) - 1}", given=str(gone.tolist())
            )
        keep = np.setdiff1d(np.arange(len(self)), gone)
        return Query(
            self.items[keep],
            self.values[keep],
            self.times[keep],
            self.now,
            None,
            self.events_ago[keep],
            self.repeat,
            self.avoided,
        )

    def only(self, positions: Iterable[int]) -> Query:
        """Keep only some events, in their order, and drop the user.

        Args:
            positions: Positions of the events to keep.

        Returns:
            The shortened query.
        """
        return self.without(
            np.setdiff1d(np.arange(len(self)), np.asarray(list(positions), dtype=np.int64))
        )


@renamed(steps="events_ago")
@dataclass(frozen=True, eq=False)
class Queries(Sequence[Query]):
    """A batch of q queries as one compressed table, without an object per person.

    Attributes:
        indptr: Row r holds events indptr[r]:indptr[r + 1], (q + 1,) int64.
        items: As in :class:`Query`, (events,); likewise values, times and events_ago.
        values: Values of the events.
        times: Times of the events.
        now: Times of the requests, (q,) int64.
        user: Numbers of the people, (q,) int32; -1 if unknown.
        events_ago: Steps back. Default: counted from each row's end.
        repeat: As in :class:`Query`, for all rows.
        avoided: Items that are never offered, (x,) int32.
        avoided_indptr: Row r avoids avoided[avoided_indptr[r]:avoided_indptr[r + 1]].
    """

    indptr: Int
    items: Int
    values: Float
    times: Int
    now: Int
    user: Int
    events_ago: Int = None  # type: ignore[assignment]
    repeat: bool = False
    avoided: Int = None  # type: ignore[assignment]
    avoided_indptr: Int = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        for name, dtype in (
            ("indptr", np.int64),
            ("items", np.int32),
            ("values", np.float32),
            ("times", np.int64),
            ("now", np.int64),
            ("user", np.int32),
        ):
            object.__setattr__(self, name, frozen(getattr(self, name), dtype, f"Queries.{name}"))
        p = self.indptr
        n = len(self.items)
        if not len(p) or p[0] != 0 or p[-1] != n or (np.diff(p) < 0).any():
            raise ArgumentError(
                f"Queries.indptr must rise from 0 to the number of events, {n}",
                given=f"{p[:1]}..{p[-1:]}",
            )
        if (
            not len(self.values) == len(self.times) == n
            or not len(self.now) == len(self.user) == len(p) - 1
        ):
            raise ArgumentError(
                "Queries need equal lengths of events and of rows",
                given=(
                    f"{n} items, {len(self.values)} values, {len(self.times)} times; "
                    f"{len(p) - 1} rows, {len(self.now)} now, {len(self.user)} user"
                ),
            )
        ago = self.events_ago
        if ago is None:
            ago = np.repeat(p[1:], np.diff(p)) - 1 - np.arange(n)
        object.__setattr__(self, "events_ago", frozen(ago, np.int32, "Queries.events_ago"))
        if len(self.events_ago) != n or (n and self.events_ago.min() < 0):
            raise ArgumentError(
                "Queries need one step back of 0 or more per event",
                given=f"{len(self.events_ago)} for {n}",
            )
        object.__setattr__(self, "avoided", _avoided(self.avoided, "Queries.avoided"))
        bounds = np.zeros(len(p)) if self.avoided_indptr is None else self.avoided_indptr
        object.__setattr__(
            self, "avoided_indptr", b := frozen(bounds, np.int64, "Queries.avoided_indptr")
        )
        if len(b) != len(p) or b[0] != 0 or b[-1] != len(self.avoided) or (np.diff(b) < 0).any():
            raise ArgumentError(
                "Queries.avoided_indptr must rise from 0 to the number of avoided items, a "
                "row each",
                given=f"{b[:1]}..{b[-1:]} for {len(self.avoided)}",
            )

    @classmethod
    def of(cls, queries: Queries | Sequence[Query] | Query, n_items: int | None = None) -> Queries:
        """Convert any accepted form to a batch; a batch is returned unchanged.

        Args:
            queries: A batch, a sequence of queries, or one query.
            n_items: Number of items that the caller knows; None checks nothing.

        Returns:
            The batch.

        Raises:
            ArgumentError: If a row is not a Query, only some rows allow repeats, or an item number
                is `n_items` or more.
        """
        if n_items is not None:
            batch = cls.of(queries)
            check_items(n_items, batch.items, batch.avoided)
            return batch
        if isinstance(queries, Queries):
            return queries
        rows = [queries] if isinstance(queries, Query) else list(queries)
        if not all(isinstance(row, Query) for row in rows):
            raise ArgumentError(
                "a model scores Query values",
                given=type(next(row for row in rows if not isinstance(row, Query))).__name__,
            )
        if len({row.repeat for row in rows}) > 1:
            raise ArgumentError(
                "queries of one batch must agree whether items may come again",
                given="both repeat and not",
            )
        empty = np.zeros(0)

        def joined(name: str, dtype: Any) -> NDArray[Any]:
            return np.concatenate([empty.astype(dtype), *(getattr(row, name) for row in rows)])

        return cls(
            np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64),
            joined("items", np.int32),
            joined("values", np.float32),
            joined("times", np.int64),
            np.array([row.now for row in rows], np.int64),
            np.array([-1 if row.user is None else row.user for row in rows], np.int32),
            joined("events_ago", np.int32),
            bool(rows) and rows[0].repeat,
            joined("avoided", np.int32),
            np.concatenate([[0], np.cumsum([len(row.avoided) for row in rows])]).astype(np.int64),
        )

    def __len__(self) -> int:
        return len(self.indptr) - 1

    @overload
    def __getitem__(self, row: int | np.integer[Any]) -> Query:
        """Return one row as a Query, or a slice or array of rows as Queries."""

    @overload
    def __getitem__(self, row: slice | Sequence[Any] | NDArray[Any]) -> Queries: ...

    def __getitem__(self, row: Any) -> Query | Queries:
        """One row as a Query, or a slice or array of rows as Queries."""
        if isinstance(row, (int, np.integer)):
            r = range(len(self))[int(row)]
            a = self.indptr[r]
            b = self.indptr[r + 1]
            user = int(self.user[r])
            return Query(
                self.items[a:b],
                self.values[a:b],
                self.times[a:b],
                int(self.now[r]),
                user if user >= 0 else None,
                self.events_ago[a:b],
                self.repeat,
                self.avoided[self.avoided_indptr[r] : self.avoided_indptr[r + 1]],
            )
        rows = np.arange(len(self))[row]
        indptr, take = _taken(self.indptr, rows)
        bounds, also = _taken(self.avoided_indptr, rows)
        return Queries(
            indptr,
            self.items[take],
            self.values[take],
            self.times[take],
            self.now[rows],
            self.user[rows],
            self.events_ago[take],
            self.repeat,
            self.avoided[also],
            bounds,
        )

    def __iter__(self) -> Iterator[Query]:
        return (self[r] for r in range(len(self)))

    @property
    def avoided_row(self) -> Int:
        """Row of every avoided item, (x,) int64."""
        return np.repeat(np.arange(len(self)), np.diff(self.avoided_indptr))

    @property
    def sizes(self) -> Int:
        """Events per row, (q,) int64."""
        return np.diff(self.indptr)

    @property
    def row(self) -> Int:
        """Row of every event, (events,) int64."""
        return np.repeat(np.arange(len(self)), self.sizes)


def _taken(indptr: Int, rows: Int) -> tuple[Int, Int]:
    """Return (indptr of these rows alone, positions of their contents)."""
    sizes = np.diff(indptr)[rows]
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    return bounds, np.arange(bounds[-1]) + np.repeat(indptr[rows] - bounds[:-1], sizes)


def _avoided(items: Any, name: str) -> Int:
    return frozen(np.zeros(0) if items is None else items, np.int32, name)

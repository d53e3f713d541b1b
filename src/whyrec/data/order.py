"""Determine whether the order of a person's events is known: from times, positions, rows or not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, DataError, Dataset
from whyrec.data.events import Loaded, Step
from whyrec.data.kinds import settled

__all__ = [
    "Orders",
    "Times",
    "asked_of_none",
    "check_asked",
    "in_rows",
    "order_of",
    "order_steps",
    "ordered",
    "orders",
    "orders_of",
    "orders_told",
    "times_left_out",
    "times_of",
    "whole",
]

WHEN = {"time", "date", "timestamp", "datetime"}
NONE = "take the events as unordered"
ROWS = "take the order of the rows as the order of events"
SORTED = ", but they are sorted by item: hardly the order in which anybody chose"
GIVEN = "events without times, or with one time for all of a person's"
NO_TIMES = "there is no column of times"
ONE_TIME = "all events of a person have one time"


class Orders(NamedTuple):
    """For how many people with two or more events the order is known.

    Attributes:
        real: Some of their times differ.
        in_part: Of these, people who also have tied or unknown times.
        rows: The order of the rows was requested.
        tied: All their events have one time.
        missing: No two of their events have a time.
    """

    real: int = 0
    in_part: int = 0
    rows: int = 0
    tied: int = 0
    missing: int = 0


def check_asked(order: str | None) -> None:
    """Validate the option `order`; ArgumentError if it is unknown."""
    if order not in (None, "file", "time"):
        raise ArgumentError(
            "--order must be file (the order of the rows is meant) or time",
            given=repr(order),
            fix="leave it out: times that are there are used",
        )


class Times(NamedTuple):
    """What the times of events say about their order.

    Attributes:
        events: Number of events.
        several: Whether some person has several events.
        differ: Whether these have different times.
        first: The first time.
        last: The last time.
    """

    events: int = 0
    several: bool = False
    differ: bool = False
    first: float = np.inf
    last: float = -np.inf

    @property
    def order(self) -> str:
        """The value "time", or "none" if no person's times differ or all events have one time."""
        one = self.events > 1 and self.first == self.last
        if one or (self.several and not self.differ):
            return "none"
        return "time"


def times_of(user: NDArray[Any], time: NDArray[Any]) -> Times:
    """Summarise events given by person numbers (n,) and times (n,)."""
    if not len(user):
        return Times()
    first = np.zeros(int(user.max()) + 1, time.dtype)
    first[user[::-1]] = time[::-1]
    return Times(
        len(user),
        bool((np.bincount(user) > 1).any()),
        bool((time != first[user]).any()),
        float(time.min()),
        float(time.max()),
    )


def whole(parts: Iterable[Times]) -> Times:
    """Combine the summaries of parts that share no people."""
    events, several, differ, first, last = zip(*parts, strict=True)
    return Times(sum(events), any(several), any(differ), min(first), max(last))


def order_of(user: NDArray[Any], time: NDArray[Any] | None) -> str:
    """Return the order of events by person numbers (n,) and times (n,), None without times."""
    if time is None:
        return "none"
    return times_of(user, time).order


def ordered(loaded: Loaded, *, timed: bool) -> Loaded:
    """Set the order that the times imply, with the step that says so; `timed`: there were times."""
    data = loaded.data
    order = order_of(data.user, data.time if timed else None)
    steps = (*loaded.steps, *order_steps(order, len(data), timed=timed))
    return replace(loaded, data=replace(data, order=order), steps=steps)


def in_rows(loaded: Loaded) -> Loaded:
    """Use the order of the rows wherever times do not give an order.

    Rows that take others back have positions too.
    """
    data = loaded.data
    raw = loaded.raw
    told = f"as --order file says{SORTED if _by_item(data) else ''}"
    if data.order == "none" and not data.clock:
        places = np.arange(len(data))
        if raw is not None:
            places = np.flatnonzero(settled(raw.user, raw.item, raw.meaning, raw.value).keep)
            raw = raw._replace(time=np.arange(len(raw.user)))
        data = replace(data, time=places, order="file")
    steps = [one for one in loaded.steps if one.name not in (NONE, ROWS)]
    return replace(
        loaded,
        data=replace(data, order="file"),
        steps=(*steps, Step(ROWS, len(data), len(data), told)),
        raw=raw,
    )


def _by_item(data: Dataset) -> bool:
    """Say whether nearly everybody's rows are sorted by item, which is no order of choices."""
    events = data.histories
    labels = np.array(data.items)
    rank = np.empty(len(labels), int)
    rank[
        np.argsort(
            labels.astype(np.int64) if all(map(str.isdecimal, data.items)) else labels,
            kind="stable",
        )
    ] = np.arange(len(labels))
    falls = (np.diff(rank[events.items]) < 0) & (np.diff(events.row) == 0)
    people = np.bincount(events.row[1:], falls, minlength=len(events))[events.sizes >= 5]
    return bool(len(people) and (people == 0).mean() > 0.9)


def asked_of_none(data: Dataset, what: str, fix: str) -> None:
    """Raise DataError if the data have no order and `what` needs one."""
    tied = (
        data.order == "time"
        and bool((data.histories.sizes > 1).any())
        and not data.histories.events_ago.any()
    )
    if data.order == "none" or tied:
        raise DataError(
            f"{what} needs events with an order",
            given=GIVEN,
            fix=f"give times, or --order file if the order of the rows is meant, or {fix}",
        )


def order_steps(order: str, events: int, *, timed: bool = False) -> list[Step]:
    """Return the step that states the order; `timed`: there were times."""
    if order == "file":
        return [Step(ROWS, events, events, "as --order file says")]
    why = f"{ONE_TIME if timed else NO_TIMES}; --order file takes the order of the rows"
    if order == "none":
        return [Step(NONE, events, events, why)]
    return []


def orders(data: Dataset) -> Orders:
    """Count the people whose order is known."""
    if data.order == "file":
        return Orders(rows=int((data.histories.sizes > 1).sum()))
    timed = data.order != "none" or data.clock or data.time.any()
    return orders_of(data.user, data.time if timed else None, clock=data.clock)


def orders_of(user: NDArray[Any], time: NDArray[Any] | None, *, clock: bool = False) -> Orders:
    """Count them for events in any order, by person numbers and times (n,) each.

    time None: there are no times. clock: a time of 0 is unknown.
    """
    if len(user):
        sizes = np.bincount(user)
    else:
        sizes = np.zeros(0, int)
    several = int((sizes > 1).sum())
    if time is None:
        return Orders(missing=several)
    known = (time != 0) | (not clock)
    moments = np.unique(np.stack([user, time])[:, known], axis=1)[0].astype(
        int
    )  # the person of each distinct time
    of_person = np.bincount(moments, minlength=len(sizes))
    real = of_person > 1
    whole = np.bincount(user[known], minlength=len(sizes)) == sizes
    tied = (sizes > 1) & ~real & whole
    return Orders(
        int(real.sum()),
        int((real & (of_person < sizes)).sum()),
        0,
        int(tied.sum()),
        several - int(real.sum()) - int(tied.sum()),
    )


def times_left_out(columns: Sequence[str], rows: int, how: str) -> list[Step]:
    """Return a step for each unread column whose name suggests a time; `how`: how to read it."""
    made = []
    for name in columns:
        words = [word.casefold() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]
        if WHEN & set(words):
            made.append(
                Step(
                    f"leave out the column {name!r}, which looks like a time: {how.format(name)}",
                    rows,
                    rows,
                )
            )
    return made


def orders_told(found: Orders) -> str:
    """State the counts in a sentence.

    >>> orders_told(Orders(real=7, in_part=2, tied=1))
    'the order of events is real for 7 people (2 of them with ties or unknown times), tied for 1, missing for 0'
    >>> orders_told(Orders(rows=8))
    'the order of events is that of the rows for 8 people, as --order file says'
    """  # noqa: E501
    if found.rows:
        return (
            f"the order of events is that of the rows for {found.rows:,} people, as --order "
            "file "
            "says"
        )
    if found.in_part:
        part = f" ({found.in_part:,} of them with ties or unknown times)"
    else:
        part = ""
    return (
        f"the order of events is real for {found.real:,} people{part}, tied for {found.tied:,}, "
        f"missing for {found.missing:,}"
    )

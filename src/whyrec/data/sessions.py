"""Sessions: a history cut wherever a person paused for longer than some minutes [ludewig2018].

A session of its own is a history like any other: every model learns from sessions as it learns from
people, and a query that holds the current session alone is explained from that session alone. Not
for data whose times are only an order.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, DataError, Dataset, Queries

__all__ = ["current_session", "sessions"]


def _numbers(events: Queries, minutes: float) -> NDArray[np.int64]:
    """The session of each event, (events,), counted over all rows from 0."""
    if not minutes > 0:
        raise ArgumentError("session minutes must be above 0", given=str(minutes))
    row = events.row
    times = events.times
    begins = np.ones(len(row), bool)
    begins[1:] = (row[1:] != row[:-1]) | (np.diff(times) > 60 * minutes)
    return np.asarray(np.cumsum(begins) - 1, np.int64)


def sessions(data: Dataset, minutes: float) -> Dataset:
    """The data with each session as a person of its own ("ann 1", "ann 2", ...) with that person's
    fields; friends are left out. Raises DataError where times are only an order.

    >>> d = Dataset([0, 0, 0], [0, 1, 0], [1, 1, 1], [0, 60, 9999], ["ann"], ["x", "y"])
    >>> s = sessions(d, 30)
    >>> s.users, s.user.tolist()
    (('ann 1', 'ann 2'), [0, 0, 1])
    """
    if not data.clock:
        raise DataError(
            "sessions need times of a clock",
            given="times that are only an order",
            fix="give events with Unix seconds or dates",
        )
    order = np.argsort(data.user, kind="stable")
    number = np.empty(len(data), np.int64)
    number[order] = _numbers(data.histories, minutes)
    of, first = np.unique(number[order], return_index=True)
    person = data.user[order][first]
    start = np.searchsorted(person, person)  # the first session of the same person
    names = tuple(
        f"{data.users[one]} {at + 1}"
        for one, at in zip(person.tolist(), (of - start).tolist(), strict=True)
    )
    table = data.user_table
    avoided = data.avoided
    many = np.bincount(person, minlength=data.n_users)[
        avoided[:, 0]
    ]  # a person's sessions avoid what the person does
    begin = np.searchsorted(person, np.repeat(avoided[:, 0], many))
    nth = np.arange(len(begin)) - np.repeat(np.cumsum(many) - many, many)
    return replace(
        data,
        user=number,
        users=names,
        friends=np.zeros((0, 2), np.int32),
        avoided=np.stack([begin + nth, np.repeat(avoided[:, 1], many)], 1),
        user_table=table.take(person) if table.fields or table.numeric else table,
    )


def current_session(queries: Queries, minutes: float) -> Queries:
    """The same queries with only the events of each one's last session; `events_ago` and `now`
    stay."""
    number = _numbers(queries, minutes)
    sizes = queries.sizes
    last = np.repeat(
        number[np.maximum(queries.indptr[1:] - 1, 0)]
        if len(number)
        else np.zeros(len(queries), int),
        sizes,
    )
    keep = number == last
    indptr = np.concatenate(
        [[0], np.cumsum(np.bincount(queries.row[keep], minlength=len(queries)))]
    )
    return replace(
        queries,
        indptr=indptr,
        items=queries.items[keep],
        values=queries.values[keep],
        times=queries.times[keep],
        events_ago=queries.events_ago[keep],
    )

"""Sessions: cut a history wherever a person paused for some minutes [ludewig2018].

A session is a history like any other: models learn from sessions as from people, and a query with
the current session is explained from it alone. Limits: times must be real, not an order.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, DataError, Dataset, Queries

__all__ = ["current_session", "sessions"]


def _numbers(events: Queries, minutes: float) -> NDArray[np.int64]:
    """Number the session of each event over all rows, (events,)."""
    if not minutes > 0:
        raise ArgumentError("session minutes must be above 0", given=str(minutes))
    row = events.row
    times = events.times
    begins = np.ones(len(row), bool)
    begins[1:] = (row[1:] != row[:-1]) | (np.diff(times) > 60 * minutes)
    return np.asarray(np.cumsum(begins) - 1, np.int64)


def sessions(data: Dataset, minutes: float) -> Dataset:
    """Turn each session into a person of its own ("ann 1", "ann 2", ...); friends are dropped.

    Args:
        data: Data with real times.
        minutes: A longer pause starts a new session.

    Returns:
        The sessions, with the fields of their person.

    Raises:
        DataError: If times are only an order.
        ArgumentError: If minutes is not positive.

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
    start = np.searchsorted(person, person)  # first session of the same person
    names = tuple(
        f"{data.users[one]} {at + 1}"
        for one, at in zip(person.tolist(), (of - start).tolist(), strict=True)
    )
    table = data.user_table
    avoided = data.avoided
    many = np.bincount(person, minlength=data.n_users)[
        avoided[:, 0]
    ]  # a person's sessions avoid the same items
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
    """Keep only the events of each query's last session; steps and `now` stay.

    Args:
        queries: Histories.
        minutes: A longer pause starts a new session.

    Returns:
        The shortened histories.
    """
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

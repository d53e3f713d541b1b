"""Count what a person was shown, and what many people choose now."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sqlalchemy import Connection, func, or_, select

from whyrec.serve.store.choices import SHOWN, chosen, switched_off
from whyrec.serve.store.store import loads
from whyrec.serve.store.tables import events

__all__ = ["showings_of", "trending"]

DAYS = 90  # older showings do not count
MOST = 2000  # latest events with showings that are read
FEWEST = 5  # people who must have chosen an item before it is a trend
EARLIER = 4  # windows before the last one, whose mean is expected
LONGEST = 50  # trending items


def showings_of(connection: Connection, user: str, now: int) -> tuple[tuple[str, int, int], ...]:
    """(item, times it was shown, when last in Unix seconds) of what the person was shown lately.

    Showings are events of the kind impression, and the lists that other events came from.
    """
    c = events.c
    statement = (
        select(c.item, c.kind, c.impression, c.time)
        .where(
            c.user == user,
            c.time >= now - DAYS * 86_400,
            or_(c.kind.in_(SHOWN), c.impression.is_not(None)),
        )
        .order_by(c.time.desc(), c.seq.desc())
        .limit(MOST)
    )
    found: dict[str, tuple[int, int]] = {}
    for item, kind, listed, time in connection.execute(statement):
        shown = {*(loads(listed) if listed else ()), *((item,) if kind in SHOWN else ())}
        if kind not in SHOWN:
            shown.discard(item)
        for label in shown:
            count, last = found.get(label, (0, time))
            found[label] = (count + 1, max(last, time))
    return tuple((item, *found[item]) for item in sorted(found))


def trending(
    connection: Connection, now: int, window: int, least: float
) -> tuple[tuple[str, float], ...]:
    """Items that more people choose in the last window of seconds than in the windows before.

    The share is log(people now / people expected), 1 for the strongest trend. An item that fewer
    than five people chose is left out, and so are people who switched personalisation off.
    """
    last = _people(connection, now - window, now, least)
    before = _people(connection, now - (1 + EARLIER) * window, now - window, least)
    growth = {
        item: math.log((people + 1) / (before.get(item, 0) / EARLIER + 1))
        for item, people in last.items()
        if people >= FEWEST
    }
    rising = sorted(
        ((item, value) for item, value in growth.items() if value > 0),
        key=lambda pair: (-pair[1], pair[0]),
    )[:LONGEST]
    return tuple((item, value / rising[0][1]) for item, value in rising)


def _people(connection: Connection, start: int, end: int, least: float) -> Mapping[str, int]:
    """How many people chose each item after `start`, up to `end`."""
    c = events.c
    statement = (
        select(c.item, func.count(c.user.distinct()))
        .where(c.time > start, c.time <= end, chosen(least), c.user.not_in(switched_off()))
        .group_by(c.item)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}

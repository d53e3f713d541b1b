"""Decide which stored events of a person are choices, from the table of event kinds.

A history limits what is scored, not what is known: everything ever chosen is `seen`; everything
refused or returned is `avoided`, however many events follow. A store of an earlier version may hold
kinds that the table lacks; they are choices.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, not_, or_, select

from whyrec.core.kinds import KINDS, SKIPS, Meaning, canonical, meaning_of, settle
from whyrec.serve.store.tables import events, people

__all__ = [
    "LEAST",
    "SHOWN",
    "TIMELESS",
    "Known",
    "StoredEvent",
    "cancelled_events",
    "chosen",
    "effect",
    "known_of",
    "least_of",
    "switched_off",
]

LEAST = 1.5  # without rating data: lower ratings (one of five stars) are not choices
SHOWN = KINDS[Meaning.IMPRESSION]
TIMELESS = "avoided"  # kind of refusals that come from a model's folder, without a time
REFUSING = (*KINDS[Meaning.NEGATIVE], *KINDS[Meaning.RETURN], *KINDS[Meaning.TAKEN_BACK])
AT_ONCE = 500  # items of one query


class StoredEvent(NamedTuple):
    """One event of a history as it is stored."""

    event_id: str
    item: str
    kind: str
    value: float
    time: int


#: A choice that counts: item, value, time, event id, and the number of later choices.
Step = tuple[str, float, int, str, int]


@dataclass(frozen=True)
class Known:
    """What counts of a person.

    `history`: the latest choices, oldest first; `kinds`: the kinds of their events; `seen`: other
    items ever chosen; `avoided`: items refused or returned, without a remaining choice;
    `withdrawn`: items whose choices the person withdrew; `cancelled`: ids of events that later
    events took back; `refused`: (avoided item, how it was refused last: dislike, skip or low),
    oldest first; `shown`: (item, times it was shown, when last). Tens of thousands stay in memory,
    so they hold plain tuples: the garbage collector stops looking at these, but not at named
    tuples.
    """

    history: tuple[Step, ...] = ()
    kinds: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    avoided: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    cancelled: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    shown: tuple[tuple[str, int, int], ...] = ()


def least_of(min_rating: float | None) -> float:
    """The lowest rating that is a choice: from the model's data, or else of five stars."""
    return LEAST if min_rating is None else min_rating


@functools.cache
def _meaning(kind: str) -> Meaning:
    return meaning_of(kind) or Meaning.CHOICE


def effect(kind: str, value: float, least: float) -> Meaning:
    """The meaning of a stored event; low ratings and negative values refuse."""
    meaning = _meaning(kind)
    if meaning is Meaning.RATING:
        if value < max(least, 0.0):
            return Meaning.NEGATIVE
        return meaning
    if value < 0 and meaning < Meaning.NEGATIVE:
        if meaning is Meaning.WEAK:
            return Meaning.NEGATIVE
        return Meaning.RETURN
    return meaning


def refuses(least: float) -> ColumnElement[bool]:
    """The events that are not choices and cancel others (in SQL)."""
    c = events.c
    low = and_(c.kind.in_(KINDS[Meaning.RATING]), c.value < max(least, 0.0))
    return and_(c.kind.not_in(SHOWN), or_(c.kind.in_(REFUSING), c.value < 0, low))


def chosen(least: float) -> ColumnElement[bool]:
    """The events that are choices, whatever came later (in SQL)."""
    return and_(events.c.kind.not_in(SHOWN), not_(refuses(least)))


def switched_off() -> Any:
    """The people who switched personalisation off (in SQL)."""
    return select(people.c.user).where(~people.c.personalised)


_ROW = (events.c.event_id, events.c.item, events.c.kind, events.c.value, events.c.time)
# Built once: building a statement takes longer than the database needs to run it.
_OF_PERSON = (
    select(*_ROW)
    .where(events.c.user == bindparam("person"), *(events.c.kind != kind for kind in SHOWN))
    .order_by(events.c.time.desc(), events.c.seq.desc())
)
_LATEST = _OF_PERSON.limit(bindparam("most"))


def known_of(connection: Connection, user: str, limit: int, least: float, controls: Any) -> Known:
    """What counts of a person, exact for any length of the record.

    People with more than `limit` events need two more queries over their own events.
    """
    c = events.c

    def latest(most: int) -> list[StoredEvent]:
        return _events(connection.execute(_LATEST, {"person": user, "most": most}))

    rows = latest(limit + 1)
    whole = len(rows) <= limit
    if not whole and (controls.excluded_events or controls.excluded_periods):
        rows = _events(connection.execute(_OF_PERSON, {"person": user}))
        whole = True
    if whole:
        return _known(rows[::-1], limit, least, controls)
    groups = (
        select(c.item, c.kind, func.min(c.value), func.max(c.value))
        .where(c.user == user)
        .group_by(c.item, c.kind)
    )
    refused = set()
    ever = set()
    for item, kind, low, high in connection.execute(groups):
        if Meaning.NEGATIVE <= effect(kind, low, least) < Meaning.IMPRESSION:
            refused.add(item)
        if effect(kind, high, least) < Meaning.NEGATIVE:
            ever.add(item)
    of_refused = _of_items(connection, user, sorted(refused))
    stands, avoided = heard(of_refused, least)
    gone = {row.event_id for row in of_refused} - stands
    if gone:
        rows = latest(limit + len(gone))
    rows = [row for row in rows if row.event_id not in gone][:limit]
    seen = ever - avoided - {row.item for row in rows}
    return Known(
        *_steps(_numbered(rows[::-1])),
        _labels(seen),
        _labels(avoided),
        (),
        _cancelled(of_refused, stands, least),
        _refusals(of_refused, avoided, least),
    )


def _events(rows: Iterable[Any]) -> list[StoredEvent]:
    return [StoredEvent._make(row) for row in rows]


def _labels(items: Iterable[str]) -> tuple[str, ...]:
    """Sorted labels; equal labels of different people share memory."""
    return tuple(sorted(map(sys.intern, items)))


def _cancelled(rows: Sequence[StoredEvent], stands: set[str], least: float) -> tuple[str, ...]:
    """The choices among these events that do not stand."""
    return tuple(
        row.event_id
        for row in rows
        if row.event_id not in stands and effect(row.kind, row.value, least) < Meaning.NEGATIVE
    )


def _refusals(
    rows: Sequence[StoredEvent], avoided: set[str], least: float
) -> tuple[tuple[str, str], ...]:
    """(item, how) of each avoided item by its last refusal; goods given back are no dislikes."""
    found: dict[str, str] = {}
    for row in rows:
        if row.item in avoided and effect(row.kind, row.value, least) is Meaning.NEGATIVE:
            meaning = _meaning(row.kind)
            found.pop(row.item, None)
            if meaning is Meaning.RATING:
                found[sys.intern(row.item)] = "low"
            else:
                found[sys.intern(row.item)] = "skip" if canonical(row.kind) in SKIPS else "dislike"
    return tuple(found.items())


def _of_items(connection: Connection, user: str, items: Sequence[str]) -> list[StoredEvent]:
    """All events of a person with these items, without impressions, oldest first."""
    c = events.c
    rows = []
    for start in range(0, len(items), AT_ONCE):
        some = items[start : start + AT_ONCE]
        statement = select(c.seq, *_ROW).where(
            c.user == user, c.item.in_(some), c.kind.not_in(SHOWN)
        )
        rows += [(row[5], row[0], StoredEvent(*row[1:])) for row in connection.execute(statement)]
    return [row[2] for row in sorted(rows, key=lambda row: row[:2])]


def _numbered(rows: Sequence[StoredEvent]) -> list[tuple[StoredEvent, int]]:
    """Each event with its steps back; all 0 if all have one time, so that no order is known."""
    tied = len({row.time for row in rows}) == 1
    return [(row, 0 if tied else len(rows) - 1 - at) for at, row in enumerate(rows)]


def _steps(rows: Sequence[tuple[StoredEvent, int]]) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """(the choices, the kinds of their events)."""
    steps = tuple((row.item, row.value, row.time, row.event_id, after) for row, after in rows)
    return steps, tuple(sorted({row.kind for row, _ in rows}))


def _known(rows: Sequence[StoredEvent], limit: int, least: float, controls: Any) -> Known:
    """What counts, from all events of a person, oldest first; a withdrawn event leaves a gap."""
    out = {row.event_id for row in rows if controls.withdraws(row.event_id, row.time)}
    counted = [row for row in rows if row.event_id not in out]
    stands, avoided = heard(counted, least)
    choices = [
        row
        for row in rows
        if row.event_id in stands
        or (row.event_id in out and effect(row.kind, row.value, least) < Meaning.NEGATIVE)
    ]
    history = [one for one in _numbered(choices[-limit:]) if one[0].event_id in stands]
    standing = {row.item for row in counted if row.event_id in stands}
    withdrawn = {row.item for row in choices if row.event_id in out} - standing
    seen = standing - {row.item for row, _ in history}
    return Known(
        *_steps(history),
        _labels(seen),
        _labels(avoided),
        _labels(withdrawn - avoided),
        _cancelled(counted, stands, least),
        _refusals(counted, avoided, least),
    )


def heard(rows: Sequence[StoredEvent], least: float) -> tuple[set[str], set[str]]:
    """(ids of the events that stand as choices, avoided items) of one person's sorted events."""
    codes = [effect(row.kind, row.value, least) for row in rows]
    if not any(code >= Meaning.NEGATIVE for code in codes):
        return {row.event_id for row in rows}, set()
    names = sorted({row.item for row in rows})
    numbers = {item: at for at, item in enumerate(names)}
    item = np.array([numbers[row.item] for row in rows])
    keep, avoided = settle(
        np.zeros(len(rows), int), item, np.array(codes), np.array([row.value for row in rows])
    )
    return {row.event_id for row, stays in zip(rows, keep, strict=True) if stays}, {
        names[at] for at in avoided[:, 1]
    }


def cancelled_events(connection: Connection, least: float) -> set[int]:
    """The numbers (`seq`) of all people's choices that later events cancelled."""
    c = events.c
    pairs = select(c.user, c.item).distinct().where(refuses(least)).subquery()
    joined = events.join(pairs, and_(c.user == pairs.c.user, c.item == pairs.c.item))
    statement = (
        select(c.seq, c.user, c.item, c.kind, c.value)
        .select_from(joined)
        .where(c.kind.not_in(SHOWN))
    )
    rows = connection.execute(statement.order_by(c.time, c.seq)).all()
    if not rows:
        return set()
    user, item = (_numbers(row[at] for row in rows) for at in (1, 2))
    codes = np.array([effect(row[3], row[4], least) for row in rows])
    keep, _ = settle(user, item, codes, np.array([row[4] for row in rows]))
    return {rows[at][0] for at in np.flatnonzero(~keep & (codes < Meaning.NEGATIVE)).tolist()}


def _numbers(labels: Iterable[str]) -> Any:
    known: dict[str, int] = {}
    return np.array([known.setdefault(label, len(known)) for label in labels], np.int64)

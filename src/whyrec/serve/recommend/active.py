"""The forces of one request: of the person, of the request, of the operator."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from whyrec.core import ArgumentError, UnknownNameError
from whyrec.forces.directives import WINDOWS, Directives, Feedback
from whyrec.forces.force import Force
from whyrec.serve.store.choices import Known, least_of
from whyrec.serve.store.showings import trending
from whyrec.serve.store.store import Store, counters

__all__ = [
    "Trends",
    "adjustable",
    "chosen_strengths",
    "context_of",
    "forces_of",
    "forces_of_request",
    "strengths",
    "widened",
]

REQUESTED = {
    "diversity": "diverse",
    "novelty": "novel",
    "freshness": "fresh",
    "trending": "trending",
}
REFUSALS = 50  # the latest count
WINDOW = "day"
STORED = "person"  # source of a force whose strength the person has stored
COUNTED = 60  # seconds between two counts of what is trending


class Trends:
    """The trending items of each window, counted at most once a minute.

    `least` gives the model's lowest rating that is a choice, from the store's counters.
    """

    def __init__(self, store: Store, least: Callable[[Mapping[str, int]], float | None]) -> None:
        self.store = store
        self.least = least
        self._held: dict[str, tuple[int, tuple[tuple[str, float], ...]]] = {}

    def at(self, window: str, now: int) -> tuple[tuple[str, float], ...]:
        """(item, share of the strongest trend) of each trending item."""
        held = self._held.get(window)
        if held is None or now - held[0] >= COUNTED:
            with self.store.read() as connection:
                least = least_of(self.least(counters(connection)))
                found = trending(connection, now, WINDOWS[window], least)
            held = self._held[window] = (now, found)
        return held[1]


def forces_of_request(
    directives: Directives,
    ask: Mapping[str, Any],
    known: Known,
    own: Mapping[str, float],
    now: int,
    trends: Trends,
) -> tuple[Force, ...]:
    """What this list adds to the model's scores; `own` are the person's strengths."""
    given = {name: value for name, value in (ask.get("forces") or {}).items() if value is not None}
    made = forces_of(
        directives,
        known,
        strengths(directives, own, given),
        context_of(ask.get("context") or {}, now, ask.get("zone") or ""),
        now,
        lambda window: trends.at(window, now),
    )
    stored = {REQUESTED[name]: name for name in own if name not in given}
    off = [
        Force(name, kind, 0.0, source=STORED)
        for kind, name in stored.items()
        if kind != "fresh" and not own[name]
    ]
    acting = [replace(one, source=STORED) if one.kind in stored else one for one in made]
    return (*acting, *off)


def context_of(given: Mapping[str, Any], now: int, zone: str) -> dict[str, str | float]:
    """The context of a request: what it states, and hour (0-23) and weekday (1-7) of its zone."""
    moment = dt.datetime.fromtimestamp(now, ZoneInfo(zone) if zone else dt.UTC)
    return {"hour": float(moment.hour), "weekday": float(moment.isoweekday()), **given}


def adjustable(directives: Directives) -> dict[str, float]:
    """The forces that a person or a request may set, each with the operator's strength.

    Freshness is among them if the operator has said which field tells it.
    """
    usual = {one.force.kind: one.force.strength for one in directives.rules}
    return {
        name: usual.get(kind, 0.0)
        for name, kind in REQUESTED.items()
        if kind != "fresh" or kind in usual
    }


def chosen_strengths(directives: Directives, given: Mapping[str, float | None]) -> dict[str, float]:
    """The strengths that a person sets, to be stored.

    Raises:
        UnknownNameError: For a force that cannot be set here.
    """
    known = adjustable(directives)
    chosen = {name: value for name, value in given.items() if value is not None}
    for name in chosen:
        if name not in known:
            raise UnknownNameError("force", name, list(known))
    return chosen


def strengths(
    directives: Directives, own: Mapping[str, float], asked: Mapping[str, float | None]
) -> dict[str, float]:
    """The strengths of a list: the request's before the person's.

    A stored strength of a force that the operator no longer offers is ignored.
    """
    known = adjustable(directives)
    return {name: value for name, value in own.items() if name in known} | {
        name: value for name, value in asked.items() if value is not None
    }


def forces_of(
    directives: Directives,
    known: Known,
    asked: Mapping[str, float],
    context: Mapping[str, str | float],
    now: int,
    trend: Callable[[str], tuple[tuple[str, float], ...]],
) -> tuple[Force, ...]:
    """The forces that act on a list.

    Args:
        directives: The operator's.
        known: What counts of the person; empty if personalisation is off.
        asked: Strengths by name, from the request or the person; see :func:`strengths`.
        context: See :func:`context_of`.
        now: Unix seconds.
        trend: The trending items of a window (hour, day, week), with their shares.

    Raises:
        ArgumentError: If the request asks for freshness and the operator has not said which field
            tells it.
    """
    made = _person(directives.feedback, known, now)
    for one in directives.at(now, context):
        force = one.force
        name = next((name for name, kind in REQUESTED.items() if kind == force.kind), "")
        if name in asked:
            force = replace(force, strength=float(asked[name]))
        if force.kind == "trending":
            force = replace(force, items=trend(one.window))
        made.append(force)
    for name, strength in asked.items():
        kind = REQUESTED[name]
        if any(force.kind == kind for force in made):
            continue
        if kind == "fresh":
            raise ArgumentError(
                "freshness needs the field that says how new an item is",
                given="none in the operator's forces",
                fix='a table [fresh] with field = "year" and half_life = 365 in --forces FILE',
            )
        items = trend(WINDOW) if kind == "trending" else ()
        made.append(Force(name, kind, float(strength), items=items))
    return tuple(
        force for force in made if force.strength and (force.kind != "trending" or force.items)
    )


def widened(amount: float) -> tuple[Force, ...]:
    """The force of a person who wants wider lists, by a share from 0 to 1."""
    return (Force("wider", "wider", amount),) if amount else ()


def _person(feedback: Feedback, known: Known, now: int) -> list[Force]:
    """What the person refused, rated low, or was shown in vain."""
    made = []
    weights = {"dislike": feedback.dislike, "skip": feedback.skip}
    latest = known.refused[-REFUSALS:]
    refused = tuple((item, weights[how]) for item, how in latest if weights.get(how))
    low = tuple((item, feedback.low) for item, how in latest if how == "low" and feedback.low)
    made += [
        Force(name, kind, 1.0, items=items)
        for name, kind, items in (("dismissed", "refused", refused), ("rated low", "low", low))
        if items
    ]
    half = feedback.shown_half_life * 86_400
    tired = tuple(
        (item, math.log1p(count) * 0.5 ** (max(0, now - last) / half))
        for item, count, last in known.shown
    )
    if tired and feedback.shown:
        made.append(Force("shown before", "shown", feedback.shown, items=tired))
    return made

"""The forces of one request: of the person, of the request, of the operator."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from whyrec.core import ArgumentError
from whyrec.forces.directives import Directives, Feedback
from whyrec.forces.force import Force
from whyrec.serve.store.choices import Known

__all__ = ["context_of", "forces_of", "widened"]

REQUESTED = {
    "diversity": "diverse",
    "novelty": "novel",
    "freshness": "fresh",
    "trending": "trending",
}
REFUSALS = 50  # the latest count
WINDOW = "day"


def context_of(given: Mapping[str, Any], now: int, zone: str) -> dict[str, str | float]:
    """The context of a request: what it states, and hour (0-23) and weekday (1-7) of its zone."""
    moment = dt.datetime.fromtimestamp(now, ZoneInfo(zone) if zone else dt.UTC)
    return {"hour": float(moment.hour), "weekday": float(moment.isoweekday()), **given}


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
        asked: Strengths that the request sets: diversity, novelty, freshness, trending.
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

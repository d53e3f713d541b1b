"""What the page shows of people and items: schemas and queries. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import select

from whyrec.core.kinds import Meaning
from whyrec.core.lifecycle import Private
from whyrec.core.verbs import verb_of
from whyrec.serve.recommend.snapshot import ServingSnapshot, folded
from whyrec.serve.service import Service
from whyrec.serve.store.api_keys import ROLES, Key
from whyrec.serve.store.choices import TIMELESS, Known, effect, least_of
from whyrec.serve.store.people import Person
from whyrec.serve.store.tables import events
from whyrec.serve.versions.registry import model_rows

__all__ = ["cards", "history", "me", "search", "tastes"]

Area = Literal["person", "engineer", "auditor"]


class ServingModel(BaseModel):
    """The serving model."""

    version: str
    name: str
    trained_to: int | None
    items: int
    epsilon: float | None  # its differential privacy, if it has a promise that holds
    friends: bool  # whether choices of friends count


class MeOut(BaseModel):
    """The current key.

    `domain`: what the items are; `verb`: what people did with them (keys of whyrec.core.verbs);
    `clock`: whether times are real dates; `areas`: parts of the page.
    """

    role: str
    user: str | None
    may: list[str]
    areas: list[Area]
    demo: bool
    domain: str
    verb: str
    clock: bool
    now: int
    model: ServingModel


class Card(BaseModel):
    item: str
    title: str
    categories: list[str]


class CardsOut(BaseModel):
    items: list[Card]


class HistoryEvent(BaseModel):
    """An event of the history.

    `because` is the reason why it does not count: withdrawn alone or by a period; not a choice;
    cancelled by a later dislike or return; personalisation is off; unknown to the model; or too
    long ago to be scored (it still counts as seen).
    """

    event_id: str
    item: str
    title: str
    categories: list[str]
    kind: str
    value: float
    time: int
    counts: bool
    because: (
        Literal["event", "period", "no-choice", "cancelled", "off", "not-in-model", "older"] | None
    )


class HistoryOut(BaseModel):
    events: list[HistoryEvent]
    next: str | None


class TasteEvent(BaseModel):
    event_id: str | None
    item: str
    title: str
    time: int


class Taste(BaseModel):
    """A tag of the history.

    `share`: of the choices that count; `usual`: of the catalogue; `events`: the latest five;
    `event_ids`: all.
    """

    tag: str
    share: float
    usual: float
    count: int
    events: list[TasteEvent]
    event_ids: list[str]


class TastesOut(BaseModel):
    user: str
    choices: int
    clock: bool
    tastes: list[Taste]


def me(service: Service, key: Key, *, demo: bool) -> dict[str, Any]:
    """The person, scopes and serving model of a key."""
    live = service.registry.current(service.store.counters())
    with service.store.read() as connection:
        row = next((row for row in model_rows(connection) if row["version"] == live.version), None)
    areas = [
        name
        for name, holds in (
            ("person", key.role == "person"),
            ("engineer", key.may("models")),
            ("auditor", key.may("audit")),
        )
        if holds
    ]
    return {
        "role": key.role,
        "user": key.user,
        "may": sorted(ROLES[key.role]),
        "areas": areas,
        "demo": demo,
        "domain": live.data.domain,
        "verb": verb_of(live.data.verb, live.data.domain),
        "clock": live.data.clock,
        "now": service.now(),
        "model": {
            "version": live.version,
            "name": live.name,
            "trained_to": row["trained_to"] if row else None,
            "items": live.n_items,
            "epsilon": promised(live.model),
            "friends": live.friends is not None and bool(live.friends.friend_weight_),
        },
    }


def promised(model: Any) -> float | None:
    """The epsilon of a private model; None if its noise can be subtracted or its items tell."""
    if not isinstance(model, Private):
        return None
    told = model.privacy_
    if told.get("reproducible") or "catalogue" not in told:
        return None
    return float(told["epsilon"])


def search(service: Service, text: str, limit: int) -> list[dict[str, Any]]:
    """Items by a part of the title or the whole label."""
    live = service.registry.current(service.store.counters())
    wanted = folded(text.strip())
    if not wanted:
        return []
    found = [
        (not title.startswith(wanted), -float(live.popularity[number]), number)
        for number, title in enumerate(live.folded_titles)
        if wanted in title and number not in live.hidden
    ]
    numbers = [number for _, _, number in sorted(found)[:limit]]
    exact = live.numbers.get(text.strip())
    if exact is not None and exact not in live.hidden:
        numbers = list(dict.fromkeys([exact, *numbers]))[:limit]
    return [_card(live, live.labels[number]) for number in numbers]


def cards(service: Service, labels: Sequence[str]) -> list[dict[str, Any]]:
    """Title and tags of each known item, in the given order."""
    live = service.registry.current(service.store.counters())
    return [_card(live, label) for label in dict.fromkeys(labels) if live.has(label)]


def _card(live: ServingSnapshot, label: str) -> dict[str, Any]:
    return {"item": label, "title": live.title_of(label), "categories": list(live.tags_of(label))}


def history(service: Service, user: str, after: str, limit: int) -> dict[str, Any]:
    """A page of events, newest first."""
    live = service.registry.current(service.store.counters())
    with service.store.read() as connection:
        person, known = service.known(connection, user)
        statement = select(
            events.c.seq,
            events.c.event_id,
            events.c.item,
            events.c.kind,
            events.c.value,
            events.c.time,
        )
        statement = statement.where(events.c.user == user, events.c.kind != TIMELESS)
        statement = statement.order_by(events.c.time.desc(), events.c.seq.desc())
        if after:
            time, seq = (int(part) for part in after.split("-"))
            statement = statement.where(
                (events.c.time < time) | ((events.c.time == time) & (events.c.seq < seq))
            )
        rows = connection.execute(statement.limit(limit)).all()
    counted = {event_id for *_, event_id, _ in known.history}
    found = [_event(live, person, known, counted, row) for row in rows]
    return {
        "events": found,
        "next": f"{rows[-1].time}-{rows[-1].seq}" if len(rows) == limit else None,
    }


def _event(
    live: ServingSnapshot, person: Person | None, known: Known, counted: set[str], row: Any
) -> dict[str, Any]:
    if effect(row.kind, row.value, least_of(live.data.min_rating)) >= Meaning.NEGATIVE:
        because = "no-choice"
    elif person and row.event_id in person.controls.excluded_events:
        because = "event"
    elif person and person.controls.withdraws(row.event_id, row.time):
        because = "period"
    elif row.event_id in known.cancelled:
        because = "cancelled"
    elif person and not person.personalised:
        because = "off"
    elif row.item not in live.numbers:
        because = "not-in-model"
    elif row.event_id not in counted:
        because = "older"
    else:
        because = None
    return {
        "event_id": row.event_id,
        "kind": row.kind,
        "value": row.value,
        "time": row.time,
        "counts": because is None,
        "because": because,
        **_card(live, row.item),
    }


def tastes(service: Service, user: str) -> dict[str, Any]:
    """The tags of the choices that count, the most frequent first."""
    live = service.registry.current(service.store.counters())
    with service.store.read() as connection:
        _, steps = service.person(connection, user)
    by_tag: dict[str, list[Any]] = {}
    for step in reversed(steps):
        for tag in dict.fromkeys(live.tags_of(step[0])):
            by_tag.setdefault(tag, []).append(step)
    rows = [
        {
            "tag": tag,
            "share": len(found) / len(steps),
            "usual": len(live.by_tag.items_with(tag)) / max(1, live.n_items),
            "count": len(found),
            "events": [
                {"event_id": id, "item": item, "title": live.title_of(item), "time": time}
                for item, _, time, id, _ in found
                if item not in live.concealed
            ][:5],
            "event_ids": [step[3] for step in found if step[3] is not None],
        }
        for tag, found in sorted(by_tag.items(), key=lambda one: (-len(one[1]), one[0]))
    ]
    return {"user": user, "choices": len(steps), "clock": live.data.clock, "tastes": rows[:100]}

"""Routes that take in events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Security
from pydantic import ValidationError
from starlette.responses import Response

from whyrec.core.kinds import LISTED, Meaning, canonical, meaning_of, nearest_kinds
from whyrec.serve.api.bulk import all_rejected, invalid, partial_of, status_of
from whyrec.serve.api.problems import responses
from whyrec.serve.api.schemas.events import EventIn, EventsIn, EventsOut
from whyrec.serve.api.security import (
    PendingWrite,
    authorize,
    bearer,
    reply,
    run_serialized,
    service_of,
)
from whyrec.serve.service import Service
from whyrec.serve.store.api_keys import Key
from whyrec.serve.store.events import Event, add_events

router = APIRouter(
    prefix="/v1", dependencies=[Security(bearer)], responses=responses(), tags=["events"]
)
KNOWN = f"must be a kind that is known ({LISTED})"
AHEAD = 86_400  # seconds that a sender's clock may be ahead of ours


@router.post("/events", response_model=EventsOut, responses=partial_of(EventsOut))
async def events(request: Request, body: EventsIn) -> Response:
    """Store events.

    Each row is accepted, a duplicate (its event_id exists already) or rejected with a reason.
    Accepted events are durable and count in the person's next answer. If some rows are rejected,
    the status is 207; if all are, 409.
    """

    def start() -> PendingWrite:
        key = authorize(request, "events")
        service = service_of(request)
        now = service.now()
        rows = [_row(one, key, now) for one in body.events]
        good = [row for row in rows if isinstance(row, Event)]
        writing = service.store.begin(
            lambda connection: add_events(connection, good, now) if good else []
        )
        return writing, lambda results: _told(
            service, rows, [_id(one) for one in body.events], results, now
        )

    told = await run_serialized(request, start)
    return reply(told, status_of(told["rejected"]))


def _told(
    service: Service,
    rows: Sequence[Event | str],
    ids: Sequence[str],
    results: Sequence[str],
    now: int,
) -> Any:
    """The outcome of each row; `results` are those of the events."""
    left = iter(results)
    told = [
        {"event_id": row.event_id, "result": next(left), "because": None}
        if isinstance(row, Event)
        else {"event_id": id, "result": "rejected", "because": row}
        for row, id in zip(rows, ids, strict=True)
    ]
    counts = {
        name: sum(one["result"] == name for one in told)
        for name in ("accepted", "duplicate", "rejected")
    }
    for name, count in counts.items():
        service.metrics.events.labels(name).inc(count)
    if counts["rejected"] == len(rows):
        raise all_rejected("event", [(str(one["because"]), str(one["event_id"])) for one in told])
    for row, one in zip(rows, told, strict=True):
        if isinstance(row, Event) and one["result"] == "accepted":
            service.metrics.event_lag.observe(max(0, now - row.time))
    return counts | {"results": told}


def _row(given: dict[str, Any], key: Key, now: int) -> Event | str:
    """The event, or why it is rejected."""
    try:
        one = EventIn.model_validate(given)
    except ValidationError as error:
        return invalid(error)
    if not key.may_see(one.user):
        return "user: this key is for another person"
    if one.ts is not None and one.ts > now + AHEAD:
        return "ts: more than a day in the future; send Unix seconds"
    kind = canonical(one.type)
    if kind is None:
        return f"type: {nearest_kinds(one.type)}{KNOWN}"
    if one.value is None and meaning_of(kind) is Meaning.RATING:
        return "value: a rating needs one"
    return Event(
        one.event_id,
        one.user,
        one.item,
        now if one.ts is None else one.ts,
        kind,
        _value(one.value, kind),
        one.recommendation_id,
        tuple(one.impression),
    )


def _value(given: float | None, kind: str) -> float:
    """The value to store; a return without a value is 0, which returns everything."""
    if given is None:
        if meaning_of(kind) is Meaning.RETURN:
            return 0.0
        return 1.0
    return given


def _id(given: dict[str, Any]) -> str:
    value = given.get("event_id")
    if isinstance(value, str):
        return value[:200].encode("utf-8", "replace").decode()
    return ""

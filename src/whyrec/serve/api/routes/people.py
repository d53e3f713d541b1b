"""Routes for people: see, change, export and erase their own data."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Security
from sqlalchemy import Connection, select
from starlette.responses import Response

from whyrec.serve.api.bulk import checked, counted, partial_of, status_of
from whyrec.serve.api.problems import ProblemError, responses
from whyrec.serve.api.schemas.fields import Label
from whyrec.serve.api.schemas.items import RowsOut
from whyrec.serve.api.schemas.people import (
    FriendsIn,
    ProfileOut,
    ProfilePatch,
    Receipt,
    Stored,
    UserIn,
    UserRow,
    UsersIn,
    UsersOut,
)
from whyrec.serve.api.security import authorize, bearer, reply, service_of
from whyrec.serve.recommend.active import adjustable, chosen_strengths
from whyrec.serve.service import Service
from whyrec.serve.store import log
from whyrec.serve.store.people import change_controls, erase, everything_of, subject_hash
from whyrec.serve.store.store import upsert
from whyrec.serve.store.tables import friends as friends_table, people

router = APIRouter(
    prefix="/v1", dependencies=[Security(bearer)], responses=responses(404), tags=["people"]
)
NOTE = (
    "Models that learned from these events keep their influence until they are trained again "
    "(`whyrec retrain`); "
    "backups of the database are the operator's to erase."
)


@router.get("/users", response_model=UsersOut)
def listed(
    request: Request,
    after: Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """A page of people's labels, in order; `next` is the `after` of the following page."""
    key = authorize(request, "people")
    if key.role == "person":
        raise ProblemError(
            403, "person", "this key is for one person", "use a key of the role service"
        )
    with service_of(request).store.read() as connection:
        rows = list(
            connection.execute(
                select(people.c.user)
                .where(people.c.user > after)
                .order_by(people.c.user)
                .limit(limit)
            ).scalars()
        )
    return reply({"users": rows, "next": rows[-1] if len(rows) == limit else None})


@router.post("/users", response_model=RowsOut, responses=partial_of(RowsOut))
def put_many(request: Request, body: UsersIn) -> Response:
    """Create or change up to 1,000 people at once, as `PUT /v1/users/ID` does with one.

    If some rows are rejected, the status is 207; if all are, 409.
    """
    key = authorize(request, "people")
    if key.role == "person":
        raise ProblemError(
            403, "person", "this key is for one person", "use a key of the role service"
        )
    rows, results = checked(body.users, UserRow, "user")
    service = service_of(request)

    def job(connection: Connection) -> None:
        now = service.now()
        for row in rows:
            changes: dict[str, Any] = {"fields": row.fields}
            if row.personalised is not None:
                changes["personalised"] = row.personalised
            change_controls(connection, row.user, changes, now)
            subject = subject_hash(connection, row.user)
            log.note(connection, key.id, "fields", subject, now, changed=sorted(changes))

    service.store.write(job)
    return reply(told := counted(results), status_of(told["rejected"]))


@router.get("/users/{user:path}/profile", response_model=ProfileOut)
def profile(request: Request, user: Label) -> Response:
    """A person's controls, and the tags of the history with their weight and origin."""
    authorize(request, "people", user)
    return reply(_profile(service_of(request), user))


@router.patch("/users/{user:path}/profile", response_model=ProfileOut)
def change(request: Request, user: Label, body: ProfilePatch) -> Response:
    """Set a person's controls, effective from the next answer in every process."""
    start = time.perf_counter()
    service = service_of(request)
    key = authorize(request, "people", user)
    changes: dict[str, Any] = {
        name: value for name, value in body.model_dump().items() if value is not None
    }
    if "excluded_periods" in changes:
        changes["excluded_periods"] = [
            (one["first"], one["last"]) for one in changes["excluded_periods"]
        ]
    if "forces" in changes:
        changes["forces"] = chosen_strengths(service.directives, changes["forces"])
    _write(service, key.id, user, "controls", changes)
    service.metrics.control_effect.observe(time.perf_counter() - start)
    return reply(_profile(service, user))


@router.get("/users/{user:path}/export", response_model=dict[str, Any])
def export(request: Request, user: Label) -> Response:
    """Everything that is stored about a person."""
    authorize(request, "people", user)
    with service_of(request).store.read() as connection:
        return reply(everything_of(connection, user))


@router.put("/users/{user:path}/friends", response_model=Stored)
def befriend(request: Request, user: Label, body: FriendsIn) -> Response:
    """Add friends of a person."""
    authorize(request, "people", user)
    rows = [{"user": user, "friend": friend} for friend in sorted(set(body.friends))]
    service_of(request).store.write(
        lambda c: (
            rows
            and c.execute(
                upsert(c, friends_table).on_conflict_do_nothing(index_elements=["user", "friend"]),
                rows,
            )
        )
    )
    return reply({"stored": len(rows)})


@router.put("/users/{user:path}", response_model=ProfileOut)
def put(request: Request, user: Label, body: UserIn) -> Response:
    """Replace the additional fields of a person."""
    key = authorize(request, "people", user)
    service = service_of(request)
    if key.role == "person" and service.policy.asks_age:
        _own_age(service, user, body.fields)
    _write(service, key.id, user, "fields", {"fields": body.fields})
    return reply(_profile(service, user))


@router.delete("/users/{user:path}", response_model=Receipt, status_code=202)
def remove(request: Request, user: Label) -> Response:
    """Erase everything about a person: events, controls, friends, logged answers and keys.

    The erasure is complete when this is answered.
    """
    key = authorize(request, "people", user)
    service = service_of(request)
    receipt = erase(service.store, user, service.now())
    service.forget(user)
    service.store.write(
        lambda c: log.note(
            c, key.id, "erase", receipt["subject"], service.now(), receipt=receipt["receipt_id"]
        )
    )
    return reply(receipt | {"note": NOTE}, 202)


def _own_age(service: Service, user: str, fields: dict[str, str]) -> None:
    """Raise an error if a person's own key would change the age that the policy uses."""
    name = service.policy.age_field
    with service.store.read() as connection:
        person, _ = service.person(connection, user)
    if name in fields and (person is None or fields[name] != person.fields.get(name)):
        raise ProblemError(
            403, "age", f"a person's own key does not change {name}", "the operator stores it"
        )


def _write(service: Service, key_id: str, user: str, action: str, changes: dict[str, Any]) -> None:
    def job(connection: Connection) -> None:
        change_controls(connection, user, changes, service.now())
        log.note(
            connection,
            key_id,
            action,
            subject_hash(connection, user),
            service.now(),
            changed=sorted(changes),
        )

    service.store.write(job)


def _profile(service: Service, user: str) -> dict[str, Any]:
    live = service.registry.current(service.store.counters())
    with service.store.read() as connection:
        person, history = service.person(connection, user)
    weights: dict[str, list[str]] = {}
    for label, *_ in history:
        for tag in live.tags_of(label):
            weights.setdefault(tag, []).append(label)
    tags = [
        {
            "tag": tag,
            "weight": len(labels) / len(history),
            "items": [one for one in dict.fromkeys(labels) if one not in live.concealed][:5],
        }
        for tag, labels in sorted(weights.items(), key=lambda one: (-len(one[1]), one[0]))
    ]
    controls = person.controls if person else None
    return {
        "user": user,
        "known": person is not None,
        "personalised": person.personalised if person else True,
        "blocked_items": controls.blocked_items if controls else [],
        "blocked_tags": controls.blocked_tags if controls else [],
        "excluded_events": controls.excluded_events if controls else [],
        "excluded_periods": [{"first": a, "last": b} for a, b in controls.excluded_periods]
        if controls
        else [],
        "wider": controls.wider if controls else 0.0,
        "forces": {
            name: {"strength": controls.forces.get(name) if controls else None, "usual": usual}
            for name, usual in adjustable(service.directives).items()
        },
        "fields": dict(person.fields) if person else {},
        "events": len(history),
        "tags": tags[:100],
    }

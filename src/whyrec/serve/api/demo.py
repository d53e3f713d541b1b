"""Demo routes: the real service on this machine only, where the page may take any identity.

Identities are handed out only to callers that address the service by a name of this machine. This
refuses pages of other sites whose name resolves to it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from sqlalchemy import func, select
from starlette.responses import FileResponse, Response

from whyrec.core import UnknownNameError
from whyrec.serve.api.problems import ProblemError, responses
from whyrec.serve.api.schemas.fields import Body, Label
from whyrec.serve.api.security import reply, service_of
from whyrec.serve.recommend.snapshot import folded
from whyrec.serve.service import Service
from whyrec.serve.store.api_keys import make_key
from whyrec.serve.store.tables import events, people

__all__ = ["HERE", "Demo", "router"]

HERE = ("127.0.0.1", "localhost", "[::1]")
ROLES = {"engineer": "admin", "auditor": "auditor"}
router = APIRouter(prefix="/v1/demo", responses=responses(404), tags=["demo"])


@dataclass
class Demo:
    """The report's file, shown at /report, and the secrets of the keys made so far, by identity."""

    report: Path | None = None
    secrets: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class DemoPerson(BaseModel):
    user: str
    events: int


class DemoPeople(BaseModel):
    people: list[DemoPerson]
    total: int


class DemoIdentity(Body):
    """An identity to take; `user` is the person of the role person."""

    role: Literal["person", "engineer", "auditor"]
    user: Label | None = None


class DemoKey(BaseModel):
    key: str


def _demo(request: Request) -> Demo:
    name = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
    if name not in HERE:
        raise ProblemError(
            403,
            "demo",
            "the demo answers under a name of this machine only",
            "open it as http://127.0.0.1:PORT/",
        )
    demo: Demo = request.app.state.demo
    return demo


@router.get("/people", response_model=DemoPeople)
def listed(
    request: Request,
    q: Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 24,
) -> Response:
    """List people by a part of their label.

    Without text: some with short, medium and long histories.
    """
    _demo(request)
    with service_of(request).store.read() as connection:
        count = func.count(events.c.seq).label("events")
        statement = (
            select(people.c.user, count)
            .outerjoin(events, events.c.user == people.c.user)
            .group_by(people.c.user)
        )
        rows = [
            (row.user, row.events) for row in connection.execute(statement.order_by(people.c.user))
        ]
    total = len(rows)
    if q:
        rows = [row for row in rows if folded(q) in folded(row[0])][:limit]
    elif len(rows) > limit:  # spread over the lengths of histories
        rows.sort(key=lambda row: (-row[1], row[0]))
        rows = [rows[at * (total - 1) // max(1, limit - 1)] for at in range(limit)]
    return reply({"people": [{"user": user, "events": n} for user, n in rows], "total": total})


@router.post("/key", response_model=DemoKey)
def key(request: Request, body: DemoIdentity) -> Response:
    """Make a key for this identity."""
    demo = _demo(request)
    service = service_of(request)
    if (body.role == "person") != (body.user is not None):
        raise ProblemError(
            409,
            "refused",
            "the role person has a user, and no other has one",
            "name a user, or none",
        )
    with service.store.read() as connection:
        if body.user is not None and service.person(connection, body.user)[0] is None:
            raise UnknownNameError("user", body.user, [])
    return reply({"key": _secret(demo, service, body)})


def _secret(demo: Demo, service: Service, who: DemoIdentity) -> str:
    """The existing key of this identity if the store still has it, else a new one.

    Erasing a person removes their key.
    """
    if who.user is not None:
        name = who.user
    else:
        name = f"\0{who.role}"
    with demo.lock:
        there = name in demo.secrets and service.key(demo.secrets[name])[0] is not None
        if not there:
            role = ROLES.get(who.role, "person")
            demo.secrets[name] = service.store.write(
                lambda c: make_key(c, role, service.now(), user=who.user, note="made by the demo")
            )[1]
        return demo.secrets[name]


@router.get("/report", include_in_schema=False)
def report(request: Request) -> Response:
    """The report of the demo."""
    demo = _demo(request)
    if demo.report is None or not demo.report.exists():
        raise UnknownNameError("report", "report.html", [])
    return FileResponse(demo.report, media_type="text/html", headers={"X-Frame-Options": "DENY"})

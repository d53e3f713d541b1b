"""For operators: models, experiments, keys, the audit log, batches."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Security
from sqlalchemy import Connection
from starlette.responses import Response

from whyrec.core import UnknownNameError
from whyrec.serve import batch_jobs as batches
from whyrec.serve.api.problems import ProblemError, responses
from whyrec.serve.api.schemas.admin import (
    AuditOut,
    ExperimentIn,
    ExperimentsOut,
    KeyIn,
    KeyMade,
    KeysOut,
    ModelsOut,
    OutcomeOut,
    Promoted,
)
from whyrec.serve.api.schemas.fields import Label
from whyrec.serve.api.schemas.people import Stored
from whyrec.serve.api.schemas.recommend import BatchIn, JobOut
from whyrec.serve.api.security import bearer, enter, reply, service_of
from whyrec.serve.store import api_keys as keyring, log
from whyrec.serve.versions import experiments as trials
from whyrec.serve.versions.registry import model_rows

router = APIRouter(
    prefix="/v1", dependencies=[Security(bearer)], responses=responses(404), tags=["operations"]
)


@router.get("/models", response_model=ModelsOut)
def models(request: Request) -> Response:
    """Every version with its hashes and measures, and the candidates that were refused."""
    enter(request, "models:read")
    service = service_of(request)
    with service.store.read() as connection:
        return reply({"models": model_rows(connection), "failures": service.registry.failures})


@router.post("/models/{version}:promote", response_model=Promoted)
def promote(request: Request, version: Label) -> Response:
    """Let a version serve. It is read, its hashes compared, and tried before; where any of it
    fails, the old one goes on.
    """
    key = enter(request, "models")
    service = service_of(request)
    live = service.registry.promote(version)
    service.store.write(
        lambda c: log.note(c, key.id, "promote", "model", service.now(), version=live.version)
    )
    service.chore(True)
    return reply({"active": live.version})


@router.post("/models/{version}:rollback", response_model=Promoted)
def rollback(request: Request, version: Label) -> Response:
    """Go back from this version, which serves, to the one before it."""
    key = enter(request, "models")
    service = service_of(request)
    live = service.registry.rollback(version)
    service.store.write(
        lambda c: log.note(c, key.id, "rollback", "model", service.now(), version=live.version)
    )
    service.chore(True)
    return reply({"active": live.version})


@router.get("/experiments", response_model=ExperimentsOut)
def experiments(request: Request) -> Response:
    """Every experiment."""
    enter(request, "experiments")
    with service_of(request).store.read() as connection:
        return reply({"experiments": trials.rows_of_experiments(connection)})


@router.put("/experiments/{name}", response_model=ExperimentsOut)
def put_experiment(request: Request, name: Label, body: ExperimentIn) -> Response:
    """Split people between model versions. Each stays with the arm that a hash of the label
    gives.
    """
    key = enter(request, "experiments")
    service = service_of(request)
    arms = [arm.model_dump() for arm in body.variants]
    if len({arm["name"] for arm in arms}) < len(arms):
        raise ProblemError(
            409,
            "refused",
            "the arms of an experiment need names of their own",
            "rename one of them",
        )
    for arm in arms:
        service.registry.other(
            arm["model"]
        )  # read and tried now, not at the first person's request

    def job(connection: Connection) -> None:
        trials.put_experiment(connection, name, arms, body.active, service.now())
        log.note(
            connection,
            key.id,
            "experiment",
            "experiment",
            service.now(),
            name=name,
            active=body.active,
        )

    service.store.write(job)
    with service.store.read() as connection:
        return reply({"experiments": trials.rows_of_experiments(connection)})


@router.get("/experiments/{name}/outcome", response_model=OutcomeOut)
def outcome(request: Request, name: Label) -> Response:
    """People who chose from their lists, by arm, with 95% intervals, and the differences to the
    first arm.
    """
    enter(request, "experiments")
    with service_of(request).store.read() as connection:
        rows = {row["name"]: row for row in trials.rows_of_experiments(connection)}
        if name not in rows:
            raise UnknownNameError("experiment", name, rows)
        return reply({"name": name, **trials.outcome(connection, name, rows[name]["variants"])})


@router.get("/keys", response_model=KeysOut)
def keys(request: Request) -> Response:
    """Every key, without its secret."""
    enter(request, "keys")
    with service_of(request).store.read() as connection:
        return reply({"keys": [vars(key) for key in keyring.all_keys(connection)]})


@router.post("/keys", response_model=KeyMade, status_code=201)
def new_key(request: Request, body: KeyIn) -> Response:
    """Make a key. Its secret is in this answer and nowhere else."""
    mine = enter(request, "keys")
    service = service_of(request)

    def job(connection: Connection) -> tuple[keyring.Key, str]:
        made = keyring.make_key(
            connection, body.role, service.now(), user=body.user, note=body.note
        )
        log.note(
            connection, mine.id, "new-key", "key", service.now(), id=made[0].id, role=body.role
        )
        return made

    key, secret = service.store.write(job)
    return reply(vars(key) | {"key": secret}, 201)


@router.delete("/keys/{id}", response_model=Stored)
def remove_key(request: Request, id: Label) -> Response:
    """Take a key away, from the next request on."""
    mine = enter(request, "keys")
    service = service_of(request)
    if id == mine.id:
        raise ProblemError(
            409, "own-key", "a key cannot take itself away", "use another admin's key"
        )

    def job(connection: Connection) -> bool:
        gone = keyring.remove_key(connection, id)
        if gone:
            log.note(connection, mine.id, "remove-key", "key", service.now(), id=id)
        return gone

    if not service.store.write(job):
        raise UnknownNameError("key", id, [])
    return reply({"stored": 1})


@router.get("/audit", response_model=AuditOut)
def audit(
    request: Request,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """Who changed what: models, keys, experiments, controls and erasures, oldest first."""
    enter(request, "audit")
    with service_of(request).store.read() as connection:
        rows = log.audit_rows(connection, after, limit)
    return reply({"entries": rows, "next": rows[-1]["seq"] if len(rows) == limit else None})


@router.post("/batch/recommendations", response_model=JobOut, status_code=202)
def batch(request: Request, body: BatchIn) -> Response:
    """Lists for many people, computed beside the requests; fetch them by the job's id."""
    key = enter(request, "people")
    if key.role == "person":
        raise ProblemError(
            403, "person", "this key is for one person", "use a key of the role service"
        )
    return reply(batches.queue(service_of(request), key.id, body.model_dump()), 202)


@router.get("/batch/{id}", response_model=JobOut)
def job(request: Request, id: Label) -> Response:
    """How far a batch is, and its lists once it is done."""
    key = enter(request, "people")
    found: dict[str, Any] = batches.found(service_of(request), key, id)
    return reply(found)

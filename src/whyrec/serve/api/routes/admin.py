"""Routes for operators: models, experiments, keys, the audit log and batches."""

from __future__ import annotations

from pathlib import Path
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
    ModelIn,
    ModelOut,
    ModelRemoved,
    ModelsOut,
    OutcomeOut,
    Promoted,
)
from whyrec.serve.api.schemas.fields import Label
from whyrec.serve.api.schemas.people import Stored
from whyrec.serve.api.schemas.recommend import BatchIn, JobOut
from whyrec.serve.api.security import authorize, bearer, reply, service_of
from whyrec.serve.store import api_keys as keyring, log
from whyrec.serve.versions import experiments as trials, lifecycle
from whyrec.serve.versions.registry import model_rows

router = APIRouter(
    prefix="/v1", dependencies=[Security(bearer)], responses=responses(404), tags=["operations"]
)


@router.get("/models", response_model=ModelsOut)
def models(request: Request) -> Response:
    """List every version with its hashes and measures, and the candidates that were refused."""
    authorize(request, "models:read")
    service = service_of(request)
    with service.store.read() as connection:
        return reply({"models": model_rows(connection), "failures": service.registry.failures})


@router.post("/models", response_model=ModelOut, status_code=201)
def add_model(request: Request, body: ModelIn) -> Response:
    """Add a folder of `whyrec fit` on the service's machine as a candidate; it does not serve.

    It is read, checked and tried, and judged beside the serving model on choices that neither has
    seen (`metrics`). `POST /v1/models/V:promote` lets it serve.
    """
    key = authorize(request, "models")
    service = service_of(request)
    row = lifecycle.add_candidate(service.registry, Path(body.folder), service.now(), key.id)
    return reply(row, 201)


@router.delete("/models/{version}", response_model=ModelRemoved)
def remove_model(request: Request, version: Label) -> Response:
    """Delete a version that does not serve; answers that it gave cannot be replayed any more."""
    key = authorize(request, "models")
    service = service_of(request)
    size = lifecycle.remove(service.registry, version, service.now(), key.id)
    return reply({"removed": version, "bytes": size})


@router.post("/models/{version}:promote", response_model=Promoted)
def promote(request: Request, version: Label, force: bool = False) -> Response:
    """Let a version serve.

    It is read, checked against its hashes and tried first; if any of this fails, the old version
    continues. A candidate that was judged worse than the serving model is refused, unless `force`.
    """
    key = authorize(request, "models")
    service = service_of(request)
    live = lifecycle.promote(service.registry, version, service.now(), key.id, force=force)
    service.chore(True)
    return reply({"active": live.version})


@router.post("/models/{version}:rollback", response_model=Promoted)
def rollback(request: Request, version: Label) -> Response:
    """Return from this version, which serves, to the one before it."""
    key = authorize(request, "models")
    service = service_of(request)
    live = lifecycle.rollback(service.registry, version, service.now(), key.id)
    service.chore(True)
    return reply({"active": live.version})


@router.get("/experiments", response_model=ExperimentsOut)
def experiments(request: Request) -> Response:
    """List every experiment."""
    authorize(request, "experiments")
    with service_of(request).store.read() as connection:
        return reply({"experiments": trials.rows_of_experiments(connection)})


@router.put("/experiments/{name}", response_model=ExperimentsOut)
def put_experiment(request: Request, name: Label, body: ExperimentIn) -> Response:
    """Split people between model versions.

    A hash of the label assigns each person to a fixed arm.
    """
    key = authorize(request, "experiments")
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
    """Share of people who chose from their lists, by arm.

    With 95% intervals, and the differences from the first arm.
    """
    authorize(request, "experiments")
    with service_of(request).store.read() as connection:
        rows = {row["name"]: row for row in trials.rows_of_experiments(connection)}
        if name not in rows:
            raise UnknownNameError("experiment", name, rows)
        return reply({"name": name, **trials.outcome(connection, name, rows[name]["variants"])})


@router.get("/keys", response_model=KeysOut)
def keys(request: Request) -> Response:
    """List every key, without its secret."""
    authorize(request, "keys")
    with service_of(request).store.read() as connection:
        return reply({"keys": [vars(key) for key in keyring.all_keys(connection)]})


@router.post("/keys", response_model=KeyMade, status_code=201)
def new_key(request: Request, body: KeyIn) -> Response:
    """Make a key.

    Its secret appears only in this answer.
    """
    mine = authorize(request, "keys")
    service = service_of(request)
    if request.state.repeated:
        raise ProblemError(
            409,
            "idempotency-key",
            "the same request has made a key already, and its secret is shown only once",
            "remove that key, and send a new Idempotency-Key",
        )

    key, secret = service.store.write(
        lambda c: keyring.new_key(
            c, mine.id, body.role, service.now(), user=body.user, note=body.note
        )
    )
    return reply(vars(key) | {"key": secret}, 201)


@router.delete("/keys/{id}", response_model=Stored)
def remove_key(request: Request, id: Label) -> Response:
    """Remove a key, effective from the next request."""
    mine = authorize(request, "keys")
    service = service_of(request)
    if id == mine.id:
        raise ProblemError(
            409, "own-key", "a key cannot take itself away", "use another admin's key"
        )

    if not service.store.write(lambda c: keyring.drop_key(c, mine.id, id, service.now())):
        raise UnknownNameError("key", id, [])
    return reply({"stored": 1})


@router.get("/audit", response_model=AuditOut)
def audit(
    request: Request,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """Changes to models, keys, experiments, controls and erasures, oldest first."""
    authorize(request, "audit")
    with service_of(request).store.read() as connection:
        rows = log.audit_rows(connection, after, limit)
    return reply({"entries": rows, "next": rows[-1]["seq"] if len(rows) == limit else None})


@router.post("/batch/recommendations", response_model=JobOut, status_code=202)
def batch(request: Request, body: BatchIn) -> Response:
    """Compute lists for many people in the background; fetch them by the id of the job."""
    key = authorize(request, "people")
    if key.role == "person":
        raise ProblemError(
            403, "person", "this key is for one person", "use a key of the role service"
        )
    service, claim = service_of(request), request.state.claim
    if request.state.repeated:
        return reply(batches.found(service, key, claim.id), 202)
    id = claim.id if claim else None
    return reply(batches.queue(service, key.id, body.model_dump(), id), 202)


@router.get("/batch/{id}", response_model=JobOut)
def job(request: Request, id: Label) -> Response:
    """Progress of a batch, and its lists once it is done."""
    key = authorize(request, "people")
    found: dict[str, Any] = batches.found(service_of(request), key, id)
    return reply(found)

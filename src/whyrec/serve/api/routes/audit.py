"""Routes for auditors: system card, decisions, sentence checks and the privacy ledger.

Only a measurement writes.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Security
from starlette.responses import Response

from whyrec.serve.api.problems import responses
from whyrec.serve.api.routes.insight import insight_of
from whyrec.serve.api.schemas.audit import (
    CardOut,
    DecisionOut,
    DecisionsOut,
    LedgerOut,
    PromisesOut,
    VerifiedOut,
)
from whyrec.serve.api.schemas.fields import Label
from whyrec.serve.api.schemas.insight import FindingOut
from whyrec.serve.api.schemas.people import ReceiptIn
from whyrec.serve.api.security import authorize, bearer, reply, service_of
from whyrec.serve.insight import decision as decisions, privacy_ledger as books
from whyrec.serve.verification import promises as documents

router = APIRouter(
    prefix="/v1", dependencies=[Security(bearer)], responses=responses(404), tags=["audit"]
)
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/card", response_model=CardOut)
def card(request: Request) -> Response:
    """The system card of the serving model.

    It tells the model's inputs, the weight of each part, and the measured quality.
    """
    authorize(request, "insight")
    return reply(insight_of(request).cards.of())


@router.get("/decisions", response_model=DecisionsOut)
def latest(request: Request, limit: Limit = 50) -> Response:
    """The latest answers, without the people they were for."""
    authorize(request, "audit")
    return reply({"decisions": decisions.latest(service_of(request), limit)})


@router.get("/decisions/{id}", response_model=DecisionOut)
def one(request: Request, id: Label) -> Response:
    """Everything that one answer depended on.

    Also the parts of its scores, its replay, and what would be answered today.
    """
    authorize(request, "audit")
    service = service_of(request)
    return reply(decisions.decision(service, service.record(id)))


@router.get("/audit/sentences", response_model=FindingOut)
def sentences(request: Request) -> Response:
    """The latest check of the serving model's sentences, in fresh and in logged answers."""
    authorize(request, "audit")
    service = service_of(request)
    version = service.registry.current(service.store.counters()).version
    return reply(insight_of(request).findings.of("sentences", version))


@router.post("/audit/sentences", response_model=FindingOut, status_code=202)
def check_sentences(request: Request) -> Response:
    """Start a check of every claim in a sample of sentences, in the background.

    GET tells its progress.
    """
    authorize(request, "measure")
    service = service_of(request)
    version = service.registry.current(service.store.counters()).version
    return reply(insight_of(request).findings.start("sentences", version), 202)


@router.get("/promises", response_model=PromisesOut)
def promises(request: Request) -> Response:
    """What the documents promise, and which of it holds for this installation."""
    authorize(request, "audit")
    return reply(documents.promises(service_of(request)))


@router.get("/ledger", response_model=LedgerOut)
def ledger(request: Request, limit: Limit = 50) -> Response:
    """What is stored and since when, what was erased, and what was not measured."""
    authorize(request, "audit")
    return reply(books.ledger(service_of(request), limit))


@router.post("/receipts:verify", response_model=VerifiedOut)
def verify(request: Request, body: ReceiptIn) -> Response:
    """Check the receipt of an erasure.

    Nothing is stored.
    """
    authorize(request, "audit")
    return reply(books.verify(service_of(request), body.model_dump()))

"""Routes for lists and their reasons: recommend, log, replay, why-not, what-if, similar items."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Security
from starlette.responses import Response

from whyrec.core import ArgumentError, UnknownNameError
from whyrec.serve.api.problems import ProblemError, responses
from whyrec.serve.api.schemas.control import ChangesOut
from whyrec.serve.api.schemas.fields import Count, Label, Lang, Moment
from whyrec.serve.api.schemas.recommend import (
    ExplanationOut,
    PageOut,
    RecommendIn,
    RecommendOut,
    RecordOut,
    ReplayOut,
    SimilarOut,
    WhatIfIn,
    WhatIfOut,
    WhyNotIn,
    WhyNotOut,
)
from whyrec.serve.api.security import (
    PendingWrite,
    authorize,
    bearer,
    claimed,
    reply,
    run_serialized,
    service_of,
)
from whyrec.serve.insight import why_not as questions
from whyrec.serve.insight.control.changes import between
from whyrec.serve.store.log import Record, record_before

router = APIRouter(
    prefix="/v1", dependencies=[Security(bearer)], responses=responses(404), tags=["recommend"]
)
Once = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]


@router.post("/recommendations", response_model=RecommendOut)
async def recommend(request: Request, body: RecommendIn, once: Once = None) -> Response:
    """The best items for a person or a session, with reasons that add up to the score.

    The answer is logged: it can be looked up, explained and replayed by its recommendation_id. An
    Idempotency-Key that comes again gets the first answer, or 422 if it comes with another request.
    """

    def start() -> PendingWrite:
        service = service_of(request)
        with service.store.read() as connection:
            key = authorize(request, "recommend", body.user, connection)
            asked = asked_of(body, key.user)
            seen = request.state.counters
            claim = claimed(request, key)
            return service.start_recommendation(asked, key.id, claim, seen, connection)

    return reply(await run_serialized(request, start))


@router.get("/recommendations/{id}", response_model=RecordOut)
def stored(request: Request, id: Label) -> Response:
    """A logged request and its answer."""
    record = _record(request, id)
    return reply(
        {
            "recommendation_id": record.id,
            "time": record.time,
            "user": record.user,
            "model": record.model,
            "variant": record.variant,
            "request": record.request,
            "response": record.response,
        }
    )


@router.get("/recommendations/{id}/items", response_model=PageOut)
def more(
    request: Request, id: Label, offset: Annotated[int, Query(ge=0, le=1000)] = 0, n: Count = 10
) -> Response:
    """Further items of the same list, from the same history, model and catalogue."""
    record = _record(request, id)
    service = service_of(request)
    body = service.today(record, offset=offset, n=n)
    end = offset + n
    if body["more"] and end <= 1000:
        following = f"/v1/recommendations/{id}/items?offset={end}&n={n}"
    else:
        following = None
    return reply({"recommendation_id": id, **body, "next": following})


@router.get("/recommendations/{id}/explanation", response_model=ExplanationOut)
def explanation(request: Request, id: Label, lang: Lang | None = None) -> Response:
    """The same items with up to ten reasons each."""
    record = _record(request, id)
    service = service_of(request)
    body = service.today(record, explain=True, max_reasons=10, lang=lang)
    return reply({"recommendation_id": id, "model": record.model, "items": body["items"]})


@router.get("/recommendations/{id}/replay", response_model=ReplayOut)
def replay(request: Request, id: Label) -> Response:
    """Recompute the answer from its recorded inputs, and tell whether it is identical.

    The comparison is exact, to the last bit.
    """
    return reply(service_of(request).replay(_record(request, id)))


@router.get("/recommendations/{id}/changes", response_model=ChangesOut)
def changes(
    request: Request,
    id: Label,
    since: Annotated[Label | None, Query(description="An older answer to the same person")] = None,
    before: Annotated[
        Moment | None,
        Query(description="Compare with the person's latest answer up to this time"),
    ] = None,
    lang: Lang = "en",
) -> Response:
    """Why the list changed since an older answer to the same person, exactly.

    Without `since` and `before` it is the person's answer before this one. Of several, one to the
    same request is taken.
    """
    record = _record(request, id)
    if since is not None:
        other: Record | None = _record(request, since)
    elif record.user is None:
        raise ArgumentError(
            "an answer for nobody in particular has none before it",
            given="no since",
            fix="give the id of the other answer as since",
        )
    else:
        with service_of(request).store.read() as connection:
            moment = record.time if before is None else before
            other = record_before(connection, record.user, moment, record.request, id)
    if other is None:
        raise UnknownNameError("answer before", id, [])
    return reply(between(service_of(request), other, record, lang))


@router.post("/why-not", response_model=WhyNotOut)
def why_not(request: Request, body: WhyNotIn) -> Response:
    """Why an item is not in the list.

    It may be seen, blocked, filtered, hidden, unknown, or lack a part of the score.
    """
    key = authorize(request, "recommend", body.user)
    return reply(questions.why_not(service_of(request), asked_of(body, key.user), body.item))


@router.post("/what-if", response_model=WhatIfOut)
def what_if(request: Request, body: WhatIfIn) -> Response:
    """The list before and after edits of the history; nothing is stored."""
    key = authorize(request, "recommend", body.user)
    return reply(questions.what_if(service_of(request), asked_of(body, key.user)))


@router.get("/items/{item:path}/similar", response_model=SimilarOut)
def similar(
    request: Request,
    item: Label,
    n: Count = 10,
    threshold: Annotated[float | None, Query(allow_inf_nan=False)] = None,
) -> Response:
    """Items that choosing this one recommends most.

    If the model does not know it: items with shared tags.
    """
    authorize(request, "items:read")
    return reply(questions.similar(service_of(request), item, n, threshold))


def asked_of(body: Any, own: str | None) -> dict[str, Any]:
    """The request as a dictionary.

    If a person's own key names neither person nor session, the request is for that person. It
    cannot state an age, because anybody could then be old enough.
    """
    asked: dict[str, Any] = body.model_dump()
    if own is not None and asked["age"] is not None:
        raise ProblemError(
            403, "age", "a person's own key states no age", "leave age out; the operator stores it"
        )
    if own is not None and asked["user"] is None and not asked["session"]:
        asked["user"] = own
    return asked


def _record(request: Request, id: str) -> Record:
    """The record, if the key may see it.

    A person may see their own records. Other keys may see records of nobody only if they made them.
    """
    key = authorize(request, "records")
    record = service_of(request).record(id)
    if key.role == "person":
        mine = record.user == key.user
    else:
        mine = key.may("records:all") or record.key_id == key.id
    if not mine:
        raise UnknownNameError(
            "recommendation_id", id, []
        )  # not 403, which would reveal that it exists
    return record

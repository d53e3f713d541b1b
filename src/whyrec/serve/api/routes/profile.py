"""What the page asks beside the rest: who am I, find an item, show these, what is my history,
what are my tastes.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Security
from starlette.responses import Response

from whyrec.serve.api.problems import responses
from whyrec.serve.api.schemas.fields import Label
from whyrec.serve.api.security import authorize, bearer, reply, service_of
from whyrec.serve.insight import profile

router = APIRouter(
    prefix="/v1", dependencies=[Security(bearer)], responses=responses(404), tags=["page"]
)


@router.get("/me", response_model=profile.MeOut)
def me(request: Request) -> Response:
    """Whose key this is, what it may do, which parts of the page it may see, and which model
    serves.
    """
    key = authorize(request, "me")
    return reply(profile.me(service_of(request), key, demo=request.app.state.demo is not None))


@router.get("/search", response_model=profile.CardsOut)
def search(
    request: Request,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=200,
            pattern=r"^[^\x00]*$",
            description="Part of a title or a label",
        ),
    ],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Response:
    """Items whose title or label holds the text, those that begin with it first, then the more
    chosen.
    """
    authorize(request, "items:read")
    return reply({"items": profile.search(service_of(request), q, limit)})


@router.get("/cards", response_model=profile.CardsOut)
def cards(
    request: Request, item: Annotated[list[Label], Query(min_length=1, max_length=100)]
) -> Response:
    """Titles and tags of up to a hundred items; those that nobody knows are left out."""
    authorize(request, "items:read")
    return reply({"items": profile.cards(service_of(request), item)})


@router.get("/users/{user:path}/history", response_model=profile.HistoryOut)
def history(
    request: Request,
    user: Label,
    after: Annotated[
        str, Query(pattern=r"^(\d{1,18}-\d{1,18})?$", description="`next` of the page before")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Response:
    """A person's events, newest first, each with its title and whether it counts in
    recommendations, or why not.
    """
    authorize(request, "people", user)
    return reply(profile.history(service_of(request), user, after, limit))


@router.get("/users/{user:path}/tastes", response_model=profile.TastesOut)
def tastes(request: Request, user: Label) -> Response:
    """The tags of what a person chose: how much of the history has each, beside how much of the
    catalogue has it, and the latest events it comes from."""
    authorize(request, "people", user)
    return reply(profile.tastes(service_of(request), user))

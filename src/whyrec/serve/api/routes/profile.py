"""Further routes of the page: own key, search, item cards, history and tastes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Security
from starlette.responses import Response

from whyrec.serve.api.problems import responses
from whyrec.serve.api.schemas.control import BubbleOut
from whyrec.serve.api.schemas.fields import Label, Lang, Share
from whyrec.serve.api.security import authorize, bearer, reply, service_of
from whyrec.serve.insight import profile
from whyrec.serve.insight.control.bubble import bubble

router = APIRouter(
    prefix="/v1", dependencies=[Security(bearer)], responses=responses(404), tags=["page"]
)


@router.get("/me", response_model=profile.MeOut)
def me(request: Request) -> Response:
    """The person and scopes of this key, its parts of the page, and the serving model."""
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
    """Items whose title or label contains the text.

    Matches at the beginning come first, then the most chosen.
    """
    authorize(request, "items:read")
    return reply({"items": profile.search(service_of(request), q, limit)})


@router.get("/cards", response_model=profile.CardsOut)
def cards(
    request: Request, item: Annotated[list[Label], Query(min_length=1, max_length=100)]
) -> Response:
    """Titles and tags of up to a hundred items; unknown items are left out."""
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
    """A person's events, newest first.

    Each has its title and whether it counts in recommendations, or why not.
    """
    authorize(request, "people", user)
    return reply(profile.history(service_of(request), user, after, limit))


@router.get("/users/{user:path}/tastes", response_model=profile.TastesOut)
def tastes(request: Request, user: Label) -> Response:
    """The tags of a person's choices.

    Each has its share of the history and of the catalogue, and the latest events it comes from.
    """
    authorize(request, "people", user)
    return reply(profile.tastes(service_of(request), user))


@router.get("/users/{user:path}/bubble", response_model=BubbleOut)
def width(request: Request, user: Label, wider: Share = 0.5, lang: Lang = "en") -> Response:
    """How narrow a person's list is, what widening it by a share changes, and what that costs.

    Nothing is stored: PATCH the profile with `wider` to widen lists, and with 0 to go back.
    """
    authorize(request, "people", user)
    return reply(bubble(service_of(request), user, wider, lang))

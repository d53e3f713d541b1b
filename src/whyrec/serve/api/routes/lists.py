"""The route for all lists of a person at once."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Request, Security
from starlette.responses import Response

from whyrec.core import UnknownNameError
from whyrec.forces.lists import NamedList
from whyrec.serve.api.problems import responses
from whyrec.serve.api.routes.recommend import asked_of
from whyrec.serve.api.schemas.lists import ListsIn, ListsOut
from whyrec.serve.api.security import authorize, bearer, reply, service_of
from whyrec.serve.recommend.active import adjustable
from whyrec.serve.recommend.lists import ready, title_of_list
from whyrec.serve.service import Service

router = APIRouter(
    prefix="/v1", dependencies=[Security(bearer)], responses=responses(404), tags=["recommend"]
)


@router.post("/lists", response_model=ListsOut)
def lists(request: Request, body: ListsIn) -> Response:
    """The operator's named lists, without an item twice.

    An item stands in the first list that would have it. Each list is logged as an answer of its
    own, so it can be explained and replayed by its recommendation_id.
    """
    key = authorize(request, "recommend", body.user)
    service = service_of(request)
    asked = asked_of(body, key.user)
    rows: list[dict[str, Any]] = []
    listed: list[str] = []
    for one in _wanted(service, asked.pop("lists")):
        if not ready(one, asked, adjustable(service.directives)):
            continue
        ask = {**asked, "list": one.name, "n": one.n, "exclude": listed.copy()}
        answer = orjson.loads(service.recommend(ask, key.id))
        if answer["items"]:
            title = title_of_list(one, body.lang, _of(service, one, ask, answer))
            rows.append({"name": one.name, "kind": one.kind, "title": title, **answer})
            listed += [row["item"] for row in answer["items"]]
    return reply({"lists": rows})


def _wanted(service: Service, names: list[str] | None) -> list[NamedList]:
    known = {one.name: one for one in service.directives.lists}
    for name in names or ():
        if name not in known:
            raise UnknownNameError("list", name, list(known))
    return list(known.values()) if names is None else [known[name] for name in dict.fromkeys(names)]


def _of(service: Service, one: NamedList, ask: dict[str, Any], answer: dict[str, Any]) -> str:
    """The title of the item that a list goes by."""
    live = service.registry.other(answer["model"])
    if one.kind == "more-like-this":
        return live.title_of(ask["item"])
    if one.kind == "because-you-chose":
        history = service.record(answer["recommendation_id"]).inputs["history"]
        return live.title_of(history[-1][0]) if history else ""
    return ""

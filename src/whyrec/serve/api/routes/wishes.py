"""Routes for wishes in words: try one, keep some, take a change back."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from fastapi import APIRouter, Request, Security
from sqlalchemy import Connection
from starlette.responses import Response

from whyrec.core import ArgumentError, UnknownNameError
from whyrec.forces.wishes import MOST, Wish, merged
from whyrec.serve.api.problems import responses
from whyrec.serve.api.routes.recommend import asked_of
from whyrec.serve.api.schemas.fields import Label, Lang
from whyrec.serve.api.schemas.wishes import WishesIn, WishesOut, WishIn, WishOut
from whyrec.serve.api.security import authorize, bearer, reply, service_of
from whyrec.serve.recommend.answer import answer
from whyrec.serve.recommend.steering import read_back
from whyrec.serve.service import NOBODY, Service
from whyrec.serve.store import log
from whyrec.serve.store.people import Controls, change_controls, person_of, subject_hash

router = APIRouter(
    prefix="/v1", dependencies=[Security(bearer)], responses=responses(404), tags=["wishes"]
)


@router.post("/wishes", response_model=WishOut)
def tried(request: Request, body: WishIn) -> Response:
    """What a wish in words would do: what was understood, the list before and after, the cost.

    Nothing is stored.
    """
    key = authorize(request, "recommend", body.user)
    asked = asked_of(body, key.user)
    kept, text = asked.pop("kept"), asked.pop("text")
    service = service_of(request)
    inputs, live, _ = service.inputs(asked)
    wishes = service.wishing.acting(live, text, inputs.wishes if kept else (), True)
    before, after = (
        answer(live, replace(inputs, wishes=one, explain=True)) for one in ((), wishes)
    )
    return reply({"before": before, "after": after})


@router.get("/users/{user:path}/wishes", response_model=WishesOut)
def kept(request: Request, user: Label, lang: Lang = "en") -> Response:
    """A person's wishes."""
    authorize(request, "people", user)
    return reply(_told(service_of(request), user, lang))


@router.put("/users/{user:path}/wishes", response_model=WishesOut)
def keep(request: Request, user: Label, body: WishesIn) -> Response:
    """Change a person's wishes: add by words, leave some out, change strengths.

    They act from the next answer on, in every process.
    """
    key = authorize(request, "people", user)
    service = service_of(request)
    live = service.registry.current(service.store.counters())
    found = service.wishing.understood(live, body.text)
    strengths = None if body.keep is None else {one.wish: one.strength for one in body.keep}

    def changed(controls: Controls) -> dict[str, Any]:
        left = _left(controls.wishes, strengths)
        wishes = merged(left, [one for one in found if not one.problem])
        if len(wishes) > MOST:
            raise ArgumentError(f"a person keeps at most {MOST} wishes", given=str(len(wishes)))
        return {"wishes": wishes, "former_wishes": controls.wishes}

    _write(service, key.id, user, changed)
    return reply(_told(service, user, body.lang, [one for one in found if one.problem]))


@router.post("/users/{user:path}/wishes/undo", response_model=WishesOut)
def undo(request: Request, user: Label, lang: Lang = "en") -> Response:
    """Take the last change of a person's wishes back; once more does it again."""
    key = authorize(request, "people", user)
    service = service_of(request)
    _write(
        service,
        key.id,
        user,
        lambda controls: {"wishes": controls.former_wishes, "former_wishes": controls.wishes},
    )
    return reply(_told(service, user, lang))


def _left(wishes: tuple[Wish, ...], strengths: dict[str, float | None] | None) -> list[Wish]:
    """The kept wishes that stay, with their strengths."""
    if strengths is None:
        return [*wishes]
    known = {one.id: one for one in wishes}
    for name in strengths:
        if name not in known:
            raise UnknownNameError("wish", name, known)
    return [
        known[name] if size is None else replace(known[name], strength=size)
        for name, size in strengths.items()
    ]


def _write(service: Service, key_id: str, user: str, changed: Any) -> None:
    """Change the wishes in one transaction, and note it."""

    def job(connection: Connection) -> None:
        person = person_of(connection, user)
        made = changed(NOBODY if person is None else person.controls)
        stored = {name: [asdict(one) for one in wishes] for name, wishes in made.items()}
        change_controls(connection, user, stored, service.now())
        subject = subject_hash(connection, user)
        log.note(connection, key_id, "wishes", subject, service.now(), changed=["wishes"])

    service.store.write(job)


def _told(service: Service, user: str, lang: str, problems: list[Wish] | None = None) -> Any:
    live = service.registry.current(service.store.counters())
    with service.store.read() as connection:
        person = person_of(connection, user)
    controls = NOBODY if person is None else person.controls
    return {
        "user": user,
        "wishes": [read_back(live, one, lang) for one in controls.wishes],
        "not_understood": [read_back(live, one, lang) for one in problems or ()],
        "undo": controls.wishes != controls.former_wishes,
    }

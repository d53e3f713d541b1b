"""Authenticate and authorise requests, and run their writes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import orjson
from fastapi import Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Connection
from starlette.requests import HTTPConnection
from starlette.responses import Response

from whyrec.serve.api.problems import ProblemError
from whyrec.serve.service import Service
from whyrec.serve.store.api_keys import Key
from whyrec.serve.store.idempotency import Claim, bind, claim_of

__all__ = [
    "Bearer",
    "PendingWrite",
    "authorize",
    "bearer",
    "claimed",
    "reply",
    "run_serialized",
    "service_of",
]

LONGEST = 200  # characters of an Idempotency-Key
PendingWrite = tuple[
    Future[Any], Callable[[Any], Any]
]  # the pending write, and the function that makes the answer of its value


class Bearer(HTTPBearer):
    """Check the header `Authorization: Bearer KEY` before the body is read."""

    async def __call__(self, request: HTTPConnection) -> HTTPAuthorizationCredentials | None:
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise _no_key()
        return HTTPAuthorizationCredentials(scheme=scheme, credentials=secret.strip())


bearer = Bearer(scheme_name="key", description="An API key: `whyrec key new`", auto_error=False)


def service_of(request: Request) -> Service:
    """The service of this app."""
    service: Service = request.app.state.service
    return service


def authorize(
    request: Request, scope: str, user: str | None = None, connection: Connection | None = None
) -> Key:
    """Return the request's key if it has the scope and may act for the person.

    Otherwise raises a problem with status 401, 403 or 429. An Idempotency-Key is bound to the
    request, unless `connection` is given: an open connection of a request that does it itself.
    """
    service = service_of(request)
    secret = request.headers["authorization"].partition(" ")[2].strip()
    key, request.state.counters = service.key(secret, connection)
    if key is None:
        raise _no_key()
    known = {field.alias for field in request.scope["route"].dependant.query_params}
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        raise ProblemError(
            422,
            "bad-request",
            f"the path takes {', '.join(sorted(known)) or 'no parameters'}; got "
            f"{unknown[0][:50]!r}",
            "leave it out; /openapi.json describes the path",
        )
    request.state.key_id, request.state.model = key.id, service.registry.serving
    if not key.may(scope):
        raise ProblemError(
            403,
            "scope",
            f"a key of the role {key.role} has no right to {scope}",
            "use a key of another role",
        )
    if not key.may_see(user):
        raise ProblemError(
            403,
            "person",
            "this key is for one person, and not for this one",
            "use that person's key",
        )
    seconds = request.app.state.rate.wait(key.id)
    if seconds > 0:
        raise ProblemError(
            429,
            "rate",
            "this key asks too often",
            f"wait {seconds:.2f} seconds",
            {"Retry-After": str(max(1, round(seconds)))},
        )
    if connection is None:
        claim = request.state.claim = claimed(request, key)
        request.state.repeated = claim is not None and service.store.write(
            lambda c: bind(c, claim, service.now())
        )
    return key


def claimed(request: Request, key: Key) -> Claim | None:
    """The request's Idempotency-Key with what it is bound to; None without one."""
    once = request.headers.get("idempotency-key")
    if once is None or request.method == "GET":
        return None
    if not 0 < len(once) <= LONGEST:
        raise ProblemError(
            422,
            "bad-request",
            f"an Idempotency-Key has 1 to {LONGEST} characters",
            "send a random identifier, such as a UUID",
        )
    url = request.url
    path = f"{url.path}?{url.query}"
    return claim_of(key.id, once, request.method, path, bytes(request.state.body or b""))


async def run_serialized(request: Request, start: Callable[[], PendingWrite]) -> Any:
    """Start a write on the single compute thread, then await the durable write.

    Computation is serialised because threads would only contend for the GIL; the next one computes
    during the write.
    """
    loop = asyncio.get_running_loop()
    service = service_of(request)
    writing, finish = await loop.run_in_executor(service.computing, start)
    return finish(await asyncio.wrap_future(writing))


def reply(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON response; text is sent as it is, because it is JSON already."""
    if isinstance(value, bytes):
        body = value
    else:
        body = orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)
    return Response(body, status, media_type="application/json", headers=headers)


def _no_key() -> ProblemError:
    return ProblemError(
        401,
        "key",
        "an API key is required, and none that is known was given",
        "send the header `Authorization: Bearer KEY`; `whyrec key new` makes one",
        {"WWW-Authenticate": "Bearer"},
    )

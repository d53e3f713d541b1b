"""Errors as application/problem+json (RFC 9457), in English or Chinese (Accept-Language).

Each says what is required, what was given and how to fix it.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from whyrec.core import UnknownNameError, WhyrecError
from whyrec.serve.api import problem_texts
from whyrec.serve.store.engine import StoreError
from whyrec.serve.store.idempotency import KeyReusedError

__all__ = [
    "LANGUAGE",
    "Problem",
    "ProblemError",
    "accepted",
    "add_handlers",
    "problem",
    "responses",
]

LANGUAGE: ContextVar[str] = ContextVar(
    "language of errors", default="en"
)  # language of the current request
MEDIA = "application/problem+json"


class Problem(BaseModel):
    """An error.

    `type` identifies the cause, `fix` says what to do, and `errors` has an entry for each wrong
    field.
    """

    type: str
    title: str
    status: int
    detail: str
    fix: str
    errors: list[dict[str, str]] = []


class ProblemError(Exception):
    """An exception that is answered with its status and a problem."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        fix: str,
        headers: dict[str, str] | None = None,
        *,
        errors: list[dict[str, str]] | None = None,
    ) -> None:
        self.errors = errors
        self.status = status
        self.code = code
        self.detail = detail
        self.fix = fix
        self.headers = headers
        super().__init__(detail)


def problem(
    status: int,
    code: str,
    detail: str,
    fix: str,
    *,
    errors: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """The response for an error, in the language of the request."""
    lang = LANGUAGE.get()
    detail, fix = (problem_texts.translated(text, lang) or text for text in (detail, fix))
    body = {
        "type": f"urn:whyrec:{code}",
        "title": problem_texts.title(status, lang),
        "status": status,
        "detail": detail,
        "fix": fix,
        "errors": errors or [],
    }
    return Response(
        orjson.dumps(body),
        status,
        media_type=MEDIA,
        headers={**(headers or {}), "Content-Language": lang},
    )


def accepted(header: str) -> str:
    """The language of errors for an Accept-Language header, "zh" or "en".

    Chinese is chosen if it is preferred to English.

    >>> accepted("zh-CN,zh;q=0.9,en;q=0.8"), accepted("de,en;q=0.5,zh;q=0.4")
    ('zh', 'en')
    >>> accepted("zh;q=0"), accepted("")
    ('en', 'en')
    """
    best = 0.0
    chosen = "en"
    for part in header.split(","):
        tag, _, more = part.strip().partition(";")
        weight = more.strip().removeprefix("q=")
        try:
            if weight:
                quality = float(weight)
            else:
                quality = 1.0
        except ValueError:
            continue
        language = tag.strip().casefold().partition("-")[0]
        if language in ("en", "zh") and quality > best:
            best = quality
            chosen = language
    return chosen


def responses(*codes: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a route, for the OpenAPI page."""
    content = {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    every = {400, 401, 403, 409, 413, 415, 422, 429, 500, 503, 507, *codes}
    return {
        code: {"description": problem_texts.title(code, "en"), "content": content}
        for code in sorted(every)
    }


def add_handlers(app: FastAPI) -> None:
    """Answer every error of the app with a problem."""
    app.add_exception_handler(ProblemError, _own)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(StoreError, _store)
    app.add_exception_handler(KeyReusedError, _reused)
    app.add_exception_handler(WhyrecError, _whyrec)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)


def _own(_: Request, error: Any) -> Response:
    return problem(
        error.status,
        error.code,
        error.detail,
        error.fix,
        headers=error.headers,
        errors=error.errors,
    )


def _invalid(_: Request, error: Any) -> Response:
    lang = LANGUAGE.get()
    rows = [
        {
            "field": ".".join(map(str, one["loc"])),
            "required": problem_texts.field_text(one, lang),
            "given": _shown(one.get("input")),
        }
        for one in error.errors()[:20]
    ]
    if any(one["type"] == "json_invalid" for one in error.errors()):
        return problem(
            400,
            "bad-json",
            "the body must be JSON",
            "check the body's quotes, commas and brackets",
            errors=rows,
        )
    texts = problem_texts.TEXTS
    detail = texts.template("join", lang).join(
        texts.say("named", lang, field=row["field"], required=row["required"]) for row in rows[:3]
    )
    return problem(
        422,
        "bad-request",
        detail,
        "change the named fields; /openapi.json describes them",
        errors=rows,
    )


def _shown(value: Any) -> str:
    return ascii(value)[:100]


def _store(_: Request, error: Any) -> Response:
    status = 507 if error.code == "store-full" else 503
    required = problem_texts.translated(error.required, LANGUAGE.get()) or error.required
    return problem(
        status,
        error.code,
        required + "; nothing of this request was kept",
        error.fix,
        headers={"Retry-After": "2"},
    )


def _reused(request: Request, error: Any) -> Response:
    text, _, fix = str(error).partition(" Fix: ")
    return problem(422, "idempotency-key", text, fix)


def _whyrec(request: Request, error: Any) -> Response:
    lang = LANGUAGE.get()
    if isinstance(error, UnknownNameError):
        text, _, known = str(error).partition(" Known: ")
        known = "" if known == "none." else known
        text, fix = problem_texts.unknown(error.what, repr(error.given), known, text, lang)
        return problem(404, "unknown", text, fix)
    text, _, fix = str(error).partition(" Fix: ")
    if lang != "en":
        fix = fix.removesuffix(".")
    return problem(409, "refused", *problem_texts.refused(text, fix, lang))


def _http(_: Request, error: Any) -> Response:
    fixes = {404: "see /openapi.json for the paths", 405: "see /openapi.json for the methods"}
    return problem(
        error.status_code,
        "http",
        str(error.detail),
        fixes.get(error.status_code, "see the detail"),
        headers=dict(error.headers or {}),
    )


def _fault(request: Request, error: Exception) -> Response:
    """Log the trace without the message, which may contain personal data."""
    logging.getLogger("whyrec.serve").error(
        "fault", exc_info=error, extra={"fields": {"route": request.scope.get("path", "")[:3]}}
    )
    return problem(
        500,
        "fault",
        f"the service failed ({type(error).__name__})",
        "report it with the time of this answer",
    )

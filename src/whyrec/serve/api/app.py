"""Make the ASGI app of the service; its OpenAPI page is at /openapi.json."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Security
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from whyrec import __version__
from whyrec.serve.api import demo as demonstration
from whyrec.serve.api.middleware import Guard, Rate
from whyrec.serve.api.problems import Problem, add_handlers, problem, responses
from whyrec.serve.api.reference import add_reference
from whyrec.serve.api.routes import (
    admin,
    audit,
    events,
    insight,
    items,
    lists,
    people,
    profile,
    recommend,
    wishes,
)
from whyrec.serve.api.schemas.events import EventIn
from whyrec.serve.api.schemas.health import Health
from whyrec.serve.api.schemas.items import ItemRow
from whyrec.serve.api.schemas.people import UserRow
from whyrec.serve.api.security import authorize, bearer, reply, service_of
from whyrec.serve.api.static_page import PageRoute, read_page
from whyrec.serve.service import Service
from whyrec.serve.settings import Settings
from whyrec.serve.store.engine import StoreError

__all__ = ["make_app"]

ABOUT = (
    "Recommendations with reasons that add up to the served score, and that were tested by "
    "leaving them out."
)


def make_app(settings: Settings, *, demo: demonstration.Demo | None = None) -> FastAPI:
    """Make the app of one process; with `demo` it also hands out identities.

    Raises ArgumentError if no model of the store serves, and the errors of Store.
    """
    service = Service(settings)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        service.start()
        # The catalogue stays in memory: a garbage collection that scans it would stop every request
        # for tens of milliseconds.
        gc.freeze()
        yield
        service.close()

    app = FastAPI(
        title="whyrec",
        version=__version__,
        description=ABOUT,
        lifespan=life,
        redoc_url=None,
        docs_url=None,
        redirect_slashes=False,
    )
    app.state.service, app.state.rate, app.state.demo = (
        service,
        Rate(settings.rate, settings.burst),
        demo,
    )
    app.state.insight = insight.Insight(service)
    add_handlers(app)
    for part in (
        profile,
        recommend,
        lists,
        wishes,
        events,
        items,
        people,
        admin,
    ):
        app.include_router(part.router)
    for part in (insight, audit):
        app.include_router(part.router)
    if demo is not None:
        app.include_router(demonstration.router)
    _health(app)
    _metrics(app)
    app.add_middleware(Guard, metrics=service.metrics, max_body=settings.max_body)
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.allowed_origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key"],
            expose_headers=["X-Request-ID", "Retry-After"],
            max_age=600,
        )
    add_reference(app)
    _describe(app)  # after the last route: a later one would make the OpenAPI page anew
    app.router.routes.append(
        PageRoute(read_page(demo=demo is not None))
    )  # last, because it takes every remaining path
    return app


def _health(app: FastAPI) -> None:
    @app.get("/health/live", response_model=Health, tags=["operations"])
    async def live() -> Response:
        """Tell that the process runs."""
        return reply({"status": "ok", "model": None})

    @app.get(
        "/health/ready",
        response_model=Health,
        tags=["operations"],
        responses={
            503: {
                "description": "Not ready",
                "content": {
                    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                },
            }
        },
    )
    def ready(request: Request) -> Response:
        """Tell whether the store answers and a model serves."""
        service = service_of(request)
        try:
            model = service.registry.current(service.store.counters())
        except OSError as error:
            return problem(
                503,
                error.code if isinstance(error, StoreError) else "not-ready",
                str(error),
                "see the detail",
                headers={"Retry-After": "2"},
            )
        return reply({"status": "ok", "model": model.version})


def _metrics(app: FastAPI) -> None:
    @app.get(
        "/metrics",
        tags=["operations"],
        dependencies=[Security(bearer)],
        response_class=Response,
        responses={
            200: {
                "description": "Prometheus text",
                "content": {"text/plain": {"schema": {"type": "string"}}},
            },
            **responses(),
        },
    )
    def metrics(request: Request) -> Response:
        """Metrics for Prometheus; needs a key of the role monitor or admin."""
        authorize(request, "metrics")
        service = service_of(request)
        service.observe_model()
        return Response(service.metrics.text(), media_type="text/plain; version=0.0.4")


def _describe(app: FastAPI) -> None:
    """Put our form of errors into the OpenAPI page instead of FastAPI's own."""
    made = app.openapi()
    schemas = made["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    for row in (EventIn, ItemRow, UserRow):
        schemas[row.__name__] = row.model_json_schema(ref_template="#/components/schemas/{model}")
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    app.openapi_schema = made

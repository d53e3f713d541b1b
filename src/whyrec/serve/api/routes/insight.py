"""Routes for engineers: operations, inspection of a list, item map, quality and versions.

GET requests write nothing. Long measurements are started by POST and run in a background thread.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Security
from starlette.responses import Response

from whyrec.serve.api.problems import responses
from whyrec.serve.api.schemas.fields import Count, Label
from whyrec.serve.api.schemas.insight import (
    AtlasOut,
    FindingOut,
    FindingsOut,
    InspectIn,
    InspectOut,
    Kind,
    LearnedOut,
    NeighboursOut,
    NetworkOut,
    OperationsOut,
    SliceIn,
    SliceOut,
    VersionsOut,
)
from whyrec.serve.api.security import authorize, bearer, reply, service_of
from whyrec.serve.insight.faithfulness import faithfulness, speed
from whyrec.serve.insight.inspector import inspect
from whyrec.serve.insight.item_map import Atlas, refine
from whyrec.serve.insight.measurements import Measure, Measurements
from whyrec.serve.insight.model_card import Cards
from whyrec.serve.insight.quality import next_item, since_fit
from whyrec.serve.insight.weights import learned, versions
from whyrec.serve.service import Service
from whyrec.serve.telemetry.recent import STEP
from whyrec.serve.verification.schedule import Truth
from whyrec.serve.verification.sentences import sentences

router = APIRouter(
    prefix="/v1", dependencies=[Security(bearer)], responses=responses(404), tags=["insight"]
)
KINDS: dict[str, Measure] = {
    "since-fit": since_fit,
    "next-item": next_item,
    "faithfulness": faithfulness,
    "speed": speed,
    "layout": refine,
    "sentences": sentences,
}


class Insight:
    """Objects that these routes and the auditor's share, one for each service."""

    def __init__(self, service: Service) -> None:
        self.findings = Measurements(service, KINDS)
        service.chores.append(Truth(service, self.findings))
        self.atlas, self.cards = Atlas(service, self.findings), Cards(service, self.findings)


def insight_of(request: Request) -> Insight:
    """The Insight of this app."""
    insight: Insight = request.app.state.insight
    return insight


@router.get("/operations", response_model=OperationsOut)
def operations(request: Request, minutes: Annotated[int, Query(ge=1, le=60)] = 60) -> Response:
    """The last minutes of this process in steps of ten seconds, and its latest slow requests.

    Failed requests are included. Nobody is named.
    """
    authorize(request, "metrics")
    service = service_of(request)
    recent = service.metrics.recent
    now = service.now()
    live = service.registry.current(service.store.counters())
    about = {
        "time": now,
        "since": recent.since,
        "step": STEP,
        "model": live.version,
        "model_name": live.name,
    }
    told = {
        "model_age": service.model_age(live),
        "series": recent.series(minutes),
        "routes": recent.routes()[:50],
    }
    return reply(about | told | {"latest": recent.latest(), "gaps": service.metrics.gap_alarm()})


@router.post("/inspect", response_model=InspectOut)
def inspected(request: Request, body: InspectIn) -> Response:
    """Inspect one person's list, by up to three versions side by side.

    Nothing is stored.
    """
    authorize(request, "inspect")
    return reply(inspect(service_of(request), body.user, body.models, body.n, body.lang))


@router.get("/atlas", response_model=AtlasOut)
def atlas(request: Request, fine: bool = True) -> Response:
    """The map of the serving model's items, up to 20,000.

    `fine` uses the t-SNE layout if it was computed.
    """
    authorize(request, "insight")
    return reply(insight_of(request).atlas.items(fine))


@router.get("/atlas/people", response_model=AtlasOut)
def people(request: Request) -> Response:
    """The map of people, each at the mean of the items they chose."""
    authorize(request, "inspect")
    return reply(insight_of(request).atlas.people())


@router.post("/atlas/slice", response_model=SliceOut)
def sliced(request: Request, body: SliceIn) -> Response:
    """Contents of a part of the map.

    Nothing is stored.
    """
    authorize(request, "insight")
    return reply(insight_of(request).atlas.slice(body.items))


@router.get("/atlas/neighbours/{item:path}", response_model=NeighboursOut)
def neighbours(request: Request, item: Label, n: Count = 20) -> Response:
    """The nearest items, in the full space rather than on the map."""
    authorize(request, "insight")
    return reply(insight_of(request).atlas.neighbours(item, n))


@router.get("/atlas/network/{item:path}", response_model=NetworkOut)
def network(
    request: Request, item: Label, size: Annotated[int, Query(ge=2, le=150)] = 60
) -> Response:
    """The network of items that choosing one item recommends, and that those recommend."""
    authorize(request, "insight")
    return reply(insight_of(request).atlas.network(item, size))


@router.get("/weights", response_model=LearnedOut)
def weights(request: Request) -> Response:
    """What the serving model has learned.

    Weights between its most chosen items, its strongest links, and its rules in words.
    """
    authorize(request, "insight")
    service = service_of(request)
    return reply(learned(service.registry.current(service.store.counters())))


@router.get("/versions", response_model=VersionsOut)
def every_version(request: Request) -> Response:
    """Every model version with its size and measurements."""
    authorize(request, "insight")
    service = service_of(request)
    return reply(
        {
            "models": versions(service, insight_of(request).findings),
            "failures": service.registry.failures,
        }
    )


@router.get("/findings/{version}", response_model=FindingsOut)
def findings(request: Request, version: Label) -> Response:
    """Finished and running measurements of a version."""
    authorize(request, "insight")
    service_of(request).registry.must_know(version)
    found: dict[str, Any] = insight_of(request).findings.all_of(version)
    return reply(
        {
            "model": version,
            "findings": {name: one for name, one in found.items() if name != "layout"},
        }
    )


@router.get("/findings/{version}/{kind}", response_model=FindingOut)
def finding(request: Request, version: Label, kind: Kind) -> Response:
    """One measurement."""
    authorize(request, "insight")
    service_of(request).registry.must_know(version)
    return reply(insight_of(request).findings.of(kind, version))


@router.post("/findings/{version}/{kind}", response_model=FindingOut, status_code=202)
def measure(request: Request, version: Label, kind: Kind) -> Response:
    """Start a measurement in the background; one runs at a time.

    GET tells its progress.
    """
    authorize(request, "measure")
    return reply(insight_of(request).findings.start(kind, version), 202)

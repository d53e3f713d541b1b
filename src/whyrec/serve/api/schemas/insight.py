"""Schemas of the routes for engineers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from whyrec.serve.api.schemas.fields import Body, Count, Label, Lang
from whyrec.serve.api.schemas.recommend import Fallback, ItemOut

State = Literal["missing", "running", "done", "failed"]
Kind = Literal["since-fit", "next-item", "faithfulness", "speed", "layout", "sentences"]


class Interval(BaseModel):
    """A mean with its 95% interval."""

    mean: float | None
    low: float | None
    high: float | None


class Series(BaseModel):
    """Columns with a row for every ten seconds."""

    time: list[int]
    requests: list[int]
    errors: list[int]
    refused: list[int]
    answers: list[int]
    fallbacks: list[int]
    p50_ms: list[float | None]
    p99_ms: list[float | None]
    answers_p50_ms: list[float | None]
    answers_p99_ms: list[float | None]
    lag_seconds: list[float | None]


class RouteSeen(BaseModel):
    method: str
    route: str
    requests: int
    errors: int
    p50_ms: float | None
    p99_ms: float | None


class RequestSeen(BaseModel):
    """A slow or failed request; `route` is the pattern, never the path."""

    time: int
    method: str
    route: str
    status: int
    ms: float
    request: str


class GapsOut(BaseModel):
    """Answers without reasons because an item's parts did not add up; `last` is in Unix seconds."""

    answers: int
    last: int | None


class OperationsOut(BaseModel):
    """Figures of this process since `since`."""

    time: int
    since: int
    step: int
    model: str
    model_name: str
    model_age: int
    series: Series
    routes: list[RouteSeen]
    latest: list[RequestSeen]
    gaps: GapsOut


class SeenEvent(BaseModel):
    item: str
    title: str
    tags: list[str]
    value: float
    time: int | None
    event_id: str | None
    known: bool


class HeatEvent(BaseModel):
    item: str
    title: str
    event_id: str | None
    place: int


class ContributionsOut(BaseModel):
    """Contributions: `weights` by event and item; `others` sums `other_events` further events."""

    additive: bool
    base: list[float]
    rest: list[float]
    events: list[HeatEvent]
    weights: list[list[float]]
    others: list[float]
    other_events: int


class AttentionOut(BaseModel):
    """`maps` (layers, m, m) are means over heads; `last` (layers, heads, m): the latest event."""

    shown: bool
    why: str | None
    fix: str | None
    events: list[str]
    maps: list[list[list[float]]]
    last: list[list[list[float]]]


class ActivationsOut(BaseModel):
    shown: bool
    why: str | None
    fix: str | None
    events: list[str]
    values: list[list[float]]


class RuleStep(BaseModel):
    en: str
    zh: str
    weight: float
    kind: str


class RulePath(BaseModel):
    item: str
    title: str
    base: float
    steps: list[RuleStep]


class RulesOut(BaseModel):
    shown: bool
    why: str | None
    fix: str | None
    paths: list[RulePath]


class InsideOut(BaseModel):
    attention: AttentionOut
    activations: ActivationsOut
    rules: RulesOut


class InspectedModel(BaseModel):
    model: str
    model_name: str
    source: str
    fallback: Fallback | None
    items: list[ItemOut]
    contributions: ContributionsOut
    inside: InsideOut


class InspectOut(BaseModel):
    user: str
    known: bool
    personalised: bool
    time: int
    history: list[SeenEvent]
    models: list[InspectedModel]


class AtlasOut(BaseModel):
    """A map in columns; `group` indexes `groups` (-1: none); `kept`: share of squared effects."""

    model: str
    model_name: str
    kind: Literal["items", "people"]
    method: Literal["pca", "tsne"]
    kept: float
    dimensions: int
    groups: list[str]
    x: list[float]
    y: list[float]
    group: list[int]
    label: list[str]
    title: list[str]
    chosen: list[int]
    left_out: int


class Neighbour(BaseModel):
    item: str
    title: str
    likeness: float
    shared: list[str]
    chosen: int


class NeighboursOut(BaseModel):
    model: str
    item: str
    title: str
    tags: list[str]
    neighbours: list[Neighbour]


class NetworkNode(BaseModel):
    item: str
    title: str
    x: float
    y: float
    group: int
    chosen: int


class NetworkEdge(BaseModel):
    source: str
    target: str
    weight: float


class NetworkOut(BaseModel):
    model: str
    item: str
    title: str
    nodes: list[NetworkNode]
    edges: list[NetworkEdge]


class SliceTag(BaseModel):
    tag: str
    items: int
    share: float
    share_of_all: float


class SliceItem(BaseModel):
    item: str
    title: str
    chosen: int
    tags: list[str]


class SliceOut(BaseModel):
    model: str
    items: int
    of: int
    chosen: int
    share_of_choices: float
    median_chosen: float
    median_of_all: float
    tags: list[SliceTag]
    top: list[SliceItem]


class WeightItem(BaseModel):
    item: str
    title: str
    chosen: int


class Tie(BaseModel):
    source: str
    target: str
    weight: float


class Part(BaseModel):
    part: Literal["together", "order", "learned", "alike", "again"]
    decay: float | None


class LearnedRule(BaseModel):
    en: str
    zh: str
    weight: float
    support: float | None
    precision: float | None


class LearnedRules(BaseModel):
    shown: bool
    why: str | None
    fix: str | None
    rules: list[LearnedRule]


class LearnedOut(BaseModel):
    model: str
    model_name: str
    items: list[WeightItem]
    weights: list[list[float]]
    strongest: list[Tie]
    parts: list[Part]
    rules: LearnedRules


class FindingOut(BaseModel):
    """A measurement; `progress` is 0 to 1 while it runs here, `result` depends on the kind."""

    kind: Kind
    model: str
    state: State
    time: int | None
    seconds: float | None
    progress: float | None
    error: str | None
    result: dict[str, Any] | None


class FindingsOut(BaseModel):
    model: str
    findings: dict[str, FindingOut]


class VersionOut(BaseModel):
    version: str
    name: str
    manifest_sha256: str
    data_hash: str
    state: Literal["active", "candidate", "retired"]
    before: str | None
    added: int
    trained_to: int
    bytes: int | None
    retrain: dict[str, Any]
    findings: dict[str, FindingOut]


class VersionsOut(BaseModel):
    models: list[VersionOut]
    failures: dict[str, str]


class InspectIn(Body):
    """`models` names up to three versions to compare; the default is the serving version."""

    user: Label
    models: Annotated[list[Label], Field(max_length=3)] = []
    n: Count = 10
    lang: Lang = "en"


class SliceIn(Body):
    items: Annotated[list[Label], Field(min_length=1, max_length=20_000)]

"""The shapes of requests and answers, with their limits; the OpenAPI page is made from them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

PRINTED = r"^[^\x00-\x1f\x7f]+$"  # no control characters: a database refuses some, and a terminal obeys others
Label = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PRINTED)]
Text = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")]
Title = Annotated[str, StringConstraints(max_length=1_000, pattern=r"^[^\x00]*$")]
Moment = Annotated[int, Field(ge=0, le=4_102_444_800, description="Unix seconds, up to the year 2100")]
Number = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
Tags = Annotated[list[Label], Field(max_length=100)]
Many = Annotated[list[Label], Field(max_length=1_000)]
Lang = Literal["en", "zh"]
Count = Annotated[int, Field(ge=1, le=100)]


class Body(BaseModel):
    """A request: a field that is not known is an error, not ignored."""

    model_config = ConfigDict(extra="forbid", strict=True)


class EventIn(Body):
    """One event. event_id: yours; the same one again is not counted again. ts: Unix seconds (default: now)."""

    event_id: Label
    user: Label
    item: Label
    type: Label = "view"
    ts: Moment | None = None
    value: Number = 1.0
    recommendation_id: Label | None = None
    impression: Annotated[list[Label], Field(max_length=200)] = []


class EventsIn(Body):
    events: Annotated[
        list[dict[str, Any]],
        Field(min_length=1, max_length=1_000, description="Each as EventIn; a row that breaks a rule is rejected alone"),
    ]


class EventResult(BaseModel):
    event_id: str
    result: Literal["accepted", "duplicate", "rejected"]
    because: str | None = None


class EventsOut(BaseModel):
    accepted: int
    duplicate: int
    rejected: int
    results: list[EventResult]


class Filter(Body):
    """any_tags: at least one of these; no_tags: none of these; only_items: none but these."""

    any_tags: Tags = []
    no_tags: Tags = []
    only_items: Many | None = None


class RecommendIn(Body):
    """For a person of the store, for the items of a session, or for nobody in particular."""

    user: Label | None = None
    session: Annotated[list[Label], Field(max_length=500)] = []
    n: Count = 10
    filter: Filter | None = None
    exclude: Many = []
    explain: bool = True
    reasons: Annotated[int, Field(ge=1, le=10)] = 3
    personalized: bool = True
    lang: Lang = "en"


class Evidence(BaseModel):
    item: str
    title: str
    event_id: str | None
    time: int | None
    tag: str | None = None


class Move(BaseModel):
    """What happened when the evidence was left out."""

    rank_before: int
    rank_after: int


class ReasonOut(BaseModel):
    """code: event, tag, popular, none. contribution: in units of the score."""

    code: Literal["event", "tag", "popular", "none"]
    evidence: Evidence | None
    contribution: float
    removed: Move | None


class ItemOut(BaseModel):
    """score = base + sum of the reasons' contributions + rest."""

    item: str
    title: str
    rank: int
    score: float
    base: float | None = None
    reasons: list[ReasonOut] | None = None
    rest: float | None = None
    unlisted: float | None = None
    explained_share: float | None = None
    text: str | None = None


class Fallback(BaseModel):
    asked: Literal["user", "session", "popular"]
    used: Literal["session", "content", "popular"]
    because: str


class ListOut(BaseModel):
    """source: what the list was computed from."""

    model: str
    model_name: str
    source: Literal["user", "session", "content", "popular"]
    fallback: Fallback | None
    personalised: bool
    lang: Lang
    items: list[ItemOut]
    more: bool


class RecommendOut(ListOut):
    recommendation_id: str
    variant: str | None
    next: str | None


class PageOut(ListOut):
    recommendation_id: str
    next: str | None


class RecordOut(BaseModel):
    recommendation_id: str
    time: int
    user: str | None
    model: str
    variant: str | None
    request: dict[str, Any]
    response: RecommendOut


class ExplanationOut(BaseModel):
    recommendation_id: str
    model: str
    items: list[ItemOut]


class ReplayOut(BaseModel):
    recommendation_id: str
    identical: bool
    different: list[str]
    model: str
    items: int
    sha256: str


class WhyNotIn(Body):
    item: Label
    user: Label | None = None
    session: Annotated[list[Label], Field(max_length=500)] = []
    n: Count = 10
    filter: Filter | None = None
    exclude: Many = []
    lang: Lang = "en"


class WhyNotOut(BaseModel):
    """causes: everything that keeps the item out of the first n, plainest first; listed: whether it is in it after all."""

    item: str
    title: str
    listed: bool
    causes: list[dict[str, str]]
    rank: int | None
    score: float | None
    needed: float | None
    missing: float | None
    base: float | None
    reasons: list[dict[str, Any]]


class Added(Body):
    item: Label
    value: Number = 1.0


class WhatIfIn(Body):
    """Edits of a history: nothing of it is stored. remove_events: event ids; remove_items: every choice of these."""

    user: Label | None = None
    session: Annotated[list[Label], Field(max_length=500)] = []
    remove_events: Many = []
    remove_items: Many = []
    add: Annotated[list[Added], Field(max_length=100)] = []
    n: Count = 10
    lang: Lang = "en"


class Moved(BaseModel):
    item: str
    title: str
    rank_before: int | None
    rank_after: int | None
    score_before: float
    score_after: float


class WhatIfOut(BaseModel):
    before: ListOut
    after: ListOut
    moves: list[Moved]


class SimilarOut(BaseModel):
    item: str
    source: Literal["model", "content", "none"]
    items: list[dict[str, Any]]


class ItemIn(Body):
    """What is known of an item. hidden: never recommended."""

    title: Title = ""
    text: Text = ""
    categories: Tags = []
    fields: Annotated[dict[Label, Tags], Field(max_length=50)] = {}
    numeric: Annotated[dict[Label, Number], Field(max_length=50)] = {}
    hidden: bool = False


class ItemPatch(Body):
    title: Title | None = None
    text: Text | None = None
    categories: Tags | None = None
    fields: Annotated[dict[Label, Tags], Field(max_length=50)] | None = None
    numeric: Annotated[dict[Label, Number], Field(max_length=50)] | None = None
    hidden: bool | None = None


class StoredItem(BaseModel):
    item: str
    title: str
    text: str
    categories: list[str]
    fields: dict[str, list[str]]
    numeric: dict[str, float]
    hidden: bool


class ItemSaved(StoredItem):
    recommendable: bool
    because: str | None


class ItemsOut(BaseModel):
    items: list[StoredItem]
    next: str | None


class UsersOut(BaseModel):
    users: list[str]
    next: str | None


class Period(Body):
    first: Moment
    last: Moment


class UserIn(Body):
    """Further values of a person, e.g. country; they are stored and exported, never used to recommend."""

    fields: Annotated[dict[Label, Title], Field(max_length=50)] = {}


class ProfilePatch(Body):
    """Each list that is given takes the place of the one before."""

    personalised: bool | None = None
    blocked_items: Many | None = None
    blocked_tags: Tags | None = None
    excluded_events: Many | None = None
    excluded_periods: Annotated[list[Period], Field(max_length=100)] | None = None


class ProfileOut(BaseModel):
    """tags: how much of the history has them, with the evidence."""

    user: str
    known: bool
    personalised: bool
    blocked_items: list[str]
    blocked_tags: list[str]
    excluded_events: list[str]
    excluded_periods: list[Period]
    fields: dict[str, str]
    events: int
    tags: list[dict[str, Any]]


class FriendsIn(Body):
    friends: Many


class LinkIn(Body):
    head: Label
    relation: Label
    tail: Label


class LinksIn(Body):
    links: Annotated[list[LinkIn], Field(min_length=1, max_length=1_000)]


class Stored(BaseModel):
    stored: int


class Receipt(BaseModel):
    """subject: a keyed hash of the label. note: what erasure does not reach."""

    receipt_id: str
    time: int
    subject: str
    erased: dict[str, int]
    note: str


class ModelOut(BaseModel):
    version: str
    name: str
    manifest_sha256: str
    data_hash: str
    state: Literal["active", "candidate", "retired"]
    before: str | None
    metrics: dict[str, Any]
    added: int
    trained_to: int


class ModelsOut(BaseModel):
    models: list[ModelOut]
    failures: dict[str, str]


class Promoted(BaseModel):
    active: str


class Arm(Body):
    name: Label
    model: Label
    weight: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] = 1.0


class ExperimentIn(Body):
    variants: Annotated[list[Arm], Field(min_length=2, max_length=10)]
    active: bool = True


class ExperimentOut(BaseModel):
    name: str
    variants: list[dict[str, Any]]
    active: bool
    since: int


class ExperimentsOut(BaseModel):
    experiments: list[ExperimentOut]


class OutcomeOut(BaseModel):
    name: str
    arms: list[dict[str, Any]]
    differences: list[dict[str, Any]]


class KeyIn(Body):
    role: Literal["admin", "service", "reader", "monitor", "person"]
    user: Label | None = None
    note: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] = ""


class KeyOut(BaseModel):
    id: str
    role: str
    user: str | None
    note: str
    since: int


class KeyMade(KeyOut):
    key: str


class KeysOut(BaseModel):
    keys: list[KeyOut]


class AuditOut(BaseModel):
    entries: list[dict[str, Any]]
    next: int | None


class BatchIn(Body):
    users: Annotated[list[Label], Field(min_length=1, max_length=10_000)]
    n: Count = 10
    explain: bool = False
    lang: Lang = "en"


class JobOut(BaseModel):
    job_id: str
    state: Literal["queued", "running", "done", "failed"]
    people: int
    results: list[dict[str, Any]] | None


class Health(BaseModel):
    status: Literal["ok"]
    model: str | None = None

"""Shapes of lists, their reasons, and questions about them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field

from whyrec.serve.api.schemas.fields import (
    Age,
    Body,
    Count,
    Label,
    Lang,
    Many,
    Number,
    Tags,
    Zone,
    _whole,
)


class Evidence(BaseModel):
    """The person's events that a reason points at: all uses of one item. event_id, time: of the
    last; time: null where it is not known. support: how many people chose both items, where it
    is known and at least five."""

    item: str
    title: str
    event_id: str | None
    event_ids: list[str | None] | None = None
    count: int = 1
    time: int | None
    support: int | None = None
    tag: str | None = None


class Move(BaseModel):
    """What happened when the only named reason was left out."""

    rank_before: int
    rank_after: int


class RandomOut(BaseModel):
    """The item's place after as many random events were left out, one number for each draw; no
    draws where the item stayed in the list."""

    draws: int
    rank_after: list[int]


class RemovedOut(BaseModel):
    """What happened to the item once all named reasons were taken away together, by the same code
    as what-if. items,
    event_ids: what was left out; listed: the length of the list that was shown; proved: whether the
    item left it and
    fell further than random events make it fall on average: only then the text says "because".
    cut_paths: of a graph model, the links that were cut."""

    items: list[str]
    event_ids: list[str | None]
    rank_before: int
    rank_after: int
    listed: int
    proved: bool
    random: RandomOut
    cut_paths: list[str] | None = None


class PathEvent(BaseModel):
    """An event that a path starts from; contribution: what the path carries from it, in units of
    the score.
    """

    item: str
    title: str
    event_id: str | None
    time: int | None
    contribution: float


class PathOut(BaseModel):
    """How a graph model comes from the person's events to the item. kind: link (a thing both
    share), people (who chose both), then (chosen soon after), friends, event (what a model beside
    says). id: names a link or friends in `cut_paths` of what-if; of other kinds the event can be
    taken away. through, text: in the language of the answer. people: how many, from 20 on, and
    of friends; names: friends who may be named, in why-not alone. weight: the exact part of the
    score."""

    id: str
    kind: Literal["link", "people", "then", "friends", "event"]
    through: str
    text: str
    events: list[PathEvent]
    people: int | None
    names: list[str]
    weight: float


class ReasonOut(BaseModel):
    """code: event, tag, path, friend, feature, rule, popular, none; path: of a graph model's
    reasons; label: what a model over features says of one. contribution: in units of the score."""

    code: Literal["event", "tag", "path", "friend", "feature", "rule", "popular", "none"]
    evidence: Evidence | None
    label: str | None = None
    contribution: float
    removed: Move | None
    path: PathOut | None = None


class ItemOut(BaseModel):
    """score = base + sum of the reasons' contributions + unlisted + rest. unlisted: what all other
    exact reasons add up to; rest: the model's own; gap: what is left, 0 up to rounding. share:
    whole percent of the score that the named reasons make, as the text says. removed: what
    taking the named reasons away together did."""

    item: str
    title: str
    rank: int
    score: float
    base: float | None = None
    reasons: list[ReasonOut] | None = None
    rest: float | None = None
    unlisted: float | None = None
    gap: float | None = None
    explained_share: float | None = None
    share: int | None = None
    removed: RemovedOut | None = None
    text: str | None = None


class Fallback(BaseModel):
    asked: Literal["user", "session", "popular"]
    used: Literal["session", "content", "popular"]
    because: str


class ExplorationOut(BaseModel):
    """place: the one that explores, from 1; chance: with which its item was shown; drawn: whether
    it would not stand there by its score, which `text` then says; candidates: the items it was
    drawn from, best first."""

    place: int
    drawn: bool
    chance: float
    rate: float
    candidates: list[str]
    text: str | None


class RuleOut(BaseModel):
    """A rule of the operator: how many of the items on offer it takes away; least: for whom of a
    lower or unknown age.
    """

    rule: str
    items: int
    least: int | None
    text: str


class IndexOut(BaseModel):
    """The list was found by an index: how many items were scored, of how many."""

    scored: int
    of: int


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
    exploration: ExplorationOut | None = None
    policy: list[RuleOut] | None = None
    neighbours: IndexOut | None = None


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


class ModalityOut(BaseModel):
    """What one modality adds to the score, exactly; name: as in the item table, or `choices`: what
    people choose together.
    like: the event that adds most by it."""

    name: str
    weight: float
    like: Evidence | None


class WhyNotOut(BaseModel):
    """causes: everything that keeps the item out of the first n, plainest first; listed: whether it
    is in it after all.
    reasons: what each event adds; paths: of a graph model, the strongest 24, which split the same
    score another way; so do modalities, of an additive model that reads some: base and they are
    the score."""

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
    paths: list[PathOut] | None
    modalities: list[ModalityOut] | None


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


class JobOut(BaseModel):
    job_id: str
    state: Literal["queued", "running", "done", "failed"]
    people: int
    results: list[dict[str, Any]] | None


class Filter(Body):
    """any_tags: at least one of these; no_tags: none of these; only_items: none but these."""

    any_tags: Tags = []
    no_tags: Tags = []
    only_items: Many | None = None


class RecommendIn(Body):
    """For a person of the store, for the items of a session, or for nobody in particular. repeat:
    whether items that were chosen before may be listed again; where it is not said, what the
    model was fitted for."""

    user: Label | None = None
    session: Annotated[list[Label], Field(max_length=500)] = []
    n: Count = 10
    filter: Filter | None = None
    exclude: Many = []
    explain: bool = True
    reasons: Annotated[int, Field(ge=1, le=10), BeforeValidator(_whole)] = 3
    # The second is the name of the version before.
    personalised: Annotated[
        bool, Field(validation_alias=AliasChoices("personalised", "personalized"))
    ] = True
    repeat: bool | None = None
    lang: Lang = "en"
    zone: Zone | None = None
    age: Age | None = None


class WhyNotIn(Body):
    item: Label
    user: Label | None = None
    session: Annotated[list[Label], Field(max_length=500)] = []
    n: Count = 10
    filter: Filter | None = None
    exclude: Many = []
    repeat: bool | None = None
    lang: Lang = "en"
    zone: Zone | None = None
    age: Age | None = None


class Added(Body):
    item: Label
    value: Number = 1.0


class CutPath(Body):
    """path: the id of a path of kind link or friends, as `paths` of why-not tells it."""

    item: Label
    path: Label


class WhatIfIn(Body):
    """Edits of a history: nothing of it is stored. remove_events: event ids; remove_items: every
    choice of these; cut_paths: paths of a graph model."""

    user: Label | None = None
    session: Annotated[list[Label], Field(max_length=500)] = []
    remove_events: Many = []
    remove_items: Many = []
    cut_paths: Annotated[list[CutPath], Field(max_length=24)] = []
    add: Annotated[list[Added], Field(max_length=100)] = []
    n: Count = 10
    lang: Lang = "en"
    zone: Zone | None = None
    age: Age | None = None


class BatchIn(Body):
    users: Annotated[list[Label], Field(min_length=1, max_length=10_000)]
    n: Count = 10
    explain: bool = False
    lang: Lang = "en"

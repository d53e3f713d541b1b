"""Schemas of lists, their reasons, and questions about them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field

from whyrec.serve.api.schemas.control import SteeringOut
from whyrec.serve.api.schemas.fields import (
    Age,
    Body,
    Count,
    Label,
    Lang,
    Many,
    Number,
    Tags,
    Text,
    Zone,
    _whole,
)


class Evidence(BaseModel):
    """The person's events behind a reason: all uses of one item.

    `event_id` and `time` are of the last use; `time` is null if unknown. `support` is the number of
    people who chose both items, if known and at least five.
    """

    item: str
    title: str
    event_id: str | None
    event_ids: list[str | None] | None = None
    count: int = 1
    time: int | None
    support: int | None = None
    tag: str | None = None


class Move(BaseModel):
    """The effect of removing the only named reason."""

    rank_before: int
    rank_after: int


class RandomOut(BaseModel):
    """The item's place after removing as many random events, for each draw; may be empty."""

    draws: int
    rank_after: list[int]


class RemovedOut(BaseModel):
    """The effect of removing all named reasons together, computed as for what-if.

    `items` and `event_ids` were removed; `listed` is the length of the list. `proved`: the item
    left the list and fell further than with random events on average; only then the text says
    "because". `cut_paths` are the links that were cut in a graph model.
    """

    items: list[str]
    event_ids: list[str | None]
    rank_before: int
    rank_after: int
    listed: int
    proved: bool
    random: RandomOut
    cut_paths: list[str] | None = None


class PathEvent(BaseModel):
    """An event that a path starts from; `contribution` is in score units."""

    item: str
    title: str
    event_id: str | None
    time: int | None
    contribution: float


class PathOut(BaseModel):
    """A path of a graph model from the person's events to the item.

    `kind` is link (a thing both share), people (who chose both), then (chosen soon after), friends,
    or event (from an added model). `id` names a link or friends in `cut_paths` of what-if; for
    other kinds the event can be removed. `through` and `text` are in the language of the answer.
    `people` is their number, from 20 on, and for friends; `names` are friends who may be named,
    only in why-not. `weight` is the exact part of the score.
    """

    id: str
    kind: Literal["link", "people", "then", "friends", "event"]
    through: str
    text: str
    events: list[PathEvent]
    people: int | None
    names: list[str]
    weight: float


class ReasonOut(BaseModel):
    """A reason.

    `code` is event, tag, path, friend, feature, rule, popular or none; `path` belongs to a graph
    model; `label` is the text of a model over features; `contribution` is in score units.
    """

    code: Literal["event", "tag", "path", "friend", "feature", "rule", "popular", "none"]
    evidence: Evidence | None
    label: str | None = None
    contribution: float
    removed: Move | None
    path: PathOut | None = None


class TermOut(BaseModel):
    """What one force adds to an item's score.

    `kind` is refused, low, shown or wider (the person), wish, less, fresh, trending, novel or
    diverse (the request), promote or bury (the operator). `rank_without` is the item's place
    without the force, all others as they are; a force with weight 0 moves other items past it.
    """

    name: str
    kind: str
    weight: float
    rank_without: int
    text: str


class ItemOut(BaseModel):
    """An item: score = base + sum of the reasons' contributions + unlisted + rest + terms.

    `unlisted` is the sum of all other exact reasons, `rest` the model's own rest, `gap` the
    remainder, 0 up to rounding. `share` is the percentage of the score from the named reasons, as
    in the text. `explained_share` is how far exact reasons decide the item's place in the order,
    from 0 to 1. `additive`: whether the parts are a sum; else each was measured alone. `removed` is
    the effect of removing the named reasons together.
    """

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
    additive: bool | None = None
    share: int | None = None
    removed: RemovedOut | None = None
    text: str | None = None
    terms: list[TermOut] | None = None


class Fallback(BaseModel):
    asked: Literal["user", "session", "popular"]
    used: Literal["session", "content", "popular"]
    because: str


class ExplorationOut(BaseModel):
    """The place that explores.

    `place` counts from 1; `chance` is the probability with which its item was shown; `drawn`: its
    score alone would not place it there, as `text` then says; `candidates` are the items it was
    drawn from, best first.
    """

    place: int
    drawn: bool
    chance: float
    rate: float
    candidates: list[str]
    text: str | None


class RuleOut(BaseModel):
    """A rule of the operator: how many offered items it excludes, and the age it requires."""

    rule: str
    items: int
    least: int | None
    text: str


class FilterOut(BaseModel):
    """How many offered items the request's expression leaves; a text if the list is short."""

    where: str
    items: int
    text: str | None


class IndexOut(BaseModel):
    """The list came from an index: how many items were scored, of how many."""

    scored: int
    of: int


class ListOut(BaseModel):
    """A list; `source` is what it was computed from."""

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
    filter: FilterOut | None = None
    neighbours: IndexOut | None = None
    wishes: SteeringOut | None = None


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
    """What one modality adds to the score, exactly.

    `name` is as in the item table, or `choices` for what people choose together; `like` is the
    event that adds most by it.
    """

    name: str
    weight: float
    like: Evidence | None


class WhyNotOut(BaseModel):
    """Why an item is not in the list.

    `causes` are all that keep the item out of the first n, plainest first; `listed`: it is in them
    after all. `reasons` is what each event adds. `paths` are the strongest 24 of a graph model,
    which split the same score in another way; `modalities` of an additive model do so too, with the
    base.
    """

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
    terms: list[TermOut]
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


Strength = Annotated[float, Field(ge=0, le=10)]


class Filter(Body):
    """`any_tags`: at least one of these; `no_tags`: none of these; `only_items`: only these.

    `where` is an expression over tags, fields and numbers, such as `price < 20`.
    """

    any_tags: Tags = []
    no_tags: Tags = []
    only_items: Many | None = None
    where: Annotated[str, Field(max_length=1000)] | None = None


class Forces(Body):
    """What the request adds to the scores; 1 lifts an item from about place 100 to the top.

    A strength replaces the operator's; 0 takes the force away.
    """

    diversity: Strength | None = None
    novelty: Strength | None = None
    freshness: Strength | None = None
    trending: Strength | None = None


Context = Annotated[dict[str, float | Annotated[str, Field(max_length=200)]], Field(max_length=20)]


Session = Annotated[list[Label], Field(max_length=500)]


Wishes = Annotated[Text, Field(description="In words; they act beside kept ones")]


class RecommendIn(Body):
    """A request for a person of the store, for the items of a session, or for nobody in particular.

    `repeat`: whether items that were chosen before may be listed again; by default as the model was
    fitted. `list` names one of the operator's lists; `item` is what a list of the kind
    more-like-this goes by. `wishes`: what the list is to
    have more or less of, in words, for this list alone.
    """

    user: Label | None = None
    session: Session = []
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
    forces: Forces | None = None
    context: Context = {}
    list: Label | None = None
    item: Label | None = None
    wishes: Wishes = ""


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
    forces: Forces | None = None
    context: Context = {}
    wishes: Wishes = ""


class Added(Body):
    item: Label
    value: Number = 1.0


class CutPath(Body):
    """A path to cut; `path` is the id of a link or friends path, as in `paths` of why-not."""

    item: Label
    path: Label


class WhatIfIn(Body):
    """Edits of a history, of which nothing is stored.

    `remove_events` are event ids; `remove_items` removes every choice of these; `cut_paths` are
    paths of a graph model.
    """

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
    forces: Forces | None = None
    context: Context = {}
    wishes: Wishes = ""


class BatchIn(Body):
    users: Annotated[list[Label], Field(min_length=1, max_length=10_000)]
    n: Count = 10
    explain: bool = False
    lang: Lang = "en"

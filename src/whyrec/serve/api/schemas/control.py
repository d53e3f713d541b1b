"""Schemas of what changes lists: two answers compared, narrowness, and understood wishes."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

Cause = Literal[
    "time",
    "events",
    "showings",
    "refusals",
    "items",
    "model",
    "operator",
    "settings",
    "request",
    "exploration",
]


class AnswerRef(BaseModel):
    recommendation_id: str
    time: int
    model: str


class ChangeStep(BaseModel):
    """A cause, with the items that came and went when it was replaced.

    `name` is the cause in the language of the answer; `what` names up to five of the things that
    changed.
    """

    cause: Cause
    name: str
    what: list[str]
    came: list[str]
    went: list[str]
    text: str


class ChangePart(BaseModel):
    """What one cause changed in an item's score, and the item's place after it (null: none)."""

    cause: Cause
    change: float
    rank: int | None


class ItemChange(BaseModel):
    """An item of either list; `change` is the sum of the parts.

    A score is null if the model did not know the item; it counts as 0 in `change`. `cause` brought
    the item or took it away, null if it stands in both lists or in none; `alone`: without this
    cause alone the newer list would not differ in this item.
    """

    item: str
    title: str
    rank_before: int | None
    rank_after: int | None
    score_before: float | None
    score_after: float | None
    change: float
    parts: list[ChangePart]
    cause: Cause | None
    alone: bool | None
    text: str


class ChangesOut(BaseModel):
    """The exact difference between two answers to one person, by cause, in the order of `steps`."""

    user: str | None
    before: AnswerRef
    after: AnswerRef
    steps: list[ChangeStep]
    items: list[ItemChange]
    text: str


class ClusterItem(BaseModel):
    item: str
    title: str


class WidthOut(BaseModel):
    """How narrow a list is.

    `share`: the part of the positive contributions to the list that comes from the cluster, the
    fifth of the choices that are most alike by their tags; `even`: the cluster's part of the
    choices. Both are null if no choices are alike or the list is not made from them. `categories`
    is how many categories the list spreads over (exp of the entropy).
    """

    items: list[str]
    categories: float
    share: float | None
    even: float | None
    cluster: list[ClusterItem]
    text: str


class PriceOut(BaseModel):
    """How often the first ten contain people's latest choice, without widening and with it.

    An estimate from held-out choices of `people`; `difference` (with - without) has a 95% interval.
    """

    people: int
    without: float
    with_: float = Field(alias="with")
    gained: int
    lost: int
    difference: float
    low: float
    high: float
    text: str


class BubbleOut(BaseModel):
    """A person's list without widening (`now`) and widened by `wider` (`then`).

    `stored` is the widening that acts on the person's lists. `chosen`: how many categories the
    choices spread over; `tags`: categories of the catalogue. `price` is null if fewer than twenty
    people can estimate it.
    """

    user: str
    stored: float
    wider: float
    events: int
    chosen: float
    tags: int
    now: WidthOut
    then: WidthOut
    came: list[str]
    went: list[str]
    price: PriceOut | None


class PhraseOut(BaseModel):
    """A phrase and what it selects; `said` is to be read by the person.

    `wish` names it. `by` is name (tags, fields and numbers), words (of title and description),
    like-name (a tag that means about the same) or meaning; empty if it was not understood, as
    `problem` then says. `items` is how many offered items it selects, `where` the expression.
    """

    wish: str
    text: str
    polarity: Literal["more", "less", "no", "only"]
    strength: float
    understood: bool
    by: Literal["", "name", "words", "like-name", "meaning"]
    where: str
    items: int
    ignored: list[str]
    problem: Literal["markup", "long", "many", "cue", "unknown", "waiting"] | None
    said: str


class ListedOut(BaseModel):
    item: str
    title: str


class MovedPhraseOut(PhraseOut):
    """What one phrase moved.

    `before` and `after`: how many of the listed items it selects without wishes and with all;
    `entered` and `left`: the items that it alone brings into the list and takes out of it.
    """

    before: int
    after: int
    entered: list[ListedOut]
    left: list[ListedOut]


class CostOut(BaseModel):
    """What wishes cost in expected accuracy, by the model's own estimate.

    `score_before` and `score_after` are sums of the scores without wishes of the items listed
    without and with them, above as many items at random; `kept` is their ratio, null if all items
    score alike.
    """

    kept: float | None
    score_before: float
    score_after: float
    text: str


class SteeringOut(BaseModel):
    phrases: list[MovedPhraseOut]
    cost: CostOut

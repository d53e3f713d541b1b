"""Schemas of what is said about lists as a whole: why one changed, how wide one is, who sees an
item.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

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

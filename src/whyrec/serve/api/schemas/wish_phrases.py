"""Schemas of what was understood of wishes, and of what they did to a list."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel


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


class CardOut(BaseModel):
    item: str
    title: str


class MovedPhraseOut(PhraseOut):
    """What one phrase moved.

    `before` and `after`: how many of the listed items it selects without wishes and with all;
    `entered` and `left`: the items that it alone brings into the list and takes out of it.
    """

    before: int
    after: int
    entered: list[CardOut]
    left: list[CardOut]


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

"""Schemas of how narrow a person's list is."""

from __future__ import annotations

from pydantic import BaseModel, Field


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

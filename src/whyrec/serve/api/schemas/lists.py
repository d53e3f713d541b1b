"""Schemas of an answer with several lists."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from whyrec.serve.api.schemas.fields import Age, Body, Label, Lang, Zone
from whyrec.serve.api.schemas.recommend import Context, RecommendOut, Session

__all__ = ["ListsIn", "ListsOut"]


class ListsIn(Body):
    """All lists of a person or a session, or those that `lists` names, in this order.

    `item` is what lists of the kind more-like-this go by; `session` what bought-together goes by.
    """

    user: Label | None = None
    session: Session = []
    item: Label | None = None
    lists: Annotated[list[Label], Field(max_length=100)] | None = None
    explain: bool = True
    personalised: bool = True
    lang: Lang = "en"
    zone: Zone | None = None
    age: Age | None = None
    context: Context = {}


class NamedListOut(RecommendOut):
    """A list with its name, its kind and its title; it is logged as an answer of its own."""

    name: str
    kind: str
    title: str


class ListsOut(BaseModel):
    """No item is in two of the lists; those without an item are left out."""

    lists: list[NamedListOut]

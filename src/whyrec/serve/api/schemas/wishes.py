"""Schemas of wishes in words."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from whyrec.serve.api.schemas.control import PhraseOut
from whyrec.serve.api.schemas.fields import Age, Body, Count, Label, Lang, Text, Zone
from whyrec.serve.api.schemas.recommend import Context, Filter, Forces, ListOut

Name = Annotated[str, Field(min_length=1, max_length=1_100)]


class WishIn(Body):
    """A wish to try: nothing is stored.

    `text` is in English or Chinese; `kept`: whether the person's kept wishes act too.
    """

    text: Text
    user: Label | None = None
    session: Annotated[list[Label], Field(max_length=500)] = []
    kept: bool = True
    n: Count = 10
    filter: Filter | None = None
    lang: Lang = "en"
    zone: Zone | None = None
    age: Age | None = None
    forces: Forces | None = None
    context: Context = {}


class WishOut(BaseModel):
    """The list without any wish and with all; `after.wishes` has the phrases and the cost."""

    before: ListOut
    after: ListOut


class KeptIn(Body):
    """A kept wish, by its `wish`, with another strength if one is given."""

    wish: Name
    strength: Annotated[float, Field(ge=0, le=100)] | None = None


class WishesIn(Body):
    """A person's wishes: those of `keep` (all if it is left out), and then those of `text`."""

    text: Text = ""
    keep: Annotated[list[KeptIn], Field(max_length=50)] | None = None
    lang: Lang = "en"


class WishesOut(BaseModel):
    """The wishes that act from the next answer on.

    `not_understood` are phrases of the text that was sent, which are not kept; `undo`: whether
    there is a change to take back.
    """

    user: str
    wishes: list[PhraseOut]
    not_understood: list[PhraseOut]
    undo: bool

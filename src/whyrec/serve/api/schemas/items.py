"""Schemas of the store's items and links."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from whyrec.serve.api.schemas.fields import Body, Label, Lists, Numbers, Tags, Text, Title


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


class ItemIn(Body):
    """The data of an item; a `hidden` item is never recommended."""

    title: Title = ""
    text: Text = ""
    categories: Tags = []
    fields: Lists = {}
    numeric: Numbers = {}
    hidden: bool = False


class ItemRow(ItemIn):
    """An item with its label."""

    item: Label


class ItemsIn(Body):
    items: Annotated[
        list[dict[str, Any]],
        Field(
            min_length=1,
            max_length=1_000,
            description="Each as ItemRow; a row that breaks a rule is rejected alone",
        ),
    ]


class RowResult(BaseModel):
    """What became of a row; `name` is its item or user."""

    name: str
    result: Literal["stored", "rejected"]
    because: str | None = None


class RowsOut(BaseModel):
    stored: int
    rejected: int
    results: list[RowResult]


class ItemPatch(Body):
    title: Title | None = None
    text: Text | None = None
    categories: Tags | None = None
    fields: Lists | None = None
    numeric: Numbers | None = None
    hidden: bool | None = None


class LinkIn(Body):
    head: Label
    relation: Label
    tail: Label


class LinksIn(Body):
    links: Annotated[list[LinkIn], Field(min_length=1, max_length=1_000)]

"""Schemas of people's own data."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from whyrec.serve.api.schemas.fields import (
    Body,
    Counts,
    Label,
    Many,
    Moment,
    Share,
    Tags,
    Text,
    Texts,
)
from whyrec.serve.api.schemas.recommend import Forces


class UsersOut(BaseModel):
    users: list[str]
    next: str | None


class StrengthOut(BaseModel):
    """`strength` is the person's, if they set one; `usual` is the operator's, 0 without a force."""

    strength: float | None
    usual: float


class ProfileOut(BaseModel):
    """A profile; `tags` is the share of the history with each tag, with the evidence.

    `forces` are those whose strength a person may set here.
    """

    user: str
    known: bool
    personalised: bool
    blocked_items: list[str]
    blocked_tags: list[str]
    excluded_events: list[str]
    excluded_periods: list[Period]
    wider: float
    forces: dict[Literal["diversity", "novelty", "freshness", "trending"], StrengthOut]
    fields: dict[str, str]
    events: int
    tags: list[dict[str, Any]]


class Stored(BaseModel):
    stored: int


class Receipt(BaseModel):
    """A receipt of an erasure.

    `subject` is a keyed hash of the label; `note` says what erasure does not reach.
    """

    receipt_id: str
    time: int
    subject: str
    erased: dict[str, int]
    note: str


class Period(Body):
    first: Moment
    last: Moment


class UserIn(Body):
    """Additional fields of a person, such as country; they are stored and exported.

    Only two are used: age, by the rules, and named_to_friends. With "yes", friends who also allow
    it may read the person's name in a reason.
    """

    fields: Texts = {}


class UserRow(UserIn):
    """A person with their label; `personalised` and `fields` replace those that are stored."""

    user: Label
    personalised: bool | None = None


class UsersIn(Body):
    users: Annotated[
        list[dict[str, Any]],
        Field(
            min_length=1,
            max_length=1_000,
            description="Each as UserRow; a row that breaks a rule is rejected alone",
        ),
    ]


class ProfilePatch(Body):
    """New controls; each list that is given replaces the one before.

    `forces` are strengths that act in every list of the person, in place of the operator's; all
    that are left out are the operator's again. `wider` takes this share of what the most alike
    choices contribute away from lists; 0 undoes it.
    """

    personalised: bool | None = None
    blocked_items: Many | None = None
    blocked_tags: Tags | None = None
    excluded_events: Many | None = None
    excluded_periods: Annotated[list[Period], Field(max_length=100)] | None = None
    wider: Share | None = None
    forces: Forces | None = None


class FriendsIn(Body):
    friends: Many


class ReceiptIn(Body):
    """A receipt as the person holds it; fields that are left out are not compared."""

    receipt_id: Label
    time: Moment | None = None
    subject: Label | None = None
    erased: Counts | None = None
    note: Text | None = None

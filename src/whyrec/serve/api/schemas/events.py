"""Schemas of incoming events and the outcome of each."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from whyrec.serve.api.schemas.fields import Body, Label, Moment, Number


class EventResult(BaseModel):
    event_id: str
    result: Literal["accepted", "duplicate", "rejected"]
    because: str | None = None


class EventsOut(BaseModel):
    accepted: int
    duplicate: int
    rejected: int
    results: list[EventResult]


class EventIn(Body):
    """One event.

    `event_id` is chosen by the sender; a repeated id is not counted again. `type` is a known kind
    in upper or lower case: view, purchase, rating, dislike, return, ... (docs/guide/service.md
    lists them). `value` is the stars of a rating or the number of pieces bought or returned
    (default: 1; for a return: all). `ts` is in Unix seconds (default: now).
    """

    event_id: Label
    user: Label
    item: Label
    type: Label = "view"
    ts: Moment | None = None
    value: Number | None = None
    recommendation_id: Label | None = None
    impression: Annotated[list[Label], Field(max_length=200)] = []


class EventsIn(Body):
    events: Annotated[
        list[dict[str, Any]],
        Field(
            min_length=1,
            max_length=1_000,
            description="Each as EventIn; a row that breaks a rule is rejected alone",
        ),
    ]

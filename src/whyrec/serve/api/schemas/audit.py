"""The shapes of what auditors are shown, for the OpenAPI page; a client's types are made from
them.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from whyrec.serve.api.schemas.insight import Interval
from whyrec.serve.api.schemas.recommend import Fallback, ItemOut, ReplayOut


class Parameter(BaseModel):
    """part: popularity, together, order, learned, again, events, rest. halves_after: steps after
    which an event is half.
    """

    part: str
    share: Interval
    halves_after: float | None


class Age(BaseModel):
    age: Literal["latest", "recent", "older", "oldest"]
    share: Interval


class CardOut(BaseModel):
    model: str
    model_name: str
    manifest_sha256: str
    data_hash: str
    state: str
    trained_to: int | None
    added: int
    items: int
    offered: int
    domain: str
    settings: dict[str, Any]
    last_audit: dict[str, int]
    history: int
    fewest: int
    people: int
    parameters: list[Parameter]
    ages: list[Age]


class DecisionRow(BaseModel):
    recommendation_id: str
    time: int
    model: str
    variant: str | None


class DecisionsOut(BaseModel):
    decisions: list[DecisionRow]


class DecisionEvent(BaseModel):
    item: str
    title: str
    value: float
    event_id: str | None
    time: int | None


class Named(BaseModel):
    item: str
    title: str


class WaterfallStep(BaseModel):
    item: str
    title: str
    event_id: str | None
    weight: float


class Waterfall(BaseModel):
    """score = base + steps + others + rest."""

    item: str
    title: str
    score: float
    base: float
    steps: list[WaterfallStep]
    others: float
    other_events: int
    rest: float
    additive: bool


class Place(BaseModel):
    item: str
    title: str
    before: int | None
    after: int | None


class Today(BaseModel):
    model: str
    moves: list[Place]


class DecisionOut(BaseModel):
    recommendation_id: str
    time: int
    user: str | None
    model: str
    model_name: str
    variant: str | None
    catalogue: str
    request: dict[str, Any]
    source: str
    fallback: Fallback | None
    personalised: bool
    history: list[DecisionEvent]
    session: list[Named]
    filters: dict[str, list[str]]
    items: list[ItemOut]
    waterfalls: list[Waterfall]
    replay: ReplayOut
    today: Today


class StoredTable(BaseModel):
    table: str
    rows: int
    personal: bool
    oldest: int | None


class LedgerReceipt(BaseModel):
    receipt_id: str
    time: int
    subject: str
    erased: dict[str, int]


class NotMeasured(BaseModel):
    measure: Literal["differential-privacy", "membership-attack"]
    command: str


class Private(BaseModel):
    """What the serving model states of its training: differential privacy at epsilon and delta, the
    unit one person with all events."""

    epsilon: float
    delta: float
    unit: str
    mechanism: str
    people: int


class LedgerOut(BaseModel):
    """keep_days: answers older than this leave the log; 0: they stay. private: null where the
    serving model states none.
    """

    time: int
    stored: list[StoredTable]
    keep_days: int
    personalisation_off: int
    erasures: int
    receipts: list[LedgerReceipt]
    private: Private | None
    missing: list[NotMeasured]


class VerifiedOut(BaseModel):
    """known: a receipt of this store; true: it says what was erased; again: somebody of that
    label is stored now.
    """

    known: bool
    true: bool
    different: list[str]
    time: int | None
    again: bool | None

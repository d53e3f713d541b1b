"""Schemas of the routes for auditors."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from whyrec.serve.api.schemas.insight import Interval
from whyrec.serve.api.schemas.recommend import Fallback, ItemOut, ReplayOut


class Parameter(BaseModel):
    """A part of the model.

    `part` is popularity, together, order, learned, alike, again, events or rest; `halves_after` is
    the number of steps after which an event counts half.
    """

    part: str
    share: Interval
    halves_after: float | None


class Explained(BaseModel):
    """The explained share of listed items, from 0 to 1: mean, tenth percentile and smallest."""

    mean: float
    p10: float
    min: float


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
    explained_share: Explained | None
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


class WaterfallTerm(BaseModel):
    name: str
    kind: str
    weight: float


class Waterfall(BaseModel):
    """The parts of a score: score = base + steps + others + rest + terms."""

    item: str
    title: str
    score: float
    base: float
    steps: list[WaterfallStep]
    others: float
    other_events: int
    rest: float
    terms: list[WaterfallTerm]
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
    """The differential privacy of the serving model.

    `epsilon` and `delta` hold for one person with all events, added or removed. `research_only`:
    the noise comes from a seed, so it can be subtracted. `catalogue`: where the items come from;
    null for a model of an earlier version, whose items may be those of the events.
    """

    epsilon: float
    delta: float
    unit: str
    mechanism: str
    research_only: bool
    catalogue: str | None


class LedgerOut(BaseModel):
    """The privacy ledger.

    `keep_days`: answers older than this leave the log, and 0 keeps them; `private` is null if the
    serving model states no privacy.
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
    """The check of a receipt.

    `known`: it is a receipt of this store; `true`: it states correctly what was erased; `again`:
    somebody with that label is stored now.
    """

    known: bool
    true: bool
    different: list[str]
    time: int | None
    again: bool | None


class PromiseRow(BaseModel):
    """A promise of the documents.

    `state`: holds; changed (its tests passed on other code than this); broken; unrun; absent (this
    installation has nothing that it is about, named by `needs`).
    """

    words: str
    zh: str
    pages: list[str]
    tests: list[str]
    needs: Literal["", "additive", "rest", "private", "policy", "explore", "index", "postgresql"]
    state: Literal["holds", "changed", "broken", "unrun", "absent"]


class PromisesOut(BaseModel):
    date: str
    commit: str
    same_code: bool
    holding: int
    promises: list[PromiseRow]

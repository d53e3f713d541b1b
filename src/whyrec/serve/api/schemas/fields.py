"""The shapes of requests, with their limits; the OpenAPI page is made from them."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from typing_extensions import TypeAliasType

from whyrec.core import BadArgument
from whyrec.explain.dates import clock_of

# no control characters: a database refuses some, and a terminal obeys others
PRINTED = r"^[^\x00-\x1f\x7f]+$"


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 10.0 is as whole as 10."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Label = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PRINTED)]
Text = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")]
Title = Annotated[str, StringConstraints(max_length=1_000, pattern=r"^[^\x00]*$")]
Moment = Annotated[
    int,
    Field(ge=0, le=4_102_444_800, description="Unix seconds, up to the year 2100"),
    BeforeValidator(_whole),
]
Number = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
Tags = Annotated[list[Label], Field(max_length=100)]
Many = Annotated[list[Label], Field(max_length=1_000)]
Lang = Literal["en", "zh"]


def _zone(value: str) -> str:
    try:
        clock_of(True, value)
    except BadArgument as error:
        raise ValueError(str(error)) from None
    return value


Zone = TypeAliasType(  # a name of its own on the OpenAPI page, which then lists the zones once
    "Zone",
    Annotated[
        str,
        AfterValidator(_zone),
        Field(max_length=64),
        WithJsonSchema(
            {
                "type": "string",
                "enum": sorted(available_timezones()),
                "description": "IANA name of a time zone",
            }
        ),
    ],
)
Count = Annotated[int, Field(ge=1, le=100), BeforeValidator(_whole)]
Age = Annotated[
    int,
    Field(ge=0, le=150, description="Years, for rules of the operator"),
    BeforeValidator(_whole),
]


_LABEL = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": PRINTED}


def _named(value: dict[str, Any]) -> WithJsonSchema:
    """At most 50 values by name: pydantic alone would leave names that break their pattern out
    of the page.
    """
    return WithJsonSchema(
        {
            "type": "object",
            "maxProperties": 50,
            "propertyNames": _LABEL,
            "additionalProperties": value,
        }
    )


Lists = Annotated[
    dict[Label, Tags],
    Field(max_length=50),
    _named({"type": "array", "items": _LABEL, "maxItems": 100}),
]
Numbers = Annotated[
    dict[Label, Number],
    Field(max_length=50),
    _named({"type": "number", "minimum": -1e9, "maximum": 1e9}),
]
_COUNTS = {"type": "integer", "minimum": 0, "maximum": 4_102_444_800}
Counts = Annotated[
    dict[Label, Moment],
    Field(max_length=50),
    _named(_COUNTS),
]
Texts = Annotated[
    dict[Label, Title],
    Field(max_length=50),
    _named({"type": "string", "maxLength": 1_000, "pattern": r"^[^\x00]*$"}),
]


class Body(BaseModel):
    """A request: a field that is not known is an error, not ignored."""

    model_config = ConfigDict(extra="forbid", strict=True)


class EventIn(Body):
    """One event. event_id: yours; the same one again is not counted again. type: a kind that is
    known, in any case: view, purchase, rating, dislike, return, ... (docs/guide/service.md lists
    them). value: stars of a rating, pieces bought or given back (default: 1, of a return all).
    ts: Unix seconds (default: now)."""

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


class Filter(Body):
    """any_tags: at least one of these; no_tags: none of these; only_items: none but these."""

    any_tags: Tags = []
    no_tags: Tags = []
    only_items: Many | None = None


class RecommendIn(Body):
    """For a person of the store, for the items of a session, or for nobody in particular. repeat:
    whether items that were chosen before may be listed again; where it is not said, what the
    model was fitted for."""

    user: Label | None = None
    session: Annotated[list[Label], Field(max_length=500)] = []
    n: Count = 10
    filter: Filter | None = None
    exclude: Many = []
    explain: bool = True
    reasons: Annotated[int, Field(ge=1, le=10), BeforeValidator(_whole)] = 3
    personalized: bool = True
    repeat: bool | None = None
    lang: Lang = "en"
    zone: Zone | None = None
    age: Age | None = None


class WhyNotIn(Body):
    item: Label
    user: Label | None = None
    session: Annotated[list[Label], Field(max_length=500)] = []
    n: Count = 10
    filter: Filter | None = None
    exclude: Many = []
    repeat: bool | None = None
    lang: Lang = "en"
    zone: Zone | None = None
    age: Age | None = None


class Added(Body):
    item: Label
    value: Number = 1.0


class CutPath(Body):
    """path: the id of a path of kind link or friends, as `paths` of why-not tells it."""

    item: Label
    path: Label


class WhatIfIn(Body):
    """Edits of a history: nothing of it is stored. remove_events: event ids; remove_items: every
    choice of these; cut_paths: paths of a graph model."""

    user: Label | None = None
    session: Annotated[list[Label], Field(max_length=500)] = []
    remove_events: Many = []
    remove_items: Many = []
    cut_paths: Annotated[list[CutPath], Field(max_length=24)] = []
    add: Annotated[list[Added], Field(max_length=100)] = []
    n: Count = 10
    lang: Lang = "en"
    zone: Zone | None = None
    age: Age | None = None


class ItemIn(Body):
    """What is known of an item. hidden: never recommended."""

    title: Title = ""
    text: Text = ""
    categories: Tags = []
    fields: Lists = {}
    numeric: Numbers = {}
    hidden: bool = False


class ItemPatch(Body):
    title: Title | None = None
    text: Text | None = None
    categories: Tags | None = None
    fields: Lists | None = None
    numeric: Numbers | None = None
    hidden: bool | None = None


class Period(Body):
    first: Moment
    last: Moment


class UserIn(Body):
    """Further values of a person, e.g. country; they are stored and exported; only age is used, by
    the rules, and named_to_friends ("yes": friends who allow the same may read the person's name
    in a reason)."""

    fields: Texts = {}


class ProfilePatch(Body):
    """Each list that is given takes the place of the one before."""

    personalised: bool | None = None
    blocked_items: Many | None = None
    blocked_tags: Tags | None = None
    excluded_events: Many | None = None
    excluded_periods: Annotated[list[Period], Field(max_length=100)] | None = None


class FriendsIn(Body):
    friends: Many


class LinkIn(Body):
    head: Label
    relation: Label
    tail: Label


class LinksIn(Body):
    links: Annotated[list[LinkIn], Field(min_length=1, max_length=1_000)]


class Arm(Body):
    name: Label
    model: Label
    weight: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] = 1.0


class ExperimentIn(Body):
    variants: Annotated[list[Arm], Field(min_length=2, max_length=10)]
    active: bool = True


class KeyIn(Body):
    role: Literal["admin", "service", "reader", "monitor", "auditor", "person"]
    user: Label | None = None
    note: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] = ""


class BatchIn(Body):
    users: Annotated[list[Label], Field(min_length=1, max_length=10_000)]
    n: Count = 10
    explain: bool = False
    lang: Lang = "en"


class InspectIn(Body):
    """models: up to three versions, beside each other; none: the one that serves."""

    user: Label
    models: Annotated[list[Label], Field(max_length=3)] = []
    n: Count = 10
    lang: Lang = "en"


class SliceIn(Body):
    items: Annotated[list[Label], Field(min_length=1, max_length=20_000)]


class ReceiptIn(Body):
    """A receipt as its person holds it; what is left out is not compared."""

    receipt_id: Label
    time: Moment | None = None
    subject: Label | None = None
    erased: Counts | None = None
    note: Text | None = None

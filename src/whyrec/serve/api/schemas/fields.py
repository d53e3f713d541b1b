"""Fields that several schemas share, with their limits."""

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

from whyrec.core import ArgumentError
from whyrec.explain.dates import clock_of

# no control characters, which some databases refuse and terminals obey
PRINTED = r"^[^\x00-\x1f\x7f]+$"


def _whole(value: Any) -> Any:
    """Accept whole numbers such as 10.0 as integers, because JSON has one kind of number."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


Label = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PRINTED)]
Text = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")]
Title = Annotated[str, StringConstraints(max_length=1_000, pattern=r"^[^\x00]*$")]
Moment = Annotated[
    int,
    Field(ge=0, le=4_102_444_800, description="Unix seconds, up to the year 2100"),
    BeforeValidator(_whole),
]
Number = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
Share = Annotated[
    float,
    Field(ge=0, le=1, allow_inf_nan=False, description="0 to 1; two decimals count"),
    AfterValidator(lambda value: round(value, 2)),
]
Tags = Annotated[list[Label], Field(max_length=100)]
Many = Annotated[list[Label], Field(max_length=1_000)]
Lang = Literal["en", "zh"]


def _zone(value: str) -> str:
    try:
        clock_of(True, value)
    except ArgumentError as error:
        raise ValueError(str(error)) from None
    return value


Zone = TypeAliasType(  # a named type, so that the OpenAPI page lists the zones once
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
    """At most 50 values by name; pydantic alone would omit the pattern of names from the page."""
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
    """A request; unknown fields are errors."""

    model_config = ConfigDict(extra="forbid", strict=True)

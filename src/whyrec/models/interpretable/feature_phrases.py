"""Names of the readable features and phrases for their values, in English and in Chinese."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from whyrec.core import UnknownNameError
from whyrec.core.messages import Messages

__all__ = [
    "TEXTS",
    "UNITS",
    "Words",
    "condition",
    "conditions",
    "joined",
    "said",
    "short",
    "shown",
    "why_absent",
]

TEXTS = Messages("features")
Words = tuple[str, str]  # in English and in Chinese
#: How the value of each feature is written: "share" as a percentage, "count" (log10(1 + n)) as n,
#: "times" (log2) as a factor, "plain" with two decimals.
UNITS = {
    "categories": "share",
    "same": "share",
    "near": "plain",
    "popularity": "count",
    "trend": "count",
    "rating": "plain",
    "uses": "plain",
    "value": "plain",
    "cochosen": "plain",
    "latest": "plain",
    "follows": "plain",
    "after": "plain",
    "model": "plain",
    "whole": "plain",
    "words": "share",
    "text": "share",
    "friends": "count",
    "hour": "times",
    "weekday": "times",
}


def why_absent(reason: str, lang: str) -> str:
    """Return why a feature is absent.

    `reason` is the English one that
    :class:`whyrec.models.interpretable.features.Features` gives.

    >>> why_absent("the data have no clock", "zh"), why_absent("odd", "zh")
    ('数据没有时间', 'odd')
    """
    return TEXTS.phrasebook("absent-", lang)(reason) or reason


def _parts(name: str) -> tuple[str, str]:
    stem, _, field = name.partition(":")
    if stem not in UNITS:
        raise UnknownNameError("feature", name, UNITS)
    return stem, field.replace("_", " ")


def shown(name: str, value: float) -> str:
    """Return a value as people read it.

    >>> shown("popularity", 2.0), shown("categories", 0.25), shown("cochosen", 0.125)
    ('99', '25%', '0.12')
    """
    unit = UNITS[_parts(name)[0]]
    if unit == "times":
        return f"{2**value:.2f}"
    if unit == "count":
        return f"{10**value - 1:,.0f}"
    # A threshold between 0 and the smallest value must not be written as 0.
    if unit == "share":
        digits = 2
        if abs(value) >= 0.01 or value == 0:
            digits = 0
        elif abs(value) >= 0.001:
            digits = 1
        return f"{100 * value:.{digits}f}%"
    if value == 0 or abs(value) >= 0.01:
        digits = 2
    else:
        digits = min(4, 1 - math.floor(math.log10(abs(value))))
    return f"{value:.{digits}f}"


def short(name: str) -> Words:
    """Return the feature's name as it appears in a condition, a table or a chart."""
    stem, field = _parts(name)
    return TEXTS.pair(f"{stem}-short", field=field)


def said(name: str, value: float) -> Words:
    """Return the feature's value as part of a sentence addressed to the person.

    >>> said("same:director", 0.5)[0]
    '50% of your recent choices have the same director'
    """
    stem, field = _parts(name)
    return TEXTS.pair(f"{stem}-says", value=shown(name, value), field=field)


def condition(name: str, low: float | None, high: float | None) -> Words:
    """Return `low < value <= high` in words; None: no bound on that side.

    >>> condition("popularity", 2.0, None)[0], condition("popularity", 2.0, 3.0)[0]
    ('times chosen in all > 99', 'times chosen in all > 99 and ≤ 999')
    """
    ends = [
        f"{sign} {shown(name, end)}" for sign, end in ((">", low), ("≤", high)) if end is not None
    ]
    span = (
        joined([(end, end) for end in ends], "range-join") if ends else TEXTS.pair("condition-any")
    )
    return TEXTS.pair("condition", name=short(name), range=span)


def conditions(names: Sequence[str], parts: Iterable[tuple[int, bool, float]]) -> Words:
    """Join conditions (feature, above, threshold); those on one feature become one range.

    >>> conditions(["popularity", "categories"], [(0, True, 2.0), (1, False, 0.5), (0, True, 3.0)])[0]
    'times chosen in all > 999 and share of recent choices in its categories ≤ 50%'
    """  # noqa: E501
    ranges: dict[int, tuple[float | None, float | None]] = {}
    for feature, above, threshold in parts:
        low, high = ranges.get(feature, (None, None))
        if above:
            if low is None:
                low = threshold
            else:
                low = max(low, threshold)
        else:
            if high is None:
                high = threshold
            else:
                high = min(high, threshold)
        ranges[feature] = low, high
    told = [condition(names[feature], low, high) for feature, (low, high) in ranges.items()]
    return joined(told) if told else TEXTS.pair("always")


def joined(parts: Sequence[Words], key: str = "join") -> Words:
    """Texts of both languages, each joined as its language does."""
    en, zh = (mark.join(part[at] for part in parts) for at, mark in enumerate(TEXTS.pair(key)))
    return en, zh

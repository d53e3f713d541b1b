"""Names of the readable features and phrases for their values, in English and in Chinese."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from whyrec.core import UnknownNameError

__all__ = ["ABSENT", "WORDING", "Words", "condition", "conditions", "said", "short", "shown"]

Words = tuple[str, str]  # in English and in Chinese


class Wording(NamedTuple):
    """How a feature is worded.

    `short` is its name in a condition and `says` its value in a sentence. `unit` is how the value
    is written: "share" as a percentage, "count" (log10(1 + n)) as n, "times" (log2) as a factor,
    "plain" with two decimals.
    """

    short: Words
    says: Words
    unit: str


# {value}: the value as people read it; {field}: the name of a column of the item table.
WORDING: dict[str, Wording] = {
    "categories": Wording(
        ("share of recent choices in its categories", "近期选择中的同类比例"),
        ("{value} of your recent choices share its categories", "您近期的选择中有{value}与它同类"),
        "share",
    ),
    "same": Wording(
        ("share of recent choices with the same {field}", "近期选择中{field}相同的比例"),
        (
            "{value} of your recent choices have the same {field}",
            "您近期的选择中有{value}与它的{field}相同",
        ),
        "share",
    ),
    "near": Wording(
        ("distance of its {field} from the usual one", "{field}与平时的差距"),
        (
            "its {field} is {value} standard deviations from your usual one",
            "它的{field}与您平时的相差{value}个标准差",
        ),
        "plain",
    ),
    "popularity": Wording(
        ("times chosen in all", "总选择次数"),
        ("people chose it {value} times", "它共被选过{value}次"),
        "count",
    ),
    "trend": Wording(
        ("times chosen lately", "近期选择次数"),
        ("people chose it {value} times lately", "它近期被选过{value}次"),
        "count",
    ),
    "rating": Wording(
        ("mean rating", "平均评分"),
        ("people rate it {value} on average", "它的平均评分为{value}"),
        "plain",
    ),
    "uses": Wording(
        ("mean times of use", "平均使用次数"),
        ("people used it {value} times on average", "人们平均使用它{value}次"),
        "plain",
    ),
    "value": Wording(
        ("mean value of its events", "记录的平均取值"),
        ("its events have the value {value} on average", "它的记录平均取值为{value}"),
        "plain",
    ),
    "cochosen": Wording(
        ("same-people tie to the last choices", "同群关联（最近所选）"),
        (
            "people who chose your last items also chose it (strength {value})",
            "选过您最近所选的人也选了它（强度{value}）",
        ),
        "plain",
    ),
    "latest": Wording(
        ("same-people tie to the latest choice", "同群关联（最后所选）"),
        (
            "people who chose your latest item also chose it (strength {value})",
            "选过您最后所选的人也选了它（强度{value}）",
        ),
        "plain",
    ),
    "follows": Wording(
        ("chosen-next tie to the last choices", "先后关联（最近所选）"),
        (
            "it is chosen soon after your last items (strength {value})",
            "它会在您最近所选之后被选（强度{value}）",
        ),
        "plain",
    ),
    "after": Wording(
        ("chosen-after-alike tie to the last choices", "同类先后关联（最近所选）"),
        (
            "it is chosen after items like your last ones (strength {value})",
            "它会在与您最近所选相似的物品之后被选（强度{value}）",
        ),
        "plain",
    ),
    "model": Wording(
        ("large-model tie to the last choices", "大模型关联（最近所选）"),
        (
            "the large model ties it to your last items (strength {value})",
            "大模型认为它与您最近所选有关联（强度{value}）",
        ),
        "plain",
    ),
    "whole": Wording(
        ("large-model tie to all recent choices", "大模型关联（全部近期选择）"),
        (
            "the large model ties it to your recent choices as a whole (strength {value})",
            "大模型认为它与您全部近期选择有关联（强度{value}）",
        ),
        "plain",
    ),
    "words": Wording(
        ("likeness of its words to recent choices", "文字与近期选择的相近度"),
        (
            "the words about it are {value} like those of your recent choices",
            "它的文字介绍与您近期的选择相近{value}",
        ),
        "share",
    ),
    "text": Wording(
        ("likeness of its meaning to recent choices", "含义与近期选择的相近度"),
        (
            "the meaning of its text is {value} like your recent choices",
            "它的文本含义与您近期的选择相近{value}",
        ),
        "share",
    ),
    "friends": Wording(
        ("number of friends who chose it", "选过它的好友数"),
        ("{value} of your friends chose it", "您有{value}位好友选过它"),
        "count",
    ),
    "hour": Wording(
        ("how usual it is at this hour", "这个时段的常选程度"),
        (
            "at this hour people choose it {value} times as often as usual",
            "这个时段它被选的次数是平时的{value}倍",
        ),
        "times",
    ),
    "weekday": Wording(
        ("how usual it is on this weekday", "这个星期几的常选程度"),
        (
            "on this weekday people choose it {value} times as often as usual",
            "每周的这一天它被选的次数是平时的{value}倍",
        ),
        "times",
    ),
}


# Why a feature is absent. The keys are the English reasons that
# :class:`whyrec.models.interpretable.features.Features` gives, the values are Chinese.
ABSENT: dict[str, str] = {
    "left out as asked": "按要求不用",
    "the items have no numbers, such as a price": "物品没有价格等数值",
    "no two items have such a name in common": "没有两个物品有相同的名称",
    "all events have the same value": "所有记录的取值相同",
    "the data have no clock": "数据没有时间",
    "the data have no order": "数据没有先后顺序",
    "the items have no titles or texts with words in common": "物品的标题与文字没有共同的词",
    "the item table has no vectors of a text encoder": "物品表没有文本编码器的向量",
    "not asked for": "未要求使用",
    "the data name no friends": "数据没有好友关系",
    "too few items were chosen one after the other": "先后被选的物品太少",
}


def _parts(name: str) -> tuple[Wording, str]:
    stem, _, field = name.partition(":")
    if stem not in WORDING:
        raise UnknownNameError("feature", name, WORDING)
    return WORDING[stem], field.replace("_", " ")


def shown(name: str, value: float) -> str:
    """Return a value as people read it.

    >>> shown("popularity", 2.0), shown("categories", 0.25), shown("cochosen", 0.125)
    ('99', '25%', '0.12')
    """
    unit = _parts(name)[0].unit
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
    wording, field = _parts(name)
    en, zh = (text.replace("{field}", field) for text in wording.short)
    return en, zh


def said(name: str, value: float) -> Words:
    """Return the feature's value as part of a sentence addressed to the person.

    >>> said("same:director", 0.5)[0]
    '50% of your recent choices have the same director'
    """
    wording, field = _parts(name)
    en, zh = (
        text.replace("{value}", shown(name, value)).replace("{field}", field)
        for text in wording.says
    )
    return en, zh


def condition(name: str, low: float | None, high: float | None) -> Words:
    """Return `low < value <= high` in words; None: no bound on that side.

    >>> condition("popularity", 2.0, None)[0], condition("popularity", 2.0, 3.0)[0]
    ('times chosen in all > 99', 'times chosen in all > 99 and ≤ 999')
    """
    ends = [
        f"{sign} {shown(name, end)}" for sign, end in ((">", low), ("≤", high)) if end is not None
    ]
    en, zh = short(name)
    return f"{en} {' and '.join(ends) or 'any'}", f"{zh} {' 且 '.join(ends) or '任意'}"


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
    return " and ".join(en for en, _ in told) or "always", "，且".join(
        zh for _, zh in told
    ) or "总是"

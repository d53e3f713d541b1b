"""The sentences, in English and Chinese. One dictionary a language, with the same keys.

A slot {things} takes dated titles, {titles} titles alone, {phrases} what an interpretable model says of a
reason. No sentence says "because" or 因为 unless the removal was really executed. Chinese has its own
verbs and order; it is not English with other words.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LANGUAGES", "PHRASE_QUOTES", "Language"]

PHRASE_QUOTES = ("“", "”")  # around a phrase, in both languages


@dataclass(frozen=True)
class Language:
    """quotes: around a title; verbs: what people do in each domain; dated, undated: one thing with its
    date or without; date: written from {y}, {m} (number or month's name), {d}; joins: between things."""

    sentences: dict[str, str]
    quotes: tuple[str, str]
    verbs: dict[str, str]
    dated: str
    undated: str
    date: str
    months: tuple[str, ...]
    join: str
    last_join: str
    title_join: str
    title_last_join: str
    space: str


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")

LANGUAGES = {
    "en": Language(
        sentences={
            "cause": "Suggested mainly because you {verb} {things}.",
            "evidence": "Based mainly on what you {verb}: {things}.",
            "against": "One reason against: you {verb} {things}.",
            "reasons": "Main reasons: {phrases}.",
            "reasons_against": "Reasons against: {phrases}.",
            "counterfactual": "Without {titles}, this would move from #{before} to #{after}.",
            "share": "These reasons account for {share}% of the score.",
            "popular": "Popular now; not based on your activity.",
            "none": "We have no reliable single reason.",
        },
        quotes=("“", "”"),
        verbs={"film": "watched", "book": "read", "music": "listened to", "shop": "bought", "game": "played",
               "other": "chose"},
        dated="{title} ({date})", undated="{title}", date="{d} {m} {y}", months=_MONTHS,
        join=", ", last_join=" and ", title_join=", ", title_last_join=" and ", space=" "),
    "zh": Language(
        sentences={
            "cause": "推荐此项，主要因为您{things}。",
            "evidence": "主要依据：您{things}。",
            "against": "也有不利因素：您{things}。",
            "reasons": "主要理由：{phrases}。",
            "reasons_against": "不利理由：{phrases}。",
            "counterfactual": "若没有{titles}，它将从第{before}位变为第{after}位。",
            "share": "以上依据占得分的{share}%。",
            "popular": "当前热门，未使用您的个人记录。",
            "none": "暂无可靠的单一原因。",
        },
        quotes=("《", "》"),
        verbs={"film": "看过", "book": "读过", "music": "听过", "shop": "买过", "game": "玩过", "other": "选过"},
        dated="在{date}{verb}{title}", undated="{verb}{title}", date="{y}年{m}月{d}日",
        months=tuple(str(number) for number in range(1, 13)),
        join="，", last_join="，", title_join="、", title_last_join="和", space=""),
}

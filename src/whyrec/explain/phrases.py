"""The sentence templates in English and Chinese: one dictionary per language, with the same keys.

The slot {things} takes dated titles, {titles} titles alone, {phrases} an interpretable model's
phrases for its reasons. No sentence says "because" or 因为 unless the removal was executed. The
Chinese sentences have verbs and an order of their own. Verbs use the keys of
:mod:`whyrec.core.verbs`, measure words the domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from whyrec.core.verbs import is_work, verb_of

__all__ = [
    "LANGUAGES",
    "MEASURES",
    "PHRASE_QUOTES",
    "Language",
    "Verb",
    "counted_items",
    "measured",
]

PHRASE_QUOTES = ("“", "”")  # around a phrase, in both languages


class Verb(NamedTuple):
    """A verb: `past` (you watched) and `done`, its participle (had you also watched)."""

    past: str
    done: str


@dataclass(frozen=True, eq=False)  # compared by identity, so it can be a dictionary key
class Language:
    """The templates of one language.

    Attributes:
        sentences: A template for each kind of claim.
        quotes: Around the title of a work.
        plain_quotes: Around any other name, such as an artist or a product.
        verbs: What people did, by the keys of :mod:`whyrec.core.verbs`.
        dated: One thing with its date; dated_times: of several uses.
        undated: One thing without a date; undated_times: of several uses.
        date: Written from {y}, {m} (number or name of the month) and {d}.
        join: Between things; last_join, title_join and title_last_join likewise.
        strengths: Words for a share, each with its lowest percentage.
        variants: Alternative sentences that :mod:`whyrec.explain.polish` may use and the parser
            reads.
    """

    sentences: dict[str, str]
    quotes: tuple[str, str]
    plain_quotes: tuple[str, str]
    verbs: dict[str, Verb]
    dated: str
    undated: str
    dated_times: str
    undated_times: str
    date: str
    months: tuple[str, ...]
    join: str
    last_join: str
    title_join: str
    title_last_join: str
    space: str
    strengths: tuple[tuple[int, str], ...]
    variants: dict[str, tuple[str, ...]]

    def verb(self, verb: str, domain: str) -> Verb:
        """Return the verb for data with this verb key and domain."""
        return self.verbs[verb_of(verb, domain)]

    def quotes_of(self, verb: str, domain: str) -> tuple[str, str]:
        """Return the quotes for names in data with this verb key and domain."""
        if is_work(verb, domain):
            return self.quotes
        return self.plain_quotes


# verb: (past, participle if it differs) in English; the words before the object in Chinese.
_VERBS: dict[str, tuple[Verb, Verb]] = {
    name: (Verb(past, done or past), Verb(zh, zh))
    for name, past, done, zh in (
        ("chose", "chose", "chosen", "选过"),
        ("watched", "watched", "", "看过"),
        ("read", "read", "", "读过"),
        ("listened", "listened to", "", "听过"),
        ("played", "played", "", "玩过"),
        ("bought", "bought", "", "买过"),
        ("ordered", "ordered", "", "订购过"),
        ("viewed", "viewed", "", "浏览过"),
        ("clicked", "clicked on", "", "点击过"),
        ("liked", "liked", "", "喜欢过"),
        ("rated", "rated", "", "评过"),
        ("saved", "saved", "", "收藏过"),
        ("shared", "shared", "", "分享过"),
        ("applied", "applied for", "", "申请过"),
        ("booked", "booked", "", "预订过"),
        ("followed", "followed", "", "关注过"),
        ("downloaded", "downloaded", "", "下载过"),
        ("subscribed", "subscribed to", "", "订阅过"),
        ("joined", "joined", "", "加入过"),
        ("visited", "visited", "", "去过"),
        ("used", "used", "", "用过"),
    )
}

MEASURES = {
    "film": ("film", "films", "部电影"),
    "book": ("book", "books", "本书"),
    "music": ("song", "songs", "首歌"),
    "artist": ("artist", "artists", "位艺人"),
    "game": ("game", "games", "款游戏"),
    "shop": ("product", "products", "件商品"),
    "other": ("item", "items", "个项目"),
}


def measured(domain: str) -> tuple[str, str, str]:
    """Return the noun of one and of several items (English), or measure word and noun (Chinese)."""
    return MEASURES.get(domain, MEASURES["other"])


def counted_items(n: int, domain: str, lang: str) -> str:
    """Write a number of items.

    >>> counted_items(1, "film", "en"), counted_items(1234, "artist", "en"), counted_items(3, "artist", "zh")
    ('1 film', '1,234 artists', '3位艺人')
    """
    one, many, zh = measured(domain)
    if lang == "zh":
        return f"{n:,}{zh}"
    return f"{n:,} {one if n == 1 else many}"


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

LANGUAGES = {
    "en": Language(
        sentences={
            "cause": "Suggested in part because you {verb} {things}.",
            "cause_mainly": "Suggested mainly because you {verb} {things}.",
            "cause_phrases": "Suggested because of this: {phrases}.",
            "evidence": "Based in part on what you {verb}: {things}.",
            "evidence_mainly": "Based mainly on what you {verb}: {things}.",
            "again": "You {verb} this before ({count}×).",
            "base": "Mainly its general popularity: {share}% of the score is the same for everyone.",
            "base_alone": "Only its general popularity: your own history does not raise it.",
            "weak": "A weak sign: few people chose both this and {titles}.",
            "outside": "It is not among the first {before}; its place is #{after}.",
            "unsound": "No reasons are shown: they did not add up to the score.",
            "against": "One reason against: you {verb} {things}.",
            "reasons": "Reasons for it: {phrases}.",
            "reasons_against": "Reasons against: {phrases}.",
            "counterfactual": "Without {titles}, this would move from #{before} to #{after}.",
            "unnamed": "Without these, this would move from #{before} to #{after}.",
            "share": "These reasons make up {share}% of the score: {strength}.",
            "popular": "Often chosen by others; not based on your activity.",
            "seldom": "Chosen by few so far; not based on your activity.",
            "none": "We have no reliable single reason.",
            "token": "Words of its own text that speak for it: {phrases}.",
            "addition": "Had you also {done} {titles}, its lead over the next items would be larger.",
            "rule": "As long as your history holds {titles}, it stays listed in {share}% of tries with other events gone.",
            "contrast": "It stands above {other}; what counts more for it is that you {verb} {things}.",
            "below": "It stands below {other}; what counts more for the other is that you {verb} {things}.",
            "examples": "People with like histories who chose this often chose {titles} too; this is not the model's reason.",
            "attention": "The model looked most at {titles}; attention is not a cause.",
        },
        quotes=("“", "”"),
        plain_quotes=("“", "”"),
        verbs={name: en for name, (en, _) in _VERBS.items()},
        dated="{title} ({date})",
        undated="{title}",
        dated_times="{title} ({count} times, last on {date})",
        undated_times="{title} ({count} times)",
        date="{d} {m} {y}",
        months=_MONTHS,
        strengths=(
            (100, "all of it"),
            (90, "nearly all of it"),
            (51, "more than half"),
            (25, "a fair part of it"),
            (0, "a small part of it"),
        ),
        join=", ",
        last_join=" and ",
        title_join=", ",
        title_last_join=" and ",
        space=" ",
        variants={
            "cause": (
                "We picked this partly because you {verb} {things}.",
                "Chosen for you because you {verb} {things}.",
            ),
            "cause_mainly": ("We picked this mainly because you {verb} {things}.",),
            "evidence": ("What speaks for it is what you {verb}: {things}.",),
            "evidence_mainly": ("This builds mostly on what you {verb}: {things}.",),
            "against": ("What speaks against it: you {verb} {things}.",),
            "reasons": ("What speaks for it: {phrases}.",),
            "reasons_against": ("What speaks against it: {phrases}.",),
            "counterfactual": (
                "Take away {titles}, and it goes from #{before} to #{after}.",
                "If {titles} were gone, it would go from #{before} to #{after}.",
            ),
            "share": ("Together that is {share}% of the score: {strength}.",),
            "popular": ("Many others have chosen this; your activity was not used.",),
            "none": ("No single reason stands out reliably.",),
            "token": ("In its own text these words speak for it: {phrases}.",),
            "addition": (
                "With {titles} {done} as well, its lead over the next items would be larger.",
            ),
            "contrast": (
                "It comes before {other}: what favours it more is that you {verb} {things}.",
            ),
            "below": (
                "It comes after {other}: what favours the other more is that you {verb} {things}.",
            ),
        },
    ),
    "zh": Language(
        sentences={
            "cause": "推荐此项，部分因为您{things}。",
            "cause_mainly": "推荐此项，主要因为您{things}。",
            "cause_phrases": "推荐此项，因为：{phrases}。",
            "evidence": "部分依据：您{things}。",
            "evidence_mainly": "主要依据：您{things}。",
            "base": "主要因为它普遍受欢迎：得分的{share}%对所有人都一样。",
            "base_alone": "仅因为它普遍受欢迎：您的记录没有提高它的得分。",
            "weak": "依据较弱：同时选过此项和{titles}的人很少。",
            "outside": "它不在前{before}位之内，排在第{after}位。",
            "unsound": "未显示理由：各部分之和与得分不符。",
            "again": "您以前{verb}此项（{count}次）。",
            "against": "也有不利因素：您{things}。",
            "reasons": "支持它的理由：{phrases}。",
            "reasons_against": "不利理由：{phrases}。",
            "counterfactual": "若没有{titles}，它将从第{before}位变为第{after}位。",
            "unnamed": "若没有这些，它将从第{before}位变为第{after}位。",
            "share": "以上依据占得分的{share}%：{strength}。",
            "popular": "很多人选过它；未使用您的个人记录。",
            "seldom": "目前选过它的人还不多；未使用您的个人记录。",
            "none": "暂无可靠的单一原因。",
            "token": "它自身文字中起作用的词：{phrases}。",
            "addition": "若您还{done}{titles}，它对后几项的领先会更大。",
            "rule": "只要您的历史中有{titles}，随机去掉其他记录后，它在{share}%的情形下仍留在列表中。",
            "contrast": "它排在{other}之前；更支持它的是：您{things}。",
            "below": "它排在{other}之后；更支持后者的是：您{things}。",
            "examples": "历史相近并选了此项的人，也常选{titles}；这并非模型的理由。",
            "attention": "模型最关注{titles}；关注不等于原因。",
        },
        quotes=("《", "》"),
        plain_quotes=("“", "”"),
        verbs={name: zh for name, (_, zh) in _VERBS.items()},
        dated="在{date}{verb}{title}",
        undated="{verb}{title}",
        dated_times="{verb}{title}（{count}次，最近在{date}）",
        undated_times="{verb}{title}（{count}次）",
        date="{y}年{m}月{d}日",
        strengths=(
            (100, "全部"),
            (90, "几乎全部"),
            (51, "一半以上"),
            (25, "一部分"),
            (0, "一小部分"),
        ),
        months=tuple(str(number) for number in range(1, 13)),
        join="，",
        last_join="，",
        title_join="、",
        title_last_join="和",
        space="",
        variants={
            "cause": ("为您选出此项，部分因为您{things}。",),
            "cause_mainly": ("为您选出此项，主要因为您{things}。", "选它主要是因为您{things}。"),
            "evidence": ("支持它的依据是：您{things}。",),
            "evidence_mainly": ("推荐主要基于：您{things}。",),
            "against": ("不利的一点是：您{things}。",),
            "reasons": ("对它有利的理由：{phrases}。",),
            "reasons_against": ("对它不利的理由：{phrases}。",),
            "counterfactual": (
                "去掉{titles}，它就会从第{before}位变为第{after}位。",
                "如果没有{titles}，它会从第{before}位变为第{after}位。",
            ),
            "share": ("这些合计占得分的{share}%：{strength}。",),
            "popular": ("选它的人很多；未使用您的个人记录。",),
            "none": ("没有哪一条原因足够可靠。",),
            "token": ("它的文字里，这些词起了作用：{phrases}。",),
            "addition": ("历史中若还{done}{titles}，它对后几项的领先会更大。",),
            "contrast": ("它先于{other}，更支持它的是：您{things}。",),
            "below": ("它后于{other}，更支持后者的是：您{things}。",),
        },
    ),
}

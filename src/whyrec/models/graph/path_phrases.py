"""Phrases for paths: relations of well-known graphs in English and Chinese, others by name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from whyrec.core.support import FEWEST, UNKNOWN, strength

__all__ = ["CROWD", "Names", "allows", "said", "short"]

CROWD = 20  # smaller numbers of people are not mentioned: they could identify somebody
SHOWN = 2  # titles named; the others are counted
# Identifiers without a readable name: Freebase, Wikidata or plain numbers.
CODE = re.compile(r"([mg]\.[0-9a-z_]+|Q\d+|\d+|)")


@dataclass(frozen=True)
class Names:
    """What a phrase is made of.

    Attributes:
        type: A relation, "people", "then", "friend" or "event".
        entity: Label of the entity; "" if there is none.
        titles: Titles of the events, or names of friends who may be named.
        count: Number of people.
        value: Value of the first event.
        support: People who chose both items, for paths through people or order; -1 if unknown.
        often: Whether "often" is true of choosing one soon after the other; see
            :func:`whyrec.core.support.often`.
        values: Meaning of `value`: "rating", "count" (of uses) or "" (not mentioned).
        work: Whether the items are works, which Chinese puts in 《》.
    """

    type: str
    entity: str = ""
    titles: tuple[str, ...] = ()
    count: int = 0
    value: float | None = None
    support: int = UNKNOWN
    often: bool = False
    values: str = ""
    work: bool = True


# relation: (with the entity's name, without it), in English and in Chinese
WORDS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "directed by": (("directed by {e}", "同由{e}执导"), ("same director", "导演相同")),
    "written by": (("written by {e}", "同由{e}编剧"), ("same writer", "编剧相同")),
    "starring": (("with {e}", "同有{e}出演"), ("an actor in common", "有共同的演员")),
    "produced by": (("produced by {e}", "同由{e}监制"), ("same producer", "制片人相同")),
    "production company": (
        ("made by {e}", "同由{e}出品"),
        ("same production company", "出品公司相同"),
    ),
    "composed by": (("music by {e}", "同由{e}配乐"), ("same composer", "作曲相同")),
    "cinematography": (("filmed by {e}", "同由{e}摄影"), ("same cinematographer", "摄影师相同")),
    "edited by": (("edited by {e}", "同由{e}剪辑"), ("same editor", "剪辑相同")),
    "genre": (("genre {e}", "类型同为{e}"), ("same genre", "类型相同")),
    "category": (("in the category {e}", "同属{e}"), ("a category in common", "有共同的类别")),
    "country": (("made in {e}", "同产自{e}"), ("same country", "国家相同")),
    "language": (("in {e}", "语言同为{e}"), ("same language", "语言相同")),
    "rated": (("rated {e}", "分级同为{e}"), ("same rating of ages", "分级相同")),
    "released in": (
        ("released in {e}", "同于{e}年上映"),
        ("released in the same year", "同年上映"),
    ),
    "subject": (("about {e}", "题材同为{e}"), ("a subject in common", "有共同的题材")),
    "award won": (("won {e}", "同获{e}"), ("won the same award", "获得同一奖项")),
    "award nomination": (
        ("nominated for {e}", "同获{e}提名"),
        ("nominated for the same award", "获同一奖项提名"),
    ),
    "sequel": (("in one series: {e}", "同一系列：{e}"), ("in one series", "属同一系列")),
    "wiki page": (("both tied to {e}", "都与{e}有关"), ("a page in common", "有共同的词条")),
    "tag": (("tagged {e}", "标签同为{e}"), ("a tag in common", "有共同的标签")),
}
ALIASES = (
    ("directed", "directed by"),
    ("director", "directed by"),
    ("wrote", "written by"),
    ("written", "written by"),
    ("writer", "written by"),
    ("star", "starring"),
    ("actor", "starring"),
    ("cast", "starring"),
    ("production_compan", "production company"),
    ("prodcompany", "production company"),
    ("produced_in_country", "country"),
    ("produced", "produced by"),
    ("producer", "produced by"),
    ("compos", "composed by"),
    ("cinematograph", "cinematography"),
    ("edit", "edited by"),
    ("genre", "genre"),
    ("category", "category"),
    ("country", "country"),
    ("language", "language"),
    ("release", "released in"),
    ("award_nomination", "award nomination"),
    ("award_won", "award won"),
    ("rating", "rated"),
    ("rated", "rated"),
    ("sequel", "sequel"),
    ("prequel", "sequel"),
    ("subject", "subject"),
    ("wiki", "wiki page"),
    ("tag", "tag"),
)


def _relation(name: str, entity: str) -> tuple[str, str]:
    last = name.rsplit(".", 1)[-1].rsplit("/", 1)[-1].casefold()
    key = next((key for part, key in ALIASES if part in last), None)
    named = not CODE.fullmatch(entity) or (key == "released in" and entity.isdecimal())
    if key is not None:
        forms = WORDS[key][0 if named else 1]
        return forms[0].replace("{e}", entity), forms[1].replace("{e}", entity)
    plain = last.replace("_", " ")
    if named:
        return (f"{plain}: {entity}", f"{plain}：{entity}")
    return (f"same {plain}", f"{plain}相同")


def allows(said_so: str) -> bool:
    """Return whether a person's setting lets friends read their name."""
    return said_so.casefold() in ("yes", "true", "1")


def short(kind: str, entity: str) -> tuple[str, str]:
    """Return what a path leads through.

    >>> short("has_genre", "Animation"), short("people", "")
    (('genre Animation', '类型同为Animation'), ('people who chose both', '选过两者的人'))
    """
    known = {
        "people": ("people who chose both", "选过两者的人"),
        "then": ("chosen soon after", "随后选择"),
        "friends": ("people you follow", "您关注的人"),
        "event": ("what people choose", "众人的选择"),
    }
    return known.get(kind) or _relation(kind, entity)


def said(names: Names) -> tuple[str, str]:
    """Return the phrase in English and in Chinese.

    >>> said(Names("film.film.directed_by", "Ridley Scott", ("Alien", "Gladiator", "Legend"), value=5.0,
    ...            values="rating"))[0]
    'directed by Ridley Scott, like ‘Alien’ (you gave it 5), ‘Gladiator’ and 1 more of your choices'
    >>> said(Names("people", titles=("Alien",), count=137))
    ('chosen by 137 people who chose ‘Alien’', '137位选过《Alien》的人也选了它')
    """  # noqa: E501
    en, zh = _listed(names)
    if names.type == "friend":
        return _friends(names)
    if names.type in ("people", "then") and strength(names.support) == "weak":
        return (
            f"a weak sign: few people chose both this and {en}",
            f"依据很弱：很少有人同时选过它与{zh}",
        )
    if names.type == "people":
        counted = names.count >= CROWD
        return (
            f"chosen by {f'{names.count:,} ' if counted else ''}people who chose {en}",
            f"{f'{names.count}位' if counted else ''}选过{zh}的人也选了它",
        )
    if names.type == "then":
        if names.often:
            return f"often chosen soon after {en}", f"常在{zh}之后被选"
        return f"chosen soon after {en}", f"有人在{zh}之后不久选了它"
    if names.type == "event":
        return f"tied to {en} by what people choose", f"按众人的选择与{zh}有关联"
    one, two = _relation(names.type, names.entity)
    return f"{one}, like {en}", f"与{zh}{two}"


def _listed(names: Names) -> tuple[str, str]:
    """Return the titles, the first one with its rating or number of uses."""
    stars, points = _value(names)
    left, right = "《》" if names.work else "“”"
    shown = names.titles[:SHOWN]
    more = len(names.titles) - SHOWN
    en = [f"‘{title}’{stars if at == 0 else ''}" for at, title in enumerate(shown)]
    zh = [f"{left}{title}{right}{points if at == 0 else ''}" for at, title in enumerate(shown)]
    if more > 0:
        return (
            f"{', '.join(en)} and {more} more of your choices",
            f"{'、'.join(zh)}等{more + SHOWN}项",
        )
    return " and ".join(en), "和".join(zh)


def _value(names: Names) -> tuple[str, str]:
    """Return the value of the first event in words; empty if its meaning is unknown.

    >>> _value(Names("then", value=1330.0, values="count")), _value(Names("then", value=1330.0))
    ((' (1,330 times)', '（1,330次）'), ('', ''))
    """
    if names.value is None or names.values == "":
        return "", ""
    if names.values == "rating":
        return f" (you gave it {names.value:g})", f"（您给了{names.value:g}分）"
    times = f"{names.value:,.0f}"
    return (" (once)" if times == "1" else f" ({times} times)"), f"（{times}次）"


def _friends(names: Names) -> tuple[str, str]:
    """Name the friends who allow it; the others are counted only from FEWEST on.

    A smaller number could identify somebody.
    """
    shown = names.titles[:3]
    others = names.count - len(names.titles[:3])
    counted = others >= FEWEST
    all_of = names.count
    if not shown:
        return (
            f"{f'{all_of} ' if counted else ''}people you follow chose it",
            f"您关注的{f'{all_of}' if counted else ''}人选过它",
        )
    if others:
        rest = f" and {f'{others} more' if counted else 'others'} you follow"
    else:
        rest = ""
    if others:
        more = f"等{all_of}人" if counted else "等人"
    else:
        more = ""
    return f"{', '.join(shown)}{rest} chose it", f"{'、'.join(shown)}{more}选过它"

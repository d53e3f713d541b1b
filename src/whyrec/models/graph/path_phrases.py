"""Phrases for paths: relations of well-known graphs in English and Chinese, others by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from whyrec.core.messages import Messages
from whyrec.core.support import FEWEST, UNKNOWN, strength

__all__ = ["CROWD", "Names", "allows", "said", "short"]

TEXTS = Messages("paths")
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


# What a relation's name holds, and the key of its words.
ALIASES = (
    ("directed", "directed-by"),
    ("director", "directed-by"),
    ("wrote", "written-by"),
    ("written", "written-by"),
    ("writer", "written-by"),
    ("star", "starring"),
    ("actor", "starring"),
    ("cast", "starring"),
    ("production_compan", "production-company"),
    ("prodcompany", "production-company"),
    ("produced_in_country", "country"),
    ("produced", "produced-by"),
    ("producer", "produced-by"),
    ("compos", "composed-by"),
    ("cinematograph", "cinematography"),
    ("edit", "edited-by"),
    ("genre", "genre"),
    ("category", "category"),
    ("country", "country"),
    ("language", "language"),
    ("release", "released-in"),
    ("award_nomination", "award-nomination"),
    ("award_won", "award-won"),
    ("rating", "rated"),
    ("rated", "rated"),
    ("sequel", "sequel"),
    ("prequel", "sequel"),
    ("subject", "subject"),
    ("wiki", "wiki-page"),
    ("tag", "tag"),
)


def _relation(name: str, entity: str) -> tuple[str, str]:
    last = name.rsplit(".", 1)[-1].rsplit("/", 1)[-1].casefold()
    key = next((key for part, key in ALIASES if part in last), "other")
    named = not CODE.fullmatch(entity) or (key == "released-in" and entity.isdecimal())
    return TEXTS.pair(
        f"relation-{key}" if named else f"relation-{key}-alone",
        entity=entity,
        relation=last.replace("_", " "),
    )


def allows(said_so: str) -> bool:
    """Return whether a person's setting lets friends read their name."""
    return said_so.casefold() in ("yes", "true", "1")


def short(kind: str, entity: str) -> tuple[str, str]:
    """Return what a path leads through, in English and in Chinese.

    >>> short("has_genre", "Animation"), short("people", "")
    (('genre Animation', '类型同为Animation'), ('people who chose both', '选过两者的人'))
    """
    key = f"short-{kind}"
    return TEXTS.pair(key) if key in TEXTS else _relation(kind, entity)


def said(names: Names) -> tuple[str, str]:
    """Return the phrase in English and in Chinese.

    >>> said(Names("film.film.directed_by", "Ridley Scott", ("Alien", "Gladiator", "Legend"), value=5.0,
    ...            values="rating"))[0]
    'directed by Ridley Scott, like ‘Alien’ (you gave it 5), ‘Gladiator’ and 1 more of your choices'
    >>> said(Names("people", titles=("Alien",), count=137))
    ('chosen by 137 people who chose ‘Alien’', '137位选过《Alien》的人也选了它')
    """  # noqa: E501
    if names.type == "friend":
        return _friends(names)
    titles = _listed(names)
    if names.type in ("people", "then") and strength(names.support) == "weak":
        return TEXTS.pair("through-weak", titles=titles)
    if names.type == "people":
        key = "through-people-counted" if names.count >= CROWD else "through-people"
        return TEXTS.pair(key, titles=titles, count=names.count)
    if names.type == "then":
        key = "through-order-often" if names.often else "through-order"
        return TEXTS.pair(key, titles=titles)
    if names.type == "event":
        return TEXTS.pair("through-choices", titles=titles)
    relation = _relation(names.type, names.entity)
    return TEXTS.pair("through-relation", titles=titles, relation=relation)


def _listed(names: Names) -> tuple[str, str]:
    """Return the titles, the first one with its rating or number of uses."""
    key = "title-work" if names.work else "title-name"
    titles = [
        TEXTS.pair(key, title=title, value=_value(names) if at == 0 else "")
        for at, title in enumerate(names.titles[:SHOWN])
    ]
    more = len(names.titles) - SHOWN
    if more > 0:
        named = _joined(titles, "title-join")
        return TEXTS.pair("titles-more", titles=named, more=more, all=more + SHOWN)
    return _joined(titles, "title-last-join")


def _joined(parts: Sequence[tuple[str, str]], key: str) -> tuple[str, str]:
    en, zh = (mark.join(part[at] for part in parts) for at, mark in enumerate(TEXTS.pair(key)))
    return en, zh


def _value(names: Names) -> tuple[str, str]:
    """Return the value of the first event in words; empty if its meaning is unknown.

    >>> _value(Names("then", value=1330.0, values="count")), _value(Names("then", value=1330.0))
    ((' (1,330 times)', '（1,330次）'), ('', ''))
    """
    if names.value is None or names.values == "":
        return "", ""
    if names.values == "rating":
        return TEXTS.pair("value-rating", value=f"{names.value:g}")
    times = f"{names.value:,.0f}"
    return TEXTS.pair("value-once" if times == "1" else "value-times", value=times)


def _friends(names: Names) -> tuple[str, str]:
    """Name the friends who allow it; the others are counted only from FEWEST on.

    A smaller number could identify somebody.
    """
    shown = names.titles[:3]
    others = names.count - len(shown)
    counted = others >= FEWEST
    if not shown:
        key = "friends-counted" if counted else "friends"
    elif not others:
        key = "friends-named"
    else:
        key = "friends-named-more" if counted else "friends-named-others"
    listed = _joined([(name, name) for name in shown], "friends-join")
    return TEXTS.pair(key, names=listed, more=others, all=names.count)

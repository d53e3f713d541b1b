"""Lies for the test of `verify`: each a change of a true item of an answer, in its text and in every field that says the same."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from whyrec.explain.phrases import LANGUAGES
from whyrec.explain.sentences import Claim, Thing, parse, sentence
from whyrec.explain.verification.world import World

Row = dict[str, Any]
Lie = Callable[[Row, World], "Row | None"]  # None: this item has nothing to lie about

EVENTS = ("cause", "cause_mainly", "evidence", "evidence_mainly")
MOVES = ("counterfactual", "unnamed")


def said(claims: list[Claim], lang: str, verb: str = "watched") -> str:
    language = LANGUAGES[lang]
    return language.space.join(
        sentence(claim, language, language.verbs[verb], language.quotes) for claim in claims
    )


def verb_of(world: World) -> str:
    return next(
        name for name, verb in LANGUAGES["en"].verbs.items() if verb.past == world.verb["en"]
    )


def edited(
    row: Row, world: World, change: Callable[[list[Claim]], list[Claim] | None]
) -> Row | None:
    """The row with the claims of each text changed; None where `change` says so or changes nothing."""
    made = copy.deepcopy(row)
    for lang, text in row["text"].items():
        new = change(list(parse(text, lang)))
        if new is None or new == list(parse(text, lang)):
            return None
        made["text"][lang] = said(new, lang, verb_of(world))
    return made


def each(
    kinds: tuple[str, ...], change: Callable[[Claim], Claim | None]
) -> Callable[[list[Claim]], list[Claim] | None]:
    """Changes every claim of these kinds; None where there is none."""

    def all_of(claims: list[Claim]) -> list[Claim] | None:
        if not any(claim.kind in kinds for claim in claims):
            return None
        made = [change(claim) if claim.kind in kinds else claim for claim in claims]
        return [claim for claim in made if claim is not None]

    return all_of


def ranks(by_before: int, by_after: int) -> Lie:
    def lie(row: Row, world: World) -> Row | None:
        made = edited(
            row,
            world,
            each(
                MOVES, lambda c: replace(c, ranks=(c.ranks[0] + by_before, c.ranks[1] + by_after))
            ),
        )
        if made is not None:
            made["removed"]["rank_before"] += by_before
            made["removed"]["rank_after"] += by_after
        return made

    return lie


def renamed(row: Row, world: World, item: int) -> Row | None:
    """The first thing of the text, and the first reason, are another item."""
    title, old = world.titles[item], row["reasons"][0]["evidence"]
    if old is None or any(title == (one["evidence"] or {}).get("title") for one in row["reasons"]):
        return None

    def other(thing: Thing) -> Thing:
        return thing._replace(title=title) if thing.title == old["title"] else thing

    made = edited(
        row,
        world,
        each((*EVENTS, *MOVES), lambda c: replace(c, things=tuple(map(other, c.things)))),
    )
    if made is None:
        return None
    positions = world.groups.get(item, ())
    ids = [world.event_ids[p] for p in positions] or ["none"]
    made["reasons"][0]["evidence"] |= {
        "item": world.labels[item],
        "title": title,
        "event_ids": ids,
        "event_id": ids[-1],
    }
    return made


def swapped(row: Row, world: World) -> Row | None:
    """Another event of the person, which weighs least."""
    return renamed(
        row,
        world,
        min(world.groups, key=lambda one: world.weights(world.numbers[row["item"]]).get(one, 0.0)),
    )


def of_another(row: Row, world: World) -> Row | None:
    """What somebody else chose."""
    return renamed(row, world, next(n for n in range(len(world.titles)) if n not in world.groups))


def share(by: int) -> Lie:
    def lie(row: Row, world: World) -> Row | None:
        made = edited(row, world, each(("share",), lambda c: replace(c, share=c.share + by)))
        if made is not None:
            made["share"] += by
        return made

    return lie


def strength_lie(row: Row, world: World) -> Row | None:
    made, found = copy.deepcopy(row), False
    for lang, text in row["text"].items():
        for _, word in LANGUAGES[lang].strengths:
            if text.endswith(f"{word}{'.' if lang == 'en' else '。'}"):
                other = next(w for _, w in LANGUAGES[lang].strengths if w != word)
                made["text"][lang], found = text[: -len(word) - 1] + other + text[-1], True
                break
    return made if found else None


def things(change: Callable[[Thing], Thing], kinds: tuple[str, ...] = EVENTS) -> Lie:
    def lie(row: Row, world: World) -> Row | None:
        return edited(
            row, world, each(kinds, lambda c: replace(c, things=tuple(map(change, c.things))))
        )

    return lie


def day_after(thing: Thing) -> Thing:
    return thing._replace(day=thing.day + timedelta(days=1)) if thing.day else thing


def kind(old: str, new: str) -> Lie:
    """Says another kind of sentence, with the flag that goes with it."""

    def lie(row: Row, world: World) -> Row | None:
        made = edited(row, world, each((old,), lambda c: replace(c, kind=new)))
        if made is not None and made.get("removed") and new.startswith("cause"):
            made["removed"]["proved"] = True
        return made

    return lie


def added(claim: Callable[[Row, World], Claim | None]) -> Lie:
    """Says one thing more."""

    def lie(row: Row, world: World) -> Row | None:
        more = claim(row, world)
        return None if more is None else edited(row, world, lambda claims: [*claims, more])

    return lie


def only(claim: Callable[[Row, World], Claim | None]) -> Lie:
    """Says this instead of all else."""

    def lie(row: Row, world: World) -> Row | None:
        new = claim(row, world)
        return None if new is None else edited(row, world, lambda claims: [new])

    return lie


def dropped(*kinds: str) -> Lie:
    return lambda row, world: edited(row, world, each(kinds, lambda c: None))


def verb(row: Row, world: World) -> Row:
    made, other = copy.deepcopy(row), "played" if verb_of(world) != "played" else "read"
    made["text"] = {
        lang: said(list(parse(text, lang)), lang, other) for lang, text in row["text"].items()
    }
    return made


def field(
    change: Callable[[Row, World], None], able: Callable[[Row], Any] = lambda row: True
) -> Lie:
    """A field that says something else than it did; able: whether the row has it."""

    def lie(row: Row, world: World) -> Row | None:
        if not able(row):
            return None
        made = copy.deepcopy(row)
        change(made, world)
        return made

    return lie


def raised(row: Row, world: World) -> Row | None:
    """ "Because" of an event without which the item rises or stays, in full form."""
    item = world.numbers[row["item"]]
    before = world.place(item).place
    for other, positions in world.groups.items():
        after = world.place(item, positions).place
        if after < before and 0 < len(positions) < len(world.query):
            ids, title = [world.event_ids[p] for p in positions], world.titles[other]
            made = copy.deepcopy(row)
            claims = [
                Claim("cause", (Thing(title, world.day(max(positions)), len(positions)),)),
                Claim("counterfactual", (Thing(title),), (before, after)),
            ]
            made["text"] = {lang: said(claims, lang, verb_of(world)) for lang in row["text"]}
            evidence = {
                "item": world.labels[other],
                "title": title,
                "event_id": ids[-1],
                "event_ids": ids,
                "count": len(ids),
                "time": None,
                "support": None,
            }
            made["reasons"] = [
                {
                    "code": "event",
                    "evidence": evidence,
                    "contribution": world.weights(item)[other],
                    "removed": None,
                }
            ]
            made |= {
                "share": None,
                "removed": {
                    "items": [world.labels[other]],
                    "event_ids": ids,
                    "rank_before": before,
                    "rank_after": after,
                    "proved": True,
                },
            }
            made["unlisted"] = (
                row["score"] - row["base"] - row["rest"] - made["reasons"][0]["contribution"]
            )
            return made
    return None


def lighter(row: Row, world: World) -> Row | None:
    """Names the lightest of several reasons alone, with true numbers of its own."""
    item = world.numbers[row["item"]]
    weights = {one: weight for one, weight in world.weights(item).items() if weight > 0}
    other = min(weights, key=weights.__getitem__, default=None)
    if other is None or weights[other] > 0.5 * max(weights.values()):
        return None
    positions = world.groups[other]
    after, before = world.place(item, positions).place, world.place(item).place
    made = copy.deepcopy(row)
    percent = round(100 * weights[other] / row["score"])
    claims = [
        Claim("evidence", (Thing(world.titles[other], world.day(max(positions)), len(positions)),))
    ]
    claims += (
        [Claim("counterfactual", (Thing(world.titles[other]),), (before, after))]
        if after > before
        else []
    )
    claims += [Claim("share", share=percent)] if percent >= 1 else []
    made["text"] = {lang: said(claims, lang, verb_of(world)) for lang in row["text"]}
    ids = [world.event_ids[p] for p in positions]
    made["reasons"] = [made["reasons"][0] | {"contribution": weights[other]}]
    made["reasons"][0]["evidence"] = {
        "item": world.labels[other],
        "title": world.titles[other],
        "event_id": ids[-1],
        "event_ids": ids,
        "count": len(ids),
        "time": None,
        "support": None,
    }
    made |= {
        "share": percent if percent >= 1 else None,
        "removed": {
            "items": [world.labels[other]],
            "event_ids": ids,
            "rank_before": before,
            "rank_after": after,
            "proved": False,
        },
        "unlisted": row["score"] - row["base"] - row["rest"] - weights[other],
    }
    return made

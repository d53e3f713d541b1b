"""Reasons in words: what an explanation holds, as claims, and whether a text claims exactly that.

Sentences are written and read back by :mod:`whyrec.explain.sentences`, from the templates in
:mod:`whyrec.explain.phrases`. :func:`faithful` compares the claims of a text with the explanation,
and so can check text from any other source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Protocol

from whyrec.core import ArgumentError, Explanation, Query, Reason, Removal
from whyrec.core.support import strength
from whyrec.explain.dates import Clock, day_of
from whyrec.explain.phrases import Language, Verb
from whyrec.explain.sentences import Claim, Thing, language_of, parse, quoted, sentence
from whyrec.explain.sets import stands_above
from whyrec.explain.tested import AGAINST, NAMED, UNSOUND, merged

__all__ = ["Claim", "Thing", "Titled", "claims", "faithful", "parse", "quoted", "say"]

HALF = 0.5  # "mainly" is said above this part of the score beyond the base, and of the lead
EMPTY_IS_NONE = (
    "anchor",
    "counterfactual additions",
    "counterfactual",
    "integrated gradients on",
    "examples",
)  # methods
BY_EVENTS = ("exact", "leave-one-out")  # methods whose reasons are told as events


class Titled(Protocol):
    """What names the items: a title for each number."""

    @property
    def title(self) -> Sequence[str]: ...


Phrases = Callable[
    [Reason], str
]  # what a model says of a reason that is no event, in the language of the text


def say(
    explanation: Explanation,
    query: Query,
    table: Titled,
    *,
    lang: str = "en",
    domain: str = "other",
    verb: str = "",
    clock: Clock = True,
    phrases: Phrases | None = None,
) -> str:
    """The explanation in sentences. "Because" is said of what :mod:`whyrec.explain.tested` proved,
    never of an explanation that was not tested. domain, verb: as in Dataset; clock: how times are
    read (:mod:`whyrec.explain.dates`). Empty titles stay empty quotes. phrases: what an
    interpretable model says of its reasons, in this language; without it only events are told.
    """
    language, spoken, quotes = _speech(lang, verb, domain)
    made = claims(explanation, query, table, clock=clock, phrases=phrases)
    return language.space.join([sentence(claim, language, spoken, quotes) for claim in made])


@lru_cache(maxsize=256)
def _speech(lang: str, verb: str, domain: str) -> tuple[Language, Verb, tuple[str, str]]:
    language = language_of(lang)
    return language, language.verb(verb, domain), language.quotes_of(verb, domain)


def claims(
    explanation: Explanation,
    query: Query,
    table: Titled,
    *,
    clock: Clock = True,
    phrases: Phrases | None = None,
) -> tuple[Claim, ...]:
    """What there is to say: where it stands if that is outside the list, the named reasons, one
    against where it matters, what their removal did, and their share."""
    outside = _outside(explanation)
    if explanation.method == UNSOUND:
        return (*outside, Claim("unsound"))
    other = _other_kind(explanation, query, table, clock, phrases)
    if other is not None:
        return (*outside, *other)
    events = [reason for reason in explanation.reasons if reason.kind == "event"]
    if phrases is not None and (
        not events or explanation.method == "paths"
    ):  # of paths the model says events too
        return (*outside, *_by_phrases(explanation, phrases))
    named = _named(explanation, query)
    if not named:
        if explanation.tested:
            counts = explanation.others
        else:
            counts = sum(abs(reason.weight) for reason in events)
        return (*outside, Claim("none" if counts else _unmoved(explanation, query)))
    own = list[Reason]()
    if query.repeat:
        own = [r for r in named if all(query.items[p] == explanation.item for p in r.refs)]
    others = [r for r in named if r not in own]
    removal = explanation.removal
    base = _base(explanation)
    made = [*outside, *base, *[Claim("again", count=len(r.refs)) for r in own]]
    if others:
        if removal is not None and removal.proved:
            kind = "cause"
        else:
            kind = "evidence"
        if not base and _mainly(explanation):
            kind += "_mainly"
        made.append(Claim(kind, _things(others, query, table, clock)))
    if removal is not None and removal.fell:
        made.append(_without(removal, [] if own else others, query, table))
    made += _weak(explanation, named, query, table)
    made += _against(explanation, query, table, clock)
    share = explanation.share
    if share is not None:
        made.append(Claim("share", share=share))
    return tuple(made)


def _unmoved(explanation: Explanation, query: Query) -> str:
    """The kind of claim where nothing of the history counts."""
    if len(query):
        if explanation.base > 0:
            return "base_alone"
        return "none"
    if explanation.base < 0:
        return "none"
    if explanation.support and strength(explanation.support[0]) == "weak":
        return "seldom"
    return "popular"


def _named(explanation: Explanation, query: Query) -> list[Reason]:
    """The reasons to name: those that were tested; of an explanation that was not, the strongest
    events.
    """
    if explanation.tested:
        return list(explanation.reasons[: explanation.named])
    events = [reason for reason in explanation.reasons if reason.kind == "event"]
    return [reason for reason in merged(events, query) if reason.weight > 0][:NAMED]


def _outside(explanation: Explanation) -> tuple[Claim, ...]:
    if explanation.rank is None or explanation.rank <= explanation.listed:
        return ()
    return (Claim("outside", ranks=(explanation.listed, explanation.rank)),)


def _base(explanation: Explanation) -> tuple[Claim, ...]:
    """Where what everyone gets makes most of the score, and no removal proved otherwise."""
    score = explanation.score
    base = explanation.base
    removal = explanation.removal
    if (
        not explanation.additive
        or score <= 0
        or base <= HALF * score
        or (removal is not None and removal.proved)
    ):
        return ()
    return (
        Claim("base", share=percent)
        if (percent := round(100 * base / score)) <= 100
        else Claim("base_alone"),
    )


def _mainly(explanation: Explanation) -> bool:
    """Whether what is named makes more than half of the score beyond the base, and of the lead
    over what is not shown.
    """
    if explanation.lead_share is None or explanation.lead_share <= HALF:
        return False
    named = sum([reason.weight for reason in explanation.reasons[: explanation.named]])
    return named > HALF * (explanation.score - explanation.base) > 0


def _weak(
    explanation: Explanation, named: Sequence[Reason], query: Query, table: Titled
) -> tuple[Claim, ...]:
    """The named reasons that rest on few people."""
    few = [
        r
        for r, people in zip(named, explanation.support, strict=False)
        if strength(people) == "weak"
    ]
    if few:
        return (Claim("weak", tuple(Thing(table.title[query.items[r.refs[0]]]) for r in few)),)
    return ()


def _against(
    explanation: Explanation, query: Query, table: Titled, clock: Clock
) -> tuple[Claim, ...]:
    weights = [reason.weight for reason in explanation.reasons]
    least = min(weights, default=0.0)
    if least >= 0 or -least < AGAINST * max(weights):
        return ()
    against = explanation.reasons[weights.index(least)]
    return (Claim("against", _things([against], query, table, clock)),)


def _by_phrases(explanation: Explanation, phrases: Phrases) -> tuple[Claim, ...]:
    """As :func:`claims` for a model whose reasons are phrases: features, rules, paths."""
    tested = explanation.tested
    if tested:
        named = explanation.reasons[: explanation.named]
    else:
        helping = (reason for reason in explanation.reasons if reason.weight > 0)
        named = tuple(sorted(helping, key=lambda reason: -reason.weight)[:NAMED])
    if not named:
        return (
            Claim(
                "none"
                if explanation.others or explanation.reasons or explanation.base < 0
                else "popular"
            ),
        )
    removal = explanation.removal
    if removal is not None and removal.proved:
        kind = "cause_phrases"
    else:
        kind = "reasons"
    made = [*_base(explanation), Claim(kind, tuple(Thing(phrases(reason)) for reason in named))]
    if removal is not None and removal.fell:
        made.append(Claim("unnamed", ranks=(removal.rank_before, removal.rank_after)))
    against = min(
        (r for r in explanation.reasons if r.weight < 0), key=lambda r: r.weight, default=None
    )
    if against is not None and -against.weight >= AGAINST * named[0].weight:
        made.append(Claim("reasons_against", (Thing(phrases(against)),)))
    if explanation.share is not None:
        made.append(Claim("share", share=explanation.share))
    return tuple(made)


def _other_kind(
    explanation: Explanation, query: Query, table: Titled, clock: Clock, phrases: Phrases | None
) -> tuple[Claim, ...] | None:
    """What is said of tokens, additions, local rules, contrasts, examples and attention; None
    for all else.
    """
    kinds = {r.kind for r in explanation.reasons}
    if kinds == {"event"} and explanation.method in BY_EVENTS and explanation.against is None:
        return None
    helping = [r for r in explanation.reasons if r.weight > 0]
    group = next(
        (name for name in ("examples", "attention") if explanation.method.startswith(name)), None
    )
    if not kinds and explanation.method.startswith(EMPTY_IS_NONE):
        return (Claim("none"),)
    if explanation.against is not None:
        above = stands_above(explanation)
        if above:
            speaking = helping
        else:
            speaking = sorted(
                (r for r in explanation.reasons if r.weight < 0), key=lambda r: r.weight
            )
        named = _things(speaking[:NAMED], query, table, clock)
        kind = "contrast" if above else "below"
        return (
            Claim(kind, named, other=table.title[explanation.against]) if named else Claim("none"),
        )
    if group is not None:
        named = tuple(Thing(table.title[query.items[r.refs[0]]]) for r in helping[:NAMED])
        return (Claim(group, named) if named else Claim("none"),)
    if kinds == {"token"} and phrases is not None:
        named = tuple(Thing(phrases(reason)) for reason in helping[:NAMED])
        return (Claim("token", named) if named else Claim("none"),)
    if kinds == {"addition"}:
        return (
            Claim("addition", (Thing(table.title[helping[0].refs[0]]),))
            if helping
            else Claim("none"),
        )
    if kinds == {"rule"} and phrases is None:
        [first, *_] = explanation.reasons
        named = tuple(Thing(table.title[query.items[p]]) for p in first.refs)
        return (Claim("rule", named, share=round(100 * first.weight)),)
    return None


def _without(removal: Removal, named: Sequence[Reason], query: Query, table: Titled) -> Claim:
    """What taking the named reasons away together did; only a single one is named again."""
    if len(named) == 1:
        titles = tuple(Thing(table.title[query.items[r.refs[0]]]) for r in named)
    else:
        titles = ()
    return Claim(
        "counterfactual" if titles else "unnamed",
        titles,
        ranks=(removal.rank_before, removal.rank_after),
    )


def faithful(
    text: str,
    explanation: Explanation,
    query: Query,
    table: Titled,
    *,
    lang: str = "en",
    clock: Clock = True,
    phrases: Phrases | None = None,
) -> bool:
    """Whether `text` claims exactly what the explanation holds: kinds, titles, order, dates,
    ranks, share.
    """
    try:
        return parse(text, lang) == claims(explanation, query, table, clock=clock, phrases=phrases)
    except ArgumentError:
        return False


def _things(
    reasons: Iterable[Reason], query: Query, table: Titled, clock: Clock
) -> tuple[Thing, ...]:
    """One for each reason: its title, the day of the last of its events, and how many they are. A
    reason of several items (an explainer's set) gives one for each event."""
    made = []
    for reason in reasons:
        one = len(reason.refs) == 1 or len({int(query.items[p]) for p in reason.refs}) == 1
        for refs in [reason.refs] if one else [(p,) for p in reason.refs]:
            last = max(refs)
            made.append(
                Thing(
                    table.title[query.items[last]], day_of(int(query.times[last]), clock), len(refs)
                )
            )
    return tuple(made)

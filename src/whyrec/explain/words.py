"""Turn an explanation into claims and sentences, and check a text against an explanation.

Sentences are written and parsed by :mod:`whyrec.explain.sentences`, from the templates in
:mod:`whyrec.explain.phrases`. :func:`faithful` compares the claims of a text with the explanation,
so text from any source can be checked.
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

HALF = 0.5  # "mainly" needs more than this share of score minus base, and of the lead
EMPTY_IS_NONE = (
    "anchor",
    "counterfactual additions",
    "counterfactual",
    "integrated gradients on",
    "examples",
)  # methods
BY_EVENTS = ("exact", "leave-one-out")  # methods whose reasons are told as events


class Titled(Protocol):
    """Any table that gives the title of each item number."""

    @property
    def title(self) -> Sequence[str]: ...


Phrases = Callable[
    [Reason], str
]  # the model's phrase for a reason that is not an event, in the language of the text


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
    """State an explanation in sentences.

    "Because" is used only if :mod:`whyrec.explain.tested` proved the reasons by removal.

    Args:
        explanation: The explanation to state.
        query: The history that it explains.
        table: Item titles by number. Empty titles appear as empty quotes.
        lang: Language, "en" or "zh".
        domain: Domain of the data, as in `Dataset`.
        verb: Verb for what people did, as in `Dataset`.
        clock: How times are read; see :mod:`whyrec.explain.dates`.
        phrases: Gives an interpretable model's phrase for a reason in this language. Without it
            only events are stated.

    Returns:
        The sentences.

    Raises:
        ArgumentError: If `lang` is unknown.
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
    """Collect the claims of an explanation, in the order in which they are stated."""
    outside = _outside(explanation)
    if explanation.method == UNSOUND:
        return (*outside, Claim("unsound"))
    other = _other_kind(explanation, query, table, clock, phrases)
    if other is not None:
        return (*outside, *other)
    events = [reason for reason in explanation.reasons if reason.kind == "event"]
    if phrases is not None and (
        not events or explanation.method == "paths"
    ):  # a path model also phrases events
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
    """Choose the kind of claim for an item to which no event contributes."""
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
    """Select the reasons to name: the tested ones, otherwise the strongest events."""
    if explanation.tested:
        return list(explanation.reasons[: explanation.named])
    events = [reason for reason in explanation.reasons if reason.kind == "event"]
    return [reason for reason in merged(events, query) if reason.weight > 0][:NAMED]


def _outside(explanation: Explanation) -> tuple[Claim, ...]:
    if explanation.rank is None or explanation.rank <= explanation.listed:
        return ()
    return (Claim("outside", ranks=(explanation.listed, explanation.rank)),)


def _base(explanation: Explanation) -> tuple[Claim, ...]:
    """Claim that the base makes most of the score, unless a removal proved otherwise."""
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
    """Return "_mainly" if the named reasons exceed half of score minus base and of the lead."""
    if explanation.lead_share is None or explanation.lead_share <= HALF:
        return False
    named = sum([reason.weight for reason in explanation.reasons[: explanation.named]])
    return named > HALF * (explanation.score - explanation.base) > 0


def _weak(
    explanation: Explanation, named: Sequence[Reason], query: Query, table: Titled
) -> tuple[Claim, ...]:
    """Claim weak support for the named reasons that few people are behind."""
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
    """Collect the claims of a model whose reasons are phrases: features, rules or paths."""
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
    """Collect the claims of methods with forms of their own; None for every other method."""
    kinds = {r.kind for r in explanation.reasons}
    if kinds == {"event"} and explanation.method in BY_EVENTS and explanation.against is None:
        return None
    reasons = explanation.reasons
    if kinds == {"event"}:  # an item is named once, whatever the number of its events
        reasons = tuple(merged(reasons, query))
    helping = [r for r in reasons if r.weight > 0]
    group = next(
        (name for name in ("examples", "attention") if explanation.method.startswith(name)), None
    )
    if not kinds and explanation.method.startswith(EMPTY_IS_NONE):
        return (Claim("none"),)
    if explanation.against is not None:
        above = stands_above(explanation)
        if above:
            speaking = sorted(helping, key=lambda r: -r.weight)
        else:
            speaking = sorted((r for r in reasons if r.weight < 0), key=lambda r: r.weight)
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
    if kinds == {"anchor"}:
        [first, *_] = explanation.reasons
        items = dict.fromkeys(int(query.items[p]) for p in first.refs)
        named = tuple(Thing(table.title[item]) for item in items)
        return (Claim("rule", named, share=round(100 * first.weight)),)
    return None


def _without(removal: Removal, named: Sequence[Reason], query: Query, table: Titled) -> Claim:
    """Claim the effect of removing the named reasons; only a single one is named again."""
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
    """Check whether a text claims exactly what the explanation holds, in the same order."""
    try:
        return parse(text, lang) == claims(explanation, query, table, clock=clock, phrases=phrases)
    except ArgumentError:
        return False


def _things(
    reasons: Iterable[Reason], query: Query, table: Titled, clock: Clock
) -> tuple[Thing, ...]:
    """Name each reason by its title, the day of its last event and its number of events.

    A reason with several items gives one thing for each.
    """
    made = []
    for reason in reasons:
        groups: dict[int, list[int]] = {}
        for position in reason.refs:
            groups.setdefault(int(query.items[position]), []).append(position)
        for item, refs in groups.items():
            day = day_of(int(query.times[max(refs)]), clock)
            made.append(Thing(table.title[item], day, len(refs)))
    return tuple(made)

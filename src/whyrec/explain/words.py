"""Reasons in words, and back: what a sentence claims is parsed and must be exactly the reasons.

Sentences come from templates (:mod:`whyrec.explain.phrases`). Titles are data: quotes inside them are
doubled and invisible characters are written out, so that no title can end its own quotation, turn the
text around or add a claim. :func:`parse` reads a text back into claims; :func:`faithful` compares them
with the explanation, and so can check text from any other source.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NamedTuple, Protocol

from whyrec.core import BadArgument, Explanation, Query, Reason, Removal
from whyrec.explain.phrases import LANGUAGES, PHRASE_QUOTES, Language
from whyrec.explain.tested import UNSOUND

__all__ = ["Claim", "Thing", "Titled", "claims", "faithful", "parse", "quoted", "say"]

NAMED = 3  # reasons named in a sentence
FEW = 5  # people: what fewer of them chose together is a weak sign, and their number is not told
HALF = 0.5  # "mainly" is said above this part of the score beyond the base, and of the lead
EMPTY_IS_NONE = ("local rule", "additions", "counterfactual", "integrated gradients on", "examples")  # methods
AGAINST = 0.25  # a reason against is told from this share of the first reason's weight on


class Titled(Protocol):
    """What names the items: a title for each number."""

    @property
    def title(self) -> Sequence[str]: ...


Phrases = Callable[[Reason], str]  # what a model says of a reason that is no event, in the language of the text


class Thing(NamedTuple):
    """An item as a sentence names it: its title, the day of its last use where it is told, how often it was used."""

    title: str
    day: date | None = None
    count: int = 1


@dataclass(frozen=True)
class Claim:
    """One thing a text says. kind: cause (proved by removal), evidence, each also as _mainly and for phrases as cause_phrases
    and reasons; again (used before), weak (few people chose both), against, reasons_against, counterfactual, unnamed (a
    counterfactual of things that are not named), outside (of the list), base (the same for everyone), share, popular, none,
    unsound, token, addition, rule, contrast, examples, attention; things: what is named; ranks: (before, after), of
    `outside` (length of the list, place); share: percent; other: the title that a contrast compares with; count: times of use."""

    kind: str
    things: tuple[Thing, ...] = ()
    ranks: tuple[int, int] | None = None
    share: int | None = None
    other: str | None = None
    count: int | None = None


def say(explanation: Explanation, query: Query, table: Titled, *, lang: str = "en", domain: str = "other", clock: bool = True,
        phrases: Phrases | None = None) -> str:
    """The explanation in sentences. "Because" is said of what :mod:`whyrec.explain.tested` proved, never of an explanation
    that was not tested. clock: False leaves dates out. Empty titles stay empty quotes. phrases: what an interpretable model
    says of its reasons, in this language; without it only events are told.
    """
    language = _language(lang)
    made = claims(explanation, query, table, clock=clock, phrases=phrases)
    return language.space.join(_sentence(claim, language, domain) for claim in made)


def claims(explanation: Explanation, query: Query, table: Titled, *, clock: bool = True,
           phrases: Phrases | None = None) -> tuple[Claim, ...]:
    """What there is to say: where it stands if that is outside the list, the named reasons, one against where it matters, what
    their removal did, and their share."""
    outside = _outside(explanation)
    if explanation.method == UNSOUND:
        return (*outside, Claim("unsound"))
    if (other := _other_kind(explanation, query, table, clock, phrases)) is not None:
        return (*outside, *other)
    events = [reason for reason in explanation.reasons if reason.kind == "event"]
    if phrases is not None and (not events or explanation.method == "paths"):  # of paths the model says events too
        return (*outside, *_by_phrases(explanation, phrases))
    named = _named(explanation)
    if not named:
        counts = explanation.others if explanation.tested else sum(abs(reason.weight) for reason in events)
        return (*outside, Claim("none" if counts or explanation.base < 0 else "popular"))
    own = [r for r in named if query.repeat and all(query.items[p] == explanation.item for p in r.refs)]
    others, removal = [r for r in named if r not in own], explanation.removal
    made = [*outside, *_base(explanation), *(Claim("again", count=len(r.refs)) for r in own)]
    if others:
        kind = "cause" if removal is not None and removal.proved else "evidence"
        made.append(Claim(kind + _mainly(explanation), _things(others, query, table, clock)))
    if removal is not None and removal.fell:
        made.append(_without(removal, [] if own else others, query, table))
    made += _weak(explanation, named, query, table)
    made += _against(explanation, query, table, clock)
    if (share := explanation.share) is not None:
        made.append(Claim("share", share=share))
    return tuple(made)


def _named(explanation: Explanation) -> list[Reason]:
    """The reasons to name: those that were tested; of an explanation that was not, the strongest events."""
    if explanation.tested:
        return list(explanation.reasons[:explanation.named])
    return [r for r in explanation.reasons if r.weight > 0 and r.kind == "event"][:NAMED]


def _outside(explanation: Explanation) -> tuple[Claim, ...]:
    if explanation.rank is None or explanation.rank <= explanation.listed:
        return ()
    return (Claim("outside", ranks=(explanation.listed, explanation.rank)),)


def _base(explanation: Explanation) -> tuple[Claim, ...]:
    """Where what everyone gets makes most of the score, and no removal proved otherwise."""
    score, base, removal = explanation.score, explanation.base, explanation.removal
    if not explanation.additive or score <= 0 or base <= HALF * score or (removal is not None and removal.proved):
        return ()
    return (Claim("base", share=percent) if (percent := round(100 * base / score)) <= 100 else Claim("base_alone"),)


def _mainly(explanation: Explanation) -> str:
    """Whether what is named makes more than half of the score beyond the base, and of the lead over what is not shown."""
    named = sum(reason.weight for reason in explanation.reasons[:explanation.named])
    above = explanation.score - explanation.base
    most = explanation.lead_share is not None and explanation.lead_share > HALF and named > HALF * above > 0
    return "_mainly" if most and not _base(explanation) else ""


def _weak(explanation: Explanation, named: Sequence[Reason], query: Query, table: Titled) -> tuple[Claim, ...]:
    """The named reasons that rest on few people."""
    few = [r for r, people in zip(named, explanation.support, strict=False) if 0 <= people < FEW]
    return (Claim("weak", tuple(Thing(table.title[query.items[r.refs[0]]]) for r in few)),) if few else ()


def _against(explanation: Explanation, query: Query, table: Titled, clock: bool) -> tuple[Claim, ...]:
    against = min((r for r in explanation.reasons if r.weight < 0), key=lambda r: r.weight, default=None)
    helping = max((r.weight for r in explanation.reasons), default=0.0)
    if against is None or -against.weight < AGAINST * helping:
        return ()
    return (Claim("against", _things([against], query, table, clock)),)


def _by_phrases(explanation: Explanation, phrases: Phrases) -> tuple[Claim, ...]:
    """As :func:`claims` for a model whose reasons are phrases: features, rules, paths."""
    tested = explanation.tested
    named = explanation.reasons[:explanation.named] if tested else \
        sorted((r for r in explanation.reasons if r.weight > 0), key=lambda r: -r.weight)[:NAMED]
    if not named:
        return (Claim("none" if explanation.others or explanation.reasons or explanation.base < 0 else "popular"),)
    removal = explanation.removal
    kind = "cause_phrases" if removal is not None and removal.proved else "reasons"
    made = [*_base(explanation), Claim(kind, tuple(Thing(phrases(reason)) for reason in named))]
    if removal is not None and removal.fell:
        made.append(Claim("unnamed", ranks=(removal.rank_before, removal.rank_after)))
    against = min((r for r in explanation.reasons if r.weight < 0), key=lambda r: r.weight, default=None)
    if against is not None and -against.weight >= AGAINST * named[0].weight:
        made.append(Claim("reasons_against", (Thing(phrases(against)),)))
    if explanation.share is not None:
        made.append(Claim("share", share=explanation.share))
    return tuple(made)


def _other_kind(explanation: Explanation, query: Query, table: Titled, clock: bool,
                phrases: Phrases | None) -> tuple[Claim, ...] | None:
    """What is said of tokens, additions, local rules, contrasts, examples and attention; None for all else."""
    helping = [r for r in explanation.reasons if r.weight > 0]
    kinds = {r.kind for r in explanation.reasons}
    group = next((name for name in ("examples", "attention") if explanation.method.startswith(name)), None)
    if not kinds and explanation.method.startswith(EMPTY_IS_NONE):
        return (Claim("none"),)
    if explanation.against is not None:
        named = _things(helping[:NAMED], query, table, clock)
        return (Claim("contrast", named, other=table.title[explanation.against]) if named else Claim("none"),)
    if group is not None:
        named = tuple(Thing(table.title[query.items[r.refs[0]]]) for r in helping[:NAMED])
        return (Claim(group, named) if named else Claim("none"),)
    if kinds == {"token"} and phrases is not None:
        named = tuple(Thing(phrases(reason)) for reason in helping[:NAMED])
        return (Claim("token", named) if named else Claim("none"),)
    if kinds == {"addition"}:
        return (Claim("addition", (Thing(table.title[helping[0].refs[0]]),)) if helping else Claim("none"),)
    if kinds == {"rule"} and phrases is None:
        [first, *_] = explanation.reasons
        named = tuple(Thing(table.title[query.items[p]]) for p in first.refs)
        return (Claim("rule", named, share=round(100 * first.weight)),)
    return None


def _without(removal: Removal, named: Sequence[Reason], query: Query, table: Titled) -> Claim:
    """What taking the named reasons away together did; only a single one is named again."""
    titles = tuple(Thing(table.title[query.items[r.refs[0]]]) for r in named) if len(named) == 1 else ()
    return Claim("counterfactual" if titles else "unnamed", titles, ranks=(removal.rank_before, removal.rank_after))


def faithful(text: str, explanation: Explanation, query: Query, table: Titled, *, lang: str = "en", clock: bool = True,
             phrases: Phrases | None = None) -> bool:
    """Whether `text` claims exactly what the explanation holds: kinds, titles, order, dates, ranks, share."""
    try:
        return parse(text, lang) == claims(explanation, query, table, clock=clock, phrases=phrases)
    except BadArgument:
        return False


def parse(text: str, lang: str = "en", *, variants: bool = False) -> tuple[Claim, ...]:
    """Read the claims of a text that :func:`say` could have written; BadArgument where it says anything else. variants: the
    other ways to say a sentence are read too."""
    language, at, made = _language(lang), 0, []
    while at < len(text):
        if made and not text.startswith(language.space, at):
            raise _unreadable(text, at)
        at += len(language.space) if made else 0
        claim, at = _read(text, at, lang, variants)
        made.append(claim)
    return tuple(made)


def _things(reasons: Iterable[Reason], query: Query, table: Titled, clock: bool) -> tuple[Thing, ...]:
    """One for each reason: its title, the day of the last of its events, and how many they are. A reason of several items (an
    explainer's set) gives one for each event."""
    made = []
    for reason in reasons:
        one = len({int(query.items[p]) for p in reason.refs}) == 1
        for refs in [reason.refs] if one else [(p,) for p in reason.refs]:
            last = max(refs)
            made.append(Thing(table.title[query.items[last]], _day(int(query.times[last])) if clock else None, len(refs)))
    return tuple(made)


def _day(moment: int) -> date | None:
    if moment == 0:  # what stands for an unknown time
        return None
    try:
        return datetime.fromtimestamp(moment, UTC).date()
    except (OverflowError, ValueError, OSError):  # a time no calendar holds is not told
        return None


# --- writing ------------------------------------------------------------------------------------------


def _sentence(claim: Claim, language: Language, domain: str) -> str:
    template = language.sentences[claim.kind]
    verb = language.verbs.get(domain, language.verbs["other"])
    slots: dict[str, Any] = {"verb": verb, "count": claim.count}
    if "{things}" in template:
        slots["things"] = _join([_thing(thing, language, verb) for thing in claim.things], language.join, language.last_join)
    elif claim.things:
        name, quotes = ("phrases", PHRASE_QUOTES) if "{phrases}" in template else ("titles", language.quotes)
        titles = [quoted(thing.title, quotes) for thing in claim.things]
        slots[name] = _join(titles, language.title_join, language.title_last_join)
    if claim.other is not None:
        slots["other"] = quoted(claim.other, language.quotes)
    if claim.ranks is not None:
        slots["before"], slots["after"] = claim.ranks
    if claim.share is not None:
        slots["share"], slots["strength"] = claim.share, strength(claim.share, language)
    return template.format(**slots)


def strength(share: int, language: Language) -> str:
    """A share in words."""
    return next(word for least, word in language.strengths if share >= least)


def _thing(thing: Thing, language: Language, verb: str) -> str:
    form = (language.undated if thing.count == 1 else language.undated_times) if thing.day is None else \
        (language.dated if thing.count == 1 else language.dated_times)
    return form.format(title=quoted(thing.title, language.quotes), verb=verb, count=thing.count,
                       date=_written(thing.day, language) if thing.day else "")


def _written(day: date, language: Language) -> str:
    return language.date.format(y=day.year, m=language.months[day.month - 1], d=day.day)


def _join(parts: Sequence[str], join: str, last: str) -> str:
    return parts[0] if len(parts) == 1 else join.join(parts[:-1]) + last + parts[-1] if parts else ""


def quoted(title: str, quotes: tuple[str, str]) -> str:
    """The title in its quotes: closing quotes doubled, backslashes doubled, invisible characters as \\u{hex}."""
    start, end = quotes
    if title.isprintable() and "\\" not in title:  # the usual case, for speed: nothing to write out
        return start + title.replace(end, end * 2) + end
    shown = "".join(
        "\\\\" if c == "\\" else f"\\u{{{ord(c):x}}}" if unicodedata.category(c)[0] in "CZ" and c != " " else c
        for c in title)
    return start + shown.replace(end, end * 2) + end


def _unquoted(text: str, quotes: tuple[str, str]) -> str:
    """What :func:`quoted` was given, from the text with its quotes."""
    text, end = text[len(quotes[0]):-len(quotes[1])], quotes[1]
    plain = text.replace(end * 2, end)
    return re.sub(r"\\(?:\\|u\{([0-9a-f]+)\})", lambda m: chr(int(m[1], 16)) if m[1] else "\\", plain)


# --- reading ------------------------------------------------------------------------------------------


@cache
def _patterns(lang: str, variants: bool) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Patterns for each kind of sentence; a title can hold anything but a single closing quote."""
    language = LANGUAGES[lang]
    slots = {"verb": _one_of(language.verbs.values()), "things": f"(?P<things>{_list(_thing_pattern(lang), language)})",
             "titles": f"(?P<titles>{_list(_title_pattern(language.quotes), language, titles=True)})",
             "phrases": f"(?P<phrases>{_list(_title_pattern(PHRASE_QUOTES), language, titles=True)})",
             "other": f"(?P<other>{_title_pattern(language.quotes)})", "before": r"(?P<before>\d+)",
             "after": r"(?P<after>\d+)", "share": r"(?P<share>\d+)", "count": r"(?P<count>\d+)",
             "strength": f"(?P<strength>{_one_of(word for _, word in language.strengths)})"}
    forms = list(language.sentences.items())
    forms += [(kind, one) for kind, more in language.variants.items() if variants for one in more]
    return tuple((kind, re.compile(_fill(template, slots))) for kind, template in forms)


def _read(text: str, at: int, lang: str, variants: bool) -> tuple[Claim, int]:
    language = LANGUAGES[lang]
    for kind, pattern in _patterns(lang, variants):
        if (found := pattern.match(text, at)) is None:
            continue
        part = found.groupdict()
        things = tuple(_read_things(part.get("things") or part.get("titles") or "", language, lang))
        things += tuple(Thing(_unquoted(one, PHRASE_QUOTES))
                        for one in re.findall(_title_pattern(PHRASE_QUOTES), part.get("phrases") or ""))
        ranks = (int(part["before"]), int(part["after"])) if part.get("before") else None
        other = _unquoted(part["other"], language.quotes) if part.get("other") else None
        share, count = (int(part[name]) if part.get(name) else None for name in ("share", "count"))
        if part.get("strength") and part["strength"] != strength(share or 0, language):
            continue  # the words contradict the number
        return Claim(kind, things, ranks, share, other, count), found.end()
    raise _unreadable(text, at)


def _read_things(text: str, language: Language, lang: str) -> Iterable[Thing]:
    day_pattern = _fill(language.date, {"y": r"(?P<y>\d+)", "m": f"(?P<m>{_one_of(language.months)})", "d": r"(?P<d>\d+)"})
    for found in re.finditer(_thing_pattern(lang, named=True), text):
        forms = [(found[f"t{n}"], found.groupdict().get(f"day{n}"), found.groupdict().get(f"n{n}")) for n in range(5)]
        title, day, count = next(form for form in forms if form[0] is not None)
        when = re.fullmatch(day_pattern, day) if day else None
        yield Thing(_unquoted(title, language.quotes),
                    date(int(when["y"]), language.months.index(when["m"]) + 1, int(when["d"])) if when else None,
                    int(count) if count else 1)


def _title_pattern(quotes: tuple[str, str]) -> str:
    start, end = map(re.escape, quotes)
    return f"{start}(?:[^{end}]|{end}{end})*{end}(?!{end})"


def _thing_pattern(lang: str, *, named: bool = False) -> str:
    """One thing in any of its forms; `named` groups its title, date and count, and takes a bare title too."""
    language = LANGUAGES[lang]
    title, verb = _title_pattern(language.quotes), _one_of(language.verbs.values())
    day = _fill(language.date, {"y": r"\d+", "m": _one_of(language.months), "d": r"\d+"})
    forms = []
    for n, form in enumerate((language.dated_times, language.undated_times, language.dated, language.undated)):
        names = (f"(?P<t{n}>", f"(?P<day{n}>", f"(?P<n{n}>") if named else ("(?:",) * 3
        forms.append(_fill(form, {"title": f"{names[0]}{title})", "date": f"{names[1]}{day})", "verb": verb,
                                  "count": f"{names[2]}\\d+)"}))
    return f"(?:{'|'.join([*forms, *([f'(?P<t4>{title})'] if named else [])])})"


def _list(thing: str, language: Language, *, titles: bool = False) -> str:
    join, last = ((language.title_join, language.title_last_join) if titles else (language.join, language.last_join))
    return f"{thing}(?:(?:{re.escape(join)}|{re.escape(last)}){thing})*"


def _one_of(words: Iterable[str]) -> str:
    """Any of the words, longest first, so that none hides another that it begins."""
    return f"(?:{'|'.join(sorted(map(re.escape, words), key=len, reverse=True))})"


def _fill(template: str, slots: dict[str, str]) -> str:
    """The template as a pattern: its own words escaped, its slots replaced."""
    parts = re.split(r"\{(\w+)\}", template)
    return "".join(re.escape(part) if at % 2 == 0 else slots[part] for at, part in enumerate(parts))


def _language(lang: str) -> Language:
    if lang not in LANGUAGES:
        raise BadArgument("lang must be en or zh", given=repr(lang))
    return LANGUAGES[lang]


def _unreadable(text: str, at: int) -> BadArgument:
    return BadArgument("a text of reasons has only the sentences of its templates", given=repr(text[at:at + 60]))

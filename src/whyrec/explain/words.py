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
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from whyrec.core import BadArgument, Explanation, ItemTable, Query, Reason
from whyrec.explain.phrases import LANGUAGES, PHRASE_QUOTES, Language, Verb
from whyrec.explain.sets import stands_above

__all__ = ["Claim", "Clock", "claims", "clock_of", "day_of", "faithful", "parse", "quoted", "say"]

NAMED = 3  # reasons named in a sentence
EMPTY_IS_NONE = ("local rule", "additions", "counterfactual", "integrated gradients on", "examples")  # methods
AGAINST = 0.25  # a reason against is told from this share of the first reason's weight on

Clock = bool | tzinfo  # how times are read: not as dates, as dates of UTC, as dates of a zone
Phrases = Callable[[Reason], str]  # what a model says of a reason that is no event, in the language of the text


@dataclass(frozen=True)
class Claim:
    """One thing a text says. kind: cause (proved by removal), evidence, again (used before), against, reasons and
    reasons_against (of a model over features), counterfactual, share, popular, none, token, addition, rule, contrast,
    below (a contrast with what stands above), examples, attention; things: titles with their dates (None where not told), or
    what the model says of its reasons; ranks: (before, after); share: percent; other: the title that a contrast compares
    with; count: times of use; verb: the key of the verb that was read in a text, "" of a claim that was made from an
    explanation (claims are not compared by it)."""

    kind: str
    things: tuple[tuple[str, date | None], ...] = ()
    ranks: tuple[int, int] | None = None
    share: int | None = None
    other: str | None = None
    count: int | None = None
    verb: str = field(default="", compare=False)


def say(explanation: Explanation, query: Query, table: ItemTable, *, lang: str = "en", domain: str = "other",
        verb: str = "", removed: Any = None, clock: Clock = True, phrases: Phrases | None = None) -> str:
    """The explanation in sentences. removed: a measured counterfactual (positions, rank_before, rank_after,
    found), told only where it was found; domain, verb: as in Dataset; clock: True: times are Unix seconds and dates those of
    UTC; a tzinfo: dates are those of this zone; False: times are no dates. Empty titles stay empty quotes. phrases: what
    an interpretable model says of its reasons, in this language; without it only events are told.
    """
    language = _language(lang)
    made = claims(explanation, query, table, removed=removed, clock=clock, phrases=phrases)
    spoken, quotes = language.verb(verb, domain), language.quotes_of(verb, domain)
    return language.space.join(_sentence(claim, language, spoken, quotes) for claim in made)


def claims(explanation: Explanation, query: Query, table: ItemTable, *, removed: Any = None,
           clock: Clock = True, phrases: Phrases | None = None) -> tuple[Claim, ...]:
    """What there is to say: at most three reasons, one against where it matters, what removal did, the share."""
    events = [reason for reason in explanation.reasons if reason.kind == "event"]
    if (other := _other_kind(explanation, query, table, clock, phrases)) is not None:
        return other
    if phrases is not None and (not events or explanation.method == "paths"):  # of paths the model says events too
        return _by_phrases(explanation, query, table, removed, phrases)
    helping = [r for r in events if r.weight > 0]  # the explanation's order: by weight, or in which they were taken
    proved = removed is not None and removed.found and len(removed.positions) > 0
    if not helping:
        return (Claim("popular" if explanation.base > 0 or not events else "none"),)
    own = [r for r in helping if query.repeat and all(query.items[p] == explanation.item for p in r.refs)]
    named = _named([r for r in helping if proved or r not in own], set(removed.positions) if proved else set())
    made = [Claim("again", count=int((query.items == explanation.item).sum()))] if own else []
    if named:
        made.append(Claim("cause" if proved else "evidence", _things(named, query, table, clock)))
    against = min((r for r in events if r.weight < 0), key=lambda r: r.weight, default=None)
    if against is not None and -against.weight >= AGAINST * max(r.weight for r in helping):
        made.append(Claim("against", _things([against], query, table, clock)))
    if proved:
        made.append(_without(removed, query, table))
    if explanation.additive:
        made.append(Claim("share", share=_share(explanation, dict.fromkeys([*own, *named]))))
    return tuple(made)


def _by_phrases(explanation: Explanation, query: Query, table: ItemTable, removed: Any,
                phrases: Phrases) -> tuple[Claim, ...]:
    """As :func:`claims` for a model over features: what removing events did stands beside its reasons, and is not one."""
    helping = sorted((r for r in explanation.reasons if r.weight > 0), key=lambda r: -r.weight)[:NAMED]
    if not helping:
        return (Claim("none"),)
    made = [Claim("reasons", tuple((phrases(reason), None) for reason in helping))]
    against = min((r for r in explanation.reasons if r.weight < 0), key=lambda r: r.weight, default=None)
    if against is not None and -against.weight >= AGAINST * helping[0].weight:
        made.append(Claim("reasons_against", ((phrases(against), None),)))
    if removed is not None and removed.found and len(removed.positions) > 0:
        made.append(_without(removed, query, table))
    if explanation.additive:
        made.append(Claim("share", share=_share(explanation, helping)))
    return tuple(made)


def _other_kind(explanation: Explanation, query: Query, table: ItemTable, clock: Clock,
                phrases: Phrases | None) -> tuple[Claim, ...] | None:
    """What is said of tokens, additions, local rules, contrasts, examples and attention; None for all else."""
    helping = [r for r in explanation.reasons if r.weight > 0]
    kinds = {r.kind for r in explanation.reasons}
    group = next((name for name in ("examples", "attention") if explanation.method.startswith(name)), None)
    if not kinds and explanation.method.startswith(EMPTY_IS_NONE):
        return (Claim("none"),)
    if explanation.against is not None:
        above = stands_above(explanation)
        speaking = helping if above else sorted((r for r in explanation.reasons if r.weight < 0), key=lambda r: r.weight)
        named = _things(speaking[:NAMED], query, table, clock)
        kind = "contrast" if above else "below"
        return (Claim(kind, named, other=table.title[explanation.against]) if named else Claim("none"),)
    if group is not None:
        named = tuple((table.title[query.items[p]], None) for r in helping[:NAMED] for p in r.refs)
        return (Claim(group, named) if named else Claim("none"),)
    if kinds == {"token"} and phrases is not None:
        named = tuple((phrases(reason), None) for reason in helping[:NAMED])
        return (Claim("token", named) if named else Claim("none"),)
    if kinds == {"addition"}:
        return (Claim("addition", ((table.title[helping[0].refs[0]], None),)) if helping else Claim("none"),)
    if kinds == {"rule"} and phrases is None:
        [first, *_] = explanation.reasons
        named = tuple((table.title[query.items[p]], None) for p in first.refs)
        return (Claim("rule", named, share=round(100 * first.weight)),)
    return None


def _without(removed: Any, query: Query, table: ItemTable) -> Claim:
    titles = tuple((table.title[query.items[p]], None) for p in removed.positions)
    return Claim("counterfactual", titles, ranks=(removed.rank_before, removed.rank_after))


def faithful(text: str, explanation: Explanation, query: Query, table: ItemTable, *, lang: str = "en",
             removed: Any = None, clock: Clock = True, phrases: Phrases | None = None) -> bool:
    """Whether `text` claims exactly what the explanation holds: kinds, titles, order, dates, ranks, share."""
    try:
        return parse(text, lang) == claims(explanation, query, table, removed=removed, clock=clock, phrases=phrases)
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


def _named(helping: Sequence[Reason], removed: set[int]) -> list[Reason]:
    """The reasons to name: of proved ones, those that were removed; else the strongest."""
    proved = [r for r in helping if removed and set(r.refs) <= removed]
    return list(proved or helping)[:NAMED]


def _share(explanation: Explanation, named: Iterable[Reason]) -> int:
    parts = abs(explanation.base) + sum(abs(r.weight) for r in explanation.reasons)
    total = parts + abs(explanation.rest)
    return round(100 * sum(abs(r.weight) for r in named) / total)


def _things(reasons: Iterable[Reason], query: Query, table: ItemTable, clock: Clock) -> tuple[tuple[str, date | None], ...]:
    return tuple((table.title[query.items[p]], day_of(int(query.times[p]), clock))
                 for reason in reasons for p in reason.refs)


@cache
def clock_of(clock: bool, zone: str = "") -> Clock:
    """How the times of data are read: dates of the zone (an IANA name; "" is UTC), or no dates where there is no clock.

    >>> clock_of(True, "Asia/Shanghai").key, clock_of(True), clock_of(False, "Asia/Shanghai")
    ('Asia/Shanghai', True, False)
    """
    try:
        return clock and (ZoneInfo(zone) if zone else True)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadArgument("a time zone must be an IANA name such as Europe/Berlin", given=repr(zone)) from None


def day_of(moment: int, clock: Clock) -> date | None:
    """The date of a time, in the zone of the clock. None where no date is known: the data have no clock, the time is 0
    (which stands for an unknown one), or no calendar holds it.

    >>> day_of(0, True), day_of(86_400, True), day_of(86_400, False)
    (None, datetime.date(1970, 1, 2), None)
    """
    if clock is False or moment == 0:
        return None
    try:
        return datetime.fromtimestamp(moment, UTC if clock is True else clock).date()
    except (OverflowError, ValueError, OSError):
        return None


# --- writing ------------------------------------------------------------------------------------------


def _sentence(claim: Claim, language: Language, verb: Verb, quotes: tuple[str, str]) -> str:
    things = [_thing(title, day, language, verb.past, quotes) for title, day in claim.things]
    titles = [quoted(title, quotes) for title, _ in claim.things]
    phrases = [quoted(phrase, PHRASE_QUOTES) for phrase, _ in claim.things]
    before, after = claim.ranks or (0, 0)
    return language.sentences[claim.kind].format(
        other=quoted(claim.other or "", quotes), verb=verb.past, done=verb.done, things=_join(things, language.join,
        language.last_join), titles=_join(titles, language.title_join, language.title_last_join),
        phrases=_join(phrases, language.title_join, language.title_last_join), before=before, after=after, share=claim.share,
        count=claim.count)


def _thing(title: str, day: date | None, language: Language, verb: str, quotes: tuple[str, str]) -> str:
    form = language.undated if day is None else language.dated
    return form.format(title=quoted(title, quotes), verb=verb, date=_written(day, language) if day else "")


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
    slots = {"verb": f"(?P<verb>{_one_of(verb.past for verb in language.verbs.values())})",
             "done": f"(?P<done>{_one_of(verb.done for verb in language.verbs.values())})",
             "things": f"(?P<things>{_list(_thing_pattern(lang), language)})",
             "titles": f"(?P<titles>{_list(_any_title(language), language, titles=True)})",
             "phrases": f"(?P<phrases>{_list(_title_pattern(PHRASE_QUOTES), language, titles=True)})",
             "other": f"(?P<other>{_any_title(language)})", "before": r"(?P<before>\d+)",
             "after": r"(?P<after>\d+)", "share": r"(?P<share>\d+)", "count": r"(?P<count>\d+)"}
    forms = list(language.sentences.items())
    forms += [(kind, one) for kind, more in language.variants.items() if variants for one in more]
    return tuple((kind, re.compile(_fill(template, slots))) for kind, template in forms)


def _read(text: str, at: int, lang: str, variants: bool) -> tuple[Claim, int]:
    language = LANGUAGES[lang]
    for kind, pattern in _patterns(lang, variants):
        if (found := pattern.match(text, at)) is None:
            continue
        part = found.groupdict()
        read = list(_read_things(part.get("things") or part.get("titles") or "", language, lang))
        verbs = {part.get("verb") or part.get("done"), *(verb for *_, verb in read)} - {None}
        things = tuple((title, day) for title, day, _ in read)
        things += tuple((_unquoted(one, PHRASE_QUOTES), None)
                        for one in re.findall(_title_pattern(PHRASE_QUOTES), part.get("phrases") or ""))
        ranks = (int(part["before"]), int(part["after"])) if part.get("before") else None
        other = _plain(part["other"], language) if part.get("other") else None
        share, count = (int(part[name]) if part.get(name) else None for name in ("share", "count"))
        return Claim(kind, things, ranks, share, other, count, _verb_key(verbs, language)), found.end()
    raise _unreadable(text, at)


def _verb_key(verbs: set[str], language: Language) -> str:
    """The key of the one verb that was read; "" where there is none, or where a text mixes several."""
    keys = {key for key, verb in language.verbs.items() if {verb.past, verb.done} & verbs}
    return keys.pop() if len(keys) == 1 else ""


def _read_things(text: str, language: Language, lang: str) -> Iterable[tuple[str, date | None, str | None]]:
    """(title, date, verb) of each thing; the verb only where the language says it with each."""
    day_pattern = _fill(language.date, {"y": r"(?P<y>\d+)", "m": f"(?P<m>{_one_of(language.months)})", "d": r"(?P<d>\d+)"})
    for found in re.finditer(_thing_pattern(lang, named=True), text):
        title, day = found["t1"] or found["t2"], found["day"]
        when = re.fullmatch(day_pattern, day) if day else None
        yield (_plain(title, language),
               date(int(when["y"]), language.months.index(when["m"]) + 1, int(when["d"])) if when else None,
               found.groupdict().get("v1") or found.groupdict().get("v2"))


def _plain(text: str, language: Language) -> str:
    """The title that stands in either kind of quotes of the language."""
    return _unquoted(text, language.quotes if text.startswith(language.quotes[0]) else language.plain_quotes)


def _any_title(language: Language) -> str:
    return f"(?:{'|'.join(_title_pattern(quotes) for quotes in sorted({language.quotes, language.plain_quotes}))})"


def _title_pattern(quotes: tuple[str, str]) -> str:
    start, end = map(re.escape, quotes)
    return f"{start}(?:[^{end}]|{end}{end})*{end}(?!{end})"


def _thing_pattern(lang: str, *, named: bool = False) -> str:
    """One thing, dated or not; `named` groups its title and date, and takes a bare title too."""
    language = LANGUAGES[lang]
    title, verb = _any_title(language), _one_of(verb.past for verb in language.verbs.values())
    day = _fill(language.date, {"y": r"\d+", "m": _one_of(language.months), "d": r"\d+"})
    first, second, when = (("(?P<t1>", "(?P<t2>", "(?P<day>") if named else ("(?:",) * 3)
    one, two = (f"(?P<v1>{verb})", f"(?P<v2>{verb})?") if named and "{verb}" in language.undated else (verb, "")
    dated = _fill(language.dated, {"title": f"{first}{title})", "date": f"{when}{day})", "verb": one})
    undated = f"{two}{second}{title})" if named else _fill(language.undated, {"title": title, "verb": verb})
    return f"(?:{dated}|{undated})"


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

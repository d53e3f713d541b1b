"""Write one sentence per claim, and parse sentences back into claims.

Titles are data: they are escaped, so none can end its quotation, reorder the text or add a claim.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import Any, NamedTuple

from whyrec.core import ArgumentError
from whyrec.explain.phrases import LANGUAGES, PHRASE_QUOTES, Language, Verb

__all__ = ["Claim", "Thing", "language_of", "parse", "quoted", "sentence", "strength"]


class Thing(NamedTuple):
    """An item as a sentence names it: its title, the day of its last use, its number of uses."""

    title: str
    day: date | None = None
    count: int = 1  # type: ignore[assignment]  # a field named like tuple.count


@dataclass(frozen=True)
class Claim:
    """One statement of a text.

    kind is a key of the language's sentences, such as cause (proved by removal); ranks are (before,
    after), for outside (length of the list, place); share is a percentage; other is the title in a
    contrast; verb is the key of the parsed verb, ignored in comparisons.
    """

    kind: str
    things: tuple[Thing, ...] = ()
    ranks: tuple[int, int] | None = None
    share: int | None = None
    other: str | None = None
    count: int | None = None
    verb: str = field(default="", compare=False)


def sentence(claim: Claim, language: Language, verb: Verb, quotes: tuple[str, str]) -> str:
    """Write one claim as a sentence, filling only the slots of its template."""
    if not claim.things and claim.other is None:
        return _plain_sentence(claim.kind, claim.ranks, claim.share, claim.count, language, verb)
    template = language.sentences[claim.kind]
    slots = _slots(claim.ranks, claim.share, claim.count, language, verb)
    if "{things}" in template:
        things = [_thing(thing, language, verb.past, quotes) for thing in claim.things]
        slots["things"] = _join(things, language.join, language.last_join)
    elif claim.things:
        if "{phrases}" in template:
            name = "phrases"
            around = PHRASE_QUOTES
        else:
            name = "titles"
            around = quotes
        titles = [quoted(thing.title, around) for thing in claim.things]
        slots[name] = _join(titles, language.title_join, language.title_last_join)
    if claim.other is not None:
        slots["other"] = quoted(claim.other, quotes)
    return template.format(**slots)


@lru_cache(maxsize=8192)  # shares and places: the same few for everybody
def _plain_sentence(
    kind: str,
    ranks: tuple[int, int] | None,
    share: int | None,
    count: int | None,
    language: Language,
    verb: Verb,
) -> str:
    """The sentence of a claim that names nothing."""
    slots = _slots(ranks, share, count, language, verb)
    return language.sentences[kind].format(things="", **slots)


def _slots(
    ranks: tuple[int, int] | None,
    share: int | None,
    count: int | None,
    language: Language,
    verb: Verb,
) -> dict[str, Any]:
    slots: dict[str, Any] = {"verb": verb.past, "done": verb.done, "count": count}
    if ranks is not None:
        slots["before"], slots["after"] = ranks
    if share is not None:
        slots["share"], slots["strength"] = share, strength(share, language)
    return slots


def strength(share: int, language: Language) -> str:
    """Put a share into words."""
    return next(word for least, word in language.strengths if share >= least)


@lru_cache(maxsize=8192)  # an answer repeats the same events for many items
def _thing(thing: Thing, language: Language, verb: str, quotes: tuple[str, str]) -> str:
    if thing.day is None:
        if thing.count == 1:
            form = language.undated
        else:
            form = language.undated_times
    elif thing.count == 1:
        form = language.dated
    else:
        form = language.dated_times
    return form.format(
        title=quoted(thing.title, quotes),
        verb=verb,
        count=thing.count,
        date=_written(thing.day, language) if thing.day else "",
    )


def _written(day: date, language: Language) -> str:
    return language.date.format(y=day.year, m=language.months[day.month - 1], d=day.day)


def _join(parts: Sequence[str], join: str, last: str) -> str:
    if len(parts) == 1:
        return parts[0]
    if parts:
        return join.join(parts[:-1]) + last + parts[-1]
    return ""


def quoted(title: str, quotes: tuple[str, str]) -> str:
    """Quote a title; double closing quotes and backslashes, escape invisible characters."""
    start, end = quotes
    if title.isprintable() and "\\" not in title:  # fast path: nothing to escape
        return start + title.replace(end, end * 2) + end
    shown = "".join(
        "\\\\"
        if c == "\\"
        else f"\\u{{{ord(c):x}}}"
        if unicodedata.category(c)[0] in "CZ" and c != " "
        else c
        for c in title
    )
    return start + shown.replace(end, end * 2) + end


def _unquoted(text: str, quotes: tuple[str, str]) -> str:
    """Undo :func:`quoted`."""
    text = text[len(quotes[0]) : -len(quotes[1])]
    end = quotes[1]
    plain = text.replace(end * 2, end)
    return re.sub(
        r"\\(?:\\|u\{([0-9a-f]+)\})", lambda m: chr(int(m[1], 16)) if m[1] else "\\", plain
    )


def parse(text: str, lang: str = "en", *, variants: bool = False) -> tuple[Claim, ...]:
    """Parse the claims of a text that `say` could have written; ArgumentError for other texts."""
    language = language_of(lang)
    at = 0
    made: list[Claim] = []
    while at < len(text):
        if made and not text.startswith(language.space, at):
            raise _unreadable(text, at)
        if made:
            at += len(language.space)
        claim, at = _read(text, at, lang, variants)
        made.append(claim)
    return tuple(made)


@cache
def _patterns(lang: str, variants: bool) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Compile a pattern for each kind of sentence; a title holds no single closing quote."""
    language = LANGUAGES[lang]
    slots = {
        "verb": f"(?P<verb>{_one_of(verb.past for verb in language.verbs.values())})",
        "done": f"(?P<done>{_one_of(verb.done for verb in language.verbs.values())})",
        "things": f"(?P<things>{_list(_thing_pattern(lang), language)})",
        "titles": f"(?P<titles>{_list(_any_title(language), language, titles=True)})",
        "phrases": f"(?P<phrases>{_list(_title_pattern(PHRASE_QUOTES), language, titles=True)})",
        "other": f"(?P<other>{_any_title(language)})",
        "before": r"(?P<before>\d+)",
        "after": r"(?P<after>\d+)",
        "share": r"(?P<share>\d+)",
        "count": r"(?P<count>\d+)",
        "strength": f"(?P<strength>{_one_of(word for _, word in language.strengths)})",
    }
    forms = [*language.sentences.items(), *language.earlier.items()]
    forms += [(kind, one) for kind, more in language.variants.items() if variants for one in more]
    return tuple((kind, re.compile(_fill(template, slots))) for kind, template in forms)


def _read(text: str, at: int, lang: str, variants: bool) -> tuple[Claim, int]:
    language = LANGUAGES[lang]
    for kind, pattern in _patterns(lang, variants):
        found = pattern.match(text, at)
        if found is None:
            continue
        part = found.groupdict()
        read = list(_read_things(part.get("things") or part.get("titles") or "", language, lang))
        verbs = {part.get("verb") or part.get("done"), *(verb for _, verb in read)} - {None}
        things = tuple(thing for thing, _ in read)
        things += tuple(
            Thing(_unquoted(one, PHRASE_QUOTES))
            for one in re.findall(_title_pattern(PHRASE_QUOTES), part.get("phrases") or "")
        )
        if part.get("before"):
            ranks = (int(part["before"]), int(part["after"]))
        else:
            ranks = None
        if part.get("other"):
            other = _plain(part["other"], language)
        else:
            other = None
        share, count = (int(part[name]) if part.get(name) else None for name in ("share", "count"))
        if part.get("strength") and part["strength"] != strength(share or 0, language):
            continue  # the words contradict the number
        return Claim(
            kind, things, ranks, share, other, count, _verb_key(verbs, language)
        ), found.end()
    raise _unreadable(text, at)


def _verb_key(verbs: set[str | None], language: Language) -> str:
    """Find the key of the one verb that was parsed; "" if there is none or several differ."""
    keys = {key for key, verb in language.verbs.items() if {verb.past, verb.done} & verbs}
    return keys.pop() if len(keys) == 1 else ""


def _read_things(text: str, language: Language, lang: str) -> Iterable[tuple[Thing, str | None]]:
    """Yield each thing with its verb, if the language states one with each thing."""
    day_pattern = _fill(
        language.date,
        {"y": r"(?P<y>\d+)", "m": f"(?P<m>{_one_of(language.months)})", "d": r"(?P<d>\d+)"},
    )
    for found in re.finditer(_thing_pattern(lang, named=True), text):
        forms = [
            (
                found[f"t{n}"],
                found.groupdict().get(f"day{n}"),
                found.groupdict().get(f"n{n}"),
                found.groupdict().get(f"v{n}"),
            )
            for n in range(5)
        ]
        title, day, count, verb = next(form for form in forms if form[0] is not None)
        if day:
            when = re.fullmatch(day_pattern, day)
        else:
            when = None
        yield (
            Thing(
                _plain(title, language),
                date(int(when["y"]), language.months.index(when["m"]) + 1, int(when["d"]))
                if when
                else None,
                int(count) if count else 1,
            ),
            verb,
        )


def _plain(text: str, language: Language) -> str:
    """Unquote a title in either kind of quotes of the language."""
    return _unquoted(
        text, language.quotes if text.startswith(language.quotes[0]) else language.plain_quotes
    )


def _any_title(language: Language) -> str:
    return f"(?:{'|'.join(_title_pattern(quotes) for quotes in sorted({language.quotes, language.plain_quotes}))})"  # noqa: E501


def _title_pattern(quotes: tuple[str, str]) -> str:
    start, end = map(re.escape, quotes)
    return f"{start}(?:[^{end}]|{end}{end})*{end}(?!{end})"


def _thing_pattern(lang: str, *, named: bool = False) -> str:
    """Match one thing; `named` groups its title, date, count and verb and accepts a bare title."""
    language = LANGUAGES[lang]
    title = _any_title(language)
    verb = _one_of(verb.past for verb in language.verbs.values())
    day = _fill(language.date, {"y": r"\d+", "m": _one_of(language.months), "d": r"\d+"})
    forms = []
    for n, form in enumerate(
        (language.dated_times, language.undated_times, language.dated, language.undated)
    ):
        if named:
            names = (f"(?P<t{n}>", f"(?P<day{n}>", f"(?P<n{n}>", f"(?P<v{n}>")
        else:
            names = ("(?:",) * 4
        forms.append(
            _fill(
                form,
                {
                    "title": f"{names[0]}{title})",
                    "date": f"{names[1]}{day})",
                    "verb": f"{names[3]}{verb})",
                    "count": f"{names[2]}\\d+)",
                },
            )
        )
    if named:
        forms.append(f"(?P<t4>{title})")
    return f"(?:{'|'.join(forms)})"


def _list(thing: str, language: Language, *, titles: bool = False) -> str:
    if titles:
        join = language.title_join
        last = language.title_last_join
    else:
        join = language.join
        last = language.last_join
    return f"{thing}(?:(?:{re.escape(join)}|{re.escape(last)}){thing})*"


def _one_of(words: Iterable[str]) -> str:
    """Match any of the words, longest first, so that no word hides a longer one."""
    return f"(?:{'|'.join(sorted(map(re.escape, words), key=len, reverse=True))})"


def _fill(template: str, slots: dict[str, str]) -> str:
    """Turn a template into a pattern: escape its text and replace its slots."""
    parts = re.split(r"\{(\w+)\}", template)
    return "".join(re.escape(part) if at % 2 == 0 else slots[part] for at, part in enumerate(parts))


def language_of(lang: str) -> Language:
    if lang not in LANGUAGES:
        raise ArgumentError("lang must be en or zh", given=repr(lang))
    return LANGUAGES[lang]


def _unreadable(text: str, at: int) -> ArgumentError:
    return ArgumentError(
        "a text of reasons has only the sentences of its templates", given=repr(text[at : at + 60])
    )

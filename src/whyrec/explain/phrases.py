"""The words of the sentences in each language, from the file `sentences` of the message catalogue.

A slot {things} takes dated titles, {titles} titles alone, {phrases} what an interpretable model
says of a reason. No sentence says "because" unless the removal was really executed. Chinese has its
own verbs and order; it is not English with other words. Verbs go by the keys of
:mod:`whyrec.core.verbs`, measure words by domain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from whyrec.core.messages import LANGUAGES as CODES, Messages
from whyrec.core.verbs import DOMAINS, VERBS, is_work, verb_of

__all__ = ["LANGUAGES", "PHRASE_QUOTES", "TEXTS", "Language", "Verb", "counted_items"]

TEXTS = Messages("sentences")
STRENGTHS = (100, 90, 51, 25, 0)  # per cent, from which on a share is said in the next words
PHRASE_QUOTES = ("“", "”")  # around a phrase, in both languages


class Verb(NamedTuple):
    """A verb: `past` (you watched) and `done`, its participle (had you also watched)."""

    past: str
    done: str


@dataclass(frozen=True, eq=False)  # compared by identity, so it can be a dictionary key
class Language:
    """The words of a language.

    Attributes:
        sentences: The template of each kind of claim.
        quotes: Around the title of a work.
        plain_quotes: Around the name of anything else, such as an artist or a product.
        verbs: What people did, by the keys of :mod:`whyrec.core.verbs`.
        dated: One thing with its date.
        undated: One thing without a date.
        dated_times: A thing that was used several times, with the date of the last use.
        undated_times: The same without a date.
        date: A date, from {y}, {m} (number or name of the month) and {d}.
        months: The months as `date` takes them.
        join: Between things.
        last_join: Between the last two things.
        title_join: Between titles.
        title_last_join: Between the last two titles.
        space: Between sentences.
        strengths: A share in words, from which percent on.
        variants: Other ways to say a sentence, which a language model may choose from
            (:mod:`whyrec.explain.polish`) and the parser knows.
        earlier: Earlier wordings of sentences, which the parser still reads.
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
    earlier: dict[str, str]

    def verb(self, verb: str, domain: str) -> Verb:
        """Return the verb for data with this verb key and domain."""
        return self.verbs[verb_of(verb, domain)]

    def quotes_of(self, verb: str, domain: str) -> tuple[str, str]:
        """Return the quotes for names in data with this verb key and domain."""
        if is_work(verb, domain):
            return self.quotes
        return self.plain_quotes


def counted_items(n: int, domain: str, lang: str) -> str:
    """Write a number of items.

    >>> counted_items(1, "film", "en"), counted_items(1234, "artist", "en")
    ('1 film', '1,234 artists')
    >>> counted_items(3, "artist", "zh")
    '3位艺人'
    """
    kind = domain if domain in DOMAINS else "other"
    return TEXTS.say(f"items-{kind}-{'one' if n == 1 else 'many'}", lang, n=n)


def _language(lang: str) -> Language:
    """The words of a language, from the catalogue."""
    texts = TEXTS.templates(lang)

    def of_kinds(prefix: str) -> dict[str, str]:
        """The texts with this prefix, by kinds of claims."""
        return {
            key.removeprefix(prefix).replace("-", "_"): text
            for key, text in texts.items()
            if key.startswith(prefix)
        }

    return Language(
        sentences=of_kinds("sentence-"),
        quotes=(texts["quote-work-open"], texts["quote-work-close"]),
        plain_quotes=(texts["quote-name-open"], texts["quote-name-close"]),
        verbs={verb: Verb(texts[f"verb-{verb}"], texts[f"verb-{verb}-done"]) for verb in VERBS},
        dated=texts["dated"],
        undated=texts["undated"],
        dated_times=texts["dated-times"],
        undated_times=texts["undated-times"],
        date=texts["date"],
        months=tuple(texts[f"month-{month}"] for month in range(1, 13)),
        join=texts["join"],
        last_join=texts["last-join"],
        title_join=texts["title-join"],
        title_last_join=texts["title-last-join"],
        space=texts["space"],
        strengths=tuple((share, texts[f"strength-{share}"]) for share in STRENGTHS),
        variants={k: tuple(text.split("\n")) for k, text in of_kinds("variants-").items()},
        earlier=of_kinds("earlier-"),
    )


class _Languages(Mapping[str, Language]):
    """The languages by their codes. The words of one are read when they are first asked for."""

    def __init__(self) -> None:
        self._known: dict[str, Language] = {}

    def __getitem__(self, lang: str) -> Language:
        if lang not in CODES:
            raise KeyError(lang)
        if lang not in self._known:
            self._known[lang] = _language(lang)
        return self._known[lang]

    def __iter__(self) -> Iterator[str]:
        return iter(CODES)

    def __len__(self) -> int:
        return len(CODES)


LANGUAGES = _Languages()

"""Sentences about modalities and domains: in what an item resembles the history.

One states the modality (looks, words, sound) in which an item resembles an event; the other states
that the strongest reason comes from another domain. Both complement :mod:`whyrec.explain.words` and
are read off exact parts. Limits: models whose score is not a sum over modalities have no such
parts; for them, refit without the modality.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from whyrec.core import Explanation, ItemTable, Query
from whyrec.core.capabilities import Modalities
from whyrec.explain.phrases import LANGUAGES, TEXTS
from whyrec.explain.words import quoted

__all__ = ["crossing", "likeness"]


def likeness(
    model: Any,
    query: Query,
    item: int,
    table: ItemTable,
    *,
    domain: str = "other",
    verb: str = "",
) -> list[dict[str, Any]]:
    """List the modalities that speak for an item, heaviest first.

    Args:
        model: A model; without modalities the result is empty.
        query: The history.
        item: Number of the recommended item.
        table: Item titles.
        domain: Domain of the data, as in `Dataset`.
        verb: Verb of the data, as in `Dataset`.

    Returns:
        One dict per modality: name, weight (exact, in units of the score), share (of the summed
            sizes of all parts), position of the event that adds most, and text in both languages.
    """
    if not isinstance(model, Modalities) or not len(query):
        return []
    parts = model.part_contributions(query, item)
    senses = {one["name"] for one in model.kernels_}
    total = sum(abs(float(part.sum())) for part in parts.values())
    rows: list[dict[str, Any]] = []
    for name in senses:
        weight = float(parts[name].sum())
        at = int(np.argmax(parts[name]))
        if weight > 0:
            rows.append(
                {
                    "name": name,
                    "weight": weight,
                    "share": weight / total,
                    "position": at,
                    "text": _texts(
                        name, table.title[query.items[at]], weight / total, verb, domain
                    ),
                }
            )
    return sorted(rows, key=lambda row: (-row["weight"], row["name"]))


def _texts(name: str, title: str, share: float, verb: str, domain: str) -> dict[str, str]:
    key = f"like-{name}" if f"like-{name}" in TEXTS else "like-other"
    return {
        lang: TEXTS.say(
            key,
            lang,
            name=name,
            title=quoted(title, language.quotes_of(verb, domain)),
            share=round(100 * share),
        )
        for lang, language in LANGUAGES.items()
    }


def crossing(why: Explanation, query: Query, table: ItemTable) -> dict[str, Any] | None:
    """Describe the strongest event if it lies in another domain than the item.

    Args:
        why: The explanation.
        query: The history that it explains.
        table: Item fields; the column `domain` must exist.

    Returns:
        Both domains and a sentence in both languages, or None if the domains agree or are unknown.
            The sentence uses "because" only if removing the named events, this one included, proved
            it.
    """
    domain = table.fields.get("domain")
    helping = [reason for reason in why.reasons if reason.kind == "event" and reason.weight > 0]
    if domain is None or not helping or not domain[why.item]:
        return None
    [at, *_] = max(helping, key=lambda reason: reason.weight).refs
    source = domain[query.items[at]]
    target = domain[why.item]
    if not source or source[0] == target[0]:
        return None
    proved = why.removal is not None and why.removal.proved and at in why.removal.positions
    text = {}
    for lang, language in LANGUAGES.items():
        text[lang] = TEXTS.say(
            "crossing-proved" if proved else "crossing",
            lang,
            one=_domain(source[0], lang),
            two=_domain(target[0], lang),
            verb=language.verb("", source[0]).past,
            title=quoted(table.title[query.items[at]], language.quotes_of("", source[0])),
        )
    return {"from": source[0], "to": target[0], "position": at, "proved": proved, "text": text}


def _domain(name: str, lang: str) -> str:
    """A domain in words; one that the catalogue does not have has its own name."""
    key = f"domain-{name}"
    return TEXTS.say(key, lang) if key in TEXTS else name

"""How narrow a person's list is, what widening it changes, and what that costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from whyrec.core.messages import Messages
from whyrec.forces.narrowness import LISTED, effective_number, narrowness_of
from whyrec.serve.insight.faithfulness import drawn_names
from whyrec.serve.recommend.active import widened
from whyrec.serve.recommend.answer import Inputs, Prepared, prepare, repeats
from whyrec.serve.recommend.snapshot import ServingSnapshot
from whyrec.serve.service import Service

__all__ = ["bubble", "difference", "price"]

TEXTS = Messages("bubble")
PEOPLE = 100  # whose latest choices estimate the price
FEWEST = 20
Z = 1.959964  # of a 95% interval
NAMED = 3  # tags of a cluster


def bubble(service: Service, user: str, wider: float, lang: str) -> dict[str, Any]:
    """Measure a person's list without widening and with it.

    Args:
        service: The service.
        user: The person.
        wider: The share of the dominating cluster's contributions that is taken away, 0 to 1.
        lang: Language of the sentences.

    Returns:
        What :class:`whyrec.serve.api.schemas.control.BubbleOut` describes.
    """
    inputs, live, _ = service.inputs({"user": user, "n": LISTED, "explain": False, "lang": lang})
    stored = next((force.strength for force in inputs.forces if force.kind == "wider"), 0.0)
    inputs = _without(inputs)
    lists = [prepare(live, inputs), prepare(live, _with(inputs, wider))]
    now, then = (_measured(live, ready, lang) for ready in lists)
    came = [one for one in then["items"] if one not in now["items"]]
    went = [one for one in now["items"] if one not in then["items"]]
    cost = price(service, live, wider) if inputs.personalised else None
    text = TEXTS.say("widened", lang, came=len(came), listed=len(then["items"]))
    return {
        "user": user,
        "stored": stored,
        "wider": wider,
        "events": len(lists[0].query),
        "chosen": effective_number([live.tags_of(step[0]) for step in inputs.history]),
        "tags": len(live.by_tag.names),
        "now": now,
        "then": {**then, "text": f"{text}{then['text']}"},
        "came": came,
        "went": went,
        "price": None if cost is None else {**cost, "text": _priced(cost, lang)},
    }


def _without(inputs: Inputs) -> Inputs:
    return replace(inputs, forces=tuple(one for one in inputs.forces if one.kind != "wider"))


def _with(inputs: Inputs, wider: float) -> Inputs:
    return replace(inputs, forces=(*inputs.forces, *widened(wider)))


def _measured(live: ServingSnapshot, ready: Prepared, lang: str) -> dict[str, Any]:
    """The narrowness of one list, by the model's contributions."""
    best = ready.listing.best(LISTED)
    own = ready.source in ("user", "session")
    found = narrowness_of(ready.decomposition, live.facts, best) if own else None
    row: dict[str, Any] = {
        "items": [live.labels[item] for item in best],
        "categories": effective_number([live.tags[item] for item in best]),
        "share": None,
        "even": None,
        "cluster": [],
        "text": TEXTS.say("unknown", lang),
    }
    if found is None:
        return row
    items = dict.fromkeys(ready.query.items[list(found.cluster)].tolist())
    tags = _common([live.tags[item] for item in items])
    text = TEXTS.say(
        "share",
        lang,
        share=found.share,
        alike=len(found.cluster),
        events=len(ready.query),
        tags=TEXTS.say("between", lang).join(tags),
        even=found.even,
    )
    return row | {
        "share": found.share,
        "even": found.even,
        "cluster": [{"item": live.labels[item], "title": live.titles[item]} for item in items],
        "text": text,
    }


def _common(tags: Sequence[Sequence[str]]) -> list[str]:
    """The most frequent tags."""
    counts: dict[str, int] = {}
    for row in tags:
        for tag in row:
            counts[tag] = counts.get(tag, 0) + 1
    return sorted(counts, key=lambda tag: (-counts[tag], tag))[:NAMED]


# --- the price ------------------------------------------------------------------------------------


def price(service: Service, live: ServingSnapshot, wider: float) -> dict[str, Any] | None:
    """Estimate what widening costs: how often the first ten contain a person's latest choice.

    The latest choice of up to a hundred people is held out and their list computed from the choices
    before it, with no force and with this one. It is an estimate for people on average. The model
    may have learned from these choices, so both rates are too high; and they were made from lists
    that were not widened, so that the cost is rather overstated.

    Returns:
        Counts, rates and the difference with its interval; None with fewer than twenty people.
    """
    key = ("price", wider)
    if key not in live.masks:
        live.masks[key] = _price(service, live, wider)
    made: dict[str, Any] | None = live.masks[key]
    return made


def _price(service: Service, live: ServingSnapshot, wider: float) -> dict[str, Any] | None:
    hits: list[tuple[bool, bool]] = []
    for name in drawn_names(service):
        if len(hits) == PEOPLE:
            break
        asked = _held_out(service, live, name)
        if asked is not None:
            inputs, item = asked
            plain, other = (prepare(live, one) for one in (inputs, _with(inputs, wider)))
            hits.append((item in plain.listing.best(LISTED), item in other.listing.best(LISTED)))
    if len(hits) < FEWEST:
        return None
    lost = sum(before and not after for before, after in hits)
    gained = sum(after and not before for before, after in hits)
    low, high = difference(gained, lost, len(hits))
    return {
        "people": len(hits),
        "without": sum(before for before, _ in hits) / len(hits),
        "with": sum(after for _, after in hits) / len(hits),
        "gained": gained,
        "lost": lost,
        "difference": (gained - lost) / len(hits),
        "low": low,
        "high": high,
    }


def _held_out(service: Service, live: ServingSnapshot, user: str) -> tuple[Inputs, int] | None:
    """The inputs before a person's latest choice, and the number of its item; None without both."""
    inputs, _, _ = service.inputs({"user": user, "n": LISTED, "explain": False})
    if not inputs.personalised or len(inputs.history) < 3:
        return None
    *earlier, last = inputs.history
    labels = {step[0] for step in earlier} | set(inputs.seen)
    if last[0] not in live.numbers or (last[0] in labels and not repeats(live, inputs)):
        return None
    steps = tuple((*step[:4], max(0, step[4] - 1)) for step in earlier)
    return replace(inputs, history=steps, now=last[2], forces=()), live.numbers[last[0]]


def difference(gained: int, lost: int, n: int) -> tuple[float, float]:
    """The 95% interval of (gained - lost) / n for paired yes and no [agresti2005].

    Half a case is added to each of the four cells, so that it has a width without differences too.
    """
    plus, minus = gained + 0.5, lost + 0.5
    middle = (plus - minus) / (n + 2)
    spread = Z * math.sqrt(plus + minus - (plus - minus) ** 2 / (n + 2)) / (n + 2)
    return middle - spread, middle + spread


def _priced(cost: dict[str, Any], lang: str) -> str:
    names = ("people", "without", "difference", "low", "high")
    slots = {name: cost[name] for name in names}
    return TEXTS.say("price", lang, listed=LISTED, kept=cost["with"], **slots)

"""What wishes did to a list: read back, with what each moved and what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Listing
from whyrec.core.messages import Messages
from whyrec.forces.expression import Expression
from whyrec.forces.wishes import Wish, refused_by
from whyrec.serve.recommend.snapshot import ServingSnapshot

__all__ = ["read_back", "steering"]

TEXTS = Messages("wishes")


def steering(
    live: ServingSnapshot, listing: Listing, inputs: Any, open_: NDArray[np.bool_]
) -> dict[str, Any]:
    """Tell each wish of an answer, what it moved, and what all of them cost.

    What a wish moved is measured: the list is ranked without it, all other forces as they are.

    Args:
        live: The model with its catalogue.
        listing: The list.
        inputs: What it was computed from.
        open_: What might be listed without wishes, (n_items,).

    Returns:
        `phrases` and `cost`, as in the answer.
    """
    wishes: Sequence[Wish] = inputs.wishes
    own = {wish.id for wish in wishes}
    others = {name: term for name, term in listing.terms.items() if name not in own}
    plain = Listing(listing.decomposition, open_, inputs.n, others)
    before, after = plain.best(inputs.n), listing.best(inputs.n)
    return {
        "phrases": [
            read_back(live, wish, inputs.lang)
            | _moved(live, listing, wishes, wish, open_, before, after)
            for wish in wishes
        ],
        "cost": _cost(plain, before, after, inputs.lang),
    }


def _moved(
    live: ServingSnapshot,
    listing: Listing,
    wishes: Sequence[Wish],
    wish: Wish,
    open_: NDArray[np.bool_],
    before: Sequence[int],
    after: Sequence[int],
) -> dict[str, Any]:
    """The items that a wish brings into the list and takes out; how many have what it says."""
    allowed = open_.copy()
    for other in wishes:
        if other is not wish:
            allowed &= ~refused_by(other, live.facts)
    terms = {name: term for name, term in listing.terms.items() if name != wish.id}
    without = Listing(listing.decomposition, allowed, len(after), terms).best(len(before))
    has = selected(live, wish)
    return {
        "before": int(has[before].sum()),
        "after": int(has[after].sum()),
        "entered": _cards(live, [item for item in after if item not in without]),
        "left": _cards(live, [item for item in without if item not in after]),
    }


def _cards(live: ServingSnapshot, items: Sequence[int]) -> list[dict[str, str]]:
    return [{"item": live.labels[item], "title": live.titles[item]} for item in items]


def _cost(plain: Listing, before: Sequence[int], after: Sequence[int], lang: str) -> dict[str, Any]:
    """How much of the expected accuracy the list keeps.

    Expected accuracy is the sum of the scores without wishes of the listed items, above that of as
    many items at random. `kept` is the steered list's share of the other list's; None if all items
    score alike.
    """
    scores = plain.scores.astype(np.float64)
    typical = float(scores[plain.allowed].mean()) if plain.allowed.any() else 0.0
    full, left = (float((scores[items] - typical).sum()) for items in (before, after))
    kept = left / full if full > 0 else None
    text = "" if kept is None else TEXTS.say("cost", lang, kept=max(0.0, kept))
    return {"kept": kept, "score_before": full, "score_after": left, "text": text}


def selected(live: ServingSnapshot, wish: Wish) -> NDArray[np.bool_]:
    """The items that a wish selects, (n_items,)."""
    has = np.zeros(live.n_items, bool)
    if wish.where:
        has |= Expression(wish.where).mask(live.facts)
    has[[live.numbers[label] for label, _ in wish.items if label in live.numbers]] = True
    return has


def read_back(live: ServingSnapshot, wish: Wish, lang: str) -> dict[str, Any]:
    """A wish as the person reads it: a sentence, and what it selects."""
    count = int((selected(live, wish) & live.available).sum())
    if wish.problem:
        said = TEXTS.say(f"problem-{wish.problem}", lang, text=wish.text)
    else:
        said = TEXTS.say(
            f"understood-{wish.polarity}",
            lang,
            text=wish.text,
            how=TEXTS.say(f"by-{wish.by}", lang, where=wish.where, items=count),
        )
        if wish.polarity == "no" and (wish.by == "like-name" or wish.items):
            said += TEXTS.say("estimate", lang)
        if wish.ignored:
            said += TEXTS.say("ignored", lang, words=", ".join(wish.ignored))
    return {
        "wish": wish.id,
        "text": wish.text,
        "polarity": wish.polarity,
        "strength": wish.strength,
        "understood": not wish.problem,
        "by": wish.by,
        "where": wish.where,
        "items": count,
        "ignored": list(wish.ignored),
        "problem": wish.problem or None,
        "said": said,
    }

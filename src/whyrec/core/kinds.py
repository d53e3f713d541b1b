"""The meaning of event kinds: one table for files, the store, the service and exports.

An event states how a person met an item. Some events are choices, and some take a choice back:

    choice         chosen: liked, saved, played, ...
    purchase       bought; its value is the quantity
    weak choice    looked at: view, click. A choice that never outweighs a dislike
    rating         a choice, unless it is the lowest of its scale or below a given threshold
    negative       disliked, skipped, hidden: takes back all earlier choices of the item
    return         given back; its value is the quantity (0: all). Takes the choices back if no
                   purchase is left
    taken back     unliked, removed from the cart: takes choices back, but not purchases
    impression     only shown: not a choice

An event without a kind is a choice: a purchase of `value` pieces if the data hold returns, a rating
if values are stars. Kinds may be written in any case, with or without separators: "thumbs_down",
"Thumbs-Down", "thumbsDown".
"""

from __future__ import annotations

import difflib
import re
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "KINDS",
    "LISTED",
    "SKIPS",
    "Meaning",
    "canonical",
    "lowest_rating",
    "meaning_of",
    "nearest_kinds",
    "settle",
]

Mask = NDArray[np.bool_]


class Meaning(IntEnum):
    """What an event says about its item; UNSAID without a kind."""

    UNSAID = 0
    CHOICE = 1
    PURCHASE = 2
    WEAK = 3
    RATING = 4
    NEGATIVE = 5
    RETURN = 6
    TAKEN_BACK = 7
    IMPRESSION = 8


KINDS: dict[Meaning, tuple[str, ...]] = {
    Meaning.CHOICE: (
        "choice",
        "choose",
        "chose",
        "chosen",
        "select",
        "selected",
        "import",
        "like",
        "liked",
        "thumbs_up",
        "upvote",
        "love",
        "loved",
        "favorite",
        "favorited",
        "favourite",
        "favourited",
        "bookmark",
        "bookmarked",
        "save",
        "saved",
        "wish",
        "wishlist",
        "add_to_wishlist",
        "to_read",
        "follow",
        "followed",
        "subscribe",
        "subscribed",
        "share",
        "shared",
        "comment",
        "commented",
        "cart",
        "add_to_cart",
        "basket",
        "add_to_basket",
        "play",
        "played",
        "listen",
        "listened",
        "watch",
        "watched",
        "stream",
        "streamed",
        "read",
        "finish",
        "finished",
        "complete",
        "completed",
        "done",
        "download",
        "downloaded",
        "install",
        "installed",
        "use",
        "used",
        "visit",
        "visited",
        "apply",
        "applied",
        "borrow",
        "borrowed",
        "rent",
        "rented",
        "book",
        "booked",
        "booking",
        "conversion",
        "收藏",
        "加购",
        "加入购物车",
        "喜欢",
        "点赞",
    ),
    Meaning.PURCHASE: (
        "purchase",
        "purchased",
        "buy",
        "bought",
        "order",
        "ordered",
        "sale",
        "sold",
        "transaction",
        "checkout",
        "购买",
        "下单",
    ),
    Meaning.WEAK: (
        "view",
        "viewed",
        "page_view",
        "item_view",
        "detail_view",
        "click",
        "clicked",
        "tap",
        "open",
        "opened",
        "preview",
        "look",
        "browse",
        "interaction",
        "浏览",
        "点击",
    ),
    Meaning.RATING: ("rating", "rate", "rated", "star", "stars", "score", "评分", "打分"),
    Meaning.NEGATIVE: (
        "dislike",
        "disliked",
        "thumbs_down",
        "downvote",
        "skip",
        "skipped",
        "hide",
        "hidden",
        "not_interested",
        "block",
        "blocked",
        "ban",
        "reject",
        "rejected",
        "dismiss",
        "dismissed",
        "report",
        "reported",
        "hate",
        "negative",
        "avoid",
        "avoided",
        "不喜欢",
        "跳过",
        "踩",
    ),
    Meaning.RETURN: (
        "return",
        "returned",
        "refund",
        "refunded",
        "cancel",
        "cancelled",
        "canceled",
        "cancellation",
        "chargeback",
        "退货",
        "退款",
        "取消",
    ),
    Meaning.TAKEN_BACK: (
        "taken_back",
        "take_back",
        "undo",
        "unlike",
        "unliked",
        "unfavorite",
        "unfavourite",
        "unsave",
        "unfollow",
        "unsubscribe",
        "uninstall",
        "remove",
        "removed",
        "remove_from_cart",
        "remove_from_wishlist",
        "withdraw",
        "withdrawn",
        "取消收藏",
        "撤回",
    ),
    Meaning.IMPRESSION: (
        "impression",
        "impressed",
        "shown",
        "show",
        "exposure",
        "exposed",
        "display",
        "displayed",
        "曝光",
    ),
}
SKIPS = ("skip", "skipped", "跳过")  # refusals that are weaker than a dislike
WORDS = {
    Meaning.CHOICE: "choice",
    Meaning.PURCHASE: "purchase",
    Meaning.WEAK: "weak choice",
    Meaning.RATING: "rating",
    Meaning.NEGATIVE: "negative",
    Meaning.RETURN: "return",
    Meaning.TAKEN_BACK: "taken back",
    Meaning.IMPRESSION: "impression",
}
LISTED = "; ".join(f"{WORDS[meaning]}: {', '.join(names)}" for meaning, names in KINDS.items())


def _key(kind: str) -> str:
    """Reduce a kind to its letters, without case."""
    return re.sub(r"[\W_]+", "", kind.casefold())


_CANONICAL = {_key(name): name for names in KINDS.values() for name in names}
_MEANING = {name: meaning for meaning, names in KINDS.items() for name in names}


def canonical(kind: str) -> str | None:
    """Return the kind as in the table, or None if it is unknown.

    >>> canonical("Thumbs-Down"), canonical("teleported")
    ('thumbs_down', None)
    """
    return _CANONICAL.get(_key(kind))


def meaning_of(kind: str) -> Meaning | None:
    """Return the meaning of a kind, or None if it is unknown.

    >>> meaning_of("ADD_TO_CART").name, meaning_of("")
    ('CHOICE', None)
    """
    name = canonical(kind)
    return None if name is None else _MEANING[name]


def nearest_kinds(kind: str) -> str:
    """Return a question with similar known kinds, or "".

    >>> nearest_kinds("dislikes")
    "did you mean 'dislike' or 'disliked'? "
    """
    near = [
        _CANONICAL[key]
        for key in difflib.get_close_matches(_key(kind)[:50], list(_CANONICAL), 2, 0.75)
    ]
    return f"did you mean {' or '.join(map(repr, near))}? " if near else ""


FEWEST = 20  # smallest number of ratings from which a scale is recognised
MOST = 11  # largest number of steps of a scale


def lowest_rating(
    values: NDArray[Any], counts: NDArray[Any], *, said: bool = False
) -> float | None:
    """Return the lowest rating of the scale of these values, or None if they are not ratings.

    A scale has equal steps of a half or one, up to 5 or 10 stars. Unless the data state that values
    are ratings (`said`), they must look like ratings: counts are mostly 1, ratings mostly above the
    middle of their scale.

    Args:
        values: Distinct values, (v,).
        counts: Number of events with each value, (v,).
        said: Whether the data state that the values are ratings.

    Returns:
        The lowest rating, or None.

    >>> lowest_rating(np.array([1, 4, 5]), np.array([31, 120, 91])), lowest_rating(np.array([1, 2, 5]), np.array([90, 9, 1]))
    (1.0, None)
    """  # noqa: E501
    values = np.asarray(values, np.float64)
    counts = np.asarray(counts, np.int64)
    if not len(values) or values.min() < 0 or (values * 2 != np.floor(values * 2)).any():
        return None
    top = 5.0 if values.max() <= 5 else 10.0
    half = bool((values != np.floor(values)).any())
    lowest = 0.0 if values.min() == 0 else 0.5 if half else 1.0
    if said:
        return lowest if values.max() <= 10 else None
    order = np.argsort(values)
    middle = values[order][np.searchsorted(np.cumsum(counts[order]), counts.sum() / 2)]
    looks = (
        values.max() == top
        and len(values) > 2
        and counts.sum() >= FEWEST
        and middle > (lowest + top) / 2
    )
    return lowest if looks else None


def settle(
    user: NDArray[Any],
    item: NDArray[Any],
    meaning: NDArray[Any],
    value: NDArray[Any],
) -> tuple[Mask, NDArray[np.int32]]:
    """Resolve events that take earlier choices back.

    A return takes back if no purchased quantity is left since the last refusal. A later choice
    counts again; a later view alone does not.

    Args:
        user: Person of each event, (n,), sorted by time.
        item: Item of each event, (n,).
        meaning: Meaning of each event, (n,).
        value: Value of each event, (n,).

    Returns:
        (which events remain choices (n,), avoided pairs of person and item (x, 2)).
    """
    keep = meaning < Meaning.NEGATIVE
    cuts = (meaning >= Meaning.NEGATIVE) & (meaning <= Meaning.TAKEN_BACK)
    if not cuts.any():
        return keep, np.zeros((0, 2), np.int32)
    span = int(item.max()) + 1
    pair = user.astype(np.int64) * span + item
    rows = np.flatnonzero(np.isin(pair, pair[cuts]) & (meaning != Meaning.IMPRESSION))
    rows = rows[np.argsort(pair[rows], kind="stable")]
    pairs, place = np.unique(pair[rows], return_inverse=True)
    cut = _cutting(place, meaning[rows], np.asarray(value, np.float64)[rows])
    last = np.full(len(pairs), -1)
    last[place[cut]] = np.flatnonzero(cut)  # the last one wins
    after = np.arange(len(rows)) > last[place]
    strong = keep[rows] & (meaning[rows] != Meaning.WEAK)
    chosen = np.bincount(place[after & strong], minlength=len(pairs)) > 0
    chosen |= last < 0  # nothing was taken back
    keep[rows] &= after & chosen[place]
    gone = pairs[~chosen]
    return keep, np.stack([gone // span, gone % span], 1).astype(np.int32)


def _cutting(place: NDArray[Any], meaning: NDArray[Any], value: NDArray[np.float64]) -> Mask:
    """Mark the events, sorted by pair and time, that take back all before them."""
    every = (meaning == Meaning.NEGATIVE) | ((meaning == Meaning.RETURN) & (value == 0))
    bought = (meaning == Meaning.PURCHASE) | (meaning == Meaning.UNSAID)
    pieces = np.where(
        bought, np.maximum(value, 0), np.where(meaning == Meaning.RETURN, -np.abs(value), 0.0)
    )
    begins = np.append(
        True, (np.diff(place) != 0) | every[:-1]
    )  # purchases are counted anew after a refusal
    total = np.cumsum(pieces)
    start = np.flatnonzero(begins)
    total -= np.repeat((total - pieces)[start], np.diff(np.append(start, len(place))))
    asks = (meaning == Meaning.RETURN) | (meaning == Meaning.TAKEN_BACK)
    cut: Mask = every | ((asks | (pieces > 0)) & (total <= 1e-9 * np.maximum(1, np.abs(value))))
    return cut

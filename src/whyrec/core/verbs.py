"""Keys for what people did (verbs) and what the items are (domains), which choose the words.

The verb comes from what the data state (the option --verb, the kinds of the events, the format),
never from the name of a file or folder.
"""

from __future__ import annotations

from collections.abc import Iterable

from whyrec.core.errors import ArgumentError
from whyrec.core.kinds import Meaning, canonical, meaning_of

__all__ = [
    "CHOSE",
    "DOMAINS",
    "OF_DOMAIN",
    "VALUES",
    "VERBS",
    "checked",
    "is_work",
    "verb_of",
    "verb_of_kinds",
    "verb_of_stored",
]

CHOSE = "chose"  # used if nothing more exact is known
VERBS = (
    CHOSE,
    "watched",
    "read",
    "listened",
    "played",
    "bought",
    "ordered",
    "viewed",
    "clicked",
    "liked",
    "rated",
    "saved",
    "shared",
    "applied",
    "booked",
    "followed",
    "downloaded",
    "subscribed",
    "joined",
    "visited",
    "used",
)
DOMAINS = ("film", "book", "music", "artist", "game", "shop", "other")
VALUES = (
    "",
    "rating",
    "count",
)  # meaning of the events' values: unknown, ratings on a scale, or counts of uses
WORKS = ("film", "book", "music", "game")  # domains whose items are works with titles of their own
WORK_VERBS = (
    "watched",
    "read",
    "played",
)  # verbs that imply works if no domain is given

# Model folders of version 0.1 state a domain but no verb.
OF_DOMAIN = {
    "film": "watched",
    "book": "read",
    "music": "listened",
    "artist": "listened",
    "shop": "bought",
    "game": "played",
}

_KINDS = {  # verb: kinds of events that it describes, as in :mod:`whyrec.core.kinds`
    "watched": ("watch", "watched", "stream", "streamed"),
    "read": ("read",),
    "listened": ("listen", "listened"),
    "played": ("play", "played"),
    "bought": ("purchase", "purchased", "buy", "bought", "sale", "sold", "transaction", "购买"),
    "ordered": ("order", "ordered", "checkout", "下单"),
    "viewed": (
        "view",
        "viewed",
        "page_view",
        "item_view",
        "detail_view",
        "open",
        "opened",
        "preview",
        "look",
        "browse",
        "浏览",
    ),
    "clicked": ("click", "clicked", "tap", "点击"),
    "liked": ("like", "liked", "thumbs_up", "upvote", "love", "loved", "喜欢", "点赞"),
    "rated": ("rating", "rate", "rated", "star", "stars", "score", "评分", "打分"),
    "saved": (
        "save",
        "saved",
        "bookmark",
        "bookmarked",
        "favorite",
        "favorited",
        "favourite",
        "favourited",
        "收藏",
    ),
    "shared": ("share", "shared"),
    "applied": ("apply", "applied"),
    "booked": ("book", "booked", "booking"),
    "followed": ("follow", "followed"),
    "downloaded": ("download", "downloaded"),
    "subscribed": ("subscribe", "subscribed"),
    "visited": ("visit", "visited"),
    "used": ("use", "used"),
}
OF_KIND = {kind: verb for verb, kinds in _KINDS.items() for kind in kinds}
IMPORTED = "import"  # kind of stored events that came with a data set
CHOICES = (
    Meaning.CHOICE,
    Meaning.PURCHASE,
    Meaning.WEAK,
    Meaning.RATING,
)  # meanings of events that have a verb


def checked(name: str, value: str, known: tuple[str, ...]) -> str:
    """Return the value if it is known; otherwise raise ArgumentError with the known ones."""
    if value not in known:
        raise ArgumentError(
            f"{name} must be one of {', '.join(filter(None, known))}", given=repr(value)
        )
    return value


def verb_of_kinds(kinds: Iterable[str]) -> str:
    """Return the verb of events of these kinds.

    "" if no kind is a choice, "chose" if they differ or have no verb.

    >>> verb_of_kinds(["view", "View"]), verb_of_kinds(["view", "purchase"]), verb_of_kinds(["impression"])
    ('viewed', 'chose', '')
    """  # noqa: E501
    chosen = {
        kind for kind in kinds if kind.strip() and (meaning_of(kind) or Meaning.CHOICE) in CHOICES
    }
    verbs = {OF_KIND.get(canonical(kind) or "", CHOSE) for kind in chosen}
    return "" if not verbs else verbs.pop() if len(verbs) == 1 else CHOSE


def verb_of_stored(verb: str, domain: str, kinds: Iterable[str]) -> str:
    """Return the verb of a store's events; those of kind "import" have the given verb and domain.

    A rating of items that people watched (read, ...) counts as watched.

    >>> verb_of_stored("", "film", ["import"]), verb_of_stored("", "film", ["import", "view"])
    ('', 'chose')
    >>> verb_of_stored("", "film", ["rating"]), verb_of_stored("", "other", ["rating"])
    ('', 'rated')
    """
    found = set(kinds)
    own = verb_of(verb, domain)
    known = {
        kind
        for kind in found
        if kind == IMPORTED or (own != CHOSE and meaning_of(kind) is Meaning.RATING)
    }
    others = verb_of_kinds(found - known)
    if others == own or not others:
        return verb
    return CHOSE if known else others


def verb_of(verb: str, domain: str) -> str:
    """Return the verb to use: the data's own, otherwise the domain's, otherwise "chose".

    >>> verb_of("", "film"), verb_of("viewed", "shop"), verb_of("", "other")
    ('watched', 'viewed', 'chose')
    """
    return verb or OF_DOMAIN.get(domain, CHOSE)


def is_work(verb: str, domain: str) -> bool:
    """Say whether the items are works (films, books, music, games), which Chinese quotes with 《》.

    >>> is_work("", "film"), is_work("listened", "artist"), is_work("read", "other"), is_work("bought", "other")
    (True, False, True, False)
    """  # noqa: E501
    return domain in WORKS or (domain == "other" and verb in WORK_VERBS)

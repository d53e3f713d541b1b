"""What people did with the items and what the items are: the keys by which sentences choose their words.

The verb comes from what the data declare (the option --verb, the kinds of the events, a format that says what it holds),
never from the name of a file or folder.
"""

from __future__ import annotations

from collections.abc import Iterable

from whyrec.core.errors import BadArgument

__all__ = ["CHOSE", "DOMAINS", "OF_DOMAIN", "VALUES", "VERBS", "checked", "is_work", "verb_of", "verb_of_kinds",
           "verb_of_stored"]

CHOSE = "chose"  # what is said where nothing more exact is known
VERBS = (CHOSE, "watched", "read", "listened", "played", "bought", "ordered", "viewed", "clicked", "liked", "rated", "saved",
         "shared", "applied", "booked", "followed", "downloaded", "subscribed", "joined", "visited", "used")
DOMAINS = ("film", "book", "music", "artist", "game", "shop", "other")
VALUES = ("", "rating", "count")  # what the events' values are: unknown, ratings on a scale, or counts of uses
WORKS = ("film", "book", "music", "game")  # domains whose items are works with titles of their own
WORK_VERBS = ("watched", "read", "played")  # what is done with works alone, where no domain is named

# Model folders of version 0.1 name a domain and no verb.
OF_DOMAIN = {"film": "watched", "book": "read", "music": "listened", "artist": "listened", "shop": "bought",
             "game": "played"}

_KINDS = {  # verb: the kinds of events that it says
    "watched": ("watch", "watched"), "read": ("read",), "listened": ("listen", "listened", "scrobble"),
    "played": ("play", "played"), "bought": ("purchase", "buy", "bought", "sale", "transaction"),
    "ordered": ("order", "ordered"), "viewed": ("view", "viewed"), "clicked": ("click", "clicked"),
    "liked": ("like", "liked"), "rated": ("rating", "rate", "rated"), "saved": ("save", "saved", "bookmark"),
    "shared": ("share", "shared"), "applied": ("apply", "applied", "application"),
    "booked": ("book", "booking", "booked", "reservation"), "followed": ("follow", "followed"),
    "downloaded": ("download", "downloaded"), "subscribed": ("subscribe", "subscribed"),
    "joined": ("signup", "sign-up", "join", "joined"), "visited": ("visit", "visited"), "used": ("use", "used"),
}
OF_KIND = {kind: verb for verb, kinds in _KINDS.items() for kind in kinds}
IMPORTED = "import"  # the kind in a store of events that came with a data set
NO_CHOICES = ("impression", "dislike", "skip", "return", "refund", "cancel")  # no choices: they have no verb


def checked(name: str, value: str, known: tuple[str, ...]) -> str:
    """The value, where it is one of the known ones; else BadArgument that lists them."""
    if value not in known:
        raise BadArgument(f"{name} must be one of {', '.join(filter(None, known))}", given=repr(value))
    return value


def verb_of_kinds(kinds: Iterable[str]) -> str:
    """The verb of events of these kinds: "" where none names a choice, "chose" where they differ or have no verb.

    >>> verb_of_kinds(["view", "View"]), verb_of_kinds(["view", "purchase"]), verb_of_kinds(["impression"])
    ('viewed', 'chose', '')
    """
    plain = {kind.strip().casefold() for kind in kinds} - {"", *NO_CHOICES}
    verbs = {OF_KIND.get(kind, CHOSE) for kind in plain}
    return "" if not verbs else verbs.pop() if len(verbs) == 1 else CHOSE


def verb_of_stored(verb: str, domain: str, kinds: Iterable[str]) -> str:
    """The verb of events of a store, among which those of the kind "import" came from data with this verb and domain.

    >>> verb_of_stored("", "film", ["import"]), verb_of_stored("", "film", ["import", "view"])
    ('', 'chose')
    """
    found = set(kinds)
    others, own = verb_of_kinds(found - {IMPORTED}), verb_of(verb, domain)
    if others == own or not others:
        return verb
    return CHOSE if IMPORTED in found else others


def verb_of(verb: str, domain: str) -> str:
    """The verb that is said: the data's own, else that of the domain, else "chose".

    >>> verb_of("", "film"), verb_of("viewed", "shop"), verb_of("", "other")
    ('watched', 'viewed', 'chose')
    """
    return verb or OF_DOMAIN.get(domain, CHOSE)


def is_work(verb: str, domain: str) -> bool:
    """Whether the items are works (films, books, pieces of music, games), which Chinese puts in 《》; artists, goods and
    people are none.

    >>> is_work("", "film"), is_work("listened", "artist"), is_work("read", "other"), is_work("bought", "other")
    (True, False, True, False)
    """
    return domain in WORKS or (domain == "other" and verb in WORK_VERBS)

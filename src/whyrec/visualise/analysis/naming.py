"""Names for directions in a catalogue (factors, concepts): the categories and title words whose
items lead on them.

A term names a direction where its items stand higher than all others by more than chance, corrected
for how many terms were looked at (Bonferroni). By ranks, as normal scores [vanderwaerden1952]: a
few items far out name nothing. Not good for
catalogues without categories or titles: there the items name it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import ndtri

from whyrec.core import ItemTable

__all__ = ["FEWEST", "Term", "Terms", "terms_of"]

FEWEST = 5  # items of a term
MOST = 0.5  # of all items: a term of more says nothing
CHANCE = 0.01  # that any of the terms names a direction that has none
TOKEN = re.compile(r"[^\W_]+")
WORD = re.compile(r"[^\W\d_]{3,}|[\u4e00-\u9fff]{2,}")
COMMON = frozenset(
    (
        "the",
        "and",
        "for",
        "with",
        "from",
        "new",
        "set",
        "all",
        "you",
        "your",
        "her",
        "his",
        "its",
        "are",
        "was",
        "not",
        "per",
        "pack",
        "count",
        "inch",
        "von",
        "und",
        "der",
        "les",
        "des",
        "que",
        "para",
        "por",
        "una",
        "los",
        "las",
        "del",
    )
)


@dataclass(frozen=True)
class Term:
    """A category or word with how far its items lead, in standard errors, and their share of the
    direction's top items.
    """

    name: str
    z: float
    items: int


@dataclass(frozen=True, eq=False)
class Terms:
    """names (t,), members (t, n) 0/1 sparse: which items carry each; categories first."""

    names: tuple[str, ...]
    members: sparse.csr_array
    categories: int

    def of(self, load: NDArray[np.floating], directions: int, most: int = 2) -> list[Term]:
        """The terms that name a direction, best first. load (n,): of each item; directions: how
        many are named in all. A term whose items are nearly a better one's is passed over; words
        stand back behind categories that say as much."""
        if not len(self.names):
            return []
        sizes = np.asarray(self.members.sum(1)).ravel()
        scores = ndtri((_ranks(load) - 0.5) / len(load))
        z = (self.members @ scores / sizes - scores.mean()) / (
            scores.std() / np.sqrt(sizes) + 1e-12
        )
        bound = -ndtri(CHANCE / (len(self.names) * max(1, directions)))
        worth = z * np.where(np.arange(len(z)) < self.categories, 1.0, 0.8)
        found: list[int] = []
        for at in np.argsort(-worth, kind="stable"):
            if len(found) == most or z[at] <= bound:
                break
            if all(self._shared(int(at), other) < 0.6 for other in found) and (
                not found or z[at] > 0.4 * z[found[0]]
            ):
                found.append(int(at))
        return [Term(self.names[at], round(float(z[at]), 2), int(sizes[at])) for at in found]

    def _shared(self, a: int, b: int) -> float:
        """The items of both, as a share of the fewer."""
        one = self.members[[a]].indices
        two = self.members[[b]].indices
        return len(np.intersect1d(one, two)) / max(1, min(len(one), len(two)))


def _ranks(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """1 for the least, equal values sharing the mean of their places."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[place])


def terms_of(table: ItemTable, rows: NDArray[np.integer]) -> Terms:
    """The categories and title words of at least FEWEST of the items `rows`, (r,), and of at
    most half of them.
    """
    kinds: list[dict[str, list[int]]] = [defaultdict(list), defaultdict(list)]
    for at, row in enumerate(rows):
        for category in dict.fromkeys(table.categories[row]):
            kinds[0][category].append(at)
        for word in dict.fromkeys(_words(table.title[row])):
            kinds[1][word].append(at)
    known = {name.lower() for name in kinds[0]}
    kept = [
        [
            (name, at)
            for name, at in sorted(kind.items())
            if FEWEST <= len(at) <= MOST * len(rows) and not (n and name in known)
        ]
        for n, kind in enumerate(kinds)
    ]
    pairs = [*kept[0], *kept[1]]
    indptr = np.cumsum([0, *(len(at) for _, at in pairs)])
    indices = np.concatenate([np.zeros(0, np.int64), *(np.array(at, np.int64) for _, at in pairs)])
    members = sparse.csr_array(
        (np.ones(len(indices)), indices, indptr), shape=(len(pairs), len(rows))
    )
    return Terms(tuple(name for name, _ in pairs), members, len(kept[0]))


def _words(title: str) -> list[str]:
    """Words, and pairs of neighbours such as "xbox 360"; those that are in every text are no names.

    >>> _words("Halo 3 - Xbox 360")
    ['halo', 'xbox', 'halo 3', 'xbox 360']
    """
    tokens = TOKEN.findall(title.lower())
    single = [one for one in tokens if WORD.fullmatch(one) and one not in COMMON]
    pairs = [
        f"{a} {b}" for a, b in pairwise(tokens) if (a in single) and (b.isdigit() or b in single)
    ]
    return [*single, *pairs]

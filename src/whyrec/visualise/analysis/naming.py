"""Name directions in a catalogue (factors, concepts) by categories and title words.

A term names a direction if its items rank higher than all others beyond chance, corrected for the
number of terms that were tested (Bonferroni). Ranks are transformed to normal scores
[vanderwaerden1952], so a few extreme items do not name anything. Limitations: catalogues without
categories or titles have no terms.
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
MOST = 0.5  # largest share of all items: a more frequent term is not specific
CHANCE = 0.01  # probability that any term names a meaningless direction
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
    """A category or word that names a direction.

    Attributes:
        name: The category or word.
        z: The lead of its items over all others, in standard errors.
        items: Number of its items.
    """

    name: str
    z: float
    items: int


@dataclass(frozen=True, eq=False)
class Terms:
    """Categories and title words of some items.

    Attributes:
        names: The terms, (t,), categories first.
        members: Which items carry each term, (t, n), sparse 0/1.
        categories: Number of terms that are categories.
    """

    names: tuple[str, ...]
    members: sparse.csr_array
    categories: int

    def of(self, load: NDArray[np.floating], directions: int, most: int = 2) -> list[Term]:
        """Find the terms that name a direction.

        A term whose items nearly equal those of a better one is skipped; words are used only if
        categories say less.

        Args:
            load: Loading of each item, (n,).
            directions: Number of directions that are named in all.
            most: Largest number of terms.

        Returns:
            The terms, best first.
        """
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
        """Number of items of both terms, as a share of the smaller one."""
        one = self.members[[a]].indices
        two = self.members[[b]].indices
        return len(np.intersect1d(one, two)) / max(1, min(len(one), len(two)))


def _ranks(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Ranks from 1; equal values share the mean of their ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[place])


def terms_of(table: ItemTable, rows: NDArray[np.integer]) -> Terms:
    """Collect the categories and title words of some items.

    A term must belong to at least FEWEST of these items and to at most half of them.

    Args:
        table: The items.
        rows: Item numbers, (r,).

    Returns:
        The terms.
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
    """Words, and pairs of neighbours such as "xbox 360", without the most frequent words.

    >>> _words("Halo 3 - Xbox 360")
    ['halo', 'xbox', 'halo 3', 'xbox 360']
    """
    tokens = TOKEN.findall(title.lower())
    single = [one for one in tokens if WORD.fullmatch(one) and one not in COMMON]
    pairs = [
        f"{a} {b}" for a, b in pairwise(tokens) if (a in single) and (b.isdigit() or b in single)
    ]
    return [*single, *pairs]

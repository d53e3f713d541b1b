"""A simulated audience with known tastes, dislikes and fatigue, for measuring what lists are worth.

A person likes some genres and dislikes others. What an item is worth to them is

    taste of its genres + quality of the item - tiring * log(1 + times it was shown in vain)

and they choose or dismiss a shown item at random, with chances that grow with its worth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Dataset, ItemTable

__all__ = ["Audience", "audience"]

Floats = NDArray[np.float64]
GENRES = ("Drama", "Comedy", "Crime", "War", "Horror", "Romance", "Western", "Science fiction")
EVENTS = 12  # choices of a person before the first list


@dataclass(frozen=True)
class Audience:
    """People, items, and what each is worth to each.

    Attributes:
        table: Titles and genres of the items.
        worth: What each item is worth to each person before it was shown, (people, items).
        tiring: How much a showing in vain takes from that.
        log: The choices before the first list.
    """

    table: ItemTable
    worth: Floats
    tiring: float
    log: Dataset

    def utility(self, shown: NDArray[np.int64]) -> Floats:
        """Compute what each item is worth after showings in vain.

        Args:
            shown: Number of showings in vain, (people, items).

        Returns:
            The worth, (people, items).
        """
        return self.worth - self.tiring * np.log1p(shown)

    @staticmethod
    def choice(utility: Floats) -> Floats:
        """Compute the chance of a choice when an item of this worth is shown."""
        return 1 / (1 + np.exp(-2 * (utility - 1)))

    @staticmethod
    def dismissal(utility: Floats) -> Floats:
        """Compute the chance that a shown item of this worth is dismissed."""
        return 1 / (1 + np.exp(3 * (utility + 0.5)))


def audience(
    *, people: int = 600, items: int = 240, tiring: float = 0.4, seed: int = 0
) -> Audience:
    """Simulate an audience and its choices before the first list.

    Args:
        people: Number of people.
        items: Number of items.
        tiring: See :class:`Audience`.
        seed: Seed of all random numbers.

    Returns:
        The audience.
    """
    rng = np.random.default_rng(seed)
    count = len(GENRES)
    genres = np.zeros((items, count))
    genres[np.arange(items), rng.integers(0, count, items)] = 1
    second = rng.random(items) < 0.4
    genres[second, rng.integers(0, count, int(second.sum()))] = 1
    taste = np.full((people, count), -0.1)
    for row in taste:
        order = rng.permutation(count)
        row[order[:3]] = rng.uniform(0.5, 1.5, 3)
        row[order[3:5]] = rng.uniform(-2.5, -1.0, 2)
    quality = rng.normal(0, 0.4, items)
    worth = taste @ genres.T + quality
    # People met items at random before, popular ones more often, and chose by their worth.
    chance = np.exp(1.5 * worth + 1.5 * quality)
    user = np.repeat(np.arange(people), EVENTS)
    item = np.concatenate(
        [rng.choice(items, EVENTS, replace=False, p=row / row.sum()) for row in chance]
    )
    step = np.tile(np.arange(EVENTS), people)
    order = np.argsort(step, kind="stable")
    table = ItemTable(
        tuple(f"Film {n}" for n in range(items)),
        categories=tuple(tuple(GENRES[g] for g in np.flatnonzero(row)) for row in genres),
    )
    log = Dataset(
        user[order],
        item[order],
        np.ones(len(user)),
        1_700_000_000 + 3600 * step[order],
        tuple(f"p{n}" for n in range(people)),
        tuple(f"i{n}" for n in range(items)),
        table,
        name="audience",
        domain="film",
    )
    return Audience(table, worth, tiring, log)

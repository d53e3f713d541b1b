"""Homophily and diffusion among friends, distinguished by times.

Friends choose alike because similar people befriend each other (homophily), because the same things
reach both (a common cause), or because one follows the other (diffusion). Only diffusion has an
order, so the test shuffles the times and keeps the choices; what then still looks like following is
not diffusion [anagnostopoulos2008]. Without event times nothing can be said about diffusion;
without times of the friendships, nothing about whether people were similar before they met. Neither
test proves cause: a friend who hears of a thing first from the same source, a little later, looks
like a follower.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import ArgumentError, DataError, Dataset, Measurement

__all__ = ["Followed", "Null", "diffusion", "homophily"]

DAY = 86_400
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Null:
    """The distribution of the count under shuffled times.

    Attributes:
        mean: Mean count.
        spread: Standard deviation.
        p: Share of shuffles, the real one included, that reach the real count.
    """

    mean: float
    spread: float
    p: float


@dataclass(frozen=True)
class Followed:
    """How often friends' choices are followed.

    Each null model keeps what the other destroys; only if both are exceeded do the times support
    diffusion.

    Attributes:
        count: Choices that a friend had made up to `days` before.
        of: Choices that both friends made.
        days: Length of the window in days.
        within_item: Null model that shuffles times among the people who chose an item.
        within_person: Null model that shuffles times among a person's own choices.
    """

    count: int
    of: int
    days: float
    within_item: Null
    within_person: Null

    @property
    def excess(self) -> float:
        """The part of the count, 0 to 1, that the larger null mean does not explain."""
        if self.count:
            return max(0.0, 1 - max(self.within_item.mean, self.within_person.mean) / self.count)
        return 0.0


def homophily(data: Dataset, *, seed: int = 0) -> tuple[Measurement, Measurement]:
    """Compare the similarity of friends with that of matched strangers.

    Args:
        data: Events and friendships.
        seed: Seed of the matching.

    Returns:
        (friends, matched). For each friendship the cosine of the two people's item sets, and the
            cosine with a stranger who has about as many items as the friend. The difference is
            similarity of any origin.

    Raises:
        DataError: If there are no friendships, or no strangers.
    """
    people, friends = _linked(data).T
    chosen = _chosen(data)
    chosen.data[:] = 1.0
    sizes = np.diff(chosen.indptr)
    order = np.lexsort((np.random.default_rng(seed).random(data.n_users), sizes))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    known = set(zip(people.tolist(), friends.tolist(), strict=True))

    def stranger_to(one: int) -> Callable[[int], bool]:
        return lambda other: other != one and (one, other) not in known

    others = np.array(
        [
            _nearest(place[f], order, stranger_to(u))
            for u, f in zip(people.tolist(), friends.tolist(), strict=True)
        ]
    )

    def cosine(two: Ints) -> NDArray[np.float64]:
        shared = np.asarray(chosen[people].multiply(chosen[two]).sum(1), np.float64).ravel()
        return np.asarray(shared / np.sqrt(np.maximum(sizes[people] * sizes[two], 1)))

    return Measurement("likeness of friends", cosine(friends)), Measurement(
        "likeness of others", cosine(others)
    )


def _nearest(place: int, order: Ints, may: Callable[[int], bool]) -> int:
    """Return the nearest person in `order` who `may` be chosen; DataError if there is none."""
    for step in range(1, len(order)):
        for at in (place + step, place - step):
            if 0 <= at < len(order) and may(int(order[at])):
                return int(order[at])
    raise DataError(
        "homophily needs somebody who is no friend",
        given="people who are all friends with each other",
    )


def diffusion(data: Dataset, *, days: float = 92, shuffles: int = 200, seed: int = 0) -> Followed:
    """Count how often a friend's first choice of an item is followed, against shuffled times.

    Equal times count as no order. Friendships count in both directions. See :class:`Followed`.

    Args:
        data: Events with times, and friendships.
        days: Length of the window in days.
        shuffles: Number of shuffles.
        seed: Seed of the shuffles.

    Returns:
        The count and its two null models.

    Raises:
        DataError: If the times are only an order, or there are no friendships.
        ArgumentError: If days or shuffles are not positive.
    """
    if not data.clock:
        raise DataError(
            "diffusion needs times of a common clock",
            given="times that are only an order",
            fix="without times, friends who are alike are all that can be told: homophily",
        )
    if shuffles < 1 or not days > 0:
        raise ArgumentError(
            "diffusion needs days above 0 and 1 shuffle or more",
            given=f"{days} days, {shuffles} shuffles",
        )
    people, friends = _linked(data).T
    first = _chosen(data)
    place = sparse.csr_array(
        (np.arange(1, first.nnz + 1), first.indices, first.indptr), shape=first.shape
    )
    there = sparse.csr_array(
        (np.ones(first.nnz, np.int64), first.indices, first.indptr), shape=first.shape
    )
    own = (
        sparse.csr_array(place[people].multiply(there[friends])).data - 1
    )  # both sorted by row and item
    theirs = sparse.csr_array(there[people].multiply(place[friends])).data - 1
    times = first.data.astype(np.int64)
    person = np.repeat(np.arange(data.n_users), np.diff(first.indptr))

    def count(moments: Ints) -> int:
        later = moments[own] - moments[theirs]
        known = (moments[own] != 0) & (moments[theirs] != 0)
        return int((known & (later > 0) & (later <= days * DAY)).sum())

    real = count(times)
    rng = np.random.default_rng(seed)
    nulls = [
        _null(real, [count(_shuffled(times, group, rng)) for _ in range(shuffles)])
        for group in (first.indices, person)
    ]
    return Followed(real, len(own), days, *nulls)


def _null(real: int, found: list[int]) -> Null:
    return Null(
        float(np.mean(found)),
        float(np.std(found)),
        (1 + sum(one >= real for one in found)) / (1 + len(found)),
    )


def _shuffled(times: Ints, group: NDArray[np.integer], rng: np.random.Generator) -> Ints:
    """Shuffle the times within each group."""
    out = np.empty_like(times)
    out[np.argsort(group, kind="stable")] = times[np.lexsort((rng.random(len(times)), group))]
    return out


def _linked(data: Dataset) -> Ints:
    """Return each friendship in both directions once, (l, 2); DataError if there is none."""
    if not len(data.friends):
        raise DataError(
            "homophily and diffusion need friends",
            given="a data set without any",
            fix="give the table friends",
        )
    both = np.concatenate([data.friends, data.friends[:, ::-1]]).astype(np.int64)
    return np.unique(both[both[:, 0] != both[:, 1]], axis=0)


def _chosen(data: Dataset) -> sparse.csr_array:
    """Return the time of each person's first choice of an item, (n_users, n_items) int64.

    Zero times are stored too.
    """
    pair = data.user.astype(np.int64) * data.n_items + data.item
    pairs, at = np.unique(pair, return_index=True)  # events are sorted by time: keeps the first
    row, column = np.divmod(pairs, max(1, data.n_items))
    indptr = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=data.n_users))])
    return sparse.csr_array((data.time[at], column, indptr), shape=(data.n_users, data.n_items))

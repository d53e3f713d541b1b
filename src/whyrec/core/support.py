"""The number of people behind an item-to-item reason, and what may be said about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from whyrec.core.errors import ArgumentError
from whyrec.core.queries import Int

__all__ = ["FEWEST", "UNKNOWN", "Supported", "often", "prefer", "strength"]

FEWEST = 5  # smaller counts are never stated, and are weak support
UNKNOWN = -1
# "often" needs this many people, and this many times the expected number.
OFTEN = 20
TIMES = 3.0


@runtime_checkable
class Supported(Protocol):
    """A model that knows how many people are behind its item-to-item weights."""

    def support(self, items: Any, item: int | Int) -> Int:
        """Count the people of the fitted data who chose both items of each pair.

        Args:
            items: Item numbers, (m,).
            item: One item number, or one per element of `items`, (m,).

        Returns:
            Counts, (m,). A lower bound if people or events were sampled or small counts are hidden;
                -1 if unknown.
        """


def strength(support: int, k: int = FEWEST) -> Literal["unknown", "weak", "normal"]:
    """Classify a support: "weak" below k people.

    >>> strength(-1), strength(4), strength(5), strength(9, k=10)
    ('unknown', 'weak', 'normal', 'weak')
    """
    if support < 0:
        return "unknown"
    return "weak" if support < k else "normal"


def often(
    pair: int, count_a: int, count_b: int, people: int, *, least: int = OFTEN, times: float = TIMES
) -> bool:
    """Say whether two items may be said to be chosen together "often".

    At least `least` people chose both, and at least `times` as many as by chance.

    Args:
        pair: People who chose both.
        count_a: People who chose the first.
        count_b: People who chose the second.
        people: All people.
        least: Smallest number of people.
        times: Smallest ratio to the expected number.

    Returns:
        Whether both hold; False if a number is unknown (-1).

    >>> often(20, 50, 60, 1000), often(20, 500, 600, 1000), often(19, 50, 60, 1000)
    (True, False, False)
    """
    known = min(pair, count_a, count_b, people) > 0
    return known and pair >= least and pair * people >= times * count_a * count_b


def prefer(
    weights: Sequence[float] | NDArray[Any],
    supports: Sequence[int] | NDArray[Any],
    tolerance: float = 0.1,
) -> NDArray[np.int64]:
    """Order reasons by weight, and about equal ones by support.

    A reason is about equal to a heavier one if it is at most `tolerance` lighter; a group starts
    with the heaviest remaining reason. Equal supports keep the order of their weights. All supports
    below :data:`FEWEST` are equal, because a folder without histories keeps none of them and must
    name the same reasons.

    Args:
        weights: What each reason adds, (m,); their absolute values count.
        supports: People behind each reason, (m,); -1 if unknown.
        tolerance: Relative difference of about equal weights.

    Returns:
        Positions, (m,).

    Raises:
        ArgumentError: If the lengths differ.

    >>> prefer([1.0, 0.95, 0.5], [3, 40, 900]).tolist()
    [1, 0, 2]
    """
    if len(weights) != len(supports):
        raise ArgumentError(
            "prefer needs one support a weight",
            given=f"{len(weights)} weights, {len(supports)} supports",
        )
    sizes = [abs(float(weight)) for weight in weights]  # lists are faster than arrays at this size
    people = [0 if 0 <= count < FEWEST else int(count) for count in supports]
    by_weight = sorted(range(len(sizes)), key=lambda n: -sizes[n])
    out: list[int] = []
    while by_weight:
        least = (1 - tolerance) * sizes[by_weight[0]]
        group = sum(sizes[n] >= least for n in by_weight)
        out += sorted(by_weight[:group], key=lambda n: -people[n])
        by_weight = by_weight[group:]
    return np.array(out, np.int64)

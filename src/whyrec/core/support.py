"""On how many people an item-to-item reason rests, and what may be said of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from whyrec.core.errors import ArgumentError
from whyrec.core.queries import Int

__all__ = ["FEWEST", "UNKNOWN", "Supported", "often", "prefer", "strength"]

FEWEST = 5  # fewer people than this are never counted aloud, and are a weak sign
UNKNOWN = -1
# "often": at least so many people, and so many times what chance gives
OFTEN = 20
TIMES = 3.0


@runtime_checkable
class Supported(Protocol):
    """A model that knows on how many people its item-to-item weights rest."""

    def support(self, items: Any, item: int | Int) -> Int:
        """How many different people of the fitted data chose both, for each of `items` (m,) with
        `item`, one or one for each (m,): (m,) integers. A lower bound where people or events were
        sampled or small counts are hidden; -1 where it is not known."""
        ...


def strength(support: int, k: int = FEWEST) -> Literal["unknown", "weak", "normal"]:
    """How a reason with this support reads: "weak" below k people.

    >>> strength(-1), strength(4), strength(5), strength(9, k=10)
    ('unknown', 'weak', 'normal', 'weak')
    """
    if support < 0:
        return "unknown"
    return "weak" if support < k else "normal"


def often(
    pair: int, count_a: int, count_b: int, people: int, *, least: int = OFTEN, times: float = TIMES
) -> bool:
    """Whether "often" may be said of two items: at least `least` people chose both (or one after
    the other), and at least `times` as many as if the choices had nothing to do with each other.

    pair: people who chose both; count_a, count_b: people who chose each; people: all people. False
    where a number is not known (-1).

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
    """The order in which to name reasons, as positions (m,): heaviest first, and among those about
    equal the best supported.

    weights: how much each reason adds (their sizes count); supports: people behind each, -1 where
    unknown. A reason is about equal to a heavier one if it is at most `tolerance` lighter than
    that; a group starts with the heaviest reason that is left. Equal supports stay in the order of
    their weights, and all below :data:`FEWEST` are equal, for a folder without
    histories keeps none of them: it must name the same reasons.

    >>> prefer([1.0, 0.95, 0.5], [3, 40, 900]).tolist()
    [1, 0, 2]
    """
    if len(weights) != len(supports):
        raise ArgumentError(
            "prefer needs one support a weight",
            given=f"{len(weights)} weights, {len(supports)} supports",
        )
    sizes = [abs(float(weight)) for weight in weights]  # a handful: lists are quicker than arrays
    people = [0 if 0 <= count < FEWEST else int(count) for count in supports]
    by_weight = sorted(range(len(sizes)), key=lambda n: -sizes[n])
    out: list[int] = []
    while by_weight:
        least = (1 - tolerance) * sizes[by_weight[0]]
        group = sum(sizes[n] >= least for n in by_weight)
        out += sorted(by_weight[:group], key=lambda n: -people[n])
        by_weight = by_weight[group:]
    return np.array(out, np.int64)

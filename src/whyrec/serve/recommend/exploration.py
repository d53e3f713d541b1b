"""Randomise the last place of some answers and log the probabilities, for off-policy evaluation.

Off unless `explore` is set; never for people who switched personalisation off.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core.messages import Messages

Inputs = Any  # of `answer`, which imports this file

__all__ = ["CANDIDATES", "Drawn", "draw", "exploring", "told"]

TEXTS = Messages("service")
CANDIDATES = 20  # the item of the last place and the next best 19


class Drawn(NamedTuple):
    """A drawn list.

    `order` (k,) has the drawn item at its place, and the item it displaces where it came from. `at`
    is the index of the drawn candidate, 0 if the list is unchanged; `chance` is its probability of
    being shown; `candidates` are items.
    """

    order: NDArray[np.int32]
    at: int
    chance: float
    candidates: NDArray[np.int32]


def exploring(inputs: Inputs, rate: float, id: str) -> Inputs:
    """Inputs of an answer that explores, seeded by its id so that a replay draws the same."""
    if not rate or not inputs.personalised or not inputs.for_user:
        return inputs
    seed = int.from_bytes(hashlib.sha256(id.encode()).digest()[:4], "big")
    return replace(inputs, explore=rate, seed=seed, place=inputs.n)


def draw(order: NDArray[np.int32], inputs: Inputs) -> Drawn | None:
    """Draw the item of the last place; None if there is nothing to draw from.

    With probability `explore` one of c candidates is drawn uniformly; otherwise the first is taken.
    So the first is shown with probability 1 - explore + explore / c, each other with explore / c.
    """
    candidates = order[inputs.place - 1 : inputs.place - 1 + CANDIDATES]
    if len(candidates) < 2:
        return None
    rng = np.random.default_rng(inputs.seed)
    c = len(candidates)
    if rng.random() < inputs.explore:
        at = int(rng.integers(c))
    else:
        at = 0
    swapped = order.copy()
    first = inputs.place - 1
    swapped[[first, first + at]] = order[[first + at, first]]
    return Drawn(swapped, at, inputs.explore / c + (1 - inputs.explore) * (at == 0), candidates)


def told(drawn: Drawn, inputs: Inputs, labels: Any) -> dict[str, Any]:
    """The draw as the answer and the log report it."""
    return {
        "place": inputs.place,
        "drawn": drawn.at > 0,
        "chance": drawn.chance,
        "rate": inputs.explore,
        "candidates": [labels[item] for item in drawn.candidates.tolist()],
        "text": TEXTS.say("explored", inputs.lang) if drawn.at else None,
    }

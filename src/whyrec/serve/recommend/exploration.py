"""A share of answers whose last place is drawn by chance, with the chance written down: what a log
needs to judge another model by (`whyrec judge`). Off unless `explore` is set; never for people
who switched personalisation off."""

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
    """order (k,): the items with the drawn one at its place, and the one it displaces where it came
    from; at: the candidate that was drawn, 0 where the list is as it would be; chance: of that
    one being shown; candidates: items."""

    order: NDArray[np.int32]
    at: int
    chance: float
    candidates: NDArray[np.int32]


def exploring(inputs: Inputs, rate: float, id: str) -> Inputs:
    """The inputs of an answer that explores: seeded by its id, so that a replay draws the same."""
    if not rate or not inputs.personalised or not inputs.for_user:
        return inputs
    seed = int.from_bytes(hashlib.sha256(id.encode()).digest()[:4], "big")
    return replace(inputs, explore=rate, seed=seed, place=inputs.n)


def draw(order: NDArray[np.int32], inputs: Inputs) -> Drawn | None:
    """With the chance `explore`, one of c candidates, each alike; else the first. The first is then
    shown with the chance 1 - explore + explore / c, each other with explore / c. None where
    there is nothing to draw from."""
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
    """What the answer and the log say of it."""
    return {
        "place": inputs.place,
        "drawn": drawn.at > 0,
        "chance": drawn.chance,
        "rate": inputs.explore,
        "candidates": [labels[item] for item in drawn.candidates.tolist()],
        "text": TEXTS.say("explored", inputs.lang) if drawn.at else None,
    }

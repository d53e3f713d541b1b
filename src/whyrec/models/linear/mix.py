"""The parts of the additive model, the numbers that mix them, and their search grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from whyrec.core import ArgumentError, UnknownNameError

__all__ = ["EVIDENCE", "GRID", "PARTS", "TOGETHER", "Mix", "lacking", "mix_of", "part_names"]

PARTS = ("ease", "transitions", "learned")
# Who chose both items, in any order: replaces the transitions if the data have no order.
TOGETHER = "together"
EVIDENCE = 3.0  # where the search for the evidence starts


@dataclass(frozen=True)
class Mix:
    """The numbers that validation people choose.

    The transitions have one of two forms. With an `evidence` above 0 a pair weighs
    log(1 + evidence * C), where a gap g counts 1 / g^gap_power in C; otherwise it weighs
    C / (events of the source)^power, where a gap counts decay^(g - 1).
    """

    event_decay: float = 0.85
    decay: float = 0.7
    query_decay: float = 0.7
    power: float = 1.0
    share: float = 0.5  # weight of the transitions; EASE has the rest
    popularity: float = 0.0
    learned: float = 0.0  # weight of the learned part; EASE and transitions have the rest
    # Without an order: power of the target's frequency that the co-occurrences are divided by.
    target: float = 0.5
    evidence: float = 0.0  # number of items / events of the prior
    gap_power: float = 1.0


# Searched in this order: the best share of the transitions depends on their shape.
GRID: dict[str, tuple[float, ...]] = {
    "power": (0.25, 0.5, 0.75, 1.0),
    "decay": (0.6, 0.7, 0.8, 0.9),
    "query_decay": (0.95, 0.9, 0.8, 0.7, 0.6, 0.5),
    "event_decay": (1.0, 0.98, 0.95, 0.9, 0.85, 0.8, 0.7),
    "share": (0.0, 0.15, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
    "popularity": (
        -0.8,
        -0.6,
        -0.4,
        -0.3,
        -0.2,
        -0.15,
        -0.1,
        -0.05,
        -0.02,
        0.0,
        0.02,
        0.05,
        0.1,
        0.2,
    ),
    "learned": (0.0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8),
    "target": (0.0, 0.25, 0.5),
    "evidence": (0.0, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0),
    "gap_power": (0.5, 1.0, 1.5),
}


def part_names(given: Sequence[str] | None, order: str = "time") -> tuple[str, ...]:
    """Return the requested parts that the order of the data allows; default: all available."""
    if order == "none":
        names = [
            {"transitions": TOGETHER}.get(name, name)
            for name in part_names(given)
            if name != "learned"
        ]
        if not names:
            raise ArgumentError(
                "without an order of events parts must be ease or transitions",
                given="learned alone",
                fix="add them, or give --order file, if the order of the rows is meant",
            )
        return tuple(names)
    if given is None:
        return PARTS if find_spec("torch") else PARTS[:2]
    if isinstance(given, str):
        given = (given,)
    chosen = tuple(given)
    for name in chosen:
        if name not in PARTS:
            raise UnknownNameError("part of additive", name, PARTS)
    if not chosen:
        raise ArgumentError(f"components must be some of {', '.join(PARTS)}", given="none")
    return chosen


def lacking(given: Sequence[str] | None) -> list[str]:
    """Return which requested parts need an order of events."""
    return [*(name for name in part_names(given) if name != "ease"), "decay"]


def mix_of(given: Mapping[str, float] | None, order: str = "time") -> Mix:
    """Return the mix with the given numbers; without an order, no decay and no learned weights."""
    if given is not None and not isinstance(given, Mapping):
        raise ArgumentError("mix must name its numbers, as in share = 0.5", given=repr(given))
    for name, value in (given or {}).items():
        if name not in GRID:
            raise UnknownNameError("number of mix", name, GRID)
        if (
            isinstance(value, bool)
            or not isinstance(value, (int, float))
            or not (0 <= value < float("inf") or name == "popularity")
        ):
            raise ArgumentError(f"{name} of mix must be a number, 0 or more", given=repr(value))
    if order == "none":
        still = {"event_decay": 1.0, "decay": 1.0, "query_decay": 1.0, "learned": 0.0}
    else:
        still = {}
    return Mix(**dict(given or {}) | still)

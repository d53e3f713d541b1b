"""Searches a model's settings on validation people within a budget of processor seconds.

The one search of all rows, ours and the peers'. The settings that the row states come first, then
points of a scrambled Halton sequence over the space. Imports only numpy, scipy and the standard
library, since it runs in the peers' environment as well as in ours.

A space is {setting: axis}; an axis is {"grid": [values]} or {"low": a, "high": b} with "log" and
"whole" as flags. A dot leads into a setting that is a mapping: "mix.event_decay".
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from scipy.stats import qmc

from bench.peers.child import cpu_seconds

Settings = dict[str, Any]
Trial = dict[str, Any]  # settings, ndcg@10, cpu_seconds
MOST_TRIALS = 64


def search(
    settings: Settings,
    space: Mapping[str, Any],
    measure: Callable[[Settings], float],
    *,
    seconds: float,
    seed: int = 0,
    most: int = MOST_TRIALS,
) -> list[Trial]:
    """Trials in their order, the stated settings first.

    A further trial starts only if one of the mean length so far would end within the budget. A
    trial that fails counts as 0.

    Args:
        settings: The row's own settings, tried first; the others are changes of these.
        space: Where to search.
        measure: Fits with the settings; returns NDCG@10 on validation people.
        seconds: Processor seconds for all trials together.
        seed: Seed of the sequence.
        most: Largest number of trials.
    """
    start = cpu_seconds()
    trials: list[Trial] = []
    for one in points(settings, space, seed, most):
        before = cpu_seconds()
        if trials and (before - start) * (1 + 1 / len(trials)) > seconds:
            break
        trial: Trial = {"settings": one, "ndcg@10": 0.0}
        try:
            trial["ndcg@10"] = round(measure(copy.deepcopy(one)), 6)
        except Exception as error:
            if not trials:
                raise  # the row's own settings must work
            trial["failed"] = f"{type(error).__name__}: {error}"[:200]
        trials.append(trial | {"cpu_seconds": round(cpu_seconds() - before, 3)})
    return trials


def best(trials: list[Trial]) -> Settings:
    """The settings with the highest NDCG@10; the earlier ones in a tie."""
    return max(trials, key=lambda trial: trial["ndcg@10"])["settings"]


def points(
    settings: Settings, space: Mapping[str, Any], seed: int, most: int
) -> Iterator[Settings]:
    """The settings themselves, then changed ones; each only once."""
    yield settings
    if not space:
        return
    seen, given = {json.dumps(settings, sort_keys=True)}, 1
    draws = qmc.Halton(len(space), rng=np.random.default_rng(seed)).random(16 * most)
    for draw in draws:
        named = zip(space.items(), draw, strict=True)
        one = changed(settings, {name: at(axis, share) for (name, axis), share in named})
        text = json.dumps(one, sort_keys=True)
        if text not in seen:
            if given == most:
                return
            seen.add(text)
            given += 1
            yield one


def changed(settings: Settings, values: Mapping[str, Any]) -> Settings:
    """A copy of the settings with other values.

    >>> changed({"mix": {"share": 0.0}}, {"mix.event_decay": 0.9, "ridge": 5.0})
    {'mix': {'share': 0.0, 'event_decay': 0.9}, 'ridge': 5.0}
    """
    made = copy.deepcopy(settings)
    for name, value in values.items():
        *outer, last = name.split(".")
        place = made
        for key in outer:
            place = place.setdefault(key, {})
        place[last] = value
    return made


def at(axis: Mapping[str, Any], share: float) -> Any:
    """The value of an axis at a share of its length, 0 to 1.

    >>> at({"low": 1.0, "high": 100.0, "log": True}, 0.5), at({"grid": ["a", "b"]}, 0.6)
    (10.0, 'b')
    >>> at({"low": 1, "high": 3, "whole": True}, 0.99)
    3
    """
    if "grid" in axis:
        return axis["grid"][min(int(share * len(axis["grid"])), len(axis["grid"]) - 1)]
    low, high = axis["low"], axis["high"]
    if axis.get("whole"):
        low, high = low - 0.5, high + 0.49  # each whole number has the same length
    if axis.get("log"):
        value = float(np.exp(np.log(low) + share * (np.log(high) - np.log(low))))
    else:
        value = float(low + share * (high - low))
    return int(round(value)) if axis.get("whole") else float(f"{value:.4g}")

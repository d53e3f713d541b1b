"""Tune baselines for a comparison: a few trials on validation people, within a budget.

A model that chooses its settings itself, or a network, is not tuned here. `whyrec tune` searches
longer, and the settings of every model.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from whyrec import registry
from whyrec.core import WhyrecError
from whyrec.core.cases import Split
from whyrec.core.lifecycle import NotTuned, SettlesSupport
from whyrec.core.progress import Progress, silent
from whyrec.core.settings import Declared, searched
from whyrec.core.stages import cpu_seconds
from whyrec.evaluate.accuracy import accuracy
from whyrec.workflows.result import Row
from whyrec.workflows.training_run import takes

__all__ = ["UNTUNED", "Tuned", "drawn", "timed", "tunable", "tune_baseline"]

#: What a row says of a model that was not tuned.
UNTUNED: Row = {"settings": {}, "trials": 0, "tune_seconds": 0.0, "tune_cut": False}
TRIALS = 12
PEOPLE = 2_000


@dataclass(frozen=True, kw_only=True)
class Tuned:
    """The best trial.

    Attributes:
        model: The model, fitted on the training events.
        settings: The settings that were searched, with the values of this trial.
        fitting: Seconds and CPU seconds of its fit.
        trials: Number of trials.
        seconds: CPU seconds of all trials.
        cut: Whether the budget ended the search.
    """

    model: Any
    settings: dict[str, Any]
    fitting: dict[str, float]
    trials: int
    seconds: float
    cut: bool

    @property
    def row(self) -> Row:
        return {
            "settings": self.settings,
            "trials": self.trials,
            "tune_seconds": self.seconds,
            "tune_cut": self.cut,
        }


def tunable(name: str) -> bool:
    """Whether a comparison tunes the model: it declares a search and does not choose itself.

    >>> [name for name in ("popular", "knn", "ease", "additive", "sequence") if tunable(name)]
    ['knn', 'ease']
    """
    made = registry.find("models", name)
    if not searched(made) or isinstance(made, NotTuned) or takes(made, "run"):
        return False
    return not takes(made, "valid") or issubclass(made, SettlesSupport)


def tune_baseline(
    name: str,
    fixed: Mapping[str, Any],
    parts: Split,
    metric: str,
    *,
    seed: int = 0,
    budget: float = 20.0,
    progress: Progress = silent,
) -> Tuned:
    """Try settings on validation people and keep the best; the first trial has the defaults.

    Args:
        name: A model that :func:`tunable` accepts.
        fixed: Settings that are not searched.
        parts: The split; test people are not used.
        metric: The measure to maximise.
        seed: Seed of the fits, of the trials and of the sample of people.
        budget: CPU seconds. A trial starts only if one like those before fits into it; the first
            one always runs.
        progress: Receives the trials.

    Returns:
        The best trial; among equal ones the first.
    """
    made = registry.find("models", name)
    space = {key: one for key, one in searched(made).items() if key not in fixed}
    defaults = {key: one.default for key, one in space.items()}
    wanted = [defaults, *drawn(space, TRIALS - 1, seed)]
    cases = parts.valid.sample(PEOPLE, seed)
    counts = np.bincount(parts.train.item, minlength=parts.train.n_items)
    best: tuple[float, Any, dict[str, Any], dict[str, float]] | None = None
    done = 0
    start = cpu_seconds()
    with progress(f"tuning {name}") as update:
        for settings in wanted:
            spent = cpu_seconds() - start
            if done and spent * (done + 1) / done > budget:
                break
            so_far = "" if best is None else f", best so far {best[0]:.4f}"
            update(done / len(wanted), f"tuning {name}: trial {done + 1}{so_far}")
            done += 1
            try:
                model = registry.model(name, **fixed, **settings)
                with timed() as fitting:
                    model.fit(parts.train, seed=seed)
                value = accuracy(model, cases, counts, metrics=(metric,))[metric].mean
            except WhyrecError:
                if best is None:  # the defaults fail: so does the comparison
                    raise
                continue
            if best is None or value > best[0]:
                best = value, model, settings, fitting
    assert best is not None
    return Tuned(
        model=best[1],
        settings=best[2],
        fitting=best[3],
        trials=done,
        seconds=round(cpu_seconds() - start, 3),
        cut=done < len(wanted),
    )


def drawn(space: Mapping[str, Declared], n: int, seed: int) -> list[dict[str, Any]]:
    """Draw up to n different settings, evenly over the space.

    The points are a Kronecker sequence with the steps of [roberts2018]: each beginning of it is
    even, too.

    Args:
        space: The searched settings by name.
        n: Number of draws.
        seed: Seed of the sequence.

    Returns:
        The settings, without repeats and without the defaults.
    """
    defaults = {key: one.default for key, one in space.items()}
    growth = 2.0
    for _ in range(40):  # the positive root of x^(d + 1) = x + 1
        growth = (1 + growth) ** (1 / (len(space) + 1))
    steps = growth ** -np.arange(1.0, len(space) + 1)
    start = np.random.default_rng(seed).random(len(space))
    out: list[dict[str, Any]] = []
    for point in (start + np.arange(n)[:, None] * steps) % 1:
        settings = {key: _value(one, x) for (key, one), x in zip(space.items(), point, strict=True)}
        if settings != defaults and settings not in out:
            out.append(settings)
    return out


def _value(one: Declared, x: float) -> Any:
    """Return the value of a setting at x, from 0 to 1, with three digits."""
    setting = one.setting
    if setting.grid:
        return setting.grid[int(x * len(setting.grid))]
    low, high = setting.search or (0.0, 1.0)
    if setting.log:
        value = math.exp(math.log(low) + x * math.log(high / low))
    else:
        value = low + x * (high - low)
    return round(value) if one.kind is int else float(f"{value:.3g}")


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """Measure the block: seconds, and processor seconds of all threads and ended processes."""
    spent: dict[str, float] = {}
    start, cpu = time.perf_counter(), cpu_seconds()
    yield spent
    spent["seconds"] = round(time.perf_counter() - start, 3)
    spent["cpu_seconds"] = round(cpu_seconds() - cpu, 3)

"""Predict time and memory for larger data by measured power laws.

    cost = a * driver^b      driver: what the work is proportional to (events, people x items, ...)

The laws are lines through logarithms by Theil and Sen's median of slopes, which is robust to
disturbed runs, with b held near 1, as theory predicts for these drivers; otherwise similar sizes
would leave b to chance. A prediction has the interval of a new observation and widens with the
distance from the measurements. `laws.json` in this package is written by bench/scale/scale.py
--publish on the machine that it names; on other machines times differ by a factor, exponents
hardly. Limits: changes of regime (a matrix that no longer fits in memory, a slow disk) and network
traffic are not covered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from whyrec.core import ArgumentError, BadArtefact

__all__ = ["ENGINES", "STAGES", "Law", "Stage", "drivers", "fit_law", "laws", "machines", "plan"]

LAWS = Path(__file__).with_name("laws.json")
ENGINES = ("local", "ray")
# Standard deviation of the exponents around 1; limited caches bend a law by about this much.
NEAR = 0.1
# Outputs of the sequence model at each event: all items, or a sample above FULL. Its blocks were
# measured to take as much as about BLOCKS more.
FULL, SAMPLED, BLOCKS = 60_000, 512, 8_192


class Stage(NamedTuple):
    """One stage: the driver of its cost, and the engines that distribute it over machines."""

    driver: str
    cut_by: tuple[str, ...] = ()


STAGES = {
    "load": Stage("events"),
    "fit popular": Stage("events"),
    "fit cooccurrence": Stage("events"),
    "fit lowrank, an epoch": Stage("events"),
    "read item texts": Stage("items"),
    "fit sequence, an epoch": Stage("events x outputs"),
    "score": Stage("people x items", ("ray",)),
    "explain": Stage("people", ("ray",)),
}


@dataclass(frozen=True)
class Law:
    """cost = exp(log_a) driver^b.

    Attributes:
        log_a: Logarithm of a.
        b: Exponent.
        n: Number of observations.
        s: Residual spread of the logarithm.
        mean: Mean logarithm of the driver.
        weight: Information about b: its squared spread over s^2.
    """

    log_a: float
    b: float
    n: int
    s: float
    mean: float
    weight: float

    def at(self, driver: float, level: float = 0.95) -> tuple[float, float, float]:
        """Return (expected, low, high) of one new observation."""
        x = float(np.log(driver))
        half = (
            self._t(level) * self.s * (1 + 1 / self.n + (x - self.mean) ** 2 / self.weight) ** 0.5
        )
        mid = self.log_a + self.b * x
        low, high = np.exp(np.minimum([mid - half, mid + half], 700.0))
        return float(np.exp(min(mid, 700.0))), float(low), float(high)

    def exponent(self, level: float = 0.95) -> tuple[float, float]:
        """Return the interval of b."""
        half = self._t(level) * self.s / self.weight**0.5
        return self.b - half, self.b + half

    def _t(self, level: float) -> float:
        return float(stats.t.ppf(0.5 + level / 2, self.n - 2))


def fit_law(driver: Sequence[float], cost: Sequence[float]) -> Law:
    """Fit a law to measured costs [sen1968].

    b has the prior normal(1, NEAR^2), which many, spread out or precise observations outweigh.

    Args:
        driver: Drivers, above 0.
        cost: Costs, above 0.

    Returns:
        The law.

    Raises:
        ArgumentError: If there are fewer than three observations or two sizes.
    """
    x = np.asarray(driver, np.float64)
    y = np.asarray(cost, np.float64)
    if len(x) != len(y) or len(x) < 3 or len(np.unique(x)) < 2 or (x <= 0).any() or (y <= 0).any():
        raise ArgumentError(
            "a law needs three costs above 0, at two sizes or more",
            given=f"{list(x)} and {list(y)}",
        )
    x = np.log(x)
    y = np.log(y)
    mean = float(x.mean())
    free = float(stats.theilslopes(y, x)[0])
    level = float(np.median(y - free * (x - mean)))
    apart = y - level - free * (x - mean)  # residuals
    s = float((apart @ apart / (len(x) - 2)) ** 0.5)
    sxx = float(((x - mean) ** 2).sum())
    prior = (s / NEAR) ** 2
    b = (sxx * free + prior) / (sxx + prior)
    return Law(level - b * mean, b, len(x), s, mean, sxx + prior)


def drivers(events: float, users: float, items: float) -> dict[str, float]:
    """Return the possible drivers of a data set's cost."""
    outputs = (items if items <= FULL else SAMPLED) + BLOCKS
    return {
        "events": events,
        "people": users,
        "items": items,
        "people x items": users * items,
        "events x outputs": events * outputs,
    }


def machines(text: str) -> tuple[int, float]:
    """Parse (number, GB each) from a text such as 16x32GB.

    >>> machines("16x32GB")
    (16, 32.0)
    """
    found = re.fullmatch(r"(\d+)\s*x\s*(\d+(?:\.\d+)?)\s*GB", text.strip(), re.IGNORECASE)
    if not found or not int(found[1]) or not float(found[2]):
        raise ArgumentError("machines are written NUMBERxMEMORY, as in 16x32GB", given=repr(text))
    return int(found[1]), float(found[2])


def laws(path: Path = LAWS) -> dict[str, Any]:
    """Read the measured laws.

    Returns machine, command, largest (driver), fixed_mb, stages (seconds: Law, mb: Law, error:
    shares).
    """
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        for stage in told["stages"].values():
            stage |= {unit: Law(**stage[unit]) for unit in ("seconds", "mb")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadArtefact(
            f"{path} holds no laws: {error}. Fix: python -m bench.scale.scale --publish"
        ) from None
    return told


def plan(
    events: float,
    users: float,
    items: float,
    on: str,
    measured: Mapping[str, Any] | None = None,
    *,
    engine: str = "ray",
) -> dict[str, Any]:
    """Predict hours and GB of each stage with 95% intervals.

    Stages that the engine distributes are divided by the number of machines; all others run on one
    machine. Memory is per machine and depends on events, for data with as many items as people and
    20 events each, because every machine holds the model and the histories. Each machine has the
    cores that were measured (one).

    Args:
        events: Number of events.
        users: Number of people.
        items: Number of items.
        on: Machines, such as "16x32GB".
        measured: Laws. Default: those of the package.
        engine: "local" or "ray".

    Returns:
        The inputs, `rows` with one dict per stage, and where the laws were measured.

    Raises:
        ArgumentError: If a size is invalid or the engine is unknown.
    """
    for name, value in (("events", events), ("users", users), ("items", items)):
        if not 1 <= value < 1e15:
            raise ArgumentError(f"{name} must be a number from 1 to 1e15", given=str(value))
    if engine not in ENGINES:
        raise ArgumentError("the engine must be local or ray", given=engine)
    count, memory = machines(on)
    told = measured or laws()
    size = drivers(events, users, items)
    rows = []
    for name, stage in told["stages"].items():
        driver, cut_by = STAGES[name]
        share = count if engine in cut_by else 1
        hours = [value / 3600 / share for value in stage["seconds"].at(size[driver])]
        need = [(told["fixed_mb"] + value) / 1024 for value in stage["mb"].at(events)]
        rows.append(
            {
                "stage": name,
                "driver": driver,
                "machines": share,
                "hours": hours[0],
                "hours_low": hours[1],
                "hours_high": hours[2],
                "gb": need[0],
                "gb_low": need[1],
                "gb_high": need[2],
                "fits": "yes" if need[2] <= memory else "no" if need[1] > memory else "unsure",
                "beyond": size[driver] / max(told["largest"][driver], 1),
            }
        )
    return {
        "events": events,
        "users": users,
        "items": items,
        "machines": count,
        "gb_each": memory,
        "engine": engine,
        "rows": rows,
        "measured_on": told["machine"],
        "command": told["command"],
        "largest_error": max(max(stage["error"].values()) for stage in told["stages"].values()),
    }


def as_json(law: Law) -> dict[str, float]:
    """Return a law as a dict."""
    return asdict(law)

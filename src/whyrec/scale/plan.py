"""How long and how much memory a larger data set takes, by power laws that were measured.

    cost = a * driver^b          driver: what the stage's work is proportional to in theory (events,
    people x items, ...)

Lines through logarithms by Theil and Sen's median of slopes, which a run that others disturbed does
not bend, b held near 1,
as theory says of these drivers: without that two sizes that differ little leave b to chance, and
with it what is far beyond them. A prediction has the interval of a new observation and
widens with the distance from what was measured. `laws.json` in this package is written by
bench/scale/scale.py --publish on one
machine, named in it: another machine's times differ by a factor, its exponents hardly. Not good
for: what changes its nature with size (a matrix that no longer fits in memory, a disk slower than
memory); a network of machines, whose traffic is not measured.
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
# standard deviation of the exponents around 1: caches that grow too small bend a law by about so
# much
NEAR = 0.1


class Stage(NamedTuple):
    """driver: what the work grows with; cut_by: engines that cut it into independent pieces over
    machines.
    """

    driver: str
    cut_by: tuple[str, ...] = ()


STAGES = {
    "load": Stage("events"),
    "fit popular": Stage("events"),
    "fit cooccurrence": Stage("events"),
    "fit lowrank, an epoch": Stage("events"),
    "score": Stage("people x items", ("ray",)),
    "explain": Stage("people", ("ray",)),
}


@dataclass(frozen=True)
class Law:
    """cost = exp(log_a) driver^b, from n observations with residual spread s (of the logarithm)
    around `mean`, the mean logarithm of the driver; weight: what b is known by, its squared
    spread over s^2."""

    log_a: float
    b: float
    n: int
    s: float
    mean: float
    weight: float

    def at(self, driver: float, level: float = 0.95) -> tuple[float, float, float]:
        """(expected, low, high) of one new observation."""
        x = float(np.log(driver))
        half = (
            self._t(level) * self.s * (1 + 1 / self.n + (x - self.mean) ** 2 / self.weight) ** 0.5
        )
        mid = self.log_a + self.b * x
        low, high = np.exp(np.minimum([mid - half, mid + half], 700.0))
        return float(np.exp(min(mid, 700.0))), float(low), float(high)

    def exponent(self, level: float = 0.95) -> tuple[float, float]:
        """The interval of b."""
        half = self._t(level) * self.s / self.weight**0.5
        return self.b - half, self.b + half

    def _t(self, level: float) -> float:
        return float(stats.t.ppf(0.5 + level / 2, self.n - 2))


def fit_law(driver: Sequence[float], cost: Sequence[float]) -> Law:
    """The law of measured costs; needs three observations at two sizes or more, all above 0. b has
    the prior normal(1, NEAR^2), which the data outweigh once they are many, far apart or of
    little spread. Source: [sen1968]."""
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
    apart = y - level - free * (x - mean)  # what no exponent explains
    s = float((apart @ apart / (len(x) - 2)) ** 0.5)
    sxx = float(((x - mean) ** 2).sum())
    prior = (s / NEAR) ** 2
    b = (sxx * free + prior) / (sxx + prior)
    return Law(level - b * mean, b, len(x), s, mean, sxx + prior)


def drivers(events: float, users: float, items: float) -> dict[str, float]:
    """What each stage's cost is a law of."""
    return {"events": events, "people": users, "people x items": users * items}


def machines(text: str) -> tuple[int, float]:
    """(how many, GB each) of a text such as 16x32GB.

    >>> machines("16x32GB")
    (16, 32.0)
    """
    found = re.fullmatch(r"(\d+)\s*x\s*(\d+(?:\.\d+)?)\s*GB", text.strip(), re.IGNORECASE)
    if not found or not int(found[1]) or not float(found[2]):
        raise ArgumentError("machines are written NUMBERxMEMORY, as in 16x32GB", given=repr(text))
    return int(found[1]), float(found[2])


def laws(path: Path = LAWS) -> dict[str, Any]:
    """What was measured: machine, command, largest (driver), fixed_mb, stages (seconds: Law, mb:
    Law, error: shares).
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
    """Hours and GB of each stage with their 95% intervals. Stages that the engine cuts into pieces
    take the machines' share of the time; all others run on one machine. Memory is of each machine
    and by events, in data of as many items as people
    and 20 events each: every machine holds the model and the histories. Cores: one a machine, as
    measured. Raises ArgumentError for sizes that are none, or another engine."""
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
    return asdict(law)

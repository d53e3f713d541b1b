"""What a fit of the additive model may cost: how large its parts are, and when learning stops.

Without a limit in seconds everything follows from the data alone, so that two fits agree on any
machine. With one, the parts come in the order of their worth: counts, EASE, the choice of the mix,
learned weights. The counts are always made.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from whyrec.core import ArgumentError, Dataset

__all__ = ["Budget"]

UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
SOLVE = 9e-12  # processor seconds of EASE per items cubed, of one core
SOLVES = 9  # what EASE may take is a part of the budget: several ridges, and once more in the end
FEW = 4_000  # items up to which several ridges are tried
CELLS = (20_000_000, 60_000_000)  # people times items that choose the mix
PEOPLE = 500  # people at least
LEARN_FROM = 2_000_000  # events at most that the learned part is trained on
# Events per item below which counts say as much as weights learned on top of them: measured on
# validation people, 26 and 16 events per item gained nothing, 290 gained 1 to 5%.
MANY = 50
RESERVE = 0.5  # of what was spent before learning: counts are made once more, on all data
LEARNING = 0.8  # of what is left then
LEAST = 2.0  # seconds in which weights can be learned
# The learned part, trained on top of the counts; "best" is larger and trains longer.
LEARNED: dict[str, Any] = {
    "heads": 2,
    "head_dims": 64,
    "length": 50,
    "dropout": 0.3,
    "loss": "sampled",
    "negatives": 512,
    "item_dropout": 0.3,
    "epochs": 4,
    "patience": 2,
    "batch_tokens": 4096,
}
BEST: dict[str, Any] = LEARNED | {
    "heads": 4,
    "length": 100,
    "negatives": 1024,
    "epochs": 14,
    "patience": 3,
}
# With few events per item, "best" trains weights that do not know the counts, from item texts.
ALONE: dict[str, Any] = {"epochs": 16, "heads": 4, "length": 50, "item_dropout": 0.3}


@dataclass
class Budget:
    """A parsed budget; `seconds` of the processor, or None for "auto" and "best".

    Attributes:
        kind: "auto", "best" or "seconds".
        seconds: The limit.
        missing: What was left out or cut short, with the budget that it needs.
    """

    kind: str
    seconds: float | None = None
    started: float = field(default_factory=lambda: time.process_time())
    missing: dict[str, float] = field(default_factory=dict)
    reserve: float | None = None  # for the last count; known once learning begins

    @classmethod
    def of(cls, given: str | float) -> Budget:
        """Read a budget such as "auto", "best", 60, "60s" or "10m".

        Raises:
            ArgumentError: If it is neither.

        >>> Budget.of("10m").seconds, Budget.of(0).seconds, Budget.of("best").kind
        (600.0, 0.0, 'best')
        """
        if isinstance(given, str) and given in ("auto", "best"):
            return cls(given)
        found = re.fullmatch(r"([0-9]*\.?[0-9]+) *(s|m|min|h|)", str(given).strip().lower())
        if found is None or isinstance(given, bool):
            raise ArgumentError(
                'budget must be "auto", "best" or processor seconds, 0 or more, as in 60, 90s or '
                "10m",
                given=repr(given),
            )
        return cls("seconds", float(found[1]) * UNITS[found[2]])

    @property
    def spent(self) -> float:
        """Processor seconds since the fit began."""
        return time.process_time() - self.started

    @property
    def left(self) -> float | None:
        """Processor seconds that are left for choosing and learning; None: no limit."""
        if self.seconds is None:
            return None
        spent = self.spent
        return self.seconds - spent - (RESERVE * spent if self.reserve is None else self.reserve)

    @property
    def for_learning(self) -> float | None:
        """Processor seconds that learning may take; None: no limit."""
        return None if self.left is None else LEARNING * self.left

    def allows(self, part: str, least: float = 0.0) -> bool:
        """Return whether a part may begin or go on; if not, note it as left out.

        Args:
            part: What it is called in the note.
            least: Processor seconds without which it makes no sense.
        """
        if self.left is None or self.left > least:
            return True
        self.missing[part] = max(2 * (self.seconds or 0), self.spent * (1 + RESERVE) + least)
        return False

    def note(self) -> dict[str, Any] | None:
        """Return what was spent of a limit in seconds and what was left out; None without one."""
        if self.seconds is None:
            return None
        return {
            "seconds": self.seconds,
            "spent": round(self.spent, 1),
            "left_out": list(self.missing),
            "next": min(self.missing.values(), default=None),
        }

    def solving(self, items: int) -> float:
        """Return the processor seconds of EASE over so many items, solved twice."""
        return 2 * SOLVE * items**3

    def dense(self, data: Dataset, most: int) -> int:
        """Return how many of the most frequent items EASE covers."""
        if self.kind == "best":
            return most
        usual = min(most, int(np.clip(5_000 + len(data) // 55, 5_000, 13_000)))
        if self.seconds is None:
            return usual
        covered = min(most, int((self.seconds / SOLVES / SOLVE) ** (1 / 3)))
        wanted = min(usual, data.n_items)
        if covered < wanted:
            self.missing["ease"] = SOLVES * SOLVE * wanted**3
        return covered

    def ridges(self, data: Dataset, given: Sequence[float], items: int) -> list[float]:
        """Return the ridges to try, the one to start from first.

        It is the nearest to twice the events of an item. In large catalogues it stays alone.
        """
        level = np.log(2 * max(1.0, len(data) / max(1, data.n_items)))
        ordered = sorted(given, key=lambda ridge: abs(np.log(ridge) - level))
        if items <= FEW or self.kind == "best":
            return ordered
        return ordered[:1]

    def people(self, data: Dataset, most: int) -> int:
        """Return how many validation people choose."""
        cells = np.clip(200 * len(data), *CELLS)
        return min(most, max(PEOPLE, int(cells // max(1, data.n_items))))

    def learned_from(self, data: Dataset, seed: int) -> Dataset:
        """Return the data that the learned part is trained on: all, or those of some people."""
        if len(data) <= LEARN_FROM or self.kind == "best":
            return data
        rng = np.random.default_rng(seed)
        people = rng.permutation(data.n_users)
        events = np.cumsum(data.histories.sizes[people])
        return data.of_people(np.sort(people[: np.searchsorted(events, LEARN_FROM)]))

    def on_counts(self, data: Dataset) -> bool:
        """Whether the learned part is trained on top of the counts."""
        return len(data) >= MANY * data.n_items

    def learned(self, data: Dataset) -> dict[str, Any] | None:
        """Return the settings of the learned part; None if it does not pay or nothing is left."""
        best = self.kind == "best" or (self.seconds or 0) >= 600
        if not self.on_counts(data):
            settings = dict(ALONE) if best else None
        else:
            settings = dict(BEST if best else LEARNED)
        if settings is None or not self.allows("learned", LEAST):
            return None
        self.reserve = RESERVE * self.spent
        return settings

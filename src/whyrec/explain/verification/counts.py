"""Count who chose what, independently of the code that writes the sentences."""

from __future__ import annotations

import functools
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Choices", "Counts"]

# "often" needs this many people who chose both, and this many times the expected number.
OFTEN = 20
TIMES = 3.0


class Choices(Protocol):
    """User and item numbers of events, (events,) each; a Dataset qualifies."""

    @property
    def user(self) -> NDArray[Any]: ...
    @property
    def item(self) -> NDArray[Any]: ...
    @property
    def n_items(self) -> int: ...
    @property
    def n_users(self) -> int: ...


class Counts:
    """Who chose what in the data that a model was fitted on.

    `exact` (n_items,) is False for items whose events are known to differ from those of the fit.
    """

    def __init__(self, data: Choices, exact: NDArray[np.bool_] | None = None) -> None:
        self.data = data
        self.events = np.bincount(data.item, minlength=data.n_items)
        if exact is None:
            self.exact = np.ones(data.n_items, bool)
        else:
            self.exact = exact
        order = np.argsort(data.item, kind="stable")
        self._ends = np.concatenate([[0], np.cumsum(self.events)])
        self._users = data.user[order]

    def often(self, one: int, other: int) -> bool | None:
        """Say whether at least 20 people chose both, and three times more than expected by chance.

        None if unknown.
        """
        both = self.both(one, other)
        if both is None:
            return None
        return both >= OFTEN and both * self.data.n_users >= TIMES * self.alone(one) * self.alone(
            other
        )

    def alone(self, item: int) -> int:
        """Count the people who chose an item."""
        return len(self.people(item))

    @functools.lru_cache(maxsize=50_000)  # noqa: B019 - lives as long as the checker
    def people(self, item: int) -> NDArray[Any]:
        """Return the people who chose an item."""
        return np.unique(self._users[self._ends[item] : self._ends[item + 1]])

    def both(self, one: int, other: int) -> int | None:
        """Count the people who chose both; None if unknown for the fit."""
        if max(one, other) >= len(self.events) or not (self.exact[one] and self.exact[other]):
            return None
        return len(np.intersect1d(self.people(one), self.people(other), assume_unique=True))

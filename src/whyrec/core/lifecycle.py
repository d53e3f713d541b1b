"""What a model may say of its own life: what it read, what it left out, and how it changes after
its fit. One small protocol for each power, as in :mod:`whyrec.core.capabilities`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, Self, runtime_checkable

__all__ = [
    "ChoosesSupport",
    "Extendable",
    "Growable",
    "LeavesOutOrder",
    "NotTuned",
    "Private",
    "ReadsTexts",
    "Updatable",
]


@runtime_checkable
class ReadsTexts(Protocol):
    """Reads item texts when it is fitted. without_text_: the number of items that have none."""

    without_text_: int


@runtime_checkable
class LeavesOutOrder(Protocol):
    """Learns from the order of events. without_order_: what it left out because the data have no
    order; empty where they have one.
    """

    without_order_: list[str]


@runtime_checkable
class ChoosesSupport(Protocol):
    """Gives no weight to pairs of items that few people chose.

    min_support: the setting, a number or several to choose from; min_support_: the number it was
    fitted with; support_costs_: a row for each number tried, empty where none was.
    """

    min_support: Any
    min_support_: int
    support_costs_: Sequence[Mapping[str, Any]]


@runtime_checkable
class NotTuned(Protocol):
    """Says why none of its settings are searched. not_tuned: goes on from "the model, which"."""

    not_tuned: str


@runtime_checkable
class Updatable(Protocol):
    """Learns new events without being fitted on all of them again."""

    def update(self, before: Any, after: Any) -> Any:
        """The model that a fit on the Dataset `after` gives, from this one, which was fitted on
        `before`: its people and items come first in `after`, in the same order.
        """
        ...


@runtime_checkable
class Extendable(Protocol):
    """Takes in items after the fit."""

    def extend(self, table: Any, labels: list[str]) -> Self:
        """The model with these items (an item table, a label each) behind its own."""
        ...


@runtime_checkable
class Growable(Protocol):
    """A compressed model that takes in items which its large model has taken in."""

    def grow(self, large: Any) -> Self:
        """The model with the items that `large` has beyond its own."""
        ...


@runtime_checkable
class Private(Protocol):
    """Was fitted with differential privacy. privacy_: epsilon, delta, unit, mechanism, steps."""

    privacy_: Mapping[str, Any]

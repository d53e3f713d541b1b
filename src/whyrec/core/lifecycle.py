"""Capabilities around fitting: what a model read or left out, and how it changes afterwards.

One small protocol each, as in :mod:`whyrec.core.capabilities`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, Self, runtime_checkable

__all__ = [
    "ChoosesSupport",
    "Extendable",
    "Growable",
    "KeepsToBudget",
    "LeavesOutOrder",
    "NeedsCatalogue",
    "NotTuned",
    "Private",
    "ReadsTexts",
    "SettlesSupport",
    "Updatable",
]


@runtime_checkable
class ReadsTexts(Protocol):
    """Reads item texts when it is fitted; without_text_ is the number of items without text."""

    without_text_: int


@runtime_checkable
class LeavesOutOrder(Protocol):
    """Learns from the order of events.

    without_order_: components left out because the data have no order; otherwise empty.
    """

    without_order_: list[str]


@runtime_checkable
class KeepsToBudget(Protocol):
    """Keeps a fit within processor seconds.

    spending: `seconds`, `spent`, `left_out` and `next`; None without a limit in seconds.
    """

    spending: dict[str, Any] | None


@runtime_checkable
class ChoosesSupport(Protocol):
    """Gives no weight to pairs of items that few people chose.

    Attributes:
        min_support: The setting, a number or several to choose from.
        min_support_: The number used in the fit.
        support_costs_: One row per number that was tried.
    """

    min_support: Any
    min_support_: int
    support_costs_: Sequence[Mapping[str, Any]]


@runtime_checkable
class SettlesSupport(Protocol):
    """Needs the validation people of its fit for `min_support` alone, and may get them later."""

    def settle_support(self, cases: Any, *, seed: int = 0) -> None:
        """Choose `min_support`, if it is not a single number.

        Args:
            cases: The EvaluationCases of validation people.
            seed: Seed of the sample of people.
        """


@runtime_checkable
class NotTuned(Protocol):
    """Says why none of its settings are searched. not_tuned: goes on from "the model, which"."""

    not_tuned: str


@runtime_checkable
class Updatable(Protocol):
    """Learns new events without a complete fit."""

    def update(self, before: Any, after: Any) -> Any:
        """Return the model that a fit on `after` would give.

        Args:
            before: The Dataset on which this model was fitted.
            after: The Dataset with more events; it begins with the people and items of `before`.

        Returns:
            A new model; this one is unchanged.
        """


@runtime_checkable
class Extendable(Protocol):
    """Adds items after the fit."""

    def extend(self, table: Any, labels: list[str]) -> Self:
        """Append items to the model.

        Args:
            table: Item table of the new items.
            labels: Their labels.

        Returns:
            The extended model.
        """


@runtime_checkable
class Growable(Protocol):
    """A compressed model that adds the items that its large model has added."""

    def grow(self, large: Any) -> Self:
        """Append the items that the large model has beyond this one.

        Args:
            large: The extended large model.

        Returns:
            The extended compressed model.
        """


@runtime_checkable
class NeedsCatalogue(Protocol):
    """Is private: its items must not be taken from the events, and each fit is paid for."""

    reproducible: bool

    def item_release(self) -> tuple[float, float]:
        """Return noise and delta of a private release of the items, for data without a catalogue.

        The fit on the data so released spends what these leave of the model's epsilon and delta.
        """


@runtime_checkable
class Private(Protocol):
    """Was fitted with differential privacy.

    privacy_: epsilon, delta, unit, mechanism, randomness, catalogue and releases.
    """

    privacy_: Mapping[str, Any]

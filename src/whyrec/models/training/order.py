"""The check that data have an order of events, for models that need one."""

from __future__ import annotations

from whyrec.core import DataError, Dataset

__all__ = ["require_order"]


def require_order(data: Dataset, model: str) -> None:
    """Raise DataError if the data have no order of events."""
    if data.order == "none":
        raise DataError(
            f"the model {model} learns what comes after what, and needs events with an order",
            given="events without times, or with one time for all of a person's",
            fix="use ease or additive, which need no order; or --order file, if the order of the "
            "rows is meant",
        )

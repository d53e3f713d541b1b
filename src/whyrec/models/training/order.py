"""What a model that learns from the order of events says where the data have none."""

from __future__ import annotations

from whyrec.core import DataError, Dataset

__all__ = ["require_order"]


def require_order(data: Dataset, model: str) -> None:
    """DataError where the data have no order and a model learns from nothing else."""
    if data.order == "none":
        raise DataError(
            f"the model {model} learns what comes after what, and needs events with an order",
            given="events without times, or with one time for all of a person's",
            fix="use ease or additive, which need no order; or --order file, if the order of the "
            "rows is meant",
        )

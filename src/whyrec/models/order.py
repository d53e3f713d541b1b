"""What models ask of the order of a person's events: whose it is known of, and what to do where there is none."""

from __future__ import annotations

import numpy as np

from whyrec.core import BadData, Dataset, Queries

__all__ = ["ordered_histories", "require_order"]


def require_order(data: Dataset, model: str) -> None:
    """BadData where the data have no order and a model learns from nothing else."""
    if data.order == "none":
        raise BadData(f"the model {model} learns what comes after what, and needs events with an order",
                      given="events without times, or with one time for all of a person's",
                      fix="use ease or additive, which need no order; or --order file, if the order of the rows is meant")


def ordered_histories(data: Dataset) -> Queries:
    """The histories of the people whose events have an order among them, and of those with one event or none."""
    events = data.histories
    if not len(events):
        return events
    tied = (events.sizes > 1) & (np.maximum.reduceat(np.append(events.steps, 0), events.indptr[:-1]) == 0)
    return events[~tied] if tied.any() else events

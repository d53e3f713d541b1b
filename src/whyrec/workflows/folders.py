"""Checks that data belongs to a model folder."""

from __future__ import annotations

from whyrec import storage
from whyrec.core import ArgumentError, Dataset

__all__ = ["same_data"]


def same_data(fitted: storage.Fitted, data: Dataset) -> None:
    """Raise ArgumentError if the items differ, or if people of the model are missing."""
    own = fitted.data
    fix = "give the data that the model was fitted on, or fit the model on these data"
    if data.items != own.items:
        raise ArgumentError(
            "the data must have the items the model was fitted on",
            given=f"{data.n_items} items, the model has {own.n_items}",
            fix=fix,
        )
    missing = [label for label in own.users if label not in data._user_numbers]
    if missing:
        raise ArgumentError(
            "the data must have the people the model was fitted on",
            given=f"{len(missing):,} of {own.n_users:,} who are not there, such as {missing[0]!r}",
            fix=fix,
        )

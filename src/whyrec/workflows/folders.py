"""Checks that data belongs to a model folder."""

from __future__ import annotations

import numpy as np

from whyrec import storage
from whyrec.core import ArgumentError, Dataset

__all__ = ["check_counts", "same_data", "same_items"]

FIX = "give the data that the model was fitted on, or fit the model on these data"


def same_data(fitted: storage.Fitted, data: Dataset) -> None:
    """Raise ArgumentError unless the data hold the model's items, its people and most events."""
    own = fitted.data
    same_items(fitted, data)
    missing = [label for label in own.users if label not in data._user_numbers]
    if missing:
        raise ArgumentError(
            "the data must have the people the model was fitted on",
            given=f"{len(missing):,} of {own.n_users:,} who are not there, such as {missing[0]!r}",
            fix=FIX,
        )
    if not len(own):  # a folder without histories
        return
    numbers = np.array([data._user_numbers[label] for label in own.users], np.int64)
    there = np.isin(_pairs(numbers[own.user], own), _pairs(data.user, data))
    if 2 * there.sum() < len(own):
        raise ArgumentError(
            "the data must have the events the model was fitted on",
            given=f"{int(there.sum()):,} of its {len(own):,} events",
            fix=FIX,
        )


def same_items(fitted: storage.Fitted, data: Dataset) -> None:
    """Raise ArgumentError if the items of the data are not those of the model."""
    own = fitted.data
    check_counts(own.n_items, data)
    if data.items != own.items:
        at = next(
            i
            for i, both in enumerate(zip(own.items, data.items, strict=True))
            if len(set(both)) > 1
        )
        raise ArgumentError(
            "the data must have the items the model was fitted on",
            given=f"{data.items[at]!r} as item {at + 1}, where the model has {own.items[at]!r}",
            fix=FIX,
        )


def check_counts(n_items: int, data: Dataset) -> None:
    """Raise ArgumentError if the data have another number of items than the model."""
    if data.n_items != n_items:
        raise ArgumentError(
            "the data must have the items the model was fitted on",
            given=f"{data.n_items} items, the model has {n_items}",
            fix=FIX,
        )


def _pairs(user: np.ndarray, data: Dataset) -> np.ndarray:
    return user.astype(np.int64) * data.n_items + data.item

"""Remove people from a model and its data as if they had never been there."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Dataset

__all__ = ["Forgetful", "receipt", "without"]


@runtime_checkable
class Forgetful(Protocol):
    """A model that can remove people exactly: the result equals a fit without them, to rounding."""

    def forget(self, data: Dataset, people: NDArray[np.integer[Any]]) -> Any:
        """Return the model without some people.

        Args:
            data: The data on which this model was fitted.
            people: Numbers of the people.

        Returns:
            The new model.
        """


def without(data: Dataset, people: NDArray[np.integer[Any]]) -> Dataset:
    """Remove people with all their events, labels, fields and friendships; items stay.

    Args:
        data: The data.
        people: Numbers of the people.

    Returns:
        The data of the other people.

    Raises:
        ArgumentError: If a number does not exist.
    """
    if np.isin(people, np.arange(data.n_users), invert=True).any():
        raise ArgumentError(
            f"people are numbers from 0 to {data.n_users - 1}", given=str(people[:5])
        )
    return data.of_people(np.setdiff1d(np.arange(data.n_users), people))


def receipt(
    data: Dataset, rest: Dataset, people: NDArray[np.integer[Any]], *, how: str
) -> dict[str, Any]:
    """Document an erasure without naming anyone.

    Args:
        data: The data before.
        rest: The data after.
        people: Numbers of the erased people.
        how: How the model was recomputed.

    Returns:
        Time, number of people and events, data hashes before and after, and `receipt_id`, the hash
            of all this.
    """
    said = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "people": len(people),
        "events": len(data) - len(rest),
        "data_before": data.hash,
        "data_after": rest.hash,
        "how": how,
    }
    number = hashlib.sha256(repr(sorted(said.items())).encode()).hexdigest()[:24]
    return {"receipt_id": number, **said}

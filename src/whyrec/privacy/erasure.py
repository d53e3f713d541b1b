"""Taking people out of a model and its data as if they had never been there."""

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
    """A model that can take people out exactly: what it returns equals a fit without them, to
    rounding.
    """

    def forget(self, data: Dataset, people: NDArray[np.integer[Any]]) -> Any: ...


def without(data: Dataset, people: NDArray[np.integer[Any]]) -> Dataset:
    """The data without these people (numbers): no event, label, field or friendship of theirs is
    left. Items stay.
    """
    if np.isin(people, np.arange(data.n_users), invert=True).any():
        raise ArgumentError(
            f"people are numbers from 0 to {data.n_users - 1}", given=str(people[:5])
        )
    return data.of_people(np.setdiff1d(np.arange(data.n_users), people))


def receipt(
    data: Dataset, rest: Dataset, people: NDArray[np.integer[Any]], *, how: str
) -> dict[str, Any]:
    """What was erased, without saying whom: the time, how many people and events, the hash of the
    data before and after, and how the model was made anew. The number is the hash of all this."""
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

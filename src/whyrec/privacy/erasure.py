"""Remove people from a model and its data as if they had never been there."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from whyrec.core import ArgumentError, Dataset

__all__ = ["Forgetful", "cut_apart", "items_left", "others", "receipt", "without"]


@runtime_checkable
class Forgetful(Protocol):
    """A model that can remove people exactly: the result equals a fit without them, to rounding."""

    def forget(self, data: Dataset, people: NDArray[np.integer[Any]]) -> Any:
        """Return the model without some people.

        A model that can also leave out the items that nobody else has chosen takes their numbers as
        a further argument, `items`: those that stay, None for all.

        Args:
            data: The data on which this model was fitted.
            people: Numbers of the people.

        Returns:
            The new model.
        """


def items_left(data: Dataset, people: NDArray[np.integer[Any]]) -> NDArray[np.integer[Any]] | None:
    """Find the items that stay when people are removed: their label alone would tell of them.

    Args:
        data: The data.
        people: Numbers of the people.

    Returns:
        Numbers of the items that others have chosen too, or that nobody had; None if these are all,
        or if the items are those of a catalogue.
    """
    gone = np.isin(data.user, people)
    own, rest = (np.bincount(data.item[part], minlength=data.n_items) for part in (gone, ~gone))
    stay = (rest > 0) | (own == 0)
    return None if data.catalogue or stay.all() else np.flatnonzero(stay)


def others(
    data: Dataset,
    people: NDArray[np.integer[Any]],
    items: NDArray[np.integer[Any]] | None = None,
) -> Dataset:
    """Return the events of all other people; the numbers of people stay.

    Args:
        data: The data.
        people: Numbers of the people to leave out.
        items: Numbers of the items that stay, with all that the others have chosen; None: all.
    """
    rest = data.select(~np.isin(data.user, people))
    return rest if items is None else rest.only(np.arange(data.n_users), items)


def cut_apart(weights: NDArray[np.float32], rows: sparse.csr_array) -> None:
    """Set the weights between items that nobody links any more to exactly 0, in place.

    A fit gives them 0, algebra that removes people leaves rounding errors, which would tell.

    Args:
        weights: Weights between items, (n, n).
        rows: Who chose what, without the people that were removed, (people, n).
    """
    n = len(weights)
    joined = sparse.block_array([[None, rows.T], [rows, None]], format="csr")
    part = connected_components(joined, directed=False)[1][:n]
    if (part != part[0]).any():
        for start in range(0, n, 512):
            block = slice(start, start + 512)
            weights[block][part[block, None] != part] = 0.0


def without(
    data: Dataset,
    people: NDArray[np.integer[Any]],
    items: NDArray[np.integer[Any]] | None = None,
) -> Dataset:
    """Remove people with all their events, labels, fields and friendships.

    Args:
        data: The data.
        people: Numbers of the people.
        items: Numbers of the items that stay; None: all.

    Returns:
        The data of the other people.

    Raises:
        ArgumentError: If a number does not exist.
    """
    if np.isin(people, np.arange(data.n_users), invert=True).any():
        raise ArgumentError(
            f"people are numbers from 0 to {data.n_users - 1}", given=str(people[:5])
        )
    rest = data.of_people(np.setdiff1d(np.arange(data.n_users), people))
    return rest if items is None else rest.only(np.arange(rest.n_users), items)


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

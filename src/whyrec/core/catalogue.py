"""Restrict data to a catalogue: a list of items that does not depend on anybody's events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from whyrec.core.dataset import Dataset
from whyrec.core.errors import ArgumentError
from whyrec.core.tables import ItemTable

__all__ = ["HOW", "OWN", "RELEASE", "check_by_person", "check_catalogue", "with_catalogue"]

OWN = "own"  # the item table of the data
RELEASE = "release"  # the labels in a private release (whyrec.privacy.catalogue)
HOW = (
    "give a table of all items with the column item (--catalogue FILE, in Python "
    "whyrec.load(..., catalogue=FILE)), or pay for their labels with a part of epsilon "
    "(whyrec fit --catalogue release)"
)


def with_catalogue(
    data: Dataset, labels: Sequence[str], table: ItemTable, source: Mapping[str, Any]
) -> Dataset:
    """Replace the items of the data by a catalogue.

    Events of other items are dropped, item by item; items without events stay. What else was read
    off the events (the verb, the meaning of values, links of the items that have events) is dropped
    too.

    Args:
        data: The data.
        labels: Labels of the catalogue.
        table: Its table, one row per label.
        source: Where it comes from; see :class:`Dataset`.

    Returns:
        The data, with the items in the order of their labels.
    """
    order = sorted(range(len(labels)), key=lambda row: labels[row])
    places = {labels[row]: place for place, row in enumerate(order)}
    new = np.array([places.get(label, -1) for label in data.items], np.int32)
    kept = new[data.item] >= 0
    avoided = np.stack([data.avoided[:, 0], new[data.avoided[:, 1]]], 1)
    return replace(
        data,
        user=data.user[kept],
        item=new[data.item[kept]],
        value=data.value[kept],
        time=data.time[kept],
        items=tuple(labels[row] for row in order),
        item_table=table.take(np.array(order, np.int64)),
        links=None,
        avoided=avoided[avoided[:, 1] >= 0],
        verb="",
        values="",
        catalogue=source,
    )


def check_catalogue(data: Dataset, model: str) -> None:
    """Raise ArgumentError if the items may depend on events, which a private model would show."""
    if not data.catalogue:
        raise ArgumentError(
            f"{model} needs a catalogue: a list of items that was made without the events",
            given="items that were taken from the events",
            fix=HOW,
        )


def check_by_person(
    min_value: float | None, k_core: int, item_core: int, ratings: str
) -> Literal["all"]:
    """Refuse rules that a private model would have to pay for, and return `ratings`.

    What is dropped for one person must not depend on others, and must be fixed beforehand. So every
    rating is a choice: where a scale begins is seen in everybody's ratings.
    """
    given = [
        f"{name} {value}"
        for name, value in (
            ("min_value", min_value),
            ("k_core", k_core or None),
            ("item_core", item_core or None),
            ("ratings", None if ratings in ("auto", "all") else ratings),
        )
        if value is not None
    ]
    if given:
        raise ArgumentError(
            "data with a catalogue, as private models need it, are taken as they are: a step that "
            "looks at the events would show some of them",
            given=", ".join(given),
            fix=f"leave out {', '.join(one.split()[0] for one in given)}",
        )
    return "all"

"""Cleaning: repeated events, low values, people and items with too few events; each step is counted."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from whyrec.core import BadArgument, BadData, Dataset
from whyrec.core.dataset import grouped
from whyrec.data.assemble import Loaded, Step

__all__ = ["clean"]


def clean(data: Dataset, *, duplicates: Literal["first", "last", "keep"] = "first",
          min_value: float | None = None, k_core: int = 0, item_core: int = 0) -> Loaded:
    """The dataset without the events that a rule excludes, in this order: values below `min_value`;
    repeats of the same person and item (keeping the first or the last); then, until nothing changes,
    people with fewer than `k_core` events and items with fewer than max(k_core, item_core).

    People and items left without events go too. Steps are given for what was asked for, also where
    they touched nothing. Raises BadData naming the step that left no event. Not for test data: a
    core chosen on all events has seen the future.

    >>> d = Dataset([0, 0, 1], [0, 0, 1], [1, 1, 1], [1, 2, 3], ["ann", "bob"], ["x", "y"])
    >>> loaded = clean(d)
    >>> len(loaded.data), loaded.steps[0].touched
    (2, 1)
    """
    _check(duplicates, k_core, item_core)
    steps: list[Step] = []
    clean_data = data
    if min_value is not None:
        keep = clean_data.value >= min_value
        clean_data = _keep(clean_data, keep, f"drop values below {min_value:g}", "lower min_value", steps)
    if duplicates != "keep":
        clean_data = _keep(clean_data, _once(clean_data, duplicates),
                           f"keep the {duplicates} of repeated events", "keep duplicates", steps)
    if k_core or item_core:
        keep, rounds = _core(clean_data, k_core, max(k_core, item_core))
        what = f"keep people with {k_core} and items with {max(k_core, item_core)} events or more"
        clean_data = _keep(clean_data, keep, what, "lower k_core or item_core", steps, f"{rounds} rounds")
    if len(clean_data) < len(data):
        clean_data = clean_data.compact()
        for name, before, after in (("people", data.n_users, clean_data.n_users),
                                    ("items", data.n_items, clean_data.n_items)):
            steps.append(Step(f"leave out {name} without events", before - after, after))
    return Loaded(clean_data, tuple(steps))


def _check(duplicates: str, k_core: int, item_core: int) -> None:
    if duplicates not in ("first", "last", "keep"):
        raise BadArgument("duplicates must be first, last or keep", given=repr(duplicates))
    for name, value in (("k_core", k_core), ("item_core", item_core)):
        if value < 0 or value != int(value):
            raise BadArgument(f"{name} must be a whole number, 0 or more", given=repr(value))


def _keep(
    data: Dataset, keep: NDArray[np.bool_], name: str, fix: str, steps: list[Step], detail: str = ""
) -> Dataset:
    left = int(keep.sum())
    if not left:
        raise BadData("cleaning must leave at least one event", given=f"none after the step {name!r}, "
                      f"which had {len(data):,} events", fix=fix)
    steps.append(Step(name, len(data) - left, left, detail))
    return data if left == len(data) else data.select(keep)


def _once(data: Dataset, which: str) -> NDArray[np.bool_]:
    """True for the first (last) event of each pair of person and item, in order of time."""
    by_item = grouped(data.item, data.n_items)[0]
    order = by_item[grouped(data.user[by_item], data.n_users)[0]]  # by person, then item, then time
    again = (np.diff(data.user[order]) == 0) & (np.diff(data.item[order]) == 0)
    keep = np.ones(len(data), bool)
    keep[(order[1:] if which == "first" else order[:-1])[again]] = False
    return keep


def _core(data: Dataset, of_user: int, of_item: int) -> tuple[NDArray[np.bool_], int]:
    """(events of the largest part in which all people and items have enough of them, rounds)."""
    keep = np.ones(len(data), bool)
    for rounds in range(1, len(data) + 2):
        enough_user = np.bincount(data.user[keep], minlength=data.n_users) >= of_user
        enough_item = np.bincount(data.item[keep], minlength=data.n_items) >= of_item
        stays = keep & enough_user[data.user] & enough_item[data.item]
        if (stays == keep).all():
            break
        keep = stays
    return keep, rounds

"""The arrays that the readable features are computed from, or the reason why one is absent."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Dataset
from whyrec.models.interpretable import counting

__all__ = [
    "MEANS",
    "TREND_DAYS",
    "clock_of",
    "friends_of",
    "hour_of",
    "mean_rows",
    "moments_of",
    "names_of",
    "rating_of",
    "standard",
    "vectors_of",
    "weekday_of",
]

Matrix: TypeAlias = sparse.csr_array


TREND_DAYS = 30


def mean_rows(rows: Matrix) -> Matrix:
    """Scale rows to sum to 1; empty rows stay empty."""
    total = np.asarray(rows.sum(1)).ravel()
    scale = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0).astype(np.float32)
    return sparse.csr_array(sparse.diags_array(scale) @ rows)


def names_of(data: Dataset, absent: dict[str, str]) -> tuple[Matrix, dict[str, list[int]]]:
    """Return categories and named fields as one matrix, with the columns of each."""
    groups = {"categories": data.item_table.categories} | {
        f"same:{k}": v for k, v in data.item_table.fields.items()
    }
    blocks = [sparse.csr_array((data.n_items, 0), dtype=np.float32)]
    spans = {}
    column = 0
    for name, lists in groups.items():
        one = counting.one_hot(lists)
        if not one.nnz:
            absent[name] = "no two items have such a name in common"
            continue
        spans[name] = [column, column + one.shape[1]]
        column += one.shape[1]
        blocks.append(one)
    return sparse.csr_array(sparse.hstack(blocks, format="csr")), spans


def standard(values: NDArray[Any]) -> NDArray[np.float32]:
    """Standardise numbers; numbers that span powers of ten, such as prices, on a log scale."""
    finite = values[np.isfinite(values)]
    if len(finite) and finite.min() > 0 and finite.max() > 20 * np.median(finite):
        values = np.log(values)
        finite = np.log(finite)
    if len(finite):
        spread = float(finite.std())
    else:
        spread = 1.0
    return ((values - (finite.mean() if len(finite) else 0.0)) / (spread or 1.0)).astype(np.float32)


MEANS = {"rating": "rating", "count": "uses", "": "value"}


def rating_of(data: Dataset, absent: dict[str, str]) -> NDArray[np.float32]:
    """Return the mean value of each item, shrunk towards the overall mean by ten events."""
    if not len(data) or data.value.std() < 1e-6:
        absent["rating"] = "all events have the same value"
        return np.zeros(0, np.float32)
    sums = np.bincount(data.item, data.value, minlength=data.n_items)
    counts = np.bincount(data.item, minlength=data.n_items)
    return np.asarray((sums + 10 * data.value.mean()) / (counts + 10), np.float32)


def clock_of(data: Dataset, absent: dict[str, str]) -> tuple[NDArray[np.int64], dict[str, int]]:
    """Return the sorted keys item * span + time, and the window of the trend."""
    dated = data.time != 0  # 0: unknown
    times = data.time[dated]
    items = data.item[dated].astype(np.int64)
    if not data.clock or not len(times) or times[-1] == times[0]:
        absent["trend"] = "the data have no clock"
        return np.zeros(0, np.int64), {}
    start = int(times[0])
    span = int(times[-1] - times[0]) + 1
    keys = np.sort(items * span + (times - start))
    return keys, {
        "start": start,
        "span": span,
        "window": max(1, min(TREND_DAYS * 86_400, span // 10)),
    }


def hour_of(times: NDArray[Any]) -> NDArray[np.int64]:
    """Return the hour of Unix times, 0 to 23 (UTC)."""
    return np.asarray(times // 3600 % 24, np.int64)


def weekday_of(times: NDArray[Any]) -> NDArray[np.int64]:
    """Return 24 plus the weekday of Unix times, from Monday."""
    # 1 January 1970 was a Thursday.
    return np.asarray(24 + (times // 86_400 + 3) % 7, np.int64)


def moments_of(data: Dataset, wanted: bool, absent: dict[str, str]) -> NDArray[np.float32]:
    """Return log2 of how much more often than expected each item is chosen by hour and weekday.

    An hour includes half of its neighbours. Expected is the item's number of events times the
    hour's or weekday's share of all events. Values are shrunk towards 0 by 20 events.
    """
    if not wanted or not data.clock or not data.time.any():
        absent["hour"] = absent["weekday"] = "the data have no clock" if wanted else "not asked for"
        return np.zeros((data.n_items, 0), np.float32)
    blocks = []
    dated = data.time != 0  # 0: unknown
    for columns, first, last in (
        (hour_of(data.time[dated]), 0, 24),
        (weekday_of(data.time[dated]), 24, 31),
    ):
        counts = np.zeros((data.n_items, last - first))
        np.add.at(counts, (data.item[dated], columns - first), 1.0)
        if last == 24:
            counts = counts / 2 + (np.roll(counts, 1, 1) + np.roll(counts, -1, 1)) / 4
        share = np.maximum(counts.sum(0) / counts.sum(), 1e-9)
        blocks.append(
            np.log2((counts + 20 * share) / ((counts.sum(1, keepdims=True) + 20) * share))
        )
    return np.concatenate(blocks, 1).astype(np.float32)


def vectors_of(
    data: Dataset, given: NDArray[Any] | None, absent: dict[str, str]
) -> NDArray[np.float32]:
    """Return text vectors of length 1; empty if there are none."""
    if given is not None:
        parts = [given]
    else:
        parts = list(data.item_table.vectors.values())
    if not parts:
        absent["text"] = "the item table has no vectors of a text encoder"
        return np.zeros((data.n_items, 0), np.float32)
    units = [part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-9) for part in parts]
    return np.asarray(np.hstack(units) / np.sqrt(len(units)), np.float32)


def friends_of(data: Dataset, wanted: bool, absent: dict[str, str]) -> Matrix:
    """Return how many friends of each person chose each item."""
    if not wanted or not len(data.friends):
        if len(data.friends):
            absent["friends"] = "not asked for"
        else:
            absent["friends"] = "the data name no friends"
        return sparse.csr_array((0, data.n_items), dtype=np.float32)
    pairs = np.unique(np.concatenate([data.friends, data.friends[:, ::-1]]), axis=0)
    circle = sparse.csr_array(
        (np.ones(len(pairs), np.float32), pairs.T), shape=(data.n_users, data.n_users)
    )
    events = sparse.csr_array(
        (np.ones(len(data), np.float32), (data.user, data.item)), shape=(data.n_users, data.n_items)
    )
    events.sum_duplicates()
    events.data[:] = 1.0
    return sparse.csr_array(circle @ events, dtype=np.float32)

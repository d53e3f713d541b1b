"""Split events into training, validation and test.

next_item: each person's last item is the test, the one before the validation [cremonesi2010].
strong: whole people are held out and 20% of their events are hidden [liang2018]. temporal: one cut
in time for all. random: a fifth of each person's items, for data without order.

Ties keep file order; people whose events all have one time are only trained on by next-item, unless
the order of the rows is requested. A relevant item that its query has seen is not a case unless
`Dataset.repeat` is set; `steps` counts them. Queries of a split avoid nothing, because avoided
items have no time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, DataError, Dataset, UnknownNameError
from whyrec.core.cases import EvaluationCases, Split
from whyrec.core.queries import Int, Queries
from whyrec.data.fixes import other_protocols
from whyrec.data.order import asked_of_none

__all__ = [
    "CUT",
    "PROTOCOLS",
    "VALID",
    "by_part",
    "check_order",
    "next_item",
    "next_item_notes",
    "next_item_part",
    "random",
    "rating_split",
    "split",
    "strong",
    "temporal",
    "temporal_notes",
    "temporal_part",
    "usual",
]

CUT, VALID = (
    0.9,
    0.05,
)  # temporal: share of the events before the test, and share for validation


def split(
    data: Dataset, protocol: str = "next-item", *, seed: int = 0, refit: bool = False
) -> Split:
    """Split the data by a protocol.

    Args:
        data: The data.
        protocol: next-item, strong, temporal or random.
        seed: Seed of the random choices.
        refit: Train on the validation items too; for next-item only.

    Returns:
        The split.

    Raises:
        UnknownNameError: If the protocol is unknown.
        DataError: If the data do not suit it.
    """
    if protocol not in PROTOCOLS:
        raise UnknownNameError("protocol", protocol, PROTOCOLS)
    if refit and protocol != "next-item":
        raise ArgumentError("refit goes with the protocol next-item", given=protocol)
    options: dict[str, Any] = {"next-item": {"refit": refit}, "temporal": {}}.get(
        protocol, {"seed": seed}
    )
    with other_protocols(data, PROTOCOLS):
        return PROTOCOLS[protocol](data, **options)


def usual(data: Dataset) -> str:
    """Return the default protocol: next-item, or random if events have no order."""
    if data.order == "none":
        return "random"
    return "next-item"


def next_item(data: Dataset, *, refit: bool = False) -> Split:
    """Train on all but each person's last two items (with refit, the last one).

    People with fewer than 3 events are only trained on. The test query ends with the validation
    item.
    """
    check_order(data)
    part = next_item_part(data.user, data.time, by_rows=data.order == "file")
    if not part.any():
        most = np.bincount(data.user).max(initial=0)
        if most < 3:
            given = f"at most {most} events a person"
        else:
            given = "only people whose events all have one time"
        raise DataError(
            "the protocol next-item needs people with 3 events or more",
            given=given,
            fix="give more events a person",
        )
    return by_part("next-item", data, part, next_item_notes(refit), refit=refit)


def check_order(data: Dataset) -> None:
    """Raise DataError if no last item is known."""
    asked_of_none(data, "the protocol next-item", "use --protocol random")


def next_item_notes(refit: bool = False) -> str:
    """Describe the split next-item."""
    return f"fit on all events but each person's last{'' if refit else ' two'}"


def next_item_part(
    user: NDArray[Any], time: NDArray[Any], *, by_rows: bool = False
) -> NDArray[np.int8]:
    """Return the part of each event by person and time (n,): 2 the last, 1 the one before, else 0.

    All 0 for people with fewer than 3 events or with one time for all (unless `by_rows`).
    """
    order = np.argsort(user, kind="stable")
    if len(user):
        last = np.flatnonzero(np.append(np.diff(user[order]) != 0, True))
    else:
        last = np.zeros(0, int)
    sizes = np.diff(last, prepend=-1)
    tied = time[order][last] == time[order][last - sizes + 1]
    able = last[(sizes >= 3) & (by_rows | ~tied)]
    part = np.zeros(len(user), np.int8)
    part[order[able]] = 2
    part[order[able - 1]] = 1
    return part


def by_part(
    protocol: str, data: Dataset, part: NDArray[np.int8], notes: str, *, refit: bool = False
) -> Split:
    """Split by the part of each event (n,): 0 training (with refit also 1), 1 valid, 2 test."""
    events = data.histories
    of = part[np.argsort(data.user, kind="stable")]
    made = [_cases(data, np.arange(len(events)), of < which, of == which) for which in (1, 2)]
    return Split(
        protocol,
        data.select(part <= (1 if refit else 0)),
        made[0][0],
        made[1][0],
        f"{notes}; full ranking; {_seen(data)}",
        _lost(made[0][1], made[1][1]),
    )


def random(data: Dataset, *, seed: int = 0, share: float = 0.2, valid: int = 2_000) -> Split:
    """Hold out a random `share` of the items of each person with at least 5; the rest is the query.

    A twelfth of these people, at most `valid`, lose as many for validation. Limits: with an order,
    the model sees what came later.
    """
    pairs, pair = np.unique(
        data.user.astype(np.int64) * max(1, data.n_items) + data.item, return_inverse=True
    )
    person = pairs // max(1, data.n_items)
    sizes = np.bincount(person, minlength=data.n_users)
    able = np.flatnonzero(sizes >= 5)
    if not len(able):
        raise DataError(
            "the protocol random needs people with 5 items or more",
            given=f"at most {sizes.max(initial=0)} items a person",
            fix="give more events",
        )
    rng = np.random.default_rng(seed)
    place = np.empty(
        len(pairs), int
    )  # position of each pair in a random order of its person's pairs
    by_chance = np.lexsort((rng.random(len(pairs)), person))
    place[by_chance] = np.arange(len(pairs)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    held = np.where(sizes >= 5, np.maximum(1, np.round(share * sizes)), 0).astype(int)
    twice = np.zeros(data.n_users, bool)
    twice[rng.permutation(able)[: max(1, min(valid, len(able) // 12))]] = True
    part = np.where(
        place < held[person], 2, np.where((place < 2 * held[person]) & twice[person], 1, 0)
    ).astype(np.int8)
    return by_part(
        "random",
        data,
        part[pair],
        f"fit without a random {share:.0%} of each person's items, the test, and "
        f"without as many of {int(twice.sum())} people, the validation",
    )


def strong(
    data: Dataset, *, heldout: int | None = None, seed: int = 0, fold_in: float = 0.8
) -> Split:
    """Hold out `heldout` (default: a twelfth, at most 10,000) people each to validate and test.

    80% of their events are the query.
    """
    events = data.histories
    able = np.flatnonzero(events.sizes >= 5)
    if heldout is None:
        heldout = min(10_000, _rounded(len(able) / 12))
    if heldout < 1 or 2 * heldout >= len(able):
        raise DataError(
            "the protocol strong needs at least 24 people with 5 events or more",
            given=f"{len(able)} such people",
            fix="give more people",
        )
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(able)[: 2 * heldout]
    hidden = np.zeros(len(events.items), bool)
    for person in chosen:
        a = events.indptr[person]
        b = events.indptr[person + 1]
        size = min(b - a - 1, max(1, round((b - a) * (1 - fold_in))))
        hidden[a + rng.choice(b - a, size, replace=False)] = True
    made = [
        _cases(data, np.sort(people), ~hidden, hidden)
        for people in (chosen[:heldout], chosen[heldout:])
    ]
    train = data.select(~np.isin(data.user, chosen))
    notes = (
        f"{heldout} validation and {heldout} test people held out whole, "
        f"{fold_in:.0%} of their events given; full ranking; {_seen(data)}"
    )
    return Split("strong", train, made[0][0], made[1][0], notes, _lost(made[0][1], made[1][1]))


def temporal(data: Dataset, *, cut: float = CUT, valid: float = VALID) -> Split:
    """Train before a time, validate up to a second one (`cut`), test on unseen items after it."""
    asked_of_none(data, "the protocol temporal", "use --protocol random")
    if not data.clock:
        raise DataError(
            "the protocol temporal needs times of a common clock",
            given="times that are only an order",
            fix="use --protocol next-item",
        )
    if len(data):
        moments = np.quantile(data.time, [cut - valid, cut], method="lower")
    else:
        moments = np.zeros(2, np.int64)
    made = by_part("temporal", data, temporal_part(data.time, moments), temporal_notes(moments))
    if not (len(made.valid) and len(made.test)):
        raise DataError(
            "the protocol temporal needs people with new items after each cut",
            given=f"{[len(made.valid), len(made.test)]} people",
            fix="give more events a person",
        )
    return made


def temporal_part(time: NDArray[Any], moments: NDArray[Any]) -> NDArray[np.int8]:
    """Return the part of each event by its time (n,): 0 up to the first cut, 1 up to the second."""
    return np.searchsorted(moments, time).astype(np.int8)


def temporal_notes(moments: NDArray[Any]) -> str:
    """Describe the split temporal."""
    day = np.array(moments, "datetime64[s]").astype("datetime64[D]")
    return f"fit up to {day[0]}, validation up to {day[1]}, test after"


def rating_split(data: Dataset, share: float = 0.1, *, seed: int = 0) -> tuple[Dataset, Dataset]:
    """Split ratings into (train, test) at random, ignoring time; equal pairs stay together."""
    pairs, pair = np.unique(
        data.user.astype(np.int64) * max(1, data.n_items) + data.item, return_inverse=True
    )
    size = round(len(pairs) * share)
    if not 0 < size < len(pairs):
        raise DataError(
            "a share of the ratings must leave one rating or more on each side",
            given=f"{share:g} of {len(pairs)} ratings",
            fix="give a share between 0 and 1, or more ratings",
        )
    chosen = np.zeros(len(pairs), bool)
    chosen[np.random.default_rng(seed).choice(len(pairs), size, replace=False)] = True
    return data.select(~chosen[pair]), data.select(chosen[pair])


PROTOCOLS: dict[str, Callable[..., Split]] = {
    "next-item": next_item,
    "strong": strong,
    "temporal": temporal,
    "random": random,
}


def _cases(
    data: Dataset, people: Int, given: NDArray[np.bool_], truth: NDArray[np.bool_]
) -> tuple[EvaluationCases, int]:
    """Return (cases of `given` queries and unseen `truth` items, number of items already seen)."""
    events = data.histories
    wanted = np.zeros(len(events), bool)
    wanted[people] = True
    row = events.row
    span = int(events.items.max(initial=0)) + 1
    seen = row[given] * span + events.items[given]
    at = np.flatnonzero(truth & wanted[row])
    pairs, first = np.unique(row[at] * span + events.items[at], return_index=True)
    fresh = np.sort(first if events.repeat else first[~np.isin(pairs, seen)])
    if events.repeat:
        lost = 0
    else:
        lost = len(at) - len(fresh)
    at = at[fresh]
    rows, counts = np.unique(row[at], return_counts=True)
    return EvaluationCases(
        _only(data, given)[rows], np.concatenate([[0], np.cumsum(counts)]), events.items[at]
    ), lost


def _only(data: Dataset, keep: NDArray[np.bool_]) -> Queries:
    """Keep only some events of the histories, asked at the time of the last one."""
    events = data.histories
    counts = np.bincount(events.row[keep], minlength=len(events))
    indptr = np.concatenate([[0], np.cumsum(counts)])
    times = events.times[keep]
    now = np.where(counts > 0, times[np.maximum(indptr[1:] - 1, 0)] if len(times) else 0, 0)
    return Queries(
        indptr,
        events.items[keep],
        events.values[keep],
        times,
        now,
        events.user,
        data.events_ago(indptr, times),
        events.repeat,
    )


def _seen(data: Dataset) -> str:
    if data.repeat:
        return "seen items may come again"
    return "seen items left out"


def _lost(valid: int, test: int) -> tuple[str, ...]:
    if not valid and not test:
        return ()
    return (
        f"{valid} validation and {test} test items left out: the person had chosen them before",
    )


def _rounded(x: float) -> int:
    """Round to hundreds above 400, otherwise down to a whole number."""
    if x > 400:
        return round(x / 100) * 100
    return int(x)

"""Splits: which events to learn from, which to tune on and which to report on.

next_item: each person's last item is the test, the one before the validation [cremonesi2010]; strong:
whole people are held out and 20% of their events are hidden [liang2018]; temporal: one cut in time for
all. Ties in time keep file order. A true item that its own query has seen already is no case, since
lists leave seen items out; how many were left out is said in `steps`. Where people come back to items
(`Dataset.repeat`) lists hold them too, and such a case counts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from whyrec.core import BadArgument, BadData, Dataset, Unknown
from whyrec.core.cases import Cases, Split
from whyrec.core.types import Int, Queries

__all__ = ["PROTOCOLS", "next_item", "rating_split", "split", "strong", "temporal"]


def split(data: Dataset, protocol: str = "next-item", *, seed: int = 0, refit: bool = False) -> Split:
    """`data` split by the named protocol: next-item, strong or temporal."""
    if protocol not in PROTOCOLS:
        raise Unknown("protocol", protocol, PROTOCOLS)
    if refit and protocol != "next-item":
        raise BadArgument("refit goes with the protocol next-item", given=protocol)
    if protocol == "next-item":
        return next_item(data, refit=refit)
    return strong(data, seed=seed) if protocol == "strong" else temporal(data)


def next_item(data: Dataset, *, refit: bool = False) -> Split:
    """Fit on all but each person's last two items; people with fewer than 3 events are only learned from.

    The test query ends with the validation item. refit: the validation item is in `train` too (the
    validation cases are then in the fit, and are for tuning by others only).
    """
    events = data.histories
    able = np.flatnonzero(events.sizes >= 3)
    if not len(able):
        raise BadData("the protocol next-item needs people with 3 events or more",
                      given=f"at most {events.sizes.max(initial=0)} events a person",
                      fix="give more events, or use --protocol temporal")
    ends = events.indptr[able + 1]
    from_end = np.full(len(events.items), 99)  # 0 the last event, 1 the one before, of the able people
    from_end[ends - 1], from_end[ends - 2] = 0, 1
    valid, lost_valid = _cases(events, able, from_end > 1, from_end == 1)
    test, lost_test = _cases(events, able, from_end > 0, from_end == 0)
    keep = np.empty(len(data), bool)
    keep[np.argsort(data.user, kind="stable")] = from_end > (0 if refit else 1)
    note = "fit on all events but each person's last" if refit else "fit on all events but each person's last two"
    return Split("next-item", data.select(keep), valid, test, f"{note}; full ranking; {_seen(data)}",
                 _lost(lost_valid, lost_test))


def strong(data: Dataset, *, heldout: int | None = None, seed: int = 0, fold_in: float = 0.8) -> Split:
    """Fit on the other people; of `heldout` validation and as many test people, a random 80% of the
    events is the query and the rest the truth. heldout: default a twelfth of the people, at most 10,000.
    """
    events = data.histories
    able = np.flatnonzero(events.sizes >= 5)
    heldout = min(10_000, _rounded(len(able) / 12)) if heldout is None else heldout
    if heldout < 1 or 2 * heldout >= len(able):
        raise BadData("the protocol strong needs at least 24 people with 5 events or more",
                      given=f"{len(able)} such people", fix="use --protocol next-item or temporal")
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(able)[:2 * heldout]
    hidden = np.zeros(len(events.items), bool)
    for person in chosen:
        a, b = events.indptr[person], events.indptr[person + 1]
        size = min(b - a - 1, max(1, round((b - a) * (1 - fold_in))))
        hidden[a + rng.choice(b - a, size, replace=False)] = True
    made = [_cases(events, np.sort(people), ~hidden, hidden) for people in (chosen[:heldout], chosen[heldout:])]
    train = data.select(~np.isin(data.user, chosen))
    notes = (f"{heldout} validation and {heldout} test people held out whole, "
             f"{fold_in:.0%} of their events given; full ranking; {_seen(data)}")
    return Split("strong", train, made[0][0], made[1][0], notes, _lost(made[0][1], made[1][1]))


def temporal(data: Dataset, *, cut: float = 0.9, valid: float = 0.05) -> Split:
    """Fit on events before the moment that has `cut` - `valid` of them behind it; validation is up to
    the moment `cut`, test after it. The truth is each person's items after the cut that they had not
    seen before it.
    """
    if not data.clock:
        raise BadData("the protocol temporal needs times of a common clock", given="times that are only an order",
                      fix="use --protocol next-item")
    events = data.histories
    moments = np.quantile(data.time, [cut - valid, cut], method="lower") if len(data) else [0, 0]
    made = []
    for since, until in ((moments[0], moments[1]), (moments[1], np.iinfo(np.int64).max)):
        past = events.times <= since
        future = (events.times > since) & (events.times <= until)
        able = np.flatnonzero(np.bincount(events.row[future], minlength=len(events)))
        made.append(_cases(events, able, past, future))
    if not all(len(cases) for cases, _ in made):
        raise BadData("the protocol temporal needs people with new items after each cut",
                      given=f"{[len(cases) for cases, _ in made]} people", fix="use --protocol next-item")
    day = np.array(moments, "datetime64[s]").astype("datetime64[D]")
    return Split("temporal", data.select(data.time <= moments[0]), made[0][0], made[1][0],
                 f"fit up to {day[0]}, validation up to {day[1]}, test after; full ranking; {_seen(data)}",
                 _lost(made[0][1], made[1][1]))


def rating_split(data: Dataset, share: float = 0.1, *, seed: int = 0) -> tuple[Dataset, Dataset]:
    """(train, test) of a random `share` of the ratings; both keep all people and items. A pair of person and item that
    was rated twice goes to one side whole, so that no answer stands in the training ratings.

    It shuffles time, as the published figures for ratings do: not a picture of what is known at the moment of asking.
    """
    pairs, pair = np.unique(data.user.astype(np.int64) * max(1, data.n_items) + data.item, return_inverse=True)
    size = round(len(pairs) * share)
    if not 0 < size < len(pairs):
        raise BadData("a share of the ratings must leave one rating or more on each side",
                      given=f"{share:g} of {len(pairs)} ratings", fix="give a share between 0 and 1, or more ratings")
    chosen = np.zeros(len(pairs), bool)
    chosen[np.random.default_rng(seed).choice(len(pairs), size, replace=False)] = True
    return data.select(~chosen[pair]), data.select(chosen[pair])


PROTOCOLS = {"next-item": next_item, "strong": strong, "temporal": temporal}


def _cases(events: Queries, people: Int, given: NDArray[np.bool_], truth: NDArray[np.bool_]) -> tuple[Cases, int]:
    """Queries of the `given` events and the `truth` events of these people, and how many true items were
    left out because the query has them already (unless items may come again). One that came twice counts once."""
    wanted = np.zeros(len(events), bool)
    wanted[people] = True
    row, span = events.row, int(events.items.max(initial=0)) + 1
    seen = row[given] * span + events.items[given]
    at = np.flatnonzero(truth & wanted[row])
    pairs, first = np.unique(row[at] * span + events.items[at], return_index=True)
    fresh = np.sort(first if events.repeat else first[~np.isin(pairs, seen)])
    lost = 0 if events.repeat else len(at) - len(fresh)
    at = at[fresh]
    rows, counts = np.unique(row[at], return_counts=True)
    return Cases(_only(events, given)[rows], np.concatenate([[0], np.cumsum(counts)]), events.items[at]), lost


def _only(events: Queries, keep: NDArray[np.bool_]) -> Queries:
    """The queries with only the events `keep`, asked at the time of their last kept event."""
    counts = np.bincount(events.row[keep], minlength=len(events))
    indptr = np.concatenate([[0], np.cumsum(counts)])
    times = events.times[keep]
    now = np.where(counts > 0, times[np.maximum(indptr[1:] - 1, 0)] if len(times) else 0, 0)
    return Queries(indptr, events.items[keep], events.values[keep], times, now, events.user, repeat=events.repeat)


def _seen(data: Dataset) -> str:
    return "seen items may come again" if data.repeat else "seen items left out"


def _lost(valid: int, test: int) -> tuple[str, ...]:
    if not valid and not test:
        return ()
    return (f"{valid} validation and {test} test items left out: the person had chosen them before",)


def _rounded(x: float) -> int:
    """To hundreds above 400, so that counts read well; else down to a whole number."""
    return round(x / 100) * 100 if x > 400 else int(x)

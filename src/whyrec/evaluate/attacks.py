"""Fake profiles that push an item: made, alarmed at, and what they do to the lists [lam2004]."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import ArgumentError, Dataset
from whyrec.core.queries import Int

__all__ = ["KINDS", "alarm", "coherence", "drop_people", "inject", "signals"]

STRATA = 20  # groups of people by length
KINDS = ("random", "average", "bandwagon", "popular")


def inject(
    data: Dataset, kind: str, target: int, *, share: float = 0.01, seed: int = 0
) -> tuple[Dataset, Int]:
    """The data with fake people, `share` of the real number, who all chose `target`; (data, numbers
    of the fakes).

    Each copies the length and the times of a real history. random: fillers drawn evenly, of the
    mean value of all events; average: the same with each item's own mean value; bandwagon: a fifth
    from the ten most chosen, the others evenly; popular: fillers drawn as often as real people
    choose them, the hardest to tell [hurley2009]. The target gets the highest value of all.
    """
    if kind not in KINDS:
        raise ArgumentError(f"an attack must be one of {', '.join(KINDS)}", given=repr(kind))
    rng = np.random.default_rng(seed)
    counts = np.bincount(data.item, minlength=data.n_items)
    n = max(1, round(share * data.n_users))
    mean = np.bincount(data.item, data.value, data.n_items) / np.maximum(1, counts)
    mean[counts == 0] = data.value.mean()
    sizes = data.histories.sizes
    user = []
    item = []
    time = []
    able = np.flatnonzero(sizes >= 2)
    for fake in range(n):
        copied = data.histories[int(rng.choice(able))]
        chosen = _fillers(kind, target, min(len(copied), int((counts > 0).sum())) - 1, counts, rng)
        items = rng.permutation(np.append(chosen, target))
        user.append(np.full(len(items), data.n_users + fake))
        item.append(items)
        time.append(copied.times[: len(items)])
    users = np.concatenate(user)
    items = np.concatenate(item)
    times = np.concatenate(time)
    values = np.where(
        items == target, data.value.max(), data.value.mean() if kind == "random" else mean[items]
    )
    whole = np.concatenate([data.time, times])
    order = np.argsort(whole, kind="stable")
    grown = replace(
        data,
        user=np.concatenate([data.user, users])[order],
        item=np.concatenate([data.item, items])[order],
        value=np.concatenate([data.value, values])[order],
        time=whole[order],
        users=(*data.users, *(f"\0fake{f}" for f in range(n))),
        user_table=type(data.user_table)(),
    )
    return grown, np.arange(data.n_users, data.n_users + n)


def _fillers(kind: str, target: int, m: int, counts: Int, rng: np.random.Generator) -> Int:
    allowed = np.flatnonzero((counts > 0) & (np.arange(len(counts)) != target))
    m = min(m, len(allowed))
    if kind == "popular":
        return rng.choice(allowed, m, replace=False, p=counts[allowed] / counts[allowed].sum())
    if kind in ("random", "average"):
        return rng.choice(allowed, m, replace=False)
    top = allowed[np.argsort(-counts[allowed], kind="stable")][:10]
    if m:
        first = rng.choice(top, min(len(top), max(1, m // 5)), replace=False)
    else:
        first = top[:0]
    rest = np.setdiff1d(allowed, first)
    return np.concatenate([first, rng.choice(rest, min(len(rest), m - len(first)), replace=False)])


def coherence(data: Dataset, *, strata: int = 1) -> NDArray[np.float64]:
    """How much more often a person's items are chosen together by others than chance would have it,
    (n_users,).

    strata: chance is taken within that many equal groups of people by length of history. With 1,
    much chosen items hang
    together because busy people choose them all: fakes of random fillers stand out. With 20 that is
    taken out, and fakes that choose as the crowd does stand out, for only taste is left.
    :func:`alarm` takes both.

    For each pair of a person's items: (how many OTHERS chose both - expected) / sqrt(expected + 1),
    expected as if they were chosen independently in each group; the mean over pairs. Real tastes
    hang together; fillers drawn by chance do not. NaN below 3 items. Not good for: fakes that copy
    a real history, or people of fewer than 3 items.
    """
    n = data.n_users
    seen = sparse.csr_array((np.ones(len(data)), (data.user, data.item)), shape=(n, data.n_items))
    seen.data[:] = 1.0  # an item chosen twice counts once
    both = (seen.T @ seen).tocsr()
    places = np.argsort(np.argsort(np.diff(seen.indptr), kind="stable"), kind="stable")
    group = places * min(strata, n) // max(1, n)
    within = np.bincount(group).astype(float)
    out = np.full(n, np.nan)
    counts = (
        sparse.csr_array((np.ones(n), (group, np.arange(n))), shape=(len(within), n)) @ seen
    ).toarray()
    for person in range(n):
        items = seen.indices[seen.indptr[person] : seen.indptr[person + 1]]
        if len(items) < 3:
            continue
        own = np.arange(len(within)) == group[person]
        c = counts[:, items] - own[:, None]
        expected = np.maximum((c / np.maximum(1.0, within - own)[:, None]).T @ c, 1e-3)
        over = (both[items][:, items].toarray() - 1.0 - expected) / np.sqrt(expected + 1.0)
        pairs = len(items) * (len(items) - 1)
        out[person] = (over.sum() - np.trace(over)) / pairs
    return out


def signals(data: Dataset) -> NDArray[np.float64]:
    """Both coherences of each person, (n_users, 2)."""
    return np.stack([coherence(data), coherence(data, strata=STRATA)], 1)


def alarm(
    clean: NDArray[np.float64], now: NDArray[np.float64], *, false_alarms: float = 0.01
) -> NDArray[np.bool_]:
    """Who is alarmed at: below the level that `false_alarms` of the people known to be real fall
    under; of several signals (n_users, s) below any one's, each with its part of the false
    alarms."""
    if clean.ndim == 2:
        each = [
            alarm(a, b, false_alarms=false_alarms / clean.shape[1])
            for a, b in zip(clean.T, now.T, strict=True)
        ]
        return np.asarray(np.any(each, axis=0))
    known = clean[~np.isnan(clean)]
    if not len(known):
        raise ArgumentError(
            "an alarm needs people of 3 items or more to learn its level from", given="none"
        )
    return np.asarray(now < np.quantile(known, false_alarms))


def drop_people(data: Dataset, gone: Int) -> Dataset:
    """The data without the events of these people."""
    return data.select(~np.isin(data.user, gone))

"""Shilling attacks [lam2004]: inject fake profiles, detect them, measure their effect."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import ArgumentError, Dataset
from whyrec.core.queries import Int

__all__ = ["KINDS", "alarm", "coherence", "drop_people", "inject", "signals"]

STRATA = 20  # groups of people by history length
KINDS = ("random", "average", "bandwagon", "popular")


def inject(
    data: Dataset, kind: str, target: int, *, share: float = 0.01, seed: int = 0
) -> tuple[Dataset, Int]:
    """Add fake people who all chose the target item.

    Each fake copies the length and times of a real history. Kinds: random fills it with uniformly
    drawn items at the mean value of all events; average uses each item's own mean value; bandwagon
    takes a fifth from the ten most chosen items; popular draws items by popularity and is the
    hardest to detect [hurley2009]. The target gets the highest value of all.

    Args:
        data: The real data.
        kind: One of :data:`KINDS`.
        target: Number of the item to promote.
        share: Number of fakes relative to the number of people.
        seed: Random seed.

    Returns:
        (data with the fakes, user numbers of the fakes).

    Raises:
        ArgumentError: If the kind is unknown.
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
    """Measure how much more often than by chance a person's items are chosen together by others.

    For each pair of a person's items: (number of OTHERS who chose both - expected) / sqrt(expected
    + 1), averaged. The expectation assumes independent choices within each group. Real tastes are
    coherent, random fillers are not. Limits: fakes that copy a real history, and people with fewer
    than 3 items.

    Args:
        data: The events.
        strata: Number of equal groups of people by history length. With 1, popular items seem
            related because busy people choose them all, which reveals random fillers. With 20 this
            effect is removed, which reveals fakes that follow popularity. :func:`alarm` accepts
            both.

    Returns:
        One value per person, (n_users,); NaN below 3 items.
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
    """Compute both coherences of each person, (n_users, 2)."""
    return np.stack([coherence(data), coherence(data, strata=STRATA)], 1)


def alarm(
    clean: NDArray[np.float64], now: NDArray[np.float64], *, false_alarms: float = 0.01
) -> NDArray[np.bool_]:
    """Flag people whose coherence is below a level learned on real people.

    Args:
        clean: Values of people known to be real, (n,) or (n, s) for several signals.
        now: Values of the people to check, in the same form.
        false_alarms: Share of real people that may be flagged, divided among the signals.

    Returns:
        Whether each person is flagged by any signal.

    Raises:
        ArgumentError: If no real person has a value.
    """
    if clean.ndim == 2:
        each = [
            alarm(a, b, false_alarms=false_alarms / clean.shape[1])
            for a, b in zip(clean.T, now.T, strict=True)
        ]
        return np.asarray(np.any(each, axis=0))
    known = clean[~np.isnan(clean)]
    if not len(known):
        raise ArgumentError(
            "an alarm needs people with 3 items or more to learn its level", given="none"
        )
    return np.asarray(now < np.quantile(known, false_alarms))


def drop_people(data: Dataset, gone: Int) -> Dataset:
    """Remove the events of these people."""
    return data.select(~np.isin(data.user, gone))

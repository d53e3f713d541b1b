"""Randomised response: people perturb their own events before sharing them.

Every (person, item) pair is a bit. It is reported truly with probability e^epsilon / (1 +
e^epsilon) and turned over otherwise, so each reported bit is epsilon-private without trust in the
collector [warner1965]; for single bits this tells more than optimised unary encoding, which is made
for reports of one item [wang2017]. The unit is one pair, not one person: two people whose choices
differ in m items are told apart with up to m times epsilon. Limits: who takes part is not hidden;
with few people, most reports are made up.
"""

from __future__ import annotations

from math import exp

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import ArgumentError, Dataset
from whyrec.core.catalogue import check_catalogue
from whyrec.privacy.noise import Generator, System

__all__ = ["counts", "perturb"]


def perturb(data: Dataset, epsilon: float, *, random: Generator | None = None) -> Dataset:
    """Perturb everyone's events.

    Args:
        data: The true data, on a catalogue that does not depend on the events.
        epsilon: Privacy of each pair, above 0.
        random: Random numbers. Default: the operating system's generator.

    Returns:
        Reported pairs of everybody in the data. Nothing else of the people is handed on: no values,
        times or order, no columns of people, no friends, nothing that they avoid.

    Raises:
        ArgumentError: If epsilon is not positive, or if the items were taken from the events.
    """
    lie = _lie(epsilon)
    check_catalogue(data, "randomised response")
    random = random or System()
    chosen = sparse.csr_array(
        (np.ones(len(data), bool), (data.user, data.item)), shape=(data.n_users, data.n_items)
    )
    reports = [
        _report(chosen.indices[start:end], data.n_items, lie, random)
        for start, end in zip(chosen.indptr[:-1], chosen.indptr[1:], strict=True)
    ]
    item = np.concatenate([np.zeros(0, np.int64), *reports])
    return Dataset(
        np.repeat(np.arange(data.n_users), [len(report) for report in reports]),
        item,
        np.ones(len(item)),
        np.zeros(len(item), np.int64),
        data.users,
        data.items,
        data.item_table,
        links=data.links,
        name=data.name,
        domain=data.domain,
        clock=False,
        order="none",
        verb=data.verb,
        catalogue=data.catalogue,
    )


def _report(
    own: NDArray[np.int32], n_items: int, lie: float, random: Generator
) -> NDArray[np.intp]:
    """Return the items that one person reports, in the order of the catalogue."""
    bits = np.zeros(n_items, bool)
    bits[own] = True
    return np.flatnonzero(bits ^ random.flips(lie, n_items))


def counts(told: Dataset, epsilon: float) -> NDArray[np.float64]:
    """Estimate without bias how many people chose each item.

    Args:
        told: Reports of :func:`perturb`.
        epsilon: The epsilon that was used.

    Returns:
        Estimates, (n_items,), possibly negative.
    """
    lie = _lie(epsilon)
    reported = np.bincount(told.item, minlength=told.n_items)
    return np.asarray((reported - told.n_users * lie) / (1 - 2 * lie))


def _lie(epsilon: float) -> float:
    """Return the probability that a bit is turned over."""
    if not 0 < epsilon < float("inf"):
        raise ArgumentError("epsilon must be above 0", given=str(epsilon))
    return 1 / (1 + exp(epsilon))

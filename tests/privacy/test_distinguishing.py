"""The promise itself: who knows two neighbouring data sets cannot tell by more than epsilon which of them was released."""

from __future__ import annotations

import numpy as np
import pytest

from tests.toys import listed, random_data
from whyrec.core import Dataset
from whyrec.models.linear.terms import user_item
from whyrec.models.private.gaussian import gaussian_noise
from whyrec.models.private.private import _gram, noisy_counts
from whyrec.privacy.attack import distinguish
from whyrec.privacy.noise import Seeded
from whyrec.privacy.perturb import perturb

EPSILON, DELTA = 1.0, 1e-5


def pair(data, items):
    """The data, and the same with one person of these items more."""
    more = Dataset(
        [*data.user, *[data.n_users] * len(items)],
        [*data.item, *items],
        np.ones(len(data) + len(items)),
        [*data.time, *[int(data.time[-1])] * len(items)],
        [*data.users, "one more"],
        data.items,
        catalogue=data.catalogue,
    )
    return data, more


def sums(share):
    """Both noisy sums of `private`, with this share of the noise that the promise needs."""
    noise = share * gaussian_noise(EPSILON, DELTA) * np.sqrt(2)

    def release(data, seed):
        random, people = Seeded(seed), user_item(data)
        counts = noisy_counts(people, noise, random)
        gram, _ = _gram(people, noise, random)
        return np.append(counts, gram[np.triu_indices(len(gram))])

    return release


@pytest.mark.parametrize("items", [[3], [1, 4], list(range(8))], ids=["1", "2", "all"])
def test_the_released_sums_keep_the_promise(items):
    """Whatever the one person chose; with a sixth of the noise the same attack finds more than is promised."""
    one, other = pair(listed(random_data(people=300, items=8, events=1500)), items)
    kept = distinguish(sums(1.0), one, other, draws=1000, delta=DELTA)
    broken = distinguish(sums(1 / 6), one, other, draws=1000, delta=DELTA)
    assert kept.epsilon_at_least <= EPSILON < broken.epsilon_at_least
    assert kept.auc < broken.auc - 0.1


def test_a_report_keeps_the_promise():
    """Two people who differ in one item; the probabilities are e^1 : 1, so the bound comes near and not above."""
    data = listed(random_data(people=2, items=12, events=9))
    item = data.item.copy()
    mine = np.flatnonzero(data.user == 0)
    free = np.setdiff1d(np.arange(12), item[mine])[0]
    more = Dataset(
        [*data.user, 0],
        [*item, free],
        np.ones(len(item) + 1),
        [*data.time, int(data.time[-1])],
        data.users,
        data.items,
        catalogue=data.catalogue,
    )

    def release(which, seed):
        told = perturb(which, EPSILON, random=Seeded(seed))
        return np.isin(np.arange(12), told.item[told.user == 0]).astype(float)

    found = distinguish(release, data, more, draws=1500)
    assert 0.4 < found.epsilon_at_least <= EPSILON

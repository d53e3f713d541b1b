"""Counts that are sums over blocks of people: true, and the same whoever counts the blocks."""

from __future__ import annotations

import numpy as np
import pytest

from whyrec import registry
from whyrec.core import Dataset, artefact
from whyrec.models.linear import terms
from whyrec.models.linear.cooccurrence import transitions

SETTINGS = {
    "ease": {},
    "cooccurrence": {},
    "sequential-rules": {},
    "pctm": {},
    "additive": {"components": ("ease", "transitions"), "tune_on": 50},
}


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    user = rng.integers(200, size=4000)
    user[user % 50 == 7] = 0  # one person with many events, four with none
    return Dataset(
        user,
        (rng.random(4000) ** 2 * 40).astype(int),
        np.ones(4000),
        np.arange(4000),
        [f"u{n}" for n in range(200)],
        [f"i{n}" for n in range(40)],
    )


def by_hand(data, window, decay):
    total = np.zeros((data.n_items, data.n_items))
    for query in data.histories:
        for at, item in enumerate(query.items):
            for gap in range(1, min(window, at) + 1):
                total[query.items[at - gap], item] += decay ** (gap - 1)
    np.fill_diagonal(total, 0)
    return total


def test_blocks_hold_every_person_once(data, monkeypatch):
    for block in (1, 30, 700, 10**6):
        monkeypatch.setattr(terms, "BLOCK", block)
        cuts = terms.blocks_of_people(data.histories.indptr)
        assert np.concatenate([np.arange(200)[cut] for cut in cuts]).tolist() == list(range(200))
        sizes = [data.histories.sizes[cut].sum() for cut in cuts]
        assert len(cuts) <= -(-4000 // block) and max(sizes) < block + data.histories.sizes.max()
    assert terms.blocks_of_people(np.array([0, 0, 0])) == []  # nothing to count


@pytest.mark.parametrize("block", [1, 300, 10**6])
def test_transitions_are_their_definition(data, monkeypatch, block):
    monkeypatch.setattr(terms, "BLOCK", block)
    np.testing.assert_allclose(
        transitions(data, window=5, decay=0.7).toarray(), by_hand(data, 5, 0.7), rtol=1e-5
    )


@pytest.mark.parametrize("name", SETTINGS)
def test_who_counts_changes_no_bit_and_blocks_next_to_nothing(data, monkeypatch, name):
    def fitted(block, each):
        monkeypatch.setattr(terms, "BLOCK", block)
        return artefact.model_parts(registry.model(name, **SETTINGS[name]).fit(data, each=each))[0]

    counted = []

    def elsewhere(function, parts):  # all that crosses to a worker and back must survive it
        import pickle

        results = [
            pickle.loads(pickle.dumps(function))(pickle.loads(pickle.dumps(part))) for part in parts
        ]
        counted.append(len(results))
        return iter(results)

    whole, here, there = fitted(10**6, map), fitted(300, map), fitted(300, elsewhere)
    assert counted and min(counted) > 5
    for key in whole:
        np.testing.assert_array_equal(there[key], here[key])
        np.testing.assert_allclose(
            np.asarray(here[key], np.float64),
            np.asarray(whole[key], np.float64),
            rtol=1e-5,
            atol=1e-7,
        )

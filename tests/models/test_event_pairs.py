"""Sums over pairs of events, beside a loop over all pairs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import sparse

from whyrec.models.linear import event_pairs as module
from whyrec.models.linear.event_pairs import event_pairs


def events(seed: int, people: int = 30, items: int = 17, most: int = 12):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(0, most, people)  # some people have none
    return np.append(0, np.cumsum(sizes)).astype(np.int32), rng.integers(
        0, items - 2, sizes.sum()
    ).astype(np.int32)  # the last items have none, and items repeat


def by_hand(indptr, items, n, weights):
    total = np.zeros((n, n))
    for start, stop in pairwise(indptr.tolist()):
        for later in range(start, stop):
            for earlier in range(start, later + 1):
                gap = later - earlier
                if weights is None:
                    total[items[earlier], items[later]] += 1
                elif 1 <= gap <= len(weights):
                    total[items[earlier], items[later]] += weights[gap - 1]
    return total


@pytest.mark.parametrize("pairs", [1, 40, 10**6])
@pytest.mark.parametrize(
    "weights", [None, [1.0], [1.0, 0.5, 0.25], [0.7**gap for gap in range(50)]]
)
def test_sums_are_those_of_a_loop_whatever_the_blocks(monkeypatch, weights, pairs):
    monkeypatch.setattr(module, "PAIRS", pairs)
    for seed in range(5):
        indptr, items = events(seed)
        found = event_pairs(indptr, items, 17, weights)
        assert found.has_sorted_indices and found.shape == (17, 17)
        np.testing.assert_allclose(
            found.toarray(), by_hand(indptr, items, 17, weights), rtol=1e-6, atol=1e-6
        )


def test_blocks_are_stored_as_asked(monkeypatch):
    monkeypatch.setattr(module, "PAIRS", 40)
    indptr, items = events(0)
    small = event_pairs(indptr, items, 17, stored=lambda block: block.astype(np.uint8))
    assert small.dtype == np.uint8
    np.testing.assert_array_equal(small.toarray(), by_hand(indptr, items, 17, None))


@pytest.mark.parametrize("n", [0, 3])
def test_without_events_there_are_no_pairs(n):
    none = np.zeros(0, np.int32)
    found = event_pairs(np.zeros(1, np.int32), none, n)
    assert sparse.issparse(found) and found.shape == (n, n) and not found.nnz

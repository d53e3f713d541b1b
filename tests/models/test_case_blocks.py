"""NDCG in blocks of people, and ranks, beside the same by hand; what a fit holds in memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from scipy import sparse

from tests.toys import random_data
from whyrec.core import mask_seen
from whyrec.core.cases import ndcg_of_scores
from whyrec.core.ranking import ranks
from whyrec.data.split import split
from whyrec.models.linear import case_blocks, counted_parts, ease as ease_module, masking, support
from whyrec.models.linear.case_blocks import CaseBlocks
from whyrec.models.linear.counted_parts import CountedParts
from whyrec.models.linear.ease import ease
from whyrec.models.linear.mix import Mix
from whyrec.models.linear.terms import ItemItemTerm, dot


@pytest.mark.parametrize("protocol", ["next-item", "strong"])  # one true item, and several
@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_blocks_have_the_ndcg_of_the_whole(protocol, rows, monkeypatch):
    monkeypatch.setattr(case_blocks, "ROWS", rows)
    cases = split(random_data(people=60, items=25, events=900), protocol).valid
    scores = np.random.default_rng(0).integers(0, 9, (len(cases), 25)).astype(np.float32)
    expected = ndcg_of_scores(mask_seen(scores, cases.queries), cases, 10)
    found = CaseBlocks(cases, 10).quality(lambda block: scores[block].copy())
    np.testing.assert_array_equal(found, expected)


def test_ranks_are_counted_with_ties_by_number():
    scores = np.random.default_rng(0).integers(0, 4, (50, 9)).astype(np.float32)
    scores[scores == 3] = -np.inf
    items = np.random.default_rng(1).integers(0, 9, 50)
    expected = [
        1
        + sum(
            row[other] > row[item] or (row[other] == row[item] and other < item)
            for other in range(9)
        )
        for row, item in zip(scores, items, strict=True)
    ]
    assert ranks(scores, items).tolist() == expected


def test_a_sparse_product_is_that_of_dense_matrices():
    rng = np.random.default_rng(0)
    rows = sparse.random_array((150, 20), density=0.3, rng=rng, format="csr", dtype=np.float32)
    weights = sparse.random_array((20, 20), density=0.3, rng=rng, format="csr", dtype=np.float32)
    np.testing.assert_allclose(dot(rows, weights), rows.toarray() @ weights.toarray(), rtol=1e-6)


def test_the_unit_of_sparse_and_dense_weights_is_the_same():
    parts = CountedParts(random_data(), ["transitions"], window=3, max_dense=100)
    weights = sparse.csr_array(parts.transitions(Mix()))
    units = [parts.unit(ItemItemTerm(one, 0.8)) for one in (weights, weights.toarray())]
    assert units[0] == pytest.approx(units[1], rel=1e-5)


def test_ease_over_some_items_keeps_the_weights_that_change_a_list(monkeypatch):
    monkeypatch.setattr(counted_parts, "ROWS", 3)  # several blocks, the last one smaller
    data = random_data(people=80, items=20, events=900)
    parts = CountedParts(data, ["ease"], window=3, max_dense=11)
    batch = data.histories
    scores = parts.ease_term(20.0, 0.9).scores(batch)
    found = parts.ease_parts(20.0)[0]
    np.testing.assert_allclose(scores, ItemItemTerm(found, 0.9).scores(batch), atol=1e-6)
    assert found.indices.dtype == np.int32 and found.has_sorted_indices
    small = ease(sparse.csr_array(parts.matrix[:, parts.dense]), 20.0)[0]
    expected = np.zeros((20, 20), np.float32)
    expected[np.ix_(parts.dense, parts.dense)] = np.where(np.abs(small) < 1e-3, 0, small)
    np.testing.assert_array_equal(found.toarray(), expected)


@pytest.mark.parametrize("people", [12, 400])  # fewer and more people than items
def test_blocks_of_ease_change_nothing(people, monkeypatch):
    rng = np.random.default_rng(0)
    chosen = (rng.random((people, 40)) < 0.3).astype(np.float32)
    inverse = np.linalg.inv(chosen.T.astype(float) @ chosen + 5 * np.eye(40))
    expected = -inverse / np.diag(inverse)
    np.fill_diagonal(expected, 0)
    for rows in (7, 512):
        monkeypatch.setattr(ease_module, "ROWS", rows)
        np.testing.assert_allclose(
            ease(sparse.csr_array(chosen), 5.0)[0], expected, rtol=1e-3, atol=1e-5
        )


def test_trials_of_min_support_hold_one_copy_of_dense_weights():
    n = 1_500
    model = support.SupportMixin()
    model.weights_ = np.ones((n, n), np.float32)  # 9 MB
    model.support_ = np.random.default_rng(0).integers(0, 12, (n, n)).astype(np.uint16)
    model.support_of_ = {"pairs": "weighted", "latest": 0, "hidden": 0}
    tracemalloc.start()
    for least, trial in zip(
        (1, 2, 3, 5, 10), model.at_rising_support((1, 2, 3, 5, 10)), strict=True
    ):
        assert trial.min_support_ == least
        assert np.array_equal(trial.weights_ > 0, model.support_ >= least)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (model.weights_ == 1).all()
    assert peak < 2 * model.weights_.nbytes


@pytest.mark.parametrize("consumed", [False, True])
@pytest.mark.parametrize("dense", [False, True])
def test_one_triangle_of_counts_masks_both_directions(monkeypatch, dense, consumed):
    monkeypatch.setattr(masking, "ROWS", 4)
    rng = np.random.default_rng(0)
    counts = np.triu(rng.integers(0, 8, (15, 15)))
    both = np.maximum(counts, counts.T)
    weights = (rng.random((15, 15)) * (rng.random((15, 15)) < 0.7)).astype(np.float32)
    model = support.SupportMixin()
    model.weights_ = weights.copy() if dense else sparse.csr_array(weights)
    model.support_ = sparse.csr_array(counts.astype(np.uint16))
    model.support_of_ = {"pairs": "all", "latest": 0, "hidden": 0}
    for least, trial in zip(
        (0, 2, 3, 7), model.at_rising_support((0, 2, 3, 7), consumed=consumed), strict=True
    ):
        found = trial.weights_ if dense else trial.weights_.toarray()
        np.testing.assert_array_equal(found, np.where(both < least, 0, weights))
    if not consumed:
        found = model.weights_ if dense else model.weights_.toarray()
        np.testing.assert_array_equal(found, weights)
        model._drop(3)
        found = model.weights_ if dense else model.weights_.toarray()
        np.testing.assert_array_equal(found, np.where(both < 3, 0, weights))

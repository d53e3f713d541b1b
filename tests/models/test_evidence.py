"""Counts by gap, log evidence, pruned rules, and events that fade at two speeds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import sparse

from tests.toys import random_data, sequences
from whyrec.core import Queries, Query
from whyrec.models.linear.evidence import (
    gap_counts,
    gap_weights,
    log_evidence,
    source_idf,
    strongest,
)
from whyrec.models.linear.terms import ItemItemTerm, LinearMixin, compact, event_weights


class Sum(LinearMixin):
    """A model of a single term."""

    def __init__(self, term):
        self.term = term
        self.base_ = np.linspace(-1, 1, term.weights.shape[0]).astype(np.float32)

    def terms(self):
        return [self.term]


@pytest.mark.parametrize(
    ("shape", "rate", "expected"),
    [
        ("exponential", 0.5, [1, 0.5, 0.25]),
        ("power", 1, [1, 1 / 2, 1 / 3]),
        ("power", 2, [1, 1 / 4, 1 / 9]),
        ("power", 0, [1, 1, 1]),
        ("log", 0, [1 / math.log10(2.7), 1 / math.log10(3.7), 1 / math.log10(4.7)]),
        ("linear", 0, [0.9, 0.8, 0.7]),
    ],
)
def test_the_weights_of_gaps_are_their_formulas(shape, rate, expected):
    assert gap_weights(3, shape, rate) == pytest.approx(expected)


def test_linear_weights_of_gaps_end_at_0():
    assert gap_weights(12, "linear")[9:] == pytest.approx([0, 0, 0], abs=1e-12)
    assert min(gap_weights(12, "linear")) >= 0


def test_pairs_count_by_the_weight_of_their_gap():
    counts = gap_counts(sequences([[0, 1, 2], [0, 2], [1, 1]], 4), [1.0, 0.25]).toarray()
    expected = np.zeros((4, 4))
    expected[0, 1] = 1
    expected[1, 2] = 1
    expected[0, 2] = 0.25 + 1  # two events later for one person, next for another
    np.testing.assert_allclose(counts, expected)


def test_evidence_ranks_as_the_log_of_a_smoothed_probability():
    data = random_data()
    counts = gap_counts(data, gap_weights(5, "power", 1.0))
    n, tau = data.n_items, 30.0
    evidence = log_evidence(counts, n, tau).toarray()
    c = counts.toarray().astype(float)
    smoothed = np.log((c + tau / n) / (c.sum(1, keepdims=True) + tau))
    # They differ by a number for each row, which no rank depends on.
    np.testing.assert_allclose(
        smoothed - smoothed.mean(1, keepdims=True),
        evidence - evidence.mean(1, keepdims=True),
        atol=1e-5,
    )
    assert (evidence[c == 0] == 0).all() and (evidence >= 0).all()


def test_rare_sources_weigh_more_than_frequent_ones():
    idf = source_idf(sequences([[0, 1], [0, 1], [0, 2], [0]], 4))  # 4, 2, 1 and 0 events
    np.testing.assert_allclose(idf, [0, 0.5, 1, 1], atol=1e-6)
    assert source_idf(sequences([[0, 1], [1, 0]], 2)).tolist() == [1, 1]


def test_only_the_strongest_targets_of_a_source_stay():
    weights = sparse.csr_array(
        np.array([[0, 3, 1, 2], [5, 0, 5, 5], [0, 0, 0, 0], [0, 1, 0, 0]], np.float32)
    )
    kept = strongest(weights, 2)
    np.testing.assert_array_equal(
        kept.toarray(), [[0, 3, 0, 2], [5, 0, 5, 0], [0, 0, 0, 0], [0, 1, 0, 0]]
    )
    assert kept.has_sorted_indices
    np.testing.assert_array_equal(strongest(weights, 0).toarray(), weights.toarray())
    np.testing.assert_array_equal(strongest(weights, 3).toarray(), weights.toarray())


def test_events_fade_at_two_speeds():
    np.testing.assert_allclose(
        event_weights(np.arange(3), 0.5, 0.9, 0.2),
        [1, 0.8 * 0.5 + 0.2 * 0.9, 0.8 * 0.25 + 0.2 * 0.81],
        rtol=1e-6,
    )
    far = event_weights(np.array([40]), 0.5, 1.0, 0.01)
    assert far == pytest.approx([0.01])  # the fast part is gone, the slow one stays
    assert event_weights(np.array([40]), 0.5).tolist() == [0]


@pytest.mark.parametrize("dense", [False, True])
@given(seed=st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_with_two_speeds_a_contribution_is_what_removal_takes(dense, seed):
    rng = np.random.default_rng(seed)
    weights = (rng.random((9, 9)) * (rng.random((9, 9)) < 0.3)).astype(np.float32)
    model = Sum(
        ItemItemTerm(weights if dense else sparse.csr_array(weights), 0.6, slow=0.95, tail=0.1)
    )
    query = Query(rng.integers(9, size=12))
    scores = model.score([query])[0]
    events = event_weights(query.events_ago, 0.6, 0.95, 0.1)
    expected = model.base_ + sum(w * weights[i] for w, i in zip(events, query.items, strict=True))
    np.testing.assert_allclose(scores, expected, rtol=1e-5, atol=1e-6)
    _, matrix = model.contribution_matrix(query)
    each = model.contributions_each(Queries.of(query), np.arange(9)[None])[1]
    np.testing.assert_allclose(matrix, each, rtol=1e-6)
    for at in range(12):
        gone = scores - model.score([query.without([at])])[0]
        np.testing.assert_allclose(matrix[at], gone, atol=1e-5)
        np.testing.assert_allclose(
            model.decompose(query).without([[at]])[0], scores - gone, atol=1e-5
        )
    assert model.contributions(query, 3).weights == pytest.approx(matrix[:, 3], abs=1e-6)


def test_a_sum_of_evidence_is_a_dense_or_a_sparse_matrix():
    counts = gap_counts(random_data(), gap_weights(10, "exponential", 0.7))
    evidence = log_evidence(counts, counts.shape[0], 10.0)
    a, b = (Sum(ItemItemTerm(weights, 0.8, 1.0, 0.05)) for weights in (evidence, compact(evidence)))
    query = Query([3, 1, 2, 3])
    np.testing.assert_allclose(a.score([query]), b.score([query]), rtol=1e-5)

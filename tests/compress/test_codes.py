"""Product codes: what they keep, what they cost, and what they are chosen by."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from whyrec.compress.codes import encode
from whyrec.core import ArgumentError


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([1, 2, 4, 8]), st.integers(1, 200))
def test_few_rows_are_kept_and_scores_are_those_of_the_rows(seed, m, n):
    rng = np.random.default_rng(seed)
    vectors, hidden = (
        rng.normal(size=(n, 8)).astype(np.float32),
        rng.normal(size=(5, 8)).astype(np.float32),
    )
    coded = encode(vectors, m, seed=seed)
    assert coded.codes.shape == (n, m) and coded.nbytes == n * m + 2 * (256 * 8 + 8 * 8 + 8)
    rows = coded.rows(np.arange(n))
    assert (
        np.abs(rows - vectors).max() < 0.02
    )  # 256 centres for fewer rows: what is left is float16
    assert np.allclose(coded.scores(hidden), hidden @ rows.T, atol=1e-3)


def test_what_is_not_looked_at_is_given_up_first():
    """States lie in two of eight directions: with them known, scores move less, though vectors move more."""
    rng = np.random.default_rng(0)
    vectors = (rng.normal(size=(3000, 8)) * np.array([1, 1, 5, 5, 5, 5, 5, 5])).astype(np.float32)
    hidden = (rng.normal(size=(400, 8)) * np.array([1, 1, *[0.01] * 6])).astype(np.float32)
    truth = hidden @ vectors.T
    blind, seeing = encode(vectors, 2), encode(vectors, 2, hidden=hidden)
    error = [np.abs(one.scores(hidden) - truth).mean() for one in (blind, seeing)]
    moved = [np.abs(one.rows(np.arange(3000)) - vectors).mean() for one in (blind, seeing)]
    assert error[1] < 0.5 * error[0] and moved[1] > moved[0]


def test_rows_that_count_more_are_kept_better():
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(4000, 4)).astype(np.float32)
    weights = np.where(np.arange(4000) < 300, 1000.0, 1.0)
    errors = [
        np.abs(encode(vectors, 1, weights=w).rows(np.arange(4000)) - vectors).mean(1)[:300].mean()
        for w in (None, weights)
    ]
    assert errors[1] < 0.7 * errors[0]


def test_bytes_must_divide_the_numbers():
    with pytest.raises(
        ArgumentError, match="the bytes of a row must divide its numbers; got 3 bytes for 8 numbers"
    ):
        encode(np.zeros((4, 8), np.float32), 3)

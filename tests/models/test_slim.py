"""SLIM over neighbours: EASE where nothing is left out, and what it does where something is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.toys import random_data, sequences
from whyrec import registry
from whyrec.core import ArgumentError, Dataset, Queries, Query
from whyrec.core.ranking import mask_seen, recommend, top_k
from whyrec.models.linear import slim
from whyrec.models.linear.ease import ease_weights
from whyrec.models.linear.slim import SLIM, co_counts, recent, regressions
from whyrec.models.linear.terms import user_item


@pytest.fixture(scope="module")
def data():
    return random_data(people=200, items=12, events=1500)


def test_with_all_neighbours_it_is_ease(data):
    matrix = user_item(data)
    assert (matrix.T @ matrix).toarray().min() > 0  # every pair was chosen by somebody
    np.testing.assert_allclose(
        SLIM(ridge=7.0).fit(data).weights_.toarray(), ease_weights(matrix, 7.0), atol=1e-5
    )


def test_each_column_is_the_regression_on_its_nearest(data):
    weights, gram = (
        SLIM(neighbours=3, ridge=7.0).fit(data).weights_.toarray(),
        (user_item(data).T @ user_item(data)).toarray(),
    )
    for item in range(data.n_items):
        likeness = gram[item] / np.sqrt(np.diag(gram))
        near = np.sort(np.argsort(-likeness)[1:4])
        expected = np.linalg.solve(gram[np.ix_(near, near)] + 7 * np.eye(3), gram[near, item])
        assert np.flatnonzero(weights[:, item]).tolist() == near.tolist()
        np.testing.assert_allclose(weights[near, item], expected, rtol=1e-4)


def test_blocks_change_nothing(data, monkeypatch):
    whole = co_counts(recent(data, 99), 5).toarray()
    monkeypatch.setattr(slim, "PRODUCTS", 20)
    np.testing.assert_array_equal(co_counts(recent(data, 99), 5).toarray(), whole)
    assert (np.count_nonzero(whole, axis=1) == 5).all() and (
        np.diag(whole) == np.bincount(user_item(data).indices)
    ).all()


def test_a_pair_that_was_not_kept_counts_as_chance_would_have_it():
    gram = np.array([[9, 4, 3], [4, 8, 2], [3, 2, 6]], np.float32)
    lacking = gram.copy()
    lacking[1, 2] = lacking[2, 1] = 0
    found = regressions(slim.sparse.csr_array(lacking), 24, 2, 1.0)[0].toarray()
    expected = np.linalg.solve([[9, 8 * 6 / 24], [8 * 6 / 24, 7]], [4, 3])
    np.testing.assert_allclose(found[[1, 2], 0], expected, rtol=1e-5)


def test_what_truncation_left_indefinite_gets_more_ridge():
    block = np.array([[2.0, 5.0], [5.0, 2.0]])
    assert slim._solved(block, np.ones(2), 1.0).tolist() == pytest.approx(
        [1 / 11, 1 / 11]
    )  # 2 + 4: 1 and 2 are too little


def test_only_the_latest_events_of_a_long_history_count():
    data = sequences([[0, 1, 2, 3], [3, 0]], 4)
    assert recent(data, 2).toarray().tolist() == [[0, 0, 1, 1], [1, 0, 0, 1]]
    assert recent(data, 9).toarray().tolist() == [[1, 1, 1, 1], [1, 0, 0, 1]]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"ridge": 0.0}, "ridge must be above 0; got 0.0"),
        ({"memory_gb": 0.0}, "memory_gb must be above 0; got 0.0"),
        ({"neighbours": 10_001}, "neighbours must be from 1 to 10,000; got 10001"),
    ],
)
def test_refusals(data, changed, message):
    with pytest.raises(ArgumentError, match=message):
        SLIM(**changed).fit(data)


def test_decay_forgets(data):
    model = SLIM(event_decay=0.5).fit(data)
    late, early = (
        model.contributions(Query([3, 4]), 7).weights,
        model.contributions(Query([4, 3]), 7).weights,
    )
    assert late[0] == pytest.approx(early[1] / 2) and late[1] == pytest.approx(2 * early[0])


@given(seed=st.integers(0, 99), k=st.integers(1, 30), decay=st.sampled_from([1.0, 0.8]))
@settings(max_examples=30, deadline=None)
def test_best_is_what_all_scores_give(seed, k, decay):
    rng = np.random.default_rng(seed)
    model = SLIM(neighbours=4, event_decay=decay)
    model.weights_ = slim.sparse.random_array(
        (25, 25), density=0.15, rng=rng, dtype=np.float32
    ).tocsr()
    model.weights_.data = rng.choice(
        np.float32([-0.5, 0.25, 0.25, 0.5]), len(model.weights_.data)
    )  # ties
    model.base_ = np.zeros(25, np.float32)
    asked = Queries.of([Query(rng.integers(25, size=m)) for m in (0, 1, 6, 12)])
    items, scores = model.best(asked, k)
    expected = top_k(mask_seen(model.score(asked), asked), k)
    np.testing.assert_array_equal(scores, expected[1])
    real = np.isfinite(scores)
    np.testing.assert_array_equal(items[real], expected[0][real])


def test_it_finds_what_goes_together():
    rng = np.random.default_rng(0)
    home = rng.integers(4, size=400)
    user = np.repeat(np.arange(400), 8)
    item = home[user] * 10 + rng.integers(10, size=len(user))  # four circles of ten items
    data = Dataset(
        user,
        item,
        np.ones(len(user)),
        np.arange(len(user)),
        [f"u{i}" for i in range(400)],
        [f"i{i}" for i in range(40)],
    )
    model = registry.model("slim", neighbours=9, ridge=1.0).fit(data)
    shown = recommend(model, Query([0, 1, 2]), 7)[0].items
    assert set(shown.tolist()) == set(range(3, 10))

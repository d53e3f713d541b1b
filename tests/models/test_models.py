"""Each model against its own formula, worked out another way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.toys import listed, random_data, sequences
from whyrec import registry
from whyrec.core import ArgumentError, DataError, Query, UnknownNameError
from whyrec.core.cases import EvaluationCases, hold_out_last
from whyrec.data.split import next_item
from whyrec.models.baselines.als import ALS, BPR
from whyrec.models.baselines.knn import ItemKNN
from whyrec.models.baselines.popular import Popular
from whyrec.models.baselines.svd import SVD
from whyrec.models.linear.additive import AdditiveRecommender
from whyrec.models.linear.cooccurrence import Cooccurrence
from whyrec.models.linear.ease import EASE, ease_weights
from whyrec.models.linear.terms import user_item

LINEAR = ("popular", "knn", "svd", "ease", "cooccurrence", "sequential-rules", "pctm", "additive")


@pytest.fixture(scope="module")
def data():
    return random_data()


def dense(data):
    matrix = np.zeros((data.n_users, data.n_items))
    matrix[data.user, data.item] = 1
    return matrix


def textbook_ease(data, ridge):
    x = dense(data)
    inverse = np.linalg.inv(x.T @ x + ridge * np.eye(data.n_items))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


def test_ease_is_the_textbook_formula(data):
    np.testing.assert_allclose(
        ease_weights(user_item(data), 7.0), textbook_ease(data, 7.0), atol=1e-5
    )


def test_ease_mirrors_blocks_of_a_large_matrix():
    data = random_data(people=300, items=1100, events=9000)
    np.testing.assert_allclose(
        ease_weights(user_item(data), 50.0), textbook_ease(data, 50.0), atol=1e-4
    )


def test_ease_by_people_is_the_same():
    data = random_data(
        people=20, items=400, events=900
    )  # few people, many items: the small inverse
    np.testing.assert_allclose(
        ease_weights(user_item(data), 5.0), textbook_ease(data, 5.0), atol=1e-5
    )


def test_ease_refuses_no_ridge_and_too_many_items(data):
    with pytest.raises(ArgumentError, match="ridge must be above 0; got 0"):
        EASE(ridge=0).fit(data)
    with pytest.raises(
        ArgumentError, match="at most 10 items; got 25 items. Fix: use cooccurrence"
    ):
        EASE(max_items=10).fit(data)


def test_als_solves_each_history_exactly(data):
    model = ALS(embedding_size=6, regularization=0.5, alpha=3.0).fit(data, seed=1)
    query = data.history("u3")
    y = model.item_factors_.astype(np.float64)
    chosen = y[query.items]
    left = y.T @ y + (model.alpha - 1) * chosen.T @ chosen + model.regularization * np.eye(6)
    expected = np.linalg.solve(left, model.alpha * chosen.sum(0))
    np.testing.assert_allclose(model.user_factors([query])[0], expected, rtol=1e-3, atol=1e-4)


def test_als_counts_a_repeated_item_once(data):
    model = ALS(embedding_size=6).fit(data)
    once, twice = model.score([Query([2, 5]), Query([2, 5, 2])])
    np.testing.assert_array_equal(once, twice)


def test_bpr_ranks_what_like_people_chose():
    rows = [[0, 1, 2, 3]] * 20 + [[4, 5, 6, 7]] * 20
    model = BPR(embedding_size=4, epochs=200).fit(sequences(rows, 8), seed=0)
    first, second = model.score([Query([0, 1, 2]), Query([4, 5, 6])])
    assert first[3] > first[4:].max()
    assert second[7] > second[:4].max()


def test_svd_gives_the_singular_values(data):
    model = SVD(embedding_size=5).fit(data)
    expected = np.linalg.svd(dense(data), compute_uv=False)[:5]
    np.testing.assert_allclose(model.singular_values_, expected, rtol=1e-4)
    largest = np.abs(model.item_factors_).argmax(0)
    assert (model.item_factors_[largest, range(5)] > 0).all()


def test_knn_is_the_cosine_of_audiences(data):
    model = ItemKNN(neighbours=data.n_items).fit(data)
    x = dense(data)
    norm = np.linalg.norm(x, axis=0)
    cosine = x.T @ x / np.outer(norm, norm)
    assert model.score([Query([4])])[0, 9] == pytest.approx(cosine[4, 9], abs=1e-5)
    assert model.score([Query([4])])[0, 4] == 0


def test_knn_refuses_an_unknown_similarity(data):
    with pytest.raises(ArgumentError, match="one of cosine, tfidf, bm25; got 'jaccard'"):
        ItemKNN(similarity="jaccard").fit(data)


def test_cooccurrence_counts_what_came_soon_after():
    model = Cooccurrence(window=2, decay=0.5, query_decay=0.5, power=1.0).fit(
        sequences([[0, 1, 2], [0, 2, 1]], 4)
    )
    score = model.score([Query([0])])[0]
    # After 0: item 1 at gap 1 and gap 2, item 2 the same; item 0 has two events.
    np.testing.assert_allclose(score, [0, 0.75, 0.75, 0])
    later = model.score([Query([0, 3])])[0]
    np.testing.assert_allclose(later, [0, 0.375, 0.375, 0])  # one step back, and 3 leads nowhere


def test_popular_is_the_same_for_everyone(data):
    scores = Popular().fit(data).score([Query([]), data.history("u1")])
    np.testing.assert_array_equal(scores[0], scores[1])
    assert scores[0].argmax() == np.bincount(data.item).argmax()


@pytest.mark.parametrize("name", LINEAR)
@given(positions=st.data(), person=st.integers(0, 59), item=st.integers(0, 24))
@settings(max_examples=25, deadline=None)
def test_removing_an_event_removes_exactly_its_weight(name, positions, person, item):
    model, data = FITTED(name)
    query = data.histories[person]
    base, weights, rest = model.contributions(query, item)
    score = float(model.score([query])[0, item])
    assert base + weights.sum() + rest == pytest.approx(score, abs=1e-5 * max(1, abs(score)))
    gone = positions.draw(st.sets(st.integers(0, len(query) - 1))) if len(query) else set()
    after = float(model.score([query.without(gone)])[0, item])
    assert score - after == pytest.approx(weights[list(gone)].sum(), abs=2e-5 * max(1, abs(score)))


_MADE: dict = {}


def FITTED(name):
    if name not in _MADE:
        data = random_data()
        config = {"embedding_size": 5} if name == "svd" else {}
        _MADE[name] = (registry.model(name, **config).fit(data, seed=0), data)
    return _MADE[name]


def test_contribution_matrix_agrees_with_single_items(data):
    model = FITTED("additive")[0]
    query = data.history("u5")
    base, matrix = model.contribution_matrix(query)
    for item in (0, 7, 24):
        one = model.contributions(query, item)
        np.testing.assert_allclose(matrix[:, item], one.weights, atol=1e-9)
        assert base[item] == pytest.approx(one.base)


def test_additive_learns_order_where_there_is_order():
    # The next item is always the successor on a ring of 12, whichever way people came in.
    rng = np.random.default_rng(0)
    rows = [[(start + step) % 12 for step in range(8)] for start in rng.integers(0, 12, 200)]
    split = next_item(sequences(rows, 12))
    model = AdditiveRecommender(ridge=10.0, tune_on=200).fit(split.train, seed=0, valid=split.valid)
    assert (model.score(split.test.queries).argmax(1) == split.test.items).mean() > 0.95


def test_additive_keeps_given_numbers(data):
    first = AdditiveRecommender(tune_on=50).fit(data, seed=3)
    learned = {"epochs": first.stages_[0]["curve"][-1]["epoch"]} if first.stages_ else None
    again = AdditiveRecommender(ridge=first.ridge_, mix=first.mix_, learned=learned).fit(
        data, seed=3
    )
    np.testing.assert_array_equal(first.score(data.histories), again.score(data.histories))


def test_additive_beyond_its_dense_limit_covers_the_frequent_items(data):
    model = AdditiveRecommender(ridge=10.0, max_dense=10, mix={}).fit(data)
    counts = np.bincount(data.item, minlength=data.n_items)
    rare = np.argsort(-counts, kind="stable")[10:]
    assert model.ease_.shape == (25, 25)
    assert not model.ease_.toarray()[rare].any()
    assert np.isfinite(model.score(data.histories)).all()


def test_hold_out_last_takes_the_last_event_of_people():
    data = sequences([[0, 1, 2], [3, 4], [2, 1, 0, 5]], 6)
    rest, cases = hold_out_last(data, 10, 0)
    assert isinstance(cases, EvaluationCases)
    assert cases.items.tolist() == [2, 5]
    assert [q.items.tolist() for q in cases.queries] == [[0, 1], [2, 1, 0]]
    assert len(rest) == len(data) - 2


def test_hold_out_last_with_no_able_people():
    data = sequences([[0, 1], [1]], 2)
    rest, cases = hold_out_last(data, 10, 0)
    assert cases is None
    assert len(rest) == len(data)
    assert np.isfinite(AdditiveRecommender().fit(data).score(data.histories)).all()


@pytest.mark.parametrize("name", list(registry.names("models")))
@pytest.mark.parametrize(
    "rows", [[[0]], [[0], [0], [0]], [[0, 1, 2, 3]]], ids=["one event", "one item", "one person"]
)
def test_smallest_data(name, rows):
    data = sequences(rows, max(map(max, rows)) + 1)
    data = listed(data) if name.startswith("private") else data
    if name == "rating":  # ratings that are all equal, or of one person, say nothing to learn from
        with pytest.raises(DataError, match="needs ratings"):
            registry.model(name).fit(data, seed=0)
        return
    if name in ("tree", "rules", "ebm"):  # nobody's last event is new, or nobody left an item out
        with pytest.raises(DataError, match="an interpretable model"):
            registry.model(name).fit(data, seed=0)
        return
    if name in ("sequence", "fused", "compact") and len(rows[0]) < 2:  # nothing followed anything
        with pytest.raises(ArgumentError, match="needs people with 2 events or more"):
            registry.model(name).fit(data, seed=0)
        return
    if name in ("private-sequence", "sharded"):  # nobody to hide among; nobody in some shard
        with pytest.raises(
            ArgumentError, match="needs 20 people or more|each shard needs people|2 events or more"
        ):
            registry.model(name).fit(data, seed=0)
        return
    scores = registry.model(name).fit(data, seed=0).score([Query([]), Query([0])])
    assert scores.shape == (2, data.n_items)
    assert np.isfinite(scores).all()


def test_unknown_models_and_settings_suggest_the_nearest():
    with pytest.raises(UnknownNameError, match="unknown model 'eas'. Did you mean 'ease'"):
        registry.model("eas")
    with pytest.raises(
        UnknownNameError, match="unknown setting of ease 'rigde'. Did you mean 'ridge'"
    ):
        registry.model("ease", rigde=3)

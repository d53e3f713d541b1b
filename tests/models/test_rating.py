"""The rating head: planted ratings are found again, and only the history speaks for a person."""

from __future__ import annotations

import numpy as np
import pytest

from tests.toys import random_data, sequences
from whyrec import storage
from whyrec.core import ArgumentError, DataError, Dataset, ItemTable, NotFitted, Queries, Query
from whyrec.data.split import rating_split
from whyrec.evaluate.ratings import errors, predictions, rmse
from whyrec.models.rating.gibbs_sampler import (
    Link,
    Rows,
    groups,
    indicator,
    normal_wishart,
    posterior,
)
from whyrec.models.rating.rating import Rating, _described

SMALL = {"embedding_size": 3, "warmup": 15, "samples": 10, "gap": 1}
NOISE = 0.3


def planted(seed=0, people=150, items=60, share=0.35):
    """Ratings mean + b_u + b_i + p_u . q_i + noise of two planted factors, and the same without noise."""
    rng = np.random.default_rng(seed)
    clean = (
        3
        + 0.4 * rng.normal(size=(people, 1))
        + 0.4 * rng.normal(size=items)
        + rng.normal(size=(people, 2)) @ rng.normal(size=(2, items)) * 0.7
    )
    user, item = np.nonzero(rng.random((people, items)) < share)
    order = rng.permutation(len(user))
    user, item = user[order], item[order]
    value = clean[user, item] + NOISE * rng.normal(size=len(user))
    return Dataset(
        user,
        item,
        value,
        np.arange(len(user)),
        [f"u{i}" for i in range(people)],
        [f"i{i}" for i in range(items)],
    ), clean


@pytest.fixture(scope="module")
def fitted():
    train, test = rating_split(planted()[0], 0.1)
    return Rating(**SMALL).fit(train), train, test


def test_planted_ratings_are_found_again(fitted):
    model, train, test = fitted
    found = rmse(errors(predictions(model, train, test), test.value)["squared"]).mean
    mean = rmse(errors(np.full(len(test), train.value.mean()), test.value)["squared"]).mean
    assert found < 1.5 * NOISE < mean / 2


def test_a_new_person_needs_no_training(fitted):
    """Half of the people are left out of the fit; their other ratings alone must tell their tastes."""
    data, clean = planted()
    old = data.user < 75
    model = Rating(**SMALL).fit(data.select(old))
    train, test = rating_split(data.select(~old), 0.2)
    gaps = predictions(model, train, test) - clean[test.user, test.item]
    assert np.sqrt(np.mean(gaps**2)) < 1.5 * NOISE


def test_an_empty_history_gets_the_items_mean(fitted):
    model, train, _ = fitted
    found = model.score([Query([])])[0]
    means = np.bincount(train.item, train.value) / np.bincount(train.item)
    assert np.corrcoef(found, means)[0, 1] > 0.95
    assert np.abs(found - means).mean() < 0.25


def test_the_state_of_a_person_is_the_ridge_regression_of_the_module(fitted):
    model, train, _ = fitted
    query = train.history("u3")
    total = np.zeros(train.n_items)
    rated = (query.values.astype(np.float64) - model.mean_) / model.scale_
    for items, implicit, mean, precision, noise in zip(
        model.items_.astype(np.float64),
        model.implicit_,
        model.means_,
        model.precisions_,
        model.noises_,
        strict=True,
    ):
        x = np.hstack([items[query.items, :-1], np.ones((len(query), 1))])
        prior = mean + implicit[query.items].sum(0) / np.sqrt(len(query))
        state = np.linalg.solve(
            precision + noise * x.T @ x,
            precision @ prior + noise * x.T @ (rated - items[query.items, -1]),
        )
        total += items[:, :-1] @ state[:-1] + state[-1] + items[:, -1]
    np.testing.assert_allclose(
        model.score([query])[0], model.mean_ + model.scale_ * total / 10, rtol=1e-5
    )


def test_a_removed_event_changes_the_prediction_only_through_the_history(fitted):
    model, train, _ = fitted
    query = train.history("u7")
    less = query.without([0])
    same = Query(query.items[1:], query.values[1:])
    np.testing.assert_array_equal(model.score([less]), model.score([same]))
    assert np.abs(model.score([less]) - model.score([query])).max() > 1e-3
    stranger = Query(query.items, query.values, user=3)
    np.testing.assert_array_equal(model.score([stranger]), model.score([query]))


def test_predict_is_score_within_the_scale(fitted):
    model, train, _ = fitted
    queries = train.histories[:4]
    scores = np.clip(model.score(queries), model.low_, model.high_)
    single = model.predict(queries, [5, 6, 7, 8])
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, scores[range(4), [5, 6, 7, 8]], rtol=1e-5)
    ragged = model.predict(queries, [[1, 2], [], [3], [4, 5, 6]])
    assert [len(one) for one in ragged] == [2, 0, 1, 3]
    np.testing.assert_allclose(ragged[3], scores[3, 4:7], rtol=1e-5)
    extreme = model.predict([Query(np.arange(60), np.full(60, 50.0))], [np.arange(60)])[0]
    assert extreme.max() == np.float32(model.high_)
    assert len(model.predict([], [])) == 0


def test_saved_and_read_it_is_equal_to_the_bit(fitted, tmp_path):
    model, train, _ = fitted
    again = storage.open_fitted(storage.save(tmp_path / "m", model, train, name="rating")).model
    np.testing.assert_array_equal(again.score(train.histories), model.score(train.histories))
    np.testing.assert_array_equal(
        again.predict(train.histories[:2], [0, 1]), model.predict(train.histories[:2], [0, 1])
    )


def test_features_speak_for_an_item_that_nobody_rated():
    """All items of one kind are liked, of the other disliked; items 0 and 1 have no ratings."""
    rng = np.random.default_rng(0)
    kinds = np.arange(30) % 2
    user, item = np.nonzero(rng.random((80, 30)) < 0.4)
    user, item = user[item > 1], item[item > 1]
    value = np.where(kinds[item] == 1, 4.5, 1.5) + 0.3 * rng.normal(size=len(item))
    table = ItemTable(
        [f"i{i}" for i in range(30)], categories=tuple(("good",) if k else ("bad",) for k in kinds)
    )
    data = Dataset(
        user, item, value, np.arange(len(user)), [f"u{i}" for i in range(80)], table.title, table
    )
    bad, good = Rating(**SMALL).fit(data).score([Query([])])[0, :2]
    assert good - bad > 1.5
    bad, good = Rating(**SMALL, item_features=False).fit(data).score([Query([])])[0, :2]
    assert abs(good - bad) < 1


def test_item_features_leave_out_what_stands_alone_or_is_unknown():
    table = ItemTable(
        list("abcd"),
        categories=(("x", "y"), ("x",), ("z",), ()),
        numeric={"year": [1990, np.nan, 2000, 2000]},
    )
    found = _described(table, 4, 10).toarray()
    assert found[:, 0].tolist() == [1, 1, 0, 0]  # x; y and z stand alone
    assert found[1, 1:].sum() == 0
    assert found[2].tolist() == found[3].tolist() != found[0].tolist()


def test_only_the_frequent_are_features():
    data = random_data()
    model = Rating(**SMALL, max_features=5).fit(data)
    spoken = np.flatnonzero(np.abs(model.implicit_).sum((0, 2)))
    counts = np.bincount(data.item, minlength=data.n_items)
    assert len(spoken) == 5
    assert counts[spoken].min() >= np.sort(counts)[-5:].min()


def test_bad_input_is_told():
    data = random_data()
    with pytest.raises(
        DataError, match="ratings that differ; got 4 ratings of 1. Fix: name the column of ratings"
    ):
        Rating().fit(sequences([[0, 1], [1, 0]], 2))
    with pytest.raises(DataError, match="ratings of 2 people or more; got 1"):
        Rating().fit(data.select(data.user == 3))
    with pytest.raises(DataError, match="ratings of 2 people or more; got 0"):
        Rating().fit(data.select(data.user < 0))
    with pytest.raises(DataError, match="event values must be finite numbers; got nan"):
        Dataset([0, 1], [0, 0], [1, np.nan], [0, 1], ["a", "b"], ["x"])
    with pytest.raises(ArgumentError, match="samples must be 1 or more; got 0"):
        Rating(samples=0).fit(data)
    with pytest.raises(ArgumentError, match="warmup must be 0 or more; got -1"):
        Rating(warmup=-1).fit(data)
    with pytest.raises(NotFitted):
        Rating().predict([Query([0])], [0])


def test_bad_questions_are_told(fitted):
    model = fitted[0]
    with pytest.raises(ArgumentError, match="one list of items, a query; got 1 for 2 queries"):
        model.predict([Query([0]), Query([1])], [0])
    with pytest.raises(ArgumentError, match=r"item numbers must lie in 0\.\.59; got 60"):
        model.predict([Query([0])], [60])
    with pytest.raises(ArgumentError, match=r"item numbers must lie in 0\.\.59; got 99"):
        model.score([Query([99])])


# --- the sampler's parts ------------------------------------------------------------------------------------------------


def test_groups_hold_every_row_once_within_their_cells():
    sizes = np.random.default_rng(0).integers(0, 50, 300)
    made = groups(sizes, 200)
    assert sorted(np.concatenate(made)) == list(range(300))
    assert all(len(rows) == 1 or len(rows) * max(1, sizes[rows].max()) <= 200 for rows in made)
    assert groups(np.zeros(0, int)) == []


def test_drawn_rows_have_the_posterior_as_their_law():
    rng = np.random.default_rng(0)
    others = rng.normal(size=(6, 3)).astype(np.float32)
    row, column, value = (
        np.zeros(4, int),
        np.array([0, 2, 3, 5]),
        rng.normal(size=4).astype(np.float32),
    )
    side, precision, prior = (
        Rows(row, column, value, 1),
        np.diag([1.0, 2.0, 3.0]),
        np.array([[0.5, -0.5, 1.0]]),
    )
    drawn = np.array([side.draw(others, prior, precision, 2.0, rng)[0] for _ in range(4000)])
    x = others[column].astype(np.float64)
    target, x[:, 2] = value - x[:, 2], 1
    made, about = posterior(x, target, prior[0], precision, np.float64(2.0))
    np.testing.assert_allclose(drawn.mean(0), np.linalg.solve(made, about), atol=0.05)
    np.testing.assert_allclose(np.cov(drawn.T), np.linalg.inv(made), atol=0.04)


def test_the_prior_follows_many_rows():
    rng = np.random.default_rng(0)
    covariance = np.array([[2.0, 0.5], [0.5, 1.0]])
    rows = rng.multivariate_normal([1, -2], covariance, 20_000)
    mean, precision = normal_wishart(rows, rng)
    np.testing.assert_allclose(mean, [1, -2], atol=0.05)
    np.testing.assert_allclose(np.linalg.inv(precision), covariance, atol=0.08)


@pytest.mark.parametrize("people, items", [(300, 6), (6, 300)], ids=["by features", "by rows"])
def test_the_link_has_the_ridge_posterior_as_its_law(people, items):
    rng = np.random.default_rng(1)
    user, item = np.nonzero(rng.random((people, items)) < 0.5)
    features = indicator(user, item, (people, items))
    np.testing.assert_allclose(
        (features.toarray() ** 2).sum(1)[np.bincount(user, minlength=people) > 0], 1
    )
    vectors, precision = rng.normal(size=(people, 2)), np.array([[2.0, 0.3], [0.3, 1.0]])
    link = Link(features, 3.0)
    drawn = np.array(
        [link.draw(vectors, np.zeros(2), precision, rng, tune=False) for _ in range(1500)]
    )
    f = features.toarray()
    inverse = np.linalg.inv(f.T @ f + 3.0 * np.eye(items))
    np.testing.assert_allclose(drawn.mean(0), inverse @ f.T @ vectors, atol=0.08)
    np.testing.assert_allclose(
        np.cov(drawn[:, 0].T), inverse[0, 0] * np.linalg.inv(precision), atol=0.05
    )
    link.draw(vectors, np.zeros(2), precision, rng, tune=True)
    assert link.ridge > 0 and link.ridge != 3.0


def test_a_batch_of_histories_is_asked_at_once(fitted):
    model, train, _ = fitted
    mixed = Queries.of([Query([]), train.histories[2], Query([4], [5.0])])
    alone = np.concatenate([model.score([query]) for query in mixed])
    np.testing.assert_allclose(model.score(mixed), alone, rtol=1e-6)

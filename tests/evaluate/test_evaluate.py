"""Measures against a slow, plain reading of their definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.toys import random_data
from whyrec import api, registry
from whyrec.core import ArgumentError, Explanation, Measurement, Queries, Query
from whyrec.core.cases import EvaluationCases
from whyrec.data.simulate import planted
from whyrec.data.split import next_item, strong
from whyrec.evaluate.accuracy import accuracy, measure
from whyrec.evaluate.deletion_test import completeness, deletion_test
from whyrec.evaluate.statistics import bootstrap, paired
from whyrec.evaluate.truth import grade


def cases_of(truths, histories=None):
    queries = Queries.of([Query(h) for h in histories or [[]] * len(truths)])
    return EvaluationCases(queries, np.cumsum([0, *map(len, truths)]), np.concatenate(truths))


@given(seed=st.integers(0, 200))
@settings(max_examples=40, deadline=None)
def test_ranking_measures_equal_their_definitions(seed):
    rng = np.random.default_rng(seed)
    n, k = 12, 5
    lists = np.array([rng.permutation(n)[:k] for _ in range(6)])
    truths = [rng.permutation(n)[: rng.integers(1, 5)] for _ in range(6)]
    counts = rng.integers(0, 9, n)
    found = measure(
        lists,
        cases_of(truths),
        counts,
        metrics=["ndcg@5", "hr@5", "mrr@5", "recall@5", "hr@1", "coverage@5", "novelty@5"],
    )
    for row, (shown, truth) in enumerate(zip(lists, truths, strict=True)):
        places = [place for place, item in enumerate(shown, 1) if item in truth]
        dcg = sum(1 / math.log2(1 + place) for place in places)
        best = sum(1 / math.log2(1 + place) for place in range(1, min(k, len(truth)) + 1))
        assert found["ndcg@5"].values[row] == pytest.approx(dcg / best)
        assert found["hr@5"].values[row] == bool(places)
        assert found["hr@1"].values[row] == (shown[0] in truth)
        assert found["mrr@5"].values[row] == pytest.approx(1 / places[0] if places else 0)
        assert found["recall@5"].values[row] == pytest.approx(len(places) / min(k, len(truth)))
        surprise = [-math.log2(max(counts[i], 0.5) / max(1, counts.sum())) for i in shown]
        assert found["novelty@5"].values[row] == pytest.approx(np.mean(surprise))
    assert found["coverage@5"].mean == len(np.unique(lists)) / n


def test_popularity_lift_compares_with_ones_own_items():
    lift = measure(
        np.array([[0, 1]]),
        cases_of([[2]], [[2, 3]]),
        np.array([8, 4, 1, 3]),
        metrics=["popularity_lift@2"],
    )["popularity_lift@2"]
    assert lift.values.tolist() == [3.0]
    assert not lift.higher_is_better


def test_every_unseen_item_is_a_candidate():
    data = random_data()
    split = next_item(data)
    model = registry.model("ease").fit(split.train)
    found = accuracy(
        model,
        split.test,
        np.bincount(split.train.item, minlength=data.n_items),
        metrics=["ndcg@10"],
    )
    slow = []
    for row, query in enumerate(split.test.queries):
        scores = model.score([query])[0].astype(float)
        scores[query.items] = -np.inf
        item = split.test.items[row]
        rank = 1 + (scores > scores[item]).sum() + (scores[:item] == scores[item]).sum()
        slow.append(1 / math.log2(1 + rank) if rank <= 10 else 0.0)
    np.testing.assert_allclose(found["ndcg@10"].values, slow)


def test_a_better_model_measures_better():
    world = planted()
    split = next_item(world.data)
    counts = np.bincount(split.train.item, minlength=world.data.n_items)
    means = {
        name: accuracy(registry.model(name).fit(split.train), split.test, counts)["ndcg@10"].mean
        for name in ("popular", "cooccurrence")
    }
    assert means["cooccurrence"] > means["popular"] + 0.05


@pytest.mark.parametrize("name", ["ndcg", "ndcg@", "ndcg@0", "ndcg@x", "auc@5"])
def test_wrong_metric_names(name):
    with pytest.raises(ArgumentError, match="a metric"):
        measure(np.array([[0]]), cases_of([[0]]), np.array([1]), metrics=[name])


def test_bootstrap_interval_covers_the_truth():
    rng = np.random.default_rng(0)
    covered = 0
    for seed in range(100):
        low, high = bootstrap(Measurement("x", rng.normal(3, 1, 80)), seed=seed, resamples=400)[1:]
        covered += low <= 3 <= high
    assert 88 <= covered <= 99


@pytest.mark.parametrize(("level", "z"), [(0.95, 1.96), (0.5, 0.6745)])
@pytest.mark.parametrize("n", [400, 8000])  # 8000: the resamples are drawn in two pieces
def test_an_interval_is_as_wide_as_its_level_says(level, z, n):
    values = np.random.default_rng(5).normal(3, 2, n)
    found = bootstrap(Measurement("x", values), level=level)
    half = z * values.std() / np.sqrt(n)  # of a mean of many values
    assert found.mean == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - half, abs=half / 6)
    assert found.high == pytest.approx(values.mean() + half, abs=half / 6)


def test_an_interval_is_of_95_percent_unless_said_otherwise():
    one = Measurement("x", np.random.default_rng(5).normal(3, 2, 400))
    assert bootstrap(one) == bootstrap(one, level=0.95) != bootstrap(one, level=0.9)


def test_a_seed_draws_the_same_resamples_again():
    rng = np.random.default_rng(6)
    a, b = (Measurement(name, rng.normal(0, 1, 50)) for name in "ab")
    difference = Measurement("a - b", a.values - b.values)
    for seed, resamples in ((0, 1000), (1, 1000), (1, 40)):
        asked = {"seed": seed, "resamples": resamples}
        assert paired(a, b, **asked) == bootstrap(difference, **asked)
    assert paired(a, b) == paired(a, b, seed=0, resamples=1000)
    assert paired(a, b) != paired(a, b, seed=1)
    assert paired(a, b) != paired(a, b, resamples=40)


def test_bootstrap_leaves_undefined_cases_out():
    assert bootstrap(Measurement("x", [1.0, np.nan, 3.0])).mean == 2.0
    assert math.isnan(bootstrap(Measurement("x", [np.nan])).mean)


def test_paired_sees_what_unpaired_cannot():
    rng = np.random.default_rng(1)
    people = rng.normal(0, 5, 300)
    a, b = Measurement("a", people + 0.2 + rng.normal(0, 0.1, 300)), Measurement("b", people)
    found = paired(a, b)
    assert found.low > 0.15
    assert bootstrap(a).low < bootstrap(b).high
    with pytest.raises(ArgumentError, match="same cases on both sides; got 300 and 1 cases"):
        paired(a, Measurement("c", [1.0]))


def test_paired_compares_the_same_people():
    """The interval has the width of the differences of each person, not of ranked values."""
    rng = np.random.default_rng(2)
    a, b = rng.normal(0, 1, 400), rng.normal(0, 1, 400)
    found = paired(Measurement("a", a), Measurement("b", b))
    half = 1.96 * (a - b).std() / np.sqrt(400)
    assert (found.high - found.low) / 2 == pytest.approx(half, rel=0.15)
    assert found.mean == pytest.approx(a.mean() - b.mean())


def test_deletion_of_an_exact_reason_is_what_it_weighs():
    pytest.importorskip("whyrec.explain.exact")
    data = random_data()
    split = strong(data)
    model = registry.model("additive", mix={}).fit(split.train)
    found = deletion_test(model, split.test.queries, api.explain)
    assert found.cases == (split.test.queries.sizes >= 2).sum()
    assert found.completeness <= 1e-5
    assert found.removal_error <= 1e-5
    # The first reason is the event of largest weight: no other event can take more from the score.
    assert (found.drop["top reason"].values >= found.drop["random"].values - 1e-5).all()
    assert (found.drop["top reason"].values >= found.drop["most recent"].values - 1e-5).all()


def test_completeness_covers_every_item_of_every_list():
    data = random_data()
    queries = strong(data).test.queries
    model = registry.model("ease").fit(data)
    found = completeness(model, queries, api.explain, 5)
    new = data.n_items - np.array([len(set(q.items.tolist())) for q in queries])
    assert len(found.values) == np.minimum(new, 5).sum()
    assert 0 <= found.values.max() <= 1e-5

    def short(model, query, item, *, score):
        return Explanation(item, score, score - 0.5, (), 0.0, "short", additive=False)

    gaps = completeness(model, queries, short, 5).values
    np.testing.assert_allclose(gaps, 0.5, atol=1e-6)  # scores of EASE are below 1 here


def test_grade_against_a_known_cause():
    pytest.importorskip("whyrec.explain.exact")
    data = random_data()
    model = registry.model("ease").fit(data)
    queries = data.histories[np.flatnonzero(data.histories.sizes >= 4)]

    def strongest_event(user, query, item):
        return [[int(np.argmax(model.contributions(query, item).weights))]]

    found = grade(model, data, queries, strongest_event, api.explain)
    assert found.any["first reason"].mean == 1.0
    assert 0.02 < found.any["random"].mean < 0.6
    assert found.cases == len(queries)
    none = grade(model, data, queries, lambda *_: [], api.explain)
    assert (none.cases, none.without_cause) == (0, len(queries))

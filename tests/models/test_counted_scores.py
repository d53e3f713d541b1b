"""Scores of the counts at each position, the learned share, and what a budget allows."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.toys import random_data, sequences
from whyrec.core import ArgumentError
from whyrec.core.cases import EvaluationCases, hold_out_last
from whyrec.data.split import next_item
from whyrec.models.linear.additive import AdditiveRecommender
from whyrec.models.linear.budget import Budget
from whyrec.models.linear.counted_scores import CountedScores, blended, sure_share
from whyrec.models.linear.evidence import gap_counts

GAPS = [1.0, 0.5]


def scores_of(data, decay=0.5, scale=2.0, base=None):
    return CountedScores(
        data.ordered_histories,
        gap_counts(data, GAPS),
        GAPS,
        scale=scale,
        decay=decay,
        base=np.zeros(data.n_items, np.float32) if base is None else base,
    )


def test_a_position_is_scored_by_what_other_people_did():
    """By hand: a b c, a b c and a c. Person 0 goes from b to c as one other does."""
    data = sequences([[0, 1, 2], [0, 1, 2], [0, 2]], 3)
    found = scores_of(data)
    base = np.array([0.0, 0.0, 10.0], np.float32)
    # c at place 2 of person 0. From b, one event back: person 1, gap 1, counts 1. From a, two back
    # and so half: person 1 by 0.5 (gap 2) and person 2 by 1 (gap 1) count 1.5.
    expected = math.log1p(2 * 1) + 0.5 * math.log1p(2 * 1.5)
    assert found.target[2] == pytest.approx(expected, rel=1e-6)
    assert scores_of(data, base=base).target[2] == pytest.approx(10 + expected, rel=1e-6)
    # b at place 1: person 1 alone went from a to b, and its own count is not there.
    assert found.target[1] == pytest.approx(math.log1p(2 * 1), rel=1e-6)
    assert found.target[0] == 0  # nothing came before


def test_other_items_are_scored_by_all_counts():
    data = sequences([[0, 1, 2], [0, 1, 2], [0, 2]], 3)
    _, others = scores_of(data).at(np.array([2]), np.array([0, 2]))
    # b to c counts 2; a to c counts 0.5 + 0.5 + 1. Nothing leads to a.
    assert others[0] == pytest.approx([0, math.log1p(4) + 0.5 * math.log1p(4)], rel=1e-6)


def test_a_pair_that_nobody_else_has_says_nothing():
    data = sequences([[0, 1], [2, 3]], 4)
    assert scores_of(data).target.tolist() == [0, 0, 0, 0]


def test_positions_agree_with_counts_made_without_the_person():
    """Each item occurs once in a history, so leaving the person out leaves the pair out."""
    data = random_data(people=12, items=9, events=70, seed=4)
    found = scores_of(data)
    events = data.ordered_histories
    for person in range(data.n_users):
        others = gap_counts(data.select(data.user != person), GAPS).toarray()
        items = events.items[events.indptr[person] : events.indptr[person + 1]]
        for place, item in enumerate(items):
            expected = sum(
                0.5**back * math.log1p(2 * others[items[place - 1 - back], item])
                for back in range(place)
            )
            assert found.target[events.indptr[person] + place] == pytest.approx(expected, abs=1e-4)


def cases_of(n_items, people):
    data = sequences([[person % n_items] for person in range(people)], n_items)
    truth = np.array([(person + 1) % n_items for person in range(people)])
    return EvaluationCases(data.histories, np.arange(people + 1), truth), truth


def test_a_learned_part_that_only_chance_prefers_rarely_has_a_share():
    """A standard error lies below about one difference in six that is due to chance."""
    cases, truth = cases_of(50, 60)
    shares = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        scores, noise = (rng.normal(size=(60, 50)).astype(np.float32) for _ in range(2))
        scores[np.arange(60), truth] += 1.5
        if blended(scores, noise, 0.1, cases).mean() > blended(scores, noise, 0.0, cases).mean():
            shares.append(sure_share(scores, noise, cases))
    assert len(shares) >= 8
    assert np.mean(np.array(shares) > 0) <= 0.4


def test_a_learned_part_that_knows_more_has_a_share():
    cases, truth = cases_of(50, 400)
    rng = np.random.default_rng(0)
    scores, learned = (rng.normal(size=(400, 50)).astype(np.float32) for _ in range(2))
    learned[np.arange(400), truth] += 3
    assert sure_share(scores, learned, cases) >= 0.5


@pytest.mark.parametrize(
    ("given", "seconds"),
    [(60, 60), ("60s", 60), ("10m", 600), ("1.5 min", 90), (0, 0), ("auto", None)],
)
def test_a_budget_is_read(given, seconds):
    assert Budget.of(given).seconds == seconds


@pytest.mark.parametrize("given", ["soon", -1, "10 days", "", True])
def test_a_budget_that_cannot_be_read_is_refused(given):
    with pytest.raises(ArgumentError, match="budget must be"):
        AdditiveRecommender(budget=given)


def test_a_budget_of_nothing_counts_and_chooses_nothing():
    data = random_data(people=60, items=30, events=600)
    model = AdditiveRecommender(budget=0).fit(data)
    assert model.used_ == ["transitions"]
    assert model.stages_ == []


def test_with_few_events_per_item_nothing_is_learned_by_default():
    data = random_data(people=60, items=100, events=900)
    assert AdditiveRecommender().fit(data).stages_ == []
    assert Budget.of("auto").learned(data) is None
    assert Budget.of("best").learned(data) is not None


def test_the_fit_does_not_hold_out_the_validation_people_twice():
    """With validation people the model is fitted on all of the data that it is given."""
    split = next_item(random_data(people=80, items=25, events=900))
    model = AdditiveRecommender(components=["transitions"], min_support=0).fit(
        split.train, valid=split.valid
    )
    rest, _ = hold_out_last(split.train, 4_000, 0)
    mix = model.mix_
    again, less = (
        AdditiveRecommender(components=["transitions"], min_support=0, mix=mix).fit(data)
        for data in (split.train, rest)
    )
    queries = split.test.queries
    np.testing.assert_allclose(model.score(queries), again.score(queries), rtol=1e-5)
    assert np.abs(model.score(queries) - less.score(queries)).max() > 1e-3

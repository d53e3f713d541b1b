"""Two domains in one catalogue: who loses what, and what may be recommended."""

from __future__ import annotations

import numpy as np
import pytest

from whyrec.core import ArgumentError, UnknownNameError
from whyrec.core.cases import EvaluationCases, ndcg_of_scores, ranked
from whyrec.data.domains import by_genre, cross, domains_of
from whyrec.data.simulate import films
from whyrec.models.baselines.popular import Popular


@pytest.fixture(scope="module")
def data():
    return by_genre(films().data, ["Drama"], "light", "drama")


def test_an_items_genres_give_its_domain(data):
    names = domains_of(data)
    for row, one in zip(data.item_table.categories, names, strict=True):
        assert one == ("drama" if "Drama" in row else "light")


def test_the_cold_have_no_event_inside_and_their_truth_is_inside(data):
    made, inside = cross(data, "drama"), domains_of(data) == "drama"
    for cases in (made.valid, made.test):
        assert not inside[cases.queries.items].any() and inside[cases.items].all()
        cold = np.isin(made.train.user, cases.queries.user)
        assert cold.any() and not inside[made.train.item[cold]].any()
    assert not set(made.valid.queries.user) & set(made.test.queries.user)


def test_disjoint_people_keep_one_side(data):
    made, inside = cross(data, "drama", disjoint=True), domains_of(data) == "drama"
    sides = [
        np.unique(made.train.user[part])
        for part in (inside[made.train.item], ~inside[made.train.item])
    ]
    assert len(sides[0]) and len(sides[1]) and not len(np.intersect1d(*sides))


def test_only_the_domain_is_recommended(data):
    made, inside = cross(data, "drama"), domains_of(data) == "drama"
    model = Popular().fit(made.train)
    assert inside[ranked(model, made.test, 10)].all()
    everything = EvaluationCases(made.test.queries, made.test.indptr, made.test.items)
    scores = model.score(made.test.queries)
    assert (
        ndcg_of_scores(scores.copy(), made.test, 10).mean()
        > ndcg_of_scores(scores.copy(), everything, 10).mean()
    )
    assert made.test.take(np.array([0])).candidates is not None


def test_wrong_domains_are_refused(data):
    with pytest.raises(UnknownNameError, match="domain"):
        cross(data, "books")
    with pytest.raises(UnknownNameError, match="category"):
        by_genre(data, ["Dramas"])
    with pytest.raises(ArgumentError, match="column 'domain'"):
        domains_of(films().data)

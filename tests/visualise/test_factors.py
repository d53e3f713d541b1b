"""Planted tastes are found and named, nothing is named where nothing was planted, and a switched-off factor is rescored."""

from __future__ import annotations

import numpy as np
import pytest

from tests.visualise.tastes import KINDS, shuffled, tastes
from whyrec.core import ArgumentError, Dataset
from whyrec.visualise.analysis.factor_model import decompose, matched
from whyrec.visualise.analysis.naming import terms_of
from whyrec.visualise.views.factors import factors, named_factors, switched_off, without_factor


@pytest.fixture(scope="module")
def world():
    return tastes()


@pytest.fixture(scope="module")
def found(world):
    return named_factors(world)


def test_nine_of_ten_planted_tastes_are_among_the_stable_named_factors(found):
    named = {name for one in found[1] if one.stable for name, _ in one.terms}
    assert len(named & set(KINDS)) >= 9, named
    assert all(one.returned > 0.5 for one in found[1] if one.stable and one.terms)


def test_shuffled_events_have_no_factor_and_the_view_says_so(world):
    for seed in range(3):
        assert [
            one for one in named_factors(shuffled(world, seed), seed=seed)[1] if one.stable
        ] == []
    with pytest.raises(ArgumentError, match="got no stable factor"):
        factors(None, shuffled(world, 0))
    with pytest.raises(ArgumentError, match="got no stable factor"):
        switched_off(None, shuffled(world, 0))


def test_two_seeds_give_the_same_names(world, found):
    other = named_factors(world, seed=5)[1]
    names = [{one.name for one in some if one.stable} for some in (found[1], other)]
    assert len(names[0] & names[1]) >= 0.8 * len(names[0])


def test_popularity_is_no_factor(world, found):
    counts = np.bincount(world.item, minlength=world.n_items)
    for column in found[0].item.T:
        assert abs(np.corrcoef(column, np.log1p(counts))[0, 1]) < 0.5


def test_a_switched_off_factor_is_scored_anew(world, found):
    factors_, names = found
    query = world.histories[0]
    parts = factors_.parts(query.items)
    factor = int(parts.max(0).argmax())
    first, other, places = without_factor(factors_, query, factor)
    score = parts.sum(1) - parts[:, factor]
    score[query.items] = -np.inf
    assert other == np.argsort(-score, kind="stable")[:10].tolist() and not set(first) & set(
        query.items.tolist()
    )
    assert places == [int((score > score[item]).sum()) for item in first]
    assert len(set(first) - set(other)) >= 5  # most of the list came from this taste
    with pytest.raises(ArgumentError, match="factor must be 0 to"):
        without_factor(factors_, query, len(names))


def test_matched_columns_come_in_the_order_and_sign_of_the_others():
    rng = np.random.default_rng(0)
    one = np.linalg.qr(rng.standard_normal((30, 4)))[0]
    np.testing.assert_allclose(matched(one, -one[:, [2, 0, 3, 1]]), one, atol=1e-12)


def test_a_name_must_lead_by_more_than_chance(world):
    terms = terms_of(world.item_table, np.arange(world.n_items))
    assert set(KINDS) <= set(terms.names)
    rng, named = np.random.default_rng(0), 0
    for _ in range(200):
        named += bool(terms.of(rng.standard_normal(world.n_items), 10))
    assert named <= 3  # 200 directions, each named in error with a chance of a thousandth
    planted = np.array([row == ("chess",) for row in world.item_table.categories], float)
    assert [
        one.name for one in terms.of(planted + 0.1 * rng.standard_normal(world.n_items), 10)
    ] == ["chess"]


def test_too_little_data_says_what_is_needed():
    with pytest.raises(ArgumentError, match="four people and four items or more; got 2 and 2"):
        decompose(Dataset([0, 1], [0, 1], [1, 1], [0, 1], ["a", "b"], ["x", "y"]))

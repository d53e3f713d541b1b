"""Attacks find what is there to find and nothing else; randomised response tells the truth on average."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.toys import listed, random_data
from whyrec import registry
from whyrec.core import ArgumentError
from whyrec.privacy.attack import auc, canaries, epsilon_at_least, membership


def fit(name, **config):
    return lambda data, seed: registry.model(name, **config).fit(listed(data), seed=seed)


@pytest.fixture(scope="module")
def data():
    return random_data(people=200, items=60, events=3000)


def test_a_model_that_remembers_is_found_out_and_a_private_one_is_not(data):
    open_, closed = (
        membership(made, data, people=100, models=8)
        for made in (fit("ease", ridge=1.0), fit("private", epsilon=1.0))
    )
    assert open_.low > 0.7 and open_.epsilon_at_least > 0
    assert closed.low < 0.55 and closed.epsilon_at_least <= 1.0


def test_a_model_that_sees_no_person_cannot_be_attacked(data):
    class Blind:
        def score(self, queries):
            return np.tile(np.arange(60, dtype=np.float32), (len(queries), 1))

    for attack in (membership, canaries):
        found = attack(lambda part, seed: Blind(), data)
        assert (
            0.4 < found.auc < 0.6
            and found.low <= 0.5 <= found.high
            and found.epsilon_at_least < 0.5
        )


def test_canaries_are_found_in_a_model_that_remembers(data):
    assert canaries(fit("ease", ridge=1.0), data).low > 0.7


@given(st.integers(0, 2**32 - 1), st.integers(20, 200))
@settings(max_examples=30, deadline=None)
def test_auc_is_the_share_of_pairs_in_order(seed, n):
    rng = np.random.default_rng(seed)
    scores, member = rng.integers(0, 9, n).astype(float), np.arange(n) % 3 == 0
    pairs = np.subtract.outer(scores[member], scores[~member])
    assert auc(scores, member) == pytest.approx(((pairs > 0) + 0.5 * (pairs == 0)).mean())


def test_the_lower_bound_of_epsilon_holds_for_a_mechanism_of_known_epsilon():
    """Randomised response of a single bit has exactly this epsilon: the bound stays below in nearly all of 40 draws."""
    true, bounds = 1.0, []
    for n in range(40):
        rng = np.random.default_rng(n)
        member = rng.random(4000) < 0.5
        told = np.where(rng.random(4000) < np.exp(true) / (1 + np.exp(true)), member, ~member)
        bounds.append(epsilon_at_least(told + 1e-3 * rng.random(4000), member))
    assert np.mean(np.array(bounds) <= true) >= 0.9 and np.median(bounds) > 0.5 * true


def test_too_few_to_attack(data):
    with pytest.raises(ArgumentError, match="4 models"):
        membership(fit("popular"), data, models=2)
    with pytest.raises(ArgumentError, match="20 people"):
        membership(fit("popular"), data.select(data.user < 10))

"""The random numbers of private releases: their spread and shape, that nobody can repeat them, and what discreteness costs."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from scipy.stats import kstest, norm

from tests.toys import listed, random_data
from whyrec import registry
from whyrec.core import MissingExtra
from whyrec.models.private.gaussian import gaussian_noise
from whyrec.privacy.noise import GRID, Seeded, System, generator


@pytest.mark.parametrize("random", [System(), Seeded(0)], ids=["system", "seeded"])
@pytest.mark.parametrize("spread", [2.5, 1.3 * GRID])
def test_gaussian_noise_has_its_spread_and_shape(random, spread):
    """By the exact distribution of continuous noise; wide noise is as good as continuous."""
    drawn = random.gaussian(spread, 20_000)
    assert drawn.dtype == np.int64
    # the system's spread is rounded up to whole steps
    expected = spread if isinstance(random, Seeded) else np.ceil(spread)
    assert drawn.std() == pytest.approx(expected, rel=0.03)
    assert abs(drawn.mean()) < 5 * expected / np.sqrt(20_000)
    jitter = np.random.default_rng(0).uniform(-0.5, 0.5, len(drawn))
    assert kstest((drawn + jitter) / np.sqrt(expected**2 + 1 / 12), norm.cdf).pvalue > 1e-4


@pytest.mark.parametrize("random", [System(), Seeded(0)], ids=["system", "seeded"])
def test_coins_fall_as_often_as_said_and_orders_are_permutations(random):
    for probability in (0.0, 0.07, 0.5, 1.0):
        share = random.flips(probability, 40_000).mean()
        assert share == pytest.approx(probability, abs=5 * np.sqrt(0.25 / 40_000))
    orders = [random.order(50).tolist() for _ in range(2)]
    assert sorted(orders[0]) == list(range(50)) and orders[0] != orders[1]


def test_only_a_seed_can_be_repeated():
    """Whatever seeds numpy and torch have, noise of the system does not follow them."""
    drawn = []
    for _ in range(2):
        np.random.seed(0)
        drawn.append((System().gaussian(1.0 * GRID, 8).tolist(), System().flips(0.5, 64).tolist()))
    assert drawn[0][0] != drawn[1][0] and drawn[0][1] != drawn[1][1]
    assert np.array_equal(Seeded(3).gaussian(9.0, 8), Seeded(3).gaussian(9.0, 8))
    assert isinstance(generator(None), System) and not System.research_only
    assert isinstance(generator(0), Seeded) and Seeded.research_only


def test_a_model_says_where_its_noise_is_from(monkeypatch):
    data = listed(random_data())
    drawn = []
    system = System.gaussian
    monkeypatch.setattr(System, "gaussian", lambda *given: drawn.append(1) or system(*given))
    fitted = registry.model("private").fit(data)
    assert fitted.privacy_["randomness"] == "the operating system's generator" and len(drawn) == 2
    fitted = registry.model("private", reproducible=True).fit(data)
    assert fitted.privacy_["randomness"] == "seeded, research only" and len(drawn) == 2


def test_without_the_library_nothing_is_drawn_another_way(monkeypatch):
    monkeypatch.setitem(sys.modules, "opendp.prelude", None)
    with pytest.raises(MissingExtra, match="opendp"):
        registry.model("private").fit(listed(random_data()))


def test_discrete_noise_is_as_private_as_the_formula_says():
    """The exact delta of a discrete Gaussian of integers, for a person who moves a sum by 1000 steps, beside the continuous
    formula that sets the noise. The grid of a release is 70 million times finer still."""
    for epsilon, delta in ((0.5, 1e-6), (4.0, 1e-8)):
        moved, spread = 1000, gaussian_noise(epsilon, delta) * 1000
        x = np.arange(-int(12 * spread), int(12 * spread) + moved)
        one, other = (-((x - at) ** 2) / (2 * spread**2) for at in (moved, 0))
        whole = np.log(np.exp(other).sum())
        lost = np.maximum(np.exp(one - whole) - np.exp(epsilon + other - whole), 0).sum()
        assert lost == pytest.approx(delta, rel=1e-4)

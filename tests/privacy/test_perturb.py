"""Randomised response: each bit keeps its promise exactly, counts come out right, and nothing else of anybody is handed on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.toys import listed, random_data
from whyrec.core import ArgumentError
from whyrec.core.dataset import UserTable
from whyrec.privacy.noise import Seeded
from whyrec.privacy.perturb import counts, perturb


class Asked(Seeded):
    """Keeps the probabilities that it was asked for."""

    def __init__(self):
        super().__init__(0)
        self.probabilities = set()

    def flips(self, probability, n):
        self.probabilities.add(probability)
        return super().flips(probability, n)


def bits(data):
    found = np.zeros((data.n_users, data.n_items), bool)
    found[data.user, data.item] = True
    return found


@pytest.mark.parametrize("epsilon", [0.5, 1.0, 2.0, 4.0])
def test_a_bit_keeps_its_promise_exactly_and_wastes_nothing(epsilon):
    """The largest ratio of the probabilities of one report under a chosen and a not chosen item is e^epsilon."""
    random = Asked()
    perturb(listed(random_data()), epsilon, random=random)
    [turned] = random.probabilities
    chosen, other = 1 - turned, turned  # the probability to be reported
    ratios = [chosen / other, (1 - other) / (1 - chosen)]
    assert max(ratios) == pytest.approx(np.exp(epsilon)) == min(ratios)


def test_reports_lie_as_often_as_said_and_count_right_on_average():
    data = listed(random_data(people=400, items=30, events=6000))
    told = perturb(data, 2.0)
    true, said = bits(data), bits(told)
    truth = np.e**2 / (1 + np.e**2)
    assert said[true].mean() == pytest.approx(truth, abs=0.03)
    assert said[~true].mean() == pytest.approx(1 - truth, abs=0.02)
    error = counts(told, 2.0) - true.sum(0)
    assert abs(error.mean()) < 15 and len(set(zip(told.user, told.item, strict=True))) == len(told)
    assert not told.clock and (told.value == 1).all() and not told.time.any()


def test_nothing_else_of_the_people_is_handed_on():
    data = replace(
        listed(random_data()),
        user_table=UserTable({"zip": tuple(f"zip-{n}" for n in range(60))}, {"age": range(60)}),
        friends=[(0, 1), (2, 3)],
        min_rating=1.5,
        cleaning={"duplicates": "first", "min_value": None, "least_rating": 1.5},
        values="rating",
    )
    taken = ~bits(data)
    data = replace(data, avoided=np.argwhere(taken)[:9])
    told = perturb(data, 1.0)
    assert not told.user_table.fields and not told.user_table.numeric
    assert not len(told.friends) and not len(told.avoided)
    assert told.min_rating is None and not told.cleaning and not told.values
    assert told.users == data.users and told.items == data.items


def test_it_needs_an_epsilon_and_a_catalogue():
    with pytest.raises(ArgumentError, match="epsilon"):
        perturb(listed(random_data()), 0.0)
    with pytest.raises(ArgumentError, match="needs a catalogue"):
        perturb(random_data(), 1.0)

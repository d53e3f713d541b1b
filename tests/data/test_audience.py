"""The simulated audience: what an item is worth is what its parts say."""

from __future__ import annotations

import numpy as np
import pytest

from whyrec.data.audience import audience


def test_showings_in_vain_take_their_part_of_the_worth():
    world = audience(people=20, items=30, tiring=0.5, seed=3)
    shown = np.zeros((20, 30), int)
    shown[4, 7] = 3
    lost = world.worth - world.utility(shown)
    assert lost[4, 7] == pytest.approx(0.5 * np.log(4)) and np.count_nonzero(lost) == 1


def test_people_chose_what_is_worth_more_to_them():
    world = audience(people=200, items=60, seed=1)
    chosen = world.worth[world.log.user, world.log.item]
    assert chosen.mean() > world.worth.mean() + 0.5
    assert len(world.log) == 200 * 12 and (np.bincount(world.log.user) == 12).all()


def test_chances_of_choice_and_dismissal_by_hand():
    world = audience(people=5, items=20)
    assert world.choice(np.array([1.0]))[0] == 0.5
    assert world.dismissal(np.array([-0.5]))[0] == 0.5
    assert world.choice(np.array([3.0]))[0] == pytest.approx(1 / (1 + np.exp(-4)))


def test_a_seed_gives_the_same_world():
    one, other = audience(people=30, items=40, seed=5), audience(people=30, items=40, seed=5)
    assert np.array_equal(one.worth, other.worth) and one.log.hash == other.log.hash
    assert audience(people=30, items=40, seed=6).log.hash != one.log.hash

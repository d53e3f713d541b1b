"""What may be said of a reason by the number of people behind it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from whyrec.core import ArgumentError
from whyrec.core.support import often, prefer, strength
from whyrec.explain import support as told


def test_strength_is_unknown_weak_or_normal():
    assert [strength(n) for n in (-1, 0, 1, 4, 5, 500)] == [
        "unknown",
        "weak",
        "weak",
        "weak",
        "normal",
        "normal",
    ]
    assert [strength(n, 1) for n in (0, 1)] == ["weak", "normal"]


@pytest.mark.parametrize(
    ("pair", "a", "b", "people", "said"),
    [
        (20, 100, 60, 900, True),  # 6.7 by chance
        (20, 100, 61, 900, False),  # 6.8
        (19, 20, 20, 1000, False),
        (300, 1000, 1000, 1000, False),
        (30, 0, 30, 1000, False),
        (30, 30, 30, -1, False),
        (-1, 30, 30, 1000, False),
    ],
)
def test_often_asks_for_many_people_and_for_more_than_chance(pair, a, b, people, said):
    assert often(pair, a, b, people) is said


def test_among_equals_the_better_supported_comes_first():
    assert prefer([1.0, 0.91, 0.89, 0.5], [1, 9, 900, -1]).tolist() == [1, 0, 2, 3]
    assert prefer([1.0, 0.91, 0.85, 0.8], [2, 1, 3, 50]).tolist() == [
        0,
        1,
        3,
        2,
    ]  # groups start at the heaviest left
    assert prefer([-1.0, 0.95], [6, 7]).tolist() == [1, 0]  # sizes count
    assert prefer([1.0, 0.95], [0, 4]).tolist() == [
        0,
        1,
    ]  # both below 5: a folder without histories knows of neither
    assert prefer([0.5, 1.0], [-1, -1]).tolist() == [1, 0]
    assert prefer([1.0, 0.95], [1, 2], tolerance=0.0).tolist() == [0, 1]
    assert prefer([], []).tolist() == []
    with pytest.raises(ArgumentError, match="one support a weight; got 2 weights, 1 supports"):
        prefer([1.0, 2.0], [1])


@given(st.lists(st.tuples(st.floats(0, 10), st.integers(-1, 40)), max_size=12))
def test_no_reason_comes_before_one_that_is_clearly_heavier(rows):
    weights, supports = np.array([w for w, _ in rows]), [s for _, s in rows]
    order = prefer(weights, supports)
    assert sorted(order.tolist()) == list(range(len(rows)))
    for at, later in enumerate(order.tolist()):
        assert all(weights[before] >= 0.9 * weights[later] for before in order[:at].tolist())


def test_explain_gives_the_same_rules():
    assert (told.strength, told.often, told.prefer) == (strength, often, prefer)

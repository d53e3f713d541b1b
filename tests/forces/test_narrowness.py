"""How narrow a list is, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from whyrec.forces.narrowness import effective_number, narrowness


def alike(*groups):
    """Events of one group are alike, others are not."""
    return np.array([[float(a == b) for b in groups] for a in groups])


def test_ten_events_of_which_two_that_are_alike_say_nearly_all():
    """Two of ten are a fifth. Group a gives 4 + 4 of 16, its two strongest; b gives 1 each."""
    amounts = np.array(
        [[4.0, 0], [2, 2], [1, 0], [1, 0], [1, 0], [1, 0], [1, 0], [1, 0], [1, 0], [1, 0]]
    )
    found = narrowness(amounts, alike(*"aabbbbbbbb"))
    assert found.share == pytest.approx(8 / 16)
    assert found.even == 0.2 and found.cluster == (0, 1)


def test_contributions_that_lower_do_not_count():
    found = narrowness(np.array([[3.0, -9.0], [1.0, 0.0]]), alike(*"aa"))
    assert found.share == 0.75 and found.even == 0.5


def test_a_cluster_holds_events_that_are_alike():
    """The two strongest, 0 and 5, are not alike."""
    amounts = np.array([5.0, 0, 3, 3, 0, 5])[:, None]
    found = narrowness(amounts, alike(*"aabbcd"))
    assert found.cluster == (2, 3) and found.share == pytest.approx(6 / 16)


@pytest.mark.parametrize(
    ("amounts", "groups"),
    [([1.0], "a"), ([-1.0, 0.0], "aa"), ([1.0, 2.0], "ab")],
)
def test_what_cannot_be_measured_is_none(amounts, groups):
    assert narrowness(np.array(amounts)[:, None], alike(*groups)) is None


# A subnormal number times 0.1 may be 0.
@given(
    st.lists(st.floats(0, 10, allow_subnormal=False), min_size=2, max_size=12), st.floats(0.1, 9)
)
def test_the_share_is_at_least_the_even_one_if_all_are_alike_and_has_no_unit(amounts, unit):
    contributions = np.array(amounts)[:, None]
    found = narrowness(contributions, np.ones((len(amounts), len(amounts))))
    if sum(amounts) == 0:
        assert found is None
        return
    assert found.even - 1e-9 <= found.share <= 1 + 1e-9
    assert narrowness(contributions * unit, np.ones((len(amounts),) * 2)).share == pytest.approx(
        found.share
    )


def test_categories_spread_evenly_count_fully():
    assert effective_number([["a"], ["b"], ["c"]]) == pytest.approx(3)
    assert effective_number([["a"], ["a"], []]) == pytest.approx(1)
    assert effective_number([["a", "b"]]) == pytest.approx(2)
    assert effective_number([[], []]) == 0

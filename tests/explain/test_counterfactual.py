"""Counterfactuals of models so small that the answer, and the sets tried for it, are found by hand."""

from __future__ import annotations

import numpy as np

from tests.explain.test_explain import Known
from whyrec.core import Queries, Query
from whyrec.explain.counterfactual import counterfactual


def known(n, weights, base):
    """An additive model of n items with the weights {(event's item, item): weight}."""
    table = np.zeros((n, n))
    for place, weight in weights.items():
        table[place] = weight
    return Known(table, [base.get(item, -100.0) for item in range(n)])


class Strongest:
    """Item 3 scores what its strongest event of items 0, 1, 2 gives it; item 4 always scores 2."""

    def __init__(self, *gives):
        self.gives = gives

    def score(self, queries):
        rows = [
            [-9, -9, -9, max([0, *(self.gives[item] for item in query.items)]), 2]
            for query in Queries.of(queries)
        ]
        return np.array(rows, np.float32)


def found(model, query, item, k):
    one = counterfactual(model, Query(query), item, k)
    return one.positions, one.found, one.minimal, one.checked


def test_a_larger_set_is_looked_for_where_greedy_finds_none():
    """Item 3 leads 4 and 5 by 2, 6 and 7 by 1. Without event 0 item 4 gains 3, without event 1
    item 5; without event 2 items 6 and 7 gain .5, which attracts greedy, and 4 and 5 lose 10.
    """
    weights = {(0, 4): -3, (1, 5): -3, (2, 4): 10, (2, 5): 10, (2, 6): -0.5, (2, 7): -0.5}
    model = known(8, weights, {3: 0, 4: -9, 5: -9, 6: -0.5, 7: -0.5})
    # All three sets of one event are tried, then the three of two.
    assert found(model, [0, 1, 2], 3, 2) == ((0, 1), True, True, 6)


def test_of_sets_of_one_size_the_one_that_lowers_the_item_most_is_taken():
    """As above, and event 3 does what event 1 does, more or less strongly."""
    for one, three, best in ((-3, -4, (0, 3)), (-4, -3, (0, 1))):
        weights = {(0, 5): -3, (1, 6): one, (3, 6): three, (2, 5): 10, (2, 6): 10}
        weights |= {(2, 7): -0.5, (2, 8): -0.5}
        model = known(9, weights, {4: 0, 5: -9, 6: -5, 7: -0.5, 8: -0.5})
        assert found(model, [0, 1, 2, 3], 4, 2) == (best, True, True, 4 + 6)


def test_a_set_as_small_as_the_bound_is_proved_without_trying_others():
    model = known(4, {(0, 2): 3, (1, 2): 4}, {2: 0, 3: 5})
    assert found(model, [0, 1], 2, 1) == ((1,), True, True, 0)
    # A lead of .5 over item 3; one event takes .4 at most, two take .8: no set of one is tried.
    thirds = known(5, {(0, 2): 0.4, (1, 2): 0.4, (4, 2): 0.4}, {2: 0, 3: 0.7})
    assert found(thirds, [0, 1, 4], 2, 1) == ((0, 1), True, True, 0)


def test_equal_scores_are_ordered_by_item_number():
    """Without its event item 2 has the score of 1 or of 3; only 1 is listed before it."""
    lower, higher = ({2: 0, rival: 0} for rival in (1, 3))
    assert found(known(4, {(0, 2): 1}, lower), [0], 2, 1) == ((0,), True, True, 0)
    assert found(known(4, {(0, 2): 1}, higher), [0], 2, 1) == ((), False, False, 0)


def test_nothing_need_go_for_an_item_that_is_not_listed():
    assert found(known(4, {(0, 2): 1}, {2: 0, 3: 5}), [0], 2, 1) == ((), True, True, 0)
    assert found(Strongest(1, 1, 1), [0, 1, 2], 3, 1) == ((), True, True, 0)


def test_a_model_that_is_not_additive_is_scored_without_sets():
    # No event alone: all three go, then the second comes back. 3 sets of one, 1 and 2 more events.
    assert found(Strongest(3, 1, 3), [0, 1, 2], 3, 1) == ((0, 2), True, False, 6)
    assert found(Strongest(1, 3, 1), [0, 1, 2], 3, 1) == ((1,), True, True, 3)


def test_where_no_removal_works_none_is_said_to_be_smallest():
    class Fixed:
        def score(self, queries):
            return np.tile(np.array([0, 0, 3, 2], np.float32), (len(queries), 1))

    assert found(Fixed(), [0, 1], 2, 1) == ((), False, False, 4)
    assert found(Fixed(), [0, 1], 2, 2) == ((), False, False, 4)

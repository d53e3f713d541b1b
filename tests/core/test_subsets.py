"""Subsets of a history, the count of what is scored, and a model of a score function alone."""

from __future__ import annotations

import numpy as np
import pytest

from tests.toys import random_data
from whyrec import registry
from whyrec.core import (
    ArgumentError,
    Cost,
    Explanation,
    Queries,
    Query,
    Reason,
    count_calls,
    model_from_function,
    subsets,
)


def test_subsets_are_the_query_without_the_rest():
    query = Query([4, 2, 9], [1, 2, 3], [10, 20, 30], 99, 7)
    keep = np.array([[1, 0, 1], [0, 0, 0], [1, 1, 1]], bool)
    for row, made in zip(keep, subsets(query, keep), strict=True):
        one = query.only(np.flatnonzero(row))
        for name in ("items", "values", "times", "events_ago"):
            assert getattr(made, name).tolist() == getattr(one, name).tolist()
        assert (made.now, made.user) == (99, None)
    with pytest.raises(ArgumentError, match="a row of 3 marks each"):
        subsets(query, np.ones((2, 2), bool))


def test_a_counted_twin_counts_and_keeps_its_powers():
    model = registry.model("ease").fit(random_data())
    twin, tally = count_calls(model)
    assert np.array_equal(
        twin.score([Query([1]), Query([2])]), model.score([Query([1]), Query([2])])
    )
    twin.score(Query([1, 2, 3]))
    assert tally.rows == 3 and hasattr(twin, "contributions")

    class Gradient:
        def score_embedded(self, embedded, query):
            return embedded.sum()

    twin, tally = count_calls(Gradient())
    twin.score_embedded(np.ones((5, 2, 3)), None)
    twin.score_embedded(np.ones((2, 3)), None)
    assert tally.rows == 6

    class Slots:
        __slots__ = ()

        def score(self, queries):
            return np.zeros((len(queries), 2))

    twin, tally = count_calls(slots := Slots())
    assert twin is slots and tally.rows == 0


def test_a_score_function_is_a_model():
    model = model_from_function(lambda histories: [[float(len(h)), 1.0] for h in histories])
    assert model.score(Queries.of([Query([0, 1]), Query([])])).tolist() == [[2.0, 1.0], [0.0, 1.0]]
    with pytest.raises(ArgumentError, match="fitted where"):
        model.fit(None)
    with pytest.raises(ArgumentError, match="one row of finite scores"):
        model_from_function(lambda histories: [[np.nan]]).score([Query([0])])


def test_an_explanation_has_one_interval_a_reason():
    reasons = (Reason("event", (0,), 1.0), Reason("event", (1,), 0.5))
    made = Explanation(
        3, 1.5, 0.0, reasons, 0.0, "m", True, intervals=((0.9, 1.1), (0.4, 0.6)), cost=Cost(4, 1.0)
    )
    assert made.interval == (0.9, 1.1)
    assert made == Explanation(
        3, 1.5, 0.0, reasons, 0.0, "m", True, intervals=((0.9, 1.1), (0.4, 0.6))
    )
    assert Explanation(
        3, 1.5, 0.0, reasons, 0.0, "m", True, interval=(0, 1), intervals=((0, 2),) * 2
    ).interval == (0, 1)
    with pytest.raises(ArgumentError, match="one interval a reason"):
        Explanation(3, 1.5, 0.0, reasons, 0.0, "m", True, intervals=((0.9, 1.1),))

"""What drift says where one can say it by hand."""

from __future__ import annotations

import numpy as np
import pytest

from whyrec.core import Queries, Query
from whyrec.evaluate.drift import drift


class Sums:
    """score(i) = sum of weights[event, i] over the history."""

    def __init__(self, weights):
        self.weights = np.array(weights, np.float32)

    def score(self, queries):
        return np.stack([self.weights[q.items].sum(0) for q in Queries.of(queries)])


WEIGHTS = [[0, 0, 0, 3, 1, 0], [0, 0, 0, 2, 0, 0], [0, 0, 0, 1, 0, 2], [0] * 6, [0] * 6, [0] * 6]
HISTORY = Queries.of([Query([0, 1, 2])])


def test_a_model_has_not_moved_from_itself():
    found = {
        name: one.values.tolist()
        for name, one in drift(Sums(WEIGHTS), Sums(WEIGHTS), HISTORY, 2).items()
    }
    assert found == {
        "overlap@2": [1.0],
        "same_top_reason": [1.0],
        "reason_rank": [pytest.approx(1.0)],
        "score_error": [0.0],
    }


def test_reasons_that_turn_round_and_lists_that_change_are_told():
    other = [[0, 0, 0, 1, 3, 0], [0, 0, 0, 2, 0, 0], [0, 0, 0, 3, 0, 0], [0] * 6, [0] * 6, [0] * 6]
    found = drift(Sums(WEIGHTS), Sums(other), HISTORY, 2)
    assert found["overlap@2"].values.tolist() == [0.5]  # 3 and 5 before, 3 and 4 after
    assert found["same_top_reason"].values.tolist() == [0.0] and found["reason_rank"].values[
        0
    ] == pytest.approx(-1.0)
    before, after = Sums(WEIGHTS).score(HISTORY)[0], Sums(other).score(HISTORY)[0]
    expected = np.linalg.norm((before - before.mean()) - (after - after.mean())) / np.linalg.norm(
        before - before.mean()
    )
    assert found["score_error"].values[0] == pytest.approx(expected)


def test_short_histories_have_no_reasons_to_compare():
    found = drift(Sums(WEIGHTS), Sums(WEIGHTS), Queries.of([Query([0]), Query([0, 1])]), 2)
    assert np.isnan(found["same_top_reason"].values).tolist() == [True, False]
    assert (
        np.isnan(found["reason_rank"].values).all()
        and not np.isnan(found["overlap@2"].values).any()
    )

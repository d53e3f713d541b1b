"""Errors of ratings against their plain definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.toys import random_data
from whyrec.core import ArgumentError, Measurement
from whyrec.data.split import rating_split
from whyrec.evaluate.ratings import errors, predictions, rmse
from whyrec.evaluate.statistics import paired


class ByHistory:
    """Says how many ratings the history has, plus a hundredth of the item's number."""

    def predict(self, queries, items):
        return [
            len(query) + np.asarray(one) / 100 for query, one in zip(queries, items, strict=True)
        ]


def test_errors_are_kept_for_each_case():
    found = errors([1, 2, 5], [1, 4, 4])
    assert found["squared"].values.tolist() == [0, 4, 1]
    assert found["absolute"].values.tolist() == [0, 2, 1]
    assert not found["squared"].higher_is_better
    assert found["absolute"].mean == 1
    assert paired(found["absolute"], found["absolute"]).mean == 0


def test_rmse_is_the_root_of_the_mean_within_its_interval():
    gaps = np.random.default_rng(0).normal(0, 2, 5000)
    found = rmse(errors(gaps, np.zeros(5000))["squared"])
    assert found.mean == pytest.approx(math.sqrt(np.mean(gaps**2)))
    assert found.low < found.mean < found.high
    # The root of a mean of squares of normal errors has the standard error sigma / sqrt(2 n).
    assert found.high - found.low == pytest.approx(2 * 1.96 * 2 / math.sqrt(2 * 5000), rel=0.15)


def test_predictions_follow_the_order_of_the_test_ratings():
    train, test = rating_split(random_data(), 0.3)
    found = predictions(ByHistory(), train, test)
    sizes = np.bincount(train.user, minlength=train.n_users)
    np.testing.assert_allclose(found, sizes[test.user] + test.item / 100, rtol=1e-6)


def test_bad_input_is_told():
    with pytest.raises(
        ArgumentError, match=r"one prediction for each rating; got \(2,\) and \(3,\)"
    ):
        errors([1, 2], [1, 2, 3])
    with pytest.raises(ArgumentError, match="finite numbers; got nan"):
        errors([1, np.nan], [1, 2])
    with pytest.raises(ArgumentError, match="squared errors; got difference below 0"):
        rmse(Measurement("difference", [-1.0, 1.0]))
    with pytest.raises(ArgumentError, match="the same people and items"):
        predictions(ByHistory(), random_data(), random_data(people=61))

"""Planted attributes are told from what carries them and from nothing else; a sum is copied by asking for its terms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from tests.toys import random_data
from whyrec import registry
from whyrec.core import ArgumentError
from whyrec.privacy.inference import attribute, extraction


def rows(people, items, seed=0):
    rng = np.random.default_rng(seed)
    return sparse.csr_array((rng.random((people, items)) < 0.1).astype(float))


def test_a_planted_attribute_is_told_and_a_shuffled_one_is_not():
    yes = np.random.default_rng(1).random(400) < 0.4
    plain = rows(400, 60).toarray()
    plain[yes, :6] = np.random.default_rng(2).random((yes.sum(), 6)) < 0.5
    found = attribute(sparse.csr_array(plain), yes)
    assert found.auc > 0.8 and found.low > 0.75 and found.cases == 400
    assert attribute(rows(400, 60, seed=5), yes).low < 0.5  # items that have nothing to do with it
    with pytest.raises(ArgumentError, match="20 people of either kind; got 3 and 397"):
        attribute(rows(400, 60), np.arange(400) < 3)


def test_a_sum_is_copied_by_as_many_questions_as_items_and_less_by_fewer():
    data = random_data(people=80, items=40, events=1500)
    counts, queries = np.bincount(data.item, minlength=40), data.histories[np.arange(30)]
    model = registry.model("ease").fit(data)
    shares = [extraction(model, queries, counts, asked).mean() for asked in (0, 10, 40)]
    assert shares[2] == 1.0 and shares[0] < shares[1] < shares[2]
    with pytest.raises(ArgumentError, match="from 0 to 40"):
        extraction(model, queries, counts, 41)

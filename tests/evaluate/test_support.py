"""How many people stand behind the first reasons."""

from __future__ import annotations

import numpy as np
import pytest

from tests.toys import random_data, returning, sequences
from whyrec import api, registry
from whyrec.core import Explanation, Measurement, Query, Reason, recommend
from whyrec.evaluate.support import behind, first_reasons, summary


def test_the_first_reason_of_each_place_is_counted_by_hand():
    """9 people chose 0 and 1, two chose 2 and 3; who chose 0 hears of 1 from 9 people, who chose 2 of 3 from two."""
    data = sequences([[0, 1]] * 9 + [[2, 3]] * 2 + [[4]], 5)
    model = registry.model("ease", ridge=1.0).fit(data)
    found = first_reasons(model, [Query([0]), Query([2]), Query([4])], api.explain, k=1)
    assert found.values[:2].tolist() == [9, 2]
    assert np.isnan(found.values[2])  # nothing speaks for any item
    assert found.notes == {"unknown": 0, "other": 1}


def test_shares_and_the_warning():
    values = [float("nan"), 0, 4, 5, 9, 10, 50]
    found = summary(Measurement("people", np.array(values), True, {"unknown": 1, "other": 0}))
    assert found["places"] == 7
    assert found["counted"] == 6
    assert found["median"] == 7
    assert found["under"] == {
        "1": pytest.approx(1 / 6),
        "5": pytest.approx(2 / 6),
        "10": pytest.approx(4 / 6),
    }
    assert found["weak"] == pytest.approx(2 / 6)
    assert found["warning"]
    assert not summary(Measurement("people", np.array([4.0, 9, 9, 9, 9]), True, {}))[
        "warning"
    ]  # a fifth is the limit
    assert not summary(Measurement("people", np.array([4.0, 9]), True, {}), limit=0.5)["warning"]
    assert summary(Measurement("people", np.array([6.0]), True, {}), k=7)["warning"]


def test_nothing_counted_warns_of_nothing():
    found = summary(
        Measurement("people", np.array([float("nan")]), True, {"unknown": 1, "other": 0})
    )
    assert found["weak"] is None
    assert found["median"] is None
    assert not found["warning"]


def test_reasons_that_no_count_is_behind_are_others():
    data = returning()
    model = registry.model("additive", components=("ease",)).fit(data)
    query = Query([3, 4, 4], repeat=True)
    assert behind(model, query, 3, Reason("event", (0,), 1.0)) is None  # own use
    assert behind(model, query, 5, Reason("feature", (0,), 1.0)) is None
    assert behind(model, query, 5, Reason("path", (2, 0, 1), 1.0)) is None  # a link that both have
    both = int(model.support([3], 5)[0])
    assert behind(model, query, 5, Reason("event", (0,), 1.0)) == both
    assert behind(model, query, 5, Reason("path", (-1, 0, 0), 1.0)) == both
    assert behind(model, query, 5, Reason("event", (0, 1), 1.0)) == min(
        both, int(model.support([4], 5)[0])
    )


def test_models_that_count_nobody_are_unknown():
    data = random_data()
    model = registry.model("svd", embedding_size=4).fit(data)
    found = first_reasons(
        model,
        data.histories[:3],
        lambda m, q, i: Explanation(i, 1.0, 0.0, (Reason("event", (0,), 1.0),), 0.0, "toy", True),
        k=2,
    )
    assert np.isnan(found.values).all()
    assert found.notes["unknown"] == 6


def test_the_heaviest_reason_that_speaks_for_the_item_is_the_first():
    data = random_data()
    model = registry.model("ease", ridge=5.0).fit(data)
    queries = data.histories[:20]
    found, at = first_reasons(model, queries, api.explain, k=3).values, 0
    for query, slate in zip(queries, recommend(model, queries, 3), strict=True):
        for item in slate.items:
            source = query.items[np.argmax(model.weights_[query.items, item])]
            together = set(data.user[data.item == source]) & set(data.user[data.item == item])
            assert found[at] == len(together)
            at += 1

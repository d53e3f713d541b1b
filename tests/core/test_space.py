"""Items as vectors of what choosing each one does: alike items are near, and a model that never moves has none."""

from __future__ import annotations

import numpy as np
import pytest

from tests.toys import random_data
from whyrec import registry
from whyrec.core import ArgumentError, Query
from whyrec.core.item_effects import effects, embed_items


def test_effects_are_what_choosing_one_item_alone_adds():
    model = registry.model("ease").fit(random_data())
    found = effects(model, np.array([2, 5]))
    expected = model.score([Query([2]), Query([5])]) - model.score([Query([])])
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_items_that_do_the_same_are_near():
    model = registry.model("ease", ridge=5.0).fit(random_data(people=80, items=30, events=1500))
    twin = np.array(model.weights_)
    twin[3], twin[:, 3] = twin[7], twin[:, 7]
    model.weights_ = twin
    space = embed_items(model, np.arange(30))
    likeness = space.vectors @ space.vectors[3]
    assert np.argsort(-likeness)[1] == 7 and likeness[7] > 0.95 and 0 < space.kept <= 1
    np.testing.assert_allclose(np.linalg.norm(space.vectors, axis=1), 1, atol=1e-4)


def test_what_has_no_space_says_so():
    data = random_data()
    with pytest.raises(ArgumentError, match="three items or more; got 2 items"):
        embed_items(registry.model("ease").fit(data), np.arange(2))
    with pytest.raises(ArgumentError, match="depend on what was chosen; got popular"):
        embed_items(registry.model("popular").fit(data), np.arange(10), "popular")

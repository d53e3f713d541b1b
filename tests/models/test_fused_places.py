"""A fused model with a large model of products: effects and places after removals, held against scoring the shorter
history by the model itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.toys import random_data
from whyrec import registry
from whyrec.core import Listing, Queries, Query, decompose
from whyrec.core.factors import Factors
from whyrec.core.listing import place_of
from whyrec.models.fused import standard
from whyrec.models.fused_decomposition import (
    BoundedDecomposition,
    FusedDecomposition,
    ProductDecomposition,
)
from whyrec.models.fused_rest import Products

ITEMS, WIDTH = 40, 6
DATA = random_data(people=50, items=ITEMS, events=600)
GLASS = registry.model("ease", ridge=20.0).fit(DATA)


class Large:
    """Not additive: the state is a curve of the summed events."""

    def __init__(self, seed: int, size: float = 1.0) -> None:
        rng = np.random.default_rng(seed)
        self.events, self.vectors = rng.normal(size=(2, ITEMS, WIDTH)).astype(np.float32)
        self.bias = (size * rng.normal(size=ITEMS)).astype(np.float32)

    def hidden(self, queries):
        sums = [self.events[query.items].sum(0) for query in Queries.of(queries)]
        return np.tanh(np.array(sums, np.float32).reshape(-1, WIDTH))

    def score(self, queries):
        return self.hidden(queries) @ self.vectors.T + self.bias

    def factors(self):
        return Factors(self.hidden, self.vectors.__getitem__, self.bias)


def fused(seed, dial, share=0.4):
    model = registry.model("fused", explained_share_min=dial).of(GLASS, Large(seed), None)
    model.share_, model.slope_ = share, 3.0
    return model


def shorter(model, query, gone):
    return model.score([query.without(gone)])[0]


@pytest.mark.parametrize("dial", [0.0, 0.3, 0.8, 1.0])
def test_scores_effects_and_removals_are_those_of_the_model(dial):
    model = fused(1, dial)
    for query in DATA.histories[:8]:
        view = decompose(model, query)
        assert type(view) is (BoundedDecomposition if dial else ProductDecomposition)
        np.testing.assert_allclose(view.scores, model.score([query])[0], atol=1e-5)
        items = np.argsort(-view.scores)[:7]
        effects = view.effects(items)
        for position, item in enumerate(query.items.tolist()):
            uses = np.flatnonzero(query.items == item)
            expected = 0.0
            if position == uses[-1]:
                expected = view.scores[items] - shorter(model, query, uses)[items]
            np.testing.assert_allclose(effects[position], expected, atol=2e-5)
        sets = [(0,), (1, 2)]
        for gone, row in zip(sets, view.without(sets), strict=True):
            np.testing.assert_allclose(row, shorter(model, query, gone), atol=1e-5)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    dial=st.sampled_from([0.2, 0.5, 0.9, 1.0]),
    share=st.sampled_from([0.1, 0.5, 0.9, 1.0]),
    history=st.lists(st.integers(0, ITEMS - 1), min_size=3, max_size=9),
    repeat=st.booleans(),
    data=st.data(),
)
def test_a_place_after_a_removal_is_that_among_all_scores(seed, dial, share, history, repeat, data):
    model = fused(seed, dial, share)
    query = replace(Query(history), repeat=repeat)
    view = decompose(model, query)
    allowed = np.random.default_rng(seed).random(ITEMS) < 0.8
    removals = [
        (
            tuple(sorted(data.draw(st.sets(st.integers(0, len(query) - 1), min_size=1)))),
            data.draw(st.lists(st.integers(0, ITEMS - 1), min_size=1, max_size=4)),
        )
        for _ in range(3)
    ]
    for (gone, items), places in zip(removals, view.places(allowed, removals), strict=True):
        scores = shorter(model, query, gone)
        masked = np.where(allowed, scores, -np.inf)
        if repeat:
            masked[query.items[list(gone)]] = -np.inf
        for item, place in zip(items, places, strict=True):
            # Two sums of the same numbers may round apart: a place between the two is right.
            near = 1e-5 * max(1.0, abs(float(scores[item])))
            best, worst = (
                place_of(masked, item, float(scores[item]) + shift) for shift in (near, -near)
            )
            assert best <= place <= worst


def test_equal_scores_are_ordered_by_item_number():
    model = fused(3, 0.5)
    model.large_.vectors[:] = model.large_.vectors[0]
    model.large_.bias[:] = 0.0
    query = Query([0, 1, 2])
    view = decompose(model, query)
    assert (np.abs(view.rest) < 1e-6).all()  # a large model that says the same of all says nothing
    [places] = view.places(np.ones(ITEMS, bool), [((0, 1), list(range(ITEMS)))])
    scores = shorter(model, query, (0, 1))
    assert places == [
        1 + int((scores > scores[i]).sum() + (scores[:i] == scores[i]).sum()) for i in range(ITEMS)
    ]


def test_the_list_asks_for_places_and_names_what_scoring_all_would():
    model = fused(5, 0.4)
    query = DATA.histories[3]
    allowed = np.ones(ITEMS, bool)
    allowed[query.items] = False
    fast = Listing(decompose(model, query), allowed, 5)
    slow = Listing(FusedDecomposition(model, query), allowed, 5)
    items = fast.best()
    assert items == slow.best()
    named = [[at % len(query), (at + 2) % len(query)] for at in range(len(items))]
    assert fast.removals(items, named) == slow.removals(items, named)


def test_without_events_or_removals_there_is_nothing_to_place():
    model = fused(6, 0.5)
    view = decompose(model, Query([]))
    assert list(view.places(np.ones(ITEMS, bool), [])) == []
    assert view.effects(np.arange(3)).shape == (0, 3)
    assert Listing(view, np.ones(ITEMS, bool), 5).removals([1, 2], [[], []]) == [None, None]


def test_item_vectors_that_are_read_in_pieces_are_all_counted(monkeypatch):
    queries = Queries.of(DATA.histories[:4])
    whole = Products(Large(8).factors()).hidden(queries)
    monkeypatch.setattr("whyrec.models.fused_rest.PIECE", 7)
    np.testing.assert_allclose(Products(Large(8).factors()).hidden(queries), whole, rtol=1e-6)


def test_products_are_standard_scores_up_to_a_constant():
    large = Large(7)
    products = Products(large.factors())
    queries = Queries.of([*DATA.histories[:5], Query([])])
    hidden = products.hidden(queries)
    expected = standard(large.score(queries).astype(np.float64))
    own = products.at(hidden, np.arange(ITEMS))
    np.testing.assert_allclose(own - own.mean(1, keepdims=True), expected, atol=1e-5)
    some = np.array([[3, 3, 9]] * 3 + [[0, 1, 2]] * 3)
    np.testing.assert_array_equal(products.at_own(hidden, some), np.take_along_axis(own, some, 1))
    equal = Large(7, size=0.0)
    equal.vectors[:] = 1.0
    assert (Products(equal.factors()).hidden(queries) == 0).all()

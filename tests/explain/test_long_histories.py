"""Long and odd histories: reasons name items and not events, sums hold, nothing takes long."""

from __future__ import annotations

import functools
import time

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.test_conformance import SMALL
from whyrec import api, registry, storage
from whyrec.core import ArgumentError, Dataset
from whyrec.workflows.explain import explain_to, listing, recommend_to, scored_history

MANY = 100_000
ITEMS = 40
SUMS = ("ease", "knn", "slim", "svd", "cooccurrence", "pctm", "personal-popular", "popular")
EVENT_METHODS = (
    "exact",
    "deletion",
    "greedy-removal",
    "shapley",
    "lime",
    "counterfactual",
    "contrast",
    "anchor",
)


def crowd(history, start=1_600_000_000, items=ITEMS):
    """60 people with 12 events each, and one person ("long") with this history."""
    rng = np.random.default_rng(0)
    rows = [
        (person, (first + step * hop) % items, 1_700_000_000 + person * 50 + step * 3600)
        for person in range(60)
        for first, hop in [(int(rng.integers(items)), int(rng.integers(1, 4)))]
        for step in range(12)
    ]
    user, item, when = map(np.array, zip(*rows, strict=True))
    user = np.append(user, np.full(len(history), 60))
    item = np.append(item, history)
    when = np.append(when, start + np.arange(len(history)) * 10)
    order = np.argsort(when, kind="stable")
    return Dataset(
        user[order],
        item[order],
        np.ones(len(order)),
        when[order],
        [*(f"p{n}" for n in range(60)), "long"],
        [f"i{n:02}" for n in range(items)],
        repeat=True,
    )


HISTORIES = {
    "of few items": lambda: crowd(np.random.default_rng(1).integers(0, 20, MANY)),
    "all of one item": lambda: crowd(np.zeros(MANY, int)),
    "all of all items": lambda: crowd(np.arange(MANY) % ITEMS),
    "in the future": lambda: crowd(np.arange(MANY) % 20, start=4_000_000_000),
}


@functools.cache
def long_data(kind):
    return HISTORIES[kind]()


@functools.cache
def fitted(kind, name):
    data = long_data(kind)
    model = registry.model(name, **SMALL.get(name, {})).fit(data, seed=0)
    return storage.Fitted(model, data, {"name": name, "histories": True})


@pytest.mark.parametrize("kind", HISTORIES)
@pytest.mark.parametrize("name", SUMS)
def test_the_sum_of_100_000_events_holds_in_float64(kind, name):
    found = fitted(kind, name)
    query = found.data.history("long")
    assert len(query) == MANY
    [scores] = found.model.score([query])
    item = int(np.argmax(scores))
    began = time.process_time()
    for method in ("exact", "contrast"):
        why = api.explain(found.model, query, item, method, data=found.data)
        assert why.additive and abs(why.gap) <= 1e-5 * max(1.0, abs(why.score))
    assert time.process_time() - began <= 4
    view = found.model.decompose(query) if hasattr(found.model, "decompose") else None
    if view is not None:
        np.testing.assert_allclose(view.scores, scores, rtol=1e-5, atol=1e-5)


def test_the_sum_is_that_of_an_independent_computation():
    found = fitted("of few items", "ease")
    query = found.data.history("long")
    weights = found.model.terms()[0].weights
    weights = weights.toarray() if hasattr(weights, "toarray") else weights
    counts = np.bincount(query.items, minlength=ITEMS).astype(np.float64)
    exact = counts @ weights.astype(np.float64) + found.model.base_
    [scores] = found.model.score([query])
    np.testing.assert_allclose(scores, exact, rtol=2e-6)
    short = found.data.history("p3")  # beside a long history a short one keeps its bits
    np.testing.assert_array_equal(
        found.model.score([short, query])[0], found.model.score([short])[0]
    )


@pytest.mark.parametrize(
    ("kind", "name"), [*((kind, "ease") for kind in HISTORIES), ("of few items", "additive")]
)
def test_every_method_names_items_and_not_events(kind, name):
    found = fitted(kind, name)
    asked = scored_history(found.data.history("long"))
    for method in ("auto", *EVENT_METHODS):
        began = time.process_time()
        try:
            why = explain_to(found, asked, None, method=method, k=10, user="long")
        except ArgumentError:  # the method does not go with the model
            continue
        assert time.process_time() - began <= 2, method
        labels = [tuple(row["refs"]) for row in why.reasons if row["kind"] == "event"]
        assert len(labels) == len(set(labels)), method
        for row in why.reasons:
            assert len(row["refs"]) == len(set(row["refs"])), method
        quoted = why.text["en"].split("“")[1:]
        named = [part.partition("”")[0] for part in quoted if "stands" not in why.text["en"]]
        listed = why.text["en"].partition(". ")[0].count("“")
        assert len(set(named[:listed])) == len(named[:listed]), (method, why.text["en"])
        if why.explanation.additive:
            assert abs(why.gap) <= 1e-4 * max(1.0, abs(why.score))


@pytest.mark.parametrize("kind", HISTORIES)
def test_a_list_for_a_long_history_names_items_within_two_seconds(kind):
    found = fitted(kind, "ease")
    asked = scored_history(found.data.history("long"))
    began = time.process_time()
    listed = recommend_to(found, asked, 10, user="long")
    assert time.process_time() - began <= 2
    assert len(listed.items) == 10
    for row in listed.items:
        refs = [tuple(reason["refs"]) for reason in row["reasons"]]
        assert len(refs) == len(set(refs)) and all(len(one) == 1 for one in refs)


def test_a_history_all_of_one_item_keeps_its_one_reason():
    found = fitted("all of one item", "ease")
    asked = scored_history(found.data.history("long"))
    view = listing(found, asked, 10)
    other = next(item for item in view.best() if item != 0 and view.decomposition.scores[item] > 0)
    why = explain_to(found, asked, f"i{other:02}", method="auto", k=10, user="long")
    [row] = why.reasons
    assert row["refs"] == ["i00"] and row["label"] == "i00 ×500"
    assert "“i00” (500 times" in why.text["en"] and why.text["en"].count("“i00”") == 1


def test_a_method_without_any_effect_gives_no_reason():
    found = fitted("of few items", "popular")
    asked = scored_history(found.data.history("long"))
    for method in ("exact", "lime", "shapley", "deletion"):
        why = explain_to(found, asked, None, method=method, k=10, user="long")
        assert why.explanation.named == 0, method  # the history does not count for popularity
        assert "“" not in why.text["en"], why.text["en"]


@settings(max_examples=60, deadline=None)
@given(
    history=st.lists(st.integers(0, 5), min_size=1, max_size=40),
    method=st.sampled_from(["auto", *EVENT_METHODS]),
)
def test_no_history_of_repeats_names_an_item_twice(history, method):
    found = fitted("of few items", "ease")
    asked = found.data.asked(history)
    why = explain_to(found, asked, None, method=method, k=10, user=None)
    refs = [tuple(row["refs"]) for row in why.reasons if row["kind"] in ("event", "anchor")]
    assert len(refs) == len(set(refs))
    assert all(len(one) == len(set(one)) for one in refs)
    cited = {position for row in why.reasons for position in row["positions"]}
    if method == "auto":  # every event is in exactly one reason
        assert sorted(p for row in why.reasons for p in row["positions"]) == sorted(cited)
        assert cited == set(range(len(history)))

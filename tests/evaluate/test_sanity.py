"""The suite passes what is true and fails what is not: a fault is seeded for every check."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.toys import random_data
from whyrec import api, registry
from whyrec.core import ArgumentError, Explanation, Query, Reason
from whyrec.evaluate.baselines import cosine
from whyrec.evaluate.quality import weights_of
from whyrec.evaluate.sanity import CHECKS, Check, Report, failures, sanity
from whyrec.explain.deletion import deletion
from whyrec.explain.exact import event_reasons
from whyrec.explain.lime import lime
from whyrec.explain.shapley import shapley
from whyrec.explain.words import claims, parse, say


def shuffled(data, seed=1):
    return dataclasses.replace(data, item=np.random.default_rng(seed).permutation(data.item))


@pytest.fixture(scope="module")
def world():
    data = random_data(people=80, items=30, events=1000)
    model = registry.model("ease", ridge=10.0).fit(data)
    other = registry.model("ease", ridge=10.0).fit(data)
    other.weights_ = (
        np.random.default_rng(3).permutation(other.weights_.ravel()).reshape(other.weights_.shape)
    )
    queries = data.histories[np.arange(40)]
    items = np.array([int(s.items[0]) for s in api.recommend(model, queries, 1)])

    def spoken(found, query):
        text = say(found, query, data.item_table, clock=False)
        return parse(text) == claims(found, query, data.item_table, clock=False)

    return (
        data,
        model,
        queries,
        items,
        {
            "other": other,
            "shuffled": registry.model("ease", ridge=10.0).fit(shuffled(data)),
            "spoken": spoken,
        },
    )


def run(world, explain):
    data, model, queries, items, more = world
    return {check.name: check for check in sanity(explain, model, queries, items, **more).checks}


@pytest.mark.parametrize("explain", [deletion, shapley, lime], ids=["deletion", "shapley", "lime"])
def test_true_explainers_pass(world, explain):
    found = run(world, explain)
    assert tuple(found) == CHECKS
    assert not [check for check in found.values() if check.passed is False], found


def fault(world, explain, name):
    assert run(world, explain)[name].passed is False, name


def made(weights, query, item, model, additive=False):
    score = float(model.score([query])[0, item])
    return Explanation(item, score, 0.0, event_reasons(weights), 0.0, "made", additive)


def test_a_random_explainer_fails_all_it_should(world):
    rng = np.random.default_rng(0)
    found = run(world, lambda model, query, item: rng.normal(size=len(query)))
    lost = {name for name, check in found.items() if check.passed is False}
    assert {"axioms", "planted", "sign", "random", "one"} <= lost


def test_seeded_faults(world):
    data = world[0]

    def upside_down(model, query, item):
        return -weights_of(deletion(model, query, item), len(query))

    for name in ("planted", "sign", "random", "executed"):
        fault(world, upside_down, name)
    for name in ("model", "labels"):  # never reads the model
        fault(world, cosine(data), name)
    fault(world, lambda model, query, item: np.zeros(len(query)), "axioms")
    state = []

    def moody(model, query, item):
        state.append(1)
        return np.arange(len(query)) * float(len(state))

    fault(world, moody, "one")

    def seeded(model, query, item, *, seed=0):
        return np.random.default_rng(seed).random(len(query))

    fault(world, seeded, "seeds")


def test_a_crash_is_a_failed_check_and_a_refusal_is_none(world):
    model = world[1]

    def breaks(given, query, item):
        if given.score([query]).shape[1] == 12:  # the models with planted weights
            raise IndexError("past the end")
        return weights_of(deletion(given, query, item), len(query))

    def refuses(given, query, item):
        if given.score([query]).shape[1] == 12:
            raise ArgumentError("the model must be an ease", given="a function")
        return weights_of(deletion(given, query, item), len(query))

    _, _, queries, items, _ = world
    for explain, passed in ((breaks, False), (refuses, None)):
        found = {c.name: c for c in sanity(explain, model, queries, items).checks}
        assert found["axioms"].passed is passed and found["planted"].passed is passed
        assert ("IndexError: past the end" in found["axioms"].limit) == (passed is False)


def test_a_fifth_of_wrong_signs_fails(world):
    rng = np.random.default_rng(0)

    def careless(model, query, item):
        right = weights_of(deletion(model, query, item), len(query))
        return right * np.where(rng.random(len(right)) < 0.2, -1, 1)

    fault(world, careless, "sign")


@pytest.mark.parametrize("name", ["ease", "cooccurrence"])
def test_random_reasons_are_never_executed(name):
    """The mean of a few people is above 1 by chance; the interval is not."""
    data = random_data(people=80, items=30, events=1000)
    model = registry.model(name).fit(data)
    queries = data.histories[np.arange(40)]
    items = np.array([int(s.items[0]) for s in api.recommend(model, queries, 1)])
    means = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        found = sanity(
            lambda model, query, item, rng=rng: rng.normal(size=len(query)), model, queries, items
        )
        [check] = [check for check in found.checks if check.name == "executed"]
        means.append(check.figure)
        assert not check.passed
    assert max(means) > 1


def test_two_models_that_are_alike_tell_nothing(world):
    data, model, queries, items, _ = world
    again = registry.model("ease", ridge=11.0).fit(data)
    found = {c.name: c for c in sanity(deletion, model, queries, items, other=again).checks}
    assert found["model"].passed is None and found["model"].figure > 0.9


def test_a_sum_that_does_not_add_up_and_words_that_lie(world):
    data, model, queries, items, more = world

    def careless(model, query, item):
        found = shapley(model, query, item)
        object.__setattr__(found, "rest", 0.5)  # past the check at construction
        return found

    [check] = [
        c
        for c in sanity(careless, model, queries, items, **more).checks
        if c.name == "completeness"
    ]
    assert check.passed is False and check.figure > 0.1
    more = more | {
        "spoken": lambda found, query: (
            parse("Often chosen by others; not based on your activity.")
            == claims(found, query, data.item_table, clock=False)
        )
    }
    [check] = [
        c for c in sanity(deletion, model, queries, items, **more).checks if c.name == "words"
    ]
    assert check.passed is False


def test_the_listing_names_what_failed():
    bad = Report(
        "wild",
        "ease",
        (Check("sign", False, 0.4, ">= 0.7"), Check("one", True, 0.0), Check("words", None)),
    )
    assert failures([bad, Report("good", "ease", (Check("one", True),))]) == {
        "wild": {"ease": ["sign"]}
    }
    assert not Report("numpy", "ease", (Check("planted", np.False_),)).passed
    assert bad.row()["sign"] == "FAIL 0.4" and bad.row()["words"] == "–" and not bad.passed
    assert made([1.0], Query([0]), 1, registry.model("popular").fit(random_data())).reasons == (
        Reason("event", (0,), 1.0),
    )

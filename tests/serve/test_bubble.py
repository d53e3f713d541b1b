"""Widening a list: a term of the score, stored per person, undone by 0; its price is an estimate."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.serve.helpers import served
from whyrec.core import Query
from whyrec.serve.insight.control.bubble import difference


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with served(tmp_path_factory.mktemp("bubble"), rate=1e6, burst=10**6) as one:
        yield one


def wide(made, user, amount):
    return made.json("PATCH", f"/v1/users/{user}/profile", json={"wider": amount})


def terms(answer):
    return {
        row["item"]: term
        for row in answer["items"]
        for term in row["terms"]
        if term["kind"] == "wider"
    }


def test_the_share_by_hand_from_the_models_own_contributions(made):
    """By an independent computation: every cluster of every event, from the scores of single events."""
    found = made.json("GET", "/v1/users/u5/bubble")
    service = made.service
    inputs, live, _ = service.inputs({"user": "u5", "n": 10})
    items = [live.numbers[step[0]] for step in inputs.history]
    listed = [live.numbers[label] for label in found["now"]["items"]]
    from whyrec.core import decompose
    from whyrec.serve.recommend.answer import prepare

    ready = prepare(live, inputs)
    whole = decompose(live.model, ready.query).scores
    rest = [live.model.score([ready.query.only([p for p in range(len(items)) if p != at])])[0]
            for at in range(len(items))]  # fmt: skip
    amounts = [np.maximum(whole - one, 0)[listed].sum() for one in rest]
    near = (live.facts.likeness[items] @ live.facts.likeness[items].T).toarray()
    size = math.ceil(len(items) / 5)
    best = 0.0
    for at in range(len(items)):
        others = sorted(
            (one for one in range(len(items)) if one != at and near[at, one] > 0),
            key=lambda one: (-near[at, one], -amounts[one]),
        )
        best = max(best, sum(amounts[one] for one in [at, *others[: size - 1]]))
    assert found["now"]["share"] == pytest.approx(best / sum(amounts), rel=1e-3)
    assert found["now"]["even"] == size / len(items)
    assert f"{found['now']['share']:.0%} of what speaks for this list" in found["now"]["text"]


def test_widening_is_a_term_that_is_stored_told_and_undone(made):
    before = made.recommend(user="u6", n=10)
    told = made.json("GET", "/v1/users/u6/bubble?wider=0.8")
    assert told["stored"] == 0 and made.recommend(user="u6", n=10)["items"] == before["items"]
    assert wide(made, "u6", 0.8)["wider"] == 0.8
    after = made.recommend(user="u6", n=10)
    assert [row["item"] for row in after["items"]] == told["then"]["items"]
    assert made.json("GET", "/v1/users/u6/bubble")["stored"] == 0.8
    assert made.json("GET", "/v1/users/u6/export")["profile"]["wider"] == 0.8
    assert terms(after) and all(term["weight"] <= 0 for term in terms(after).values())
    for row in after["items"]:
        parts = row["base"] + sum(one["contribution"] for one in row["reasons"]) + row["unlisted"]
        whole = parts + row["rest"] + sum(term["weight"] for term in row["terms"])
        assert whole == pytest.approx(row["score"], abs=1e-5)
    path = f"/v1/recommendations/{after['recommendation_id']}"
    assert made.json("GET", f"{path}/replay")["identical"]
    changed = made.json("GET", f"{path}/changes?since={before['recommendation_id']}")
    assert [step["cause"] for step in changed["steps"] if step["cause"] != "time"] == ["settings"]
    wide(made, "u6", 0)
    again = made.recommend(user="u6", n=10)
    assert [row["item"] for row in again["items"]] == [row["item"] for row in before["items"]]
    assert not terms(again)


def test_the_weight_is_the_share_of_what_the_cluster_adds(made):
    """The model's score with the cluster's events and without them, by scoring twice."""
    told = made.json("GET", "/v1/users/u7/bubble?wider=0.5")
    gone = {one["item"] for one in told["now"]["cluster"]}
    wide(made, "u7", 0.5)
    answer = made.recommend(user="u7", n=30)
    live = made.service.registry.current(made.service.store.counters())
    inputs = made.service.inputs({"user": "u7"})[0]
    from whyrec.serve.recommend.answer import prepare

    query = prepare(live, inputs).query
    left = [at for at, step in enumerate(inputs.history) if step[0] not in gone]
    assert 0 < len(left) < len(query)
    added = live.model.score([query])[0] - live.model.score([query.only(left)])[0]
    assert isinstance(query, Query) and terms(answer)
    for label, term in terms(answer).items():
        weight = -0.5 * max(0.0, float(added[live.numbers[label]]))
        assert term["weight"] == pytest.approx(weight, abs=1e-5)


@pytest.mark.parametrize("user", [f"u{n}" for n in range(10, 30)])
def test_what_the_cluster_adds_to_the_list_never_grows(made, user):
    """The list is the best by score minus its share, so no exchange can add to it."""
    told = made.json("GET", f"/v1/users/{user}/bubble?wider=1")
    if told["now"]["share"] is None:
        pytest.skip("no two choices are alike")
    service = made.service
    inputs, live, _ = service.inputs({"user": user, "n": 10})
    from whyrec.serve.recommend.answer import prepare

    ready = prepare(live, inputs)
    gone = {one["item"] for one in told["now"]["cluster"]}
    cluster = [at for at, step in enumerate(ready.steps) if step[0] in gone]
    added = np.maximum(ready.scores - ready.decomposition.without([cluster])[0], 0)
    before, after = (
        sum(float(added[live.numbers[label]]) for label in told[name]["items"])
        for name in ("now", "then")
    )
    assert after <= before + 1e-5
    assert set(told["came"]) == set(told["then"]["items"]) - set(told["now"]["items"])


def test_the_price_is_counted_by_hand(made):
    """Each person's last choice, held out; u6 and u7 have personal settings, which do not count."""
    told = made.json("GET", "/v1/users/u9/bubble?wider=0.7")["price"]
    service = made.service
    live = service.registry.current(service.store.counters())
    from dataclasses import replace

    from whyrec.forces.force import Force
    from whyrec.serve.recommend.answer import prepare

    counts = {(a, b): 0 for a in (False, True) for b in (False, True)}
    for n in range(60):
        inputs = service.inputs({"user": f"u{n}", "n": 10})[0]
        *earlier, last = inputs.history
        if last[0] in {step[0] for step in earlier}:
            continue
        earlier = tuple((*step[:4], max(step[4] - 1, 0)) for step in earlier)
        asked = replace(inputs, history=earlier, now=last[2], forces=())
        both = [asked, replace(asked, forces=(Force("w", "wider", 0.7),))]
        lists = [prepare(live, one).listing.best(10) for one in both]
        counts[tuple(live.numbers[last[0]] in one for one in lists)] += 1
    people = sum(counts.values())
    assert told["people"] == people
    assert told["lost"] == counts[True, False] and told["gained"] == counts[False, True]
    assert told["without"] == (counts[True, True] + counts[True, False]) / people
    assert told["difference"] == pytest.approx(told["with"] - told["without"])
    assert told["low"] < told["difference"] < told["high"]
    assert f"Of {people} people" in told["text"]


def test_the_interval_by_hand():
    """1 gained and 5 lost of 98: (1.5 - 5.5) / 100 = -.04; sqrt(7 - 16 / 100) / 100 = .026153."""
    low, high = difference(1, 5, 98)
    assert low == pytest.approx(-0.04 - 1.959964 * 0.0261534, abs=1e-5)
    assert high == pytest.approx(-0.04 + 1.959964 * 0.0261534, abs=1e-5)
    low, high = difference(0, 0, 30)
    assert low < 0 < high  # without any difference the interval has a width too


def test_a_person_without_personalisation_or_choices_has_no_bubble(made):
    wide(made, "nobody-yet", 0.5)
    told = made.json("GET", "/v1/users/nobody-yet/bubble?lang=zh")
    assert told["now"]["share"] is None and "无法衡量" in told["now"]["text"]
    made.json("PATCH", "/v1/users/u8/profile", json={"wider": 1, "personalised": False})
    assert not terms(made.recommend(user="u8", n=10))
    assert made.json("GET", "/v1/users/u8/bubble")["price"] is None


@pytest.mark.parametrize("value", [-0.1, 1.1, "much"])
def test_only_a_share_is_taken(made, value):
    assert made.call("PATCH", "/v1/users/u6/profile", json={"wider": value}).status_code == 422
    assert made.call("GET", f"/v1/users/u6/bubble?wider={value}").status_code == 422

"""Models of every kind behind the service: what is said of a reason is what the whole model does without it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.models.test_sequence import SMALL as SEQUENCE
from tests.serve.helpers import film_data, served
from tests.serve.test_service import adds_up
from whyrec import registry, storage
from whyrec.explain.tested import passed

LARGE = {"model": "sequence"} | SEQUENCE | {"epochs": 4}
KINDS = {
    "fused": {"large": LARGE, "glass": {"model": "additive", "mix": {}}},
    "sequence": LARGE | {"model": None},
    "als": {"embedding_size": 8},
    "tree": {},
    "graph": {},
}


@pytest.fixture(scope="module", params=sorted(KINDS))
def kind(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    config = {name: value for name, value in KINDS[request.param].items() if value is not None}
    data, model = film_data(), registry.model(request.param, **config).fit(film_data())
    if request.param == "fused":
        model.share_ = 0.6  # so small a large model would not be given a share
    with served(folder, model=storage.save(folder / "m", model, data, name=request.param)) as made:
        yield made


def test_reasons_add_up_and_did_what_they_say(kind):
    data, live = film_data(), kind.service.registry.current(kind.service.store.counters())
    model, shown, moved = live.model, 0, []
    for user in [f"u{n}" for n in range(0, 60, 6)]:
        history = data.history(user)
        for item in kind.recommend(user=user, n=5)["items"]:
            assert adds_up(item), item
            number = int(item["item"][1:])
            for reason in (
                r for r in item["reasons"] if r["code"] in ("event", "path") and r["evidence"]
            ):
                position = [f"i{n}" for n in history.items].index(reason["evidence"]["item"])
                before, after = (
                    model.score([history])[0],
                    model.score([history.without([position])])[0],
                )
                fall = float(before[number] - after[number])
                assert fall > 0
                if (
                    reason["code"] == "event"
                ):  # of a path through an event, other paths from it fall too
                    moved.append(abs(fall - reason["contribution"]) > 1e-4)
                shown += 1
            if item["removed"] and live.name != "graph":  # of links more than events is taken away
                gone = [
                    p
                    for p, n in enumerate(history.items.tolist())
                    if f"i{n}" in item["removed"]["items"]
                ]
                after = model.score([history.without(gone)])[0]
                after[history.items] = -np.inf
                before_it = int(
                    (after > after[number]).sum() + (after[:number] == after[number]).sum()
                )
                assert (
                    abs(item["removed"]["rank_after"] - 1 - before_it) <= 1
                )  # two may differ by rounding alone
    if live.name != "tree":  # it asks whole histories: single events may move nothing
        assert shown
    assert any(moved) == (
        live.name == "fused"
    )  # there alone a contribution is not all that the removal takes away


def test_events_that_were_not_left_out_are_neither_reasons_nor_counted():
    effects = np.array([[np.nan], [3.0], [1.0]])
    found = passed(effects, np.array([5.0], np.float32))
    assert found.passed.ravel().tolist() == [False, True, False]
    assert found.times[1, 0] == pytest.approx(3.0)  # the other one that was measured took 1 away


def test_a_new_item_with_text_is_recommended_at_once_and_the_answer_replays(kind):
    live = kind.service.registry.current(kind.service.store.counters())
    made = kind.json(
        "PUT", "/v1/items/new", json={"title": "Film 7 returns", "categories": ["War"]}
    )
    assert made["recommendable"] == hasattr(live.model, "extend"), made
    got = kind.recommend(user="u6", n=100, filter={"only_items": ["new", "i3"]})
    assert ("new" in [item["item"] for item in got["items"]]) == made["recommendable"]
    assert kind.json("GET", f"/v1/recommendations/{got['recommendation_id']}/replay")["identical"]

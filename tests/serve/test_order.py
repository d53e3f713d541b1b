"""The service over data without an order: later events have times, and still nothing is more recent than anything else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.serve.helpers import film_data, fitted_folder, served
from whyrec import storage
from whyrec.core import recommend
from whyrec.serve.import_export import to_dataset
from whyrec.serve.recommend.answer import prepare
from whyrec.serve.versions.retrain import retrain

LATER = 1_700_000_000 + 86_400 * 50


@pytest.fixture
def unordered(tmp_path):
    data = film_data().without_order()
    with served(
        tmp_path,
        model=fitted_folder(
            tmp_path / "m", data=data, components=("ease", "transitions"), mix=None
        ),
    ) as service:
        yield service, data


def test_later_events_are_no_more_recent_and_lists_are_those_of_the_command_line(
    unordered, tmp_path
):
    service, data = unordered
    service.event("new", "u3", "i30", ts=LATER)
    inputs, live, _ = service.service.inputs({"user": "u3"})
    query = prepare(live, inputs).query
    assert live.data.order == "none" and len(query) == len(data.history("u3")) + 1
    assert not query.events_ago.any() and not query.times.any()
    listed = [row["item"] for row in service.recommend(user="u4", n=5)["items"]]
    fitted = storage.open_fitted(tmp_path / "m")
    assert listed == [
        data.items[i] for i in recommend(fitted.model, [fitted.data.history("u4")], k=5)[0].items
    ]
    session = service.recommend(session=["i1", "i2", "i9"], n=5)
    turned = service.recommend(session=["i9", "i2", "i1"], n=5)
    assert [row["item"] for row in session["items"]] == [row["item"] for row in turned["items"]]
    told = [
        reason["evidence"]
        for row in session["items"]
        for reason in row["reasons"]
        if reason["evidence"]
    ]
    assert told and all(one["time"] is None for one in told)


def test_training_again_takes_later_choices_in_without_an_order(unordered):
    service, data = unordered
    for n in range(40):
        own = set(data.history(f"u{n}").items.tolist())
        new = next(i for i in range(n % 30, 40) if i not in own)
        service.event("next", f"u{n}", f"i{new}", ts=LATER + n)
    store, registry = service.service.store, service.service.registry
    stored = to_dataset(store, like=data)
    assert stored.order == "none" and not stored.time.any() and len(stored) == len(data) + 40
    found = retrain(store, registry, 5)
    assert found.people == 40
    version = (
        found.version or service.service.registry.current(service.service.store.counters()).version
    )
    if found.version:
        assert (
            registry.trained_to(version) == LATER + 39
        )  # else its own events would judge it next time
        assert registry.other(version).data.order == "none"


def test_people_with_one_time_have_equal_steps_as_in_the_data(tmp_path):
    data = film_data()
    tied = data.user == 7
    time = np.where(tied, data.time[0], data.time)
    at = np.argsort(time, kind="stable")
    data = replace(data, user=data.user[at], item=data.item[at], time=time[at])
    with served(tmp_path, model=fitted_folder(tmp_path / "m", data=data)) as service:
        for user in ("u7", "u8"):
            inputs, live, _ = service.service.inputs({"user": user})
            assert (
                prepare(live, inputs).query.events_ago.tolist()
                == data.history(user).events_ago.tolist()
            )
        assert not data.history("u7").events_ago.any() and data.history("u8").events_ago.any()


def test_the_card_of_a_model_without_order_names_no_ages(unordered):
    service, _ = unordered
    card = service.json("GET", "/v1/card", "auditor")
    parts = {row["part"] for row in card["parameters"]}
    assert card["ages"] == [] and "together" in parts and not parts & {"order", "learned"}
    assert sum(row["share"]["mean"] for row in card["parameters"]) == pytest.approx(1)


def test_quality_is_measured_by_a_random_share(unordered):
    from whyrec.serve.insight.quality import next_item

    service, _ = unordered
    version = service.service.registry.current(service.service.store.counters()).version
    found = next_item(service.service, version, lambda share: None)
    assert "one choice of each person at random" in str(found) and "'people': 60" in str(found)

"""Model versions: what may serve, how one takes another's place, and how it is trained again."""

from __future__ import annotations

import json
import shutil
import threading
import time

import numpy as np
import pytest

from tests.serve.helpers import film_data, fitted_folder
from tests.waiting import wait_for
from whyrec.core import ArgumentError, BadArtefact
from whyrec.serve.service import Service
from whyrec.serve.settings import Settings
from whyrec.serve.versions.registry import version_of
from whyrec.serve.versions.retrain import retrain


def add(made, folder, model="cooccurrence", **config):
    return made.service.registry.add(fitted_folder(folder, model, **config), 5)


def test_promote_and_rollback_are_bit_identical(on_each, tmp_path):
    first = on_each.recommend(user="u1")
    version = add(on_each, tmp_path / "new")
    assert on_each.json("POST", f"/v1/models/{version}:promote")["active"] == version
    second = on_each.recommend(user="u1")
    assert second["model"] == version and second["items"] != first["items"]
    back = on_each.json("POST", f"/v1/models/{version}:rollback")["active"]
    assert back == first["model"] and on_each.recommend(user="u1")["items"] == first["items"]
    assert on_each.json("GET", f"/v1/recommendations/{second['recommendation_id']}/replay")[
        "identical"
    ]
    states = {row["version"]: row["state"] for row in on_each.json("GET", "/v1/models")["models"]}
    assert states == {first["model"]: "active", version: "retired"}
    assert on_each.call("POST", f"/v1/models/{version}:rollback").status_code == 409
    assert on_each.call("POST", "/v1/models/none:promote").status_code == 404


def test_a_version_holds_no_person(here, tmp_path):
    folder = here.settings.models_folder / here.service.registry.serving
    whole = b"".join(path.read_bytes() for path in folder.iterdir())
    assert (
        b'"u1"' not in whole
        and json.loads((folder / "manifest.json").read_text())["histories"] is False
    )


def damage(folder, how):
    manifest = json.loads((folder / "manifest.json").read_text())
    array = folder / next(
        entry["file"]
        for name, entry in manifest["files"].items()
        if name.startswith("model.") and name.endswith(".npy")
    )
    if how == "flipped bit":
        data = bytearray(array.read_bytes())
        data[-1] ^= 1
        array.write_bytes(bytes(data))
    elif how == "cut short":
        array.write_bytes(array.read_bytes()[:-10])
    elif how == "file gone":
        array.unlink()
    elif how == "other manifest":
        manifest["name"] = "popular"
        (folder / "manifest.json").write_text(json.dumps(manifest))
    else:
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    "how", ["flipped bit", "cut short", "file gone", "other manifest", "folder gone"]
)
def test_a_damaged_candidate_never_serves(here, tmp_path, how):
    before = here.recommend(user="u1")
    version = add(here, tmp_path / "new")
    damage(here.settings.models_folder / version, how)
    refused = here.call("POST", f"/v1/models/{version}:promote")
    assert refused.status_code == 409 and refused.json()["detail"]
    after = here.recommend(user="u1")
    assert after["model"] == before["model"] and after["items"] == before["items"]


def test_a_model_that_scores_nonsense_never_serves(here, tmp_path):
    folder = tmp_path / "bad"
    data = film_data()
    from whyrec import storage
    from whyrec.registry import model as make_model

    model = make_model("popular").fit(data)
    model.base_ = np.full_like(model.base_, np.nan)
    storage.save(folder, model, data, name="popular")
    version = here.service.registry.add(folder, 5)
    assert here.call("POST", f"/v1/models/{version}:promote").status_code == 409
    with pytest.raises(BadArtefact, match="finite numbers"):
        here.service.registry.checked(version)


def test_swapping_under_load_fails_no_request(here, tmp_path):
    old, new = here.service.registry.serving, add(here, tmp_path / "new")
    answers, stop = [], threading.Event()

    def ask():
        while not stop.is_set():
            answers.append(here.call("POST", "/v1/recommendations", json={"user": "u1"}))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for version in (new, old) * 4:
        here.json("POST", f"/v1/models/{version}:promote")
        time.sleep(0.05)
    stop.set()
    for thread in threads:
        thread.join()
    assert len(answers) > 20 and {answer.status_code for answer in answers} == {200}
    lists = {}
    for answer in answers:
        lists.setdefault(answer.json()["model"], []).append(answer.json()["items"])
    assert set(lists) == {old, new}
    assert all(one == group[0] for group in lists.values() for one in group), (
        "a list was made of two models"
    )


def test_other_processes_follow_and_stay_where_the_new_model_is_damaged(here, tmp_path):
    second = Service(Settings(store=here.settings.store, models=here.settings.models, refresh=0.05))
    second.start()
    try:
        ask = {"user": "u1", "n": 3}
        before = json.loads(second.recommend(ask, "k"))
        here.event("new", "u1", before["items"][0]["item"])
        seen = json.loads(second.recommend(ask, "k"))  # its memory of u1 is older than the event
        assert before["items"][0]["item"] not in [item["item"] for item in seen["items"]]
        here.json("PATCH", "/v1/items/" + seen["items"][0]["item"], json={"hidden": True})
        hidden = json.loads(second.recommend(ask, "k"))
        assert seen["items"][0]["item"] not in [item["item"] for item in hidden["items"]]
        version = add(here, tmp_path / "new")
        here.json("POST", f"/v1/models/{version}:promote")
        wait_for(lambda: second.registry.serving == version, "the promotion")
        assert json.loads(second.recommend(ask, "k"))["model"] == version
        third = add(here, tmp_path / "third", "knn")
        here.json("POST", f"/v1/models/{third}:promote")
        damage(here.settings.models_folder / third, "flipped bit")
        fourth = Service(Settings(store=here.settings.store, models=here.settings.models))
        with pytest.raises(BadArtefact):
            fourth.start()
        fourth.close()
    finally:
        second.close()


def test_experiments_split_people_for_good_and_count_what_they_chose(on_each, tmp_path):
    old, new = on_each.service.registry.serving, add(on_each, tmp_path / "new")
    arms = [{"name": "a", "model": old}, {"name": "b", "model": new}]
    on_each.json("PUT", "/v1/experiments/try", json={"variants": arms})
    first = {f"u{n}": on_each.recommend(user=f"u{n}", n=3) for n in range(40)}
    assert {body["variant"] for body in first.values()} == {"try:a", "try:b"}
    assert all((body["variant"] == "try:a") == (body["model"] == old) for body in first.values())
    for user, body in first.items():
        assert on_each.recommend(user=user)["variant"] == body["variant"]
        if body["variant"] == "try:b":
            on_each.event(
                "c", user, body["items"][0]["item"], recommendation_id=body["recommendation_id"]
            )
    told = on_each.json("GET", "/v1/experiments/try/outcome")
    a, b = told["arms"]
    assert a["people"] + b["people"] == 40 and a["chose"] == 0 and b["chose"] == b["people"]
    assert told["differences"][0]["difference"] == 1 and told["differences"][0]["low"] > 0.5
    assert on_each.call("PUT", "/v1/experiments/second", json={"variants": arms}).status_code == 409
    on_each.json("PUT", "/v1/experiments/try", json={"variants": arms, "active": False})
    assert on_each.recommend(user="u1")["variant"] is None
    assert (
        on_each.call(
            "PUT", "/v1/experiments/x", json={"variants": [arms[0], {"name": "c", "model": "no"}]}
        ).status_code
        == 404
    )


def test_training_again_takes_in_what_came_since_and_keeps_nothing_worse(on_each):
    store, registry = on_each.service.store, on_each.service.registry
    with pytest.raises(ArgumentError, match="20 people must have chosen.*got 0 people"):
        retrain(store, registry, 5)
    later = 1_700_000_000 + 86_400 * 50
    data = film_data()
    for n in range(40):  # each goes on as the world does: the item after the last
        last = int(data.history(f"u{n}").items[-1])
        on_each.event("next", f"u{n}", f"i{(last + 1) % 40}", ts=later + n)
    on_each.json("PUT", "/v1/items/i99", json={"title": "New"})
    on_each.event("odd", "u50", "i99", ts=later)
    found = retrain(store, registry, 5)
    assert found.version and found.people == 40 and found.difference.high >= 0
    live = registry.promote(found.version)
    assert "i99" in live.numbers
    assert on_each.recommend(user="u1")["model"] == found.version


def test_a_worse_model_is_not_kept(here, tmp_path, monkeypatch):
    data = film_data()
    for n in range(40):
        last = int(data.history(f"u{n}").items[-1])
        here.event("next", f"u{n}", f"i{(last + 1) % 40}", ts=1_700_000_000 + 86_400 * 50 + n)
    from whyrec.registry import model as make_model
    from whyrec.serve.versions import retrain as module

    monkeypatch.setattr(module, "refit", lambda live, data, seed: make_model("popular").fit(data))
    found = retrain(here.service.store, here.service.registry, 5)
    assert found.version is None and found.difference.high < 0
    assert len(here.json("GET", "/v1/models")["models"]) == 1


def test_versions_are_named_by_what_is_in_them(tmp_path):
    one, two = fitted_folder(tmp_path / "a"), fitted_folder(tmp_path / "b")
    assert version_of(one) == version_of(two)
    with pytest.raises(BadArtefact, match="no model folder"):
        version_of(tmp_path / "c")


def test_batches_are_what_single_lists_are(on_each):
    job = on_each.json(
        "POST", "/v1/batch/recommendations", "service", json={"users": ["u1", "nobody"], "n": 3}
    )

    def over():
        found = on_each.json("GET", f"/v1/batch/{job['job_id']}", "service")
        return found if found["state"] == "done" else None

    found = wait_for(over, "the batch")
    assert [row["user"] for row in found["results"]] == ["u1", "nobody"]
    single = on_each.recommend(user="u1", n=3, explain=False)
    assert found["results"][0]["items"] == single["items"]
    assert on_each.call("GET", f"/v1/batch/{job['job_id']}", "other").status_code == 404

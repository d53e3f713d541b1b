"""Workflows that make models: fit, compare, tune, update, forget, extend, compress, fuse."""

from __future__ import annotations

import json
import tomllib

import numpy as np
import pytest

from whyrec import api, storage, workflows
from whyrec.core import ArgumentError
from whyrec.core.progress import silent
from whyrec.models.linear.ease import EASE


def test_fit_is_the_model_fitted_by_hand(data, events, is_json, tmp_path):
    lines = []

    def progress(text):
        lines.append(text)
        return silent(text)

    found = workflows.fit(data, "ease", tmp_path / "m", config={"ridge": 3.0}, progress=progress)
    assert (found.users, found.items, found.events) == (
        len({user for user, _ in events}),
        len({item for _, item in events}),
        len(set(events)),
    )
    assert lines == [f"reading {data}", "fitting ease"]
    own = EASE(ridge=3.0).fit(api.load(data))
    query = found.fitted.data.history("p3")
    np.testing.assert_allclose(found.fitted.model.score([query]), own.score([query]), rtol=1e-5)
    (tmp_path / "c.toml").write_text("ridge = 3.0\n")
    command = ["fit", "--data", data, "--model", "ease", "--config", tmp_path / "c.toml"]
    is_json(found, *command, "--out", tmp_path / "m")


def test_a_dataset_is_taken_as_it_is(data, tmp_path):
    films = api.load(data, k_core=2)
    found = workflows.fit(films, "popular", tmp_path / "m")
    assert found.steps == [] and found.events == len(films)
    with pytest.raises(ArgumentError, match="a Dataset is read already; got k_core"):
        workflows.fit(films, "popular", tmp_path / "n", k_core=2)
    with pytest.raises(ArgumentError, match="--log goes with a model that trains step by step"):
        workflows.fit(tmp_path / "nowhere", "popular", tmp_path / "n", log=tmp_path)


def test_compare_gives_the_hit_rate_that_counting_gives(data, is_json):
    found = workflows.compare(data, ["popular", "ease"], "next-item", keep=["ease"])
    train, test = found.split.train, found.split.test
    counts = np.bincount(train.item, minlength=train.n_items)
    hits = []
    for at in range(len(test)):
        left = counts.astype(float)
        left[test.queries[at].items] = -1
        order = sorted(range(train.n_items), key=lambda item: (-left[item], item))
        hits.append(int(test.items[test.indptr[at]]) in order[:10])
    row = found.rows[0]
    assert row["model"] == "popular"
    assert row["metrics"]["hr@10"]["mean"] == pytest.approx(np.mean(hits), abs=1e-5)
    assert found.best == "ease" and list(found.models) == ["ease"]
    means = [found.measured[name]["ndcg@10"].values for name in ("ease", "popular")]
    [difference] = found.differences()
    assert difference["difference"]["mean"] == pytest.approx(np.mean(means[0] - means[1]))
    frame = found.to_polars()
    assert frame["model"].to_list() == ["popular", "ease"]
    assert frame["metrics.hr@10.mean"][0] == row["metrics"]["hr@10"]["mean"]
    is_json(found, "compare", "--data", data, "--models", "popular,ease")


def test_tune_tries_settings_and_keeps_the_best(data, is_json, tmp_path):
    pytest.importorskip("optuna")
    out = tmp_path / "best.toml"
    found = workflows.tune(data, "ease", tmp_path / "s.db", out, trials=2)
    best = max(found.trials, key=lambda row: row["value"])
    assert found.best["number"] == best["number"]
    assert tomllib.loads(out.read_text()) == found.best["settings"] == best["settings"]
    (tmp_path / "s.db").unlink()
    command = ["tune", "--data", data, "--model", "ease", "--store", tmp_path / "s.db"]
    is_json(found, *command, "--out", out, "--trials", 2)


def test_update_is_a_fit_on_all_events(data, events, ease, is_json, tmp_path):
    new = tmp_path / "new"
    new.mkdir()
    (new / "events.csv").write_text(
        "user,item,time\nnobody,i4,1800000000\nnobody,i5,1800000001\np1,i3,1800000002\n"
    )
    found = workflows.update(ease, new, tmp_path / "m", check=True)
    assert (found.new_events, found.new_users, found.new_items) == (3, 1, 0)
    assert found.events == len({*events, ("nobody", "i4"), ("nobody", "i5"), ("p1", "i3")})
    assert found.difference < 1e-5
    whole = storage.open_fitted(tmp_path / "m")
    own = EASE().fit(whole.data)
    np.testing.assert_allclose(
        whole.model.score(whole.data.histories), own.score(whole.data.histories), atol=1e-5
    )
    is_json(found, "update", ease, "--data", new, "--out", tmp_path / "m", "--check")


def test_forget_takes_people_and_their_events_out(events, ease, is_json, tmp_path):
    found = workflows.forget(ease, ["p1", "p2"], tmp_path / "m", check=True)
    gone = {event for event in events if event[0] in ("p1", "p2")}
    assert (found.people, found.events, found.how) == (2, len(gone), "exact")
    assert found.difference < 1e-5
    rest = storage.open_fitted(tmp_path / "m").data
    assert not {"p1", "p2"} & set(rest.users) and len(rest) == len(set(events) - gone)
    is_json(found, "forget", ease, "--users", "p1,p2", "--out", tmp_path / "m", "--check")


def test_extend_adds_items_by_their_text(large, is_json, tmp_path):
    table = tmp_path / "new.csv"
    table.write_text("item,title,genres\nn1,Film 99,Drama\nn2,,\n")
    found = workflows.extend(large, table, tmp_path / "m")
    assert (found.added, found.items, found.without_text) == (2, 14, 1)
    assert storage.open_fitted(tmp_path / "m").data.items[-2:] == ("n1", "n2")
    is_json(found, "add", large, "--items", table, "--out", tmp_path / "m")


def test_compress_keeps_the_smallest_form(large, is_json, tmp_path, capsys):
    pytest.importorskip("onnx")
    given = {"max_loss": 0.9, "epochs": 1, "people": 60}
    found = workflows.compress(large, tmp_path / "m", **given)
    assert found.steps[0]["name"] == "large" and found.steps[0]["loss"]["mean"] == 0
    assert found.chosen == found.steps[-1]["name"] and found.people == 60
    assert storage.open_fitted(tmp_path / "m").header["name"] == "compact"
    assert found.to_polars()["name"].to_list() == [row["name"] for row in found.steps]
    command = ["compress", large, "--out", tmp_path / "m", "--max-loss", 0.9, "--epochs", 1]
    is_json(found, *command, "--people", 60)


def test_fuse_draws_the_curve_and_keeps_the_model(data, is_json, tmp_path):
    pytest.importorskip("torch")
    settings = {
        "tune_on": 30,
        "glass": {"model": "additive", "components": ["ease", "transitions"]},
        "large": {
            "model": "sequence",
            "text": "",
            "width": 8,
            "heads": 2,
            "blocks": 1,
            "length": 20,
            "epochs": 1,
        },
    }
    found = workflows.fuse(data, tmp_path / "f", settings)
    glass = next(point for point in found.points if point["dial"] == 1)
    assert glass["explained"]["mean"] == 1 and glass["minus_glass"]["mean"] == 0
    assert json.loads((tmp_path / "f" / "curve.json").read_text())["points"] == found.points
    assert storage.open_fitted(found.model).header["name"] == "fused"
    (tmp_path / "c.toml").write_text(
        'tune_on = 30\n[glass]\nmodel = "additive"\nparts = ["ease", "transitions"]\n[large]\n'
        'model = "sequence"\ntext = ""\nwidth = 8\nheads = 2\nblocks = 1\nlength = 20\nepochs = 1\n'
    )
    command = ["fuse", "--data", data, "--config", tmp_path / "c.toml", "--out", tmp_path / "f"]
    is_json(found, *command)

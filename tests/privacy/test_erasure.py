"""People taken out: the model is the one that a fit without them gives, and nothing of theirs is left in the data."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from typer.testing import CliRunner

from tests.test_conformance import SMALL
from tests.toys import listed, random_data
from whyrec import api, registry, storage, workflows
from whyrec.cli.app import app
from whyrec.core import ArgumentError, Dataset, artefact
from whyrec.privacy.erasure import Forgetful, receipt, without
from whyrec.workflows.forget import difference_to

COUNTED = {"components": ("ease", "transitions")}


@given(st.sets(st.integers(0, 59), min_size=1, max_size=20), st.integers(0, 50))
@settings(max_examples=25, deadline=None)
def test_ease_forgets_exactly(people, seed):
    data, gone = random_data(seed=seed), np.array(sorted(people))
    fitted = registry.model("ease", ridge=5.0).fit(data)
    made, again = (
        fitted.forget(data, gone),
        registry.model("ease", ridge=5.0).fit(without(data, gone)),
    )
    np.testing.assert_allclose(made.weights_, again.weights_, atol=1e-6)
    np.testing.assert_allclose(made.diagonal_, again.diagonal_, rtol=1e-5)


def test_one_after_the_other_is_all_at_once():
    data = random_data(seed=3)
    model = registry.model("ease", ridge=5.0).fit(data)
    at_once = model.forget(data, np.array([4, 9, 17]))
    for person in (4, 9, 17):
        model = model.forget(data, np.array([person]))
    np.testing.assert_allclose(model.weights_, at_once.weights_, atol=1e-6)


def test_the_glass_box_forgets_with_the_mix_it_has():
    data, gone = api.load("films"), np.array([3, 7, 400])
    fitted = registry.model("additive", **COUNTED).fit(data)
    made = fitted.forget(data, gone)
    again = registry.model(
        "additive", **COUNTED, mix=fitted.mix_, ridge=fitted.ridge_, min_support=fitted.min_support_
    ).fit(without(data, gone))
    again.take_weights(fitted)
    some = data.histories[:50]
    size = np.abs(again.score(some)).max()
    assert np.abs(made.score(some) - again.score(some)).max() < 1e-5 * size
    assert (
        np.abs(fitted.score(some) - again.score(some)).max() > 1e-3 * size
    )  # it had something to forget


def two_circles(bridge=True):
    """Items 0 to 4 and 5 to 9, each chosen by people of its own; the last person chose one of both and one of nobody's."""
    rng = np.random.default_rng(0)
    rows = [(u, i) for u in range(40) for i in rng.permutation(5)[:3] + 5 * (u % 2)]
    rows += [(40, 2), (40, 7), (40, 10)] if bridge else []
    user, item = np.array(rows).T
    return Dataset(
        user,
        item,
        np.ones(len(user)),
        1_700_000_000 + np.arange(len(user)),
        [f"u{n}" for n in range(41)],
        [*(f"i{n}" for n in range(10)), "hiv-test-kit"],
    )


@pytest.mark.parametrize("model", ["ease", "additive"])
def test_a_weight_that_only_they_made_is_exactly_zero(model):
    """Algebra alone leaves 1e-9 there, which a fit without them never has."""
    data, gone = two_circles(), np.array([40])
    settings = {"ease": {"ridge": 5.0}, "additive": COUNTED | {"mix": {}}}[model]
    fitted = registry.model(model, **settings).fit(data)
    table = "weights_" if model == "ease" else "ease_"
    made, again = (
        fitted.forget(data, gone),
        registry.model(model, **settings).fit(without(data, gone)),
    )
    ours, theirs = (np.asarray(getattr(one, table)) for one in (made, again))
    assert (np.asarray(getattr(fitted, table))[:5, 5:10] != 0).any()
    np.testing.assert_array_equal(ours != 0, theirs != 0)
    assert not ours[:5, 5:].any() and not ours[10].any() and not ours[:, 10].any()
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize(
    ("model", "settings", "how", "kept"),
    [
        ("ease", {"ridge": 5.0}, "exact", ["min_support"]),
        ("ease", {"min_support": 2}, "exact", []),
        ("additive", COUNTED, "exact", ["mix", "ridge", "min_support"]),
        ("additive", COUNTED | {"mix": {}, "ridge": 50.0, "min_support": 0}, "exact", []),
        ("cooccurrence", {}, "fitted again", []),
        ("sequential-rules", {}, "exact", []),
        ("pctm", {}, "exact", ["tau", "query_decay"]),
        ("pctm", {"gap_rate": 1.0, "tau": 20.0, "query_decay": 0.6, "tail": 0.2, "popularity": 0.1}, "exact", []),
        ("knn", {}, "fitted again", []),
    ],
)  # fmt: skip
def test_an_item_that_only_they_chose_goes_with_them(tmp_path, model, settings, how, kept):
    data = two_circles()
    fitted = registry.model(model, **settings).fit(data)
    storage.save(tmp_path / "m", fitted, data, name=model)
    told = workflows.forget(tmp_path / "m", "u40", tmp_path / "m2", check=True)
    assert (told.how, told.items) == (how, 1) and told.difference < 1e-5
    assert set(kept) <= set(told.kept) and bool(kept) == bool(told.kept)
    left = storage.open_fitted(tmp_path / "m2")
    assert left.data.items == tuple(f"i{n}" for n in range(10)) and left.data.n_users == 40
    again = registry.model(model, **left.header["config"]).fit(left.data)
    shapes = [
        {name: array.shape for name, array in artefact.model_parts(one)[0].items()}
        for one in (left.model, again)
    ]
    assert shapes[0] == shapes[1]
    files = [path.read_bytes() for path in (tmp_path / "m2").rglob("*") if path.is_file()]
    assert b"hiv-test-kit" not in b"".join(files) and b"u40" not in b"".join(files)
    said = "\n".join(str(block) for block in told.blocks())
    assert "which went too: 1" in said and ("kept as the fit chose it" in said) == bool(kept)
    assert all(name in said for name in kept)


def test_items_of_a_catalogue_and_items_that_nobody_had_stay(tmp_path):
    """Their labels tell of nobody."""
    data = two_circles()
    for n, part in enumerate((listed(data), data.select(data.item != 10))):
        storage.save(tmp_path / f"m{n}", registry.model("ease").fit(part), part, name="ease")
        told = workflows.forget(tmp_path / f"m{n}", "u40", tmp_path / f"x{n}")
        assert told.items == 0 and storage.open_fitted(tmp_path / f"x{n}").data.n_items == 11


def test_what_was_learned_is_not_said_to_be_forgotten():
    data = random_data()
    model = registry.model(
        "additive",
        mix={"learned": 0.5},
        learned={"text": None, "heads": 2, "head_dims": 4, "length": 20, "epochs": 1},
    ).fit(data)
    with pytest.raises(ArgumentError, match="learned"):
        model.forget(data, np.array([1]))
    assert isinstance(model, Forgetful) and not isinstance(registry.model("knn"), Forgetful)


def test_nothing_of_a_person_is_left_in_the_data():
    data = random_data()
    rest = without(data, np.array([5]))
    assert rest.n_users == data.n_users - 1 and data.users[5] not in rest.users
    assert len(rest) == len(data) - (data.user == 5).sum()
    for label in rest.users:
        np.testing.assert_array_equal(rest.history(label).items, data.history(label).items)
    with pytest.raises(ArgumentError, match="numbers"):
        without(data, np.array([60]))


def test_the_receipt_says_how_much_and_not_whom():
    data = random_data()
    rest = without(data, np.array([5]))
    said = receipt(data, rest, np.array([5]), how="exact")
    assert (
        said["people"] == 1
        and said["events"] == (data.user == 5).sum()
        and said["data_after"] == rest.hash
    )
    assert data.users[5] not in [str(value) for value in said.values()]


@pytest.mark.parametrize(
    "model, config, how",
    [("additive", {"components": ["ease", "transitions"]}, "exact"), ("knn", {}, "fitted again")],
)
def test_the_command_writes_a_model_without_them(tmp_path, model, config, how):
    data = replace(random_data(), users=[f"person-{n:02d}-of-60" for n in range(60)])
    storage.save(tmp_path / "m", registry.model(model, **config).fit(data), data, name=model)
    (tmp_path / "people").write_text(f"{data.users[2]}\n{data.users[8]}\n")
    run = CliRunner().invoke(
        app,
        [
            "forget",
            str(tmp_path / "m"),
            "--users",
            str(tmp_path / "people"),
            "--out",
            str(tmp_path / "m2"),
            "--check",
            "--json",
        ],
    )
    assert run.exit_code == 0, run.output
    told = json.loads(run.stdout)
    assert told["people"] == 2 and told["how"] == how and told["difference"] < 1e-5
    left = storage.open_fitted(tmp_path / "m2")
    assert data.users[2] not in left.data.users and left.data.n_users == 58
    assert data.users[2].encode() not in b"".join(
        path.read_bytes() for path in (tmp_path / "m2").rglob("*") if path.is_file()
    )


def test_the_command_names_what_it_lacks(tmp_path):
    data = random_data()
    storage.save(tmp_path / "m", registry.model("ease").fit(data), data, name="ease")
    storage.save(
        tmp_path / "bare", registry.model("ease").fit(data), data, name="ease", histories=False
    )
    for folder, users in (("m", "nobody"), ("m", " , "), ("bare", data.users[0])):
        run = CliRunner().invoke(
            app,
            ["forget", str(tmp_path / folder), "--users", users, "--out", str(tmp_path / "out")],
        )
        assert run.exit_code != 0 and not (tmp_path / "out").exists()


def test_a_model_without_the_setting_min_support_is_fitted_again_without_it():
    """The learned network inherits the number that it was fitted with, 0, but cannot be given one."""
    data, settings = random_data(), SMALL["lowrank"]
    model = registry.model("lowrank", **settings).fit(data)
    header = {"name": "lowrank", "config": settings, "seed": 0}
    assert difference_to(storage.Fitted(model, data, header), model, data) == 0

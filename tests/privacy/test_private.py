"""Private EASE: the noise is as large as its proof asks for, each sum moves no further than said, and the cleaning works."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from typer.testing import CliRunner

from tests.toys import random_data, titled_data
from whyrec import api, registry, storage
from whyrec.cli.app import app
from whyrec.core import ArgumentError
from whyrec.models.linear.terms import user_item
from whyrec.models.private import private
from whyrec.privacy.accountant import Release, epsilon


@pytest.mark.parametrize("target, delta", [(0.5, 1e-6), (4.0, 4e-8), (16.0, 1e-5)])
def test_the_noise_is_what_both_libraries_say(target, delta):
    noise = private.gaussian_noise(target, delta)
    for accountant in ("pld", "prv"):
        assert epsilon([Release(noise)], delta, accountant) == pytest.approx(
            target, rel=0.02, abs=0.011
        )  # prv errs by 0.01 upwards


def test_a_fit_states_releases_that_cost_together_what_was_asked():
    model = registry.model("private", epsilon=3.0, delta=1e-6).fit(random_data())
    told = model.privacy_
    releases = [Release(one["noise"] / one["sensitivity"]) for one in told["releases"]]
    assert epsilon(releases, told["delta"]) == pytest.approx(3.0, rel=0.01)
    assert told["unit"] == "person" and told["people"] == 60


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_one_person_moves_each_sum_by_no_more_than_said(seed):
    """Without noise, the sums with and without a person: the counts within 1, the gram's upper triangle, its diagonal over
    sqrt(2), at sqrt(1/2) exactly, whatever the person chose."""
    rng = np.random.default_rng(seed)
    people = user_item(random_data(seed=seed % 1000))
    rows = people[rng.permutation(people.shape[0])[: 2 + seed % 20]]
    counts = [np.asarray(private._equal(part).sum(0)).ravel() for part in (rows, rows[1:])]
    assert np.linalg.norm(counts[0] - counts[1]) <= 1 + 1e-9
    difference = np.subtract(*(private._gram(part, 0.0, rng)[0] for part in (rows, rows[1:])))
    moved = np.sqrt((np.triu(difference, 1) ** 2).sum() + (np.diag(difference) ** 2).sum() / 2)
    assert moved == pytest.approx(np.sqrt(0.5), abs=1e-9)


def test_the_noise_has_the_size_it_states():
    nothing = user_item(random_data()) * 0
    drawn = [private._gram(nothing, 2.0, np.random.default_rng(n)) for n in range(200)]
    noise = np.stack([gram for gram, _ in drawn])
    upper = noise[:, *np.triu_indices(noise.shape[1], 1)]
    assert upper.std() == pytest.approx(drawn[0][1], rel=0.02) and drawn[0][1] == pytest.approx(
        2.0 * np.sqrt(0.5)
    )
    assert np.diagonal(noise, axis1=1, axis2=2).std() == pytest.approx(2.0, rel=0.05)
    np.testing.assert_array_equal(noise, noise.transpose(0, 2, 1))


def test_two_fits_differ_unless_reproducible():
    data = random_data()
    free = [registry.model("private").fit(data, seed=0).weights_ for _ in range(2)]
    fixed = [
        registry.model("private", reproducible=True).fit(data, seed=0).weights_ for _ in range(2)
    ]
    assert not np.array_equal(*free)
    np.testing.assert_array_equal(*fixed)


def test_with_much_budget_it_recommends_as_ease_does():
    data = api.load("films")
    exact = registry.model("ease", ridge=20.0).fit(data).score(data.histories[:200])
    loose, tight = (
        registry.model("private", epsilon=one, delta=1e-6, reproducible=True)
        .fit(data)
        .score(data.histories[:200])
        for one in (1e5, 0.1)
    )
    like = [np.corrcoef(exact.ravel(), scores.ravel())[0, 1] for scores in (loose, tight)]
    assert like[0] > 0.6 and like[0] > like[1] + 0.1


@given(st.integers(3, 12), st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_cleaning_keeps_what_stands_far_above_the_noise_and_drops_the_noise(size, seed):
    rng = np.random.default_rng(seed)
    strong = np.linalg.qr(rng.normal(size=(60, 2)))[0] * np.array([900.0, 400.0]) ** 0.5
    noise = np.triu(rng.normal(0, 1, (60, 60)), 1)
    noise += noise.T
    cleaned = private._symmetric(strong @ strong.T + noise, 1.0)
    assert np.linalg.norm(cleaned - strong @ strong.T) < 0.5 * np.linalg.norm(noise)
    assert np.linalg.norm(private._symmetric(noise * 0.9, 1.0)) < 0.5 * np.linalg.norm(noise)


def test_a_folder_without_histories_holds_nothing_that_depends_on_the_events_but_what_was_released(
    tmp_path,
):
    """Two data sets with the same items and the same released sums give the same folder, to the byte of its header."""
    model = registry.model("private", reproducible=True).fit(random_data())
    headers = []
    for n, data in enumerate((random_data(), random_data(seed=5))):
        storage.save(tmp_path / str(n), model, data, name="private", histories=False)
        headers.append(dict(storage.open_fitted(tmp_path / str(n)).header))
    assert headers[0]["data_hash"] == headers[1]["data_hash"] != random_data().hash
    storage.save(tmp_path / "whole", model, random_data(), name="private")
    assert storage.open_fitted(tmp_path / "whole").header["data_hash"] == random_data().hash


def test_the_command_tells_what_a_fit_and_all_before_it_cost(tmp_path):
    told = []
    for n in range(2):
        run = CliRunner().invoke(
            app,
            [
                "fit",
                "--data",
                "films",
                "--model",
                "private",
                "--out",
                str(tmp_path / str(n)),
                "--ledger",
                str(tmp_path / "ledger.json"),
                "--json",
            ],
        )
        assert run.exit_code == 0, run.output
        told.append(json.loads(run.stdout)["privacy"])
    assert (
        told[0]["ledger_epsilon"] == pytest.approx(4.0, rel=0.01)
        and 5.0 < told[1]["ledger_epsilon"] < 8.0
    )
    refused = CliRunner().invoke(
        app,
        [
            "fit",
            "--data",
            "films",
            "--model",
            "ease",
            "--out",
            str(tmp_path / "e"),
            "--ledger",
            str(tmp_path / "ledger.json"),
        ],
    )
    assert refused.exit_code != 0 and not (tmp_path / "e").exists()


@pytest.mark.parametrize(
    "config", [{"epsilon": 0.0}, {"delta": 1.0}, {"popularity": 1.0}, {"ridge": 0.0}]
)
def test_settings_that_mean_nothing_are_refused(config):
    with pytest.raises(ArgumentError):
        registry.model("private", **config).fit(titled_data())

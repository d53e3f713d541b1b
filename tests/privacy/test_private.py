"""Private EASE: the noise is as large as its proof asks for, each sum moves no further than said, and the cleaning works."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from typer.testing import CliRunner

from tests.toys import listed, random_data, titled_data
from whyrec import api, registry, storage
from whyrec.cli.app import app
from whyrec.core import ArgumentError
from whyrec.models.linear.terms import user_item
from whyrec.models.private import private
from whyrec.privacy.accountant import Release, epsilon
from whyrec.privacy.noise import GRID, Seeded


@pytest.mark.parametrize("target, delta", [(0.5, 1e-6), (4.0, 4e-8), (16.0, 1e-5)])
def test_the_noise_is_what_both_libraries_say(target, delta):
    noise = private.gaussian_noise(target, delta)
    for accountant in ("pld", "prv"):
        assert epsilon([Release(noise)], delta, accountant) == pytest.approx(
            target, rel=0.02, abs=0.011
        )  # prv errs by 0.01 upwards


def test_a_fit_states_releases_that_cost_together_what_was_asked():
    model = registry.model("private", epsilon=3.0, delta=1e-6).fit(listed(random_data()))
    told = model.privacy_
    releases = [Release(one["noise"] / one["sensitivity"]) for one in told["releases"]]
    assert epsilon(releases, told["delta"]) == pytest.approx(3.0, rel=0.01)
    assert told["unit"] == "one person with all events, added or removed"
    assert "people" not in told  # their number is not public


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_one_person_moves_each_sum_by_no_more_than_said(seed):
    """The sums with and without a person: the counts within 1, the gram's upper triangle, its diagonal over sqrt(2), within
    sqrt(1/2), whatever the person chose; and not far below, or there would be more noise than the proof needs."""
    rng = np.random.default_rng(seed)
    people = user_item(random_data(seed=seed % 1000))
    rows = people[rng.permutation(people.shape[0])[: 2 + seed % 20]]
    counts = [private._count(part) for part in (rows, rows[1:])]
    assert 1 - 1e-9 <= np.linalg.norm((counts[0] - counts[1]) / GRID) <= 1
    pairs = [private._pairs(part) for part in (rows, rows[1:])]
    between, diagonal = ((one - two) / GRID for one, two in zip(*pairs, strict=True))
    moved = np.sqrt((np.triu(between, 1) ** 2).sum() + (diagonal**2).sum())
    assert np.sqrt(0.5) - 1e-9 <= moved <= np.sqrt(0.5)


def test_the_noise_of_the_gram_has_the_size_it_states():
    nothing = user_item(random_data())[:0]
    drawn = [private._gram(nothing, 2.0, Seeded(n)) for n in range(200)]
    noise = np.stack([gram for gram, _ in drawn])
    upper = noise[:, *np.triu_indices(noise.shape[1], 1)]
    assert upper.std() == pytest.approx(drawn[0][1], rel=0.02) and drawn[0][1] == pytest.approx(
        2.0 * np.sqrt(0.5)
    )
    assert np.diagonal(noise, axis1=1, axis2=2).std() == pytest.approx(2.0, rel=0.05)
    np.testing.assert_array_equal(noise, noise.transpose(0, 2, 1))


def noise_that_came_out(monkeypatch, data, **config):
    """(counts, gram): the noise in what a fit released, which is what it used less the exact sums."""
    seen = {}

    def watched(name):
        made = getattr(private, name)

        def watch(people, noise, random):
            seen[name] = people, made(people, noise, random)
            return seen[name][1]

        return watch

    for name in ("noisy_counts", "_gram"):
        monkeypatch.setattr(private, name, watched(name))
    model = registry.model("private", **config).fit(data)
    x = user_item(data).toarray().astype(float)
    size = np.maximum(x.sum(1, keepdims=True), 1)
    counts = seen["noisy_counts"][1] - (x / np.sqrt(size)).sum(0)
    few, (gram, _) = seen["_gram"]
    few = few.toarray().astype(float)
    few /= np.sqrt(np.maximum(few.sum(1, keepdims=True), 1))
    return model, counts, gram - few.T @ few


def test_the_noise_that_came_out_is_the_noise_of_the_promise(monkeypatch):
    """From what a fit released, the exact sums are taken off: what is left is as large as the shares of the budget ask for.
    Many people, so that no count is cut off at 1."""
    people, items = 3000, 400
    data = listed(random_data(people=people, items=items, events=90_000))
    model, counts, gram = noise_that_came_out(
        monkeypatch, data, epsilon=2.0, delta=1e-6, popularity=0.2, items=200
    )
    total = private.gaussian_noise(2.0, 1e-6)  # held to two libraries by the test above
    expected = total / np.sqrt(0.2), total / np.sqrt(0.8)
    assert counts.std() == pytest.approx(expected[0], rel=0.18)
    assert abs(counts.mean()) < 5 * expected[0] / np.sqrt(items)
    upper = gram[np.triu_indices(200, 1)]
    assert upper.std() == pytest.approx(expected[1] * np.sqrt(0.5), rel=0.03)
    assert np.diag(gram).std() == pytest.approx(expected[1], rel=0.25)
    assert abs(np.diag(gram).mean()) < 5 * expected[1] / np.sqrt(200)
    spent = [Release(one["noise"] / one["sensitivity"]) for one in model.privacy_["releases"]]
    assert [one.noise for one in spent] == pytest.approx([*expected])


def test_the_default_delta_is_the_one_that_is_documented():
    """It must not depend on the number of people, which is not public."""
    for people in (60, 200):
        fitted = registry.model("private", reproducible=True).fit(
            listed(random_data(people=people))
        )
        assert fitted.privacy_["delta"] == 1e-8
    assert "1e-8" in " ".join(type(fitted).__doc__.split())


def test_two_fits_differ_unless_reproducible():
    data = listed(random_data())
    free = [registry.model("private").fit(data, seed=0).weights_ for _ in range(2)]
    fixed = [
        registry.model("private", reproducible=True).fit(data, seed=0).weights_ for _ in range(2)
    ]
    assert not np.array_equal(*free)
    np.testing.assert_array_equal(*fixed)


def test_with_much_budget_it_recommends_as_ease_does():
    data = api.load("films", catalogue="own")
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
    model = registry.model("private", reproducible=True).fit(listed(random_data()))
    headers = []
    for n, data in enumerate((listed(random_data()), listed(random_data(seed=5)))):
        storage.save(tmp_path / str(n), model, data, name="private", histories=False)
        headers.append(dict(storage.open_fitted(tmp_path / str(n)).header))
    assert headers[0]["data_hash"] == headers[1]["data_hash"] != random_data().hash
    storage.save(tmp_path / "whole", model, random_data(), name="private")
    assert storage.open_fitted(tmp_path / "whole").header["data_hash"] == random_data().hash
    with pytest.raises(ArgumentError, match="needs a catalogue"):
        storage.save(tmp_path / "not", model, random_data(), name="private", histories=False)


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
        registry.model("private", **config).fit(listed(titled_data()))

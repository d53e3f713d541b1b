"""The benchmark of ratings: its baselines are what they say, and it says what to do when something lacks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.toys import random_data
from whyrec.data.split import rating_split

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def row():
    from bench.accuracy import ratings_row

    return ratings_row


def test_biases_solve_their_ridge_regression(row):
    train, test = rating_split(random_data(), 0.2)
    found = row.biases(train, test, 2.0, 5.0, rounds=200)
    n, k = train.n_items, train.n_items + train.n_users
    x = np.zeros((len(train), k))
    x[np.arange(len(train)), train.item] = 1
    x[np.arange(len(train)), n + train.user] = 1
    mean = train.value.mean(dtype=np.float64)
    ridge = np.diag(np.repeat([2.0, 5.0], [n, train.n_users]))
    weights = np.linalg.solve(x.T @ x + ridge, x.T @ (train.value - mean))
    expected = np.clip(mean + weights[test.item] + weights[n + test.user], 1, 5)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_ridges_are_those_of_the_least_error(row):
    train, _ = rating_split(random_data(), 0.2)
    held = np.random.default_rng(0).random(len(train)) < 0.2
    rest, asked = train.select(~held), train.select(held)
    best = row.tuned_ridges(train, held)
    errors = {
        (a, b): np.mean((row.biases(rest, asked, a, b) - asked.value) ** 2)
        for a in row.RIDGES
        for b in row.RIDGES
    }
    assert errors[best] == min(errors.values())


def test_a_missing_data_set_is_told(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "bench.accuracy.ratings", "--data", str(tmp_path), "--sets", "u1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "the data set must be at hand; got no ml-100k.zip" in done.stderr


@pytest.mark.slow
def test_the_official_fold_is_measured(real_data, tmp_path):
    """The bar of the rating head, 0.92 on u1 (published: GC-MC .905, GLocal-K .889), and the rows below it."""
    out = tmp_path / "out.json"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "bench.accuracy.ratings",
            "--data",
            str(real_data("ml-100k.zip").parent),
            "--sets",
            "u1",
            "--rows",
            "mean",
            "biases",
            "rating",
            "--seeds",
            "0",
            "--out",
            str(out),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    [found] = json.loads(out.read_text(encoding="utf-8"))["sets"]
    assert (found["train"], found["test"]) == (80_000, 20_000)
    mean, biases, rating = (line["RMSE"] for line in found["rows"])
    assert rating <= 0.92 < biases < mean
    assert all(line["low"] < line["RMSE"] < line["high"] for line in found["rows"])

"""`whyrec compress` as a user meets it: the table, the JSON, the folder that serves, and what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

from whyrec import storage
from whyrec.cli import main
from whyrec.workflows.compress import bytes_of, loss

SETTINGS = 'text = ""\nwidth = 16\nblocks = 1\nheads = 2\nepochs = 2\nlength = 20\n'


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large")
    (folder / "s.toml").write_text(SETTINGS)
    assert (
        main(
            [
                "fit",
                "--data",
                "films",
                "--model",
                "sequence",
                "--config",
                str(folder / "s.toml"),
                "--out",
                str(folder / "m"),
            ]
        )
        == 0
    )
    return folder / "m"


def test_the_smallest_within_the_loss_is_saved_and_each_form_is_told(large, tmp_path, capsys):
    out = tmp_path / "small"
    assert (
        main(
            [
                "compress",
                str(large),
                "--out",
                str(out),
                "--max-loss",
                "0.9",
                "--epochs",
                "1",
                "--people",
                "400",
                "--json",
            ]
        )
        == 0
    )
    found = json.loads(capsys.readouterr().out)
    names = [row["name"] for row in found["steps"]]
    assert (
        names == ["large", "16 + 16 bytes, int8", "16 + 8 bytes, int8", "8 + 8 bytes, int8"]
        and found["people"] == 400
    )
    first = found["steps"][0]["ndcg@10"]["mean"]
    for row in found["steps"]:  # by the two accuracies in the table, which are rounded
        assert row["loss"]["mean"] == pytest.approx(1 - row["ndcg@10"]["mean"] / first, abs=0.01)
    assert any(row["loss"]["mean"] for row in found["steps"])
    sizes = [row["bytes"] for row in found["steps"]]
    assert sizes == sorted(sizes, reverse=True) and found["chosen"] == names[-1]
    assert (
        found["steps"][0]["loss"]["mean"] == 0 and found["steps"][0]["same_top_reason"]["mean"] == 1
    )
    assert all(
        0 < row["p50_ms"] <= row["p99_ms"] and 0 < row["overlap@10"]["mean"] <= 1
        for row in found["steps"]
    )
    saved = storage.open_fitted(out)
    assert bytes_of(saved.model) == sizes[-1] and saved.header["name"] == "compact"
    assert main(["recommend", str(out), "--user", "p0001"]) == 0


def test_what_cannot_be_is_refused_with_what_was_reached(large, tmp_path, capsys):
    assert (
        main(
            [
                "compress",
                str(large),
                "--out",
                str(tmp_path / "x"),
                "--budget-mb",
                "0.001",
                "--max-loss",
                "0.9",
                "--epochs",
                "1",
                "--people",
                "200",
            ]
        )
        == 2
    )
    told = " ".join(capsys.readouterr().err.split())
    assert (
        "must fit the budget within the loss allowed; got 0." in told
        and "(8 + 8 bytes, int8)" in told
        and "--max-loss" in told
    )
    assert main(["fit", "--data", "films", "--model", "popular", "--out", str(tmp_path / "p")]) == 0
    assert main(["compress", str(tmp_path / "p"), "--out", str(tmp_path / "y")]) == 2
    assert "must be a large model; got popular. Fix: fit the model sequence" in " ".join(
        capsys.readouterr().err.split()
    )


def test_the_loss_is_a_share_of_the_large_models_mean():
    # The mean falls from 0.5 to 0.4, a fifth of it.
    found = loss(np.array([0.4, 0.6, 0.5, 0.5]), np.array([0.2, 0.6, 0.5, 0.3]))
    assert found["mean"] == pytest.approx(0.2) and found["low"] < 0.2 < found["high"]

"""The accuracy benchmark: its table is whole, its evaluator is whyrec's own, and it says what to do when something lacks."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from whyrec import api
from whyrec.core import ArgumentError, UnknownNameError
from whyrec.core.cases import EvaluationCases
from whyrec.core.queries import Queries, Query
from whyrec.data.split import next_item

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bench():
    """The benchmark's own modules."""
    from bench.accuracy import accuracy, accuracy_run, row_specs

    return accuracy, accuracy_run, row_specs


def write_films(folder, people):
    """The first people of the built-in films as a plain folder."""
    data = api.load("films")
    keep = data.user < people
    lines = [
        f"{data.users[u]},{data.items[i]},{t}"
        for u, i, t in zip(data.user[keep], data.item[keep], data.time[keep], strict=True)
    ]
    folder.mkdir()
    (folder / "events.csv").write_text(
        "user,item,time\n" + "\n".join(lines) + "\n", encoding="utf-8"
    )
    return folder


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "bench.accuracy.accuracy", "--threads", "1", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_quick_run_has_every_row_and_the_figures_of_whyrec_compare(bench, tmp_path):
    folder, out = write_films(tmp_path / "films-400", 400), tmp_path / "out.json"
    done = run("--quick", "--no-peers", "--sets", folder, "--out", out)
    assert done.returncode == 0, done.stderr
    [found] = json.loads(out.read_text(encoding="utf-8"))["sets"]
    expected, _ = bench[2].rows_of("films-400", peers=False)
    assert [row["label"] for row in found["rows"]] == [row.label for row in expected]
    for row in found["rows"]:
        assert "failed" not in row
        figures = [v for metric in row["metrics"].values() for v in metric.values()]
        assert all(
            math.isfinite(v) and v >= 0
            for v in [*figures, row["fit_seconds"], row["score_seconds"]]
        )
        assert row["peak_mb"] > 0
        assert (row["label"] == found["best"]) == ("behind_best" not in row)
    said = subprocess.run(
        [
            sys.executable,
            "-m",
            "whyrec",
            "compare",
            "--data",
            str(folder),
            "--models",
            "ease,knn",
            "--no-tune",
            "--json",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    for theirs in json.loads(said.stdout)["rows"]:
        [ours] = [row for row in found["rows"] if row["model"] == theirs["model"]]
        for metric in bench[0].METRICS:
            assert ours["metrics"][metric] == theirs["metrics"][metric], (theirs["model"], metric)


def test_one_case_by_hand(bench):
    cases = EvaluationCases(
        Queries.of([Query([0, 1]), Query([2])]), np.array([0, 1, 2]), np.array([5, 3])
    )
    one, two = np.array([[7, 6, 5, 8], [9, 0, 1, 4]]), np.array([[5, 6, 7, 8], [3, 0, 1, 4]])
    found = bench[0].measured([one], cases)
    assert found["ndcg@10"].values.tolist() == [
        1 / math.log2(4),
        0.0,
    ]  # third of the list; not in the list
    assert found["hr@10"].values.tolist() == [1.0, 0.0]
    over_seeds = bench[0].measured([one, two], cases)["ndcg@10"].values
    assert over_seeds == pytest.approx([(0.5 + 1) / 2, 0.5])


def test_the_filler_of_a_short_list_is_never_a_hit(bench):
    n_items = 10
    cases = EvaluationCases(
        Queries.of([Query([0]), Query([1])]), np.array([0, 1, 2]), np.array([9, 0])
    )
    lists = np.full((2, 4), n_items)
    bench[1].check(lists, cases, n_items)
    assert bench[0].measured([lists], cases)["hr@10"].mean == 0.0


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        ([[3, 3, 4], [5, 6, 7]], "twice"),
        ([[3, 4, 5], [1, 6, 7]], "chosen before"),
        ([[3, 4, 11], [5, 6, 7]], "up to item 11"),
        ([[3, 4, 5]], "for 2 cases"),
    ],
)
def test_lists_against_the_rules_are_refused(bench, lists, said):
    cases = EvaluationCases(
        Queries.of([Query([0]), Query([1])]), np.array([0, 1, 2]), np.array([9, 0])
    )
    with pytest.raises(bench[1].Failed, match=said):
        bench[1].check(np.array(lists), cases, 10)


@pytest.mark.parametrize("refit", [False, True])
def test_peers_get_the_same_events_and_queries(bench, refit):
    data = bench[1].first_people(api.load("films"), 50)
    split = next_item(data, refit=refit)
    given = bench[1].peer_arrays(data, split, refit=refit)
    assert np.array_equal(given["user"], split.train.user) and np.array_equal(
        given["item"], split.train.item
    )
    assert np.array_equal(given["test_items"], split.test.queries.items)
    held = dict(
        zip(
            given["user"][given["held"]].tolist(),
            given["item"][given["held"]].tolist(),
            strict=True,
        )
    )
    truth = dict(zip(split.valid.queries.user.tolist(), split.valid.items.tolist(), strict=True))
    assert held == (truth if refit else {})
    ends = given["test_items"][given["test_indptr"][1:] - 1]
    assert dict(zip(split.test.queries.user.tolist(), ends.tolist(), strict=True)) == truth


def test_rows_are_written_as_name_and_settings(bench):
    rows = bench[2]
    row = rows.parse("additive:ridge=200.0;mix={'share': 0.0};k=5")
    assert row.settings == {"ridge": 200.0, "mix": {"share": 0.0}, "k": 5}
    assert rows.parse("rectools-sasrec:loss=gBCE").settings == {"loss": "gBCE"}
    assert [row.label for row in rows.parsed(["ease", "ease:ridge=5", "knn"])] == [
        "ease",
        "ease:ridge=5",
        "knn",
    ]
    assert rows.budgeted(rows.parse("als"), minutes=1, quick=True).settings == {"epochs": 1}
    assert rows.budgeted(rows.parse("als:epochs=3"), minutes=1, quick=True).settings == {
        "epochs": 3
    }
    with pytest.raises(UnknownNameError, match="eese"):
        rows.parse("eese")
    with pytest.raises(ArgumentError, match="key=value"):
        rows.parse("ease:ridge")


def test_what_lacks_is_told_with_what_to_do(bench, monkeypatch, tmp_path):
    accuracy, accuracy_run, rows = bench
    monkeypatch.setattr(accuracy_run, "PEERS_PYTHON", tmp_path / ".venv-peers" / "bin" / "python")
    with pytest.raises(ArgumentError, match="make peers"):
        accuracy_run.python_of(rows.parse("rectools-sasrec"))
    done = run("--sets", "no-such.zip", "--out", tmp_path / "out.json")
    assert done.returncode == 2
    assert "no-such.zip" in done.stderr and "make bench-accuracy DATA=FOLDER" in done.stderr


@pytest.mark.slow
def test_rectools_rows_run_and_agree_with_each_other(bench, tmp_path):
    if not bench[1].PEERS_PYTHON.exists():
        pytest.skip("RecTools is not at hand: run `make peers`")
    small = "epochs=2;session_max_len=20;n_factors=16;n_blocks=1;n_heads=1"
    done = run(
        "--sets",
        "films",
        "--people",
        "150",
        "--out",
        tmp_path / "out.json",
        "--rows",
        "ease",
        "rectools-ease:regularization=300.0",
        f"rectools-sasrec:{small}",
        f"rectools-esasrec:{small};n_negatives=16",
        f"rectools-bert4rec:{small}",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    [found] = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["sets"]
    rows = {row["model"]: row for row in found["rows"]}
    for name in ("rectools-sasrec", "rectools-esasrec", "rectools-bert4rec"):
        [facts] = rows[name]["runs"]
        assert len(facts["curve"]) == facts["epochs"] == 2
        assert facts["unserved"] == 0
    ease = [rows[name]["metrics"]["hr@10"]["mean"] for name in ("ease", "rectools-ease")]
    assert (
        abs(ease[0] - ease[1]) < 0.05
    )  # the same model but for the transposed weights; see bench/accuracy/row_specs.py

"""The verbs around the large model: a watched fit, a search that goes on, new items by their text."""

from __future__ import annotations

import json
import tomllib

import numpy as np
import pytest

pytest.importorskip("torch")

from tests.cli.test_cli import run, run_json, steady, write_plain
from whyrec import api, registry, storage
from whyrec.cli import show
from whyrec.cli.app import main
from whyrec.core import artefact
from whyrec.models.training.trainer import Status
from whyrec.workflows import training_run
from whyrec.workflows.tune import _pruned


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return write_plain(tmp_path_factory.mktemp("data") / "tiny-film")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("config") / "small.toml"
    path.write_text('text = ""\nwidth = 8\nheads = 2\nblocks = 1\nlength = 20\nepochs = 3\n')
    return path


@pytest.fixture(scope="module")
def fitted(plain, small, tmp_path_factory):
    """A model that knows titles through its categories, so that no encoder is read."""
    out = tmp_path_factory.mktemp("models") / "m"
    assert (
        main(
            [
                "fit",
                "--data",
                str(plain),
                "--model",
                "sequence",
                "--config",
                str(small),
                "--out",
                str(out),
            ]
        )
        == 0
    )
    return out


@pytest.fixture(scope="module")
def ease(plain, tmp_path_factory):
    out = tmp_path_factory.mktemp("models") / "ease"
    assert main(["fit", "--data", str(plain), "--model", "ease", "--out", str(out)]) == 0
    return out


# --- fit -----------------------------------------------------------------------------------------------


def test_fit_tells_its_curve_and_goes_on_from_its_checkpoint(capsys, plain, small, tmp_path):
    pytest.importorskip("tensorboard")
    arguments = [
        "fit",
        "--data",
        plain,
        "--model",
        "sequence",
        "--config",
        small,
        "--checkpoint",
        tmp_path / "c",
        "--log",
        tmp_path / "l",
    ]
    found = run_json(capsys, *arguments, "--out", tmp_path / "a")
    assert [row["epoch"] for row in found["curve"]] == [1, 2, 3]
    assert {"stage", "epoch", "loss", "quality", "seconds", "learning_rate"} <= set(
        found["curve"][0]
    )
    assert artefact.load(tmp_path / "c" / "B").header["kind"] == "checkpoint"
    assert next((tmp_path / "l").rglob("metadata.tsv")).read_text().splitlines()[0] == "Film 0"
    run_json(capsys, *arguments, "--out", tmp_path / "b")
    a, b = (storage.open_fitted(tmp_path / name).model.weights_ for name in "ab")
    np.testing.assert_array_equal(a, b)
    code, _, err = run(capsys, *arguments, "--seed", 5, "--out", tmp_path / "d")
    assert code == 2 and "holds no checkpoint of this run: its data, seed or settings differ" in err


def test_minutes_are_a_setting(capsys, plain, small, tmp_path):
    out = tmp_path / "m"
    run_json(
        capsys,
        "fit",
        "--data",
        plain,
        "--model",
        "sequence",
        "--config",
        small,
        "--max-minutes",
        "0.5",
        "--out",
        out,
    )
    assert storage.open_fitted(out).model.max_minutes == 0.5


def test_the_progress_line_tells_loss_quality_and_time_left():
    status = Status(1, 4.0, 12, 40, 2.5, 0.1234, 0.125, 60.0, 140.0, 0.01)
    assert (
        training_run.told(status) == "epoch 2, loss 2.500, NDCG@10 0.1234 (best 0.1250), 2 min left"
    )
    first = Status(0, 4.0, 2, 40, 2.5, None, None, 6.0, 44.0, 0.01)
    assert training_run.told(first) == "epoch 1, loss 2.500, 44 s left"
    seen = []
    training_run.run(lambda share, text: seen.append((share, text)), label="fitting x").progress(
        first
    )
    assert seen == [(0.05, "fitting x: epoch 1, loss 2.500, 44 s left")]
    with show.progress("to a file") as update:
        update(0.5), update(0.5, "text")


# --- tune ----------------------------------------------------------------------------------------------


def tune(capsys, plain, folder, *more, model="ease", trials=2):
    return run_json(
        capsys,
        "tune",
        "--data",
        plain,
        "--model",
        model,
        "--store",
        folder / "s.db",
        "--out",
        folder / "best.toml",
        "--trials",
        trials,
        *more,
    )


def test_tune_goes_on_and_writes_what_fit_takes(capsys, plain, tmp_path):
    first = tune(capsys, plain, tmp_path)
    second = tune(capsys, plain, tmp_path, trials=3)
    assert [t["number"] for t in second["trials"]] == [0, 1, 2, 3, 4]
    assert second["trials"][:2] == first["trials"]
    values = [t["settings"]["ridge"] for t in second["trials"]]
    assert len(set(values)) == 5
    assert (
        second["best"]["value"]
        == max(t["value"] for t in second["trials"])
        >= first["best"]["value"]
    )
    assert tomllib.loads((tmp_path / "best.toml").read_text()) == second["best"]["settings"]
    run_json(
        capsys,
        "fit",
        "--data",
        plain,
        "--model",
        "ease",
        "--config",
        tmp_path / "best.toml",
        "--out",
        tmp_path / "m",
    )
    assert storage.open_fitted(tmp_path / "m").model.ridge == second["best"]["settings"]["ridge"]


def test_the_objective_is_the_validation_figure(capsys, plain, tmp_path):
    from whyrec.data.split import next_item
    from whyrec.evaluate.accuracy import accuracy

    found = tune(capsys, plain, tmp_path, trials=1)
    split = next_item(api.load(plain))
    model = registry.model("ease", **found["best"]["settings"]).fit(split.train)
    expected = accuracy(model, split.valid, np.ones(12), metrics=("ndcg@10",))["ndcg@10"].mean
    assert found["best"]["value"] == pytest.approx(expected) and found["cases"] == len(split.valid)


@pytest.mark.parametrize("model", ["als", "knn", "cooccurrence"])
def test_every_space_fits_its_model(capsys, plain, tmp_path, model):
    assert tune(capsys, plain, tmp_path, model=model)["best"]["value"] > 0


def test_tune_the_sequence_model_is_pruned_by_its_curve(capsys, plain, small, tmp_path):
    import optuna

    small_epochs = tmp_path / "c.toml"
    small_epochs.write_text(
        small.read_text()
        .replace("epochs = 3", "epochs = 6\nblocks = 1")
        .replace("blocks = 1\nlength", "length")
    )
    found = tune(capsys, plain, tmp_path, "--config", small_epochs, model="sequence", trials=2)
    assert set(found["best"]["settings"]) >= {"text", "epochs", "learning_rate", "dropout"}
    study = optuna.load_study(
        study_name="sequence, next-item", storage=f"sqlite:///{tmp_path / 's.db'}"
    )
    assert [sorted(t.intermediate_values) for t in study.trials] == [[1, 2, 3, 4, 5, 6]] * 2
    with pytest.raises(optuna.TrialPruned):
        _pruned(_Lagging()).progress(Status(1, 4.0, 12, 40, 2.5, 0.1, 0.1, 60.0, 1.0, 0.01))


class _Lagging:
    """A trial that optuna would prune."""

    def report(self, value, step):
        self.reported = (value, step)

    def should_prune(self):
        return self.reported == (0.1, 1)


def test_one_store_holds_the_searches_of_several_models(capsys, plain, tmp_path):
    tune(capsys, plain, tmp_path)
    assert len(tune(capsys, plain, tmp_path, model="knn")["trials"]) == 2
    assert len(tune(capsys, plain, tmp_path)["trials"]) == 4


def test_a_store_of_other_data_is_refused(capsys, plain, tmp_path):
    tune(capsys, plain, tmp_path)
    other = write_plain(tmp_path / "other", seed=9)
    code, _, err = run(
        capsys,
        "tune",
        "--data",
        other,
        "--model",
        "ease",
        "--store",
        tmp_path / "s.db",
        "--out",
        tmp_path / "b.toml",
    )
    assert code == 2 and "holds a search with other data. Fix: give another file." in err


# --- add -----------------------------------------------------------------------------------------------

NEW = "item,title,genres\nn1,Film 99,Drama\nn2,,\n"


def test_a_new_item_is_there_with_no_training(capsys, fitted, tmp_path):
    (tmp_path / "new.csv").write_text(NEW)
    found = run_json(
        capsys, "add", fitted, "--items", tmp_path / "new.csv", "--out", tmp_path / "m2"
    )
    assert (found["added"], found["items"], found["without_text"]) == (2, 14, 1)
    old, new = storage.open_fitted(fitted), storage.open_fitted(tmp_path / "m2")
    assert new.data.items[-2:] == ("n1", "n2") and new.data.item_table.title[-2:] == (
        "Film 99",
        "n2",
    )
    assert new.data.item_table.categories[12] == ("Drama",)
    query = old.data.history("p3")
    np.testing.assert_array_equal(new.model.score([query])[:, :12], old.model.score([query]))
    listed = run_json(capsys, "recommend", tmp_path / "m2", "--user", "p3", "-k", 14)
    assert "n1" in [row["item"] for row in listed["items"]]
    why = run_json(capsys, "explain", tmp_path / "m2", "--items", "i1,n1", "--item", "i5")
    assert why["title"] == "Film 5"
    (tmp_path / "more.csv").write_text("item\nn3\n")
    assert (
        run_json(
            capsys,
            "add",
            tmp_path / "m2",
            "--items",
            tmp_path / "more.csv",
            "--out",
            tmp_path / "m3",
        )["items"]
        == 15
    )


@pytest.mark.parametrize("verb", ["fit", "tune", "add"])
def test_golden_output(capsys, plain, small, fitted, tmp_path, snapshot, verb):
    (tmp_path / "new.csv").write_text(NEW)
    arguments = {
        "fit": [
            "fit",
            "--data",
            plain,
            "--model",
            "sequence",
            "--config",
            small,
            "--out",
            tmp_path / "m",
        ],
        "tune": [
            "tune",
            "--data",
            plain,
            "--model",
            "ease",
            "--store",
            tmp_path / "s.db",
            "--out",
            tmp_path / "m",
            "--trials",
            2,
        ],
        "add": ["add", fitted, "--items", tmp_path / "new.csv", "--out", tmp_path / "m"],
    }[verb]
    code, out, _ = run(capsys, *arguments)
    assert code == 0
    # Weights differ in their last digits from one processor to the next, and with them the curve.
    shown = steady(out).split("NDCG@10 on validation people")
    assert shown[0] == snapshot


def write(folder, name, text):
    (folder / name).write_text(text)
    return folder / name


WRONG = [
    (
        ["fit", "--model", "ease", "--data", "PLAIN", "--out", "x", "--log", "l"],
        "--log goes with a model that trains step by step (additive, lowrank, sequence, fused); got --model ease. Fix: leave it out.",
    ),
    (
        [
            "fit",
            "--model",
            "ease",
            "--data",
            "PLAIN",
            "--out",
            "x",
            "--log",
            "l",
            "--checkpoint",
            "c",
        ],
        "--checkpoint and --log go with a model",
    ),
    (
        ["fit", "--model", "knn", "--data", "PLAIN", "--out", "x", "--max-minutes", "3"],
        "--max-minutes goes with a model",
    ),
    (
        ["fit", "--model", "sequence", "--data", "PLAIN", "--out", "x", "--max-minutes", "0"],
        "--max-minutes must be above 0; got 0",
    ),
    (
        [
            "fit",
            "--model",
            "sequence",
            "--data",
            "PLAIN",
            "--out",
            "x",
            "--checkpoint",
            "EASE",
            "--config",
            "SMALL",
        ],
        None,
    ),
    (["tune", "--model", "ease", "--data", "PLAIN", "--out", "x"], "Missing option '--store'"),
    (
        ["tune", "--model", "popular", "--data", "PLAIN", "--out", "x", "--store", "s"],
        "tune needs a model with a setting to search; got popular, which has no settings. Fix: ",
    ),
    (
        ["tune", "--model", "eese", "--data", "PLAIN", "--out", "x", "--store", "s"],
        "unknown model 'eese'. Did you mean 'ease'",
    ),
    (
        [
            "tune",
            "--model",
            "ease",
            "--data",
            "PLAIN",
            "--out",
            "x",
            "--store",
            "s",
            "--trials",
            "0",
        ],
        "--trials must be 1 or more; got 0",
    ),
    (
        ["tune", "--model", "ease", "--data", "PLAIN", "--out", "x", "--store", "NEW"],
        "--store must be a file that whyrec tune wrote",
    ),
    (
        ["tune", "--model", "ease", "--data", "PLAIN", "--out", "x", "--store", "PLAIN"],
        "--store must be a file in a folder that is there",
    ),
    (
        ["add", "EASE", "--items", "NEW", "--out", "x"],
        "new items can be added to models that read their text; got",
    ),
    (["add", "FITTED", "--items", "none.csv", "--out", "x"], "none.csv, which is not there"),
    (
        ["add", "FITTED", "--items", "KNOWN", "--out", "x"],
        "must have ids that the catalogue does not have; got 'i3'",
    ),
    (
        ["add", "FITTED", "--items", "TWICE", "--out", "x"],
        "an id may occur only once in the table 'items'; got item 'n1' in rows 1, 2",
    ),
    (
        ["add", "FITTED", "--items", "NOID", "--out", "x"],
        "every new item must have an id; got none in row 2",
    ),
    (
        ["add", "FITTED", "--items", "TITLES", "--out", "x"],
        "needs the column 'item'; got the columns title",
    ),
    (["add", "FITTED", "--items", "NEW", "--out", "PLAIN"], "a new, empty or earlier model folder"),
    (
        ["add", "PLAIN", "--items", "NEW", "--out", "x"],
        "is no model folder: it has no manifest.json",
    ),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG, ids=[" ".join(a) for a, _ in WRONG])
def test_wrong_arguments_get_one_paragraph_and_code_2(
    capsys, monkeypatch, plain, small, fitted, ease, tmp_path, arguments, message
):
    monkeypatch.chdir(tmp_path)
    places = {
        "PLAIN": plain,
        "FITTED": fitted,
        "EASE": ease,
        "SMALL": small,
        "NEW": write(tmp_path, "new.csv", NEW),
        "KNOWN": write(tmp_path, "known.csv", "item\nn1\ni3\n"),
        "TWICE": write(tmp_path, "twice.csv", "item\nn1\nn1\n"),
        "NOID": write(tmp_path, "noid.csv", "item,title\nn1,a\n,b\n"),
        "TITLES": write(tmp_path, "titles.csv", "title\nb\n"),
    }
    code, out, err = run(capsys, *(places.get(a, a) for a in arguments))
    if message is None:  # a checkpoint goes into a folder of its own inside the one given
        assert code == 0
        return
    assert code == 2 and out == ""
    assert message in err, err
    assert err.startswith("whyrec: ") and err.count("\n") == 1 and "Traceback" not in err
    assert not (tmp_path / "s").exists() or "--trials" not in message


def test_demo_and_the_other_verbs_need_no_torch(tmp_path):
    import os
    import subprocess
    import sys

    code = (
        "import sys; sys.modules['torch'] = sys.modules['optuna'] = sys.modules['transformers'] = None; "
        "from whyrec.cli.app import main; "
        f"a = main(['demo', '--data', {str(write_plain(tmp_path / 'd'))!r}, '--out', {str(tmp_path / 'o')!r}, '--json']); "
        f"b = main(['fit', '--data', {str(tmp_path / 'd')!r}, '--model', 'sequence', '--out', {str(tmp_path / 'm')!r}]); "
        f"c = main(['tune', '--data', {str(tmp_path / 'd')!r}, '--model', 'ease', '--store', {str(tmp_path / 's')!r}, "
        f"'--out', {str(tmp_path / 't')!r}]); print(a, b, c)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ)
    )
    assert done.stdout.strip().endswith("0 2 2"), done.stderr[-1000:]
    assert json.loads(done.stdout.rsplit("\n", 2)[0])["report"]
    assert (
        "this needs the library 'torch', which is not installed. Fix: pip install 'whyrec[text]'."
        in done.stderr
    )
    assert "this needs the library 'optuna'" in done.stderr


def test_fuse_measures_draws_and_keeps_the_model(capsys, plain, tmp_path):
    config = tmp_path / "fused.toml"
    config.write_text(
        'tune_on = 30\n[glass]\nmodel = "additive"\nparts = ["ease", "transitions"]\n'
        '[large]\nmodel = "sequence"\ntext = ""\nwidth = 8\nheads = 2\nblocks = 1\nlength = 20\nepochs = 3\n'
    )
    out = tmp_path / "fused"
    found = run_json(
        capsys,
        "fuse",
        "--data",
        plain,
        "--config",
        config,
        "--out",
        out,
        "--explained-share-min",
        0.8,
    )
    assert found["points"][0]["dial"] == 1
    assert found["points"][0]["explained"]["mean"] == 1
    assert all(p["explained"]["mean"] >= p["dial"] - 1e-4 for p in found["points"])
    assert len(found["points"]) >= 8
    assert (out / "curve.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert json.loads((out / "curve.json").read_text())["points"] == found["points"]
    why = run_json(capsys, "explain", out / "model", "--user", "p3")
    assert why["additive"]
    assert why["explained_share"] >= 0.8
    assert (
        abs(why["base"] + sum(r["weight"] for r in why["reasons"]) + why["rest"] - why["score"])
        < 1e-4
    )
    code, text, _ = run(
        capsys, "fuse", "--data", plain, "--config", config, "--out", tmp_path / "again"
    )
    assert code == 0
    assert "large model alone" in text


def test_ctrl_c_during_a_fit_saves_the_best_state_so_far(plain, tmp_path):
    import os
    import re
    import signal
    import subprocess
    import sys

    from tests.waiting import wait_for
    from whyrec.core.cases import hold_out_last
    from whyrec.evaluate.accuracy import accuracy

    config = tmp_path / "long.toml"
    config.write_text(
        'text = ""\nwidth = 8\nheads = 2\nblocks = 1\nlength = 20\nepochs = 1000000\npatience = 1000000\n'
    )
    code = (
        "import signal, sys; from whyrec.cli import watching; from whyrec.cli.app import main; "
        "signal.signal(signal.SIGINT, signal.default_int_handler); watching.EVERY = 0.05; "
        "sys.exit(main(sys.argv[1:]))"
    )
    arguments = ["fit", "--data", plain, "--model", "sequence", "--config", config, "--json"]
    lines = tmp_path / "err"
    with lines.open("w") as err:
        work = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments), "--out", str(tmp_path / "m")],
            stdout=subprocess.PIPE,
            stderr=err,
            text=True,
            env=dict(os.environ),
        )
    try:
        wait_for(lambda: re.search("epoch [3-9]", lines.read_text()) or work.poll() is not None)
        work.send_signal(signal.SIGINT)
        out, _ = work.communicate()
    finally:
        work.kill()
    assert work.returncode == 0, lines.read_text()[-2000:]
    assert "whyrec: ending with the best state so far; Ctrl-C again stops" in lines.read_text()
    found = json.loads(out)
    assert found["interrupted"] is True and 2 <= len(found["curve"]) < 1_000_000
    fitted = storage.open_fitted(tmp_path / "m")
    data = api.load(plain)
    rest, cases = hold_out_last(data, min(2000, data.n_users // 10), 0)
    quality = accuracy(fitted.model, cases, np.ones(rest.n_items), metrics=("ndcg@10",))["ndcg@10"]
    best = max(row["quality"] for row in found["curve"])
    assert quality.mean == pytest.approx(best, abs=1e-3)

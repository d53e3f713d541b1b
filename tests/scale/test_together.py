"""Ray's workers at `tune` and `fit`: the results of one process, also where one is killed."""

from __future__ import annotations

import json
import random
import subprocess
import sys

import numpy as np
import pytest

from tests.cli.test_cli import run_json, write_plain
from whyrec import registry, storage
from whyrec.cli.app import main
from whyrec.core import ArgumentError, TrainingDivergedError, artefact
from whyrec.core.errors import MissingExtra, UnknownNameError
from whyrec.scale.tasks import tasks
from whyrec.scale.together import together
from whyrec.serve.replicas import replicas
from whyrec.serve.settings import Settings

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning"
)  # of ray itself
# No dropout: each worker draws its own. No labels: two that are equally frequent have no first direction.
SMALL = """text = ""
label_dims = 0
width = 8
heads = 2
blocks = 1
length = 20
dropout = 0.0
item_dropout = 0.0
epochs = 60
patience = 60
"""


def test_a_search_is_the_same_though_a_worker_is_killed(kills, tmp_path):
    found = list(kills.tune(1, tmp_path, random.Random(0), trials=3, epochs=2, within=1.0))
    assert all(row["same"] for row in found) and found[-1]["kills"] == 1


def test_two_workers_fit_the_model_of_one_and_go_on_when_one_is_killed(kills, capsys, tmp_path):
    plain, config, kept = write_plain(tmp_path / "d"), tmp_path / "c.toml", tmp_path / "c"
    config.write_text(SMALL)
    arguments = ["fit", "--data", plain, "--model", "sequence", "--config", config]
    one = run_json(capsys, *arguments, "--out", tmp_path / "one")["curve"]
    begun = []

    def when():
        if (kept / "B" / artefact.MANIFEST).exists() and not begun:
            begun.append(artefact.load(kept / "B").documents["state"]["curve"][0])
        return bool(begun)

    command = [
        sys.executable,
        "-m",
        "whyrec",
        *arguments,
        "--out",
        tmp_path / "two",
        "--checkpoint",
        kept,
        "--engine",
        "ray",
        "--json",
    ]
    with kills.killing(
        kills.TRAINER, random.Random(0), 0.5, when
    ) as killed:  # a process of its own: all that it prints is seen
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    two = json.loads(done.stdout)["curve"]
    assert len(killed) == 1 and "Traceback" not in done.stderr
    assert two[0]["seconds"] == begun[0]["seconds"], "it began anew"
    assert [row["step"] for row in two] == [row["step"] for row in one]
    np.testing.assert_allclose(
        [row["loss"] for row in two], [row["loss"] for row in one], rtol=2e-3
    )  # bfloat16
    models = [storage.open_fitted(tmp_path / name) for name in ("one", "two")]
    scores = [fitted.model.score(fitted.data.histories[np.arange(30)]) for fitted in models]
    np.testing.assert_allclose(scores[1], scores[0], atol=0.02)
    assert sorted(path.name for path in kept.iterdir()) == ["B"]


def test_two_machines_at_an_address_and_errors_that_come_back(kills, tmp_path):
    import ray
    from ray.cluster_utils import Cluster

    ray.shutdown()
    machines = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    machines.add_node(num_cpus=1)
    try:
        with (
            pytest.raises(
                ArgumentError,
                match="several machines must share a PostgreSQL; got --store sqlite:///here.db",
            ),
            replicas(Settings(store="sqlite:///here.db"), machines.address),
        ):
            pass
        with pytest.raises(
            TrainingDivergedError, match="2 workers left the numbers"
        ):  # as it is, and at once: trying again mends nothing
            together(_diverge, tmp_path / "ray", workers=2, address=machines.address)
        with pytest.raises(UnknownNameError, match="unknown model 'eese'. Did you mean 'ease'"):
            tasks("ray", 2, None).start(registry.model, "eese")()
    finally:
        ray.shutdown()
        machines.shutdown()


def _diverge():
    workers = torch.ones(())
    torch.distributed.all_reduce(workers)
    raise TrainingDivergedError(f"{int(workers)} workers left the numbers")


def test_calls_here_wait_until_they_are_asked_for():
    run, done = tasks("local", 1, None), []
    later = run.start(done.append, run.keep(3))
    assert not done
    later()
    assert done == [3]


@pytest.mark.parametrize(
    ("verb", "more", "said"),
    [
        (
            "fit",
            ["--model", "popular", "--engine", "ray"],
            "--engine ray goes with a model whose work can be shared (",
        ),
        (
            "fit",
            ["--model", "sequence", "--engine", "spark"],
            "the engine must be local or ray, with 1 worker or more; got spark, 2 workers",
        ),
        ("fit", ["--model", "sequence", "--engine", "ray", "--workers", "0"], "got ray, 0 workers"),
        (
            "tune",
            ["--model", "ease", "--store", "s", "--engine", "spark"],
            "the engine must be local or ray",
        ),
    ],
)
def test_an_engine_that_cannot_be_is_refused(capsys, monkeypatch, tmp_path, verb, more, said):
    monkeypatch.chdir(tmp_path)
    assert main([verb, "--data", str(write_plain(tmp_path / "d")), "--out", "x", *more]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "error", [ArgumentError("x must be 1", given="2", fix="give 1"), MissingExtra("ray", "scale")]
)
def test_errors_cross_processes(error):
    import pickle

    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))

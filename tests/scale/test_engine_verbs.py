"""The verbs with --engine ray: the folders that the local engine writes."""

from __future__ import annotations

import pytest

from tests.cli.test_cli import run_json
from tests.data.test_pieces import dirty
from whyrec import api
from whyrec.cli.app import main


@pytest.mark.filterwarnings("ignore")  # of Ray itself
def test_prepare_and_fit_by_ray_are_those_of_this_machine(capsys, tmp_path, ray_of_two):
    source, made = dirty(tmp_path / "shop"), {}
    for engine, workers in (("local", 1), ("ray", 2)):
        given = ("--engine", engine, "--workers", str(workers))
        out, model = tmp_path / engine / "shop", tmp_path / engine / "m"
        told = run_json(
            capsys,
            "prepare",
            "--data",
            source,
            "--out",
            out,
            "--protocol",
            "next-item",
            "--k-core",
            "3",
            "--shard",
            "400",
            *given,
        )
        run_json(capsys, "fit", "--data", out, "--model", "cooccurrence", "--out", model, *given)
        made[engine] = (
            told["users"],
            told["steps"],
            {
                path.relative_to(tmp_path / engine): path.read_bytes()
                for path in (tmp_path / engine).rglob("*")
                if path.suffix in (".npy", ".parquet")
            },
        )
    assert made["ray"] == made["local"] and any(
        path.suffix == ".parquet" for path in made["ray"][2]
    )
    assert len(api.load(tmp_path / "ray" / "shop")) == made["ray"][1][-3]["left"]


def test_a_model_whose_work_is_not_shared_is_refused(capsys, tmp_path):
    given = [
        "fit",
        "--data",
        "films",
        "--model",
        "popular",
        "--out",
        str(tmp_path / "m"),
        "--engine",
    ]
    assert main([*given, "ray"]) == 2
    told = capsys.readouterr().err
    assert (
        "(ease, cooccurrence, sequential-rules, pctm, additive, lowrank, " in told
        and "got --model popular" in told
    )
    assert main([*given, "spark"]) == 2
    assert "the engine must be local or ray" in capsys.readouterr().err

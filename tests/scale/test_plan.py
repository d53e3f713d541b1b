"""Power laws: exact on exact data, honest where noisy, and told in words."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.cli.test_cli import run_json
from whyrec.cli.app import main
from whyrec.core import ArgumentError, BadArtefact
from whyrec.scale import plan


def test_a_law_is_found_again_and_predicts_the_next_size():
    x = np.array([1e3, 2e3, 4e3, 8e3])
    law = plan.fit_law(x, 3e-4 * x**1.25)
    assert law.b == pytest.approx(1.25) and law.at(16e3)[0] == pytest.approx(3e-4 * 16e3**1.25)


def test_intervals_hold_the_truth_as_often_as_they_say_and_widen_with_distance():
    rng, held, near = np.random.default_rng(0), 0, 0
    x = np.repeat([1e4, 2e4, 4e4, 8e4], 3)
    for _ in range(1000):
        b = rng.normal(1.0, plan.NEAR)  # as nature draws them
        law = plan.fit_law(x, 1e-3 * x**b * np.exp(0.1 * rng.standard_normal(len(x))))
        low, high = law.exponent()
        held += low <= b <= high
        _, low, high = law.at(1e6)
        near += low <= 1e-3 * 1e6**b * np.exp(0.1 * rng.standard_normal()) <= high
    assert 0.92 <= held / 1000 <= 0.98 and 0.92 <= near / 1000 <= 0.98
    wide = [law.at(driver)[2] / law.at(driver)[1] for driver in (4e4, 1e6, 1e9)]
    assert wide[0] < wide[1] < wide[2]


def test_two_noisy_sizes_do_not_make_an_exponent():
    rng, x, wrong = np.random.default_rng(0), np.repeat([1e5, 2e5], 3), []
    for _ in range(300):
        cost = 1e-6 * x * np.exp(0.15 * rng.standard_normal(len(x)))
        free = np.polyfit(np.log(x), np.log(cost), 1)
        wrong.append(
            [
                abs(np.log(plan.fit_law(x, cost).at(8e5)[0] / 0.8)),
                abs(np.polyval(free, np.log(8e5)) - np.log(0.8)),
            ]
        )
    ours, without = np.median(wrong, axis=0)
    assert ours < 0.6 * without


def test_one_disturbed_run_bends_nothing():
    x = np.repeat([1e5, 2e5, 4e5], 4)
    cost = 1e-6 * x
    cost[7] *= 3  # others took the machine
    assert plan.fit_law(x, cost).at(8e5)[0] == pytest.approx(0.8, rel=0.02)


def test_machines_take_a_share_of_what_is_cut_and_nothing_of_the_rest():
    one, many = (plan.plan(1e8, 1e6, 1e5, text) for text in ("1x32GB", "10x32GB"))
    for alone, shared in zip(one["rows"], many["rows"], strict=True):
        cut = "ray" in plan.STAGES[alone["stage"]].cut_by
        assert shared["hours"] == pytest.approx(alone["hours"] / (10 if cut else 1))
    assert {row["stage"] for row in one["rows"]} == set(plan.STAGES)
    assert {
        row["machines"] for row in plan.plan(1e8, 1e6, 1e5, "10x32GB", engine="local")["rows"]
    } == {1}
    with pytest.raises(ArgumentError, match="the engine must be local or ray; got spark"):
        plan.plan(1e8, 1e6, 1e5, "10x32GB", engine="spark")


def test_a_machine_too_small_is_told():
    rows = {row["stage"]: row for row in plan.plan(1e12, 1e9, 1e7, "2x4GB")["rows"]}
    assert rows["load"]["fits"] == "no"
    assert {row["fits"] for row in plan.plan(1e4, 1e3, 1e3, "1x512GB")["rows"]} == {"yes"}


@pytest.mark.parametrize(
    ("text", "said"),
    [("16", "NUMBERxMEMORY"), ("0x32GB", "NUMBERxMEMORY"), ("4x8TB", "NUMBERxMEMORY")],
)
def test_machines_that_are_none_are_refused(text, said):
    with pytest.raises(ArgumentError, match=said):
        plan.plan(1e6, 1e4, 1e4, text)


def test_sizes_and_costs_that_are_none_are_refused(tmp_path):
    with pytest.raises(ArgumentError, match="users must be a number from 1"):
        plan.plan(1e6, 0, 1e4, "1x8GB")
    with pytest.raises(ArgumentError, match="at two sizes or more"):
        plan.fit_law([5, 5, 5], [1, 2, 3])
    (tmp_path / "laws.json").write_text("{}")
    with pytest.raises(BadArtefact, match="holds no laws"):
        plan.laws(tmp_path / "laws.json")


def test_the_verb_tells_both_languages_and_machines(capsys):
    arguments = [
        "plan",
        "--events",
        "1e9",
        "--users",
        "5e7",
        "--items",
        "1e7",
        "--machines",
        "16x32GB",
    ]
    found = run_json(capsys, *arguments)
    assert found["machines"] == 16 and len(found["rows"]) == len(plan.STAGES)
    assert json.loads(plan.LAWS.read_text())["command"] == found["command"]
    assert main([*arguments, "--lang", "zh"]) == 0
    assert "超出实测" in capsys.readouterr().out
    assert main([*arguments[:-1], "many"]) == 2

"""Exploration of the service, and another model judged from its log."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.serve.helpers import Served, fitted_folder, served
from whyrec.cli.app import main
from whyrec.core import ArgumentError
from whyrec.serve.recommend.answer import Inputs
from whyrec.serve.recommend.exploration import CANDIDATES, draw
from whyrec.serve.recommend.snapshot import load_live
from whyrec.serve.settings import read_settings
from whyrec.serve.versions.off_policy import _choice, estimate_policy

LIKED, OTHERS = 0.8, 0.1  # chance of a click on what the new model would show, and on the rest


def test_the_chances_are_those_of_the_draws() -> None:
    order, n = np.arange(40, dtype=np.int32), 20_000
    drawn = [draw(order, Inputs(explore=0.4, seed=seed, place=5, n=5)) for seed in range(n)]
    at = np.bincount([one.at for one in drawn if one is not None], minlength=CANDIDATES) / n
    assert at[0] == pytest.approx(0.6 + 0.4 / CANDIDATES, abs=0.015) and at[1:] == pytest.approx(
        0.02, abs=0.006
    )
    assert {(one.at > 0, round(one.chance, 9)) for one in drawn if one is not None} == {
        (False, 0.62),
        (True, 0.02),
    }
    assert all(
        sorted(one.order.tolist()) == order.tolist() for one in drawn[:50] if one is not None
    )


def test_another_model_is_judged_through_the_real_service(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = fitted_folder(tmp_path / "new", "cooccurrence")
    new, rng = load_live(folder, "new"), np.random.default_rng(0)
    with served(tmp_path, explore=0.9) as here:
        answers = [here.recommend(user=f"u{n % 60}", n=3, explain=n % 50 == 0) for n in range(900)]
        told = [one["exploration"] for one in answers]
        assert {one["drawn"] for one in told} == {True, False}
        assert all((one["text"] is None) != one["drawn"] for one in told)
        first = next(
            one for one in answers if one["exploration"]["drawn"] and "reasons" in one["items"][0]
        )
        replay = here.json("GET", f"/v1/recommendations/{first['recommendation_id']}/replay")
        assert replay["identical"], replay
        more = here.json("GET", first["next"])
        assert not {row["item"] for row in more["items"]} & {row["item"] for row in first["items"]}
        for at, (one, part) in enumerate(zip(answers, told, strict=True)):
            record = here.service.record(one["recommendation_id"])
            shown = one["items"][part["place"] - 1]["item"]
            liked = shown == _choice(new, Inputs.of(record.inputs), part["candidates"])
            if rng.random() < (LIKED if liked else OTHERS):
                here.event(
                    f"c{at}", record.user or "", shown, type="click", recommendation_id=record.id
                )
    arguments = [
        "estimate-policy",
        "--store",
        here.settings.store,
        "--new",
        str(folder),
        "--reward",
        "click",
    ]
    assert main([*arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (
        found["answers"] == 900
        and found["rewards"] > 0
        and found["drawn"] == sum(one["drawn"] for one in told)
    )
    assert found["serving"] < (LIKED + OTHERS) / 2  # what the plain mean would say of the new model
    for name in ("ips", "snips", "dr"):
        one = found[name]
        width = one["high"] - one["low"]  # twice the interval: the draws differ from run to run
        assert one["low"] - width / 2 <= LIKED <= one["high"] + width / 2, found
    assert main(arguments) == 0 and "SNIPS" in capsys.readouterr().out


def test_a_log_that_never_explored_is_refused(here: Served, tmp_path: Path) -> None:
    answered = here.recommend(user="u1")
    assert answered.get("exploration") is None
    with pytest.raises(ArgumentError, match="explore = 0.05"):
        estimate_policy(
            here.service.store, load_live(fitted_folder(tmp_path / "new", "cooccurrence"), "new")
        )


def test_nobody_is_drawn_for_who_did_not_agree(tmp_path: Path) -> None:
    with served(tmp_path, explore=1.0) as made:
        assert made.recommend(user="u1", n=3)["exploration"]["rate"] == 1.0
        assert made.recommend(user="u1", n=3, personalized=False).get("exploration") is None
        assert made.recommend(session=["i1"], n=3).get("exploration") is None
        ask = {"json": {"user": "u1", "n": 3, "lang": "zh"}, "headers": {"Idempotency-Key": "a"}}
        assert made.json("POST", "/v1/recommendations", **ask) == made.json(
            "POST", "/v1/recommendations", **ask
        )


@pytest.mark.parametrize("share", ["1.5", "-0.1", "much"])
def test_a_share_that_is_none_is_refused(share: str) -> None:
    with pytest.raises(ArgumentError, match="a share from 0 to 1"):
        read_settings(None, {"WHYREC_EXPLORE": share})

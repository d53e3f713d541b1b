"""`make one-truth` in small: every surface says the same on the built-in films, and all of it is true."""

from __future__ import annotations

import json

import pytest

from tests.web import stage


@pytest.fixture
def one_truth():
    from bench.explanation import one_truth

    return one_truth


@pytest.mark.parametrize("model", ["ease", "additive", "graph", "tree"])
def test_no_claim_is_false_and_no_surface_disagrees(one_truth, tmp_path, capsys, request, model):
    page = int(model == "ease" and stage.built() and stage.chromium() is not None)
    asked = [
        "--sets",
        "films",
        "--models",
        model,
        "--people",
        "3",
        "--page",
        str(page),
        "--json",
        str(tmp_path / "rows.json"),
    ]
    code = one_truth.main(asked, request.getfixturevalue("chromium") if page else None)
    [row] = json.loads((tmp_path / "rows.json").read_text())
    assert (row["false"], row["disagree"], code) == (0, 0, 0), capsys.readouterr().out
    assert row["sentences"] == 120 and row["claims"] > 500 and row["unverifiable"] == 0
    assert row["page"] >= 20 * page


def test_what_differs_between_surfaces_is_told(one_truth):
    row = one_truth.Row("films", "ease")
    item = {"item": "a", "text": {"en": "x", "zh": "y"}, "share": 3, "reasons": []}
    one_truth.compare(row, "p", [item], [{"items": [item | {"text": text}]} for text in ("x", "z")])
    assert len(row.disagree) == 1 and "zh" in row.disagree[0]


def test_a_set_that_is_not_at_hand_is_left_out_and_none_is_no_success(one_truth, capsys):
    assert one_truth.main(["--sets", "lastfm", "--data", "/nowhere", "--page", "0"]) == 2
    assert "lastfm is not at hand" in capsys.readouterr().out


def test_a_page_that_cannot_be_read_is_an_error(one_truth, monkeypatch):
    monkeypatch.setattr(stage, "built", lambda: False)
    monkeypatch.setattr(stage, "chromium", lambda: "chromium")
    with pytest.raises(SystemExit, match="make web.*--page 0"):
        one_truth.main(["--sets", "films", "--page", "1"])

"""`whyrec audit` from the command line: its files, its schema, and what it says of what it did not measure."""

from __future__ import annotations

import json

import pytest

from whyrec.cli import main

from .test_cli import write_plain


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audit")
    data = write_plain(folder / "tiny-film", people=60)
    assert main(["fit", "--data", str(data), "--model", "ease", "--out", str(folder / "m")]) == 0
    return folder


def test_the_audit_is_written_in_all_its_forms(capsys, place):
    command = [
        "audit",
        place / "m",
        "--data",
        place / "tiny-film",
        "--out",
        place / "a",
        "--reasons",
        30,
        "--json",
    ]
    capsys.readouterr()
    assert main([str(part) for part in command]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"fairness", "privacy", "faithfulness", "safety"} <= set(found)
    assert found["privacy"]["measured"] is False and "--attacks" in found["safety"]["how"]
    for part in found["fairness"]["people"]:
        assert all(row["people"] >= 20 for row in part["rows"])
    written = json.loads((place / "a" / "audit.json").read_text(encoding="utf-8"))
    assert written["fairness"] == found["fairness"]
    assert (
        30 * 6 < found["support"]["counted"] <= 30 * 9
    )  # 30 people; of 12 items what they have not chosen
    assert found["support"]["under"] == {
        "1": 0.0,
        "5": found["support"]["weak"],
        "10": found["support"]["under"]["10"],
    }
    page = (place / "a" / "audit.html").read_text(encoding="utf-8")
    assert "Groups of people" in page and "人群" in page and "<script src" not in page
    assert "## 隐私" in (place / "a" / "card.zh.md").read_text(encoding="utf-8")
    assert "## How many people are behind a reason" in (place / "a" / "card.en.md").read_text(
        encoding="utf-8"
    )
    assert "理由背后有多少人" in page
    assert "## Privacy" in (place / "a" / "card.en.md").read_text(encoding="utf-8")


def test_too_few_cases_are_refused(capsys, place):
    assert (
        main(["audit", str(place / "m"), "--data", str(place / "tiny-film"), "--cases", "5"]) == 2
    )
    assert "20 or more" in capsys.readouterr().err

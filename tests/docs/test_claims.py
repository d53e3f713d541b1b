"""The documents' figures and promises are those of docs/results and docs/claims.toml, and a wrong one is found."""

from __future__ import annotations

import json
import shutil

import pytest

from scripts import claims


def test_the_documents_are_what_was_measured_and_tested():
    assert list(claims.faults()) == []


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """The pages in a folder of their own; the tests stay where they are."""
    shutil.copytree(claims.DOCS, tmp_path / "docs", ignore=shutil.ignore_patterns("images"))
    for path in claims.ROOT.glob("README*.md"):
        shutil.copy(path, tmp_path)
    (tmp_path / "tests").symlink_to(claims.ROOT / "tests")
    root = claims.ROOT
    for name in ("ROOT", "DOCS", "RESULTS", "REGISTER", "EARLIER", "PAGE"):
        place = getattr(claims, name).relative_to(root)
        monkeypatch.setattr(claims, name, tmp_path / place)
    assert list(claims.faults()) == []
    return tmp_path


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_a_planted_figure_is_found(copy):
    change(copy / "README.md", "## Two commands", "It has NDCG@10 0.217.\n\n## Two commands")
    change(copy / "docs" / "guide" / "graph.md", ".1709", ".1790")
    assert list(claims.faults()) == [
        "README.md: no kept result has the figure 0.217 (found 1 times too often)",
        "docs/guide/graph.md: no kept result has the figure .1790 (found 1 times too often)",
        "docs/guide/graph.md: docs/earlier-figures.json has figures that are gone; run make claims",
    ]
    claims.write(accept=False)
    assert any("0.217" in fault for fault in claims.faults())  # writing does not accept it


def test_a_table_that_is_not_its_result_is_found(copy):
    path = copy / "docs" / "results" / "accuracy" / "ml-1m-order.json"
    found = json.loads(path.read_text())
    found["rows"][-1]["ndcg@10"]["mean"] += 0.01
    path.write_text(json.dumps(found))
    [fault] = claims.faults()
    assert "benchmarks.md: a table is not what docs/results say" in fault


def test_a_promise_that_nobody_makes_and_a_test_that_is_gone_are_found(copy):
    change(copy / "README.md", "ranking again", "hoping")
    change(copy / "docs" / "claims.toml", "::test_a_planted_lie_is_found", "::test_nothing")
    faults = list(claims.faults())
    assert any("README.md does not say: tests the named reasons" in fault for fault in faults)
    assert any("no such test: tests/serve/test_verify_mutations.py" in fault for fault in faults)

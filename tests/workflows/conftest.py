"""A small data set, fitted models, and the comparison of a result with what the command line prints."""

from __future__ import annotations

import json

import pytest

from tests.cli.test_cli import write_plain
from whyrec import workflows
from whyrec.cli import main

CHANGES = {  # what differs from one run to the next
    "made",
    "command",
    "receipt_id",
    "time",
    "fit_seconds",
    "fit_cpu_seconds",
    "spent_seconds",
    "score_seconds",
    "tune_seconds",
    "score_cpu_seconds",
    "peak_mb",
    "seconds",
    "ms",
    "ms_p50",
    "ms_p99",
    "p50_ms",
    "p99_ms",
    "ms_per_case",
    "people_per_second",
    "learning_rate",
}


def steady(value):
    """A value of JSON without what changes from run to run."""
    if isinstance(value, dict):
        return {key: None if key in CHANGES else steady(inner) for key, inner in value.items()}
    return [steady(inner) for inner in value] if isinstance(value, list) else value


@pytest.fixture
def is_json(capsys):
    """Checks that a workflow printed nothing, and that its object is what --json prints."""

    def check(result, *arguments, code=0):
        out, err = capsys.readouterr()
        assert (out, err) == ("", "")
        assert main([*(str(one) for one in arguments), "--json"]) == code
        printed = json.loads(capsys.readouterr().out)
        found = result.to_dict()
        assert list(found) == list(printed)
        assert steady(json.loads(json.dumps(found))) == steady(printed)
        text = str(result)
        assert text and "\x1b" not in text and capsys.readouterr().out == ""

    return check


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    return write_plain(tmp_path_factory.mktemp("workflows") / "tiny-film", people=80)


@pytest.fixture(scope="session")
def events(data):
    """(person, item) of each row of the file, in its order."""
    lines = (data / "events.csv").read_text().splitlines()[1:]
    return [tuple(line.split(",")[:2]) for line in lines]


@pytest.fixture(scope="session")
def ease(data, tmp_path_factory):
    out = tmp_path_factory.mktemp("ease") / "m"
    workflows.fit(data, "ease", out)
    return out


@pytest.fixture(scope="session")
def tree(data, tmp_path_factory):
    out = tmp_path_factory.mktemp("tree") / "m"
    settings = {"candidates": 8, "negatives": 5, "min_samples": 15, "max_depth": 3}
    workflows.fit(data, "tree", out, config=settings)
    return out


@pytest.fixture(scope="session")
def large(data, tmp_path_factory):
    pytest.importorskip("torch")
    out = tmp_path_factory.mktemp("large") / "m"
    settings = {"text": "", "width": 8, "heads": 2, "blocks": 1, "length": 20, "epochs": 2}
    workflows.fit(data, "sequence", out, config=settings)
    return out

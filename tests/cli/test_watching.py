"""What commands show while they work: a line now and then, a bar on a terminal, seconds by stage."""

import io
import json
import time

import pytest
from rich.console import Console

from tests.cli.test_cli import run, write_plain
from tests.waiting import wait_for
from whyrec.cli import show, watching
from whyrec.cli.app import _log_flags
from whyrec.core.stages import stage


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return write_plain(tmp_path_factory.mktemp("data") / "tiny-film")


def test_off_a_terminal_a_line_says_what_is_done(monkeypatch, capsys):
    monkeypatch.setattr(watching, "EVERY", 0.02)
    lines = []

    def written(text):
        lines.append(capsys.readouterr().err)
        return text in "".join(lines)

    with show.command():
        with show.progress("comparing 2 models") as update:
            update(0.5, "model 2 of 2, best so far ease")
            with show.progress("fitting x"), stage("counting\x07"):
                wait_for(lambda: written("s] model 2 of 2, best so far ease, 50%: fitting x: "))
                wait_for(lambda: written("counting\\u{7}\n"))
        with show.progress("reading postgresql://me:secret@host/shop"):
            wait_for(lambda: written("s] reading postgresql://host/shop\n"))
        capsys.readouterr()
        time.sleep(0.2)
        assert capsys.readouterr().err == ""  # nothing is open
    assert "secret" not in "".join(lines)
    capsys.readouterr()
    time.sleep(0.1)
    assert capsys.readouterr().err == ""  # the command is over


def test_lines_come_by_the_clock_and_not_by_the_stage(monkeypatch, capsys):
    monkeypatch.setattr(watching, "EVERY", 0.5)
    with show.command():
        since = time.monotonic()
        while time.monotonic() < since + 1.7:
            with show.progress("short"):
                time.sleep(0.05)
    assert 1 <= capsys.readouterr().err.count("\n") <= 3


def test_json_stays_whole_and_short_commands_say_nothing(monkeypatch, capsys, plain):
    command = ["compare", "--data", plain, "--models", "popular,ease", "--json"]
    monkeypatch.setattr(watching, "EVERY", 600)
    code, out, err = run(capsys, *command)
    assert (code, err) == (0, "") and json.loads(out)["rows"]
    monkeypatch.setattr(watching, "EVERY", 0.001)
    code, out, err = run(capsys, *command)
    assert code == 0 and json.loads(out)["rows"]
    assert "model 2 of 2, best so far popular (ndcg@10 0." in err


@pytest.mark.parametrize("at", [0, 1, 6])
def test_the_log_says_where_the_time_went(capsys, plain, at):
    arguments = ["compare", "--data", plain, "--models", "popular,ease"]
    arguments.insert(at, "--log")
    code, out, err = run(capsys, *arguments, "--json")
    assert code == 0 and json.loads(out)["rows"]
    lines = err.splitlines()
    start = lines.index("Where the time went")
    assert lines[start + 1].split() == ["stage", "seconds", "CPU", "seconds"]
    names = [" ".join(line.split()[:-2]) for line in lines[start + 2 :]]
    assert names[:3] == [f"reading {plain}", "comparing 2 models", "fitting popular"]
    assert "EASE" in names and names[-1] == "all"
    rows = {name: line.split()[-2:] for name, line in zip(names, lines[start + 2 :], strict=True)}
    parts = sum(float(rows[name][0]) for name in (names[0], names[1]))
    assert parts <= float(rows["all"][0]) + 0.02


def test_the_log_of_fit_may_be_a_directory():
    assert _log_flags(["fit", "--log", "folder", "--json"]) == []
    assert _log_flags(["fit", "--log", "--json"]) == [1]
    assert _log_flags(["fit", "--json", "--log"]) == [2]
    assert _log_flags(["--log", "fit", "--log", "folder"]) == [0]
    assert _log_flags(["compare", "--log", "--json"]) == [1]


def test_on_a_terminal_a_bar_shows_the_stages_and_goes(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr(
        show, "_console", lambda stderr=False: Console(file=out, force_terminal=True, width=100)
    )
    with show.command():
        with show.progress("comparing [2] models") as update:
            with show.progress("fitting x"):
                wait_for(lambda: "comparing [2] models: fitting x" in out.getvalue())
            update(0.5, "one is done")
            wait_for(lambda: "one is done, 50%" in out.getvalue())
        shown = len(out.getvalue())
        time.sleep(0.3)
        assert len(out.getvalue()) == shown  # nothing is open

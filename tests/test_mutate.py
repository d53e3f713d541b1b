"""Mutation testing on a project of one function: what is drawn, what counts as noticed, what is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from scripts import mutate
from tests.waiting import wait_for

CODE = '''"""A toy."""

__all__ = ["larger", "unseen"]


def larger(a, b):
    return a if a > b else b


def unseen(a):
    return a + 1
'''
TEST = (
    "from toy import larger\n\n\ndef test_larger():\n    assert larger(1, 2) == larger(2, 1) == 2\n"
)
TABLE = """bar = 0.85
[nearest]
"src/toy.py" = ["tests/test_toy.py"]
"""
EQUIVALENT = """[[equivalent]]
file = "src/toy.py"
before = "return a if a > b else b"
after = "return a if a >= b else b"
why = "equal numbers are the same"
"""


@pytest.fixture
def toy(tmp_path):
    """The project's folder."""
    for path, text in (
        ("src/toy.py", CODE),
        ("tests/test_toy.py", TEST),
        ("scripts/mutate.toml", TABLE),
    ):
        (tmp_path / "toy" / path).parent.mkdir(parents=True)
        (tmp_path / "toy" / path).write_text(text)
    return tmp_path / "toy"


def table(text=TABLE):
    return mutate.Table(**mutate.tomllib.loads(text))


def every(root, text=TABLE):
    """The changed lines of all mutants that any of the first 40 seeds draws."""
    return {
        mutant.code.splitlines()[mutant.line - 1].strip()
        for seed in range(40)
        for mutant in mutate.drawn(root, ["src/toy.py"], table(text), seed)
    }


def test_each_change_of_code_is_drawn_and_none_of_the_exports(toy):
    assert every(toy) == {
        "return a if a >= b else b",
        "return a if (a > b) and False else b",
        "return a if (a > b) or True else b",
        "return a - 1",
        "return a + 2",
    }
    assert "return a if a >= b else b" not in every(toy, TABLE + EQUIVALENT)


def test_a_seed_draws_the_same_mutants_again(toy):
    first, again, other = (
        [m.diff for m in mutate.drawn(toy, ["src/toy.py"], table(), seed)] for seed in (3, 3, 4)
    )
    assert first == again != other
    assert len(first) == 4  # one each for the condition, its sign, the sum and the number


def test_only_named_files_are_measured(toy):
    assert table().files(toy, ["src/*"]) == ["src/toy.py"]
    with pytest.raises(SystemExit, match="no file of scripts/mutate.toml is src/other.py"):
        table().files(toy, ["src/other.py"])


def test_verdicts(toy, tmp_path, monkeypatch):
    monkeypatch.setattr(mutate, "LIMIT", 1)
    monkeypatch.setattr(mutate, "MORE", 1)
    copy = mutate.Copy(toy, tmp_path)
    tests = ("tests/test_toy.py",)
    for code, verdict in (
        (CODE.replace("a > b", "a < b"), "killed"),
        (CODE.replace("a + 1", "a - 1"), "survived"),
        (CODE + "while True:\n    pass\n", "timed out"),
    ):
        assert copy.verdict(mutate.Mutant("src/toy.py", 1, code, ""), tests) == verdict
        assert (copy.folder / "src/toy.py").read_text() == CODE
    (copy.folder / "tests/test_toy.py").write_text("def test_of_nothing():\n    assert False\n")
    with pytest.raises(SystemExit):  # tests that fail anyway notice nothing
        copy.seconds.clear()
        copy.verdict(mutate.Mutant("src/toy.py", 1, CODE, ""), tests)


def test_the_score_is_kept_and_a_low_one_fails(toy, capsys):
    (toy / "src/toy.py").write_text("def unseen(a):\n    return -a\n\n\nlarger = max\n")
    before = {path: path.read_bytes() for path in toy.rglob("*") if path.is_file()}
    assert mutate.main(["src/toy.py", "--mutants", "1", "--seed", "1"], toy) == 1
    assert {path: path.read_bytes() for path in before} == before
    kept = json.loads((toy / "docs/results/mutation.json").read_text())
    assert (kept["score"], kept["mutants"], kept["survived"], kept["seed"]) == (0, 1, 1, 1)
    assert kept["low"] == 0
    assert kept["high"] == 0.7935  # z² / (1 + z²), z = 1.96
    assert kept["files"] == {"src/toy.py": {"survived": 1}}
    printed = capsys.readouterr().out
    assert "survived  src/toy.py:2" in printed
    assert "-    return -a\n+    return +a" in printed
    assert (
        "0 killed, 0 timed out, 1 survived: 0.0% of 1 mutants noticed (95%: 0.0% to 79.3%)"
        in printed
    )


def test_an_interrupt_leaves_nothing_behind(toy, tmp_path):
    places = tmp_path / "temporary"
    places.mkdir()
    started = tmp_path / "started"
    (toy / "tests/test_toy.py").write_text(
        f"import os, pathlib, time\n\n\ndef test_waits():\n    pathlib.Path({str(started)!r}).write_text(str(os.getpid()))\n    time.sleep(600)\n"
    )
    # A shell lets what it starts in the background ignore SIGINT, and children inherit that.
    code = f"""
import pathlib, signal
from scripts import mutate
signal.signal(signal.SIGINT, signal.default_int_handler)
mutate.main([], pathlib.Path({str(toy)!r}))
"""
    measuring = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=mutate.ROOT,
        env=os.environ | {"TMPDIR": str(places)},
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: started.exists() and started.read_text())
    assert list(places.iterdir())
    measuring.send_signal(signal.SIGINT)
    assert measuring.wait(timeout=60) != 0
    assert list(places.iterdir()) == []
    assert (toy / "src/toy.py").read_text() == CODE
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)

"""The commands and code of the first-hour pages do what the pages show."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

from whyrec.cli.app import main

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(r'^```(\w+)(?: title="(.+)")?\n(.*?)^```$', re.M | re.S)
PAGES = [
    path
    for path in sorted([*DOCS.glob("get-started/*.md"), *DOCS.glob("concepts/*.md")])
    if "\nwhyrec " in path.read_text(encoding="utf-8")
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A reader's folder. Pages in both languages share it, so the same command runs once."""
    return tmp_path_factory.mktemp("reader")


@pytest.fixture(scope="module")
def outputs():
    """What each command has printed."""
    return {}


def printed_by(command, *arguments):
    """What a function prints, and what it returns."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        returned = command(*arguments)
    return out.getvalue(), returned


def run(line, outputs):
    """What a command prints; it must succeed."""
    if line not in outputs:
        outputs[line], code = printed_by(main, shlex.split(line)[1:])
        assert code in (0, None), f"{line}\n{outputs.pop(line)}"
    return outputs[line]


def is_shown(shown, printed):
    """Whether a page shows what was printed: line breaks differ, "..." stands for anything."""
    pattern = ".*".join(re.escape(re.sub(r"\s", "", part)) for part in shown.split("..."))
    return re.fullmatch(pattern, re.sub(r"\s", "", printed), re.S) is not None


def test_the_comparison_can_fail():
    assert is_shown("a b\n...\nd", "a  b c\n c d")
    assert not is_shown("a b", "a b c")
    assert not is_shown("score 0.33", "score 0.34")


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.relative_to(DOCS).as_posix())
def test_the_commands_of_a_page_print_what_it_shows(path, folder, outputs, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    printed = None
    for kind, title, body in BLOCK.findall(path.read_text(encoding="utf-8")):
        if title:
            Path(title).write_text(body, encoding="utf-8")
        elif kind == "sh":
            lines = [line for line in body.splitlines() if line.startswith("whyrec ")]
            printed = [run(line, outputs) for line in lines][-1] if lines else None
        elif kind == "python" and not body.startswith(">>>"):
            printed, _ = printed_by(exec, body, {})
        elif kind == "text" and printed is not None:
            assert is_shown(body, printed), f"{path.name} shows\n{body}\nbut it prints\n{printed}"
            printed = None

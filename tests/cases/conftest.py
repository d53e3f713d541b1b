"""The small inputs that failed at users of whyrec and its peers, each in a folder of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from whyrec.cli.app import main

SHARED = Path(__file__).resolve().parents[3] / "shared" / "cases"


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """case("01"): a copy of the case's folder, which becomes the working directory.

    The cases are in the folder WHYREC_CASE_FOLDER or in ../shared/cases; a test skips if there is none.
    """

    def locate(number: str) -> Path:
        folder = Path(os.environ.get("WHYREC_CASE_FOLDER") or SHARED)
        found = sorted(folder.glob(f"{number}-*"))
        if not found:
            pytest.skip(f"case {number} is not in {folder}: set WHYREC_CASE_FOLDER")
        copy = Path(shutil.copytree(found[0], tmp_path / "case"))
        monkeypatch.chdir(copy)
        return copy

    return locate


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """run("fit", "--data", path): (exit code, output, errors) of the command."""

    def command(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        output, errors = capsys.readouterr()
        return code, output, errors

    return command

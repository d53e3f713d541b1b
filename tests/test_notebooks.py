"""The notebooks run from top to bottom on what is built in, speak both languages, and carry no outputs of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")
ROOT = Path(__file__).resolve().parents[1]
BOOKS = sorted((ROOT / "docs" / "examples").glob("*.ipynb"))


def test_there_are_four():
    assert [path.stem for path in BOOKS] == ["is-this-reason-true", "shop", "social", "video"]


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_each_text_is_in_english_and_chinese_and_no_output_is_kept(path):
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    for cell in book.cells:
        if cell.cell_type == "markdown":
            assert re.search("[a-z]{3}", cell.source) and re.search(
                "[\u4e00-\u9fff]", cell.source
            ), cell.source
        else:
            assert cell.outputs == [] and cell.execution_count is None


@pytest.mark.slow
@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_it_runs_and_shows_a_picture(path, tmp_path):
    environment = {**os.environ, "WHYREC_DATA": str(tmp_path), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "notebooks.py"), str(tmp_path), path.stem],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    made = nbformat.read(tmp_path / path.name, as_version=4)
    shown = "".join(
        str(out.get("data", {}).get("text/html", ""))
        for cell in made.cells
        if cell.cell_type == "code"
        for out in cell.outputs
    )
    assert (
        "data:image/png;base64," in shown and "<table>" in shown
    ) or path.stem == "is-this-reason-true"

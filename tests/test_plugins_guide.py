"""The guide's package, written out as it stands there, is found by name and works."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[1] / "docs" / "guide" / "plugins.md"
FAULT = r"AssertionError: (removal: removing event \d+) took ([\d.]+\d), its weight is ([\d.]+\d)"


@pytest.fixture
def package(tmp_path):
    """The guide's files, with the record of entry points that an installer would write."""
    files = dict(
        re.findall(r"`([\w./]+)`:\n\n```\w+\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)
    )
    assert list(files) == [
        "pyproject.toml",
        "src/whyrec_fading/__init__.py",
        "tests/test_fading.py",
        "use.py",
    ]
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    project = tomllib.loads(files["pyproject.toml"])["project"]
    record = tmp_path / "src" / "whyrec_fading-0.1.dist-info"
    record.mkdir()
    (record / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    lines = [
        f"[{group}]\n" + "".join(f"{name} = {where}\n" for name, where in points.items())
        for group, points in project["entry-points"].items()
    ]
    (record / "entry_points.txt").write_text("\n".join(lines))
    return tmp_path


def run(package, *arguments):
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=package,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(package / "src")},
    )
    return done.returncode, done.stdout + done.stderr


def test_the_model_passes_its_check(package):
    code, text = run(package, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    assert code == 0, text


def test_the_model_is_used_by_name(package):
    code, text = run(package, "use.py")
    assert code == 0, text
    assert re.fullmatch(r".+ by exact\n( +\d+\.\d\d  .+\n){2}", text), text


def test_the_command_line_knows_the_model(package):
    command = (
        re.search(r"whyrec (fit --data films .*)", GUIDE.read_text(encoding="utf-8"))
        .group(1)
        .split()
    )
    code, text = run(package, "-c", "from whyrec.cli import main; main()", *command)
    assert code == 0, text
    assert (package / "model" / "manifest.json").exists()


def test_the_fault_that_the_guide_names_is_caught(package):
    model = package / "src" / "whyrec_fading" / "__init__.py"
    text = model.read_text()
    assert text.count("query.events_ago") == 1
    model.write_text(text.replace("query.events_ago", "np.arange(len(query))[::-1]"))
    code, said = run(package, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    assert code == 1
    told, seen = (
        re.search(FAULT, where).groups() for where in (GUIDE.read_text(encoding="utf-8"), said)
    )
    assert told[0] == seen[0]
    assert [float(x) for x in told[1:]] == pytest.approx([float(x) for x in seen[1:]], rel=1e-4)

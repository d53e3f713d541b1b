"""The walls of the house: who may import whom, how long a file may be, what must not be written down."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "whyrec"
PARTS = (
    "data",
    "explain",
    "evaluate",
    "compress",
    "visualise",
    "privacy",
    "scale",
)
LEVEL = {
    "frames": -1,
    "lazy": -1,
    "core": 0,
    **dict.fromkeys(PARTS, 1),
    "models": 2,
    "registry": 3,
    "storage": 4,
    "api": 5,
    "workflows": 6,
    "public": 7,
    "serve": 8,
    "cli": 9,
    "__main__": 10,
}
HEAVY = {
    "torch",
    "transformers",
    "polars",
    "pandas",
    "fastapi",
    "sqlalchemy",
    "matplotlib",
    "jinja2",
}
FILES = sorted(SOURCE.rglob("*.py"))


def part_of(path):
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


def imports(path):
    """Every import of a file, also inside functions, as (line, dotted name)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "RELATIVE"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_imports_point_downwards_and_never_sideways(path):
    me = part_of(path)
    for line, name in imports(path):
        assert name != "RELATIVE", f"{path}:{line}: import by full name"
        if not name.startswith("whyrec.") or me == "__init__":
            continue
        other = name.split(".")[1]
        assert other in LEVEL or name.count(".") == 1, f"{path}:{line}: {name} is in no part"
        if other != me and other in LEVEL:
            assert LEVEL[other] < LEVEL[me], f"{path}:{line}: {me} must not import {other}"


@pytest.mark.parametrize("part", ["core", "evaluate"])
def test_core_and_evaluate_stay_light(part):
    for path in (SOURCE / part).rglob("*.py"):
        for line, name in imports(path):
            assert name.split(".")[0] not in HEAVY, f"{path}:{line}: {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_files_and_functions_stay_short(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400, f"{path} has {text.count(chr(10))} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[min(1, len(node.body) - 1)] if ast.get_docstring(node) else node
            length = node.end_lineno - first.lineno + 1  # the docstring may take the room it needs
            assert length <= 40, f"{path}:{node.lineno}: {node.name} has {length} lines"


def test_help_needs_no_heavy_import():
    """`whyrec --help` answers at once: it imports none of the heavy libraries."""
    import sys

    code = (
        "import sys; from whyrec.cli.app import main; main(['--help']); "
        "print(sorted({'numpy', 'scipy', 'polars', 'torch', 'implicit', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]"), done.stdout[-200:]


def test_nothing_of_one_machine_is_written_down():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    pattern = re.compile(
        r"(?<![\w.])/(?:work|farm|root|home/\w+)/|index-url|/simple/|resolved\": \"https?:"
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = ROOT / name
        if (
            path.suffix
            in {".py", ".md", ".toml", ".sh", ".html", ".css", ".js", ".json", ".yml", ".bib"}
            or path.name == "Makefile"
        ):
            found = pattern.search(path.read_text(encoding="utf-8")) if path.exists() else None
            assert found is None or path == Path(__file__).resolve(), f"{name}: {found}"

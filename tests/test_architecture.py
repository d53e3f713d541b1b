"""The walls of the house: who may import whom, how long a file may be, what must not be written down."""

from __future__ import annotations

import ast
import importlib.util
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
    "forces",
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
    "catalog": 10,
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


def script(name):
    """A file of scripts/, which is no package, as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


size = script("size")


def build_component(path):
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
    me = build_component(path)
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
    assert size.too_long(path) == []


def test_nine_in_ten_files_and_functions_are_shorter_still():
    files, functions = size.measured(SOURCE)
    assert size.percentile(files, 0.9) <= 350
    assert size.percentile(functions, 0.9) <= 40


def test_what_is_too_long_is_found(tmp_path):
    long = tmp_path / "long.py"
    long.write_text("def f():\n" + "    x = 1\n" * 80 + "\n" * 420, encoding="utf-8")
    assert [one.lines for one in size.too_long(long)] == [501, 81]
    documented = 'def f():\n    """' + "Words.\n" * 30 + '    """\n' + "    x = 1\n" * 80
    long.write_text(documented, encoding="utf-8")
    assert size.too_long(long) == []
    assert size.percentile(size.measured(tmp_path)[1], 0.9) == 80


def rooms(folder):
    """{room: its files} of a part: each package below it, and each module directly in it."""
    files = {}
    for path in sorted(folder.rglob("*.py")):
        if path.name != "__init__.py":
            alone = path.parent == folder
            files.setdefault(path if alone else path.parent, []).append(path)
    return files


def test_the_service_has_few_rooms_of_few_files():
    found = rooms(SOURCE / "serve")
    top = {path.relative_to(SOURCE / "serve").parts[0] for path in found}
    assert len(top) <= 15, sorted(top)
    assert {str(room): len(files) for room, files in found.items() if len(files) > 12} == {}


def test_rooms_are_counted(tmp_path):
    for name in (
        "main.py",
        "__init__.py",
        "api/one.py",
        "api/routes/two.py",
        "api/routes/three.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = {str(room.relative_to(tmp_path)): len(files) for room, files in rooms(tmp_path).items()}
    assert found == {"main.py": 1, "api": 1, "api/routes": 2}


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


ASKED_BY_NAME = 10  # objects of other libraries: drivers of databases, torch, transformers


def asked_by_name(text):
    """Lines that ask an object for an attribute by a literal name."""
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("hasattr", "getattr")
            and len(node.args) > 1
            and isinstance(node.args[1], ast.Constant)
        ):
            yield node.lineno


def test_powers_are_declared_and_not_asked_for_by_name():
    """A power is a protocol (core/capabilities.py). Only what belongs to another library is asked by
    name, and the line says why."""
    found = 0
    for path in FILES:
        if path.relative_to(SOURCE).as_posix() in ("core/capabilities.py", "core/artefact.py"):
            continue
        text = path.read_text(encoding="utf-8")
        for line in asked_by_name(text):
            found += 1
            reason = text.splitlines()[line - 1].partition("  # ")[2]
            assert reason, f"{path}:{line}: use isinstance with a protocol, or say why not"
    assert found <= ASKED_BY_NAME, f"{found} attributes are asked for by name"


def test_a_name_that_is_asked_for_is_found():
    assert list(asked_by_name('a = 1\nb = hasattr(a, "cut") or getattr(a, name)\n')) == [2]
    assert list(asked_by_name('a = [\n    getattr(x, "stages_", None)\n]')) == [2]

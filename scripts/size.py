"""How long files and functions are, and how dense their lines: what the house allows.

    python scripts/size.py [FOLDER]

Prints one line a measure, every file or function beyond its limit and, where the lines are too
dense, the densest files. A function's docstring is not counted. Exit code 1 if a limit is passed.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FILE, FILE_P90 = 500, 350  # lines
FUNCTION, FUNCTION_P90 = 80, 40  # lines without the docstring
NODES = 5.0  # syntax nodes a line that is neither blank nor a comment
DENSEST = 10  # files printed if the lines are too dense
# Read with the name or the expression that they belong to: load or store, +, ==, and, not.
MARKS = (ast.expr_context, ast.operator, ast.cmpop, ast.boolop, ast.unaryop)
SOURCE = Path(__file__).resolve().parents[1] / "src" / "whyrec"


class Size(NamedTuple):
    """One file or function: its place, as "path:line name", and its lines."""

    where: str
    lines: int


def functions(path: Path) -> Iterator[Size]:
    """The functions of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            documented = ast.get_docstring(node) is not None and len(node.body) > 1
            first = node.body[1].lineno if documented else node.lineno
            yield Size(f"{path}:{node.lineno} {node.name}", (node.end_lineno or first) - first + 1)


def too_long(path: Path) -> list[Size]:
    """The file and its functions, as far as they pass the limit of one."""
    whole = Size(str(path), len(path.read_text(encoding="utf-8").splitlines()))
    found = [whole] if whole.lines > FILE else []
    return found + [one for one in functions(path) if one.lines > FUNCTION]


def density(path: Path) -> tuple[int, int]:
    """(syntax nodes, lines that are neither blank nor a comment; those of docstrings count)."""
    text = path.read_text(encoding="utf-8")
    nodes = sum(not isinstance(node, MARKS) for node in ast.walk(ast.parse(text)))
    lines = (line.strip() for line in text.splitlines())
    return nodes, sum(bool(line) and not line.startswith("#") for line in lines)


def percentile(sizes: list[Size], share: float) -> int:
    """The lines that so large a share of the files or functions does not pass."""
    lines = sorted(size.lines for size in sizes)
    return lines[max(0, round(share * len(lines)) - 1)] if lines else 0


def measured(folder: Path = SOURCE) -> tuple[list[Size], list[Size]]:
    """(files, functions) of a folder."""
    paths = sorted(folder.rglob("*.py"))
    files = [Size(str(path), len(path.read_text(encoding="utf-8").splitlines())) for path in paths]
    return files, [one for path in paths for one in functions(path)]


def densest(counts: dict[Path, tuple[int, int]]) -> list[tuple[float, Path]]:
    """The files with the most nodes beyond the limit, as (nodes a line, file)."""
    beyond = {path: nodes - NODES * lines for path, (nodes, lines) in counts.items()}
    found = sorted(beyond, key=lambda path: -beyond[path])[:DENSEST]
    return [(counts[path][0] / counts[path][1], path) for path in found]


def main(folder: Path = SOURCE) -> int:
    """Print the measures of a folder; 1 if a limit is passed."""
    files, parts = measured(folder)
    counts = {path: density(path) for path in sorted(folder.rglob("*.py"))}
    lines = sum(number for _, number in counts.values())
    nodes = sum(number for number, _ in counts.values()) / max(1, lines)
    beyond = [one for path in counts for one in too_long(path)]
    print(f"files: {len(files)}, p90 {percentile(files, 0.9)} lines (at most {FILE_P90})")
    print(f"functions: {len(parts)}, p90 {percentile(parts, 0.9)} lines (at most {FUNCTION_P90})")
    print(f"syntax nodes a line of code: {nodes:.2f} (at most {NODES})")
    for one in sorted(beyond, key=lambda size: -size.lines):
        print(f"too long: {one.where}, {one.lines} lines")
    dense = nodes > NODES
    if dense:
        for share, path in densest(counts):
            print(f"dense: {path}, {share:.2f} nodes a line")
    return int(
        bool(beyond)
        or percentile(files, 0.9) > FILE_P90
        or percentile(parts, 0.9) > FUNCTION_P90
        or dense
    )


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE))

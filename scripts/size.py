"""How long files and functions are, and how dense their lines: what the house allows.

    python scripts/size.py [FOLDER]

Prints one line a measure and every file or function beyond its limit. A function's docstring is not
counted. Exit code 1 where a limit is passed.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FILE, FILE_P90 = 500, 350  # lines
FUNCTION, FUNCTION_P90 = 80, 40  # lines without the docstring
NODES = 5.0  # syntax nodes a line of code
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


def density(path: Path) -> tuple[int, int]:
    """(syntax nodes, lines of code: neither empty nor comment nor docstring)."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    words: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            words |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    code = [
        line
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.strip().startswith("#") and number not in words
    ]
    return sum(1 for _ in ast.walk(tree)), len(code)


def percentile(sizes: list[Size], share: float) -> int:
    """The lines that so large a share of the files or functions does not pass."""
    lines = sorted(size.lines for size in sizes)
    return lines[max(0, round(share * len(lines)) - 1)] if lines else 0


def main(folder: Path = SOURCE) -> int:
    """Print the measures of a folder; 1 where a limit is passed."""
    paths = sorted(folder.rglob("*.py"))
    files = [Size(str(path), len(path.read_text(encoding="utf-8").splitlines())) for path in paths]
    parts = [one for path in paths for one in functions(path)]
    counts = [density(path) for path in paths]
    nodes = sum(count for count, _ in counts) / max(1, sum(lines for _, lines in counts))
    beyond = [one for one in files if one.lines > FILE] + [
        one for one in parts if one.lines > FUNCTION
    ]
    print(f"files: {len(files)}, p90 {percentile(files, 0.9)} lines (at most {FILE_P90})")
    print(f"functions: {len(parts)}, p90 {percentile(parts, 0.9)} lines (at most {FUNCTION_P90})")
    print(f"syntax nodes a line of code: {nodes:.2f} (at most {NODES})")
    for one in sorted(beyond, key=lambda size: -size.lines):
        print(f"too long: {one.where}, {one.lines} lines")
    return int(
        bool(beyond)
        or percentile(files, 0.9) > FILE_P90
        or percentile(parts, 0.9) > FUNCTION_P90
        or nodes > NODES
    )


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE))

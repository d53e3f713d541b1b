"""Execute the notebooks of docs/examples from top to bottom and write them, with what they show,
into a folder.

python scripts/notebooks.py OUT [NAME ...]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

EXAMPLES = Path(__file__).resolve().parents[1] / "docs" / "examples"


def execute(path: Path, out: Path) -> Path:
    """The executed notebook's path; raises nbclient's CellExecutionError where a cell fails."""
    book = nbformat.read(path, as_version=4)
    NotebookClient(
        book, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    out.mkdir(parents=True, exist_ok=True)
    nbformat.write(book, out / path.name)
    return out / path.name


def main() -> int:
    out, names = Path(sys.argv[1]), sys.argv[2:]
    for path in sorted(EXAMPLES.glob("*.ipynb")):
        if not names or path.stem in names:
            start = time.perf_counter()
            print(
                f"{path.stem}: {execute(path, out)} in {time.perf_counter() - start:.0f} s",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())

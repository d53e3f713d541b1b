"""Where a kept result comes from: command, commit, date and the machine's load."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def provenance(command: str, load: float | None = None) -> dict[str, Any]:
    """The fields that every result in docs/results begins with; load: at the start of the run."""
    return {
        "command": command,
        "commit": git("rev-parse", "--short", "HEAD"),
        "changed": bool(git("status", "--porcelain", "--", "src")),
        "date": datetime.now(UTC).date().isoformat(),
        "load": round(os.getloadavg()[0] if load is None else load, 1),
    }


def keep(name: str, command: str, load: float, found: dict[str, Any]) -> Path:
    """Write a result to docs/results/NAME.json, with where it comes from; return the file."""
    path = ROOT / "docs" / "results" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps(provenance(command, load) | found, indent=1) + "\n", encoding="utf-8"
    )
    return path


def git(*arguments: str) -> str:
    """What git prints in this repository."""
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()

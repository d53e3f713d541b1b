"""The privacy ledger: a file of every release of some data, and what they cost together.

    {"data_hash": "...", "delta": 1e-8, "releases": [{"what": "...", "time": "...", "noise": 3.1,
    "steps": 1, "rate": 1.0}]}

Releases of the same people add up, whoever made them; so every private model of the data goes into
one ledger.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from whyrec.core import ArgumentError, BadArtefact
from whyrec.privacy.accountant import Release, epsilon

__all__ = ["Ledger", "releases_of"]


def releases_of(privacy: Mapping[str, Any]) -> list[Release]:
    """The releases that a private model states of itself (its `privacy_`)."""
    return [
        Release(
            one["noise"] / one["sensitivity"], int(one.get("steps", 1)), float(one.get("rate", 1.0))
        )
        for one in privacy["releases"]
    ]


class Ledger:
    """One file per data set. Raises BadArtefact for a file that is not a ledger."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.stored: dict[str, Any] = {"data_hash": None, "delta": None, "releases": []}
        if self.path.exists():
            try:
                found = json.loads(self.path.read_text("utf-8"))
                self.stored = {
                    "data_hash": found["data_hash"],
                    "delta": found["delta"],
                    "releases": list(found["releases"]),
                }
                self.releases()
            except (ValueError, KeyError, TypeError) as error:
                raise BadArtefact(
                    f"{self.path} is not a privacy ledger: {error}. Fix: name another file."
                ) from None

    def releases(self) -> list[Release]:
        return [Release(one["noise"], one["steps"], one["rate"]) for one in self.stored["releases"]]

    def add(self, what: str, privacy: Mapping[str, Any], data_hash: str) -> float:
        """Write down a private model's releases; the epsilon of all so far. The file is replaced as
        a whole, so that a crash leaves the old one or the new one."""
        if self.stored["data_hash"] not in (None, data_hash):
            raise ArgumentError(
                "a ledger holds the releases of one data set",
                given=f"data {data_hash[:12]}, ledger of {self.stored['data_hash'][:12]}",
                fix="keep a ledger for each data set",
            )
        now = datetime.now(UTC).isoformat(timespec="seconds")
        rows = [
            {"what": what, "time": now, "noise": one.noise, "steps": one.steps, "rate": one.rate}
            for one in releases_of(privacy)
        ]
        delta = min(privacy["delta"], self.stored["delta"] or 1.0)
        self.stored = {
            "data_hash": data_hash,
            "delta": delta,
            "releases": [*self.stored["releases"], *rows],
        }
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(self.stored, indent=1), "utf-8")
        part.replace(self.path)
        return self.total()

    def total(self, accountant: str = "pld") -> float:
        """The epsilon of all releases together, at the ledger's (smallest) delta; 0 where there
        is none.
        """
        if self.stored["releases"]:
            return epsilon(self.releases(), self.stored["delta"], accountant)
        return 0.0

"""The privacy ledger: a file with every release of some data, and their total cost.

    {"data_hash": "...", "delta": 1e-8, "releases": [
        {"what": "...", "time": "...", "noise": 3.1, "steps": 1, "rate": 1.0}]}

Releases of the same people add up, whoever makes them, so every private model of the data belongs
in one ledger.
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
    """Return the releases that a private model states in its `privacy_`."""
    return [
        Release(
            one["noise"] / one["sensitivity"], int(one.get("steps", 1)), float(one.get("rate", 1.0))
        )
        for one in privacy["releases"]
    ]


class Ledger:
    """The ledger of one data set.

    Args:
        path: The file, which need not exist.

    Raises:
        BadArtefact: If the file is not a ledger.
    """

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
        """Return all releases so far."""
        return [Release(one["noise"], one["steps"], one["rate"]) for one in self.stored["releases"]]

    def add(self, what: str, privacy: Mapping[str, Any], data_hash: str) -> float:
        """Record a private model's releases; the file is replaced atomically.

        Args:
            what: Description of the model.
            privacy: Its `privacy_`.
            data_hash: Hash of its data.

        Returns:
            The epsilon of all releases so far.

        Raises:
            ArgumentError: If the ledger belongs to other data.
        """
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
        """Return the epsilon of all releases, at the ledger's smallest delta; 0 without releases.

        Args:
            accountant: One of ACCOUNTANTS.

        Returns:
            The epsilon.
        """
        if self.stored["releases"]:
            return epsilon(self.releases(), self.stored["delta"], accountant)
        return 0.0

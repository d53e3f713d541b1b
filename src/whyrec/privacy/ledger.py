"""The privacy ledger: a file with every release, the people whose data went into it, and the cost.

    {"delta": 1e-8, "salt": "...", "releases": [
        {"what": "...", "time": "...", "noise": 3.1, "steps": 1, "rate": 1.0, "delta": 0.0}],
     "groups": [{"releases": [0], "people": "..."}]}

Releases of the same person add up, whatever else their data holds, so every private model of these
people belongs in one ledger. A group is the people who were in the same releases; they are stored
as keyed hashes of their labels. The total is that of the person who was in the costliest releases.
The ledger is for the operator: it is not private itself.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import BadArtefact
from whyrec.privacy.accountant import Release, epsilon

__all__ = ["Ledger", "releases_of"]

People = NDArray[np.uint64]
EVERYBODY = None  # the people of a release in a ledger of an earlier version, which did not say


def releases_of(privacy: Mapping[str, Any]) -> list[Release]:
    """Return the releases that a private model states in its `privacy_`."""
    return [
        Release(
            one["noise"] / one["sensitivity"],
            int(one.get("steps", 1)),
            float(one.get("rate", 1.0)),
            float(one.get("delta", 0.0)),
        )
        for one in privacy["releases"]
    ]


class Ledger:
    """The ledger of some people, over all data sets that they are in.

    Args:
        path: The file, which need not exist.

    Raises:
        BadArtefact: If the file is not a ledger.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.stored: dict[str, Any] = {"delta": None, "salt": secrets.token_hex(16), "releases": []}
        #: (numbers of the releases, people): the people are distinct, None is everybody.
        self.groups: list[tuple[list[int], People | None]] = []
        if self.path.exists():
            try:
                self._read(json.loads(self.path.read_text("utf-8")))
            except (ValueError, KeyError, TypeError, IndexError) as error:
                raise BadArtefact(
                    f"{self.path} is not a privacy ledger: {error}. Fix: name another file."
                ) from None

    def _read(self, found: Any) -> None:
        self.stored = {
            "delta": found["delta"],
            "salt": found.get("salt", self.stored["salt"]),
            "releases": list(found["releases"]),
        }
        releases = self.releases()
        if "groups" in found:
            self.groups = [
                (list(one["releases"]), _people(one["people"])) for one in found["groups"]
            ]
        elif releases:
            self.groups = [(list(range(len(releases))), EVERYBODY)]
        for numbers, _ in self.groups:
            [releases[number] for number in numbers]

    def releases(self) -> list[Release]:
        """Return all releases so far, of whomever."""
        return [
            Release(one["noise"], one["steps"], one["rate"], one.get("delta", 0.0))
            for one in self.stored["releases"]
        ]

    def add(self, what: str, privacy: Mapping[str, Any], people: Sequence[str]) -> float:
        """Record a private model's releases; the file is replaced atomically.

        Args:
            what: Description of the model.
            privacy: Its `privacy_`.
            people: Labels of the people in its data.

        Returns:
            The epsilon of the person who was in the costliest releases so far.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        rows = [
            {
                "what": what,
                "time": now,
                "noise": one.noise,
                "steps": one.steps,
                "rate": one.rate,
                "delta": one.delta,
            }
            for one in releases_of(privacy)
        ]
        first = len(self.stored["releases"])
        self._join(list(range(first, first + len(rows))), self._hashes(people))
        self.stored["delta"] = min(privacy["delta"], self.stored["delta"] or 1.0)
        self.stored["releases"] = [*self.stored["releases"], *rows]
        groups = [{"releases": numbers, "people": _text(group)} for numbers, group in self.groups]
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps({**self.stored, "groups": groups}, indent=1), "utf-8")
        part.replace(self.path)
        return self.total()

    def total(self, accountant: str = "pld") -> float:
        """Return the epsilon of the costliest releases of one person, at the smallest delta.

        Args:
            accountant: One of ACCOUNTANTS.

        Returns:
            The epsilon; 0 without releases.
        """
        releases = self.releases()
        shared = [n for numbers, group in self.groups if group is EVERYBODY for n in numbers]
        each = {tuple(shared)} | {
            (*shared, *numbers) for numbers, group in self.groups if group is not EVERYBODY
        }
        costs = [
            epsilon([releases[number] for number in numbers], self.stored["delta"], accountant)
            for numbers in each
            if numbers
        ]
        return max(costs, default=0.0)

    def _hashes(self, people: Sequence[str]) -> People:
        key = bytes.fromhex(self.stored["salt"])
        hashes = [hashlib.blake2b(one.encode(), key=key, digest_size=8).digest() for one in people]
        return np.unique(np.frombuffer(b"".join(hashes), "<u8").astype(np.uint64))

    def _join(self, numbers: list[int], people: People) -> None:
        """Add releases to these people; groups of whom only some took part are split."""
        groups: list[tuple[list[int], People | None]] = []
        new = people
        for earlier, group in self.groups:
            if group is EVERYBODY:
                groups.append((earlier, group))
                continue
            inside = np.isin(group, people)
            groups.append(([*earlier, *numbers], group[inside]))
            groups.append((earlier, group[~inside]))
            new = np.setdiff1d(new, group)
        groups.append((numbers, new))
        self.groups = [one for one in groups if one[1] is EVERYBODY or len(one[1])]


def _text(people: People | None) -> str | None:
    return None if people is None else base64.b64encode(people.astype("<u8").tobytes()).decode()


def _people(text: str | None) -> People | None:
    if text is None:
        return EVERYBODY
    return np.frombuffer(base64.b64decode(text, validate=True), "<u8").astype(np.uint64)

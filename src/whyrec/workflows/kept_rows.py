"""Keep the finished rows of a comparison in a folder, so that a stopped run can go on.

The folder holds `compare.json`, which says of which comparison the rows are, and one file a model.
A row is reused only for the same data, split, seed and version, and the same settings of its model.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from whyrec import __version__
from whyrec.core import ArgumentError, Dataset, Measurement
from whyrec.core.artefact import dataset_parts
from whyrec.core.progress import plain
from whyrec.workflows.measured_fits import Measured
from whyrec.workflows.result import Row

__all__ = ["KeptRows", "check_folder", "data_digest"]

ABOUT = "compare.json"
ROWS = "rows"
ASKED = {  # what makes a comparison another one
    "data": "other data, or the same data read or cleaned in another way",
    "protocol": "another protocol",
    "seed": "another seed",
    "refit": "another choice of --refit",
    "version": "another version of whyrec",
}


class KeptRows:
    """The finished rows of one comparison.

    Args:
        folder: The folder, created if missing.
        data: The data of the comparison.
        **about: The rest of what makes it another comparison: protocol, seed, refit.

    Raises:
        ArgumentError: If the folder holds the rows of another comparison, or something else.
    """

    def __init__(self, folder: str | Path, data: Dataset, **about: Any) -> None:
        self.folder = Path(folder)
        check_folder(folder)
        asked = {"data": data_digest(data), **about, "version": __version__}
        file = self.folder / ABOUT
        if file.exists():
            _refuse_other(self.folder, _read(file), asked)
            return
        (self.folder / ROWS).mkdir(parents=True, exist_ok=True)
        _write(file, asked)

    def find(self, name: str, how: Mapping[str, Any]) -> Measured | None:
        """Return the kept row of a model, without the model; None if it was measured otherwise.

        Args:
            name: Name of the model.
            how: Its settings and the seconds of its search.

        Returns:
            The row with the values of each measure.
        """
        kept = _read(self._file(name))
        if kept.get("how") != plain(how):
            return None
        values = {
            metric: Measurement(
                metric,
                np.array([np.nan if one is None else one for one in value["values"]]),
                value["higher_is_better"],
                value["notes"],
            )
            for metric, value in kept["values"].items()
        }
        return Measured(None, values, kept["row"], kept["support_costs"])

    def keep(self, name: str, how: Mapping[str, Any], one: Measured) -> None:
        """Write the row of a model.

        Args:
            name: Name of the model.
            how: Its settings and the seconds of its search.
            one: What was measured.
        """
        values = {
            metric: {
                "values": value.values,
                "higher_is_better": value.higher_is_better,
                "notes": value.notes,
            }
            for metric, value in one.values.items()
        }
        row = {"how": how, "row": one.row, "support_costs": one.support_costs, "values": values}
        self._file(name).parent.mkdir(parents=True, exist_ok=True)
        _write(self._file(name), row)

    def _file(self, name: str) -> Path:
        return self.folder / ROWS / f"{quote(name, safe='')}.json"


def check_folder(folder: str | Path) -> None:
    """Raise ArgumentError unless the folder is new, empty or holds a comparison.

    Args:
        folder: The folder.
    """
    path = Path(folder)
    if path.exists() and not path.is_dir():
        given = f"the file {path}"
    elif path.is_dir() and any(path.iterdir()) and not (path / ABOUT).exists():
        given = f"{path}, which holds other files"
    else:
        return
    raise ArgumentError(
        "--out must be a new folder, or one that `whyrec compare --out` wrote",
        given=given,
        fix="name another folder",
    )


def data_digest(data: Dataset) -> str:
    """Return the sha256 of everything that a model may read of the data.

    Args:
        data: The data.

    Returns:
        The digest in hexadecimal.
    """
    arrays, document = dataset_parts(data)
    found = hashlib.sha256(json.dumps(document, sort_keys=True, default=str).encode())
    for name, array in sorted(arrays.items()):
        found.update(f"{name} {array.dtype} {array.shape}".encode())
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def _refuse_other(folder: Path, kept: Row, asked: Row) -> None:
    other = [text for name, text in ASKED.items() if kept.get(name) != asked[name]]
    if other:
        raise ArgumentError(
            f"the rows in {folder} must be of the same comparison",
            given=" and ".join(other),
            fix="name another folder with --out, or repeat the command that wrote this one",
        )


def _read(path: Path) -> Row:
    """Return the object in a file; empty if it is missing or was cut short."""
    try:
        found: Row = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _write(path: Path, content: Row) -> None:
    beside = path.with_name(path.name + ".new")
    beside.write_text(json.dumps(plain(content), ensure_ascii=False), encoding="utf-8")
    os.replace(beside, path)

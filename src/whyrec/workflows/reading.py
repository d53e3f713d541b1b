"""Types and readers of the data and settings that workflows take."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypedDict, Unpack

from whyrec import api, storage
from whyrec.core import ArgumentError, Dataset
from whyrec.core.catalogue import with_catalogue
from whyrec.core.progress import Progress, silent
from whyrec.workflows.result import Row

__all__ = [
    "Folder",
    "Reading",
    "Source",
    "as_rows",
    "load",
    "load_for",
    "load_steps_for",
    "opened",
    "place_of",
    "read_config",
]

#: A data set: a known name, a path, a database URL, or a Dataset.
Source = str | Path | Dataset
#: A model: its folder, or the result of :func:`whyrec.storage.open_fitted`.
Folder = str | Path | storage.Fitted


class Reading(TypedDict, total=False):
    """Options of reading and cleaning; :func:`whyrec.load` describes each."""

    columns: Mapping[str, str] | None
    graph: str | Path | None
    domain: str | None
    verb: str | None
    min_value: float | None
    k_core: int
    item_core: int
    repeat: bool
    duplicates: str
    ratings: str
    order: str | None
    catalogue: str | Path | None


def load(
    source: Source, *, progress: Progress = silent, **reading: Unpack[Reading]
) -> tuple[Dataset, list[Any]]:
    """Read and clean a data set.

    Args:
        source: A known name, a path or a database URL; a Dataset is returned as it is.
        progress: Receives texts and shares of the work; silent by default.
        **reading: How it is read and cleaned.

    Returns:
        The data, and the steps of reading and cleaning.

    Raises:
        ArgumentError: If reading options are given with a Dataset.
    """
    if isinstance(source, Dataset):
        given = [name for name, value in reading.items() if value]
        if given:
            raise ArgumentError(
                "a Dataset is read already",
                given=", ".join(given),
                fix="give the path, or whyrec.load(..., " + f"{given[0]}=...)",
            )
        return source, []
    with progress(f"reading {source if isinstance(source, str | Path) else 'a data frame'}"):
        how: dict[str, Any] = {**reading, "graph": reading.get("graph") or None}
        return api.load_steps(source, **how)


def load_for(
    fitted: storage.Fitted,
    source: Source,
    *,
    progress: Progress = silent,
    **reading: Unpack[Reading],
) -> Dataset:
    """Read the data of a fitted model by its own rules, unless others are given."""
    return load_steps_for(fitted, source, progress=progress, **reading)[0]


def load_steps_for(
    fitted: storage.Fitted,
    source: Source,
    *,
    progress: Progress = silent,
    **reading: Unpack[Reading],
) -> tuple[Dataset, list[Any]]:
    """Like :func:`load_for`, but also return the steps of reading and cleaning."""
    if isinstance(source, Dataset):
        return load(source, progress=progress, **reading)
    rules = api.rules_of(
        fitted, reading.get("duplicates", ""), reading.get("ratings", ""), reading.get("order")
    )
    how: dict[str, Any] = {**reading, "repeat": fitted.data.repeat, **rules}
    data, steps = load(source, progress=progress, **how)
    known = fitted.data
    if known.catalogue:
        data = with_catalogue(data, known.items, known.item_table, known.catalogue)
    return data, steps


def read_config(path: Path | None) -> dict[str, Any]:
    """Read a model's settings from TOML; lists become tuples, as the constructors take them."""
    if path is None:
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ArgumentError(
            "--config must be a readable TOML file", given=f"{path}: {error}"
        ) from None
    return {
        key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
    }


def as_rows(steps: Sequence[Any]) -> list[Row]:
    """Steps of reading and cleaning as rows."""
    return [asdict(step) for step in steps]


def opened(model: Folder) -> storage.Fitted:
    """Open a model folder; an opened model is returned as it is."""
    if isinstance(model, storage.Fitted):
        return model
    return storage.open_fitted(model)


def place_of(model: Folder) -> Path | None:
    """The folder of a model, or None for a model that was opened before."""
    if isinstance(model, storage.Fitted):
        return None
    return Path(model)

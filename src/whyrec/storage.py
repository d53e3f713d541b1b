"""Write a fitted model and its data as a folder, and read it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from whyrec.core import ArgumentError, BadArtefact, Dataset, Scorer, UnknownNameError, artefact
from whyrec.core.catalogue import check_catalogue
from whyrec.core.lifecycle import Private
from whyrec.registry import create_model, stored_settings

__all__ = ["Fitted", "open_fitted", "save"]

NEEDED = ("name", "config", "values")  # fields of the manifest that describe a model


@dataclass(frozen=True)
class Fitted:
    """A fitted model with its data, as a model folder holds it.

    Attributes:
        model: The model.
        data: Its items and, unless they were left out, its people and their events.
        header: Name in the catalogue, settings, seed and hash of the data.
    """

    model: Any
    data: Dataset
    header: Mapping[str, Any]


def save(
    folder: str | Path,
    fitted: Scorer,
    data: Dataset,
    *,
    name: str,
    seed: int = 0,
    histories: bool = True,
) -> Path:
    """Write a folder that recommends and explains without access to the original data.

    Args:
        folder: The folder to write.
        fitted: The fitted model.
        data: Its data.
        name: Name of the model in the catalogue.
        seed: Seed of the fit.
        histories: Whether the folder keeps the people and their events.

    Returns:
        The folder.

    Raises:
        ArgumentError: If a model is private and its items may have been taken from events.
    """
    if not histories:
        from whyrec.models.linear.support import hidden

        fitted = hidden(fitted)
    arrays, values = artefact.model_parts(fitted)
    if not histories and isinstance(fitted, Private):
        if "catalogue" in fitted.privacy_:  # which models of earlier versions do not say
            check_catalogue(data, "a private model")
        data = without_events(data)
    data_arrays, table = artefact.dataset_parts(data, histories=histories)
    header = {
        "kind": "model",
        "name": name,
        "config": artefact.model_config(fitted),
        "seed": seed,
        "data_hash": data.hash,
        "histories": histories,
        "values": values,
    }
    return artefact.save(
        folder,
        artefact.Artefact(
            header,
            {f"model.{k}": v for k, v in arrays.items()}
            | {f"data.{k}": v for k, v in data_arrays.items()},
            {"table": table},
        ),
    )


def without_events(data: Dataset) -> Dataset:
    """Keep only what holds for a catalogue, for the folder of a private model.

    Nothing of it depends on the events: no counts, no hash, not even whether there were times.
    """
    whole, real = np.zeros(0, np.int64), np.zeros(0)
    return Dataset(
        whole,
        whole,
        real,
        whole,
        (),
        data.items,
        data.item_table,
        name=data.name,
        domain=data.domain,
        repeat=data.repeat,
        verb=data.verb,
        catalogue={"source": data.catalogue["source"]} if data.catalogue else {},
    )


def open_fitted(folder: str | Path, *, mapped: bool = False) -> Fitted:
    """Read a folder that :func:`save` wrote.

    Args:
        folder: The folder.
        mapped: Map arrays into memory instead of reading them (:func:`whyrec.core.artefact.load`).

    Returns:
        The model with its data.

    Raises:
        BadArtefact: If the folder is damaged or holds no model, or if this version does not know
            the model or one of its settings.
    """
    stored = artefact.load(folder, mapped=mapped)
    header = stored.header
    if header.get("kind") != "model":
        raise BadArtefact(
            f"{folder} holds {header.get('kind')!r}, not a model. Fix: give a folder of "
            "`whyrec fit`."
        )
    if lacking := [one for one in NEEDED if one not in header]:
        raise BadArtefact(
            f"{folder}/manifest.json does not say the {' and the '.join(lacking)} of its model. "
            "Fix: copy the whole folder again, or save the model again."
        )
    parts: dict[str, dict[str, Any]] = {"model": {}, "data": {}}
    for key, array in stored.arrays.items():
        group, _, rest = key.partition(".")
        parts.setdefault(group, {})[rest] = array
    try:
        config = stored_settings(header["name"], header["config"])
        fitted = artefact.restore(
            create_model(header["name"], **config), parts["model"], header["values"]
        )
    except UnknownNameError as error:
        raise BadArtefact(f"{folder} cannot be opened: {error} Fix: {_mend(error)}.") from None
    except ArgumentError as error:
        raise BadArtefact(
            f"{folder} cannot be opened: {error.required}; got {error.given}. Fix: fit the model "
            "again with a setting that is allowed."
        ) from None
    table = stored.documents.get("table", {})
    data = artefact.dataset_from(parts["data"], table)
    return Fitted(fitted, data, {**header, "config": config})


def _mend(error: UnknownNameError) -> str:
    if error.what == "model":
        return (
            "install the package that adds this model, or pip install --upgrade whyrec where a "
            "newer version wrote the folder"
        )
    return (
        "pip install --upgrade the package that wrote the folder, or fit the model again with "
        "settings that this version knows"
    )

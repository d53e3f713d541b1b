"""Model folders: a fitted model with its data, written and opened again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whyrec.core import BadArtefact, Dataset, Scorer, UnknownNameError, artefact
from whyrec.core.lifecycle import Private
from whyrec.registry import model

__all__ = ["Fitted", "open_fitted", "save"]

NEEDED = ("name", "config", "values")  # what the manifest says of a model


@dataclass(frozen=True)
class Fitted:
    """What a model folder holds: the model, its data (items and, unless left out, histories),
    the header.
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
    """Write a folder that recommends and explains on its own, with no path to the data."""
    if not histories:
        from whyrec.models.linear.support import hidden

        fitted = hidden(fitted)
    arrays, values = artefact.model_parts(fitted)
    data_arrays, table = artefact.dataset_parts(data, histories=histories)
    # then not even a hash of the events may leave
    private = not histories and isinstance(fitted, Private)
    if private:
        known = artefact.dataset_from(data_arrays, table)
    else:
        known = data
    header = {
        "kind": "model",
        "name": name,
        "config": artefact.model_config(fitted),
        "seed": seed,
        "data_hash": known.hash,
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


def open_fitted(folder: str | Path, *, mapped: bool = False) -> Fitted:
    """Read a folder that :func:`save` wrote; mapped: arrays by memory map
    (:func:`whyrec.core.artefact.load`).

    Raises:
        BadArtefact: For a folder that is damaged or holds no model, and for a model or a setting
            that this version does not know.
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
        fitted = artefact.restore(
            model(header["name"], **header["config"]), parts["model"], header["values"]
        )
    except UnknownNameError as error:
        raise BadArtefact(f"{folder} cannot be opened: {error} Fix: {_mend(error)}.") from None
    table = stored.documents.get("table", {})
    return Fitted(fitted, artefact.dataset_from(parts["data"], table), header)


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

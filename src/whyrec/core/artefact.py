"""Save and load a fitted part as a folder: manifest.json and plain arrays, never pickle.

Every file carries its sha256 in its name and in the manifest. A save writes the new files beside the
old ones and then replaces manifest.json in one step: a crash leaves the old artefact or the new one,
never a mix. Files that the manifest does not name are removed afterwards.
"""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import io
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core.dataset import Dataset, ItemTable, Links, UserTable
from whyrec.core.errors import BadArgument, BadArtefact

__all__ = ["Artefact", "dataset_from", "dataset_parts", "load", "model_arguments", "model_config",
           "model_parts", "restore", "save"]

FORMAT = 1
ARRAY, DOCUMENT = ".npy", ".json"


@dataclass(frozen=True)
class Artefact:
    """What a folder holds: header (name, config, seed, data hash, versions), arrays, and documents
    (anything that JSON can hold)."""

    header: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    documents: Mapping[str, Any] = field(default_factory=dict)


def save(folder: str | Path, artefact: Artefact) -> Path:
    """Write `artefact` into `folder` (made where missing); see the module on what a crash leaves."""
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not _ours(folder))):
        raise BadArgument("a model is saved into a new, empty or earlier model folder", given=str(folder),
                          fix="choose another --out")
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, array in artefact.arrays.items():
        files[name + ARRAY] = _write(folder, name, ARRAY, _npy(array))
    for name, document in artefact.documents.items():
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        files[name + DOCUMENT] = _write(folder, name, DOCUMENT, text.encode())
    manifest = {"format": "whyrec", "format_version": FORMAT, **artefact.header,
                "versions": {"python": platform.python_version(), "numpy": np.__version__,
                             "scipy": scipy.__version__}, "files": files}
    data = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
    _durable(folder / "manifest.json.new", data)
    os.replace(folder / "manifest.json.new", folder / "manifest.json")
    _sync_folder(folder)
    keep = {entry["file"] for entry in files.values()} | {"manifest.json"}
    for path in folder.iterdir():
        if path.name not in keep and path.suffix in {ARRAY, DOCUMENT}:
            path.unlink()
    return folder


def load(folder: str | Path) -> Artefact:
    """Read a folder that :func:`save` wrote. Raises BadArtefact where anything is missing or changed."""
    folder = Path(folder)
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
    except FileNotFoundError:
        raise BadArtefact(f"{folder} is no model folder: it has no manifest.json. "
                          "Fix: give the folder that `whyrec fit --out` wrote.") from None
    except (OSError, ValueError) as error:
        raise BadArtefact(f"{folder}/manifest.json cannot be read: {error}. Fix: save the model again.") from None
    if not isinstance(manifest, dict) or manifest.get("format") != "whyrec":
        raise BadArtefact(f"{folder}/manifest.json is not a whyrec manifest. Fix: save the model again.")
    version, files = manifest.get("format_version"), manifest.pop("files", None)
    if isinstance(version, int) and version > FORMAT:
        raise BadArtefact(f"{folder} has format {version}; this whyrec reads up to {FORMAT}. "
                          "Fix: pip install --upgrade whyrec.")
    if version != FORMAT or not isinstance(files, dict) or not all(map(_is_entry, files.values())):
        raise BadArtefact(f"{folder}/manifest.json is damaged. Fix: copy the folder again, or save the model again.")
    arrays, documents = {}, {}
    for name, entry in files.items():
        data = _read(folder, entry)
        stem, suffix = os.path.splitext(name)
        try:
            if suffix == ARRAY:
                arrays[stem] = np.load(io.BytesIO(data), allow_pickle=False)
            else:
                documents[stem] = json.loads(data)
        except (ValueError, EOFError) as error:
            raise BadArtefact(f"{folder}/{entry['file']} cannot be read: {error}. Fix: save the model again.") from None
    return Artefact(manifest, arrays, documents)


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("file"), str) and isinstance(entry.get("sha256"), str)


def model_config(model: object) -> dict[str, Any]:
    """The constructor's arguments: `__init__` stores each under its own name and does nothing else."""
    return {name: getattr(model, name) for name in model_arguments(type(model))}


def model_arguments(kind: Any) -> list[str]:
    """The names of a model class's constructor arguments."""
    return list(inspect.signature(kind).parameters)


def model_parts(model: object) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """What a model learned, as (arrays, values): its attributes whose name ends in `_`.

    A sparse matrix becomes its three arrays. Anything else must be JSON's own types.
    """
    arrays: dict[str, NDArray[Any]] = {}
    values: dict[str, Any] = {}
    for name, value in vars(model).items():
        if not name.endswith("_") or name.startswith("_"):
            continue
        if isinstance(value, np.ndarray):
            arrays[name] = value
        elif sparse.issparse(value):
            matrix = sparse.csr_array(value)
            arrays |= {f"{name}.data": matrix.data, f"{name}.indices": matrix.indices,
                       f"{name}.indptr": matrix.indptr}
            values[name] = {"csr": [int(s) for s in matrix.shape]}
        else:
            values[name] = value.item() if isinstance(value, np.generic) else value
    return arrays, values


def restore(model: Any, arrays: Mapping[str, NDArray[Any]], values: Mapping[str, Any]) -> Any:
    """Put back what :func:`model_parts` took; returns the model."""
    for name, array in arrays.items():
        if "." not in name:
            setattr(model, name, array)
    for name, value in values.items():
        if isinstance(value, dict) and "csr" in value:
            parts = tuple(arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr"))
            value = sparse.csr_array(parts, shape=tuple(value["csr"]))
        setattr(model, name, value)
    return model


def dataset_parts(data: Dataset, *, histories: bool = True) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """A dataset as (arrays, document); without `histories` no event, person or friend is kept."""
    table, people = data.item_table, data.user_table
    keep = slice(None) if histories else slice(0)
    arrays: dict[str, NDArray[Any]] = {name: getattr(data, name)[keep] for name in
                                       ("user", "item", "value", "time", "friends")}
    arrays |= {f"numeric.{k}": v for k, v in table.numeric.items()}
    arrays |= {f"vectors.{k}": v for k, v in table.vectors.items()}
    document: dict[str, Any] = {
        "items": data.items, "title": table.title, "text": table.text, "categories": table.categories,
        "fields": table.fields, "name": data.name, "domain": data.domain, "clock": data.clock,
        "users": data.users[keep], "user_fields": {k: v[keep] for k, v in people.fields.items()}}
    arrays |= {f"user_numeric.{k}": v[keep] for k, v in people.numeric.items()}
    if data.links is not None:
        arrays |= {f"links.{k}": getattr(data.links, k) for k in ("head", "relation", "tail", "item_entity")}
        document |= {"entities": data.links.entities, "relations": data.links.relations}
    return arrays, document


def dataset_from(arrays: Mapping[str, NDArray[Any]], document: Mapping[str, Any]) -> Dataset:
    """The dataset that :func:`dataset_parts` took apart."""
    def group(prefix: str) -> dict[str, NDArray[Any]]:
        return {k[len(prefix):]: v for k, v in arrays.items() if k.startswith(prefix)}
    table = ItemTable(document["title"], document["text"], document["categories"],
                      document["fields"], group("numeric."), group("vectors."))
    links = Links(document["entities"], document["relations"], **group("links.")) if "entities" in document else None
    return Dataset(arrays["user"], arrays["item"], arrays["value"], arrays["time"], document["users"],
                   document["items"], table, UserTable(document["user_fields"], group("user_numeric.")), links,
                   arrays["friends"], document["name"], document["domain"], document["clock"])


def _ours(folder: Path) -> bool:
    """True where the folder is an artefact, or the remains of a first save that a crash cut short."""
    return (folder / "manifest.json").exists() or all(p.suffix in {ARRAY, DOCUMENT, ".new"} for p in folder.iterdir())


def _npy(array: NDArray[Any]) -> bytes:
    if array.dtype.hasobject:
        raise BadArgument("only plain arrays can be saved", given=f"dtype {array.dtype}")
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _write(folder: Path, name: str, suffix: str, data: bytes) -> dict[str, Any]:
    digest = hashlib.sha256(data).hexdigest()
    file = f"{name}-{digest[:16]}{suffix}"
    if not file.replace("-", "").replace("_", "").replace(".", "").isalnum():
        raise BadArgument("names in an artefact are letters, digits, '.', '_' and '-'", given=repr(name))
    _durable(folder / file, data)
    return {"file": file, "sha256": digest, "bytes": len(data)}


def _read(folder: Path, entry: Mapping[str, Any]) -> bytes:
    file = str(entry["file"])
    if Path(file).name != file:
        raise BadArtefact(f"{folder}/manifest.json names a file outside its folder: {file!r}. Do not use this folder.")
    try:
        data = (folder / file).read_bytes()
    except OSError:
        raise BadArtefact(f"{folder} lacks its file {file}. Fix: copy the whole folder, or save the model again.") from None
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise BadArtefact(f"{folder}/{file} is not the file that was saved: its sha256 differs. "
                          "Fix: copy the folder again, or save the model again.")
    return data


def _durable(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # folders cannot be opened on every system
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

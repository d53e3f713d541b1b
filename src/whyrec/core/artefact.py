"""Save and load fitted parts as a folder with manifest.json, arrays and JSON, never pickle.

The name of every file contains its sha256; the manifest lists them and has its own. A save writes
the new files first and then replaces manifest.json in one step, so a crash leaves the old artefact
or the new one, never a mix. Files of earlier saves are removed afterwards; no others are touched.
"""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import io
import json
import os
import platform
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core.capabilities import Scorer
from whyrec.core.dataset import Dataset, ItemTable, Links, UserTable
from whyrec.core.errors import ArgumentError, BadArtefact, UnknownNameError
from whyrec.core.moved import current_names
from whyrec.core.packed import pack, packable, unpack

__all__ = [
    "Artefact",
    "dataset_from",
    "dataset_parts",
    "load",
    "model_arguments",
    "model_config",
    "model_parts",
    "restore",
    "save",
]

FORMAT = 2  # the second has packed arrays; folders without them are written as the first
ARRAY = ".npy"
PACKED = ".packed"
DOCUMENT = ".json"
MANIFEST = "manifest.json"
# Files that a save may have written, and may remove: a name with a hash, possibly not yet
# renamed.
OWN_FILE = re.compile(r"(manifest|[A-Za-z0-9._-]*-[0-9a-f]{16})\.(npy|json|packed)(\.new)?")
AGAIN = "Fix: copy the whole folder again, or save the model again."


@dataclass(frozen=True)
class Artefact:
    """The content of a folder.

    Attributes:
        header: Name, settings, seed, data hash, versions.
        arrays: Arrays by name.
        documents: JSON values by name.
    """

    header: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    documents: Mapping[str, Any] = field(default_factory=dict)


def save(folder: str | Path, artefact: Artefact) -> Path:
    """Write an artefact into a folder, atomically.

    Args:
        folder: The folder, created if missing.
        artefact: The content.

    Returns:
        The folder.

    Raises:
        ArgumentError: If the folder holds something else, or the content cannot be saved.
    """
    folder = saveable(folder)
    files: dict[str, dict[str, Any]] = {}
    documents = {name + DOCUMENT: _json(document) for name, document in artefact.documents.items()}
    _json(artefact.header)
    for array in artefact.arrays.values():  # validate everything before the first file
        _plain(array)
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in artefact.arrays.items():  # one at a time, to bound memory
        if packable(array):
            files[name + PACKED] = _write(folder, name + PACKED, pack(array))
        else:
            files[name + ARRAY] = _write(folder, name + ARRAY, array)
    for name, data in documents.items():
        files[name] = _write(folder, name, data)
    manifest = json.loads(
        _json(
            {
                **artefact.header,
                "format": "whyrec",
                "format_version": 1 + any(name.endswith(PACKED) for name in files),
                "versions": _versions(),
                "files": files,
            }
        )
    )
    sealed = _json(manifest | {"sha256": _seal(manifest)}, indent=1)
    _sync_folder(folder)
    _replace(folder / MANIFEST, sealed)
    _sync_folder(folder)
    kept = {entry["file"] for entry in files.values()}
    for path in folder.iterdir():
        if path.name not in kept and OWN_FILE.fullmatch(path.name) and path.name != MANIFEST:
            path.unlink()
    return folder


def _write(folder: Path, name: str, content: bytes | NDArray[Any]) -> dict[str, Any]:
    """Write a file under a name with its hash; returns its entry for the manifest."""
    stem, _, suffix = name.rpartition(".")  # splitext would treat a trailing slash as a folder
    stem = re.sub(r"[^A-Za-z0-9._-]", "_", stem)[:80]
    beside = folder / f"{stem}-{'0' * 16}.{suffix}.new"
    with beside.open("wb") as file:
        hashed = _Hashed(file)
        if isinstance(content, bytes):
            hashed.write(content)
        else:
            np.lib.format.write_array(hashed, content, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
    digest = hashed.digest.hexdigest()
    made = f"{stem}-{digest[:16]}.{suffix}"
    os.replace(beside, folder / made)
    return {"file": made, "sha256": digest, "bytes": size}


class _Hashed:
    """A file that is hashed while it is written."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        self.digest.update(data)
        self.file.write(data)


def saveable(folder: str | Path) -> Path:
    """Return the folder if a model may be saved there; call it before a long fit."""
    folder = Path(folder)
    if folder.exists() and not (folder.is_dir() and _ours(folder)):
        raise ArgumentError(
            "a model is saved into a new, empty or earlier model folder",
            given=str(folder),
            fix="choose another --out",
        )
    return folder


def load(folder: str | Path, *, mapped: bool = False) -> Artefact:
    """Read a folder that :func:`save` wrote.

    Args:
        folder: The folder.
        mapped: Memory-map the arrays read-only, so that processes share them and only used parts
            are in memory. Nobody may write to the files meanwhile.

    Returns:
        The content.

    Raises:
        BadArtefact: If anything is missing or changed.
    """
    folder = Path(folder)
    manifest = _manifest(folder)
    arrays: dict[str, NDArray[Any]] = {}
    documents: dict[str, Any] = {}
    for name, entry in manifest.pop("files").items():
        stem, _, suffix = name.rpartition(".")
        is_array = suffix == ARRAY[1:]
        data = _read(folder, entry, whole=not (mapped and is_array))
        try:
            if suffix == PACKED[1:]:
                arrays[stem] = unpack(data)
            elif not is_array:
                documents[stem] = json.loads(data)
            elif mapped:
                arrays[stem] = np.load(folder / entry["file"], mmap_mode="r", allow_pickle=False)
            else:
                arrays[stem] = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
        except Exception as error:  # numpy's parser may raise nearly anything
            raise BadArtefact(
                f"{folder}/{entry['file']} cannot be read: {error}. {AGAIN}"
            ) from None
    return Artefact(manifest, arrays, documents)


def _manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest and check its hash and entries."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise BadArtefact(
            f"{folder} is no model folder: it has no manifest.json. "
            "Fix: give the folder that `whyrec fit --out` wrote."
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise BadArtefact(f"{folder}/manifest.json cannot be read: {error}. {AGAIN}") from None
    if not isinstance(manifest, dict) or manifest.get("format") != "whyrec":
        raise BadArtefact(f"{folder}/manifest.json is not a whyrec manifest. {AGAIN}")
    version = manifest.get("format_version")
    if isinstance(version, int) and version > FORMAT:
        raise BadArtefact(
            f"{folder} has format {version}; this whyrec reads up to {FORMAT}. "
            "Fix: pip install --upgrade whyrec."
        )
    seal = manifest.pop("sha256", None)
    files = manifest.get("files")
    whole = version in range(1, FORMAT + 1) and seal == _seal(manifest)
    if not whole or not isinstance(files, dict) or not all(map(_is_entry, files.values())):
        raise BadArtefact(f"{folder}/manifest.json is damaged. {AGAIN}")
    return manifest


def _seal(manifest: Mapping[str, Any]) -> str:
    """Return the sha256 of the manifest in one canonical form."""
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and all(
        isinstance(entry.get(key), str) for key in ("file", "sha256")
    )


def _versions() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }


def model_config(model: object) -> dict[str, Any]:
    """Return the constructor's arguments, which `__init__` stores under their own names."""
    return {name: getattr(model, name) for name in model_arguments(type(model))}


def model_arguments(kind: Any) -> list[str]:
    """Return the names of a model class's constructor arguments."""
    return list(inspect.signature(kind).parameters)


def model_parts(model: object) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return what a model learned, as (arrays, values): its attributes whose names end in `_`.

    A sparse matrix becomes its three arrays. A nested model is stored under its name (its owner
    builds an unfitted one by `part(name, config)`). Everything else must be JSON values.
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
            arrays |= {
                f"{name}.data": matrix.data,
                f"{name}.indices": matrix.indices,
                f"{name}.indptr": matrix.indptr,
            }
            values[name] = {"csr": [int(s) for s in matrix.shape]}
        elif isinstance(value, Scorer):
            within, values[name] = model_parts(value)
            arrays |= {f"{name}/{key}": array for key, array in within.items()}
            values[name] = {"within": values[name], "config": model_config(value)}
        else:
            values[name] = value.item() if isinstance(value, np.generic) else value
    return arrays, values


def restore(model: Any, arrays: Mapping[str, NDArray[Any]], values: Mapping[str, Any]) -> Any:
    """Put back the parts of :func:`model_parts` and return the model; BadArtefact if incomplete."""
    with _understood("the model"):
        arrays, values = (_of_today(model, stored) for stored in (arrays, values))
        for name, array in arrays.items():
            if "." not in name and "/" not in name:
                setattr(model, name, array)
        for name, value in values.items():
            if isinstance(value, dict) and "within" in value:
                own = {
                    key[len(name) + 1 :]: array
                    for key, array in arrays.items()
                    if key.startswith(f"{name}/")
                }
                value = restore(model.part(name, value["config"]), own, value["within"])
            elif isinstance(value, dict) and "csr" in value:
                parts = tuple(arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr"))
                value = sparse.csr_array(parts, shape=tuple(value["csr"]))
            setattr(model, name, value)
    return model


def _of_today(model: Any, stored: Mapping[str, Any]) -> dict[str, Any]:
    """What was stored by its names of today: the first part of each, up to a dot or a slash."""
    firsts = {name: re.split(r"[./]", name, maxsplit=1)[0] for name in stored}
    return {
        new + name.removeprefix(firsts[name]): value
        for name, value in stored.items()
        for new in current_names(type(model), {firsts[name]: None}, warn=False)
    }


def dataset_parts(
    data: Dataset, *, histories: bool = True
) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return a dataset as (arrays, document); without `histories`, no events, people or friends."""
    table = data.item_table
    people = data.user_table
    keep = slice(None) if histories else slice(0)
    arrays: dict[str, NDArray[Any]] = {
        name: getattr(data, name)[keep] for name in ("user", "item", "value", "time", "friends")
    }
    arrays |= {"avoided": data.avoided} if histories and len(data.avoided) else {}
    arrays |= {f"numeric.{k}": v for k, v in table.numeric.items()}
    arrays |= {f"vectors.{k}": v for k, v in table.vectors.items()}
    document: dict[str, Any] = {
        "items": data.items,
        "title": table.title,
        "text": table.text,
        "categories": table.categories,
        "fields": table.fields,
        "name": data.name,
        "domain": data.domain,
        "clock": data.clock,
        "repeat": data.repeat,
        "min_rating": data.min_rating,
        "cleaning": data.cleaning,
        "order": data.order,
        "verb": data.verb,
        "values": data.values,
        "users": data.users[keep],
        "user_fields": {k: v[keep] for k, v in people.fields.items()},
    }
    arrays |= {f"user_numeric.{k}": v[keep] for k, v in people.numeric.items()}
    document |= {"catalogue": data.catalogue} if data.catalogue else {}
    if data.links is not None:
        arrays |= {
            f"links.{k}": getattr(data.links, k)
            for k in ("head", "relation", "tail", "item_entity")
        }
        document |= {"entities": data.links.entities, "relations": data.links.relations}
    return arrays, document


def dataset_from(arrays: Mapping[str, NDArray[Any]], document: Mapping[str, Any]) -> Dataset:
    """Rebuild the dataset from :func:`dataset_parts`; BadArtefact if parts are missing."""

    def group(prefix: str) -> dict[str, NDArray[Any]]:
        return {k[len(prefix) :]: v for k, v in arrays.items() if k.startswith(prefix)}

    with _understood("the data"):
        doc = document
        table = ItemTable(
            doc["title"],
            doc["text"],
            doc["categories"],
            doc["fields"],
            group("numeric."),
            group("vectors."),
        )
        links = (
            Links(doc["entities"], doc["relations"], **group("links."))
            if "entities" in doc
            else None
        )
        return Dataset(
            arrays["user"],
            arrays["item"],
            arrays["value"],
            arrays["time"],
            doc["users"],
            doc["items"],
            table,
            UserTable(doc["user_fields"], group("user_numeric.")),
            links,
            arrays["friends"],
            doc["name"],
            doc["domain"],
            doc["clock"],  # the following fields are missing in early folders
            repeat=doc.get("repeat", False),
            avoided=arrays.get("avoided", np.zeros((0, 2), np.int32)),
            min_rating=doc.get("min_rating"),
            cleaning=doc.get("cleaning", {}),
            verb=doc.get("verb", ""),
            values=doc.get("values", ""),
            order=doc.get("order") or _old_order(arrays, doc["clock"]),
            catalogue=doc.get("catalogue", {}),
        )


def _old_order(arrays: Mapping[str, NDArray[Any]], clock: bool) -> str:
    """Infer the order of events for folders of version 0.1.

    Without times, they learned from the order of the rows, where each event has a position.
    """
    time = arrays["time"]
    rows = not clock and len(time) > 1 and bool((np.diff(time) > 0).all())
    tied = len(time) > 1 and bool(time[0] == time[-1])
    return "file" if rows or tied else "time"


@contextlib.contextmanager
def _understood(what: str) -> Iterator[None]:
    """Turn inconsistent parts into BadArtefact."""
    try:
        yield
    except UnknownNameError:
        raise  # from a nested model: the name is wrong, not the parts
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BadArtefact(
            f"the stored parts of {what} do not fit together ({error}). {AGAIN}"
        ) from None


def _ours(folder: Path) -> bool:
    """Say whether the folder is empty, an artefact, or left over from an interrupted first save."""
    if not (folder / MANIFEST).exists():
        return all(OWN_FILE.fullmatch(path.name) for path in folder.iterdir())
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(manifest, dict) and manifest.get("format") == "whyrec"


def _plain(array: NDArray[Any]) -> None:
    if array.dtype.hasobject:
        raise ArgumentError("only plain arrays can be saved", given=f"dtype {array.dtype}")


def _json(document: Any, indent: int | None = None) -> bytes:
    try:
        return json.dumps(document, ensure_ascii=False, indent=indent).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ArgumentError(
            "settings, values and documents of an artefact must be JSON's own types",
            given=str(error),
        ) from None


def _read(folder: Path, entry: Mapping[str, Any], *, whole: bool = True) -> bytes:
    """Read a file (no content unless `whole`) and check its name and hash."""
    file = str(entry["file"])
    if not OWN_FILE.fullmatch(file):
        raise BadArtefact(
            f"{folder}/manifest.json names a file that is none of its own: {file!r}. "
            "Do not use this folder."
        )
    try:
        with (folder / file).open("rb") as stream:
            data = stream.read() if whole else b""
            digest = hashlib.sha256(data) if whole else hashlib.file_digest(stream, "sha256")
    except OSError:
        raise BadArtefact(f"{folder} lacks its file {file}. {AGAIN}") from None
    if digest.hexdigest() != entry["sha256"]:
        raise BadArtefact(
            f"{folder}/{file} is not the file that was saved: its sha256 differs. {AGAIN}"
        )
    return data


def _replace(path: Path, data: bytes) -> None:
    """Write a new file beside and rename it, so that the old file stays complete until then."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # some systems cannot open folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

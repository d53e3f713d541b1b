"""`whyrec add`: new items for a fitted model, known by their text alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from whyrec import registry, storage
from whyrec.cli import road, show
from whyrec.core import BadArgument
from whyrec.data.items import joined, load_items


def add(folder: Path, items: Path, out: Path, large: Path | None = None) -> dict[str, Any]:
    """The model in `folder` with the items of a file at the end of its catalogue, written to `out`.
    large: where a compressed model's large one is, which reads the texts for it."""
    fitted = storage.open_fitted(folder)
    name, data = fitted.header["name"], fitted.data
    reader = _reader(fitted, folder, large)
    road.place(out)
    labels, table = load_items(items, data.items, data.item_table)
    with show.progress(f"reading {len(labels)} new items"):
        read = reader.extend(table, labels)
        grown = read if reader is fitted.model else fitted.model.grow(read)
    links = data.links and replace(
        data.links, item_entity=np.append(data.links.item_entity, np.full(len(labels), -1))
    )
    whole = replace(
        data, items=(*data.items, *labels), item_table=joined(data.item_table, table), links=links
    )
    storage.save(
        out,
        grown,
        whole,
        name=name,
        seed=fitted.header["seed"],
        histories=fitted.header["histories"],
    )
    unread = int((np.abs(read.side_[-len(labels) :]).sum(1) == 0).sum())
    return {
        "model": name,
        "out": str(out),
        "added": len(labels),
        "items": whole.n_items,
        "without_text": unread,
    }


def _reader(fitted: storage.Fitted, folder: Path, large: Path | None) -> Any:
    """The model that reads the new items' texts."""
    name = fitted.header["name"]
    if hasattr(fitted.model, "grow"):
        if large is None:
            raise BadArgument(
                "a compressed model has no encoder of texts; the large one it was made from "
                "must read them",
                given="none",
                fix="add --large FOLDER",
            )
        reader = storage.open_fitted(large)
        if reader.data.items != fitted.data.items or not hasattr(reader.model, "extend"):
            raise BadArgument(
                "--large must be the model that this one was made from, with the same items",
                given=f"{large}, a model {reader.header['name']!r} of {reader.data.n_items} items",
            )
        return reader.model
    if not hasattr(fitted.model, "extend"):
        raise BadArgument(
            "new items can be added to models that read their text",
            given=f"{folder}, a model {name!r}",
            fix=f"fit one of these: {', '.join(those_with('extend'))}",
        )
    return fitted.model


def those_with(power: str) -> list[str]:
    """The models of the catalogue that have a method."""
    return [
        name for name in registry.names("models") if hasattr(registry.find("models", name), power)
    ]

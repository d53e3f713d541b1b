"""`whyrec add`: new items for a fitted model, known by their text alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from whyrec import catalog
from whyrec.cli import road, show
from whyrec.core import BadArgument
from whyrec.data.items import joined, load_items


def add(folder: Path, items: Path, out: Path) -> dict[str, Any]:
    """The model in `folder` with the items of a file at the end of its catalogue, written to `out`."""
    fitted = catalog.open_fitted(folder)
    name, data = fitted.header["name"], fitted.data
    if not hasattr(fitted.model, "extend"):
        raise BadArgument("new items can be added to models that read their text", given=f"{folder}, a model {name!r}",
                          fix=f"fit one of these: {', '.join(those_with('extend'))}")
    road.place(out)
    labels, table = load_items(items, data.items, data.item_table)
    with show.progress(f"reading {len(labels)} new items"):
        grown = fitted.model.extend(table, labels)
    links = data.links and replace(data.links, item_entity=np.append(data.links.item_entity, np.full(len(labels), -1)))
    whole = replace(data, items=(*data.items, *labels), item_table=joined(data.item_table, table), links=links)
    catalog.save(out, grown, whole, name=name, seed=fitted.header["seed"], histories=fitted.header["histories"])
    unread = int((np.abs(grown.side_[-len(labels):]).sum(1) == 0).sum())
    return {"model": name, "out": str(out), "added": len(labels), "items": whole.n_items, "without_text": unread}


def those_with(power: str) -> list[str]:
    """The models of the catalogue that have a method."""
    return [name for name in catalog.names("models") if hasattr(catalog.find("models", name), power)]

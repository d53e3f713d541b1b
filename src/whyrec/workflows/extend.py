"""Add new items to a fitted model, using only their text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from whyrec import registry, storage
from whyrec.core import ArgumentError
from whyrec.core.lifecycle import Extendable, Growable
from whyrec.core.progress import Progress, silent
from whyrec.workflows.result import Block, Result
from whyrec.workflows.training_run import place


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class ExtendResult(Result):
    """The model folder with the new items.

    Attributes:
        model: Name of the model.
        out: The folder that was written.
        added: Number of new items.
        items: Number of all items.
        without_text: Number of new items without text that the model can read.
    """

    model: str
    out: str
    added: int
    items: int
    without_text: int

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        yield f"{self.added:,} new items, {self.items:,} in all: {self.out}"
        if self.without_text:
            yield (
                f"{self.without_text:,} of them have no text that the model can read: they "
                "get no place of their own"
            )


def extend(
    model: str | Path,
    items: str | Path,
    out: str | Path,
    *,
    large: str | Path | None = None,
    progress: Progress = silent,
) -> ExtendResult:
    """Add new items to a model that reads text, without training.

    Args:
        model: A model folder.
        items: A table of new items: the column item, and columns of the item catalogue.
        out: The folder to write.
        large: For a compressed model: the large model that it was made from, which reads the texts.
        progress: Receives texts and shares of the work; silent by default.

    Returns:
        The ExtendResult.

    Raises:
        ArgumentError: If the model reads no text, or if `large` is missing.
        DataError: If the table has problems, such as an item that the model already has.
    """
    from whyrec.data.items import joined, load_items

    folder = Path(model)
    out = Path(out)
    fitted = storage.open_fitted(folder)
    name = fitted.header["name"]
    data = fitted.data
    reader = _reader(fitted, folder, None if large is None else Path(large))
    place(out)
    labels, table = load_items(Path(items), data.items, data.item_table)
    with progress(f"reading {len(labels)} new items"):
        read = reader.extend(table, labels)
        if reader is fitted.model:
            grown = read
        else:
            grown = fitted.model.grow(read)
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
    return ExtendResult(
        model=name,
        out=str(out),
        added=len(labels),
        items=whole.n_items,
        without_text=int((np.abs(read.side_[-len(labels) :]).sum(1) == 0).sum()),
    )


def _reader(fitted: storage.Fitted, folder: Path, large: Path | None) -> Any:
    """The model that reads the texts of the new items."""
    name = fitted.header["name"]
    if isinstance(fitted.model, Growable):
        if large is None:
            raise ArgumentError(
                "a compressed model has no encoder of texts; the large one it was made from "
                "must read them",
                given="none",
                fix="add --large FOLDER",
            )
        reader = storage.open_fitted(large)
        if reader.data.items != fitted.data.items or not isinstance(reader.model, Extendable):
            raise ArgumentError(
                "--large must be the model that this one was made from, with the same items",
                given=f"{large}, a model {reader.header['name']!r} of {reader.data.n_items} items",
            )
        return reader.model
    if not isinstance(fitted.model, Extendable):
        raise ArgumentError(
            "new items can be added to models that read their text",
            given=f"{folder}, a model {name!r}",
            fix=f"fit one of these: {', '.join(those_with(Extendable))}",
        )
    return fitted.model


def those_with(power: type) -> list[str]:
    """The models of the catalogue that have a power."""
    kinds = {name: registry.find("models", name) for name in registry.names("models")}
    return [
        name for name, kind in kinds.items() if isinstance(kind, type) and issubclass(kind, power)
    ]

"""Catalogues: tables of all items, given beside the events, on which private models rely."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from whyrec.core import ArgumentError, Dataset
from whyrec.core.catalogue import HOW, OWN, with_catalogue
from whyrec.data.build import Loaded, Step
from whyrec.data.build_tables import item_table_of, keyed_entries
from whyrec.data.read_table import read_table
from whyrec.data.shape import shape_items

__all__ = ["catalogued", "own_items"]


def catalogued(loaded: Loaded, catalogue: str | Path, *, verb: str = "") -> Loaded:
    """Replace the items of the data by a catalogue.

    Args:
        loaded: The data as they were read.
        catalogue: A table with the column `item` and any others (CSV, TSV or Parquet); or "own",
            the item table that was given beside the events.
        verb: What people did, as the caller says; the events do not decide it.

    Returns:
        The data on exactly the items of the catalogue, in the order of their labels.

    Raises:
        ArgumentError: If the data have no item table of their own.
        DataError: If the file cannot be read.
    """
    log = list(loaded.steps)
    if str(catalogue) != OWN:
        frame = shape_items(read_table(catalogue, columns=("item",), log=log))
        source = Path(catalogue).name
    elif loaded.items is not None:
        frame = loaded.items
        source = "the item table of the data"
    else:
        raise ArgumentError(
            "a private model needs a catalogue: a list of items that was made without the events",
            given=f"{loaded.data.name}, whose items are known from the events alone",
            fix=HOW,
        )
    frame = keyed_entries(frame, "item", "catalogue", log)
    table = item_table_of(frame["item"], frame, log)
    before = loaded.data
    data = with_catalogue(before, tuple(frame["item"]), table, {"source": source})
    meaning = loaded.meaning
    if meaning is not None:
        known = np.isin(np.array(before.items, object), np.array(data.items, object))
        meaning = meaning[known[before.item]]
    step = Step(
        "drop events of items outside the catalogue", len(before) - len(data), len(data), source
    )
    data = replace(data, verb=verb)
    return replace(loaded, data=data, steps=(*log, step), meaning=meaning, raw=None)


def own_items(data: Dataset) -> pl.DataFrame:
    """Return the item table of the data as a frame with the column `item`."""
    table = data.item_table
    return pl.DataFrame(
        {
            "item": data.items,
            "title": table.title,
            "text": table.text,
            **{k: _lists(v) for k, v in {"categories": table.categories, **table.fields}.items()},
            **dict(table.numeric),
            **{k: pl.Series(v.tolist()) for k, v in table.vectors.items()},
        }
    )


def _lists(rows: tuple[tuple[str, ...], ...]) -> pl.Series:
    return pl.Series([list(row) for row in rows], dtype=pl.List(pl.String))

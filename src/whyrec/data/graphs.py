"""Add a knowledge graph from separate files to a data set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from whyrec.core import DataError, Dataset
from whyrec.data.build import Loaded, Step
from whyrec.data.build_tables import item_links
from whyrec.data.formats.recbole import graph_tables
from whyrec.data.read_table import read_table
from whyrec.data.readers.archive import Source, listed, open_source

__all__ = ["people_as_items", "with_graph"]

ITEM = ("item", "item_id", "movie_id", "book_id")  # names of the item id column in a graph's table


def with_graph(data: Dataset, path: str | Path) -> Loaded:
    """Add the links of a graph to a data set.

    Args:
        data: The data.
        path: One table with head, relation, tail, whose entities are items if they have an item's
            label; a folder or zip with RecBole's .kg and .link; or one with entities (entity_id,
            name and, for items, the item's id as item or movie_id), relations (relation_id, name),
            triples (head, relation, tail) and optional credits (item, relation, name), each as CSV
            or Parquet.

    Returns:
        The data with the links, and steps with the number of links and of items in the graph.

    Raises:
        DataError: If the files have no known form, or no item of the data is in the graph.
    """
    path = Path(path)
    log = list[Step]()
    if path.is_file() and path.suffix.casefold() != ".zip":
        links = read_table(path, columns=("head", "relation", "tail"), optional=(), log=log)
        of_item = None
    else:
        with open_source(path) as source:
            links, of_item = _tables(source, log)
    made = item_links(links, of_item, pl.Series(data.items), log)
    if not (made.item_entity >= 0).any():
        raise DataError(
            "an item of the data must be in the graph",
            given=f"items like {data.items[0]!r}, entities like {made.entities[0]!r}",
            fix="use the same ids in both",
        )
    return Loaded(replace(data, links=made), tuple(log))


def _tables(source: Source, log: list[Step]) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    names = {Path(name).name.partition(".")[0]: name for name in source.names() if "." in name}
    if {"entities", "relations", "triples"} <= set(names):
        return _named(source, names, log)
    if any(name.endswith(".kg") for name in source.names()):
        return graph_tables(source, log)
    raise DataError(
        "a graph must be a table with head, relation, tail; RecBole's .kg with .link; or the "
        "tables entities, "
        "relations and triples",
        given=listed(source.names()),
    )


def _named(
    source: Source, files: dict[str, str], log: list[Step]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (links with readable labels, item and entity); equal names get a number."""

    def table(name: str, columns: tuple[str, ...]) -> pl.DataFrame:
        return read_table(source.read(files[name]), name=files[name], columns=columns, log=log)

    entities = table("entities", ("entity_id", "name"))
    relations = table("relations", ("relation_id", "name"))
    links = table("triples", ("head", "relation", "tail"))
    readable = (
        pl.col("name").str.replace_all("_", " ").str.strip_prefix("Category:").str.strip_chars()
    )
    once = pl.int_range(pl.len()).over("label")  # repeated names get a number
    entities = entities.with_columns(readable.alias("label")).with_columns(
        pl.when(once == 0)
        .then(pl.col("label"))
        .otherwise(pl.format("{} ({})", "label", once + 1))
        .alias("label")
    )
    label = dict(zip(entities["entity_id"], entities["label"], strict=True))
    name = dict(zip(relations["relation_id"], relations["name"], strict=True))
    links = pl.DataFrame(
        {
            "head": _looked_up(links["head"], label, files["triples"]),
            "relation": _looked_up(links["relation"], name, files["triples"]),
            "tail": _looked_up(links["tail"], label, files["triples"]),
        }
    )
    column = _item_column(entities, files["entities"])
    of_item = entities.filter(pl.col(column).is_not_null()).select(
        item=pl.col(column), entity=pl.col("label")
    )
    if "credits" not in files:
        return links, of_item
    credits = table("credits", ("relation", "name"))
    column = _item_column(credits, files["credits"])
    known = dict(zip(of_item["item"], of_item["entity"], strict=True))
    own = [i for i in credits[column].unique(maintain_order=True) if i not in known]
    of_item = pl.concat(
        [
            of_item,
            pl.DataFrame(
                {"item": own, "entity": [f"item {i}" for i in own]}, schema=of_item.schema
            ),
        ]
    )
    known |= {i: f"item {i}" for i in own}
    more = pl.DataFrame(
        {
            "head": [known[i] for i in credits[column]],
            "relation": credits["relation"],
            "tail": credits["name"],
        }
    )
    return pl.concat([links, more]).unique(maintain_order=True), of_item


def _item_column(frame: pl.DataFrame, file: str) -> str:
    for name in ITEM:
        if name in frame.columns:
            return name
    raise DataError(
        f"{file} must say which rows are items",
        given=f"the columns {', '.join(frame.columns)}",
        fix=f"name the column of item ids {ITEM[0]!r}",
    )


def _looked_up(column: pl.Series, names: dict[str, str], file: str) -> pl.Series:
    found = column.replace_strict(
        list(names), list(names.values()), default=None, return_dtype=pl.String
    )
    lacking = found.is_null() & column.is_not_null()
    if lacking.any():
        row = lacking.arg_max() or 0
        raise DataError(
            f"every id in {file} must be in its own table",
            given=f"{column.name} {column[row]!r} in row {row + 1}",
            fix="add it there, or leave the triple out",
        )
    return found


def people_as_items(data: Dataset) -> Dataset:
    """Turn people into items, so that any model recommends whom to follow.

    The events are the people each person follows, without order. The links state what each person
    chose (relation "chose"), so a graph model explains what two people have in common.

    Args:
        data: Data with friends.

    Returns:
        A data set whose items are people.

    Raises:
        DataError: If the data have no friends.
    """
    if not len(data.friends):
        raise DataError(
            "recommending people needs friends",
            given="a data set without any",
            fix="give the table friends",
        )
    chosen = (
        pl.DataFrame(
            {
                "head": [f"person {data.users[u]}" for u in data.user.tolist()],
                "tail": [data.item_table.title[i] or data.items[i] for i in data.item.tolist()],
            }
        )
        .unique(maintain_order=True)
        .with_columns(pl.lit("chose").alias("relation"))
    )
    of_item = pl.DataFrame(
        {"item": list(data.users), "entity": [f"person {user}" for user in data.users]}
    )
    one, two = data.friends.T
    n = len(one)
    links = item_links(chosen, of_item, pl.Series(data.users), [])
    return Dataset(
        one,
        two,
        np.ones(n),
        np.zeros(n, np.int64),
        data.users,
        data.users,
        links=links,
        name=f"{data.name} people",
        domain="other",
        clock=False,
        order="none",
    )

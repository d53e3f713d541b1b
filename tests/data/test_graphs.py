"""Graphs from files of their own."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from whyrec.core import DataError, Dataset
from whyrec.data.graphs import people_as_items, with_graph


def data():
    return Dataset(
        [0, 0, 1],
        [0, 1, 2],
        [1, 1, 1],
        [1, 2, 3],
        ["ann", "bob"],
        ["10", "11", "12"],
        friends=[[0, 1], [1, 0]],
    )


def write(folder, **tables):
    folder.mkdir(exist_ok=True)
    for name, columns in tables.items():
        pl.DataFrame(columns).write_csv(folder / f"{name}.csv")
    return folder


def named(folder, **more):
    return write(
        folder,
        entities={
            "entity_id": ["0", "1", "2"],
            "name": ["Heat_(film)", "Al_Pacino", "Al_Pacino"],
            "movie_id": ["11", "", ""],
        },
        relations={"relation_id": ["7"], "name": ["starring"]},
        triples={"head": ["0", "0"], "relation": ["7", "7"], "tail": ["1", "2"]},
        **more,
    )


def test_a_table_of_links_by_item_labels(tmp_path):
    table = tmp_path / "links.csv"
    pl.DataFrame(
        {"head": ["10", "11"], "relation": ["by", "by"], "tail": ["Ann", "Ann"]}
    ).write_csv(table)
    found = with_graph(data(), table).data.links
    assert [found.entities[e] if e >= 0 else None for e in found.item_entity] == ["10", "11", None]


def test_a_named_graph_has_readable_labels_and_credits(tmp_path):
    folder = named(
        tmp_path / "kg",
        credits={"movie_id": ["11", "12"], "relation": ["directed_by"] * 2, "name": ["Mann"] * 2},
    )
    found = with_graph(data(), folder)
    links = found.data.links
    assert {"Heat (film)", "Al Pacino", "Al Pacino (2)", "Mann"} <= set(links.entities)
    assert (links.item_entity >= 0).tolist() == [False, True, True]
    assert found.steps[-1].touched == 4


def test_ids_that_no_table_names_are_told_by_row(tmp_path):
    folder = named(tmp_path / "kg")
    pl.DataFrame({"head": ["0", "9"], "relation": ["7", "7"], "tail": ["1", "1"]}).write_csv(
        folder / "triples.csv"
    )
    with pytest.raises(
        DataError, match=r"every id in triples.csv must be in its own table; got head .9. in row 2"
    ):
        with_graph(data(), folder)


def test_a_graph_of_other_items_is_refused(tmp_path):
    table = tmp_path / "links.csv"
    pl.DataFrame({"head": ["x"], "relation": ["by"], "tail": ["Ann"]}).write_csv(table)
    with pytest.raises(DataError, match="an item of the data must be in the graph"):
        with_graph(data(), table)


def test_a_folder_without_a_graph_is_told(tmp_path):
    with pytest.raises(DataError, match="a graph must be a table with head, relation, tail"):
        with_graph(data(), write(tmp_path / "no", notes={"a": ["b"]}))


def test_people_become_items_with_what_they_chose():
    found = people_as_items(data())
    assert found.items == found.users == ("ann", "bob")
    assert found.user.tolist() == [0, 1]
    assert found.item.tolist() == [1, 0]
    assert len(found.links) == 3
    with pytest.raises(DataError, match="recommending people needs friends"):
        people_as_items(Dataset([0], [0], [1], [1], ["ann"], ["x"], friends=np.zeros((0, 2))))

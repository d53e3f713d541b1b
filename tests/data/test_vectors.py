"""Vectors of items from tables: numbered columns and lists; what is wrong is said."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from whyrec.core import DataError
from whyrec.data.formats.plain import load_plain
from whyrec.data.items import joined, load_items


def folder(path, items):
    (path / "events.csv").write_text("user,item,time\nann,x,1\nann,y,2\nbob,z,3\n")
    if isinstance(items, str):
        (path / "items.csv").write_text(items)
    else:
        items.write_parquet(path / "items.parquet")
    return load_plain(path).data


def test_numbered_columns_are_one_vector_and_empty_rows_are_unknown(tmp_path):
    table = folder(tmp_path, "item,title,image:0,image:1\nx,X,1,2.5\ny,Y,,\nz,Z,-1,0\n").item_table
    np.testing.assert_array_equal(table.vectors["image"], [[1, 2.5], [0, 0], [-1, 0]])
    assert table.title == ("X", "Y", "Z") and not table.numeric and not table.fields


def test_lists_of_decimals_are_vectors_and_lists_of_whole_numbers_are_names(tmp_path):
    table = folder(
        tmp_path,
        pl.DataFrame({"item": ["x", "y"], "audio": [[0.5, 1.0], None], "cast": [[1, 2], [3]]}),
    ).item_table
    np.testing.assert_array_equal(table.vectors["audio"], [[0.5, 1], [0, 0], [0, 0]])
    assert table.fields["cast"][:2] == (("1", "2"), ("3",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("item,image:0,image:1\nx,1,\n", "1 of 2 numbers missing in row 1"),
        ("item,image:0,image:2\nx,1,2\n", "no image:1"),
        ("item,image:0\nx,1\ny,wide\n", "'wide' in row 2"),
        ("item,image:0\nx,nan\n", "must hold finite numbers"),
        ("item,image,image:0\nx,1,1\n", "must be given once"),
    ],
)
def test_wrong_numbered_columns_are_refused(tmp_path, text, said):
    with pytest.raises(DataError, match=said):
        folder(tmp_path, text)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([[1.0, 2.0], [1.0]], "same length.*1 numbers for item 2"),
        ([[1.0, float("nan")], [1.0, 2.0]], "finite numbers"),
        ([[1.0, None], [1.0, 2.0]], "finite numbers"),
    ],
)
def test_wrong_lists_are_refused(tmp_path, rows, said):
    with pytest.raises(DataError, match=said):
        folder(tmp_path, pl.DataFrame({"item": ["x", "y"], "image": rows}))


def test_new_items_bring_their_vectors_or_are_unknown(tmp_path):
    old = folder(tmp_path, "item,image:0,image:1\nx,1,2\ny,3,4\nz,5,6\n")
    (tmp_path / "new.csv").write_text("item,image:0,image:1\nn,7,8\n")
    (tmp_path / "bare.csv").write_text("item,title\nn,N\n")
    (tmp_path / "short.csv").write_text("item,image:0\nn,7\n")
    found = [
        load_items(tmp_path / f"{name}.csv", old.items, old.item_table)[1]
        for name in ("new", "bare")
    ]
    np.testing.assert_array_equal(joined(old.item_table, found[0]).vectors["image"][-1], [7, 8])
    np.testing.assert_array_equal(found[1].vectors["image"], [[0, 0]])
    with pytest.raises(DataError, match="must have 2 numbers"):
        load_items(tmp_path / "short.csv", old.items, old.item_table)

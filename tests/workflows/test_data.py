"""Workflows of data and of many people: check_data, known_data, prepare, batch, plan."""

from __future__ import annotations

import polars as pl
import pytest

from whyrec import api, storage, workflows
from whyrec.core import ArgumentError
from whyrec.data import registry
from whyrec.scale.plan import drivers, laws


def test_problems_are_told_by_row_and_column(is_json, tmp_path):
    (tmp_path / "events.csv").write_text("user,item,value\na,x,1\nb,,2\nc,y,many\n")
    found = workflows.check_data(tmp_path)
    assert found.rows == 3 and not found.loads
    assert [(row["column"], row["row"]) for row in found.problems] == [("item", 2), ("value", 3)]
    assert found.to_polars()["value"].to_list() == ["", "many"]
    is_json(found, "data", "check", tmp_path, code=1)


def test_known_data_are_those_of_the_list(is_json):
    found = workflows.known_data()
    assert [row["name"] for row in found.sets] == ["films", *registry.KNOWN]
    is_json(found, "data", "list")


def test_prepared_data_are_those_that_load_gives(data, is_json, tmp_path):
    found = workflows.prepare(data, tmp_path / "p", workers=1)
    whole, own = api.load(tmp_path / "p"), api.load(data)
    assert (found.users, found.items) == (own.n_users, own.n_items)
    assert sorted(zip(whole.user, whole.item, strict=True)) == sorted(
        zip(own.user, own.item, strict=True)
    )
    is_json(found, "prepare", "--data", data, "--out", tmp_path / "p", "--workers", 1)


def test_batch_writes_the_lists_that_recommend_gives(ease, is_json, tmp_path):
    out = tmp_path / "lists.parquet"
    found = workflows.batch(ease, out, k=3, workers=1, people=6)
    frame = found.to_polars()
    assert found.people == 6 and frame.height == found.rows == pl.read_parquet(out).height
    users = storage.open_fitted(ease).data.users[:6]
    for user in users:
        listed = frame.filter(pl.col("user") == user).sort("rank")["item"].to_list()
        own = workflows.recommend(ease, user, k=3).items
        assert listed == [row["item"] for row in own]
    out.unlink()
    is_json(found, "batch", ease, "--out", out, "-k", 3, "--workers", 1, "--people", 6)
    with pytest.raises(ArgumentError, match="--neighbours needs a model with one vector a person"):
        workflows.batch(ease, out, neighbours=5)


def test_a_plan_is_its_laws(is_json):
    found = workflows.plan(1e9, 1e6, 1e5, "4x32GB")
    law, size = laws(), drivers(1e9, 1e6, 1e5)
    for row in found.rows:
        hours = law["stages"][row["stage"]]["seconds"].at(size[row["driver"]])[0] / 3600
        assert row["hours"] == pytest.approx(hours / row["machines"])
    assert found.command in str(found)
    size = ["--events", "1e9", "--users", "1e6", "--items", "1e5"]
    is_json(found, "plan", *size, "--machines", "4x32GB")

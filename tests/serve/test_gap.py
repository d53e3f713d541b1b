"""A model whose parts are not its score: its answers carry no reasons, and somebody hears of it."""

from __future__ import annotations

import dataclasses
import logging

import numpy as np
import pytest

from tests.serve.helpers import film_data, fitted_folder, served
from whyrec.core import Contributions, Queries
from whyrec.serve.recommend.answer import Inputs, answer
from whyrec.serve.recommend.snapshot import open_live

LIAR = "i7"  # the item it lies about


class Liar:
    """Sums of what is chosen together, and one item whose base is said to be half a point more than it is."""

    def __init__(self, data):
        self.together = np.zeros((data.n_items, data.n_items), np.float32)
        for query in data.histories:
            self.together[np.ix_(query.items, query.items)] += 1
        self.liar = data.items.index(LIAR)

    def score(self, queries):
        return np.stack(
            [self.together[query.items].sum(0) for query in Queries.of(queries)]
        ).astype(np.float32)

    def contributions(self, query, item):
        return Contributions(
            0.5 if item == self.liar else 0.0, self.together[query.items, item].astype(float)
        )


@pytest.fixture(scope="module")
def body():
    live = open_live("v", "liar", Liar(film_data()), film_data())
    return answer(live, Inputs(session=("i5", "i6"), n=8, now=1_700_000_000))


def test_an_item_whose_parts_do_not_add_up_gets_no_reasons(body):
    by_item = {row["item"]: row for row in body["items"]}
    lied = by_item.pop(LIAR)
    assert [reason["code"] for reason in lied["reasons"]] == ["none"]
    assert lied["gap"] == pytest.approx(-0.5) and lied["share"] is None and lied["removed"] is None
    assert lied["text"] == "No reasons are shown: they did not add up to the score."
    assert all(row["gap"] == pytest.approx(0) for row in by_item.values())
    codes = [row["reasons"][0]["code"] for row in by_item.values() if row["score"] > 0]
    assert "event" in codes and set(codes) <= {
        "event",
        "none",
    }  # none: two choices that weigh the same


class RareFirst:
    """Everyone gets what few chose; no event counts."""

    def __init__(self, data):
        self.base = -np.log1p(np.bincount(data.item, minlength=data.n_items)).astype(np.float32)

    def score(self, queries):
        return np.tile(self.base, (len(Queries.of(queries)), 1))

    def contributions(self, query, item):
        return Contributions(float(self.base[item]), np.zeros(len(query)))


def test_only_what_many_chose_is_called_often_chosen():
    data = film_data()
    counts = np.bincount(data.item, minlength=data.n_items)
    table = dataclasses.replace(data.item_table, numeric={"events": counts})  # as folders have it
    live = open_live("v", "rare", RareFirst(data), dataclasses.replace(data, item_table=table))
    asked = Inputs(session=("i5", "i6"), n=8, now=1_700_000_000)
    for row in answer(live, asked)["items"]:
        assert row["base"] < 0 and row["reasons"][0]["code"] == "none"
        assert row["text"] == "We have no reliable single reason."
    nobody = answer(live, Inputs(n=8, now=1_700_000_000))
    best = np.argsort(-counts, kind="stable")[:8]
    assert [row["item"] for row in nobody["items"]] == [data.items[at] for at in best]
    assert {row["reasons"][0]["code"] for row in nobody["items"]} == {"popular"}


def test_it_is_counted_logged_and_on_the_page_of_operations(body, tmp_path, caplog):
    with served(tmp_path, model=fitted_folder(tmp_path / "m")) as one:
        assert one.json("GET", "/v1/operations")["gaps"] == {"answers": 0, "last": None}
        with caplog.at_level(logging.ERROR, "whyrec.serve"):
            one.service._count(body)
            one.service._count(
                {**body, "items": [row for row in body["items"] if row["item"] != LIAR]}
            )
        gaps = one.json("GET", "/v1/operations")["gaps"]
        assert gaps["answers"] == 1 and gaps["last"] is not None
        assert [
            (record.fields["item"], round(record.fields["gap"], 3)) for record in caplog.records
        ] == [(LIAR, -0.5)]
        assert "rec_explain_gaps_total 1.0" in one.call("GET", "/metrics").text


def test_a_model_that_lies_is_not_taken_in(tmp_path):
    from whyrec.core import BadArtefact
    from whyrec.serve.versions.registry import warm_up

    with pytest.raises(BadArtefact, match="do not add up"):
        warm_up(open_live("v", "liar", Everywhere(film_data()), film_data()))


class Everywhere(Liar):
    """It lies about every item."""

    def contributions(self, query, item):
        return Contributions(0.5, self.together[query.items, item].astype(float))

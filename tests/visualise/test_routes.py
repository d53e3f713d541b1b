"""The view of paths: its table is what the model says, and other models are told what it needs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.toys import random_data
from whyrec import registry
from whyrec.core import ArgumentError, Links
from whyrec.visualise.views.paths import paths


@pytest.fixture(scope="module")
def linked():
    data = random_data()
    n = data.n_items
    tails = n + np.arange(n) % 4
    links = Links(
        [*data.items, "red", "green", "blue", "<b>gold"],
        ["colour"],
        np.arange(n),
        np.zeros(n),
        tails,
        np.arange(n),
    )
    data = replace(data, links=links)
    model = registry.model("graph").fit(data)
    model.fade_[:, 0], model._ready = (
        1.0,
        None,
    )  # random choices teach nothing: equal weights, to have something to draw
    return model, data


def test_the_table_holds_each_path_with_its_weight(linked):
    model, data = linked
    view = paths(model, data, user="u3")
    query = data.history("u3")
    titles = {title: at for at, title in enumerate(data.item_table.title)}
    said = {
        (titles[event], through, titles[item.split("  ")[1]]): weight
        for event, through, item, weight in view.rows
    }
    assert any(through.startswith("colour: ") for _, through, _ in said)
    for (event, through, item), weight in said.items():
        found = [
            w
            for p, column, kind, w in model.routes(query, item)
            if query.items[p] == event and model.through(column, kind)[0] == through
        ]
        assert weight == pytest.approx(sum(found), abs=1e-4)
    assert "%" in view.text("zh")["notes"]


def test_it_is_drawn_in_both_languages(linked, tmp_path):
    pytest.importorskip("matplotlib")
    model, data = linked
    written = paths(model, data).save(tmp_path)
    assert {path.name for path in written} >= {
        "paths.en.png",
        "paths.zh.svg",
        "paths.zh.html",
        "paths.csv",
    }
    assert (
        "<b>gold"
        not in (tmp_path / "paths.en.html").read_text(encoding="utf-8").split("<script", 1)[0]
    )


def test_other_models_are_told_what_it_needs():
    data = random_data()
    with pytest.raises(
        ArgumentError, match="paths need a graph model; got EASE. Fix: fit the model graph"
    ):
        paths(registry.model("ease").fit(data), data)

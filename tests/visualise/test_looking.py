"""`whyrec look`: every view that a model allows, in both languages, still, interactive and as a table."""

from __future__ import annotations

import csv
import json
import re

import numpy as np
import pytest

from tests.visualise.tastes import shuffled, tastes
from whyrec import registry, storage
from whyrec.cli import main
from whyrec.core import ArgumentError, ItemTable
from whyrec.visualise.views.item_map import atlas, distance_kept, flat, placed, trust
from whyrec.visualise.views.view import View, new_figure, visible

pytest.importorskip("matplotlib")
pytest.importorskip("plotly")
HOSTILE = "<script>alert(1)</script> $x_1$ \u202eevil"
SEQUENCE = {"text": None, "width": 16, "blocks": 2, "heads": 2, "length": 20, "epochs": 4}
EXPECTED = {  # of each model: the views that it allows
    "ease": {"factors", "switched-off", "concepts", "network", "ego", "person", "atlas", "removed"},
    "sequence": {
        "factors",
        "switched-off",
        "concepts",
        "network",
        "ego",
        "person",
        "atlas",
        "removed",
        "training",
        "attention",
        "layers",
    },
    "tree": {"factors", "switched-off", "network", "ego", "person", "removed", "tree"},
    "popular": {"factors", "switched-off"},
}


@pytest.fixture(scope="module")
def world():
    data = tastes(people=300, each=12, events=14)
    titles = [*data.item_table.title[:-2], HOSTILE, "电影 标题"]
    return data.__class__(
        data.user,
        data.item,
        data.value,
        data.time,
        data.users,
        data.items,
        ItemTable(titles, categories=data.item_table.categories),
        name="tastes",
        clock=False,
    )


@pytest.mark.parametrize("name", list(EXPECTED))
def test_every_view_that_a_model_allows_is_drawn_and_the_others_say_why(
    world, name, tmp_path, capsys
):
    settings = {"sequence": SEQUENCE, "tree": {"people": 200}}.get(name, {})
    model = registry.model(name, **settings).fit(world)
    storage.save(tmp_path / "m", model, world, name=name)
    assert main(["look", str(tmp_path / "m"), "--out", str(tmp_path / "out"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    drawn = {row["view"] for row in told["views"]}
    assert drawn >= EXPECTED[name] and drawn | {row["view"] for row in told["left_out"]} == set(
        registry.names("views")
    )
    assert all(len(row["why"]) > 20 for row in told["left_out"])
    for row in told["views"]:
        here = tmp_path / "out" / row["view"]
        for lang in ("en", "zh"):
            page = here.with_name(f"{row['view']}.{lang}.html").read_text(encoding="utf-8")
            assert "<script>alert" not in page and f'lang="{lang}"' in page
            assert here.with_name(f"{row['view']}.{lang}.png").read_bytes()[:4] == b"\x89PNG"
            assert (
                "<svg"
                in here.with_name(f"{row['view']}.{lang}.svg").read_text(encoding="utf-8")[:2000]
            )
            assert re.search("[\u4e00-\u9fff]", row["found"]["zh"])
        with here.with_name(f"{row['view']}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert len(rows) == row["rows"] + 1 > 1 and len({len(r) for r in rows}) == 1
    index = (tmp_path / "out" / "index.zh.html").read_text(encoding="utf-8")
    assert all(f"{view}.zh.svg" in index for view in drawn)


def test_layers_tell_one_history_beside_many_people(world):
    model = registry.model("sequence", **SEQUENCE).fit(world)
    view = registry.find("views", "layers")(model, world)
    places = dict.fromkeys((row[0], row[3]) for row in view.rows)
    assert [layer for layer, _ in places] == [1, 2] and list(places)[-1][
        1
    ] == 1  # what is recommended ends first
    way, mid = re.findall(r"([\d,.]+(?: → [\d,.]+)+)", view.found[0])
    assert len(way.split(" → ")) == len(mid.split(" → ")) == 3 and "of 100 people" in view.found[0]
    assert mid.rstrip(".").endswith("→ 1") and way.endswith("→ 1") and "100 位用户" in view.found[1]


def test_the_same_model_gives_the_same_picture(world, tmp_path):
    model = registry.model("ease").fit(world)
    for name in ("network", "factors"):
        make = registry.find("views", name)
        files = [
            {
                path.name: path.read_bytes()
                for path in make(model, world).save(tmp_path / str(n))
                if path.suffix == ".png"
            }
            for n in (0, 1)
        ]
        assert files[0] == files[1] and len(files[0]) == 2


def test_a_view_that_is_asked_for_and_cannot_be_is_an_error(world, tmp_path, capsys):
    storage.save(tmp_path / "m", registry.model("popular").fit(world), world, name="popular")
    assert (
        main(["look", str(tmp_path / "m"), "--out", str(tmp_path / "o"), "--views", "attention"])
        == 2
    )
    assert "attention maps need a model that shows them; got Popular" in " ".join(
        capsys.readouterr().err.split()
    )
    assert (
        main(["look", str(tmp_path / "m"), "--out", str(tmp_path / "o"), "--views", "atlass"]) == 2
    )
    assert "Did you mean 'atlas'" in " ".join(capsys.readouterr().err.split())


def test_a_map_keeps_neighbours_and_says_how_well():
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((8, 16)) * 4
    vectors = np.repeat(centres, 40, 0) + rng.standard_normal((320, 16))
    places = placed(vectors)
    np.testing.assert_array_equal(places, placed(vectors))
    noise = rng.standard_normal((320, 2))
    assert trust(vectors, places) > 0.9 > 0.7 > trust(vectors, noise)
    assert distance_kept(vectors, places) > 0.3 > 0.1 > abs(distance_kept(vectors, noise))
    assert trust(vectors, flat(vectors)) > 0.7


def test_shuffled_data_has_no_map_of_tastes_that_can_be_believed_more_than_the_planted(world):
    real, dealt = (
        float(re.search(r"(\d+)%", atlas(registry.model("ease").fit(data), data).found[0])[1])
        for data in (world, shuffled(world))
    )
    assert real > dealt


def test_a_view_is_checked_and_shows_itself_in_a_notebook():
    def made(**more):
        def draw(lang):
            figure = new_figure(2, 2)
            figure.add_subplot().plot([1, 2])
            return figure

        parts = {
            "name": "v",
            "title": ("A", "甲"),
            "question": ("Q?", "问？"),
            "found": (HOSTILE, "发现"),
            "notes": ("n", "注"),
            "columns": ("a", "b"),
            "rows": [(1, 2)],
            "draw": draw,
            "interactive": draw,
        }
        return View(**parts | more)

    text = made()._repr_html_()
    assert "<script>" not in text and "&lt;script&gt;" in text and "data:image/png;base64," in text
    assert "发现" in made().show("zh")
    with pytest.raises(ArgumentError, match="two texts, English and Chinese"):
        made(found=("only", ""))
    with pytest.raises(ArgumentError, match="one cell a column; got v"):
        made(rows=[(1,)])


def test_titles_are_made_safe_for_pictures():
    assert (
        visible("a\u202eb\u0000c $x$") == r"a b c \$x\$" and visible("x" * 50, 10) == "x" * 9 + "…"
    )

"""In what an item is like the history, and reasons from another domain, in both languages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from whyrec import registry, storage
from whyrec.core import Dataset, Explanation, ItemTable, Query, Reason, Removal
from whyrec.data.simulate import senses
from whyrec.explain.likeness import crossing, likeness
from whyrec.models.linear.additive import AdditiveRecommender
from whyrec.workflows.explain import explain_to

TABLE = ItemTable(
    ["Dune", "Dune (film)", "Emma"], fields={"domain": [("book",), ("film",), ("book",)]}
)


def why(item, weights):
    reasons = tuple(Reason("event", (at,), weight) for at, weight in enumerate(weights))
    return Explanation(item, sum(weights), 0.0, reasons, 0.0, "exact", additive=True)


def test_each_modality_is_named_with_its_exact_weight():
    world = senses(seed=1, names=("image", "audio"))
    model = AdditiveRecommender(components=["ease"]).fit(world.data)
    query, item = world.data.histories[0], 5
    rows = likeness(model, query, item, world.data.item_table)
    parts = model.part_contributions(query, item)
    assert {row["name"] for row in rows} == {name for name in world.names if parts[name].sum() > 0}
    for row in rows:
        assert row["weight"] == pytest.approx(parts[row["name"]].sum())
        title = world.data.item_table.title[query.items[np.argmax(parts[row["name"]])]]
        verb = {"image": ("looks", "看起来像"), "audio": ("sounds", "听起来像")}[row["name"]]
        assert (
            f"It {verb[0]} like “{title}”" in row["text"]["en"]
            and f"{verb[1]}《{title}》" in row["text"]["zh"]
        )


def test_alike_words_are_said_in_both_languages():
    titles = ["Desert wind", "Desert rain", "Harbour storm", "Harbour rain"]
    data = Dataset(
        [0, 1, 0, 1],
        [0, 2, 3, 1],
        [1] * 4,
        [0, 0, 1, 1],
        ["a", "b"],
        [*"wxyz"],
        ItemTable(titles),
        domain="film",
    )
    model = AdditiveRecommender(
        components=["ease"], mix={}, min_support=0, similarity_terms=["words"]
    ).fit(data)
    query = Query([0])
    [row] = likeness(model, query, 1, data.item_table, domain="film")
    parts = {name: part.sum() for name, part in model.part_contributions(query, 1).items()}
    share = round(100 * parts["words"] / sum(map(abs, parts.values())))
    assert row["name"] == "words" and row["weight"] == pytest.approx(parts["words"])
    assert row["text"] == {
        "en": f"Its words (title, categories, texts) are like those of “Desert wind”: {share}% of what its reasons weigh.",
        "zh": f"用词（标题、类别、文字）与《Desert wind》相近：占各项理由的{share}%。",
    }


def test_explain_tells_them_and_models_without_tell_none():
    world = senses(seed=1, people=80)
    for name, some in (("additive", True), ("ease", False)):
        model = registry.model(name, **({"components": ["ease"]} if some else {})).fit(world.data)
        fitted = storage.Fitted(model, world.data, {"name": name})
        found = explain_to(fitted, world.data.histories[0], None, method="auto", k=10, user=None)
        assert bool(found.modalities) is some and found.crossing is None


def test_a_reason_from_another_domain_is_told_and_says_because_only_where_proved():
    query = Query([0, 2])
    told = crossing(why(1, [2.0, 1.0]), query, TABLE)
    assert told["text"] == {
        "en": "From another domain (book → film): you read “Dune”.",
        "zh": "跨领域（图书→电影）：您读过《Dune》。",
    }
    proved = crossing(
        replace(why(1, [2.0, 1.0]), removal=Removal((0,), 1, 9, 5, (1, 2))), query, TABLE
    )
    assert (
        "because you read “Dune”" in proved["text"]["en"]
        and "因为您读过《Dune》" in proved["text"]["zh"]
    )
    for other in (
        Removal((1,), 1, 9, 5, (1, 2)),
        Removal((0,), 1, 4, 5),
        Removal((0,), 1, 9, 5, (9, 9)),
    ):
        assert (
            "because"
            not in crossing(replace(why(1, [2.0, 1.0]), removal=other), query, TABLE)["text"]["en"]
        )


def test_a_reason_of_the_same_domain_or_against_crosses_nothing():
    assert crossing(why(2, [1.0]), Query([0]), TABLE) is None
    assert crossing(why(1, [-1.0]), Query([0]), TABLE) is None
    assert crossing(why(1, [1.0]), Query([0]), ItemTable(["a", "b", "c"])) is None

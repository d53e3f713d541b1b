"""A graph embedded: what it learned is found again, and items of one circle lie near each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.toys import random_data
from whyrec import registry
from whyrec.core import ArgumentError, Links, UnknownNameError
from whyrec.explain.likeness import likeness
from whyrec.models.item_content.rotate import link_vectors, rotate, triples_of

ITEMS, MAKERS = 24, 4


@pytest.fixture(scope="module")
def links():
    """Items 0 to 23, each by one of four makers, of one of two kinds; the last item is in no triple."""
    rows = [(item, 0, 100 + item % MAKERS) for item in range(ITEMS)] + [
        (item, 1, 200 + item % 2) for item in range(ITEMS)
    ]
    names = sorted({one for h, _, t in rows for one in (h, t)})
    at = {one: n for n, one in enumerate(names)}
    head, relation, tail = zip(*[(at[h], r, at[t]) for h, r, t in rows], strict=True)
    return Links(
        [str(one) for one in names], ["by", "is"], head, relation, tail, [*range(ITEMS), -1]
    )


def test_true_tails_come_first(links):
    triples, entities = triples_of(links)
    made = rotate(triples, len(entities), 2, dims=8, epochs=150)
    makers = [
        np.flatnonzero(entities == links.entities.index(str(100 + n)))[0] for n in range(MAKERS)
    ]
    for item in range(ITEMS):
        head = int(np.flatnonzero(entities == item)[0])
        scores = made.tails(head, 0)[makers]
        assert scores.argmax() == item % MAKERS


def test_things_of_one_triple_join_nothing_and_are_left_out(links):
    alone = replace(
        links,
        entities=(*links.entities, "lonely"),
        head=np.append(links.head, 0),
        tail=np.append(links.tail, len(links.entities)),
        relation=np.append(links.relation, 0),
    )
    np.testing.assert_array_equal(triples_of(alone)[0], triples_of(links)[0])
    with pytest.raises(ArgumentError, match="a graph to embed must join things"):
        link_vectors(Links(["a", "b"], ["r"], [0], [0], [1], [0]))


def test_items_without_triples_have_no_vector_and_the_same_seed_gives_the_same(links):
    one, two = link_vectors(links), link_vectors(links)
    np.testing.assert_array_equal(one, two)
    assert not one[-1].any() and one[:-1].any(1).all()


def test_the_glass_box_takes_the_graph_as_a_modality(links):
    data = replace(random_data(), links=links)
    model = registry.model(
        "additive", components=["ease"], mix={}, similarity_terms={"links": 1.0}
    ).fit(data)
    query = data.history("u3")
    parts = model.part_contributions(query, 5)
    assert list(parts) == ["ease", "links"] and np.abs(parts["links"]).sum() > 0
    base, weights, _ = model.contributions(query, 5)
    assert base + weights.sum() == pytest.approx(model.score([query])[0, 5], abs=1e-5)
    told = [
        row for item in range(data.n_items) for row in likeness(model, query, item, data.item_table)
    ]
    assert any(row["text"]["en"].startswith("In the graph it lies near “") for row in told)
    with pytest.raises(
        ArgumentError,
        match="the modality links needs a graph; got data without one. Fix: give --graph",
    ):
        registry.model("additive", components=["ease"], mix={}, similarity_terms=["links"]).fit(
            random_data()
        )
    with pytest.raises(UnknownNameError, match="sound"):
        registry.model("additive", similarity_terms=["sound"]).fit(data)
